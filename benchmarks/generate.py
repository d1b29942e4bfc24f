"""A graph of our shape at any size, as N-Quads: the same bytes for the same seed and size.

python benchmarks/generate.py QUADS > graph.nq

Claims with evidence and selectors, one named graph per source, reviews, labels in two languages,
direct edges, and conflicts: shared comparison keys with intervals that gape. Written as it is made.
"""

import random
import sys
from collections.abc import Iterator

BASE = "https://w3id.org/jsip/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
OA = "http://www.w3.org/ns/oa#"
PER_CLAIM = 27  # quads, beside those of sources and entities
CLAIMS_OF_A_SOURCE, CLAIMS_OF_AN_ENTITY, INDUSTRIES = 40, 8, 40
STATUS = ("announced", "reported", "planned", "estimated", "forecast")


def _id(slug: str) -> str:
    return f"<{BASE}id/{slug}>"


def _ns(name: str) -> str:
    return f"<{BASE}ns#{name}>"


def _typed(value: object, datatype: str) -> str:
    return f'"{value}"^^<{XSD}{datatype}>'


def lines(quads: int, seed: int = 20261127) -> Iterator[str]:
    """N-Quads, about as many as asked for."""
    made = random.Random(seed)
    claims = max(CLAIMS_OF_A_SOURCE, quads // (PER_CLAIM + 2))
    entities = claims // CLAIMS_OF_AN_ENTITY + 1
    yield from _entities(entities, made)
    for number in range(claims):
        yield from _claim(number, entities, made)


def _entities(count: int, made: random.Random) -> Iterator[str]:
    graph = f"<{BASE}graph/entities>"
    for number in range(count):
        me = _id(f"entity-{number}")
        yield f"{me} <{RDF}type> {_ns('FiscalMeasure')} {graph} .\n"
        yield f'{me} <{RDFS}label> "Measure {number}"@en {graph} .\n'
        yield f'{me} <{RDFS}label> "措置{number}"@ja {graph} .\n'
        industry = f"<{BASE}scheme/industry/i{made.randrange(INDUSTRIES)}>"
        yield f"{me} {_ns('targetsIndustry')} {industry} {graph} .\n"
        if number:
            whole = _id(f"entity-{made.randrange(number)}")
            yield f"{me} {_ns('partOfMeasure')} {whole} {graph} .\n"


def _claim(number: int, entities: int, made: random.Random) -> Iterator[str]:
    source = number // CLAIMS_OF_A_SOURCE
    graph, editorial = f"<{BASE}graph/source-s{source}>", f"<{BASE}graph/editorial>"
    me, evidence, quote = _id(f"c-{number}"), _id(f"e-{number}"), _id(f"e-{number}-quote")
    about = made.randrange(entities)
    value = made.randrange(1, 10**6) * 10**6
    year = made.randrange(2015, 2031)
    period = _id(f"period-{year}")
    if number % CLAIMS_OF_A_SOURCE == 0:
        document = _id(f"src-s{source}")
        yield f"{document} <{RDF}type> {_ns('NewsArticle')} {graph} .\n"
        yield f'{document} <http://purl.org/dc/terms/title> "Document {source}"@en {graph} .\n'
    said = {
        f"<{RDF}type>": _ns("MonetaryClaim"),
        f"<{RDF}subject>": _id(f"entity-{about}"),
        f"<{RDF}predicate>": _ns("amount"),
        f"<{RDF}object>": _typed(value, "decimal"),
        _ns("unit"): "<http://publications.europa.eu/resource/authority/currency/JPY>",
        _ns("lowerBound"): _typed(value - value // 20, "decimal"),
        _ns("upperBound"): _typed(value + value // 20, "decimal"),
        _ns("valueQualifier"): f"<{BASE}scheme/value-qualifier/stated>",
        _ns("printedForm"): f'"{value / 10**9:g} billion yen"@en',
        _ns("refPeriod"): period,
        _ns("assertionStatus"): f"<{BASE}scheme/assertion-status/{made.choice(STATUS)}>",
        _ns("assertedBy"): _id(f"agent-{int(made.paretovariate(1.2)) % 500}"),
        _ns("assertedOn"): _typed(f"{year}-{made.randrange(1, 13):02}-15", "date"),
        _ns("dateBasis"): _ns("stated"),
        _ns("attributionType"): _ns("NamedAgent"),
        _ns("extractionConfidence"): _typed("0.9", "decimal"),
        _ns("comparisonKey"): f'"entity-{about}|amount|JPY|{year}"',
    }
    for predicate, object_ in said.items():
        yield f"{me} {predicate} {object_} {graph} .\n"
    yield f"{evidence} <{RDF}type> {_ns('Evidence')} {graph} .\n"
    yield f"{evidence} {_ns('supportsClaim')} {me} {graph} .\n"
    yield f"{evidence} <{OA}hasSource> {_id(f'src-s{source}')} {graph} .\n"
    yield f"{evidence} {_ns('evidenceLevel')} {_ns('quoted')} {graph} .\n"
    yield f"{evidence} <{OA}hasSelector> {quote} {graph} .\n"
    yield f"{quote} <{RDF}type> <{OA}TextQuoteSelector> {graph} .\n"
    yield f'{quote} <{OA}exact> "phrase {number} of the text"@en {graph} .\n'
    status = made.choices(("accepted", "rejected", "candidate"), (8, 1, 1))[0]
    yield f"{me} {_ns('reviewStatus')} <{BASE}scheme/review-status/{status}> {editorial} .\n"
    yield f"{me} {_ns('rank')} {_ns('Normal')} {editorial} .\n"
    yield f"{me} {_ns('reviewedIn')} {_id(f'review-{source}')} {editorial} .\n"


if __name__ == "__main__":
    sys.stdout.writelines(lines(int(sys.argv[1])))

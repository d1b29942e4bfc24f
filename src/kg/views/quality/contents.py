"""Is the data described, licensed, traceable, and does it answer? F5, R1-R3, Q1."""

from collections import defaultdict
from collections.abc import Iterator
from math import inf
from time import perf_counter

from kg.build.quality_rules import QualityRules
from kg.core.errors import QueryRefused
from kg.text.support import SUBJECT, VALUE
from kg.views.quality.measured import Measured, share
from kg.views.queries.questions import questions
from kg.views.record.claims import Reader
from kg.views.record.plain_values import whole

_TRIES = 5  # of a question that seems slow
_DESCRIPTION = """SELECT DISTINCT ?p (LANG(?o) AS ?lang) WHERE {{ GRAPH g:dataset {{ ?x ?p ?o
  FILTER(STRSTARTS(STR(?x), "{base}dataset")) }} }}"""
_OUTSIDE = "GRAPH ?g { ?s ?p ?o } FILTER(?g != g:dataset)"
_STATED = """SELECT ?p ?n WHERE { GRAPH g:dataset { ?x dcat:version ?version ; ?p ?n } }"""
_STATED_PARTS = """SELECT ?what ?n WHERE {{ GRAPH g:dataset {{
  ?x dcat:version ?version ; {link} ?part . ?part {what} ?what ; {counted} ?n }} }}"""
_STATED_GRAPHS = """SELECT ?what ?n WHERE { GRAPH g:dataset {
  ?x dcat:version ?version ; void:subset ?what . ?what void:triples ?n } }"""
_REAL = {
    "void:triples": "COUNT(*)",
    "void:distinctSubjects": "COUNT(DISTINCT ?s)",
    "void:distinctObjects": "COUNT(DISTINCT ?o)",
    "void:properties": "COUNT(DISTINCT ?p)",
}
_REAL_CLASSES = f"""SELECT ?what (COUNT(DISTINCT ?s) AS ?n) WHERE {{ {_OUTSIDE}
  FILTER(?p = rdf:type) BIND(?o AS ?what) }} GROUP BY ?what"""
_REAL_PROPERTIES = f"SELECT (?p AS ?what) (COUNT(*) AS ?n) WHERE {{ {_OUTSIDE} }} GROUP BY ?p"
_REAL_GRAPHS = f"SELECT (?g AS ?what) (COUNT(*) AS ?n) WHERE {{ {_OUTSIDE} }} GROUP BY ?g"
_LICENSED = """SELECT ?x ?licence WHERE {
  { ?x a owl:Ontology } UNION { GRAPH g:dataset { ?x a dcat:Dataset } }
  OPTIONAL { ?x dct:license ?licence } } ORDER BY ?x"""
_QUOTES = "SELECT ?x ?quote WHERE { ?x oa:exact ?quote } ORDER BY ?x"
_CLAIMS = "SELECT DISTINCT ?c WHERE { ?c rdf:subject ?s } ORDER BY ?c"
# Each side names its source: apart from their passages, all sources would be joined with each.
_TRACED = """SELECT DISTINCT ?c WHERE {
  { ?e jsip:evidenceLevel jsip:verified ; jsip:inSnapshot ?held ; oa:hasSource ?source .
    ?held jsip:textDigest ?digest }
  UNION { ?e jsip:evidenceLevel jsip:quoted ; oa:hasSource ?source .
    ?source schema:url|schema:archivedAt ?address }
  ?e jsip:supportsClaim ?c . ?c rdf:subject ?s ; jsip:assertedBy ?who }"""
_VERIFIED = """SELECT DISTINCT ?c WHERE { ?c rdf:subject ?s .
  ?e jsip:supportsClaim ?c ; jsip:evidenceLevel jsip:verified }"""
_HELD = """SELECT DISTINCT ?c ?part WHERE {
  ?c rdf:subject ?s . FILTER NOT EXISTS { ?c a jsip:AbsenceNote }
  OPTIONAL { ?e jsip:supportsClaim ?c ; jsip:passageSupports ?x . ?x skos:notation ?part } }"""
_REVIEWED = """SELECT ?c (COUNT(?agent) AS ?n) WHERE {
  ?c rdf:subject ?s ; jsip:reviewStatus rv:accepted
  OPTIONAL { ?c jsip:reviewedIn ?r . ?r prov:wasAssociatedWith ?agent ; jsip:reviewedOn ?day } }
GROUP BY ?c ORDER BY ?c"""
_CONFIRMED = "SELECT DISTINCT ?x WHERE { ?x jsip:confirmedBy ?agent } ORDER BY ?x"
_DISAGREEMENTS = """SELECT ?x WHERE { ?x a jsip:ReviewDisagreement
  FILTER NOT EXISTS { ?x jsip:settledIn ?third } } ORDER BY ?x"""
_READ_TWICE = """SELECT DISTINCT ?x ?d WHERE { { ?x jsip:confirmedBy ?agent }
  UNION { ?d jsip:disagreementOn ?x } } ORDER BY ?x ?d"""
_FIGURES = """SELECT ?x ?value (COUNT(?c) AS ?n) WHERE {
  { GRAPH g:derived-edges { ?x ?p ?value }
    FILTER(DATATYPE(?value) = xsd:decimal && ?p != jsip:amountUpTo)
    OPTIONAL { ?c rdf:subject ?x ; rdf:predicate ?p ; rdf:object ?value ;
      jsip:reviewStatus rv:accepted } }
  UNION { GRAPH g:derived-cube { ?x sdmx-measure:obsValue ?value }
    OPTIONAL { ?x jsip:dimClaim ?c . ?c rdf:object ?value ; jsip:reviewStatus rv:accepted } }
} GROUP BY ?x ?value ORDER BY ?x ?value"""


def described(reader: Reader, rules: QualityRules) -> Iterator[Measured]:
    """F5: the dataset's description has its items."""
    found = set()
    for row in reader.rows(_DESCRIPTION.format(base=reader.names.base)):
        predicate = reader.names.curie(row["p"])
        found |= {predicate, f"{predicate}@{row.get('lang', '')}"}
    for name, items in (
        ("F5-described", rules.dataset),
        ("F5-complete", (*rules.dataset, *rules.catalogue)),
    ):
        yield share(name, len(items), [item for item in items if item not in found])


def counts(reader: Reader, rules: QualityRules) -> Iterator[Measured]:
    """F5: the numbers of the description are those of the graphs outside it."""
    stated = _stated(reader)
    real = _real(reader)
    wrong = [
        f"{what}: {stated.get(what, 'nothing')} is stated, {real.get(what, 0)} found"
        for what in sorted(stated.keys() | real.keys())
        if stated.get(what) != real.get(what)
    ]
    yield share("F5-counts", len(stated.keys() | real.keys()), wrong)


def _stated(reader: Reader) -> dict[str, int | None]:
    name = reader.names.curie
    found = {name(row["p"]): row["n"] for row in reader.rows(_STATED)}
    counts = {what: whole(found[what]) for what in (*_REAL, "void:classes") if what in found}
    parts = {
        "class": ("void:classPartition", "void:class", "void:entities"),
        "property": ("void:propertyPartition", "void:property", "void:triples"),
    }
    for kind, (link, what, counted) in parts.items():
        sparql = _STATED_PARTS.format(link=link, what=what, counted=counted)
        counts |= {f"{kind} {name(r['what'])}": whole(r["n"]) for r in reader.rows(sparql)}
    return counts | {f"graph {name(r['what'])}": whole(r["n"]) for r in reader.rows(_STATED_GRAPHS)}


def _real(reader: Reader) -> dict[str, int]:
    columns = " ".join(f"({how} AS ?{what[5:]})" for what, how in _REAL.items())
    row = next(reader.rows(f"SELECT {columns} WHERE {{ {_OUTSIDE} }}"))
    counts = {what: int(row[what[5:]]) for what in _REAL}
    for kind, sparql in (
        ("class", _REAL_CLASSES),
        ("property", _REAL_PROPERTIES),
        ("graph", _REAL_GRAPHS),
    ):
        for row in reader.rows(sparql):
            counts[f"{kind} {reader.names.curie(row['what'])}"] = int(row["n"])
    counts["void:classes"] = sum(what.startswith("class ") for what in counts)
    return counts


def licence(reader: Reader, rules: QualityRules) -> Iterator[Measured]:
    """R1: modules and dataset name the licence; quotes stay short citations outside it."""
    rows = list(reader.rows(_LICENSED))
    bad = [reader.names.curie(r["x"]) for r in rows if r.get("licence") != rules.licence]
    yield share("R1-licence", len(rows), bad)
    lengths = {r["x"]: len(r["quote"]) for r in reader.rows(_QUOTES)}
    most = rules.demands["R1-quotes"].most or 0
    long = [f"{reader.names.slug(x)}: {n}" for x, n in lengths.items() if n > most]
    yield Measured("R1-quotes", max(lengths.values(), default=None), tuple(long))


def traces(reader: Reader, rules: QualityRules) -> Iterator[Measured]:
    """R2: how far claims can be followed, and on which level of evidence they rest."""
    slug = reader.names.slug
    claims = [slug(row["c"]) for row in reader.rows(_CLAIMS)]
    traced = {slug(row["c"]) for row in reader.rows(_TRACED)}
    yield share("R2-traced", len(claims), [c for c in claims if c not in traced])
    accepted = list(reader.rows(_REVIEWED))
    alone = [slug(row["c"]) for row in accepted if row["n"] == "0"]
    yield share("R2-reviewed", len(accepted), alone)
    verified = sum(1 for _ in reader.rows(_VERIFIED))
    for name, number in (("R2-verified", verified), ("R2-quoted", len(claims) - verified)):
        yield Measured(name, number / len(claims) if claims else None)


def second_readers(reader: Reader, rules: QualityRules) -> Iterator[Measured]:
    """R2: claims that two agents found alike, reviews that differ and wait for a third, the rate.

    A claim on which two have ever differed counts as one on which they do not agree.
    """
    for name, sparql in (("R2-confirmed", _CONFIRMED), ("R2-disagreements", _DISAGREEMENTS)):
        found = tuple(reader.names.slug(row["x"]) for row in reader.rows(sparql))
        yield Measured(name, len(found), found if name == "R2-disagreements" else ())
    twice = list(reader.rows(_READ_TWICE))
    differ = {reader.names.slug(row["x"]) for row in twice if "d" in row}
    yield share("R2-agreement", len({row["x"] for row in twice}), sorted(differ))


def passages(reader: Reader, rules: QualityRules) -> Iterator[Measured]:
    """R2: how many claims have their value, and also their subject, in the words of passages."""
    held: dict[str, set[str]] = defaultdict(set)
    for row in reader.rows(_HELD):
        held[row["c"]].add(row.get("part", ""))
    for name, parts in (("R2-value", {VALUE}), ("R2-value-subject", {VALUE, SUBJECT})):
        whole_ones = sum(parts <= found for found in held.values())
        yield Measured(name, whole_ones / len(held) if held else None)


def figures(reader: Reader, rules: QualityRules) -> Iterator[Measured]:
    """R3: every number of the edges and the cube has an accepted claim that states it."""
    rows = list(reader.rows(_FIGURES))
    alone = [f"{reader.names.slug(r['x'])}: {r['value']}" for r in rows if r["n"] == "0"]
    yield share("R3-figures", len(rows), alone)


def answers(reader: Reader, rules: QualityRules) -> Iterator[Measured]:
    """Q1: the ready questions, how many are answered in time, and which have no row."""
    slow, empty = [], []
    for name, question in questions().items():
        try:
            rows, seconds = _answered(reader, question.sparql, rules.question_seconds)
        except QueryRefused as refused:
            slow.append(f"{name}: {refused}")
            continue
        if seconds > rules.question_seconds:
            slow.append(f"{name}: {seconds:.1f} s")
        if not rows:
            empty.append(f"{name}: {question.title_en}")
    total = len(questions())
    yield Measured("Q1-questions", total)
    yield share("Q1-fast", total, slow)
    yield share("Q1-answered", total, empty)


def _answered(reader: Reader, sparql: str, limit: float) -> tuple[int, float]:
    """Rows and seconds of a question; where it seems slow, the best of some tries.

    A machine that is busy with something else makes no question slow.
    """
    rows, best = 0, inf
    for _ in range(_TRIES):
        start = perf_counter()
        rows = sum(1 for _ in reader.rows(sparql))
        best = min(best, perf_counter() - start)
        if best <= limit:
            break
    return rows, best


CONTENT_CHECKS = (described, counts, licence, traces, passages, second_readers, figures, answers)

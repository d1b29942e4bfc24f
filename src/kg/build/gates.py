"""Checks that SHACL cannot say: dangling names, periods, lexical forms, held texts.

Each yields problems at IRIs; `check` maps those back to rows. Numbers are ontology.md §5's.
"""

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse

from kg.build.assemble import Assembled
from kg.core.names import Names
from kg.core.problems import Problem
from kg.engine.graph_store import ask
from kg.ledger.texts import HeldText, read_held_text
from kg.text.bounds import canonical, parse_number
from kg.text.periods import mint_period

_XSD = "http://www.w3.org/2001/XMLSchema#"


def graph_problems(assembled: Assembled) -> Iterator[Problem]:
    """All gates on the assembled quads."""
    yield from _dangling(list(assembled.store), assembled.names)
    yield from _periods(assembled.store, assembled.names)


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _dangling(quads: list[Quad], names: Names) -> Iterator[Problem]:
    """S30: every own instance or concept that a triple points to is described somewhere."""
    described = {quad.subject for quad in quads}
    own = (names.prefixes["id"], f"{names.base}scheme/")
    for quad in quads:
        value = quad.object
        if isinstance(value, NamedNode) and value.value.startswith(own) and value not in described:
            what = f"points to {names.slug(value.value)}, which nothing describes"
            yield Problem(_iri(quad.subject), what, "S30")


def _periods(store: Store, names: Names) -> Iterator[Problem]:
    """S09: a period's dates are those that its slug names."""
    found = rows(
        store,
        names,
        "SELECT ?p ?start ?end ?years WHERE { VALUES ?class { jsip:CalendarMonth "
        "jsip:CalendarYear jsip:FiscalYear jsip:MonthSpan jsip:MultiYear } ?p a ?class "
        "OPTIONAL { ?p jsip:startDate ?start } "
        "OPTIONAL { ?p jsip:endDate ?end } OPTIONAL { ?p jsip:durationYears ?years } }",
    )
    for iri, start, end, years in found:
        period = mint_period(names.slug(iri))
        wanted = period and (period.start, period.end, str(period.years or ""))
        if wanted != (start, end, years):
            yield Problem(iri, "its dates are not those that its slug names", "S09")


def lexical_problems(folder: Path, names: Names) -> Iterator[Problem]:
    """S06: decimals on disk are canonical, and no float or double stands anywhere.

    Read from the files, because a store normalises literals.
    """
    for file in sorted(folder.glob("*.trig")):
        for quad in parse(path=str(file), format=RdfFormat.TRIG):
            if isinstance(quad.object, Literal):
                yield from _lexical(quad, quad.object, names)


def _lexical(quad: Quad, literal: Literal, names: Names) -> Iterator[Problem]:
    kind = literal.datatype.value.removeprefix(_XSD)
    if kind in ("float", "double"):
        what = f"{names.curie(quad.predicate.value)} is a {kind}; write an exact decimal"
        yield Problem(_iri(quad.subject), what, "S06")
    if kind == "decimal":
        number = parse_number(literal.value)
        if number is None or canonical(number) != literal.value:
            what = f"{literal.value!r} is no canonical decimal; run `kg compile`"
            yield Problem(_iri(quad.subject), what, "S06")


def source_problems(store: Store, names: Names, folder: Path) -> Iterator[Problem]:
    """S12: each held text has its digest and length, each passage stands where it says."""
    texts: dict[str, HeldText] = {}
    for iri, snapshot, digest, length in rows(store, names, _SNAPSHOTS):
        text = read_held_text(folder, names.slug(iri))
        if text is None:
            what = f"no text {names.slug(iri).removeprefix('src-')}.txt in {folder}; hold it there"
            yield Problem(iri, what, "S12", "Warning")
        elif (text.digest, str(len(text.text))) != (digest, length):
            what = f"the held text has {text.digest} and {len(text.text)} code points, the table"
            yield Problem(iri, f"{what} {digest} and {length}; run `kg anchor --renew`", "S12")
        else:
            texts[snapshot] = text
    for iri, snapshot, quote, start, end in rows(store, names, _PASSAGES):
        if snapshot in texts:
            is_name = "/m-" in iri
            yield from _passage(iri, texts[snapshot], quote, int(start), int(end), is_name)


_SNAPSHOTS = (
    "SELECT ?source ?snapshot ?digest ?length WHERE { ?snapshot prov:specializationOf ?source ; "
    "jsip:textDigest ?digest ; jsip:charLength ?length } ORDER BY ?source"
)
_PASSAGES = (
    "SELECT ?e ?snapshot ?quote ?start ?end WHERE { ?e jsip:inSnapshot ?snapshot ; "
    "oa:hasSelector ?position . ?position oa:start ?start ; oa:end ?end . "
    "{ ?e oa:hasSelector ?q . ?q oa:exact ?quote } UNION { ?e jsip:surfaceForm ?quote } } "
    "ORDER BY ?e"
)


def _passage(
    iri: str, text: HeldText, quote: str, start: int, end: int, is_name: bool
) -> Iterator[Problem]:
    if text.text[start:end] != quote:
        what = f"the text has {text.text[start:end]!r} at {start}-{end}, the quote is {quote!r}"
        yield Problem(iri, f"{what}; run `kg anchor`", "S32" if is_name else "S12")
    elif not is_name and text.is_whole_sentence(quote):
        yield Problem(iri, f"{quote!r} is a whole sentence; quote the phrase alone", "S12")


def rows(store: Store, names: Names, sparql: str) -> Iterator[tuple[str, ...]]:
    """Rows of a SELECT as plain strings; unbound is empty."""
    answer = ask(store, names.sparql_prologue() + sparql)
    assert isinstance(answer, QuerySolutions)
    for row in answer:
        yield tuple(getattr(term, "value", "") if term is not None else "" for term in row)

"""The conflict rule and the edges rule on tiny stores, in two engines with equal results."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    parse,
)
from rdflib.plugins.sparql import prepareQuery

from kg.build.snapshot import Snapshot
from kg.engine.graph_store import MemoryStore
from kg.text.bounds import bounds, canonical, load_bounds, parse_number
from surfaces import EXAMPLE, ONTOLOGY, REPOSITORY

pytestmark = pytest.mark.fast

BASE = "https://w3id.org/jsip/"
RULES = load_bounds(ONTOLOGY / "config" / "bounds.yaml")
PREFIXES = (
    f"@prefix jsip: <{BASE}ns#> . @prefix id: <{BASE}id/> ."
    f"@prefix rv: <{BASE}scheme/review-status/> . @prefix vq: <{BASE}scheme/value-qualifier/> ."
    f"@prefix fn: <{BASE}scheme/funding-nature/> . @prefix cur: <https://example.org/> ."
    "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> ."
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
)
Found = set[tuple[str, str, str]]


def in_both(rule: str, turtle: str) -> Found:
    """What a shipped rule constructs from Turtle, the same in pyoxigraph and rdflib."""
    sparql = (ONTOLOGY / "rules" / f"{rule}.rq").read_text(encoding="utf-8")
    return constructed(sparql, (PREFIXES + turtle).encode())


def constructed(sparql: str, turtle: bytes) -> Found:
    store, graph = Store(), rdflib.Graph()
    store.load(turtle, format=RdfFormat.TURTLE)
    graph.parse(data=turtle, format="turtle")
    answer = store.query(sparql)
    assert isinstance(answer, QueryTriples)
    first = {values_of(t.subject, t.predicate, t.object) for t in answer}
    found: Iterable[Any] = graph.query(prepared(sparql))
    second = {(str(s), str(p), str(o)) for s, p, o in found}
    assert first == second
    return {tuple(short(term) for term in triple) for triple in first}  # type: ignore[misc]


@cache
def prepared(sparql: str) -> rdflib.plugins.sparql.sparql.Query:
    return prepareQuery(sparql)


def short(iri: str) -> str:
    for namespace in (f"{BASE}ns#", f"{BASE}id/", f"{BASE}scheme/", "https://example.org/"):
        iri = iri.removeprefix(namespace)
    return iri.removeprefix("http://www.w3.org/1999/02/22-rdf-syntax-ns#")


@dataclass(frozen=True)
class Figure:
    """A number as a row gives it."""

    cell: str
    qualifier: str = "stated"
    low: str = ""
    high: str = ""

    def turtle(self, claim: str, key: str = "m|amount|JPY") -> str:
        sides = bounds(
            self.cell, self.qualifier, RULES, parse_number(self.low), parse_number(self.high)
        )
        lines = [
            f'jsip:{name} "{canonical(side)}"^^xsd:decimal'
            for name, side in zip(("lowerBound", "upperBound"), sides, strict=True)
            if side is not None
        ]
        value = parse_number(self.cell)
        assert value is not None
        lines.append(f"jsip:valueQualifier vq:{self.qualifier}")
        lines.append(f'rdf:object "{canonical(value)}"^^xsd:decimal ; jsip:comparisonKey "{key}"')
        return f"id:{claim} {' ; '.join(lines)} .\n"


def stated(cell: str) -> Figure:
    return Figure(cell)


def span(low: str, high: str, at: str = "") -> Figure:
    return Figure(at or low, "range", low, high)


def said(qualifier: str, cell: str) -> Figure:
    return Figure(cell, qualifier)


NONE, VALUE, SLIP = None, "Value", "UnitError"
PAIRS = [
    (stated("25.2e9"), stated("25.3e9"), NONE),  # neighbours share the border 25.25
    (stated("1e12"), stated("1e8"), SLIP),
    (said("over", "55e9"), stated("55e9"), NONE),
    (stated("35e9"), stated("55e9"), VALUE),
    (said("up-to", "45e12"), stated("45.3e12"), NONE),
    (said("exact", "10e6"), said("exact", "10e6"), NONE),
    (stated("14.9003e12"), said("over", "15e12"), VALUE),
    (said("over", "15e12"), stated("15.2602e12"), NONE),
    (said("approximately", "1e12"), stated("1e12"), NONE),
    (said("approximately", "105"), stated("115"), NONE),  # 115.5 lies within both
    (said("approximately", "105"), stated("117"), VALUE),
    (said("under", "20e9"), said("over", "30e9"), VALUE),
    (said("under", "20e9"), said("over", "10e9"), NONE),
    (said("under", "20e9"), said("at-least", "20e9"), NONE),  # borders touch
    (said("over", "10e9"), said("over", "99e9"), NONE),  # both open above
    (said("under", "10"), said("up-to", "99"), NONE),  # both open below
    (said("up-to", "9e11"), said("up-to", "732e9"), VALUE),  # two ceilings of one thing
    (said("up-to", "73e10"), said("up-to", "732e9"), NONE),  # one ceiling in round figures
    (said("up-to", "45e12"), said("up-to", "45.3e12"), NONE),
    (said("under", "30e9"), said("under", "20e9"), NONE),  # both may hold
    (span("5e9", "6e9"), stated("5.5e9"), NONE),
    (span("5e9", "6e9"), span("6e9", "7e9"), NONE),
    (span("5e9", "6e9"), span("7e9", "8e9"), VALUE),
    (span("5e9", "9e9", at="7e9"), span("6e9", "8e9"), NONE),  # one within the other
    (Figure("1e11", "order-of-magnitude", "1e11", "1e12"), said("over", "55e9"), NONE),
    (Figure("1e11", "order-of-magnitude", "1e11", "1e12"), stated("55e9"), VALUE),
    (said("exact", "10e6"), said("exact", "11e6"), VALUE),
    (said("exact", "10e6"), stated("10e6"), NONE),
    (stated("26"), stated("26.4"), NONE),
    (stated("26"), stated("28"), VALUE),
    (stated("1e12"), stated("1e11"), VALUE),  # ten is no slip of units
    (stated("1e12"), stated("1e10"), SLIP),
    (stated("1.01e12"), stated("1.00e8"), SLIP),  # within 2 %
    (stated("1.03e12"), stated("1.00e8"), VALUE),
    (stated("-5"), stated("5"), VALUE),
    (said("exact", "0"), stated("5"), VALUE),
    (said("at-least", "99"), said("exact", "98.9"), VALUE),
]


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize(("one", "other", "kind"), PAIRS)
def test_a_conflict_is_a_gap_between_two_intervals(
    one: Figure, other: Figure, kind: str | None, swapped: bool
) -> None:
    one, other = (other, one) if swapped else (one, other)
    found = in_both("r7-conflicts", one.turtle("c-a") + other.turtle("c-b"))
    assert kinds(found) == ({kind} if kind else set())
    assert members(found) == ({"c-a", "c-b"} if kind else set())


def kinds(found: Found) -> set[str]:
    return {o for _, p, o in found if p == "detectedType"}


def members(found: Found) -> set[str]:
    return {o for _, p, o in found if p == "involves"}


def test_claims_of_different_keys_never_conflict() -> None:
    turtle = stated("1").turtle("c-a", "a|amount|JPY") + stated("99").turtle("c-b", "b|amount|JPY")
    assert in_both("r7-conflicts", turtle) == set()


@pytest.mark.parametrize(
    "pair", ["id:c-a jsip:supersedes id:c-b .", "id:c-b jsip:supersedes id:c-a ."]
)
def test_a_superseded_figure_is_no_conflict(pair: str) -> None:
    turtle = stated("1e12").turtle("c-a") + stated("3e12").turtle("c-b")
    assert kinds(in_both("r7-conflicts", turtle)) == {"Value"}
    assert in_both("r7-conflicts", turtle + pair) == set()


def test_a_conflict_involves_only_claims_that_stand_apart() -> None:
    turtle = "".join(
        stated(cell).turtle(f"c-{n}")
        for n, cell in enumerate(["35e9", "55e9", "55.2e9"])  # the last two touch, both clash
    ) + said("over", "10e9").turtle("c-open")
    found = in_both("r7-conflicts", turtle)
    assert members(found) == {"c-0", "c-1", "c-2"}
    assert len({s for s, _, _ in found}) == 1


def test_a_conflict_is_named_by_its_key() -> None:
    key = "domestic-ai-support-5y|amount|JPY"
    found = in_both(
        "r7-conflicts", stated("1e12").turtle("c-a", key) + stated("1e8").turtle("c-b", key)
    )
    assert {s for s, _, _ in found} == {"conflict-53d29cce3f19"}


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("fn:public", "fn:private", "Value"),
        ("fn:public", "fn:public", None),
        ('"2025-12-19"^^xsd:date', '"2025-12-23"^^xsd:date', "Value"),
        ('"2025-12-19"^^xsd:date', '"2025-12-19"^^xsd:date', None),
        ('"2023-10"^^xsd:gYearMonth', '"2023-10-01"^^xsd:date', None),  # a day lies in its month
        ('"2023"^^xsd:gYear', '"2023-10-01"^^xsd:date', None),
        ('"2023-11"^^xsd:gYearMonth', '"2023-10-01"^^xsd:date', "Value"),
        ('"2023"^^xsd:gYear', '"2024"^^xsd:gYear', "Value"),
        ("id:a", "id:a-b", "Value"),
        ("id:a", "id:b", "Value"),
    ],
)
def test_values_without_bounds_conflict_when_they_differ(
    one: str, other: str, kind: str | None
) -> None:
    turtle = (
        f'id:c-a rdf:object {one} ; jsip:comparisonKey "k" .'
        f'id:c-b rdf:object {other} ; jsip:comparisonKey "k" .'
    )
    assert kinds(in_both("r7-conflicts", turtle)) == ({kind} if kind else set())


def test_silence_has_no_key_and_never_conflicts() -> None:
    turtle = (
        'id:c-a rdf:object fn:not-stated . id:c-b rdf:object fn:public ; jsip:comparisonKey "k" .'
    )
    assert in_both("r7-conflicts", turtle) == set()


# --- edges


def claim(
    name: str,
    value: str,
    *more: str,
    status: str = "accepted",
    rank: str = "Normal",
    subject: str = "id:m",
    predicate: str = "jsip:fundingNature",
    key: str = "m|p",
) -> str:
    facts = [
        f"rdf:subject {subject} ; rdf:predicate {predicate} ; rdf:object {value}",
        f"jsip:reviewStatus rv:{status} ; jsip:rank jsip:{rank}",
        *([f'jsip:comparisonKey "{key}"'] if key else []),
        *more,
    ]
    return f"id:c-{name} {' ; '.join(facts)} .\n"


def amount(name: str, value: str, *more: str, **given: str) -> str:
    typed = f'"{value}"^^xsd:decimal'
    return claim(name, typed, "jsip:unit cur:JPY", *more, predicate="jsip:amount", **given)


PUBLIC, PRIVATE = (
    ("m", "fundingNature", "funding-nature/public"),
    (
        "m",
        "fundingNature",
        "funding-nature/private",
    ),
)
POST = {"subject": "id:p", "predicate": "jsip:holdsPost", "key": "p|holdsPost|pm"}

EDGES: dict[str, tuple[str, Found]] = {
    "one accepted claim is shown": (claim("a", "fn:public"), {PUBLIC}),
    "a tie abstains": (claim("a", "fn:public") + claim("b", "fn:private"), set()),
    "a duplicate is shown once": (claim("a", "fn:public") + claim("b", "fn:public"), {PUBLIC}),
    "two preferred values abstain": (
        claim("a", "fn:public", rank="Preferred") + claim("b", "fn:private", rank="Preferred"),
        set(),
    ),
    "two preferred claims of one value agree": (
        claim("a", "fn:public", rank="Preferred") + claim("b", "fn:public", rank="Preferred"),
        {PUBLIC},
    ),
    "a normal claim does not break a tie above it": (
        claim("a", "fn:public", rank="Preferred")
        + claim("b", "fn:private", rank="Preferred")
        + claim("c", "fn:public"),
        set(),
    ),
    "a normal claim stands below a preferred one": (
        claim("a", "fn:public", rank="Preferred") + claim("b", "fn:private"),
        {PUBLIC},
    ),
    "a preferred claim that is not accepted outranks nobody": (
        claim("a", "fn:private", rank="Preferred", status="disputed") + claim("b", "fn:public"),
        {PUBLIC},
    ),
    "a multi-valued property shows each value": (
        claim("a", "fn:public", key="m|p|public") + claim("b", "fn:private", key="m|p|private"),
        {PUBLIC, PRIVATE},
    ),
    "a superseded claim gives way to the newer": (
        claim("a", "fn:private", "jsip:x id:y", status="superseded", rank="Deprecated")
        + claim("b", "fn:public", "jsip:supersedes id:c-a"),
        {PUBLIC},
    ),
    "a candidate gives none": (claim("a", "fn:public", status="candidate"), set()),
    "a disputed claim gives none": (claim("a", "fn:public", status="disputed"), set()),
    "a rejected claim gives none": (
        claim("a", "fn:public", status="rejected", rank="Deprecated"),
        set(),
    ),
    "a deprecated claim gives none": (claim("a", "fn:public", rank="Deprecated"), set()),
    "silence gives none": (claim("a", "fn:not-stated", key=""), set()),
    "an ended tenure gives none": (
        claim("a", "id:pm", 'jsip:endDate "2025-10-21"^^xsd:date', **POST),
        set(),
    ),
    "an open tenure is shown": (
        claim("a", "id:pm", 'jsip:startDate "2025-10-21"^^xsd:date', **POST),
        {("p", "holdsPost", "pm")},
    ),
    "a converted amount gives none": (amount("a", "100", "jsip:convertedFrom id:c-z"), set()),
    "an amount brings its currency": (
        amount("a", "100"),
        {("m", "amount", "100"), ("m", "currency", "JPY")},
    ),
    "a series gives none": (amount("a", "100") + "id:m a jsip:Series .", set()),
    "amounts that only touch still abstain": (amount("a", "25.2") + amount("b", "25.3"), set()),
}


@pytest.mark.parametrize("case", EDGES)
def test_edges(case: str) -> None:
    turtle, expected = EDGES[case]
    assert in_both("r7-edges", turtle) == expected


# --- the worked example


def example_turtle() -> bytes:
    """The example's triples as one graph in N-Triples, which is Turtle."""
    return b"".join(
        f"{quad.triple} .\n".encode()
        for file in sorted((EXAMPLE / "triples").glob("*.trig"))
        for quad in parse(path=str(file), format=RdfFormat.TRIG)
    )


def rule_texts(name: str) -> Iterable[str]:
    """The example's CONSTRUCT, and the shipped rule of the same name."""
    yield (EXAMPLE / "queries" / f"{name}.rq").read_text(encoding="utf-8")
    yield (ONTOLOGY / "rules" / f"{name}.rq").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["r7-conflicts", "r7-edges", "r7-tenures"])
def test_rules_on_the_example_construct_the_expected_triples_in_both_engines(name: str) -> None:
    expected = (EXAMPLE / "queries" / f"{name}.nt").read_bytes()
    triples = {
        tuple(short(term.value) for term in (q.subject, q.predicate, q.object))
        for q in parse(expected, format=RdfFormat.N_TRIPLES)
    }
    for sparql in rule_texts(name):
        assert constructed(sparql, example_turtle()) == triples
        assert sorted_ntriples(sparql) == expected


def sorted_ntriples(sparql: str) -> bytes:
    store = Store()
    store.load(example_turtle(), format=RdfFormat.TURTLE)
    answer = store.query(sparql)
    assert isinstance(answer, QueryTriples)
    lines = answer.serialize(format=RdfFormat.N_TRIPLES)
    assert lines is not None
    return b"".join(sorted(set(lines.splitlines(keepends=True))))


QUESTIONS = sorted(path.stem for path in (EXAMPLE / "queries").glob("cq*.rq"))


def question_texts(name: str) -> dict[str, str]:
    folders = {"example": EXAMPLE / "queries", "shipped": REPOSITORY / "src/kg/views/queries"}
    return {where: (f / f"{name}.rq").read_text(encoding="utf-8") for where, f in folders.items()}


@pytest.mark.parametrize("where", ["example", "shipped"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_questions_on_the_example_give_the_expected_rows_in_both_engines(
    name: str, where: str
) -> None:
    expected = (EXAMPLE / "queries" / f"{name}.csv").read_text(encoding="utf-8")
    sparql, graph, store = question_texts(name)[where], rdflib.Graph(), Store()
    store.load(example_turtle(), format=RdfFormat.TURTLE)
    graph.parse(data=example_turtle(), format="turtle")
    answer = store.query(sparql)
    assert isinstance(answer, QuerySolutions)
    rows = answer.serialize(format=QueryResultsFormat.CSV) or b""
    assert rows.decode().replace("\r\n", "\n") == expected
    serialised = graph.query(prepared(sparql)).serialize(format="csv") or b""
    assert serialised.decode().replace("\r\n", "\n") == expected


@pytest.mark.parametrize("name", QUESTIONS)
def test_derived_graphs_do_not_change_an_answer(name: str, example_snapshot: Snapshot) -> None:
    """Read over the union of a built snapshot, derived triples count nothing twice."""
    store = MemoryStore(example_snapshot.quads, example_snapshot.version)
    answer = store.query(question_texts(name)["example"])
    assert isinstance(answer, QuerySolutions)
    rows = answer.serialize(format=QueryResultsFormat.CSV) or b""
    expected = Path(EXAMPLE / "queries" / f"{name}.csv").read_text(encoding="utf-8")
    assert rows.decode().replace("\r\n", "\n") == expected


def test_the_shipped_conflict_rule_finds_what_the_question_lists(
    example_snapshot: Snapshot,
) -> None:
    """CQ08 and r7-conflicts state one rule twice: they must name the same conflicts and claims."""
    quads = list(parse(path=str(example_snapshot.quads), format=RdfFormat.N_QUADS))
    found = {pair(q) for q in quads if in_graph(q, "derived-conflicts") and is_member(q)}
    store = MemoryStore(example_snapshot.quads, example_snapshot.version)
    answer = store.query(question_texts("cq08")["shipped"])
    assert isinstance(answer, QuerySolutions)
    rows = list(answer)
    listed = {(r["conflict"].value, r[m].value) for r in rows if r["key"] for m in ("a", "b")}
    assert found == listed
    assert len(found) == 8


def values_of(*terms: object) -> tuple[str, ...]:
    """The values of terms that have one: none of them is a triple."""
    assert all(isinstance(term, NamedNode | BlankNode | Literal) for term in terms)
    return tuple(term.value for term in terms if isinstance(term, NamedNode | BlankNode | Literal))


def pair(quad: Quad) -> tuple[str, ...]:
    return values_of(quad.subject, quad.object)


def in_graph(quad: Quad, name: str) -> bool:
    return quad.graph_name == NamedNode(f"{BASE}graph/{name}")


def is_member(quad: Quad) -> bool:
    return bool(quad.predicate.value == f"{BASE}ns#involves")

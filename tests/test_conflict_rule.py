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
from surfaces import EXAMPLE, ONTOLOGY

pytestmark = pytest.mark.fast

BASE = "https://w3id.org/jsip/"
RULES = load_bounds(ONTOLOGY / "config" / "bounds.yaml")
PREFIXES = (
    f"@prefix jsip: <{BASE}ns#> . @prefix id: <{BASE}id/> ."
    f"@prefix rv: <{BASE}scheme/review-status/> . @prefix vq: <{BASE}scheme/value-qualifier/> ."
    f"@prefix fn: <{BASE}scheme/funding-nature/> . @prefix cur: <https://example.org/> ."
    f"@prefix unit: <{BASE}scheme/unit/> ."
    "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> ."
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
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
    assert len({s for s, p, _ in found if p == "involves"}) == 1


def test_a_conflict_is_named_by_its_key() -> None:
    key = "domestic-ai-support-5y|amount|JPY"
    found = in_both(
        "r7-conflicts", stated("1e12").turtle("c-a", key) + stated("1e8").turtle("c-b", key)
    )
    assert {s for s, p, _ in found if p == "involves"} == {"conflict-53d29cce3f19"}


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


def test_a_caution_of_the_editors_is_no_conflict() -> None:
    turtle = stated("1e12").turtle("c-a") + stated("3e12").turtle("c-b")
    told = "id:x a jsip:Caution ; jsip:involves id:c-a , id:c-b ."
    assert in_both("r7-conflicts", turtle + told) == set()


PERIODS = """id:y2024 jsip:startDate "2024-01-01"^^xsd:date .
  id:y2025 jsip:startDate "2025-01-01"^^xsd:date .
  id:c-a jsip:refPeriod id:y2024 . """


@pytest.mark.parametrize(
    ("other", "kind"),
    [("id:c-b jsip:refPeriod id:y2025 .", None), ("id:c-b jsip:refPeriod id:y2024 .", "Value"),
     ("", "Value"), ("id:c-b jsip:refPeriod id:five-years .", "Value")],
)  # fmt: skip
def test_periods_of_one_key_are_compared_where_both_state_one(other: str, kind: str | None) -> None:
    turtle = stated("1e12").turtle("c-a") + stated("3e12").turtle("c-b") + PERIODS + other
    assert kinds(in_both("r7-conflicts", turtle)) == ({kind} if kind else set())


def level(
    name: str, cell: str, year: int, series: str = "level", house: str = "h", tail: str = ""
) -> str:
    return stated(cell).turtle(f"c-{name}", f"{series}|observedValue|period=y{year}{tail}") + (
        f"id:c-{name} rdf:subject id:{series} ; rdf:predicate jsip:observedValue ;"
        f" jsip:assertedBy id:{house} ;"
        f" jsip:unit {'unit:percent' if series == 'rate' else 'cur:JPY'} ;"
        f" jsip:refPeriod id:y{year} ."
        f'id:y{year} a jsip:CalendarYear ; jsip:startDate "{year}-01-01"^^xsd:date .'
    )


LEVELS = level("base", "12.7582", 2021) + level("level", "13.2698", 2022)


@pytest.mark.parametrize(
    ("rate", "found"),
    [("4.5", True), ("4.0", False), ("4", False), ("3.9", True), ("-4.0", True), ("5", True)],
)
def test_a_growth_rate_is_held_against_its_own_levels(rate: str, found: bool) -> None:
    turtle = LEVELS + level("rate", rate, 2022, "rate") + "id:rate jsip:growthOf id:level ."
    members_found = members(in_both("r7-conflicts-growth", turtle))
    assert members_found == ({"c-rate", "c-level", "c-base"} if found else set())


def test_levels_of_another_house_say_nothing_of_a_rate() -> None:
    rate = level("rate", "9", 2022, "rate", house="other") + "id:rate jsip:growthOf id:level ."
    assert in_both("r7-conflicts-growth", LEVELS + rate) == set()
    assert in_both("r7-conflicts-growth", LEVELS + level("rate", "9", 2022, "rate")) == set()


@pytest.mark.parametrize(
    "other",
    [
        level("other", "10", 2021, tail="|area=tokyo"),
        level("other", "15", 2022, tail="|scenario=high"),
        level("other", "132.698", 2022) + "id:c-other jsip:reviewStatus rv:rejected .",
    ],
    ids=["another area", "another scenario", "a slip that was rejected"],
)
def test_levels_of_another_question_say_nothing_of_a_rate(other: str) -> None:
    turtle = LEVELS + level("rate", "4.0", 2022, "rate") + "id:rate jsip:growthOf id:level ."
    assert in_both("r7-conflicts-growth", turtle + other) == set()


def test_a_rate_that_the_editors_found_not_comparable_is_no_conflict() -> None:
    turtle = LEVELS + level("rate", "9", 2022, "rate") + "id:rate jsip:growthOf id:level ."
    told = "id:x a jsip:Caution ; jsip:involves id:c-rate , id:c-level ."
    assert in_both("r7-conflicts-growth", turtle) != set()
    assert in_both("r7-conflicts-growth", turtle + told) == set()


def holder(name: str, *facts: str) -> str:
    return (
        f"id:c-{name} rdf:predicate jsip:holdsPost ; rdf:object id:post ; rdf:subject id:{name} ;"
        + " ; ".join(facts) + " .\n"
    )  # fmt: skip


def on(property_: str, day: str) -> str:
    kind = {4: "gYear", 7: "gYearMonth", 10: "date"}[len(day)]
    return f'jsip:{property_} "{day}"^^xsd:{kind}'


HOLDERS: dict[str, tuple[tuple[str, ...], tuple[str, ...], bool]] = {
    "told on one day": ((on("assertedOn", "2025-11-01"),), (on("assertedOn", "2025-11-01"),), True),
    "told in one month": ((on("assertedOn", "2025-11-01"),), (on("assertedOn", "2025-11"),), False),
    "handed over in a month": (
        (on("startDate", "2021-10"), on("endDate", "2024-10")),
        (on("startDate", "2024-10"), on("assertedOn", "2024-12-01")), False,
    ),
    "handed over in a month, on a day": (
        (on("startDate", "2021-10"), on("endDate", "2024-10")),
        (on("startDate", "2024-10-05"), on("assertedOn", "2024-12-01")), False,
    ),
    "handed over in a year": (
        (on("startDate", "2021"), on("endDate", "2024")),
        (on("startDate", "2024"), on("assertedOn", "2025-03-01")), False,
    ),
    "named on the day on which another began": (
        (on("assertedOn", "2024-10-01"),),
        (on("startDate", "2024-10-01"), on("assertedOn", "2024-10-01")), False,
    ),
    "months that overlap": (
        (on("startDate", "2021-10"), on("endDate", "2024-10")),
        (on("startDate", "2024-08"), on("assertedOn", "2024-12-01")), True,
    ),
    "told on two days": ((on("assertedOn", "2024-06-04"),), (on("assertedOn", "2025-11"),), False),
    "within a tenure": (
        (on("startDate", "2025-10-21"), on("assertedOn", "2025-12-01")),
        (on("assertedOn", "2025-11-01"),), True,
    ),
    "after a tenure": (
        (on("startDate", "2024-10-01"), on("endDate", "2025-10-21")),
        (on("startDate", "2025-10-21"), on("assertedOn", "2025-11-01")), False,
    ),
    "overlapping tenures": (
        (on("startDate", "2024-10-01"), on("endDate", "2025-10-21")),
        (on("startDate", "2025-09"), on("assertedOn", "2025-11-01")), True,
    ),
    "an end that nobody recorded": (
        (on("startDate", "2024-10-01"), on("assertedOn", "2024-10-02")),
        (on("startDate", "2025-10-21"), on("assertedOn", "2025-11-01")), False,
    ),
    "nothing dated": ((on("endDate", "2025"),), ("jsip:x 1",), False),
}  # fmt: skip


@pytest.mark.parametrize("case", HOLDERS)
def test_two_holders_of_one_post_on_one_day_conflict(case: str) -> None:
    one, other, found = HOLDERS[case]
    turtle = holder("ann", *one) + holder("bob", *other)
    assert members(in_both("r7-conflicts-posts", turtle)) == (
        {"c-ann", "c-bob"} if found else set()
    )
    for excused in (
        "id:post jsip:hasSeveralSeats true .",
        "id:c-ann jsip:reviewStatus rv:rejected .",
        "id:x a jsip:Caution ; jsip:involves id:c-ann , id:c-bob .",
    ):
        assert in_both("r7-conflicts-posts", turtle + excused) == set()


def stage(name: str, value: str, day: str) -> str:
    return (
        f"id:c-{name} rdf:subject id:plan ; rdf:predicate jsip:adoptionStage ;"
        f" rdf:object id:{value} ; {on('startDate', day)} .\n"
    )


@pytest.mark.parametrize(
    ("value", "day", "found"),
    [("decided", "2025-12-23", True), ("decided", "2025-12-19", False),
     ("decided", "2025-12", False), ("draft", "2025-12-23", False)],
)  # fmt: skip
def test_one_step_on_two_days_is_a_conflict(value: str, day: str, found: bool) -> None:
    turtle = stage("a", "decided", "2025-12-19") + stage("b", value, day)
    assert kinds(in_both("r7-conflicts-stages", turtle)) == ({"Stage"} if found else set())


def test_claims_of_a_conflict_named_by_hand_disagree_where_their_values_differ() -> None:
    turtle = (
        "id:x a jsip:Conflict ; jsip:involves id:c-a , id:c-b , id:c-c ."
        "id:q a jsip:IdentityQuestion ; jsip:involves id:c-a , id:c-d ."
        "id:c-a rdf:object id:v . id:c-b rdf:object id:w ."
        "id:c-c rdf:object id:v . id:c-d rdf:object id:z ."
    )
    found = {(a, b) for a, _, b in in_both("r7-conflicts-named", turtle)}
    assert found == {("c-a", "c-b"), ("c-b", "c-a"), ("c-b", "c-c"), ("c-c", "c-b")}


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

STAGE = {"subject": "id:plan", "predicate": "jsip:adoptionStage"}

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
    "of a post an earlier claim on the same holder does no harm": (
        claim("a", "id:pm", on("startDate", "2024-10-01"), **POST)
        + claim("b", "id:pm", on("assertedOn", "2025-11-21"), **POST),
        {("p", "holdsPost", "pm")},
    ),
    "an amount brings its currency": (
        amount("a", "100"),
        {("m", "amount", "100"), ("m", "currency", "JPY")},
    ),
    "a series gives none": (amount("a", "100") + "id:m a jsip:Series .", set()),
    "of a stage the latest day counts": (
        claim("a", "id:draft", on("startDate", "2025-12-19"), key="m|day=19", **STAGE)
        + claim("b", "id:decided", on("assertedOn", "2025-12-23"), key="m|day=23", **STAGE),
        {("plan", "adoptionStage", "decided")},
    ),
    "two stages of the latest day abstain": (
        claim("a", "id:draft", on("startDate", "2025-12-19"), key="m|day=19", **STAGE)
        + claim("b", "id:decided", on("startDate", "2025-12-19"), key="m|day=19", **STAGE),
        set(),
    ),
    "of two stages of one day the preferred one counts": (
        claim("a", "id:draft", on("startDate", "2025-12-19"), key="m|day=19", **STAGE)
        + claim(
            "b",
            "id:decided",
            on("startDate", "2025-12-19"),
            key="m|day=19",
            rank="Preferred",
            **STAGE,
        ),
        {("plan", "adoptionStage", "decided")},
    ),
    "of a post the last holder counts": (
        claim("a", "id:pm", on("startDate", "2024-10-01"), **POST)
        + claim("b", "id:pm", on("startDate", "2025-10-21"), **POST | {"subject": "id:q"}),
        {("q", "holdsPost", "pm")},
    ),
    "a post with several seats has several holders": (
        claim("a", "id:pm", on("startDate", "2024-10-01"), **POST)
        + claim("b", "id:pm", on("startDate", "2025-10-21"), **POST | {"subject": "id:q"})
        + "id:pm jsip:hasSeveralSeats true .",
        {("q", "holdsPost", "pm"), ("p", "holdsPost", "pm")},
    ),
    "amounts that only touch still abstain": (amount("a", "25.2") + amount("b", "25.3"), set()),
}


@pytest.mark.parametrize("case", EDGES)
def test_edges(case: str) -> None:
    turtle, expected = EDGES[case]
    found = in_both("r7-edges", turtle) | in_both("r7-edges-latest", turtle)
    assert found == expected


def part_amount(name: str, measure: str, rank: str = "Normal", status: str = "accepted") -> str:
    return (
        f"id:c-{name} rdf:subject id:{measure} ; rdf:predicate jsip:amount ; rdf:object 1.0 ;"
        f" jsip:unit cur:JPY ; jsip:reviewStatus rv:{status} ; jsip:rank jsip:{rank} ."
        f" id:{measure} jsip:amount 1.0 ."
    )


PART = "id:part jsip:partOfMeasure id:whole ." + part_amount("whole", "whole")


@pytest.mark.parametrize(
    ("claims", "chosen"),
    [
        (part_amount("a", "part"), {"c-a", "c-whole"}),
        (part_amount("a", "part") + part_amount("b", "part"), {"c-a", "c-whole"}),
        (part_amount("a", "part") + part_amount("b", "part", "Preferred"), {"c-b", "c-whole"}),
        (part_amount("a", "part", "Deprecated", "rejected"), set()),
        (
            part_amount("a", "part")
            + "id:x a jsip:Caution ; rdfs:comment 'why'@en ; jsip:involves id:c-a , id:c-whole .",
            set(),
        ),
    ],
    ids=["one claim", "the first of two", "the preferred of two", "rejected", "told by hand"],
)
def test_the_amount_of_a_part_is_not_compared_with_that_of_its_whole(
    claims: str, chosen: set[str]
) -> None:
    assert members(in_both("r7-cautions", PART + claims)) == chosen


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
    worked = EXAMPLE / "queries" / f"{name}.rq"
    if worked.is_file():  # the conflict rule has grown beyond the example's
        yield worked.read_text(encoding="utf-8")
    yield (ONTOLOGY / "rules" / f"{name}.rq").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["r7-conflicts", "r7-edges", "r7-edges-latest", "r7-tenures"])
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
    folders = {"example": EXAMPLE / "queries", "shipped": ONTOLOGY / "queries"}
    return {where: (f / f"{name}.rq").read_text(encoding="utf-8") for where, f in folders.items()}


def csv_of(sparql: str) -> str:
    """The engine's answer on the example.

    Not in a test's own frame: rdflib's parser keeps the frames that it was called from, and whoever
    throws them away in another thread must not find an answer of the engine in them.
    """
    store = Store()
    store.load(example_turtle(), format=RdfFormat.TURTLE)
    answer = store.query(sparql)
    assert isinstance(answer, QuerySolutions)
    return (answer.serialize(format=QueryResultsFormat.CSV) or b"").decode().replace("\r\n", "\n")


@pytest.mark.parametrize("where", ["example", "shipped"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_questions_on_the_example_give_the_expected_rows_in_both_engines(
    name: str, where: str
) -> None:
    expected = (EXAMPLE / "queries" / f"{name}.csv").read_text(encoding="utf-8")
    sparql, graph = question_texts(name)[where], rdflib.Graph()
    graph.parse(data=example_turtle(), format="turtle")
    assert csv_of(sparql) == expected
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


def test_the_question_of_conflicts_has_a_row_for_each(example_snapshot: Snapshot) -> None:
    store = MemoryStore(example_snapshot.quads, example_snapshot.version)
    question = ONTOLOGY / "queries/cq08.rq"
    answer = store.query(question.read_text(encoding="utf-8"))
    assert isinstance(answer, QuerySolutions)
    rows = [tuple(short(row[name].value) for name in COLUMNS) for row in answer]
    assert rows == [
        ("conflict-53d29cce3f19", "UnitError", "settled", "domestic-ai-support-5y", "5"),
        ("conflict-c7b35558dbe7", "Value", "settled", "fy2025-supplementary-content", "3"),
    ]


COLUMNS = ("conflict", "type", "state", "about", "claims")


def values_of(*terms: object) -> tuple[str, ...]:
    """The values of terms that have one: none of them is a triple."""
    assert all(isinstance(term, NamedNode | BlankNode | Literal) for term in terms)
    return tuple(term.value for term in terms if isinstance(term, NamedNode | BlankNode | Literal))

"""A series as a reader must see it: providers apart, breaks open, revisions kept, kinds unmixed."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from kg.core.errors import UnknownName
from kg.text.words import RANGES
from kg.views.record.cards import ClaimCard, Named
from kg.views.record.claims import Reader
from kg.views.record.plain_values import day
from kg.views.record.sentences import Sentence

Look = Literal["observed", "estimated", "projected", "intended", "superseded"]
_LOOKS: Mapping[str, Look] = {
    "surveyed": "observed", "reported": "observed", "enacted": "observed", "admitted": "observed",
    "provisional": "estimated", "estimated": "estimated", "forecast": "projected",
}  # fmt: skip
_UNSEEN = ("projected", "intended")
_DIMENSIONS = ("indicator", "area", "industry", "group", "statistic")


@dataclass(frozen=True, slots=True)
class Point:
    """One figure at its period; `when` is the middle of the period, None where it has no dates."""

    claim: ClaimCard
    when: date | None
    look: Look
    days: int  # how long the period is
    after: str  # the claim before a change of definition or method, where this is the first after
    replaces: tuple[ClaimCard, ...]
    replaced_by: tuple[ClaimCard, ...]

    @property
    def value(self) -> Decimal:
        """In full units; of a figure that is printed as a range its lower end."""
        return Decimal(self.claim.value)

    @property
    def high(self) -> Decimal | None:
        """The upper end of a figure that is printed as a range."""
        is_range = self.claim.qualifier in RANGES and self.claim.upper
        return Decimal(self.claim.upper) if is_range else None


@dataclass(frozen=True, slots=True)
class Line:
    """Points that may be joined: one provider and scenario, no break, one point a period.

    `beside` are further figures for the same periods: shown, and not joined.
    """

    provider: Named
    scenario: Named | None
    is_projected: bool
    points: tuple[Point, ...]
    beside: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """What may share one axis: one unit, one statistic, one group and area."""

    unit: str
    bearing: tuple[Named, ...]
    lines: tuple[Line, ...]
    superseded: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class SeriesCard:
    """A series: what it measures, its figures, and the series that it must not be joined to.

    `notes` are in English, `notes_ja` say all of them in Japanese or are empty.
    """

    named: Named
    dimensions: Mapping[str, Named]
    definition: Sentence
    notes: tuple[str, ...]
    points: tuple[Point, ...]
    panels: tuple[Panel, ...]
    apart: tuple[Named, ...]
    notes_ja: tuple[str, ...] = ()

    @property
    def unplaced(self) -> tuple[Point, ...]:
        """Figures whose period has no dates: in the table, on no axis."""
        return tuple(point for point in self.points if point.when is None)

    @property
    def breaks(self) -> tuple[Point, ...]:
        """The first figures after a change of definition or method."""
        return tuple(point for point in self.points if point.after)


def series_card(reader: Reader, iri: str) -> SeriesCard:
    """The card of a series; raises UnknownName where the IRI is no series."""
    facts = list(reader.rows(_FACTS.format(iri=iri)))
    if not any(row["kind"] == "series" for row in facts):
        known = (reader.names.slug(row["s"]) for row in reader.rows(_ALL))
        raise UnknownName("series", reader.names.slug(iri), known)
    texts = {row["kind"]: row["value"] for row in facts}
    points = _points(reader, iri)
    named = reader.named([iri, *(texts[d] for d in _DIMENSIONS if d in texts)])
    notes, ja = (tuple(r["value"] for r in facts if r["kind"] == k) for k in ("note", "note ja"))
    return SeriesCard(
        named=named[iri],
        dimensions={d: named[texts[d]] for d in _DIMENSIONS if d in texts},
        definition=Sentence(texts.get("en", ""), texts.get("ja", texts.get("en", ""))),
        notes=notes,
        points=points,
        panels=tuple(_panels(points)),
        apart=_apart(reader, iri, texts.get("indicator", ""), notes),
        notes_ja=ja if len(ja) == len(notes) else (),
    )


def _points(reader: Reader, iri: str) -> tuple[Point, ...]:
    claims = reader.claims(
        f"VALUES ?s {{ <{iri}> }} ?claim rdf:subject ?s ; rdf:predicate jsip:observedValue ."
    )
    by_iri = {claim.iri: claim for claim in claims}
    spans, after = {}, {}
    newer: dict[str, list[ClaimCard]] = defaultdict(list)
    older: dict[str, list[ClaimCard]] = defaultdict(list)
    for row in reader.rows(_TIMES.format(iri=iri)):
        spans[row["claim"]] = row.get("from", ""), row.get("to", "")
        after[row["claim"]] = reader.names.slug(row["after"]) if "after" in row else ""
        if row.get("old") in by_iri:
            older[row["claim"]].append(by_iri[row["old"]])
            newer[row["old"]].append(by_iri[row["claim"]])
    found = [
        Point(
            claim=claim,
            when=_middle(*spans.get(claim.iri, ("", ""))) if claim.unit else None,
            look=_look(claim, bool(newer[claim.iri])),
            days=_days(*spans.get(claim.iri, ("", ""))),
            after=after.get(claim.iri, ""),
            replaces=tuple(dict.fromkeys(older[claim.iri])),
            replaced_by=tuple(dict.fromkeys(newer[claim.iri])),
        )
        for claim in claims
    ]
    return tuple(sorted(found, key=lambda p: (p.when or date.max, p.claim.id)))


def _look(claim: ClaimCard, is_replaced: bool) -> Look:
    if is_replaced or not claim.is_accepted or claim.rank == "Deprecated":
        return "superseded"
    return _LOOKS.get(claim.status.local, "intended")


def _middle(start: str, end: str) -> date | None:
    first = day(start)
    if first is None:
        return None
    last = day(end) or first
    return first + (last - first) / 2


def _days(start: str, end: str) -> int:
    first, last = day(start), day(end)
    return (last - first).days + 1 if first and last else 1


def _panels(points: Iterable[Point]) -> Iterator[Panel]:
    shared: dict[tuple[str, tuple[Named, ...]], list[Point]] = defaultdict(list)
    for point in points:
        bearing = tuple(n for n in point.claim.about if not n.id.startswith("scenario/"))
        if point.when is not None:
            shared[point.claim.unit, bearing].append(point)
    for (unit, bearing), members in shared.items():
        current = [point for point in members if point.look != "superseded"]
        replaced = tuple(point for point in members if point.look == "superseded")
        yield Panel(unit, bearing, tuple(_lines(current)), replaced)


def _lines(points: Sequence[Point]) -> Iterator[Line]:
    """Lines by provider and scenario, what is seen and what is foreseen apart."""
    by_teller: dict[tuple[Named, str, bool], list[Point]] = defaultdict(list)
    for point in points:
        scenario = _scenario(point)
        teller = point.claim.asserter, scenario.id if scenario else "", point.look in _UNSEEN
        by_teller[teller].append(point)
    broken = sorted({point.when for point in points if point.after and point.when})
    for (provider, _, is_projected), members in by_teller.items():
        by_era: dict[int, list[Point]] = defaultdict(list)
        for point in members:
            by_era[sum(point.when is not None and when <= point.when for when in broken)].append(
                point
            )
        for era in by_era.values():
            joined = _one_a_period(era)
            beside = tuple(point for point in era if point not in joined)
            yield Line(provider, _scenario(era[0]), is_projected, joined, beside)


def _one_a_period(points: Sequence[Point]) -> tuple[Point, ...]:
    """The figure of each period that the editors prefer, else the first."""
    first: dict[date | None, Point] = {}
    for point in sorted(points, key=lambda p: (p.claim.rank != "Preferred", p.claim.id)):
        first.setdefault(point.when, point)
    return tuple(point for point in points if first[point.when] is point)


def _scenario(point: Point) -> Named | None:
    return next((n for n in point.claim.about if n.id.startswith("scenario/")), None)


def _apart(reader: Reader, iri: str, indicator: str, notes: Sequence[str]) -> tuple[Named, ...]:
    """Series of the same indicator, and those that the editors' notes name."""
    every = {row["s"]: row.get("indicator", "") for row in reader.rows(_ALL)}
    words = set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", " ".join(notes)))
    found = [
        other
        for other, of in every.items()
        if other != iri and (of == indicator or reader.names.slug(other) in words)
    ]
    return tuple(sorted(reader.named(found).values(), key=lambda name: name.en))


_ALL = (
    "SELECT ?s ?indicator WHERE { ?s a jsip:Series OPTIONAL { ?s jsip:dimIndicator ?indicator } }"
)
_FACTS = """SELECT DISTINCT ?kind ?value WHERE {{ VALUES ?s {{ <{iri}> }}
  {{ ?s a jsip:Series BIND(?s AS ?value) BIND("series" AS ?kind) }}
  UNION {{ VALUES (?p ?kind) {{ (jsip:dimIndicator "indicator") (jsip:refArea "area")
      (jsip:dimIndustry "industry") (jsip:dimGroup "group") (jsip:statistic "statistic") }}
    ?s ?p ?value }}
  UNION {{ ?s skos:editorialNote ?value
    BIND(IF(COALESCE(LANG(?value), "") = "ja", "note ja", "note") AS ?kind) }}
  UNION {{ ?s jsip:dimIndicator/skos:definition ?value BIND(COALESCE(LANG(?value), "") AS ?kind) }}
}} ORDER BY ?kind ?value"""
_TIMES = """SELECT DISTINCT ?claim ?from ?to ?after ?old WHERE {{ VALUES ?s {{ <{iri}> }}
  ?claim rdf:subject ?s ; rdf:predicate jsip:observedValue .
  OPTIONAL {{ ?claim jsip:refPeriod ?period . ?period jsip:startDate ?from
    OPTIONAL {{ ?period jsip:endDate ?to }} }}
  OPTIONAL {{ ?claim jsip:breaksSeriesAfter ?after }} OPTIONAL {{ ?claim jsip:supersedes ?old }}
}} ORDER BY ?claim ?old"""

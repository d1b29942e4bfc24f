"""Which figures of a text may be claims, and the cells of value, unit and qualifier."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.text.figures import Quantity
from kg.text.figures.model import AGE, DATE, DURATION, HIGH, LOW, MULTIPLE, ORDER
from kg.views.checking import agreement
from kg.views.checking.stated import is_threshold
from kg.views.checking.surroundings import Surroundings
from kg.views.intake.phrases import cell_of
from kg.views.intake.ranking import Ranked

_NEVER = (DATE, AGE)
_ONLY_KNOWN = (DURATION, MULTIPLE)
"""Kinds that mostly say something of another figure."""
_UNITS = {"person": "people", "firm": "firms", "percentage-point": "percentage-points"}
_LENGTHS = {"year": "years", "day": "days"}
_TENFOLD = 10
_NONE, _BY_THE_YEAR = frozenset[str](), frozenset({"percent-per-year"})


@dataclass(frozen=True, slots=True)
class Found:
    """A figure that may be a claim: its place among those of the text; a range also its end."""

    place: int
    first: Quantity
    last: Quantity

    @property
    def is_range(self) -> bool:
        """Whether two printed ends belong together."""
        return self.first is not self.last


def found_in(context: Surroundings) -> Iterator[Found]:
    """The figures that may be claims, in the order of the text; a range counts once."""
    skipped = -1
    for place, one in enumerate(context.quantities):
        if place == skipped or one.kind in _NEVER or isinstance(one.value, str):
            continue
        after = context.quantities[place + 1] if place + 1 < len(context.quantities) else None
        if after is not None and _is_range(context.text, one, after):
            skipped = place + 1
            yield Found(place, one, after)
        else:
            yield Found(place, one, one)


def _is_range(text: str, one: Quantity, other: Quantity) -> bool:
    ends = (one.qualifier, other.qualifier) == (LOW, HIGH)
    near = other.start - one.end <= 12 and "\n" not in text[one.end : other.start]
    return ends and near and one.unit == other.unit and not isinstance(other.value, str)


def needs_place(context: Surroundings, found: Found) -> bool:
    """Whether such a figure is worth a candidate only where the record has a place for it."""
    one = found.first
    return one.kind in _ONLY_KNOWN or is_threshold(context.cues.plain, one.start, one.end)


def cells(found: Found, ranked: Ranked | None, yearly: bool) -> Mapping[str, str]:
    """Object, unit, qualifier, low and high of a figure; `yearly`: it is told by the year."""
    one = found.first
    made = {
        "object": cell_of(one),
        "unit": _unit(one, ranked, yearly),
        "qualifier": _qualifier(found),
    }
    if found.is_range:
        return {**made, "low": made["object"], "high": cell_of(found.last)}
    if one.qualifier == ORDER and not isinstance(one.value, str):
        high = cell_of(_times(one))
        return {**made, "low": made["object"], "high": high}
    return made


def _times(one: Quantity) -> Quantity:
    """Hundreds of billions reach from one to ten times as much."""
    assert not isinstance(one.value, str)
    return Quantity(one.start, one.end, "", one.kind, one.value * _TENFOLD)


def _qualifier(found: Found) -> str:
    if found.is_range:
        return "range"
    qualifier = found.first.qualifier
    return "stated" if qualifier in (None, LOW, HIGH) else str(qualifier)


def _unit(one: Quantity, ranked: Ranked | None, yearly: bool) -> str:
    """As the claims of the likeliest proposition are measured, where that may be this unit."""
    possible = agreement.units(one) - (_NONE if yearly or _agrees(ranked) else _BY_THE_YEAR)
    known: Sequence[str] = [_local(claim.unit) for claim in ranked.claims] if ranked else ()
    fitting = Counter(unit for unit in known if unit in possible)
    if fitting:
        return fitting.most_common(1)[0][0].removeprefix("cur:")
    if one.kind == "money":
        return one.unit or ""
    if one.kind in ("percent", "rate"):
        return _UNITS.get(one.unit or "", "percent")
    if one.kind == MULTIPLE:
        return "times"
    if one.kind == DURATION:
        return _LENGTHS.get(one.unit or "", "")
    return _UNITS.get(one.unit or "", "items")


def _agrees(ranked: Ranked | None) -> bool:
    """Whether the record has this very value."""
    return ranked is not None and ranked.agreeing > 0


def _local(unit: str) -> str:
    return unit.rpartition("/")[2]

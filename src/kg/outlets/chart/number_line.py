"""Rival figures on one labelled axis: a dot as printed, a bar of what rounding allows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

from kg.outlets.chart import (
    NARROW,
    WIDE,
    Chart,
    Drawing,
    Shape,
    axis_words,
    nice_step,
    short,
    step_of,
)
from kg.text.bounds import canonical
from kg.views.record.readings import Reading

_FAR = 50  # an axis is logarithmic where the largest is so many times the smallest
_LANE, _GAP = 36, 34
_LETTERS = 24


@dataclass(frozen=True)
class _Figure:
    """A reading on the axis, in units of the step."""

    value: Decimal
    low: Decimal
    high: Decimal
    words: str
    who: str
    is_rejected: bool
    claim: str


@dataclass(frozen=True)
class _Axis:
    """Shares of the axis (0 to 1) for values, and the levels that have a tick."""

    share: Callable[[Decimal], float]
    levels: Sequence[Decimal]
    is_logarithmic: bool


def number_line(readings: Sequence[Reading], unit: str, lang: str, about: str) -> Chart | None:
    """The figures of readings side by side; None where fewer than two differ in value.

    `unit` is the word for their one unit, such as yen. The spec holds the values alone.
    """
    readings = [reading for reading in readings if reading.claim.unit and reading.claim.value]
    claims = [reading.claim for reading in readings]
    if len({c.value for c in claims}) < 2 or len({c.unit for c in claims}) != 1:
        return None
    largest = max(abs(Decimal(c.value)) for c in claims)
    step, word = step_of(largest, lang)
    figures = sorted((_figure(r, step, lang) for r in readings), key=lambda f: f.value)
    axis = _axis([end for f in figures for end in (f.low, f.value, f.high)])
    title = axis_words(word, unit, lang)
    return Chart(
        spec={},
        wide=_across(figures, axis),
        narrow=_down(figures, axis),
        finding=about,
        about=f"{title}{_told(axis, lang)}",
    )


def _figure(reading: Reading, step: Decimal, lang: str) -> _Figure:
    claim = reading.claim
    value = Decimal(claim.value) / step
    low, high = (Decimal(end) / step if end else value for end in (claim.lower, claim.upper))
    more = f" +{len(reading.others)}" if reading.others else ""
    return _Figure(
        value=value,
        low=min(low, value),
        high=max(high, value),
        words=str(getattr(claim, f"words_{lang}")),
        who=f"{short(getattr(claim.asserter, lang), _LETTERS)}{more}",
        is_rejected=claim.is_rejected,
        claim=claim.id,
    )


def _axis(ends: Sequence[Decimal]) -> _Axis:
    least, most = min(ends), max(ends)
    if least > 0 and most / least > _FAR:
        powers = range(floor(log10(least)), ceil(log10(most)) + 1)
        low, span = powers[0], powers[-1] - powers[0]
        levels = [Decimal(10) ** power for power in powers]
        return _Axis(lambda v: (log10(v) - low) / span, levels, True)
    gap = nice_step((most - least) / 5 or Decimal(1))
    first, last = floor(least / gap), ceil(most / gap)
    levels = [gap * i for i in range(first, last + 1)]
    size = levels[-1] - levels[0] or Decimal(1)
    return _Axis(lambda v: float((v - levels[0]) / size), levels, False)


def _told(axis: _Axis, lang: str) -> str:
    """What a reader must know of the axis."""
    if axis.is_logarithmic:
        return "（対数目盛）" if lang == "ja" else "; logarithmic axis"
    if axis.levels[0] != 0:
        return "（軸は0から始まらない）" if lang == "ja" else "; the axis does not start at zero"
    return ""


def _across(figures: Sequence[_Figure], axis: _Axis) -> Drawing:
    """An axis from left to right, the figures above it in lanes."""
    left, room = 40.0, WIDE - 80.0
    places = [round(left + axis.share(figure.value) * room, 1) for figure in figures]
    lanes = _lanes(figures, places)
    axis_y = 24 + _LANE * (max(lanes) + 1)
    shapes = [Shape("rule", d=f"M{left} {axis_y}H{left + room}")]
    for level in axis.levels:
        x = round(left + axis.share(level) * room, 1)
        shapes.append(Shape("rule", d=f"M{x} {axis_y - 4}V{axis_y + 4}"))
        shapes.append(Shape("tick", x, axis_y + 22, text=canonical(level)))
    for figure, x, lane in zip(figures, places, lanes, strict=True):
        top = axis_y - _LANE * (lane + 1)
        low, high = (left + axis.share(end) * room for end in (figure.low, figure.high))
        shapes.append(Shape("rule", d=f"M{x} {top + 20}V{axis_y - 6}"))
        shapes.append(
            Shape("span", round(low, 1), axis_y - 5, round(max(high - low, 1), 1), d="10")
        )
        shapes += _marked(figure, x, axis_y)
        at = min(max(x, _half(figure)), WIDE - _half(figure))
        shapes += _texts(figure, "middle", at, top)
    return Drawing(tuple(shapes), WIDE, axis_y + 30)


def _lanes(figures: Sequence[_Figure], places: Sequence[float]) -> list[int]:
    """A lane for each figure, so that texts do not lie on each other."""
    ends: list[float] = []
    found = []
    for figure, x in zip(figures, places, strict=True):
        begin, end = x - _half(figure), x + _half(figure) + 8
        free = next((i for i, taken in enumerate(ends) if taken <= begin), len(ends))
        ends[free:] = [end, *ends[free + 1 :]]
        found.append(free)
    return found


def _half(figure: _Figure) -> float:
    """Half the length of its longer text."""
    longest = max((figure.words, figure.who), key=_length)
    return _length(longest) / 2


def _length(text: str) -> float:
    return sum(14.6 if char > "\u2e7f" else 8.2 for char in text)


def _down(figures: Sequence[_Figure], axis: _Axis) -> Drawing:
    """An axis from bottom to top, the figures right of it."""
    height = max(240, _GAP * len(figures) + 40)
    x, top, room = 64.0, 20.0, height - 40.0
    shapes = [Shape("rule", d=f"M{x} {top}V{top + room}")]
    for level in axis.levels:
        y = round(top + (1 - axis.share(level)) * room, 1)
        shapes.append(Shape("rule", d=f"M{x - 4} {y}H{x + 4}"))
        shapes.append(Shape("level", x - 8, y + 4, text=canonical(level)))
    places = [round(top + (1 - axis.share(figure.value)) * room, 1) for figure in figures]
    for figure, y, beside in zip(figures, places, _apart(places, top), strict=True):
        shapes.append(Shape("rule", d=f"M{x + 7} {y}L{x + 22} {beside}"))
        shapes += _marked(figure, x, y)
        shapes += _texts(figure, "start", x + 26, beside - 12)
    return Drawing(tuple(shapes), NARROW, height)


def _apart(places: Sequence[float], top: float) -> list[float]:
    """Places for texts from the lowest up, so far apart that none lies on another."""
    found: list[float] = []
    for y in places:
        found.append(min(y, found[-1] - _GAP) if found else y)
    least = top
    for at in range(len(found) - 1, -1, -1):
        found[at] = max(found[at], least)
        least = found[at] + _GAP
    return found


def _marked(figure: _Figure, x: float, y: float) -> Iterator[Shape]:
    kind = "cross" if figure.is_rejected else "dot"
    told = f"{figure.words}, {figure.who}"
    yield Shape(kind, x, y, text=told, claim=figure.claim)


def _texts(figure: _Figure, anchor: str, x: float, y: float) -> Iterator[Shape]:
    look = f"{anchor} rejected" if figure.is_rejected else anchor
    yield Shape("rival", round(x, 1), round(y + 2, 1), text=figure.words, look=look)
    yield Shape("who", round(x, 1), round(y + 16, 1), text=figure.who, look=anchor)

"""Figures over time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from math import floor, log10
from typing import Any

from kg.outlets.chart import (
    BOTTOM,
    PALETTE,
    TOLD,
    WIDTH,
    Chart,
    Mark,
    Shape,
    axis_words,
    datum_of,
    step_of,
)
from kg.text.bounds import canonical

_HEIGHT, _LEFT, _TOP, _RIGHT = 280, 64, 12, 16


LOOKS = {
    "observed": "circle", "estimated": "circle", "projected": "diamond",
    "intended": "diamond", "superseded": "circle",
}  # fmt: skip
_HOLLOW = "datum.look === 'superseded' || datum.look === 'projected'"
_POINT: Mapping[str, Any] = {"type": "point", "size": 70, "cursor": "pointer"}


def lines(marks: Sequence[Mark], unit: str, lang: str, about: str) -> Chart:
    """Figures over time; `segment`s are joined, projections dashed, what was replaced hollow."""
    step, word = step_of(max((abs(m.high or m.value) for m in marks), default=Decimal(1)), lang)
    tellers = tuple(dict.fromkeys(mark.line for mark in marks))
    spec = {
        "description": about,
        "width": "container",
        "height": _HEIGHT,
        "data": {"values": [datum_of(mark, step, i) for i, mark in enumerate(marks)]},
        "encoding": _axes(axis_words(word, unit, lang), tellers),
        "layer": list(_layers(marks)),
    }
    return Chart(spec, tuple(_line_shapes(marks, tellers, step)), WIDTH, _HEIGHT, tellers)


def _axes(title: str, tellers: Sequence[str]) -> Mapping[str, Any]:
    legend = {"orient": "bottom", "columns": 2, "labelLimit": 300}
    years = {"format": "d", "tickMinStep": 1, "labelOverlap": True, "grid": False}
    colour = {"field": "line", "type": "nominal", "title": None, "sort": list(tellers)}
    return {
        "x": {"field": "year", "type": "quantitative", "title": None, "axis": years,
              "scale": {"zero": False, "nice": False, "padding": 24}},
        "y": {"field": "value", "type": "quantitative", "title": title},
        "color": {**colour, "legend": legend if len(tellers) > 1 else None},
    }  # fmt: skip


def _layers(marks: Sequence[Mark]) -> Iterator[Mapping[str, Any]]:
    """Only layers that have marks: an empty one has no extent, of which Vega warns."""
    dash = {"condition": {"test": "datum.look === 'projected'", "value": [5, 4]}, "value": [1, 0]}
    shape = {"field": "look", "type": "nominal", "legend": None, "scale": {
        "domain": list(LOOKS), "range": list(LOOKS.values())}}  # fmt: skip
    if any(mark.segment for mark in marks):
        yield {
            "transform": [{"filter": "datum.segment !== ''"}],
            "mark": {"type": "line"},
            "encoding": {"detail": {"field": "segment", "type": "nominal"}, "strokeDash": dash},
        }
    if any(mark.high is not None for mark in marks):
        yield {
            "transform": [{"filter": "isValid(datum.high)"}],
            "mark": {"type": "rule", "strokeWidth": 3},
            "encoding": {"y2": {"field": "high"}, **TOLD},
        }
    hollow = [mark.look in ("superseded", "projected") for mark in marks]
    for is_filled, which in ((True, f"!({_HOLLOW})"), (False, _HOLLOW)):
        if (not is_filled) in hollow:
            yield {
                "transform": [{"filter": which}],
                "mark": {**_POINT, "filled": is_filled},
                "encoding": {"shape": shape, **TOLD},
            }
    if any(mark.note for mark in marks):
        yield {
            "transform": [{"filter": "isValid(datum.note)"}],
            "mark": {"type": "text", "align": "right", "dx": -8},
            "encoding": {"text": {"field": "note", "type": "nominal"}},
        }


def _line_shapes(marks: Sequence[Mark], tellers: Sequence[str], step: Decimal) -> Iterator[Shape]:
    if not marks:
        return
    across, up, levels = _scales(marks, step)
    for level in levels:
        yield Shape("rule", d=f"M{_LEFT} {up(level)}H{WIDTH - _RIGHT}")
        yield Shape("level", _LEFT - 8, up(level) + 4, text=canonical(level))
    for year in _years(marks):
        yield Shape("tick", across(date(year, 7, 1)), _HEIGHT - 8, text=str(year))
    joined: dict[str, list[Mark]] = {}
    for mark in marks:
        joined.setdefault(mark.segment, []).append(mark)
    joined.pop("", None)
    for members in joined.values():
        path = "L".join(f"{across(m.when)} {up(m.value / step)}" for m in members if m.when)
        colour, look = tellers.index(members[0].line) % PALETTE, members[0].look
        yield Shape("line", d=f"M{path}", look=look, colour=colour)
    for mark in (mark for mark in marks if mark.when):
        colour = tellers.index(mark.line) % PALETTE
        yield from _mark_shapes(mark, colour, across(mark.when), lambda v: up(v / step))


def _mark_shapes(
    mark: Mark, colour: int, x: float, up: Callable[[Decimal], float]
) -> Iterator[Shape]:
    """A dot or diamond; of a range a bar from end to end too."""
    y = up(mark.value)
    if mark.high is not None:
        yield Shape("line", d=f"M{x} {y}V{up(mark.high)}", look=mark.look, colour=colour)
    kind = "diamond" if LOOKS[mark.look] == "diamond" else "dot"
    yield Shape(kind, x, y, text=mark.told, look=mark.look, colour=colour, claim=mark.claim)
    if mark.note:
        yield Shape("label", x - 10, y + 4, text=mark.note)


def _years(marks: Sequence[Mark]) -> range:
    years = [mark.when.year for mark in marks if mark.when]
    span = max(years) - min(years)
    return range(min(years), max(years) + 1, 1 + span // 12)


def _scales(
    marks: Sequence[Mark], step: Decimal
) -> tuple[Callable[[date | None], float], Callable[[Decimal], float], list[Decimal]]:
    """Where a day and a value stand, and the levels that have a rule."""
    days = [mark.when.toordinal() for mark in marks if mark.when]
    first, span = min(days), (max(days) - min(days)) or 1
    most = max(max(mark.high or mark.value for mark in marks) / step, Decimal(0))
    least = min(min(mark.value for mark in marks) / step, Decimal(0))
    gap = _nice((most - least) / 4 or Decimal(1))
    levels = [gap * i for i in range(floor(least / gap), floor(most / gap) + 2)]
    low, high = levels[0], levels[-1]

    def across(when: date | None) -> float:
        assert when is not None
        room = WIDTH - _LEFT - _RIGHT - 40
        return round(_LEFT + 20 + (when.toordinal() - first) / span * room, 1)

    def up(value: Decimal) -> float:
        room = _HEIGHT - _TOP - BOTTOM
        return round(_TOP + room - float((value - low) / (high - low)) * room, 1)

    return across, up, levels


def _nice(size: Decimal) -> Decimal:
    """The next of 1, 2, 5 times a power of ten."""
    power = Decimal(1).scaleb(floor(log10(size)))
    return next(power * k for k in (1, 2, 5, 10) if power * k >= size)

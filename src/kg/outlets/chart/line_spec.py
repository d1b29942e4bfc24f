"""A chart over time as a Vega-Lite specification (v5)."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from kg.outlets.chart import TOLD, Mark, datum_of

SHAPES = {
    "observed": "dot", "estimated": "dot", "projected": "diamond",
    "intended": "diamond", "superseded": "cross",
}  # fmt: skip
HOLLOW = ("superseded", "projected")
_VEGA = {"dot": "circle", "diamond": "diamond", "cross": "cross"}
_IS_HOLLOW = " || ".join(f"datum.look === '{look}'" for look in HOLLOW)
_POINT: Mapping[str, Any] = {"type": "point", "size": 70, "cursor": "pointer"}


def line_spec(
    marks: Sequence[Mark], tellers: Sequence[str], title: str, step: Decimal, about: str
) -> Mapping[str, Any]:
    """The specification; `title` is the unit of the axis, `step` what values are divided by."""
    return {
        "description": about,
        "width": "container",
        "height": 280,
        "data": {"values": [datum_of(mark, step, i) for i, mark in enumerate(marks)]},
        "encoding": _axes(title, tellers),
        "layer": list(_layers(marks)),
    }


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
        "domain": list(SHAPES), "range": [_VEGA[kind] for kind in SHAPES.values()]}}  # fmt: skip
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
    hollow = [mark.look in HOLLOW for mark in marks]
    for is_filled, which in ((True, f"!({_IS_HOLLOW})"), (False, _IS_HOLLOW)):
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

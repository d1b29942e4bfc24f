"""Horizontal bars."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from kg.outlets.chart import (
    BOTTOM,
    LABELS,
    ROW,
    TOLD,
    WIDTH,
    Chart,
    Mark,
    Shape,
    axis_words,
    datum_of,
    short,
    step_of,
)


def bars(marks: Sequence[Mark], unit: str, lang: str, about: str) -> Chart:
    """Horizontal bars from zero, one a mark, in the order given."""
    most = max((abs(m.value) for m in marks), default=Decimal(1))
    step, word = step_of(most, lang)
    title = axis_words(word, unit, lang)
    height = ROW * len(marks) + BOTTOM
    spec = {
        "description": about,
        "width": "container",
        "height": {"step": ROW},
        "data": {"values": [datum_of(mark, step, i) for i, mark in enumerate(marks)]},
        "encoding": {
            "y": {"field": "row", "type": "nominal", "sort": None, "title": None,
                  "axis": {"labelExpr": "substring(datum.label, 4)"}},
            "x": {"field": "value", "type": "quantitative", "title": title,
                  "scale": {"domainMax": float(most / step) * 1.25}, "axis": {"tickCount": 5}},
            **TOLD,
        },
        "layer": [
            {"mark": {"type": "bar", "cursor": "pointer"},
             "encoding": {"opacity": {"condition": {"test": "datum.look === 'superseded'",
                                                    "value": 0.4}, "value": 1}}},
            {"mark": {"type": "text", "align": "left", "dx": 4},
             "encoding": {"text": {"field": "words", "type": "nominal"}}},
        ],
    }  # fmt: skip
    return Chart(spec, tuple(_bar_shapes(marks)), WIDTH, height)


def _bar_shapes(marks: Sequence[Mark]) -> Iterator[Shape]:
    most = max((abs(mark.value) for mark in marks), default=Decimal(1)) or Decimal(1)
    room = WIDTH - LABELS - 150
    for i, mark in enumerate(marks):
        y, width = i * ROW + 6, float(abs(mark.value) / most) * room
        yield Shape("label", LABELS - 8, y + 13, text=short(mark.label))
        yield Shape("bar", LABELS, y, max(width, 1), mark.told, look=mark.look, claim=mark.claim)
        yield Shape("words", LABELS + width + 6, y + 13, text=mark.words)

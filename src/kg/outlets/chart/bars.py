"""Horizontal bars."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import zip_longest

from kg.outlets.chart import (
    LABELS,
    NARROW,
    ROW,
    TOLD,
    WIDE,
    Chart,
    Drawing,
    Mark,
    Shape,
    axis_words,
    datum_of,
    short,
    step_of,
)

_ROOM = 32  # letters of a label left of its bar
_TWO_ROWS = 48  # of a label above its bar


def bars(marks: Sequence[Mark], unit: str, lang: str, about: str) -> Chart:
    """Horizontal bars from zero, one a mark, in the order given."""
    most = max((abs(m.value) for m in marks), default=Decimal(1))
    step, word = step_of(most, lang)
    title = axis_words(word, unit, lang)
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
    wide = Drawing(tuple(_bar_shapes(marks)), WIDE, ROW * len(marks) + 4)
    narrow = Drawing(tuple(_narrow_shapes(marks)), NARROW, _TWO_ROWS * len(marks) + 4)
    return Chart(spec, wide, narrow, _finding(marks, lang, about), title, _tellers(marks))


def _tellers(marks: Sequence[Mark]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mark.line for mark in marks if mark.line))


def _finding(marks: Sequence[Mark], lang: str, about: str) -> str:
    """What the chart shows: the largest, of how many."""
    largest = max(marks, key=lambda mark: mark.value)
    if lang == "ja":
        return f"{about}：{len(marks)}件の値のうち最大は{largest.label}の{largest.words}"
    return f"{about}: of {len(marks)} figures the largest is {largest.words}, {largest.label}"


def _bar_shapes(marks: Sequence[Mark]) -> Iterator[Shape]:
    """The label left of its bar, the figure right of it."""
    shared = _shared([mark.label for mark in marks])
    for i, (mark, share) in enumerate(_shares(marks)):
        y, width = i * ROW + 6, share * (WIDE - LABELS - 150)
        label = mark.label if len(mark.label) <= _ROOM else mark.label[shared:]
        yield Shape("label", LABELS - 8, y + 13, text=short(label, _ROOM))
        yield _bar(mark, LABELS, y, width, share)
        yield Shape("words", round(LABELS + width + 6, 1), y + 13, text=mark.words)


def _narrow_shapes(marks: Sequence[Mark]) -> Iterator[Shape]:
    """The label and the figure above the bar."""
    for i, (mark, share) in enumerate(_shares(marks)):
        y = i * _TWO_ROWS
        yield Shape("words", 0, y + 14, text=f"{mark.words} {short(mark.label, 28)}")
        yield _bar(mark, 0, y + 20, share * NARROW, share)


def _shared(labels: Sequence[str]) -> int:
    """How many letters all labels begin with, to the end of a word."""
    if len(set(labels)) < 2:
        return 0
    first, last = min(labels), max(labels)
    same = next(i for i, (a, b) in enumerate(zip_longest(first, last)) if a != b)
    return first[:same].rfind(" ") + 1


def _bar(mark: Mark, x: float, y: float, width: float, share: float) -> Shape:
    size = round(max(width, 1), 1)
    return Shape("bar", x, y, size, mark.told, "", mark.look, share == 1, mark.claim)


def _shares(marks: Sequence[Mark]) -> Iterator[tuple[Mark, float]]:
    most = max((abs(mark.value) for mark in marks), default=Decimal(1)) or Decimal(1)
    yield from ((mark, float(abs(mark.value) / most)) for mark in marks)

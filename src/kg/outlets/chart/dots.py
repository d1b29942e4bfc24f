"""Sizes on a logarithmic axis, kinds apart."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import floor, log10

from kg.outlets.chart import (
    BOTTOM,
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
    short,
    step_of,
)
from kg.text.bounds import canonical

_TWO_ROWS = 44  # of a label above its dots


def dots(marks: Sequence[Mark], unit: str, lang: str, about: str) -> Chart:
    """Dots on a logarithmic axis, a row for each `line`: sizes to compare, nothing to add."""
    rows = list(dict.fromkeys(mark.line for mark in marks))
    powers = _powers(mark.value for mark in marks)
    ticks = {10**power: _tick(power, unit, lang) for power in powers}
    labels = "".join(f"datum.value == {at} ? '{text}' : " for at, text in ticks.items()) + "''"
    values = [
        {"line": m.line, "value": float(m.value), "told": m.told, "claim": m.claim} for m in marks
    ]
    spec = {
        "description": about,
        "width": "container",
        "height": {"step": ROW},
        "data": {"values": values},
        "mark": {"type": "point", "filled": True, "size": 90, "opacity": 0.75, "cursor": "pointer"},
        "encoding": {
            "y": {"field": "line", "type": "nominal", "sort": None, "title": None,
                  "axis": {"grid": True}},
            "x": {"field": "value", "type": "quantitative", "title": None,
                  "scale": {"type": "log", "domain": [10 ** powers[0], 10 ** powers[-1]]},
                  "axis": {"values": list(ticks), "labelExpr": labels}},
            **TOLD,
        },
    }  # fmt: skip
    wide = _drawing(marks, rows, ticks, _Frame(WIDE, LABELS, ROW))
    narrow = _drawing(marks, rows, ticks, _Frame(NARROW, 8, _TWO_ROWS))
    return Chart(spec, wide, narrow, _finding(marks, lang), about)


def _finding(marks: Sequence[Mark], lang: str) -> str:
    """What the chart shows: from the smallest to the largest."""
    least, most = (of(marks, key=lambda mark: mark.value) for of in (min, max))
    if lang == "ja":
        return (f"{len(marks)}件の金額は{least.words}（{least.label}）から"
                f"{most.words}（{most.label}）まで")  # fmt: skip
    return (f"{len(marks)} sums, from {least.words} ({least.label}) to {most.words} "
            f"({most.label})")  # fmt: skip


def _powers(values: Iterable[Decimal]) -> range:
    sizes = [log10(value) for value in values if value > 0] or [0, 1]
    return range(floor(min(sizes)), floor(max(sizes)) + 2)


def _tick(power: int, unit: str, lang: str) -> str:
    step, word = step_of(Decimal(10) ** power, lang)
    number = canonical(Decimal(10) ** power / step)
    space = "" if lang == "ja" else " "
    return f"{number}{space}{axis_words(word, unit, lang)}".replace("'", "’")


@dataclass(frozen=True)
class _Frame:
    """How wide a drawing is, its room for labels, how high a row is."""

    width: int
    labels: int
    row: int


def _drawing(
    marks: Sequence[Mark], rows: Sequence[str], ticks: Mapping[int, str], frame: _Frame
) -> Drawing:
    shapes = tuple(_dot_shapes(marks, rows, ticks, frame))
    return Drawing(shapes, frame.width, frame.row * len(rows) + BOTTOM)


def _dot_shapes(
    marks: Sequence[Mark], rows: Sequence[str], ticks: Mapping[int, str], frame: _Frame
) -> Iterator[Shape]:
    low, high = log10(min(ticks)), log10(max(ticks))
    room, bottom = frame.width - frame.labels - 60, frame.row * len(rows)
    is_wide = frame.labels == LABELS

    def place(value: Decimal | int) -> float:
        return round(frame.labels + 8 + (log10(value) - low) / ((high - low) or 1) * room, 1)

    for number, (at, text) in enumerate(ticks.items()):
        yield Shape("rule", d=f"M{place(at)} 0V{bottom}")
        if is_wide or number % 3 == 0:
            yield Shape("tick", place(at) + (0 if is_wide else 24), bottom + 18, text=text)
    for row, name in enumerate(rows):
        if is_wide:
            yield Shape("label", frame.labels - 8, row * frame.row + 20, text=short(name, 32))
        else:
            yield Shape("words", 0, row * frame.row + 14, text=short(name, 48))
    for mark in (mark for mark in marks if mark.value > 0):
        y = rows.index(mark.line) * frame.row + frame.row - 15
        yield Shape("dot", place(mark.value), y, text=mark.told, look=mark.look, claim=mark.claim)

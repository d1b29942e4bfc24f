"""Sizes on a logarithmic axis, kinds apart."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from math import floor, log10

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
    short,
    step_of,
)
from kg.text.bounds import canonical


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
    shapes = tuple(_dot_shapes(marks, rows, ticks))
    return Chart(spec, shapes, WIDTH, ROW * len(rows) + BOTTOM)


def _powers(values: Iterable[Decimal]) -> range:
    sizes = [log10(value) for value in values if value > 0] or [0, 1]
    return range(floor(min(sizes)), floor(max(sizes)) + 2)


def _tick(power: int, unit: str, lang: str) -> str:
    step, word = step_of(Decimal(10) ** power, lang)
    number = canonical(Decimal(10) ** power / step)
    space = "" if lang == "ja" else " "
    return f"{number}{space}{axis_words(word, unit, lang)}".replace("'", "’")


def _dot_shapes(
    marks: Sequence[Mark], rows: Sequence[str], ticks: Mapping[int, str]
) -> Iterator[Shape]:
    low, high = log10(min(ticks)), log10(max(ticks))
    room, bottom = WIDTH - LABELS - 60, ROW * len(rows)

    def place(value: Decimal | int) -> float:
        return round(LABELS + 8 + (log10(value) - low) / ((high - low) or 1) * room, 1)

    for at, text in ticks.items():
        yield Shape("rule", d=f"M{place(at)} 0V{bottom}")
        yield Shape("tick", place(at), bottom + 18, text=text)
    for row, name in enumerate(rows):
        yield Shape("label", LABELS - 8, row * ROW + 20, text=short(name))
    for mark in (mark for mark in marks if mark.value > 0):
        y = rows.index(mark.line) * ROW + 15
        yield Shape("dot", place(mark.value), y, text=mark.told, look=mark.look, claim=mark.claim)

"""A chart twice from the same marks: a Vega-Lite specification, and a still drawn on the server.

The specification holds no expression that a strict content security policy refuses and no
address; every datum names its claim, so that a click opens its evidence. The still is a list of
shapes that a template writes as SVG.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

_STEPS = {
    "en": ((12, "trillion"), (9, "billion"), (6, "million"), (3, "thousand")),
    "ja": ((12, "兆"), (8, "億"), (4, "万")),
}
PALETTE = 8  # lines that differ by colour; further ones begin again
WIDTH, LABELS, ROW, BOTTOM = 720, 250, 30, 28  # of a still, in its own units


@dataclass(frozen=True, slots=True)
class Mark:
    """One figure to draw. `look` is observed, estimated, projected, intended or superseded."""

    claim: str
    label: str
    value: Decimal
    words: str
    look: str = "observed"
    when: date | None = None
    line: str = ""
    segment: str = ""  # marks of one segment are joined; empty: none
    note: str = ""  # words beside the mark, such as the scenario
    high: Decimal | None = None  # the upper end of what is printed as a range
    told: str = ""  # the whole of it in one sentence, for whoever does not see the chart


@dataclass(frozen=True, slots=True)
class Shape:
    """A piece of a still; `d` is a path's, `claim` what its evidence is."""

    kind: str
    x: float = 0
    y: float = 0
    width: float = 0
    text: str = ""
    d: str = ""
    look: str = ""
    colour: int = 0
    claim: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """What a page needs to show a chart."""

    spec: Mapping[str, Any]
    shapes: tuple[Shape, ...]
    width: int
    height: int
    lines: tuple[str, ...] = ()


def step_of(largest: Decimal, lang: str) -> tuple[Decimal, str]:
    """The divisor and the word for numbers of a size.

    >>> step_of(Decimal("76200000000"), "en"), step_of(Decimal("76200000000"), "ja")[1]
    ((Decimal('1E+9'), 'billion'), '億')
    """
    for power, word in _STEPS[lang]:
        if abs(largest) >= Decimal(10) ** power:
            return Decimal(1).scaleb(power), word
    return Decimal(1), ""


def axis_words(word: str, unit: str, lang: str) -> str:
    """An axis title: `billion yen`, 億円."""
    return f"{word}{unit}" if lang == "ja" else f"{word} {unit}".strip()


def datum_of(mark: Mark, step: Decimal, row: int) -> dict[str, Any]:
    """A mark as Vega-Lite reads it."""
    datum: dict[str, Any] = {
        "row": f"{row:03d} {mark.label}",  # two bars of one name stay two bars
        "label": mark.label,
        "value": float(mark.value / step),
        "words": mark.words,
        "look": mark.look,
        "told": mark.told or f"{mark.label}: {mark.words}",
        "claim": mark.claim,
    }
    if mark.high is not None:
        datum["high"] = float(mark.high / step)
    if mark.when:
        datum |= {"year": year_of(mark.when), "line": mark.line, "segment": mark.segment}
        datum |= {"note": mark.note} if mark.note else {}
    return datum


def year_of(when: date) -> float:
    """A day as a year, the middle of a calendar year being the year itself.

    >>> year_of(date(2024, 7, 1))
    2024.0
    """
    return round(when.year + (when.timetuple().tm_yday - 183) / 366, 2)


def short(label: str, most: int = 36) -> str:
    """A label cut to the room that a still has."""
    return label if len(label) <= most else f"{label[: most - 1]}…"


TOLD: Mapping[str, Any] = {
    "tooltip": {"field": "told", "type": "nominal"},
    "description": {"field": "told", "type": "nominal"},
}

"""A chart as shapes that a page writes as SVG, and as a Vega-Lite specification to take away.

Every mark is a link to the evidence of its claim. One line is strong, the others are grey and
have their names beside them. The specification holds no expression that a strict content
security policy refuses and no address; every datum names its claim.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import floor, log10
from typing import Any

_STEPS = {
    "en": ((12, "trillion"), (9, "billion"), (6, "million"), (3, "thousand")),
    "ja": ((12, "兆"), (8, "億"), (4, "万")),
}
WIDE, NARROW = 720, 360  # how wide drawings are, for desks and for phones
LABELS, ROW, BOTTOM = 250, 30, 28
_WIDER = 1.85  # of a Japanese letter, in Latin ones


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
    days: int = 366  # how long its period is
    broken_after: date | None = None  # where the definition or method before it ends


@dataclass(frozen=True, slots=True)
class Shape:
    """A piece of a drawing; `d` is a path's, `claim` what its evidence is.

    Kinds: rule, line, band (paths and areas); bar, dot, diamond, cross (marks); label, level,
    tick, words, end (texts).
    """

    kind: str
    x: float = 0
    y: float = 0
    width: float = 0
    text: str = ""
    d: str = ""
    look: str = ""
    is_strong: bool = False
    claim: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart drawn so wide; `unnamed` are the tellers that found no room beside their marks."""

    shapes: tuple[Shape, ...]
    width: int
    height: int
    unnamed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """What a page needs to show a chart, drawn for desks and for phones.

    `finding` is its title, `about` what is measured, `tellers` those whose figures it shows.
    """

    spec: Mapping[str, Any]
    wide: Drawing
    narrow: Drawing
    finding: str = ""
    about: str = ""
    tellers: tuple[str, ...] = ()


def specification(charts: Sequence[Chart]) -> Mapping[str, Any]:
    """The charts as one Vega-Lite specification (version 5), one below the other."""
    schema = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json"}
    if len(charts) == 1:
        return {**schema, **charts[0].spec}
    return {**schema, "vconcat": [{**chart.spec, "width": WIDE} for chart in charts]}


def step_of(largest: Decimal, lang: str) -> tuple[Decimal, str]:
    """The divisor and the word for numbers of a size.

    >>> step_of(Decimal("76200000000"), "en"), step_of(Decimal("76200000000"), "ja")[1]
    ((Decimal('1E+9'), 'billion'), '億')
    """
    for power, word in _STEPS[lang]:
        if abs(largest) >= Decimal(10) ** power:
            return Decimal(1).scaleb(power), word
    return Decimal(1), ""


def nice_step(size: Decimal) -> Decimal:
    """The next of 1, 2, 5 times a power of ten, for the ticks of an axis.

    >>> nice_step(Decimal(3)), nice_step(Decimal("0.12"))
    (Decimal('5'), Decimal('0.2'))
    """
    power = Decimal(1).scaleb(floor(log10(size)))
    return next(power * k for k in (1, 2, 5, 10) if power * k >= size)


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
    """A label cut to the room that a drawing has: `most` Latin letters; a Japanese one is wider.

    >>> short("a label of words", 8), short("日本のアニメ産業の市場規模", 12)
    ('a label…', '日本のアニ…')
    """
    room = float(most)
    for place, char in enumerate(label):
        room -= _WIDER if char > "\u2e7f" else 1
        if room < 0:
            return f"{label[: max(place - 1, 1)]}…"
    return label


TOLD: Mapping[str, Any] = {
    "tooltip": {"field": "told", "type": "nominal"},
    "description": {"field": "told", "type": "nominal"},
}

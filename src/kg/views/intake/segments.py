"""The part of a sentence that speaks of one figure: "76bn in South Korea, 124bn in China"."""

import re
from collections.abc import Set
from dataclasses import dataclass

from kg.text.figures import Quantity
from kg.text.figures.model import AGE, DATE
from kg.views.checking.surroundings import Surroundings
from kg.views.intake.facets import HOME, Facets

_PAUSE = re.compile(r"[、,;；。！？\n（(]|(?<!\d)\.(?=\s)|\band\b")
_GROWTH = re.compile(
    r"増|減|伸び|成長|上昇|下落|前年比|前年から|前年度比|年率"
    r"|\b(?:grow\w*|grew|rose|rise|rising|increas\w*|up|down|fell|declin\w*|decreas\w*)\b",
    re.IGNORECASE,
)
_TARGET = re.compile(r"目標|目指|\b(?:target\w*|goals?|aims?|aiming)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Segment:
    """What the words between one figure and its neighbours say.

    `areas` are the countries named there. `growth` is true where something grows or shrinks,
    `target` where something is aimed at; `near_target` where the whole sentence does. `is_abroad`
    is true where the sentence names another country.
    """

    start: int
    end: int
    cues: Set[str]
    areas: Set[str]
    growth: bool
    target: bool
    near_target: bool
    is_abroad: bool
    facets: Facets


def segment(context: Surroundings, place: int, facets: Facets) -> Segment:
    """The segment of the figure at `place` among those of a text."""
    start, end = _bounds(context, place)
    plain, around = context.cues.plain, context.around[place]
    own, sentence = plain[start:end], plain[around.start : around.end]
    return Segment(
        start=start,
        end=end,
        cues=context.cues.between(start, end),
        areas=facets.areas_in(own),
        growth=bool(_GROWTH.search(own)),
        target=bool(_TARGET.search(own)),
        near_target=bool(_TARGET.search(sentence)),
        is_abroad=bool(facets.areas_in(sentence) - HOME),
        facets=facets,
    )


def _bounds(context: Surroundings, place: int) -> tuple[int, int]:
    """From the figure before it, or the pause after that, to the next one or the pause before."""
    plain, around, one = context.cues.plain, context.around[place], context.quantities[place]
    before = _neighbour(context, place, -1)
    start = around.start
    if before is not None and before.end > around.start:
        pause = _PAUSE.search(plain, before.end, one.start)
        start = pause.end() if pause else before.end
    after = _neighbour(context, place, 1)
    if after is None or after.start >= around.end:
        return start, around.end
    pause = _PAUSE.search(plain, one.end, after.start)
    return start, pause.start() if pause else after.start


def _neighbour(context: Surroundings, place: int, step: int) -> Quantity | None:
    """The nearest figure on one side that is no date and no age: those say of whom it is."""
    at = place + step
    while 0 <= at < len(context.quantities):
        if context.quantities[at].kind not in (DATE, AGE):
            return context.quantities[at]
        at += step
    return None

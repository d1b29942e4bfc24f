"""The part of a sentence that speaks of one figure: "76bn in South Korea, 124bn in China"."""

import re
from collections.abc import Sequence, Set
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
_YEARLY = re.compile(
    r"年率|年平均|年[0-9.]*[%％]|年間平均|\bCAGR\b|\b(?:a|per|each|every) year\b"
    r"|\b(?:annual(?:ly|ized|ised)?|yearly)\b",
    re.IGNORECASE,
)
_STATISTICS = {
    "median": re.compile(r"\bmedian\b|中央値", re.IGNORECASE),
    "mean": re.compile(r"\b(?:mean|average[ds]?|averaging)\b|平均", re.IGNORECASE),
}
_TARGET = re.compile(r"目標|目指|\b(?:target\w*|goals?|aims?|aiming)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Segment:
    """What the words between one figure and its neighbours say.

    An age is a neighbour that ends it for names and quotes; what the words say reaches beyond it,
    for an age says of whom a figure is.

    `areas` are the countries named there. `growth` is true where something grows or shrinks,
    `target` where something is aimed at; `near_target` where the whole sentence does. `is_abroad`
    is true where the sentence names another country. `ages` are the ages and bands of the people
    it is about, `some_ages` whether the sentence has any. `statistic` is `mean` or `median` where
    only one of them is said; `yearly` is true where something is told by the year.
    """

    start: int
    end: int
    cues: Set[str]
    areas: Set[str]
    growth: bool
    target: bool
    near_target: bool
    is_abroad: bool
    ages: Set[str]
    some_ages: bool
    statistic: str
    yearly: bool
    facets: Facets


def segment(context: Surroundings, place: int, facets: Facets) -> Segment:
    """The segment of the figure at `place` among those of a text."""
    start, end = _bounds(context, place, (DATE,))
    first, last = _bounds(context, place, (DATE, AGE))
    plain, around = context.cues.plain, context.around[place]
    own, sentence = plain[first:last], plain[around.start : around.end]
    return Segment(
        start=start,
        end=end,
        cues=context.cues.between(start, end),
        areas=facets.areas_in(own),
        growth=bool(_GROWTH.search(own)),
        target=bool(_TARGET.search(own)),
        near_target=bool(_TARGET.search(sentence)),
        is_abroad=bool(facets.areas_in(sentence) - HOME),
        ages=_ages(context, first, last),
        some_ages=bool(_ages(context, around.start, around.end)),
        statistic=_statistic(own),
        yearly=bool(_YEARLY.search(own)),
        facets=facets,
    )


def _ages(context: Surroundings, start: int, end: int) -> Set[str]:
    return {str(one.value) for one in context.quantities_in(start, end) if one.kind == AGE}


def _statistic(text: str) -> str:
    told = [name for name, pattern in _STATISTICS.items() if pattern.search(text)]
    return told[0] if len(told) == 1 else ""


def _bounds(context: Surroundings, place: int, passed: Sequence[str]) -> tuple[int, int]:
    """From the figure before it, or the pause after that, to the next one or the pause before.

    Figures of the kinds `passed` say more of this one: they are no bounds.
    """
    plain, around, one = context.cues.plain, context.around[place], context.quantities[place]
    before = _neighbour(context, place, -1, passed)
    start = around.start
    if before is not None and before.end > around.start:
        pause = _PAUSE.search(plain, before.end, one.start)
        start = pause.end() if pause else before.end
    after = _neighbour(context, place, 1, passed)
    if after is None or after.start >= around.end:
        return start, around.end
    pause = _PAUSE.search(plain, one.end, after.start)
    return start, pause.start() if pause else after.start


def _neighbour(
    context: Surroundings, place: int, step: int, passed: Sequence[str]
) -> Quantity | None:
    """The nearest figure on one side that is of no kind of those to be passed."""
    at = place + step
    while 0 <= at < len(context.quantities):
        if context.quantities[at].kind not in passed:
            return context.quantities[at]
        at += step
    return None

"""Which propositions of the record the words around a figure speak of, the likeliest first.

A proposition is a subject with a property: "overseas sales of content: observed value". What
counts, by rules alone: cues and names around the figure and more so beside it; how much of the
subject's name stands there; country, industry, body, period, and kind of statistic; likely size;
and whether the record holds this very value.
"""

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from kg.text.figures import Quantity
from kg.views.checking import agreement
from kg.views.checking.record import Figure, Record
from kg.views.checking.surroundings import Surroundings
from kg.views.intake.facets import Facets
from kg.views.intake.segments import Segment, segment
from kg.views.record.cards import ClaimCard

_LEAST = 0.8  # below it nothing speaks of a proposition
_EVEN = 9  # places that sums of the same parts in another order have in common
_MOST = 60  # propositions that are looked at closely
_NAME = 3.0  # what the whole name of a subject adds, around and again beside
_AGREES, _DIGITS = 4.0, 4  # for each digit of a value that the record has, up to so many
_COVER = 0.5  # what is left of a proposition of whose name nothing stands there
_UNNAMED, _UNTOPICAL = 0.8, 0.85  # its body or its industry is not named
_HERE, _ELSEWHERE, _ABROAD = 1.1, 0.55, 0.75
_THESE_AGES, _SOME_AGES, _OTHER_AGES = 1.3, 0.85, 0.5
_AVERAGES, _SAME_AVERAGE, _OTHER_AVERAGE = ("mean", "median"), 1.15, 0.5
_NOT_YEARLY = 0.6  # a rate by the year where nothing is told by the year
_UNLIKE = 0.7  # growth for a level, or a level for growth
_AIMED, _NOT_AIMED, _OBSERVED = 1.35, 0.8, 0.7
_MET, _MISSED = 1.15, 0.6
_FAR_IN_SIZE, _UNLIKELY = 1.2, 0.6  # powers of ten; what a figure of unlikely size weighs
_TAKEN, _NEIGHBOURS = 0.75, 400  # another figure near states it already
_CARRY, _WEAK, _STRONG, _CARRY_WITHIN = 2.0, 2.0, 0.9, 160
_TARGET, OBSERVATION = "jsip:targetValue", "jsip:observedValue"
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A proposition with how strongly a text speaks of it.

    `claims` are those of the record, the ones with this value first; `agreeing` is how many.
    """

    claims: tuple[ClaimCard, ...]
    score: float
    agreeing: int = 0

    @property
    def first(self) -> ClaimCard:
        """The claim that stands for the proposition."""
        return self.claims[0]

    @property
    def key(self) -> Key:
        """Subject and property."""
        return self.first.subject.iri, self.first.predicate.iri


@dataclass(frozen=True, slots=True)
class _Known:
    """One figure of the record beside a figure of a text."""

    figure: Figure
    words: float
    local: float
    agrees: bool
    meets: bool | None


class Ranking:
    """Ranks the propositions of a record; made once, for many texts."""

    def __init__(self, record: Record, facets: Facets) -> None:
        self._record, self._facets = record, facets

    def of_text(self, context: Surroundings, places: Sequence[int]) -> Mapping[int, list[Ranked]]:
        """For each figure at `places`, its propositions, the likeliest first."""
        found: dict[int, dict[Key, Ranked]] = {}
        before: int | None = None
        for place in places:
            ranked, local = self._of_figure(context, place)
            if before is not None and local < _WEAK and _goes_on(context, before, place):
                _carry(found[before], ranked)
            found[place], before = ranked, place
        return _assigned(context, found)

    def _of_figure(self, context: Surroundings, place: int) -> tuple[dict[Key, Ranked], float]:
        """The propositions by key, and how strongly the words beside the figure speak of one."""
        told, part = (
            agreement.Told.of(context.quantities[place]),
            segment(context, place, self._facets),
        )
        known = self._known(context, place, told, part)
        best: dict[Key, Ranked] = {}
        for one in known:
            score = self._score(one, context, place, told, part)
            claim = one.figure.claim
            made = Ranked((claim,), score, int(one.agrees))
            key = made.key
            best[key] = _together(best[key], made) if key in best else made
        return best, max((one.local for one in known), default=0.0)

    def _known(
        self, context: Surroundings, place: int, told: agreement.Told, part: Segment
    ) -> list[_Known]:
        around, said = context.around[place], context.said[place]
        scores, local = (
            self._record.scores(around.cues),
            self._record.scores(dict.fromkeys(part.cues, 1.0)),
        )
        found = []
        for at in self._record.measured_in(told.units):
            if scores.get(at, 0) >= _LEAST:
                figure = self._record.figures[at]
                years = figure.measured.years
                meets = agreement.periods_meet(said.near, years)
                if meets is not True and agreement.periods_meet(said.periods, years):
                    meets = True
                agrees = agreement.values_agree(told, figure.measured)
                found.append(_Known(figure, scores[at], local.get(at, 0), agrees, meets))
        found.sort(
            key=lambda one: (-round(one.words + one.local + one.agrees, _EVEN), one.figure.claim.id)
        )
        return found[:_MOST]

    def _score(
        self, one: _Known, context: Surroundings, place: int, told: agreement.Told, part: Segment
    ) -> float:
        around = context.around[place]
        whole = self._record.coverage(one.figure, around.cues)
        beside = self._record.coverage(one.figure, dict.fromkeys(part.cues, 1.0))
        score = one.words + one.local + _NAME * (whole + beside)
        score *= _COVER + (1 - _COVER) * max(whole, beside)
        score *= self._about(
            one.figure, frozenset(around.cues) | around.paragraph, around.own | part.cues
        )
        score *= self._where(one.figure, part) * _period(one) * self._whom(one.figure, part)
        score *= self._kind(one.figure, context.quantities[place], part) * _size(one.figure, told)
        return score + one.agrees * _AGREES * min(len(told.digits), _DIGITS)

    def _about(self, figure: Figure, paragraph: frozenset[str], own: frozenset[str]) -> float:
        subject = figure.claim.subject.iri
        named, topic = self._facets.named[subject], self._facets.industry_words(subject)
        share = 1.0
        if named and not any(f"id:{one}" in paragraph for one in named):
            share *= _UNNAMED
        return share * (_UNTOPICAL if topic and topic.isdisjoint(own) else 1.0)

    def _where(self, figure: Figure, part: Segment) -> float:
        area = self._facets.areas.get(figure.claim.subject.iri)
        if part.areas:
            return 1.0 if area is None else _HERE if area in part.areas else _ELSEWHERE
        return _ABROAD if self._facets.is_abroad(figure.claim.subject.iri) else 1.0

    def _whom(self, figure: Figure, part: Segment) -> float:
        """Whether it is of people of the ages that the words say, and their mean or median."""
        share = _of_ages(self._facets.ages[figure.claim.subject.iri], part)
        if part.statistic and figure.statistic in _AVERAGES:
            share *= _SAME_AVERAGE if figure.statistic == part.statistic else _OTHER_AVERAGE
        return share

    def _kind(self, figure: Figure, quantity: Quantity, part: Segment) -> float:
        """Whether it grows, is aimed at, or is observed, as the words say."""
        share, claim = 1.0, figure.claim
        is_growth = self._facets.statistics.get(claim.subject.iri) == "growth"
        if quantity.kind == "percent" and part.growth != is_growth:
            share *= _UNLIKE
        if claim.unit.endswith("/percent-per-year") and not part.yearly:
            share *= _NOT_YEARLY
        if claim.predicate.id == _TARGET:
            return share * (_AIMED if part.near_target else _NOT_AIMED)
        return share * (_OBSERVED if part.target else 1.0)


def _of_ages(own: Set[str], part: Segment) -> float:
    """The same ages speak for a subject, others against it, ages that overlap for neither.

    Of a sentence without ages no subject with ages is likely.
    """
    if not own:
        return _SOME_AGES if part.ages else 1.0
    if not part.ages:
        return 1.0 if part.some_ages else _SOME_AGES
    if not own.isdisjoint(part.ages):
        return _THESE_AGES
    return 1.0 if any(ages_overlap(one, told) for one in own for told in part.ages) else _OTHER_AGES


def ages_overlap(one: str, other: str) -> bool:
    """Whether two bands share an age.

    >>> ages_overlap("20-24", "20-29"), ages_overlap("25-30", "20-24")
    (True, False)
    """
    (low, high), (start, end) = map(_ends, (one, other))
    return low <= end and start <= high


def _ends(ages: str) -> tuple[float, float]:
    first, _, last = ages.partition("-")
    return float(first), float(last or first)


def _period(one: _Known) -> float:
    """A series goes on in other years; a measure or a target of another year is another one."""
    if one.meets:
        return _MET
    return _MISSED if one.meets is False and one.figure.claim.predicate.id != OBSERVATION else 1.0


def _size(figure: Figure, told: agreement.Told) -> float:
    known = figure.measured.values[0]
    if not known or not told.value:
        return 1.0
    apart = abs(math.log10(abs(told.value / known)))
    return _UNLIKELY if apart > _FAR_IN_SIZE else 1.0


def _together(one: Ranked, other: Ranked) -> Ranked:
    """Two claims of one proposition: the better score, claims that agree first."""
    first, second = (other, one) if (other.agreeing > 0) > (one.agreeing > 0) else (one, other)
    agreeing = one.agreeing + other.agreeing
    if second.agreeing:
        kept = first.claims[: first.agreeing] + second.claims + first.claims[first.agreeing :]
        return Ranked(kept, max(one.score, other.score), agreeing)
    return Ranked(first.claims + second.claims, max(one.score, other.score), agreeing)


def _goes_on(context: Surroundings, before: int, place: int) -> bool:
    """Whether a figure may be of what the one before it was of: near, in one line, of one unit."""
    one, other = context.quantities[before], context.quantities[place]
    gap = context.text[one.end : other.start]
    return one.unit == other.unit and len(gap) < _CARRY_WITHIN and "\n" not in gap


def _carry(before: Mapping[Key, Ranked], ranked: dict[Key, Ranked]) -> None:
    """What the figure before was of counts for one of which nothing beside it speaks."""
    best = max((one.score for one in before.values()), default=0.0)
    for key, one in before.items():
        if one.score >= _STRONG * best:
            known = ranked.get(key, Ranked(one.claims, 0.0))
            ranked[key] = replace(known, score=known.score + _CARRY)


def _assigned(
    context: Surroundings, found: Mapping[int, Mapping[Key, Ranked]]
) -> Mapping[int, list[Ranked]]:
    """Two figures near each other seldom state one proposition: the surer one keeps it."""
    sure = {place: max((r.score for r in of.values()), default=0) for place, of in found.items()}
    taken: dict[Key, list[int]] = {}
    made = {}
    for place in sorted(found, key=lambda place: (-round(sure[place], _EVEN), place)):
        ranked = [
            replace(one, score=one.score * _TAKEN)
            if any(_is_rival(context, place, other) for other in taken.get(key, ()))
            else one
            for key, one in found[place].items()
        ]
        ranked.sort(key=lambda one: (-round(one.score, _EVEN), one.key))
        made[place] = ranked
        if ranked:
            taken.setdefault(ranked[0].key, []).append(place)
    return made


def _is_rival(context: Surroundings, place: int, other: int) -> bool:
    """Whether two figures would state one thing of one period with two values."""
    one, two = context.quantities[place], context.quantities[other]
    near = abs(one.start - two.start) < _NEIGHBOURS
    same_period = context.said[place].near == context.said[other].near
    ends = {"range-low", "range-high"}.isdisjoint({one.qualifier, two.qualifier})
    return near and same_period and ends and one.value != two.value

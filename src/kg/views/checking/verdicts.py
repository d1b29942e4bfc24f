"""The verdict on one figure: which proposition it states, and what the record says of that.

An equal number alone proves nothing: the words around must speak of the claim's subject, and the
fewer digits a figure has, the more of them are asked for. When in doubt: unknown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kg.text.figures import Quantity
from kg.views.checking import agreement
from kg.views.checking.cues import Around
from kg.views.checking.record import Figure, Record
from kg.views.checking.stated import Stated, told_by
from kg.views.record.cards import ClaimCard

SUPPORTED, DIFFERS, DO_NOT_PRINT = "supported", "differs", "do-not-print"
UNKNOWN, NOT_CHECKABLE = "unknown", "not-checkable"
VERDICTS = (SUPPORTED, DIFFERS, DO_NOT_PRINT, UNKNOWN, NOT_CHECKABLE)

_WORDS_FOR = {0: 12.0, 1: 12.0, 2: 8.0, 3: 5.0}
_MANY_DIGITS = 4.0  # with four digits and more
_SHARE = 0.55  # of the strongest subject of this unit
_SLIP, _OTHER = 9.0, 22.0
_STRONG = 0.9
_FIRM = 12.0  # for a difference in period, speaker, statistic or nature
_PERIOD_COUNTS = 1.25
_MOST = 5


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with the claims that it rests on, best first, and the parts that differ."""

    verdict: str
    claims: tuple[ClaimCard, ...] = ()
    differs_in: tuple[str, ...] = ()


NOTHING = Judgement(UNKNOWN)


@dataclass(frozen=True, slots=True)
class Scored:
    """A figure of the record with how strongly the words speak of it."""

    figure: Figure
    score: float
    meets: bool | None = field(default=None)

    @property
    def claim(self) -> ClaimCard:
        """Its claim."""
        return self.figure.claim


def judge(
    record: Record, quantity: Quantity, around: Around, said: Stated, taken: Iterable[str] = ()
) -> Judgement:
    """The verdict on a figure; `taken` are claims that other figures of the text state."""
    found = _scored(record, quantity, around, said)
    alike = [one for one in found if agreement.units_agree(quantity, one.claim)]
    best = max((one.score for one in alike), default=0)
    same = [
        one
        for one in alike
        if agreement.values_agree(quantity, one.claim)
        and one.score >= _needed(quantity)
        and one.score >= _SHARE * best
    ]
    if same:
        return _of_same(same, said)
    return _different(quantity, found, best, set(taken), around)


def _needed(quantity: Quantity) -> float:
    told = 0 if isinstance(quantity.value, str) else len(agreement.digits(quantity.value))
    return _WORDS_FOR.get(told, _MANY_DIGITS)


def _scored(record: Record, quantity: Quantity, around: Around, said: Stated) -> list[Scored]:
    found = []
    for place, score in record.scores(around.cues).items():
        figure = record.figures[place]
        if not (around.own & figure.cues.keys()) and len(around.own) > 1:
            continue
        meets = agreement.periods_meet(said.near, figure.claim)
        if meets is not True and agreement.periods_meet(said.periods, figure.claim):
            meets = True
        weight = _PERIOD_COUNTS if meets else 1 / _PERIOD_COUNTS if meets is False else 1.0
        found.append(Scored(figure, score * weight, meets))
    found.sort(key=lambda one: (-one.score, one.claim.id))
    return found


def _of_same(same: Sequence[Scored], said: Stated) -> Judgement:
    """The verdict where claims with this value are about what the sentence speaks of."""
    fitting = [one for one in same if not _otherwise(one, said)]
    if not fitting:
        first = same[0]
        return Judgement(DIFFERS, _claims(same), tuple(_otherwise(first, said)))
    accepted = [one for one in fitting if one.claim.is_accepted or _disputed(one.claim)]
    bad = [one for one in fitting if one.claim.is_rejected]
    if bad and (not accepted or bad[0].score > accepted[0].score):
        if bad[0].claim.review.local == "superseded" and _as_of(bad[0].claim, said):
            return Judgement(SUPPORTED, _claims(bad))
        return Judgement(DO_NOT_PRINT, _claims(bad))
    if accepted:
        return Judgement(SUPPORTED, _claims(accepted))
    return Judgement(UNKNOWN, _claims(fitting))


def _disputed(claim: ClaimCard) -> bool:
    return claim.review.local == "disputed"


def _as_of(claim: ClaimCard, said: Stated) -> bool:
    """Whether a sentence dates a superseded figure to when it was said."""
    return any(claim.asserted_on[:7] == day[:7] for day in said.days if claim.asserted_on)


def _otherwise(one: Scored, said: Stated) -> list[str]:
    """The parts that a sentence states otherwise than a claim."""
    claim, parts = one.claim, []
    if one.score < _FIRM:
        return []
    if one.meets is False:
        parts.append("period")
    statistic = next((a.local for a in claim.about if a.id.startswith("statistic/")), "")
    if said.statistic and statistic in ("mean", "median") and statistic != said.statistic:
        parts.append("statistic")
    if said.nature and one.figure.nature in ("public", "private") != said.nature:
        if one.figure.nature != said.nature:
            parts.append("nature")
    if said.speakers and not said.speakers & {*told_by(claim), *_ids(one.figure)}:
        parts.append("asserter")
    return parts


def _ids(figure: Figure) -> set[str]:
    return {cue.removeprefix("id:") for cue in figure.cues if cue.startswith("id:")}


def _different(
    quantity: Quantity, found: Sequence[Scored], best: float, taken: set[str], around: Around
) -> Judgement:
    """Another value or unit of a proposition that the record holds, else unknown."""
    for one in found:
        if one.score < _SLIP:
            break
        claim = one.claim
        if not claim.is_accepted or one.meets is False:
            continue
        if agreement.units_agree(quantity, claim):
            slip = agreement.look_alike(quantity, claim) and one.score >= _SHARE * best
            sure = one.score >= _OTHER and one.score >= _STRONG * best and claim.id not in taken
            if (slip or sure) and not agreement.values_agree(quantity, claim):
                return Judgement(DIFFERS, (claim,), ("value",))
        elif agreement.both_money(quantity, claim) and agreement.values_agree(quantity, claim):
            return Judgement(DIFFERS, (claim,), ("unit",))
    return NOTHING


def _claims(scored: Sequence[Scored]) -> tuple[ClaimCard, ...]:
    """The strongest, and those that stand close to it."""
    top = scored[0].score
    return tuple(one.claim for one in scored if one.score >= _SHARE * top)[:_MOST]

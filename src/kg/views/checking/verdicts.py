"""The verdict on one figure: which proposition it states, and what the record says of that.

An equal number alone proves nothing: the words around must speak of the claim's subject, and the
fewer digits a figure has, the more of them are asked for. When in doubt: unknown.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from kg.text.figures import Quantity
from kg.views.checking import agreement
from kg.views.checking.cues import Around
from kg.views.checking.record import Figure, Record
from kg.views.checking.stated import Stated, told_by
from kg.views.record.cards import ClaimCard

SUPPORTED, DIFFERS, DO_NOT_PRINT = "supported", "differs", "do-not-print"
UNKNOWN, NOT_CHECKABLE = "unknown", "not-checkable"
VERDICTS = (SUPPORTED, DIFFERS, DO_NOT_PRINT, UNKNOWN, NOT_CHECKABLE)

_NEEDED = (5.0, 5.0, 4.5, 3.0, 3.0, 2.5)
"""How strongly words must speak of a claim that agrees in value, by digits of the figure."""
_SHARE = 0.58  # of the strongest claim of this unit
_REFUSED = 0.6  # to warn needs less than to agree
_LEAST = 0.8  # below it nothing speaks of a claim
_LONG = 4  # digits from which the topic of the text is enough, else the paragraph must speak
_COVERED = 3.0  # what the whole name of a subject adds
_SLIPS = (7.0, 7.0, 4.5, 4.5)  # what a slip needs, by digits of the figure
_OTHER, _OTHER_MET, _OTHER_SHARE = 8.0, 5.0, 0.8
_TIMES = {"times"}  # ratios are worked out by many: another one is no wrong one
_STRONG, _SLIP_SHARE = 0.9, 0.35
_FIRM = 6.0  # for a difference in period, speaker, statistic or nature
_NAMED = ("NamedAgent", "Document")  # else the record has only who wrote it
_MET, _MISSED = 1.25, 0.6
_BESIDE, _MOST = 0.55, 5


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
    with_name: float  # the score and how much of the subject's name stands around
    words: float  # the same, the period left aside
    meets: bool | None
    near: bool  # its own sentence speaks of it
    in_unit: bool
    agrees: bool
    is_slip: bool

    @property
    def claim(self) -> ClaimCard:
        """Its claim."""
        return self.figure.claim


def judge(
    record: Record, quantity: Quantity, around: Around, said: Stated, taken: Container[str] = ()
) -> Judgement:
    """The verdict on a figure; `taken` are claims that other figures of the text state."""
    told = agreement.Told.of(quantity)
    found, best, own = _scored(record, told, around, said, taken)
    needed = _NEEDED[_digits(told)]
    same = [
        one
        for one in found
        if one.agrees
        and one.in_unit
        and one.with_name >= needed * (_REFUSED if one.claim.is_rejected else 1)
        and one.with_name >= _SHARE * best
        and (one.near or len(told.digits) > 1)
        and (one.near or not own or one.claim.subject.iri in own)
    ]
    if same:
        return _of_same(same, said)
    return _different(told, found, best, taken)


def _digits(told: agreement.Told) -> int:
    """How many digits tell, as a place in the lists of thresholds."""
    return min(len(told.digits), len(_NEEDED) - 1)


def _scored(
    record: Record, told: agreement.Told, around: Around, said: Stated, taken: Container[str]
) -> tuple[list[Scored], float, set[str]]:
    """The figures of the record that a verdict may rest on, strongest first.

    Also how strong the strongest of this unit is that no other figure states, and the subjects of
    those near it of which the sentence itself speaks.
    """
    in_unit = record.measured_in(told.units)
    weighed = _weighed(record, record.sums if told.is_money else in_unit, told, around, said)
    free = {
        place
        for place, _, _, _ in weighed
        if place in in_unit and record.figures[place].claim.id not in taken
    }
    best = max((score * weight for place, score, _, weight in weighed if place in free), default=0)
    found, own = [], set()
    for place, score, meets, weight in weighed:
        figure, alike = record.figures[place], place in in_unit
        if place in free and score * weight >= _STRONG * best and record.is_told(place, around.own):
            own.add(figure.claim.subject.iri)
        agrees = agreement.values_agree(told, figure.measured)
        slip = alike and not agrees and agreement.look_alike(told, figure.measured)
        if not (agrees or slip or score * weight >= _OTHER_MET):
            continue
        name = _COVERED * record.coverage(figure, around.cues) if alike and (agrees or slip) else 0
        near = record.is_told(place, around.own)
        words = score + name
        found.append(
            Scored(figure, score * weight, words * weight, words, meets, near, alike, agrees, slip)
        )
    found.sort(key=lambda one: (-one.with_name, one.claim.id))
    return found, best, own


def _weighed(
    record: Record, wanted: Container[int], told: agreement.Told, around: Around, said: Stated
) -> list[tuple[int, float, bool | None, float]]:
    """What is spoken of: place, score, whether the period is the claim's, what that weighs."""
    is_long = _digits(told) >= _LONG
    meets_in: dict[tuple[int, int] | None, bool | None] = {}
    found = []
    for place, score in record.scores(around.cues).items():
        if place not in wanted or score < _LEAST:
            continue
        if is_long or record.is_told(place, around.paragraph):
            years = record.figures[place].measured.years
            if years not in meets_in:
                meets_in[years] = _meets(years, said)
            meets = meets_in[years]
            found.append(
                (place, score, meets, _MET if meets else _MISSED if meets is False else 1.0)
            )
    return found


def _meets(years: tuple[int, int] | None, said: Stated) -> bool | None:
    """Whether the period beside a figure is the claim's, or else any in the sentence."""
    meets = agreement.periods_meet(said.near, years)
    return True if meets is not True and agreement.periods_meet(said.periods, years) else meets


def _of_same(same: Sequence[Scored], said: Stated) -> Judgement:
    """The verdict where claims with this value are about what the sentence speaks of."""
    fitting = [one for one in same if not _otherwise(one, said)]
    if not fitting:
        first = same[0]
        return Judgement(DIFFERS, _claims(same), tuple(_otherwise(first, said)))
    accepted = [one for one in fitting if one.claim.is_accepted or _disputed(one.claim)]
    bad = [one for one in fitting if one.claim.is_rejected]
    if bad and (not accepted or bad[0].with_name > accepted[0].with_name):
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
    if one.words < _FIRM:
        return []
    if one.meets is False:
        parts.append("period")
    statistic = one.figure.statistic
    if said.statistic and statistic in ("mean", "median") and statistic != said.statistic:
        parts.append("statistic")
    if said.nature and one.figure.nature == "public":
        parts.append("nature")
    heard = {*told_by(claim), *_ids(one.figure)}
    if said.speakers.isdisjoint(heard) and said.speakers and claim.attribution in _NAMED:
        parts.append("asserter")
    return parts


def _ids(figure: Figure) -> set[str]:
    return {cue.removeprefix("id:") for cue in figure.cues if cue.startswith("id:")}


def _different(
    told: agreement.Told, found: Sequence[Scored], best: float, taken: Container[str]
) -> Judgement:
    """Another value or unit of a proposition that the record holds, else unknown."""
    needed = _SLIPS[min(len(told.digits), len(_SLIPS) - 1)]
    for one in found:
        if one.with_name < min(_SLIPS):
            break
        claim = one.claim
        if not claim.is_accepted or one.meets is False:
            continue
        if not one.in_unit and one.agrees:
            return Judgement(DIFFERS, (claim,), ("unit",))
        slip = one.is_slip and one.with_name >= max(needed, _SLIP_SHARE * best)
        if one.in_unit and (slip or _is_other(told, one, best, taken)):
            return Judgement(DIFFERS, (claim,), ("value",))
    return NOTHING


def _is_other(told: agreement.Told, one: Scored, best: float, taken: Container[str]) -> bool:
    """Another value where the words leave no doubt about the proposition."""
    if one.score < (_OTHER_MET if one.meets else _OTHER) or one.score < _OTHER_SHARE * best:
        return False
    if one.agrees or one.claim.id in taken or told.units == _TIMES:
        return False
    return agreement.near_in_size(told, one.figure.measured)


def _claims(scored: Sequence[Scored]) -> tuple[ClaimCard, ...]:
    """The strongest, and those that stand close to it."""
    top = scored[0].with_name
    return tuple(one.claim for one in scored if one.with_name >= _BESIDE * top)[:_MOST]

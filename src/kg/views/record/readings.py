"""Claims as a reader takes them in: equal statements once, with all who make them.

| verdict | the claim |
|---|---|
| accepted | its source says so, and no open conflict sets another accepted value against it |
| disputed | accepted, but an open conflict does; or the editors doubt it |
| do-not-print | rejected |
| superseded | replaced by a newer value of the same asserter |
| candidate | proposed and not yet reviewed |
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.views.record.advice import OPEN_ENDED, TIERS, is_disputed, nearest_witness
from kg.views.record.cards import ClaimCard, Named, Passage
from kg.views.record.claims import Reader, values
from kg.views.record.conflicts import Conflict
from kg.views.record.sentences import PLAIN, Sentence

VERDICTS = ("accepted", "disputed", "do-not-print", "superseded", "candidate")
_RANKS = ("Preferred", "Normal", "Deprecated")
_VERDICT_OF = {"rejected": "do-not-print"}


@dataclass(frozen=True, slots=True)
class Reading:
    """Equal statements: the one nearest to the origin, and the other witnesses.

    `payers` says of a sum of money whose it is (funding nature); empty where no claim says.
    """

    claim: ClaimCard
    others: tuple[ClaimCard, ...]
    payers: tuple[Named, ...]

    @property
    def claims(self) -> tuple[ClaimCard, ...]:
        """All of them, the nearest first."""
        return (self.claim, *self.others)


def readings(
    reader: Reader, claims: Iterable[ClaimCard], *, as_found: bool = False
) -> list[Reading]:
    """Readings in the order of their first claims, those not to be printed last.

    With `as_found` the first of equal claims stands for them, not the nearest to the origin.

    Claims are equal that give one subject and property one value in one unit, open to one side,
    for one period, and that the editors hold alike.
    """
    groups: dict[tuple[object, ...], list[ClaimCard]] = defaultdict(list)
    for claim in claims:
        groups[_statement(claim)].append(claim)
    payers = _payers(reader, [claim for of in groups.values() for claim in of])
    found = [_reading(of[:1] if as_found else of, payers, of) for of in groups.values()]
    return sorted(found, key=lambda reading: reading.claim.is_rejected)


def alone(reader: Reader, claims: Sequence[ClaimCard]) -> list[Reading]:
    """A reading for each claim, in their order: a list of what was said has no equal rows."""
    payers = _payers(reader, claims)
    return [_reading([claim], payers, [claim]) for claim in claims]


def verdict_on(claim: ClaimCard, disputes: Iterable[Conflict]) -> str:
    """One of VERDICTS; `disputes` are the conflicts about its subject."""
    review = claim.review.local
    if claim.is_accepted and is_disputed(claim, disputes):
        return "disputed"
    return _VERDICT_OF.get(review, review)


def headline(conflict: Conflict) -> Sentence:
    """What a conflict, question of identity or caution is about, in a few words."""
    subjects = list(dict.fromkeys(claim.subject for claim in conflict.claims))
    said = {(claim.value_en, claim.value_ja) for claim in conflict.claims}
    if conflict.kind == "identity" and len(said) == 1 and len(subjects) > 1:
        ((en, ja),) = said
        count = len(subjects)
        return Sentence(f"{en}: one thing or {count}?", f"{ja}：同じものか、{count}つの別のものか")
    first, more = subjects[0], len(subjects) - 1
    if more:
        second = subjects[1]
        en, ja = f"{first.en}; {second.en}", f"{first.ja}、{second.ja}"
        rest = more - 1
        return Sentence(f"{en}; and {rest} more", f"{ja}ほか{rest}件") if rest else Sentence(en, ja)
    what, when = conflict.claims[0].predicate, {claim.period for claim in conflict.claims}
    period = next(iter(when)) if len(when) == 1 else None
    en, ja = (first.en, first.ja) if what.local in PLAIN else (
        f"{first.en}: {what.en}", f"{first.ja}：{what.ja}"
    )  # fmt: skip
    return Sentence(f"{en}, {period.en}", f"{ja}（{period.ja}）") if period else Sentence(en, ja)


def nearest_passage(claim: ClaimCard) -> Passage | None:
    """The passage to show first: of the asserter's own document, else of the nearest to it."""

    def distance(passage: Passage) -> tuple[bool, int]:
        tier = passage.source.tier
        place = TIERS.index(tier) if tier in TIERS else len(TIERS)
        return passage.source.publisher != claim.asserter, place

    return min(claim.passages, key=distance, default=None)


def _statement(claim: ClaimCard) -> tuple[object, ...]:
    silence = claim.cls == "AbsenceNote"
    side = claim.qualifier if claim.qualifier in OPEN_ENDED else ""
    said = (claim.value, claim.unit, side, claim.is_range and claim.ends, silence)
    when = claim.period or claim.fiscal_period
    return (claim.subject.iri, claim.predicate.iri, said, when, claim.review.iri)


def _reading(
    first: Sequence[ClaimCard],
    payers: Mapping[str, tuple[Named, ...]],
    claims: Sequence[ClaimCard],
) -> Reading:
    """The reading of equal claims; one of `first` stands for them."""
    best = min(_place(claim) for claim in first)
    nearest = nearest_witness([claim for claim in first if _place(claim) == best])
    others = sorted((c for c in claims if c != nearest), key=lambda c: (c.asserted_on or "~", c.id))
    paid = payers.get(nearest.subject.iri, ()) if nearest.unit.startswith("cur:") else ()
    return Reading(nearest, tuple(others), paid)


def _place(claim: ClaimCard) -> int:
    return _RANKS.index(claim.rank) if claim.rank in _RANKS else len(_RANKS)


def _payers(reader: Reader, claims: Iterable[ClaimCard]) -> Mapping[str, tuple[Named, ...]]:
    """Whose money each sum is, as accepted claims say, by subject."""
    subjects = {claim.subject.iri for claim in claims if claim.unit.startswith("cur:")}
    if not subjects:
        return {}
    found: dict[str, list[str]] = defaultdict(list)
    accepted = reader.names.concept("review-status", "accepted")
    for row in reader.rows(_PAYERS.format(values(sorted(subjects)), accepted)):
        found[row["s"]].append(row["nature"])
    names = reader.named(iri for natures in found.values() for iri in natures)
    return {subject: _told([names[iri] for iri in of]) for subject, of in found.items()}


def _told(natures: Sequence[Named]) -> tuple[Named, ...]:
    """Without `not-stated` where another claim says it."""
    return tuple(n for n in natures if len(natures) == 1 or n.local != "not-stated")


_PAYERS = """SELECT DISTINCT ?s ?nature WHERE {{ VALUES ?s {{ {} }}
  ?claim rdf:subject ?s ; rdf:predicate jsip:fundingNature ; rdf:object ?nature ;
    jsip:reviewStatus <{}> }} ORDER BY ?s ?nature"""

"""Candidates for figures that a source has changed: each supersedes the claim of the old one."""

from collections.abc import Iterator, Mapping

from kg.ledger.candidates import Basis, Candidate, Words
from kg.text.differences import sentences
from kg.text.period_words import names_period
from kg.views.intake.quantities import cells
from kg.views.intake.readings import ORDER, evidence_of
from kg.views.intake.recheck import CHANGED, Recheck, Rechecked
from kg.views.record.cards import ClaimCard

_CONFIDENCE = "0.5"  # nobody has compared the phrase yet
_NOTE = "period as in the claim that this one supersedes, not in the phrase"
_NOTE_JA = "期間は置き換えられる主張のもの。引用箇所にはない。"


def supersessions(found: Recheck, text: str, day: str) -> Iterator[Candidate]:
    """A candidate for each changed figure, as said on a day (empty where it is not known)."""
    parts = sentences(text)
    seen: set[str] = set()
    for one in found.passages:
        if one.verdict != CHANGED or one.start is None or one.end is None:
            continue
        id = f"q-{one.start}-{one.end}-{one.claim.id}"
        if id in seen:  # two passages of one claim
            continue
        seen.add(id)
        place = next(
            ((p.start, p.end) for p in parts if p.start <= one.start and one.end <= p.end),
            (one.start, one.end),
        )
        yield _candidate(one, found.source, id, place, day)


def _candidate(
    one: Rechecked, source: str, id: str, sentence: tuple[int, int], day: str
) -> Candidate:
    assert one.start is not None
    assert one.end is not None
    assert one.figure is not None
    row = _row(one, source, day)
    old = Words(f"as in {one.claim.id}", f"{one.claim.id}のとおり")
    inferred = ("subject", "predicate", "period", "status", "asserted_by")
    basis: dict[str, Basis] = dict.fromkeys(inferred, "inferred")
    basis |= dict.fromkeys(("object", "unit", "qualifier"), "stated")
    return Candidate(
        id=id,
        start=one.start,
        end=one.end,
        surface=one.found,
        quote=one.found,
        sentence=sentence,
        kind=one.figure.first.kind,
        row=row,
        evidence=evidence_of(row),
        basis=basis,
        why={**dict.fromkeys(inferred, old), "object": one.why},
        score=1.0,
        supersedes=one.claim.id,
    )


def _row(one: Rechecked, source: str, day: str) -> Mapping[str, str]:
    claim, figure = one.claim, one.figure
    assert figure is not None
    row = {
        "subject": claim.subject.id,
        "predicate": claim.predicate.id.removeprefix("jsip:"),
        **cells(figure, None, yearly=False),
        "unit": claim.unit.rpartition("/")[2].removeprefix("cur:"),
        "printed": one.found,
        "status": claim.status.local,
        "asserted_by": claim.asserter.id,
        "asserted_on": day,
        "date_basis": "stated" if day else "unknown",
        "attribution": claim.attribution,
        "confidence": _CONFIDENCE,
        "source": source,
        "quote": one.found,
        "start": str(one.start),
        "end": str(one.end),
        "role": "Body",
        "supports": "value",
        **_bearings(claim),
        **_period(claim, one.found),
    }
    return {name: cell for name in ORDER if (cell := row.get(name, ""))}


def _bearings(claim: ClaimCard) -> dict[str, str]:
    """Area, group, scenario and statistic, where the old claim has them."""
    pairs = (one.id.partition("/") for one in claim.about)
    return {scheme: notation for scheme, _, notation in pairs if scheme in ORDER}


def _period(claim: ClaimCard, quote: str) -> dict[str, str]:
    if claim.period is None:
        return {}
    if names_period(claim.period.id, quote):
        return {"period": claim.period.id, "period_basis": "stated"}
    return {
        "period": claim.period.id,
        "period_basis": "inferred",
        "note": _NOTE,
        "note_ja": _NOTE_JA,
    }

"""What the cells of rows say together: days, ends of ranges, fiscal years, who published.

Each finding is a violation at its row: a cell that was copied from another row is seen here.
"""

import re
from collections.abc import Iterable, Mapping

from kg.core.model import Claim, Evidence, Period, Ref, Review, Source
from kg.ledger.row_context import RowContext
from kg.text.periods import mint_period
from kg.text.printed import readings
from kg.text.words import RANGES, in_english

EDITORS = "jsip-editors"
_AHEAD = ("forecast", "planned")  # a target for a year that is over may be told again
_BEHIND = ("surveyed",)
_FISCAL, _AMOUNT = "fiscalPeriod", "amount"
_FY = re.compile(r"(?<![a-z])fy ?(\d{4})(?!\d)|(?<!\d)(\d{4})年度", re.IGNORECASE)


def check_times(claims: Iterable[Claim], context: RowContext) -> None:
    """Nothing is foreseen of a period that was over, nor surveyed in one that had not begun."""
    for claim in claims:
        period = context.periods.get(claim.period)
        told = claim.asserted_on or context.sources[claim.source].issued
        if period is None or len(told) < len("2025-01-01"):
            continue
        where = context.places[claim.slug]
        if claim.status in _AHEAD and period.end and period.end < told:
            what = f"status: {claim.status} on {told} of {claim.period}, which ended {period.end}"
            context.fault(where, what, "S26")
        if claim.status in _BEHIND and _begins_after(period, told):
            what = f"status: {claim.status} on {told} of {claim.period}, which had not begun"
            context.fault(where, what, "S26")


def _begins_after(period: Period, told: str) -> bool:
    return bool(period.start) and period.start > told


def check_ranges(
    claims: Iterable[Claim], evidence: Iterable[Evidence], context: RowContext
) -> None:
    """Both ends of a range stand in its printed form, in a phrase of its evidence or in the note.

    A range in words (several billion) has no ends to read.
    """
    phrases: dict[str, list[str]] = {}
    for passage in evidence:
        phrases.setdefault(passage.claim, []).append(passage.quote)
    for claim in claims:
        quantity = claim.quantity
        if quantity is None or quantity.qualifier not in RANGES or not readings(quantity.printed):
            continue
        texts = (quantity.printed, claim.note, *phrases.get(claim.slug, ()))
        read = {value for text in texts for value in readings(text)}
        ends = (("low", quantity.lower), ("high", quantity.upper))
        for name, end in ((name, end) for name, end in ends if end is not None):
            if abs(end) not in read:
                what = f"{name}: no phrase and no note prints {in_english(end, '').strip()}"
                where = context.places[claim.slug]
                context.fault(where, f"{what}; correct it, or say in note how it is printed", "S07")


def check_fiscal_years(
    claims: Iterable[Claim], known: Iterable[Claim], context: RowContext
) -> None:
    """The fiscal years that a measure's id, names, fiscal period and amounts give do not differ.

    `known` are claims of the ground, which also say what the fiscal period of a measure is.
    """
    own = [claim for claim in claims if claim.predicate in (_FISCAL, _AMOUNT)]
    said: dict[str, list[str]] = {}
    for claim in (*known, *own):
        if claim.predicate == _FISCAL and isinstance(claim.object, Ref):
            said.setdefault(claim.subject.name, []).append(claim.object.name.removeprefix("id:"))
    for claim in own:
        given, slug = _year_given(claim), claim.subject.name.removeprefix("id:")
        others = [*said.get(claim.subject.name, ()), *_years_named(slug, context)]
        apart = [other for other in others if _apart(given, other)]
        if apart:
            what = f"period: {given} of {slug}, whose name or fiscalPeriod says {apart[0]}"
            context.fault(context.places[claim.slug], f"{what}; correct the wrong one", "S26")


def _year_given(claim: Claim) -> str:
    if claim.predicate == _FISCAL and isinstance(claim.object, Ref):
        return claim.object.name.removeprefix("id:")
    return claim.period


def _years_named(slug: str, context: RowContext) -> Iterable[str]:
    """The fiscal years in the id and the names of a measure, as slugs of periods."""
    texts = (slug, *context.names_of.get(slug, ()))
    years = (year for text in texts for found in _FY.finditer(text) for year in found.groups())
    return [f"period-fy{year}" for year in years if year]


def _apart(one: str, other: str) -> bool:
    """True where two periods with dates have no day in common."""
    a, b = mint_period(one), mint_period(other)
    if a is None or b is None or not all((a.start, a.end, b.start, b.end)):
        return False
    return a.end < b.start or b.end < a.start


def check_voices(
    claims: Iterable[Claim], evidence: Iterable[Evidence], context: RowContext
) -> None:
    """AuthorVoice: the asserter published a document of the claim; the editors speak of any."""
    publishers: dict[str, set[str]] = {}
    for passage in evidence:
        source = context.sources.get(passage.source)
        publishers.setdefault(passage.claim, set()).add(source.publisher if source else "")
    for claim in claims:
        own = publishers.get(claim.slug, set())
        if not own <= context.classes.keys():
            continue  # the source's own row is at fault
        if claim.attribution == "AuthorVoice" and claim.asserted_by not in {*own, EDITORS}:
            what = f"attribution: {claim.asserted_by} published no document of this claim"
            named = "NamedAgent, if a document names it"
            context.fault(context.places[claim.slug], f"{what}; write {named}", "S27")


def check_days(reviews: Iterable[Review], claims: Mapping[str, Claim], context: RowContext) -> None:
    """No review is older than the document that it looked at."""
    for review in reviews:
        claim = claims.get(review.target)
        source: Source | None = context.sources.get(claim.source if claim else review.target)
        if source and source.issued and review.on < source.issued[: len(review.on)]:
            what = f"on: {review.on} lies before {source.slug} was issued, {source.issued}"
            context.fault(context.places[review.slug], what, "S18")

"""What the cells of rows say together: words against qualifier and unit, days, who published.

Each finding is a violation at its row: a cell that was copied from another row is seen here.
"""

import re
from collections.abc import Iterable, Mapping

from kg.core.model import Claim, Evidence, Period, Review, Source
from kg.ledger.row_context import RowContext
from kg.ledger.tables import Row

EDITORS = "jsip-editors"
_DIGIT = r"[\d０-９〇一二三四五六七八九十数]"
_HEDGES = re.compile(
    rf"(?:約|およそ|(?<!過去)最大)(?=[\s¥￥$]*{_DIGIT})"
    r"|(?<=[円人社件本割倍年兆億万%％ルン])(?:超|以上|以下|未満|余り|程度|規模|弱|強)"
    r"|\b(?:about|around|roughly|approximately|nearly|almost|over|more than|at least|up to|under"
    r"|less than|some)\s+(?=(?:US|NT|A|C)?[¥￥$€₩]?\s*\d)",
    re.IGNORECASE,
)
_CURRENCIES = {
    "JPY": re.compile(r"円|\byen\b|¥|￥", re.IGNORECASE),
    "USD": re.compile(r"米ドル|(?<![ァ-ヶ])ドル|\bUSD\b|\bdollars?\b|US\$", re.IGNORECASE),
    "KRW": re.compile(r"ウォン|원|\bwon\b|₩", re.IGNORECASE),
    "EUR": re.compile(r"ユーロ|\beuros?\b|€", re.IGNORECASE),
}
_PERCENT = re.compile(r"%|％|割|\b(percent|per cent|pct)\b|パーセント", re.IGNORECASE)
_SHARES = ("unit/percent", "unit/percent-per-year", "unit/percentage-points", "unit/times")
_AHEAD = ("forecast", "target", "planned", "requested")
_BEHIND = ("surveyed",)


def check_words(row: Row, claim: Claim, context: RowContext) -> None:
    """The words of the printed form agree with the qualifier and the unit."""
    quantity = claim.quantity
    if quantity is None:
        return
    hedge = _HEDGES.search(quantity.printed)
    if hedge and quantity.qualifier in ("stated", "exact"):
        what = f"qualifier: printed {quantity.printed!r} has {hedge[0].strip()!r}, which is not"
        context.fault(row.where, f"{what} {quantity.qualifier}", "S07")
    known = {*context.vocabulary.currencies, *context.vocabulary.concepts.get("unit", ())}
    if row["unit"] not in known:
        return
    found = [unit for unit, words in _CURRENCIES.items() if words.search(quantity.printed)]
    if found and quantity.unit not in [f"cur:{unit}" for unit in found]:
        what = f"unit: printed {quantity.printed!r} is in {' or '.join(found)}, not {row['unit']}"
        context.fault(row.where, what, "S07")
    elif not found and _PERCENT.search(quantity.printed) and quantity.unit not in _SHARES:
        what = f"unit: printed {quantity.printed!r} is a share, not {row['unit']}"
        context.fault(row.where, what, "S07")


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

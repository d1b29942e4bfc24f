"""The words of a printed form against the qualifier and the unit of its row.

A hedge that the qualifier lacks, a currency, share or counter of another unit: each is a violation
at its row, so that a cell copied from another row is seen.
"""

import re
from collections.abc import Iterator, Mapping

from kg.core.model import Claim, Quantity
from kg.ledger.row_context import RowContext
from kg.ledger.tables import Row

_DIGIT = r"[\d０-９〇一二三四五六七八九十数]"
_COUNTED = "円圓人名社者件本台間回点部冊枚票日月年歳割倍位兆億万千%％ルント원"
_HEDGES = re.compile(
    rf"(?:約|およそ|ほぼ|(?<!過去)最大)(?=[\s¥￥$]*{_DIGIT})"
    rf"|(?<=[{_COUNTED}])(?:超|以上|以下|未満|余り|程度|規模|弱|強(?!化)|前後|近く"
    r"|を(?:大きく)?(?:超え|上回|下回))"
    r"|(?<=[%％割円歳])台"
    r"|\b(?:about|around|roughly|approximately|nearly|almost|close to|over|above|more than"
    r"|in excess of|upwards of|at least|as many as|up to|under|below|less than|fewer than|some)"
    r"\s+(?=(?:US|NT|A|C|HK)?[¥￥$€₩]?\s*\d)"
    r"|(?<=\d) or (?:more|less|fewer)\b",
    re.IGNORECASE,
)
_OTHER_DOLLARS = {
    "TWD": re.compile(r"台湾・?ドル|新[台臺][幣币]|NT\$|\bTWD\b|\bTaiwan(?:ese)? dollars?", re.I),
    "HKD": re.compile(r"香港ドル|HK\$|\bHKD\b|\bHong Kong dollars?", re.I),
    "AUD": re.compile(
        r"(?:豪|オーストラリア・?)ドル|(?<![A-Z])AU?\$|\bAUD\b|\bAustralian dollars?", re.I
    ),
    "CAD": re.compile(r"(?:加|カナダ・?)ドル|(?<![A-Z])CA?\$|\bCAD\b|\bCanadian dollars?", re.I),
    "SGD": re.compile(r"シンガポール・?ドル|(?<!U)S\$|\bSGD\b|\bSingapore dollars?", re.I),
}
_CURRENCIES = {
    "JPY": re.compile(r"円|圓|\byens?\b|¥|￥|\bJPY|엔", re.IGNORECASE),
    "USD": re.compile(r"米ドル|(?<![ァ-ヶ])ドル|\bUSD|\bdollars?\b|US\$|달러", re.IGNORECASE),
    "KRW": re.compile(r"ウォン|원|\bwon\b|₩|\bKRW", re.IGNORECASE),
    "EUR": re.compile(r"ユーロ|\beuros?\b|€|\bEUR\b", re.IGNORECASE),
}
_ANY_DOLLAR = re.compile(r"\$")
_PERCENT = re.compile(
    r"%|％|割|\b(percent|per cent|pct|percentage points?)\b|パーセント|ポイント", re.IGNORECASE
)
_SHARES = ("unit/percent", "unit/percent-per-year", "unit/percentage-points")
_COUNTS = ("unit/people", "unit/firms", "unit/items")
_NUMBER = rf"{_DIGIT}[\d.,・]*\s*[十百千万億兆]*\s*"
_COUNTERS: Mapping[tuple[str, ...], re.Pattern[str]] = {
    _COUNTS: re.compile(
        rf"{_NUMBER}(?:人|名|社|件|点|項目|団体|(?:people|persons|firms|companies|items)\b)"
    ),
    ("unit/hours-per-month", "unit/hours-per-day"): re.compile(rf"{_NUMBER}(?:時間|hours?\b)"),
    ("unit/years",): re.compile(rf"{_NUMBER}(?:歳|years?\b)"),
    ("unit/days", "unit/days-per-month"): re.compile(rf"{_NUMBER}(?:日(?![圓円本])|days?\b)"),
    ("unit/times",): re.compile(rf"{_NUMBER}(?:倍|-?fold\b|times\b)"),
    ("unit/rank",): re.compile(rf"{_NUMBER}位"),
}
_FAMILIES = (*_COUNTERS, _SHARES)


def check_words(row: Row, claim: Claim, context: RowContext) -> None:
    """The words of the printed form agree with the qualifier and the unit."""
    quantity = claim.quantity
    if quantity is None:
        return
    known = {*context.vocabulary.currencies, *context.vocabulary.concepts.get("unit", ())}
    found = [*_hedge(quantity)]
    if row["unit"] in known:
        found += list(_unit(quantity, claim.note))[:1]
    for what in found:
        context.fault(row.where, what, "S07")


def _hedge(quantity: Quantity) -> Iterator[str]:
    hedge = _HEDGES.search(quantity.printed)
    if hedge and quantity.qualifier in ("stated", "exact"):
        yield (
            f"qualifier: printed {quantity.printed!r} has {hedge[0].strip()!r}, which is not "
            f"{quantity.qualifier}; take the qualifier that says it"
        )


def _unit(quantity: Quantity, note: str) -> Iterator[str]:
    """What is wrong with the unit, the plainest first."""
    printed, unit = quantity.printed, quantity.unit
    name = unit.removeprefix("unit/").removeprefix("cur:")
    found = currencies_of(printed)
    if found and unit not in [f"cur:{currency}" for currency in found]:
        yield f"unit: printed {printed!r} is in {' or '.join(found)}, not {name}; correct the unit"
    is_share = bool(_PERCENT.search(printed))
    if not found and is_share and unit not in (*_SHARES, "unit/times"):
        yield f"unit: printed {printed!r} is a share, not {name}; correct the unit"
    for units, counter in _COUNTERS.items():
        word = counter.search(printed)
        if not found and not is_share and word and unit not in units and _is_of_a_kind(unit):
            yield f"unit: printed {printed!r} counts {word[0]!r}, not {name}; correct the unit"
    if not _names_unit(printed, unit) and not _names_unit(note, unit) and "currency" not in note:
        yield (
            f"unit: printed {printed!r} does not say {name}; correct the unit, or name in note "
            "the unit that the table or text gives"
        )


def _is_of_a_kind(unit: str) -> bool:
    """True of a unit whose counters are known: a unit that somebody adds is let pass."""
    return unit.startswith("cur:") or any(unit in family for family in _FAMILIES)


def currencies_of(text: str) -> list[str]:
    """The currencies that a text names; the dollars of other countries are not those of the US.

    >>> currencies_of("40万台湾ドル"), currencies_of("6.4 billion US dollars")
    (['TWD'], ['USD'])
    """
    found = []
    for currency, words in _OTHER_DOLLARS.items():
        text, count = words.subn(" ", text)
        found += [currency] * bool(count)
    return found + [currency for currency, words in _CURRENCIES.items() if words.search(text)]


def _names_unit(text: str, unit: str) -> bool:
    """True where a share or a currency is named; of other units nothing is asked."""
    if unit in _SHARES:
        return bool(_PERCENT.search(text))
    currency = unit.removeprefix("cur:")
    if currency in _CURRENCIES or currency in _OTHER_DOLLARS:
        is_dollar = currency == "USD" or currency in _OTHER_DOLLARS
        return currency in currencies_of(text) or (is_dollar and bool(_ANY_DOLLAR.search(text)))
    return True

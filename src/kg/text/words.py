"""Figures and days in words of both languages: 億 and 兆 are where slips happen.

The one grammar of what is printed: unit, words around a number, both ends of a range.
"""

import calendar
import re
from collections.abc import Mapping
from decimal import Decimal

from kg.core.model import Ledger
from kg.text.bounds import canonical

_ENGLISH = ((12, "trillion"), (9, "billion"), (6, "million"))
_JAPANESE = ((12, "兆"), (8, "億"), (4, "万"))
# currencies that are printed shorter than they are called
_SHORT = {"cur:JPY": ("yen", "円"), "cur:KRW": ("won", "ウォン")}
_SIGNS = {"cur:USD": "US$"}  # those of which English prints a sign before the number
_CURRENCIES = {
    **_SHORT, "cur:USD": ("US dollars", "米ドル"), "cur:EUR": ("euros", "ユーロ"),
    "cur:CNY": ("yuan", "人民元"), "cur:TWD": ("New Taiwan dollars", "新台湾ドル"),
}  # fmt: skip
_PLACE = "unit/rank"
_SINGULAR = {
    "days": "day", "firms": "firm", "hours": "hour", "items": "item", "people": "person",
    "points": "point", "times": "time", "years": "year",
}  # fmt: skip
_MANY = re.compile(rf"\b({'|'.join(_SINGULAR)})\b")
_COUNTED = re.compile(
    r"(dollar|euro)$"
)  # currencies that have a plural; yen, won and yuan have none
_PLACES = 4  # digits that an end of a range is rounded to
_HEDGED: Mapping[str, tuple[str, str]] = {
    "approximately": ("about {}", "約{}"),
    "over": ("more than {}", "{}超"),
    "at-least": ("at least {}", "{}以上"),
    "under": ("less than {}", "{}未満"),
    "up-to": ("up to {}", "最大{}"),
}
RANGES = ("range", "order-of-magnitude")  # their two ends are printed
TOLD = ("stated", "exact", "range", *_HEDGED)  # qualifiers that the words themselves tell, or none
_WHEN = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?(?:-(0[1-9]|[12]\d|3[01]))?")


def in_english(value: Decimal, unit: str = "yen") -> str:
    """A number as an English reader says it, digits in groups of three.

    >>> in_english(Decimal("25200000000")), in_english(Decimal("400000"))
    ('25.2 billion yen', '400,000 yen')
    """
    for power, word in _ENGLISH:
        if abs(value) >= Decimal(10) ** power:
            return f"{_grouped(value.scaleb(-power))} {word} {unit}"
    return f"{_grouped(value)} {unit}"


def _grouped(value: Decimal) -> str:
    return f"{Decimal(canonical(value)):,f}"


def in_japanese(value: Decimal, unit: str = "円") -> str:
    """A number in 兆, 億 and 万; one that needs none of them has its digits in groups.

    >>> in_japanese(Decimal("1025200000000")), in_japanese(Decimal("1275"), "人")
    ('1兆252億円', '1,275人')
    """
    parts, rest = [], abs(value)
    for power, word in _JAPANESE:
        whole, rest = divmod(rest, Decimal(10) ** power)
        if whole:
            parts.append(f"{canonical(whole)}{word}")
    if rest or not parts:
        parts.append(canonical(rest) if parts else _grouped(rest))
    return f"{'-' if value < 0 else ''}{''.join(parts)}{unit}"


def spoken(value: Decimal, unit: str, unit_en: str, unit_ja: str) -> tuple[str, str]:
    """A number with its unit in both languages; currencies as people say them, one as one.

    >>> spoken(Decimal(1), "unit/items", "items", "件")
    ('1 item', '1件')
    >>> spoken(Decimal(9), "unit/rank", "place", "位")
    ('9th', '9位')
    >>> spoken(Decimal("9.3e9"), "cur:USD", "US dollar", "米ドル")
    ('US$9.3 billion', '93億米ドル')
    """
    en, ja = _unit(value, unit, unit_en, unit_ja)
    if unit == _PLACE and value == value.to_integral_value() and value > 0:
        return _ordinal(int(value)), in_japanese(value, ja)
    if unit in _SIGNS:
        sign = "-" if value < 0 else ""
        return f"{sign}{_SIGNS[unit]}{in_english(abs(value), '').strip()}", in_japanese(value, ja)
    return in_english(value, en), in_japanese(value, ja)


def _unit(value: Decimal, unit: str, unit_en: str, unit_ja: str) -> tuple[str, str]:
    if unit in _SHORT:
        return _SHORT[unit]
    if abs(value) == 1:
        return _MANY.sub(lambda found: _SINGULAR[found[1]], unit_en), unit_ja
    return _COUNTED.sub(r"\1s", unit_en), unit_ja


def _ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    endings = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number // 10 % 10 == 1 else endings.get(number % 10, 'th')}"


def currency_words(unit: str) -> tuple[str, str]:
    """What a currency is called where it stands alone; the code of one that has no words here.

    >>> currency_words("cur:KRW"), currency_words("cur:THB")
    (('won', 'ウォン'), ('THB', 'THB'))
    """
    code = unit.rpartition("/")[2].removeprefix("cur:")
    return _CURRENCIES.get(unit, (code, code))


def figure_in_words(
    value: Decimal,
    unit: tuple[str, str, str],
    qualifier: str,
    lower: Decimal | None,
    upper: Decimal | None,
) -> tuple[str, str]:
    """What a figure says in both languages: the words around it, the two ends of a range.

    `unit` is its name (`cur:JPY`, `unit/percent`) and its labels in English and Japanese. Bounds
    are printed of ranges and orders of magnitude alone: of others no source gives them.

    >>> billion = Decimal("1e9")
    >>> figure_in_words(55 * billion, ("cur:JPY", "", ""), "over", 55 * billion, None)
    ('more than 55 billion yen', '550億円超')
    >>> figure_in_words(2 * billion, ("cur:JPY", "", ""), "range", 2 * billion, 3 * billion)
    ('2–3 billion yen', '20億円〜30億円')
    >>> figure_in_words(billion, ("cur:USD", "", "米ドル"), "range", billion, 3 * billion)[0]
    'US$1–3 billion'
    """
    return hedged(qualifier, *unhedged(value, unit, qualifier, lower, upper))


def unhedged(
    value: Decimal,
    unit: tuple[str, str, str],
    qualifier: str,
    lower: Decimal | None,
    upper: Decimal | None,
) -> tuple[str, str]:
    """The same without the words around the number, for where those stand apart."""
    if qualifier in RANGES and lower is not None and upper is not None and lower < upper:
        return _between(_rounded(lower), _rounded(upper), unit)
    return spoken(value, *unit)


def hedged(qualifier: str, en: str, ja: str) -> tuple[str, str]:
    """Words of a value with those of its qualifier around them.

    >>> hedged("up-to", "2 million yen", "200万円")
    ('up to 2 million yen', '最大200万円')
    """
    around, around_ja = _HEDGED.get(qualifier, ("{}", "{}"))
    return around.format(en), around_ja.format(ja)


def _rounded(end: Decimal) -> Decimal:
    """An end of a range that has many digits, to four; the printed form has them all."""
    if len(end.normalize().as_tuple().digits) <= _PLACES:
        return end
    return end.quantize(Decimal(1).scaleb(end.adjusted() - _PLACES + 1))


def _between(low: Decimal, high: Decimal, unit: tuple[str, str, str]) -> tuple[str, str]:
    """Two ends: in English the unit once, the scale once where both have it."""
    (low_en, low_ja), (high_en, high_ja) = spoken(low, *unit), spoken(high, *unit)
    if unit[0] == _PLACE:
        return f"{low_en}–{high_en}", f"{low_ja}〜{high_ja}"
    number, _, scale = in_english(low, "").strip().partition(" ")
    same = scale == in_english(high, "").strip().partition(" ")[2]
    first = f"{_SIGNS.get(unit[0], '')}{number}"
    low_en = first if same else f"{first} {scale}".rstrip()
    high_en = high_en.removeprefix(_SIGNS.get(unit[0], ""))
    return f"{low_en}–{high_en}", f"{low_ja}〜{high_ja}"


def day_in_words(when: str) -> tuple[str, str]:
    """A day, month or year in both languages; anything else as it is.

    >>> day_in_words("2025-12-19"), day_in_words("2023-10"), day_in_words("2033")
    (('19 December 2025', '2025年12月19日'), ('October 2023', '2023年10月'), ('2033', '2033年'))
    """
    found = _WHEN.fullmatch(when)
    if found is None:
        return when, when
    year, month, day = found[1], int(found[2] or 0), int(found[3] or 0)
    en = " ".join(filter(None, (str(day or ""), calendar.month_name[month], year)))
    return en, f"{year}年{f'{month}月' if month else ''}{f'{day}日' if day else ''}"


def amounts_in_words(ledger: Ledger) -> str:
    """One line a number claim: its id, the words, the printed form."""
    lines = []
    for claim in ledger.claims:
        quantity = claim.quantity
        if quantity is not None:
            name = quantity.unit.partition(":")[2] or quantity.unit.partition("/")[2]
            words = " / ".join(spoken(quantity.value, quantity.unit, name, name))
            lines.append(f"{claim.slug}: {words} ({quantity.qualifier}; “{quantity.printed}”)")
    return "\n".join(lines)

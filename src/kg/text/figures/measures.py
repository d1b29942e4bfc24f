"""Numerals with what they count: money, percent, multiples, lengths of time, ages, counts.

A numeral whose unit stands elsewhere is given as a *bare* one; `context` says what it is.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from kg.text.figures.model import AGE, COUNT, DURATION, MONEY, MULTIPLE, PERCENT
from kg.text.figures.numerals import Numeral
from kg.text.figures.units import (
    BEFORE,
    COUNTERS,
    DURATIONS,
    DURATIONS_EN,
    LONG_YEARS,
    NO_COUNTERS,
    RIGHT,
    SHORT,
    SHORT_SCALES,
    currency_after,
    currency_before,
    currency_code,
    singular,
)

BARE = ""
_REACH = 6
_MINUS = re.compile(r"[▲△▼]$|(?:^|[\s(、,])-$")
_OF_KANJI = re.compile(r"の[一-龥ァ-ヶ]")
_THOUSANDS = re.compile(r"([KM])(?: [a-z]{3,}s\b|(?![A-Za-z0-9]))")
_LETTER = re.compile(r"[A-Za-z]")
_KANJI_BEFORE = re.compile(
    r"[一-龥](?<![約計総全各毎月年日週均額高低大小に他残数度後前間は約が内中外費])$"
)
_ONE_OF_KANJI = (
    "人",
    "品",
    "点",
    "本",
    "回",
    "度",
    "部",
    "件",
    "組",
    "着",
    "例",
    "案",
    "足",
    "口",
    "頭",
    "枚",
    "玉",
)
_KANJI_NEVER = ("分", "部", "日", "年", "字", "度", "口", "足", "台", "本", "種")
_POINTS_CUE = re.compile(
    r"(?:\b(?:by|rose|fell|gain|gained|up|down|dropped|climbed|lost|added|slipped|percentage"
    r"|percent"
    r"|another|of|a|than|about|over|some|nearly|to)\b|%|[.][0-9]$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Measure:
    """A numeral with what it counts; `kind` is `BARE` where nothing beside it says so.

    `number` is the numeral without its scale word, as it is written (1.2 of 1.2 trillion);
    `power` that of the scale word. `follows` is true of one before a noun that it may count
    with a word between; `noun` of a count that took a noun of English.
    """

    start: int
    end: int
    kind: str
    value: Decimal
    unit: str | None = None
    power: int = 0
    vague: bool = False
    spelled: bool = False
    kanji: bool = False
    prefix: bool = False
    inferred: bool = False

    @property
    def number(self) -> Decimal:
        """The number before its scale word."""
        return self.value.scaleb(-self.power)


def measure(text: str, found: Numeral) -> Measure | None:
    """What a numeral is by the words that touch it; None where it is no figure.

    >>> from kg.text.figures.numerals import numerals
    >>> measure("¥20T", next(numerals("¥20T"))).value, measure("8割", next(numerals("8割"))).unit
    (Decimal('2.0E+13'), 'percent')
    """
    bare = Measure(
        found.start, found.end, BARE, found.value, None, found.power, found.vague, found.spelled,
        found.kanji,
    )  # fmt: skip
    bare = _signed(text, bare)
    before = BEFORE.search(text[max(0, found.start - _REACH) : found.start])
    if before and not found.spelled:
        return _with_sign(text, bare, before)
    after = RIGHT.match(text, found.end)
    if after is None:
        return _without_unit(text, bare)
    if found.kanji and _is_word_of_kanji(text, bare, after):
        return None
    told = _told(text, bare, after)
    return told if told is not None else _without_unit(text, bare)


def _signed(text: str, bare: Measure) -> Measure:
    """Below zero where ▲ or a minus touches the digits and nothing touches that."""
    if bare.spelled or bare.kanji or not _MINUS.search(text[max(0, bare.start - 2) : bare.start]):
        return bare
    return replace(bare, start=bare.start - 1, value=-bare.value)


def _with_sign(text: str, bare: Measure, before: re.Match[str]) -> Measure:
    """Money with its currency in front: ¥20T, US$1.4bn, JPY 476 billion."""
    start = bare.start - len(before[0])
    short = None if bare.power else SHORT.match(text, bare.end)
    unit = currency_before(before)
    if short is None:
        return replace(bare, start=start, kind=MONEY, unit=unit, prefix=True)
    power = SHORT_SCALES[short[1].lower()]
    return replace(
        bare, start=start, end=short.end(), kind=MONEY, unit=unit, power=power, prefix=True,
        value=bare.value.scaleb(power),
    )  # fmt: skip


_PLAIN: tuple[tuple[str, str, str], ...] = (
    ("percent", PERCENT, "percent"), ("times", MULTIPLE, "times"),
    ("age_ja", AGE, "year"), ("age_en", AGE, "year"),
)  # fmt: skip


def _told(text: str, bare: Measure, after: re.Match[str]) -> Measure | None:
    """The measure of a unit that follows; None where that says nothing of this numeral."""
    told = replace(bare, end=after.end())
    if after["points"]:
        return _points(text, bare, told, after)
    if after["tenths"]:
        value = bare.value * 10 + _digit(after["hundredths"] or "0")
        return replace(told, kind=PERCENT, unit="percent", value=value, power=bare.power + 1)
    for group, kind, unit in _PLAIN:
        if after[group]:
            return replace(told, kind=kind, unit=unit)
    if after["money_ja"] or after["money_en"] or after["code"]:
        return _money(told, after)
    if after["long_ja"] or after["long_en"]:
        return _long(bare, told, after)
    return _count(bare, told, after)


def _money(told: Measure, after: re.Match[str]) -> Measure:
    """Money whose currency follows, with its hundredths: 155円20銭."""
    if after["code"]:
        return replace(told, kind=MONEY, unit=currency_code(after["code"]))
    hundredths = after["sen"] or ""
    word = (after["money_ja"] or after["money_en"]).removesuffix(hundredths)
    more = Decimal(hundredths[:-1] or 0) / 100
    return replace(told, kind=MONEY, unit=currency_after(word), value=told.value + more)


def _digit(written: str) -> int:
    sign = written[0]
    return int(sign) if sign.isdecimal() else "〇一二三四五六七八九".index(sign)


def _points(text: str, bare: Measure, told: Measure, after: re.Match[str]) -> Measure | None:
    """Points of percent; points of a game or a card are a count."""
    words = after["points"].lower()
    if after["basis"]:
        value = bare.value / 100
        return replace(told, kind=PERCENT, unit="percentage-point", value=value)
    plain = not any(sign in words for sign in ("percent", "per cent", "%", "pp"))
    before = text[max(0, bare.start - 14) : bare.start]
    if plain and (bare.power or (bare.value > 100 and words.strip() == "ポイント")):
        return replace(told, kind=COUNT, unit="point")
    if plain and "ポイント" not in words:
        decimal = bare.value % 1 != 0
        if not decimal and not _POINTS_CUE.search(before):
            return replace(told, kind=COUNT, unit="point")
    return replace(told, kind=PERCENT, unit="percentage-point")


def _long(bare: Measure, told: Measure, after: re.Match[str]) -> Measure | None:
    if after["long_en"]:
        return _long_en(bare, told, after["length"].lower())
    written = after["long_ja"].strip()
    minutes, half = after["minutes"], after["half"]
    if minutes and not written.startswith("時間"):
        return None
    unit = DURATIONS[written.removesuffix(minutes or "").removesuffix("半")]
    if unit == "minute" and bare.kanji:
        return None
    value = bare.value + (Decimal("0.5") if half else 0)
    if minutes:
        value += (Decimal(int(minutes[:-1])) / 60).quantize(Decimal("0.0001")).normalize()
    return replace(told, kind=DURATION, unit=unit, value=value)


def _long_en(bare: Measure, told: Measure, word: str) -> Measure | None:
    unit = DURATIONS_EN.get(word) or DURATIONS_EN[word.removesuffix("s")]
    if bare.spelled and bare.value == 1 and unit in ("day", "minute", "second", "quarter"):
        return None
    if unit in LONG_YEARS:
        return replace(told, kind=DURATION, unit="year", value=bare.value * LONG_YEARS[unit])
    return replace(told, kind=DURATION, unit=unit)


def _count(bare: Measure, told: Measure, after: re.Match[str]) -> Measure | None:
    if after["counter"]:
        counted = after["counted"]
        if counted in NO_COUNTERS:
            return None
        return replace(told, kind=COUNT, unit=COUNTERS[counted])
    if after["thing"]:
        return None if bare.kanji else replace(told, kind=COUNT, unit=after["thing"])
    if after["often"]:
        whole = bare.value == bare.value.to_integral_value()
        kind, unit = (COUNT, "time") if whole else (MULTIPLE, "times")
        return replace(told, kind=kind, unit=unit)
    if after["symbol"]:
        return replace(told, kind=COUNT, unit=after["sign"])
    if after["measure"]:
        return replace(told, kind=COUNT, unit=singular(after["measured"]))
    if bare.value == 1 and bare.spelled and not bare.power:
        return None
    return replace(told, kind=COUNT, unit=singular(after["named"]))


def _is_word_of_kanji(text: str, bare: Measure, after: re.Match[str]) -> bool:
    """Kanji numerals inside words (第三者, 一人, 十分) are none."""
    if bare.power:
        return False
    written = text[bare.start : bare.end]
    if len(written) == 1 and bare.start and _KANJI_BEFORE.search(text[bare.start - 1 : bare.start]):
        return True
    unit = (after["counted"] or after["long_ja"] or "").strip()
    if after["money_ja"] and written[0] in "百千万" and len(written) == 1:
        return unit == "" and written == "万"
    if bare.value == 1 and unit in _ONE_OF_KANJI:
        return True
    return unit in _KANJI_NEVER and not (unit == "年" and bare.value > 1)


def _without_unit(text: str, bare: Measure) -> Measure | None:
    """A bare numeral; None where a letter touches it or where a word alone says nothing."""
    short = None if bare.power or bare.spelled else _THOUSANDS.match(text, bare.end)
    if short:
        power = SHORT_SCALES[short[1].lower()]
        return replace(bare, end=short.end(), kind=COUNT, value=bare.value.scaleb(power))
    if bare.end < len(text) and _LETTER.match(text[bare.end]) and not bare.power:
        return None
    if bare.kanji and not bare.power:
        many = bare.end - bare.start > 1 and _OF_KANJI.match(text, bare.end)
        return replace(bare, kind=COUNT) if many else None
    if bare.start and text[bare.start - 1].isascii() and text[bare.start - 1].isalpha():
        return None
    return bare

"""Whether words name a period: years of any era and notation, fiscal years, months, lengths.

2025, ２０２５, '25, 25年, 令和7年, R7年, Reiwa 7; 2025年度, FY2025, fiscal 2025; 10月, October,
Oct, 2023-10; 第1四半期, Q1, 1〜3月; 5年間, 五年, five years, five-year. A second year may be short
(2021〜23年). Words such as "last year", 同年 or 今年度 name no period: a date has to stand by.
"""

import calendar
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from kg.text.periods import MONTHS_IN_QUARTER, mint_period

_ERAS = {"令和": 2018, "reiwa": 2018, "r": 2018, "平成": 1988, "heisei": 1988, "昭和": 1925}
_AMOUNT = r"\s*(?:[億兆万千円元人社件本名作点%]|yen|won|billion|million|trillion)"
_YEAR = re.compile(
    r"(?P<fiscal>\bfy|\bfiscal(?:\s+years?)?)?\s*(?P<mark>['’‘])?"
    r"(?:(?P<era>令和|平成|昭和|reiwa|heisei|(?<![a-z])r)\s*)?"
    rf"(?<![\d.,])(?P<digits>\d{{1,4}}|元(?=年))(?!\d|[.,]\d)(?!{_AMOUNT})"
    r"\s*(?P<unit>年度|年(?![間前後来代目内ぶ連以])|fiscal\b)?"
)
_JOINT = re.compile(r"\s*(?:[-‐–—―~〜/→・、]|から|まで|と|to|through|and|or|until)?\s*(?:から)?\s*")
_WORDS = "one two three four five six seven eight nine ten".split()
_KANJI = "一二三四五六七八九十"
_LENGTH = re.compile(
    rf"(?<![\d.,年和成])(?P<ja>\d{{1,2}}|[{_KANJI}])\s*(?:[かカヶケヵ箇]年|年(?!度|\d|代|末))"
    rf"|\b(?P<en>\d{{1,2}}|{'|'.join(_WORDS)}|a)[\s-]+years?\b|\b(?P<ten>decade)\b"
)
_NAMES = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
}
_MONTH = re.compile(
    r"(?<!\d)(?:(?P<from>\d{1,2})\s*月?\s*[-‐–—―~〜・]\s*)?(?P<ja>\d{1,2})\s*月"
    rf"|\b(?P<en>{'|'.join(sorted(_NAMES, key=len, reverse=True))})\b"
    r"|(?<!\d)(?:19|20)\d\d[-/.](?P<iso>0?[1-9]|1[0-2])(?!\d)"
)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_QUARTER = re.compile(
    r"第?(?P<ja>[1-4一二三四])\s*四半期|\bq(?P<after>[1-4])\b|\b(?P<before>[1-4])q\b"
    rf"|\b(?P<en>{'|'.join(_ORDINALS)})[\s-]quarter"
)
_FULL, _CENTURY = 4, 100
_FIRST, _LAST = 1900, 2099


@dataclass
class _Year:
    """A year that a text names; `plain` where nothing says of which kind it is."""

    number: int
    fiscal: bool
    plain: bool
    end: int


def names_period(slug: str, text: str) -> bool:
    """True where the words of a text give a period's digits: both ends, or an end and the length.

    >>> names_period("period-2024", "24年「デジタル赤字」"), names_period("period-2024", "2024年度")
    (True, False)
    >>> names_period("period-fy2025", "令和7年度補正予算"), names_period("period-5y", "five years")
    (True, True)
    """
    period = mint_period(slug)
    if period is None:
        return False
    words = unicodedata.normalize("NFKC", text).lower().replace("～", "〜")
    if period.years:
        return period.years in _lengths(words)
    first, last = _day(period.start), _day(period.end)
    years = _years(words)
    if period.cls in ("CalendarMonth", "MonthSpan"):
        numbers = {year for year, _ in years}
        return {first[0], last[0]} <= numbers and _has_months(first, last, words)
    fiscal = "fy" in slug
    ends = {(first[0], fiscal), (last[0] - fiscal, fiscal)}
    span = last[0] - fiscal - first[0] + 1
    started = (first[0], fiscal) in years and span > 1 and span in _lengths(words)
    return ends <= years or started


def _day(text: str) -> tuple[int, int]:
    return int(text[:4]), int(text[5:7])


def _has_months(first: tuple[int, int], last: tuple[int, int], words: str) -> bool:
    months = set(_months(words))
    if {first[1], last[1]} <= months:
        return True
    quarters = {_quarter(first[1]), _quarter(last[1])}
    whole = first[1] % MONTHS_IN_QUARTER == 1 and last[1] % MONTHS_IN_QUARTER == 0
    return whole and quarters <= set(_quarters(words))


def _quarter(month: int) -> int:
    return (month - 1) // MONTHS_IN_QUARTER + 1


def _months(words: str) -> Iterator[int]:
    for match in _MONTH.finditer(words):
        if match["en"]:
            yield _NAMES[match["en"]]
        else:
            yield from (int(number) for number in match.group("from", "ja", "iso") if number)


def _quarters(words: str) -> Iterator[int]:
    for match in _QUARTER.finditer(words):
        digit = match["ja"] or match["after"] or match["before"]
        if match["en"]:
            yield _ORDINALS[match["en"]]
        else:
            yield int(digit) if digit.isdecimal() else _KANJI.index(digit) + 1


def _lengths(words: str) -> set[int]:
    found = set()
    for match in _LENGTH.finditer(words):
        word = match["ja"] or match["en"] or "10"
        if word.isdecimal():
            found.add(int(word))
        elif word in _KANJI:
            found.add(_KANJI.index(word) + 1)
        else:
            found.add(_WORDS.index(word) + 1 if word in _WORDS else 1)
    return found


def _years(words: str) -> set[tuple[int, bool]]:
    """Each year with whether it is a fiscal one; joined years are of one kind."""
    found: list[_Year] = []
    for match in _YEAR.finditer(words):
        before = found[-1] if found else None
        gap = words[before.end : match.start()] if before else ""
        joined = before if before and _JOINT.fullmatch(gap) and gap else None
        number = _number(match, joined)
        if number is None:
            continue
        fiscal = bool(match["fiscal"]) or match["unit"] in ("年度", "fiscal")
        plain = not fiscal and match["unit"] is None
        if joined and joined.fiscal and plain:
            fiscal, plain = True, False
        elif joined and fiscal and joined.plain:
            joined.fiscal, joined.plain = True, False
        found.append(_Year(number, fiscal, plain, match.end()))
    return {(year.number, year.fiscal) for year in found}


def _number(match: re.Match[str], joined: _Year | None) -> int | None:
    """The year of some digits; short ones need a mark, a unit, or a year that they follow."""
    digits = match["digits"]
    number = 1 if digits == "元" else int(digits)
    if match["era"]:
        return _ERAS[match["era"]] + number if len(digits) < 3 else None
    if len(digits) == _FULL:
        return number if _FIRST <= number <= _LAST else None
    if len(digits) != 2:
        return None
    if match["mark"] or match["fiscal"] or match["unit"]:
        return 2000 + number
    if joined and number > joined.number % _CENTURY:
        return joined.number // _CENTURY * _CENTURY + number
    return None

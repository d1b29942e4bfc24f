"""The numbers that a printed form reads as: 億, 兆 and billion are where slips happen.

Japanese, Korean and Western scale words, digits of any width, `5・52兆円`, `2930→10667億円`.
Numbers in words ("double", 数十億) read as nothing and are not compared.
"""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

_SCALES = {
    "兆": 12, "조": 12, "億": 8, "억": 8, "万": 4, "만": 4,
    "trillion": 12, "tril": 12, "tn": 12, "billion": 9, "bil": 9, "bn": 9, "milliards": 9,
    "million": 6, "mil": 6, "mn": 6, "thousand": 3, "割": 1,
}  # fmt: skip
_WITHIN = {"千": 1000, "천": 1000, "百": 100, "백": 100}  # 4천300억 is 4300억
_WORDS = "|".join(sorted(_SCALES, key=len, reverse=True))
_PART = re.compile(rf"((?:\d+(?:\.\d+)?\s*[{''.join(_WITHIN)}]?\s*)+)({_WORDS})?\s*", re.IGNORECASE)
_DIGITS = re.compile(rf"(\d+(?:\.\d+)?)\s*([{''.join(_WITHIN)}]?)")
_JOINT = re.compile(r"\s*([-–~〜→]|to\b|から)")


def readings(printed: str) -> frozenset[Decimal]:
    """Every value that a part of the printed form may state; empty where it has no digits.

    >>> sorted(map(str, readings("1兆2734億円")))
    ['1.2734E+12', '1E+12', '2.734E+11']
    >>> readings("76.2 billion yen") == {Decimal("76.2e9")}
    True
    """
    found: set[Decimal] = set()
    total, end, waiting = Decimal(0), -1, Decimal(0)
    text = _plain(printed)
    for match in _PART.finditer(text):
        number, power = _number(match[1]), _SCALES.get((match[2] or "").lower(), 0)
        value = number.scaleb(power)
        total = total + value if match.start() == end else value
        found |= {value, total} | ({waiting.scaleb(power)} if waiting else set())
        end = match.end()
        waiting = number if not match[2] and _JOINT.match(text, end) else Decimal(0)
    return frozenset(found | set(_against_a_hundred(text, found)))


def is_bare(printed: str) -> bool:
    """True where no scale word stands, as in tables that give their unit in the head."""
    return not re.search(_WORDS, _plain(printed), re.IGNORECASE)


def table_units(note: str) -> frozenset[Decimal]:
    """The scales that a note names for the numbers of a table.

    >>> table_units("table in units of 100 million yen") == {Decimal("1e8")}
    True
    >>> table_units("単位は百万円") == {Decimal("1e6")}, table_units("weak source") == frozenset()
    (True, True)
    """
    named = re.findall(rf"(10+ ?|[十百千])?({_WORDS}|千)", _plain(note), re.IGNORECASE)
    tens = {"": 1, "十": 10, "百": 100, "千": 1000}
    found = (
        Decimal(tens[ten] if ten in tens else int(ten)).scaleb(_SCALES.get(word.lower(), 3))
        for ten, word in named
        if word != "割"
    )
    return frozenset(found)


def _plain(printed: str) -> str:
    text = unicodedata.normalize("NFKC", printed)
    text = re.sub(r"(?<=\d)・(?=\d)", ".", text)  # 5・52兆円
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    return re.sub(r"(?<=\d),(?=\d)", ".", text)  # 267,6 milliards


def _number(part: str) -> Decimal:
    """Digits with the scale words that stand inside a group: 4천300 is 4300."""
    return sum((Decimal(d[1]) * _WITHIN.get(d[2], 1) for d in _DIGITS.finditer(part)), Decimal(0))


def _against_a_hundred(text: str, found: set[Decimal]) -> Iterator[Decimal]:
    """101.4 % of the year before is a growth of 1.4 %."""
    if "%" in text:
        yield from (value - 100 for value in found)

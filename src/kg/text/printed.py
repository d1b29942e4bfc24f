"""The numbers that a printed form reads as: 億, 兆 and billion are where slips happen.

Read with the one grammar of numerals (`kg.text.figures.numerals`), more freely than a text is:
every part of a number counts, `267,6 milliards` has a decimal comma, `2930→10667億円` one scale
for both. Numbers in words ("double", 数十億) read as nothing and are not compared.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import accumulate

from kg.text.figures.numerals import Numeral, numerals, parts_of
from kg.text.folding import one_width

_TENTHS = "割"
_SCALE = re.compile(r"[兆億万조억만割]|tril|tn|bil|bn|milliard|mil|mn|thousand", re.IGNORECASE)
_JOINT = re.compile(r"\s*([-–~〜→]|to\b|から)")


def readings(printed: str) -> frozenset[Decimal]:
    """Every value that a part of the printed form may state; empty where it has no digits.

    >>> sorted(map(str, readings("1兆2734億円")))
    ['1000000000000', '1273400000000', '273400000000']
    >>> readings("76.2 billion yen") == {Decimal("76.2e9")}
    True
    """
    found: set[Decimal] = set()
    text = _plain(printed)
    before: Numeral | None = None
    for one in numerals(text):
        if one.spelled or one.vague or one.kanji:
            continue
        found |= set(_values(text, one))
        if before is not None and one.power and _JOINT.match(text, before.end):
            found.add(before.value.scaleb(one.power))
        before = None if one.power else one
    return frozenset(found | set(_against_a_hundred(text, found)))


def is_bare(printed: str) -> bool:
    """True where no scale word stands, as in tables that give their unit in the head."""
    return not _SCALE.search(_plain(printed))


def _plain(printed: str) -> str:
    text = one_width(printed)
    text = re.sub(r"(?<=\d)・(?=\d)", ".", text)  # 5・52兆円
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    return re.sub(r"(?<=\d),(?=\d)", ".", text)  # 267,6 milliards


def _values(text: str, one: Numeral) -> Iterator[Decimal]:
    """The whole, each part with its scale and the sums so far; tenths as percent."""
    if text[one.end :].lstrip().startswith(_TENTHS):
        yield one.value * 10
        return
    yield one.value
    parts = parts_of(text[one.start : one.end])
    yield from parts
    yield from accumulate(parts)


def _against_a_hundred(text: str, found: set[Decimal]) -> Iterator[Decimal]:
    """101.4 % of the year before is a growth of 1.4 %."""
    if "%" in text:
        yield from (value - 100 for value in found)

"""Shares and multiples in words: 4分の1, 4人に1人, half, two-thirds, doubled."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kg.text.figures.model import DURATION, MULTIPLE, PERCENT
from kg.text.figures.numerals import numerals
from kg.text.figures.units import COUNTED_PEOPLE, COUNTED_PEOPLE_JA

_N = "(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})"
_W = (
    r"(?:[0-9]{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty"
    r"|a hundred)"
)
_PARTS = {
    "half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "tenth": 10,
}  # fmt: skip
_TIMES = {
    "doubl": 2,
    "tripl": 3,
    "trebl": 3,
    "quadrupl": 4,
    "quintupl": 5,
    "twice": 2,
    "halv": None,
}
_LENGTHS = {"century": 50, "decade": 5}
_FRACTION = re.compile(
    r"(?=[0-9一二三四五六七八九十半倍]|\b(?:an? [tqfsecd]|[othfsenadq][a-z]))(?:"
    rf"(?P<ja>(?P<under>{_N}) ?分の ?(?P<over>{_N}))"
    rf"|(?P<of_ja>(?<![0-9.,])(?P<whole>{_N}) ?(?P<counter>人|社|世帯|件|戸|校|店|作品|組)"
    rf"(?:に|中|のうち|につき) ?(?P<part>{_N}) ?(?P=counter)(?!当|あ))"
    rf"|(?P<of_en>\b(?P<few>{_W}) (?:in|out of)(?: every)? (?P<many>{_W})\b"
    r"(?![.,]?[0-9]|[ -](?:percent|per cent|million|billion|trillion|years?|months?|weeks?|days?"
    r"|hours?)|%|s\b))"
    r"|(?P<ordinal>\b(?:(?P<many_parts>two|three|four|five|seven|nine)[ -](?P<parts>thirds"
    r"|quarters|fifths"
    r"|sixths|sevenths|eighths|tenths)|(?:one-|an?-)(?P<dashed>third|quarter|fifth|sixth|eighth"
    r"|tenth)"
    r"|(?:an? |one )(?P<single>third|quarter|fifth|sixth|eighth|tenth)(?= of\b| more\b| less\b"
    r"| lower\b"
    r"| higher\b)))\b"
    r"|(?P<long>\b(?P<half_of>half )?a (?P<length>century|decade)\b(?! ago\?))"
    r"|(?<!first )(?<!second )(?<!latter )(?<!other )(?<!better )(?<!next )(?<!last )"
    r"(?P<half>\bhalf\b(?= (?:of|the|as|all|our|their|its|his|her|my|said|say)\b)|半分(?!割)|半数)"
    r"|(?P<fold>\b(?P<many_fold>two|three|four|five|six|seven|eight|nine|ten)fold\b)"
    r"|(?P<times>\b(?:doubl|tripl|trebl|quadrupl|quintupl)(?:ed|es|ing)\b"
    r"|(?<=to )(?:double|triple|quadruple)\b|\b(?:double|triple)(?= (?:the|its|their|what|that"
    r"|as)\b)"
    r"|\btwice(?= (?:as|the|that|what|its|their)\b)|(?<![0-9一二三四五六七八九十数\s])倍増))",
    re.IGNORECASE,
)
_OF_PEOPLE = re.compile(
    r" (?:of )?(?:(?!(?:and|but|cost|price|budget)\b)[a-z0-9,']{1,14} ){0,3}"
    rf"(?:{COUNTED_PEOPLE})\b",
    re.IGNORECASE,
)
_PEOPLE_AFTER = re.compile(rf"(?:以上|超|近く|余り)?の(?:{COUNTED_PEOPLE_JA}|人)")
_PEOPLE_BEFORE = re.compile(rf"(?:{COUNTED_PEOPLE_JA})[^。、,\n0-9]{{0,8}}$")


@dataclass(frozen=True, slots=True)
class Fraction:
    """A share or multiple in words and where it stands; `unit` as in `Quantity`."""

    start: int
    end: int
    kind: str
    value: Decimal
    unit: str


def fractions(text: str) -> Iterator[Fraction]:
    """Fractions, shares and multiples in words; of people they are percents, else multiples.

    >>> [(f.kind, str(f.value)) for f in fractions("4人に1人; 費用の4分の3; half of respondents")]
    [('percent', '25'), ('multiple', '0.75'), ('percent', '50')]
    """
    for match in _FRACTION.finditer(text):
        found = _read(match)
        if found is not None:
            yield found


def _read(match: re.Match[str]) -> Fraction | None:
    start, end = match.span()
    if match["of_ja"] or match["of_en"]:
        names = ("part", "whole") if match["of_ja"] else ("few", "many")
        part, whole = (_value(match[name]) for name in names)
        if not 0 < part < whole or whole > 1000:
            return None
        return Fraction(start, end, PERCENT, _rounded(100 * part / whole), "percent")
    if match["long"]:
        years = _LENGTHS[match["length"].lower()] * (1 if match["half_of"] else 2)
        return Fraction(start, end, DURATION, Decimal(years), "year")
    if match["fold"]:
        return Fraction(start, end, MULTIPLE, _value(match["many_fold"]), "times")
    if match["times"]:
        stem = match["times"].lower()
        times = next((n for word, n in _TIMES.items() if stem.startswith(word)), 2)
        return Fraction(start, end, MULTIPLE, Decimal(times or 2), "times")
    share = _share(match)
    if share is None:
        return None
    if match["half"] == "半数" or _is_of_people(match):
        return Fraction(start, end, PERCENT, _rounded(100 * share), "percent")
    return Fraction(start, end, MULTIPLE, _rounded(share), "times")


def _share(match: re.Match[str]) -> Decimal | None:
    if match["ja"]:
        under, over = _value(match["under"]), _value(match["over"])
        return over / under if 0 < over < under else None
    if match["half"]:
        return Decimal("0.5")
    if match["many_parts"]:
        return _value(match["many_parts"]) / _PARTS[match["parts"].lower().removesuffix("s")]
    return 1 / Decimal(_PARTS[(match["dashed"] or match["single"]).lower()])


def _is_of_people(match: re.Match[str]) -> bool:
    text, start, end = match.string, match.start(), match.end()
    if text[start:end].isascii():
        return bool(_OF_PEOPLE.match(text, end))
    before = text[max(0, start - 16) : start]
    return bool(_PEOPLE_AFTER.match(text, end) or _PEOPLE_BEFORE.search(before))


def _value(written: str) -> Decimal:
    return next(numerals(written.lower())).value


def _rounded(number: Decimal) -> Decimal:
    """To four digits after the point, without trailing zeros."""
    plain = number.quantize(Decimal("0.0001")).normalize()
    return plain if plain.as_tuple().exponent <= 0 else plain.quantize(Decimal(1))  # type: ignore[operator]

"""Numerals with their scales in both languages: 2兆7千億, 四十五兆, 1.2 trillion, two and a half.

A numeral is the bare number; what it counts comes after. Offsets are those of the text given,
which has one width (`kg.text.folding`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_SCALES = {"兆": 12, "億": 8, "万": 4, "조": 12, "억": 8, "만": 4}
_WITHIN = {"十": 10, "百": 100, "千": 1000, "백": 100, "천": 1000}
_KANJI = {sign: number for number, sign in enumerate("〇一二三四五六七八九")} | {"零": 0}
_BIG = {
    "thousand": 3, "m": 6, "million": 6, "mln": 6, "mil": 6, "mn": 6, "billion": 9, "bln": 9,
    "bil": 9, "bn": 9, "milliard": 9, "trillion": 12, "trln": 12, "tril": 12, "trn": 12,
    "tn": 12, "tr": 12,
}  # fmt: skip
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS = {word: number for number, word in enumerate(_ONES)} | {
    word: 10 * number for number, word in enumerate(_TENS, 2)
}
_MULTIPLIERS = {"dozen": 12, "hundred": 100} | {
    word: 10 ** _BIG[word] for word in ("thousand", "million", "billion", "trillion")
}

_DIGITS = (
    r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,6}(?![0-9])(?:[.][0-9]{1,8})?"
    r"|[0-9]{1,18}(?:[.][0-9]{1,8}|[・·][0-9]{1,4}(?= ?[兆億万千%倍割円]))?)"
)
_PLAIN_KANJI = (
    r"(?:[一二三四五六七八九〇零]{1,3}・[一二三四五六七八九〇零]{1,3}(?= ?[兆億万%割倍パ])"
    r"|[一二三四五六七八九十百千〇零]{1,12})"
)
_S, _W = "[兆億万조억만]", "[千百천백]"
_GROUP = rf"(?:(?:{_DIGITS} ?{_W} ?){{0,2}}(?:{_DIGITS}|{_PLAIN_KANJI})(?: ?{_W})?)"
_JAPANESE = rf"{_GROUP}(?: ?{_S}(?: ?{_GROUP}(?= ?{_S})|{_GROUP}(?![年月日]))?){{0,5}}"
_SOME = r"十数(?=[人社件年回カか])|(?:十数|数|何)(?=[十百千万億兆])[十百千]?[万億兆]?"
_BIG_WORDS = "|".join(sorted((word for word in _BIG if len(word) > 1), key=len, reverse=True))
_ATOM = "|".join(sorted([*_WORDS, *_MULTIPLIERS], key=len, reverse=True))
_PLAIN_WORDS = "|".join(sorted(_WORDS, key=len, reverse=True))
_MILLIONS = "million|billion|trillion"
_NUMERAL = re.compile(
    rf"(?P<some>{_SOME})|(?<![0-9])(?<![0-9][.,])(?:(?P<ja>{_JAPANESE})(?:(?P<and>[ -]and a half)"
    r"?[ -]?"
    rf"(?P<big>{_BIG_WORDS}|m(?= (?:yen|dollars|euros|won|pounds)\b))s?\b)?)"
    rf"|\b(?P<plural>(?:tens of |hundreds of )?(?:thousands|millions|billions|trillions)"
    rf"|(?:tens|hundreds|dozens)(?= of))\b"
    rf"|\b(?P<spelled>(?:(?:half )?an? (?:hundred|thousand|{_MILLIONS}|dozen)|{_PLAIN_WORDS})\b"
    rf"(?:[ -](?:{_ATOM})\b"
    rf"|(?:(?<=hundred)|(?<=thousand)|(?<=illion))[ -]and[ -](?:{_PLAIN_WORDS})\b){{0,8}}"
    rf"(?:[ -]and[ -]a[ -]half(?:[ -](?:{_MILLIONS}))?)?)\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"([0-9][0-9,]*(?:[.・·][0-9]+)?|[一二三四五六七八九〇零]+・[一二三四五六七八九〇零]+)"
    rf"|([{''.join(_KANJI)}])|({_W}|十)|({_S})"
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a text: where it stands, what it is, how it is written.

    `power` is that of its last scale word (12 of 2兆, 6 of million), 0 without one; `digits` the
    number before that scale where one part has all of it; `vague` where it is only an order
    (数十億, hundreds of billions); `spelled` in words of English, `kanji` in kanji digits alone.
    """

    start: int
    end: int
    value: Decimal
    power: int = 0
    vague: bool = False
    spelled: bool = False
    kanji: bool = False


def numerals(text: str) -> Iterator[Numeral]:
    """Every numeral of a text from left to right.

    >>> [str(n.value) for n in numerals("2兆7千億、四十五兆、1.2 trillion, two hundred and five")]
    ['2700000000000', '45000000000000', '1200000000000.0', '205']
    """
    for match in _NUMERAL.finditer(text):
        if match["ja"]:
            yield _written(match)
        elif match["some"]:
            yield _some(match)
        elif match["plural"]:
            value = _plural(match["plural"].lower())
            power = value.adjusted() // 3 * 3
            yield Numeral(match.start(), match.end(), value, power, vague=True)
        else:
            yield _spelled(match)


def _written(match: re.Match[str]) -> Numeral:
    value, power = read_japanese(match["ja"])
    if match["and"]:
        value += Decimal("0.5")
    if match["big"]:
        power = _BIG[match["big"].lower()]
        value *= Decimal(10) ** power
    kanji = not any(sign in "0123456789" for sign in match["ja"])
    return Numeral(match.start(), match.end(), value, power, kanji=kanji)


def read_japanese(written: str) -> tuple[Decimal, int]:
    """The value of digits with 兆, 億, 万, 千, 百 inside, and the power of the last scale.

    >>> read_japanese("1兆5千4百万"), read_japanese("二〇二五")
    ((Decimal('1000054000000'), 4), (Decimal('2025'), 0))
    """
    total = group = number = Decimal(0)
    power = 0
    started = False
    for digits, kanji, within, scale in _PART.findall(written):
        if digits:
            number, started, power = _decimal(digits), True, 0
        elif kanji:
            number, started, power = number * 10 + _KANJI[kanji], True, 0
        elif within:
            group += (number if started else Decimal(1)) * _WITHIN[within]
            number, started, power = Decimal(0), False, 0
        else:
            total += (group + number) * Decimal(10) ** _SCALES[scale]
            group, number, started, power = Decimal(0), Decimal(0), False, _SCALES[scale]
    return total + group + number, power


def parts_of(written: str) -> list[Decimal]:
    """Each part of a number with several scales, with its own: 1兆 and 2734億 of 1兆2734億.

    >>> list(map(str, parts_of("1兆2734億")))
    ['1000000000000', '273400000000']
    """
    parts = re.findall(rf"[^{_S[1:-1]}]+{_S}?", written)
    if len(parts) < 2:
        return []
    return [value for value, _ in map(read_japanese, parts) if value]


def _decimal(digits: str) -> Decimal:
    digits = "".join(str(_KANJI.get(sign, sign)) for sign in digits)
    return Decimal(digits.replace(",", "").replace("・", ".").replace("·", "."))


def _some(match: re.Match[str]) -> Numeral:
    """数十億 is tens of 億: the lowest number that it may be."""
    value, power = read_japanese("一" + re.sub("十?[数何]", "", match["some"], count=1))
    if match["some"].startswith("十"):
        value *= 10
    return Numeral(match.start(), match.end(), value, power, vague=True)


def _plural(words: str) -> Decimal:
    value = Decimal(1)
    for word in words.replace(" of", "").split():
        singular = word.removesuffix("s")
        value *= 10 if singular == "ten" else _MULTIPLIERS[singular]
    return value


def _spelled(match: re.Match[str]) -> Numeral:
    total, group, power = Decimal(0), Decimal(0), 0
    words = re.split(r"[ -]+", match["spelled"].lower())
    for place, word in enumerate(words):
        if word in _WORDS:
            group += _WORDS[word]
        elif word == "half":
            group += Decimal("0.5")
        elif word in ("a", "an"):
            group += 0 if place else 1
        elif word in ("dozen", "hundred"):
            group = (group or 1) * _MULTIPLIERS[word]
        elif word in _MULTIPLIERS:
            power = _BIG[word]
            total, group = total + group * _MULTIPLIERS[word], Decimal(0)
    return Numeral(match.start(), match.end(), total + group, power, spelled=True)

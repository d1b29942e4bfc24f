"""Ages and age bands: 20~24歳, 30代, aged 25 to 29, in their 20s."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.text.figures.date_patterns import number

_TENS = {
    word: str(10 * n)
    for n, word in enumerate(
        "teens twenties thirties forties fifties sixties seventies eighties nineties".split(), 1
    )
}
_DASH = r"\s?(?:[~–-]|から|to|and)\s?"
_WORDS = "|".join(_TENS)
_AGE = re.compile(
    rf"(?<![0-9.,])(?P<band1>[0-9]{{1,2}}(?:\s?[歳才])?\s?(?:[~–-]|から)\s?[0-9]{{1,3}}\s?[歳才])"
    r"|(?<![0-9.,年])(?P<tens_ja>(?:[1-9]0|[二三四五六七八九]?十)\s?歳?代)(?![目表々わ替金])"
    rf"|\b(?:aged?|ages)(?: of)?(?: between| from)? (?P<aged>[0-9]{{1,3}}"
    rf"(?:[.][0-9]{{1,2}})?(?:{_DASH}[0-9]{{1,3}})?)\b"
    r"(?! ?(?:%|percent|million|billion|yen))"
    rf"|(?P<band2>\b[0-9]{{1,2}}-?\s?(?:[~–-]|to)\s?[0-9]{{1,2}}[- ]years?[- ]olds?\b)"
    r"|\b(?:in (?:his|her|their|my|our|your|the)(?: (?:early|mid|late))?|(?:early|mid|late|and|or"
    rf"|to|their|people|over|under))[ -](?P<tens_en>[1-9]0s|{_WORDS})\b"
    r"|(?:[A-Z][a-z'-]{1,20}), (?P<after_name>[1-9][0-9])(?=, (?!(?:[0-9]|and)))"
    r"|(?i:\bwho (?:is|was|turned|turns|will be)(?: now)? )(?P<who>[1-9][0-9])(?=[,.;)]| and)"
    r"|\b(?:[Hh]e|[Ss]he) (?:is|was|turned)(?: now)? (?P<he>[1-9][0-9])(?=[.,;)]| and| when)"
    r"|[一-龥][一-龥ぁ-んァ-ヶー]{1,8}[(](?P<bracket>[2-9][0-9])[)]",
)
_DIGITS = re.compile("[0-9.]+")


@dataclass(frozen=True, slots=True)
class Age:
    """An age (`67`) or a band (`20-24`) and where it stands."""

    start: int
    end: int
    value: str


def ages(text: str) -> Iterator[Age]:
    """Ages that are not told by 歳 or “years old” after one number.

    >>> [a.value for a in ages("20~24歳、30代; aged 25 to 29; in their late 20s")]
    ['20-24', '30-39', '25-29', '20-29']
    """
    for match in _AGE.finditer(text):
        group = match.lastgroup or ""
        words = match[group]
        is_tens = group.startswith("tens")
        value = _tens(words) if is_tens else "-".join(_DIGITS.findall(words))
        yield Age(match.start(group), match.end(group), value)


def _tens(words: str) -> str:
    plain = _TENS.get(words.lower()) or words.rstrip("s歳代 ")
    low = number(plain)
    return f"{low}-{low + 9}"

"""Scales in a heading, （億円）, in billions of yen, (%): they hold for the rows below."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.text.figures.model import COUNT, MONEY, PERCENT

_JA = {"兆": 12, "億": 8, "百万": 6, "千": 3, "万": 4, "十億": 9, "": 0}
_JA_UNITS = {
    "円": "JPY",
    "ドル": "USD",
    "米ドル": "USD",
    "ウォン": "KRW",
    "元": "CNY",
    "ユーロ": "EUR",
}
_EN = {
    "trillion": 12, "tn": 12, "billion": 9, "bn": 9, "million": 6, "mn": 6, "m": 6,
    "thousand": 3, "": 0,
}  # fmt: skip
_EN_UNITS = {
    "yen": "JPY", "¥": "JPY", "jpy": "JPY", "dollar": "USD", "$": "USD", "us$": "USD", "usd": "USD",
    "won": "KRW", "krw": "KRW", "euro": "EUR", "€": "EUR", "eur": "EUR", "yuan": "CNY",
}  # fmt: skip
_COUNTED = {
    "人": "person",
    "社": "firm",
    "件": "item",
    "本": "item",
    "万人": "person",
    "万件": "item",
}
_CURRENCY = r"yen|¥|jpy|us[$]|usd|[$]|won|krw|euro|€|eur|yuan"
_HEADING = re.compile(
    r"(?:[(\[]\s?(?:単位\s?[:は]?\s?)?|単位\s?[:は]?\s?)"
    rf"(?:(?P<ja>兆|億|百万|千|万|十億|)(?P<unit>{'|'.join(_JA_UNITS)})|(?P<share>%|パーセント"
    r"|percent|per cent)"
    rf"|(?P<counted>{'|'.join(_COUNTED)}))(?:\s?[)\]]|\s*$|[、,])"
    r"|(?:\bin |[(\[](?:unit: ?|in )?)(?:(?P<en>trillion|billion|million|thousand|tn|bn|mn"
    r"|m)s?(?: of)? "
    rf"?(?P<after>{_CURRENCY})s?\b|(?P<before>{_CURRENCY}) ?(?P<scale>trillion|billion|million"
    r"|thousand"
    r"|tn|bn|mn|m)s?\b)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[。！？]|[.!?](?:\s|$)|、.{20}")


@dataclass(frozen=True, slots=True)
class Heading:
    """Rows from `start` to `end` whose bare numbers are of a kind, unit and power of ten."""

    start: int
    end: int
    kind: str
    unit: str
    power: int


def headings(text: str) -> Iterator[Heading]:
    """The rows of each heading that gives a scale: up to an empty line or a sentence.

    >>> list(headings("売上 (億円)" + chr(10) + "2024 38407"))
    [Heading(start=8, end=18, kind='money', unit='JPY', power=8)]
    """
    open_: Heading | None = None
    place = 0
    for line in text.splitlines(keepends=True):
        start, place = place, place + len(line)
        found = _HEADING.search(line) if len(line) < 200 else None
        if found is not None and not re.search(r"[0-9]\s?$", line[: found.start()]):
            if open_ is not None:
                yield _until(open_, start)
            open_ = _read(found, start + found.end())
            open_ = Heading(place, place, open_.kind, open_.unit, open_.power)
        elif open_ is not None and (_SENTENCE.search(line) or _is_end(line, open_, start)):
            yield _until(open_, start)
            open_ = None
    if open_ is not None:
        yield _until(open_, place)


def _is_end(line: str, heading: Heading, start: int) -> bool:
    """An empty line after a row ends it; one between heading and rows does not."""
    return not line.strip() and start > heading.start


def _until(heading: Heading, end: int) -> Heading:
    return Heading(heading.start, end, heading.kind, heading.unit, heading.power)


def _read(found: re.Match[str], start: int) -> Heading:
    if found["share"]:
        return Heading(start, start, PERCENT, "percent", 0)
    if found["counted"]:
        word = found["counted"]
        return Heading(start, start, COUNT, _COUNTED[word], 4 if word.startswith("万") else 0)
    if found["unit"]:
        return Heading(start, start, MONEY, _JA_UNITS[found["unit"]], _JA[found["ja"]])
    currency = (found["after"] or found["before"]).lower()
    power = _EN[(found["en"] or found["scale"]).lower()]
    return Heading(start, start, MONEY, _EN_UNITS[currency], power)

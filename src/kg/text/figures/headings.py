"""Scales in a heading, （億円）, in billions of yen, (%): they hold for the rows below."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

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
    "us dollar": "USD",
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
_CURRENCY = r"us dollar|yen|¥|jpy|us[$]|usd|[$]|won|krw|euro|€|eur|yuan"
_SCALES_EN = "trillion|billion|million|thousand|tn|bn|mn|m"
_HEADING = re.compile(
    r"(?:[(\[]\s?(?:単位\s?[:は]?\s?)?|単位\s?[:は]?\s?)(?:(?P<ja>兆|億|百万|千|万|十億|)"
    rf"(?P<unit>{'|'.join(_JA_UNITS)})|(?P<share>%|パーセント|percent|per cent)"
    rf"|(?P<counted>{'|'.join(_COUNTED)}))(?:\s?[)\]]|\s*$|[、,]|\s)"
    r"|(?:\bin |[(\[](?:unit: ?|in )?)"
    rf"(?:(?P<en>{_SCALES_EN})s?(?: of)? ?(?P<after>{_CURRENCY})s?\b"
    rf"|(?P<before>{_CURRENCY}) ?(?P<scale>{_SCALES_EN})s?\b)",
    re.IGNORECASE,
)
_SHARE_LAST = re.compile(r"[(\[]\s?(?:%|％)\s?[)\]][\s|]*$")
_SENTENCE = re.compile(r"[。！？]|[.!?](?:\s|$)|、.{20}")


@dataclass(frozen=True, slots=True)
class Heading:
    """Rows from `start` to `end` whose bare numbers are of a kind, unit and power of ten."""

    start: int
    end: int
    kind: str
    unit: str
    power: int
    share_last: bool = False
    """Whether the last column is one of percent."""


def headings(text: str) -> Iterator[Heading]:
    """The rows of each heading that gives a scale: up to an empty line or a sentence.

    >>> list(headings("売上 (億円)" + chr(10) + "2024 38407"))
    [Heading(start=7, end=18, kind='money', unit='JPY', power=8, share_last=False)]
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
            start = place if _SENTENCE.search(line) else open_.start
            share = bool(_SHARE_LAST.search(line)) and open_.kind != PERCENT
            open_ = replace(open_, start=start, share_last=share)
        elif open_ is not None and (_SENTENCE.search(line) or _is_end(line, open_, start)):
            yield _until(open_, start)
            open_ = None
    if open_ is not None:
        yield _until(open_, place)


def _is_end(line: str, heading: Heading, start: int) -> bool:
    """An empty line after a row ends it; one between heading and rows does not."""
    return not line.strip() and start > heading.start


def _until(heading: Heading, end: int) -> Heading:
    return replace(heading, end=end)


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

"""Claims by the figures that they state, in any spelling of the figure.

A figure is found, best first: its printed form stands in the query; what was typed is a part of
its printed form (60億円 of 約60億円); the same value and unit; within the rounding of what was
typed. Other words of the query narrow the claims.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg.text.figures import Quantity, rounding
from kg.text.folding import one_width
from kg.text.kana import fold
from kg.text.words import RANGES
from kg.views.finding.matching import bigrams
from kg.views.finding.printed_forms import PrintedForms, plain_figure
from kg.views.record.cards import ClaimCard

PRINTED, TYPED, SAME, ROUNDED = 0, 1, 2, 3  # how a claim's figure meets the one that was typed
_SCORES = (1.0, 0.98, 0.97, 0.9)
_NARROWED = 0.3  # what a claim loses that has none of the other words
_RANKS = ("Preferred", "Normal", "Deprecated")
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
_STOP = frozenset("a an and at by for from in is of on or the to was with".split())
_SHARES = ("percent", "percentage-point")
_TIMES = frozenset("decade year quarter month week day hour minute second".split())
_YEN = re.compile("円|圓|yen|¥|jpy", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FigureHit:
    """A claim whose figure was found; `score` from 0 to 1.

    `how` is PRINTED, TYPED, SAME or ROUNDED; `length` is that of the printed form where it stands
    in the query, else 0; `literal` is true where it stands there sign by sign.
    """

    claim: ClaimCard
    how: int
    score: float
    length: int = 0
    literal: bool = False

    @property
    def order(self) -> tuple[float, int, bool, bool, int, str]:
        """Best first: the score, the printed form, accepted claims, the editors' rank, the id."""
        rank = _RANKS.index(self.claim.rank) if self.claim.rank in _RANKS else len(_RANKS)
        unsure = not self.claim.is_accepted
        return -self.score, -self.length, not self.literal, unsure, rank, self.claim.id


@dataclass(frozen=True, slots=True)
class Typed:
    """A figure as it was typed: its value, and how far its last digit may be rounded."""

    value: Decimal
    low: Decimal
    high: Decimal
    unit: str | None
    surface: str

    @classmethod
    def of(cls, quantity: Quantity) -> "Typed | None":
        """None for dates and ages, which are no value of a claim."""
        if not isinstance(quantity.value, Decimal):
            return None
        half = rounding(quantity)
        if half is None:  # in words: as if its digits were typed
            half = Decimal(5).scaleb(int(quantity.value.normalize().as_tuple().exponent) - 1)
        low, high = quantity.value - half, quantity.value + half
        is_bare = quantity.unit == "JPY" and not _YEN.search(one_width(quantity.surface))
        unit = None if is_bare else quantity.unit  # “300 trillion” may be won, or no money
        return cls(quantity.value, low, high, unit, quantity.surface)


def typed_figures(quantities: Iterable[Quantity]) -> list[Typed]:
    """The figures of a query; the two ends of a range are two."""
    return [typed for quantity in quantities if (typed := Typed.of(quantity)) is not None]


class FigureIndex:
    """All figures that claims of one snapshot state; built once, then only read."""

    def __init__(self, claims: Sequence[ClaimCard]) -> None:
        self._claims = [claim for claim in claims if claim.unit or claim.printed]
        self._by_value = sorted(
            (end, number) for number, claim in enumerate(self._claims) for end in _ends(claim)
        )
        self._values = [value for value, _ in self._by_value]
        self._texts = [_text_of(claim) for claim in self._claims]
        self._forms = [plain_figure(claim.printed) for claim in self._claims]
        self._printed = PrintedForms(self._forms)

    def find(self, text: str, quantities: Sequence[Quantity], words: str) -> list[FigureHit]:
        """Claims that state one of the figures of a query, best first.

        `text` is the whole query, for printed forms that the grammar reads no figure in; `words`
        is what is not a figure.
        """
        printed = self._printed.find(text, quantities)
        met = dict.fromkeys(printed, PRINTED)
        for figure in typed_figures(quantities):
            for number, how in self._near(figure):
                met[number] = min(how, met.get(number, ROUNDED))
        wanted = _words(words)
        hits = []
        for number, how in met.items():
            claim, share = self._claims[number], _share(wanted, self._texts[number])
            score = round(_SCORES[how] - _NARROWED * (1 - share), 3)
            literal = bool(claim.printed) and claim.printed in text
            hits.append(FigureHit(claim, how, score, printed.get(number, 0), literal))
        return sorted(hits, key=lambda hit: hit.order)

    def _near(self, figure: Typed) -> Iterator[tuple[int, int]]:
        typed = plain_figure(figure.surface)
        first = bisect_left(self._values, figure.low)
        for value, number in self._by_value[first : bisect_right(self._values, figure.high)]:
            if not unit_fits(figure.unit, self._claims[number].unit):
                continue
            if value != figure.value:
                yield number, ROUNDED
            else:
                yield number, TYPED if typed in self._forms[number] else SAME


def unit_fits(typed: str | None, unit: str) -> bool:
    """Whether a claim's unit may be meant by the typed one; a bare number may mean any."""
    if typed is None:
        return True
    if unit.startswith("cur:"):
        return unit.removeprefix("cur:") == typed
    known = unit.removeprefix("unit/").partition("-per-")[0].rstrip("s")
    if known in _SHARES or typed in _SHARES:
        return known in _SHARES and typed in _SHARES
    # What else is counted goes by many words, in the text and in the record.
    return known == typed if known in _TIMES else not (_is_currency(typed) or typed in _TIMES)


def _is_currency(typed: str) -> bool:
    return len(typed) == 3 and typed.isupper()


def _ends(claim: ClaimCard) -> Iterator[Decimal]:
    """The value, and the upper end of what is printed as a range."""
    if claim.unit:
        yield Decimal(claim.value)
    if claim.unit and claim.qualifier in RANGES and claim.upper:
        yield Decimal(claim.upper)


def _text_of(claim: ClaimCard) -> str:
    """What a claim is about, who says it and in which words: for narrowing."""
    named = [claim.subject, claim.predicate, claim.asserter, *claim.about]
    named += [period for period in (claim.period, claim.fiscal_period) if period]
    parts = [part for name in named for part in (name.en, name.ja)]
    parts += [passage.quote for passage in claim.passages]
    publishers = [passage.source.publisher for passage in claim.passages]
    parts += [part for name in publishers for part in (name.en, name.ja)]
    parts.append(claim.printed)
    return f" {' '.join(fold(part) for part in parts)} "  # each alone: what is folded is cut


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(fold(text)) if word not in _STOP]


def _share(words: Sequence[str], text: str) -> float:
    """How much of the words a text holds, from 0 to 1; all of none."""
    return sum(_held(word, text) for word in words) / len(words) if words else 1.0


def _held(word: str, text: str) -> float:
    """Words in Latin letters begin a word of the text; of Japanese ones each pair of signs counts.

    Japanese is written without blanks: コンテンツの海外売上 is to find コンテンツ海外売上高.
    """
    if word.isascii():
        return float(f" {word}" in text)
    if word in text:
        return 1.0
    pairs = bigrams(word)
    return sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0

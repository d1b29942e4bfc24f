"""Claims by the figures that they state, in any spelling of the figure.

A figure is found, best first: printed as it was typed; with the same value and unit; within the
rounding of what was typed. Other words of the query narrow the claims.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg.text.figures import Quantity
from kg.text.kana import fold
from kg.text.words import RANGES
from kg.views.record.cards import ClaimCard
from kg.views.record.claims import Reader

PRINTED, SAME, ROUNDED = 0, 1, 2  # how a claim's figure meets the one that was typed
_SCORES = (1.0, 0.97, 0.9)
_NARROWED = 0.3  # what a claim loses that has none of the other words
_RANKS = ("Preferred", "Normal", "Deprecated")
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
_STOP = frozenset("a an and at by for from in is of on or the to was with".split())
_UNITS: Mapping[str, str] = {
    "unit/percent": "percent", "unit/percentage-points": "percentage-point", "unit/years": "year",
    "unit/days": "day", "unit/times": "times",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FigureHit:
    """A claim whose figure was found; `how` is PRINTED, SAME or ROUNDED, `score` from 0 to 1."""

    claim: ClaimCard
    how: int
    score: float

    @property
    def order(self) -> tuple[float, bool, int, str]:
        """Best first: the score, accepted claims, the editors' rank, the id."""
        rank = _RANKS.index(self.claim.rank) if self.claim.rank in _RANKS else len(_RANKS)
        return -self.score, not self.claim.is_accepted, rank, self.claim.id


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
        exponent = quantity.value.normalize().as_tuple().exponent
        half = Decimal(5).scaleb(int(exponent) - 1)
        low, high = quantity.value - half, quantity.value + half
        return cls(quantity.value, low, high, quantity.unit, quantity.surface)


def typed_figures(quantities: Iterable[Quantity]) -> list[Typed]:
    """The figures of a query; the two ends of a range are two."""
    return [typed for quantity in quantities if (typed := Typed.of(quantity)) is not None]


class FigureIndex:
    """All figures that claims of one snapshot state; built once, then only read."""

    def __init__(self, claims: Sequence[ClaimCard]) -> None:
        self._claims = [claim for claim in claims if claim.unit]
        self._by_value = sorted(
            (end, number) for number, claim in enumerate(self._claims) for end in _ends(claim)
        )
        self._values = [value for value, _ in self._by_value]
        self._texts = [_text_of(claim) for claim in self._claims]
        self._printed: dict[str, list[int]] = defaultdict(list)
        for number, claim in enumerate(self._claims):
            self._printed[plain_figure(claim.printed)].append(number)

    @classmethod
    def of(cls, reader: Reader) -> "FigureIndex":
        """The index of a reader's snapshot."""
        return cls(reader.claims("?claim jsip:printedForm ?printed ."))

    def find(self, text: str, figures: Sequence[Typed], words: str) -> list[FigureHit]:
        """Claims that state one of the figures, best first.

        `text` is the whole query, for printed forms in words; `words` is what is not a figure.
        """
        met: dict[int, int] = {n: PRINTED for n in self._printed.get(plain_figure(text), ())}
        for figure in figures:
            for number, how in self._near(figure):
                met[number] = min(how, met.get(number, ROUNDED))
        wanted = _words(words)
        hits = (self._hit(number, how, wanted) for number, how in met.items())
        return sorted(hits, key=lambda hit: hit.order)

    def _near(self, figure: Typed) -> Iterator[tuple[int, int]]:
        printed = plain_figure(figure.surface)
        for number in self._printed.get(printed, ()):
            yield number, PRINTED
        first = bisect_left(self._values, figure.low)
        for value, number in self._by_value[first : bisect_right(self._values, figure.high)]:
            claim = self._claims[number]
            if unit_fits(figure.unit, claim.unit):
                as_typed = value == figure.value and printed in plain_figure(claim.printed)
                same = SAME if value == figure.value else ROUNDED
                yield number, PRINTED if as_typed else same

    def _hit(self, number: int, how: int, wanted: Sequence[str]) -> FigureHit:
        text = self._texts[number]
        share = sum(_held(word, text) for word in wanted) / len(wanted) if wanted else 1.0
        return FigureHit(self._claims[number], how, round(_SCORES[how] - _NARROWED * (1 - share), 3))


def unit_fits(typed: str | None, unit: str) -> bool:
    """Whether a claim's unit may be meant by the typed one; a bare number may mean any."""
    if typed is None:
        return True
    if unit.startswith("cur:"):
        return unit.removeprefix("cur:") == typed
    known = _UNITS.get(unit)
    if known in ("percent", "percentage-point"):
        return typed in ("percent", "percentage-point")
    return typed == known or (known is None and not _is_measure(typed))


def _is_measure(typed: str) -> bool:
    """True of currencies and shares: anything else that is counted goes by many words."""
    return (len(typed) == 3 and typed.isupper()) or typed in ("percent", "percentage-point")


def plain_figure(text: str) -> str:
    """A printed form as it is compared: folded, without blanks.

    >>> plain_figure("１兆円 規模") == plain_figure("1兆円規模")
    True
    """
    return "".join(fold(text).split())


def _ends(claim: ClaimCard) -> Iterator[Decimal]:
    """The value, and the upper end of what is printed as a range."""
    yield Decimal(claim.value)
    if claim.qualifier in RANGES and claim.upper:
        yield Decimal(claim.upper)


def _text_of(claim: ClaimCard) -> str:
    """What a claim is about, who says it and in which words: for narrowing."""
    named = [claim.subject, claim.predicate, claim.asserter, *claim.about]
    named += [period for period in (claim.period, claim.fiscal_period) if period]
    parts = [part for name in named for part in (name.en, name.ja)]
    parts += [passage.quote for passage in claim.passages]
    parts += [passage.source.publisher.en for passage in claim.passages]
    return f" {fold(' '.join(parts))} "


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(fold(text)) if word not in _STOP]


def _held(word: str, text: str) -> bool:
    """Words in Latin letters begin a word of the text; Japanese ones stand anywhere."""
    return f" {word}" in text if word.isascii() else word in text

"""All quantities of a text, from its parts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice

from kg.text.figures.ages import ages
from kg.text.figures.context import Placed, placed
from kg.text.figures.dates import dates
from kg.text.figures.exclusions import without_non_figures
from kg.text.figures.fractions import fractions
from kg.text.figures.headings import headings
from kg.text.figures.measures import Measure, measure
from kg.text.figures.model import AGE, DATE, DURATION, ORDER, Quantity
from kg.text.figures.numerals import numerals
from kg.text.figures.qualifiers import qualifier_of
from kg.text.folding import MASK, masked, one_width

MOST = 20_000
"""Figures that are read of one text; a megabyte of articles has about as many."""
_STOP = re.compile(r"[。！？!?\n]|[.](?=\s)")
_AT_ONCE = re.compile(r"\s?(?:in|for|by|from|during|as of|at the end of|until|\()\s?$")
_BACK_AND_FORTH = 160


def find_quantities(text: str, published: str = "", lang: str = "") -> list[Quantity]:
    """Every quantity of a text in order of its place; none overlap.

    `published` is the day of publication in ISO 8601: relative dates and days without a year count
    from it, and relative ones are passed over without it. `lang` is `en`, `ja` or empty: both are
    read in any case, since texts mix them. Raises ValueError for a day that is none. Time grows
    linearly with the text; of more than `MOST` figures of one sort the rest is left.

    >>> [(q.surface, str(q.value), q.qualifier) for q in find_quantities("約1兆円を5年間で")]
    [('1兆円', '1000000000000', 'approximately'), ('5年間', '5', None)]
    """
    plain = masked(one_width(text))
    readable = without_non_figures(plain)
    found = _Found(text, plain, readable, published)
    quantities = sorted([*found.dates, *found.shares, *found.measured()], key=lambda q: q.start)
    return _with_periods(plain, quantities)


class _Found:
    """What is found in one text; each part is blotted out for those that come after."""

    def __init__(self, text: str, plain: str, readable: str, published: str) -> None:
        self.text, self.plain = text, plain
        self.rest = readable
        self.ages = self._taken(self._ages())
        self.dates = self._taken(self._dates(published))
        self.shares = [*self.ages, *self._taken(self._fractions())]

    def _taken(self, quantities: Iterator[Quantity]) -> list[Quantity]:
        taken = list(islice(quantities, MOST))
        parts, place = [], 0
        for one in taken:
            parts += [self.rest[place : one.start], MASK * (one.end - one.start)]
            place = one.end
        left = self.rest[place:] if len(taken) < MOST else MASK * (len(self.rest) - place)
        self.rest = "".join([*parts, left])
        return taken

    def _quantity(self, start: int, end: int, kind: str, value: Decimal | str) -> Quantity:
        return Quantity(start, end, self.text[start:end], kind, value)

    def _dates(self, published: str) -> Iterator[Quantity]:
        for one in dates(self.rest, published):
            found = self._quantity(one.start, one.end, DATE, one.value)
            yield replace(found, inferred=one.inferred)

    def _ages(self) -> Iterator[Quantity]:
        text = self.rest
        for one in ages(text):
            qualifier = qualifier_of(text, one.start, one.end)
            found = self._quantity(one.start, one.end, AGE, one.value)
            yield replace(found, unit="year", qualifier=qualifier)

    def _fractions(self) -> Iterator[Quantity]:
        text = self.rest
        for one in fractions(text):
            qualifier = qualifier_of(text, one.start, one.end, one.kind == DURATION)
            found = self._quantity(one.start, one.end, one.kind, one.value)
            yield replace(found, unit=one.unit, qualifier=qualifier)

    def measured(self) -> Iterator[Quantity]:
        """The rest: numerals with their units."""
        text = self.rest
        told = (measure(text, one) for one in islice(numerals(text), MOST))
        measures = _apart([one for one in told if one is not None])
        for one in placed(text, measures, list(headings(self.plain))):
            yield self._of(one)

    def _of(self, one: Placed) -> Quantity:
        found, text = one.measure, self.rest
        qualifier = one.qualifier or (ORDER if found.vague else None)
        if qualifier is None:
            qualifier = qualifier_of(text, found.start, found.end, found.kind == DURATION)
        return Quantity(
            found.start, found.end, self.text[found.start : found.end], found.kind,
            _plain(found.value), found.unit, qualifier, None, found.inferred,
        )  # fmt: skip


def _apart(measures: Sequence[Measure]) -> list[Measure]:
    """Without those that begin inside the one before them."""
    kept: list[Measure] = []
    for one in measures:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _plain(number: Decimal) -> Decimal:
    """Without exponent and trailing zeros."""
    text = f"{number:f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def _with_periods(text: str, quantities: Sequence[Quantity]) -> list[Quantity]:
    """Each with the date, or else the length, that stands nearest in its sentence."""
    return [
        one if one.kind == DATE else replace(one, period=_period(text, quantities, place))
        for place, one in enumerate(quantities)
    ]


def _period(text: str, quantities: Sequence[Quantity], place: int) -> str | None:
    one = quantities[place]
    after = quantities[place + 1 : place + 4]
    before = list(reversed(quantities[max(0, place - 6) : place]))
    near = next((q for q in after if q.kind == DATE), None)
    if near and _AT_ONCE.fullmatch(text[one.end : near.start][:14]):
        return str(near.value)
    for sort in (DATE, DURATION):
        for other in [*before, *after]:
            if other.kind == sort and _in_one_sentence(text, one, other):
                return str(other.value) if sort == DATE else _length(other)
    return None


def _length(one: Quantity) -> str | None:
    return f"{one.value}y" if one.unit == "year" else None


def _in_one_sentence(text: str, one: Quantity, other: Quantity) -> bool:
    first, second = sorted((one, other), key=lambda q: q.start)
    gap = text[first.end : second.start]
    return len(gap) <= _BACK_AND_FORTH and not _STOP.search(gap)

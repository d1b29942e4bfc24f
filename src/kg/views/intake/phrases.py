"""The words of a text that a candidate prints and quotes."""

import re
from dataclasses import dataclass
from decimal import Decimal

from kg.ledger.candidates import LONGEST_QUOTE
from kg.ledger.texts import HeldText
from kg.text.bounds import parse_number
from kg.text.figures import Quantity, with_hedges
from kg.text.folding import one_width
from kg.views.checking.surroundings import Surroundings
from kg.views.intake.segments import Segment

_NUMERAL = re.compile(r"\d[\d,]*(?:\.\d+)?")
_EDGES = " \t　、,;；:：・\n=@"  # the last two begin a formula in a spreadsheet
_BESIDE = 500  # code points around a phrase that show whether it is a sentence
_PLAIN = 6  # digits of a number that is written without an exponent


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a text with their place."""

    start: int
    end: int
    words: str


def printed(text: str, first: Quantity, last: Quantity) -> Phrase:
    """A figure, or both ends of a range, with the words that say how exact it is."""
    start, end = (
        with_hedges(text, first.start, first.end)[0],
        with_hedges(text, last.start, last.end)[1],
    )
    if "\n" in text[start : first.start] or end - start > LONGEST_QUOTE:
        start, end = first.start, last.end
    return Phrase(start, end, text[start:end])


def quoted(context: Surroundings, part: Segment, figure: Phrase) -> Phrase:
    """What to store: the words that speak of the figure, if they are few and no whole sentence."""
    text = context.text
    start, end = min(part.start, figure.start), max(part.end, figure.end)
    while start < figure.start and text[start] in _EDGES:
        start += 1
    while end > figure.end and text[end - 1] in _EDGES:
        end -= 1
    words = text[start:end]
    fits = len(words) <= LONGEST_QUOTE and "\n" not in words
    return (
        Phrase(start, end, words) if fits and not _is_whole(context.text, start, words) else figure
    )


def _is_whole(text: str, start: int, words: str) -> bool:
    """Whether a phrase is a sentence or a line of its own: that much is never quoted."""
    low = max(text.rfind("\n", 0, start) + 1, start - _BESIDE)
    high = text.find("\n", start)
    high = min(high if high >= 0 else len(text), start + len(words) + _BESIDE)
    return HeldText(text[low:high]).is_whole_sentence(words)


def cell_of(quantity: Quantity) -> str:
    """The value as the table writes it: as many digits as are printed.

    >>> from kg.text.figures import find_quantities
    >>> [cell_of(q) for q in find_quantities("3.90 trillion yen, 20 trillion yen, 6兆44億円")]
    ['3.90e12', '2e13', '6.0044e12']
    """
    value = quantity.value
    assert not isinstance(value, str)
    plain = _NUMERAL.findall(one_width(quantity.surface))
    if len(plain) == 1 and "." in plain[0]:
        digits = plain[0].replace(",", "")
        exponent = value.adjusted() - Decimal(digits).adjusted()
        cell = f"{digits}e{exponent}" if exponent else digits
        if parse_number(cell) == value:
            return cell
    return _shortest(value)


def _shortest(value: Decimal) -> str:
    """Without zeros at the end; with an exponent where it is long."""
    plain = f"{value.normalize():f}"
    if len(plain) <= _PLAIN or value % 1:
        return plain
    sign, numbers, _ = value.normalize().as_tuple()
    digits = "".join(map(str, numbers))
    mantissa = f"{digits[0]}.{digits[1:]}" if len(digits) > 1 else digits
    return f"{'-' * sign}{mantissa}e{value.adjusted()}"

"""Plain values of the store; what is none, in a store of somebody else, counts as not said."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from kg.text.support import PARTS
from kg.text.words import unhedged

_DIGITS = 24  # before the point; more is no figure that anybody prints


def number(text: str) -> str:
    """The text where it is a finite decimal number of sane size, else empty.

    >>> number("1.5"), number("NaN"), number("1e400"), number("many")
    ('1.5', '', '', '')
    """
    try:
        found = Decimal(text)
    except InvalidOperation:
        return ""
    return text if found.is_finite() and abs(found.adjusted()) < _DIGITS else ""


def figure(
    text: str, unit: tuple[str, str, str] | None, qualifier: str, lower: str, upper: str
) -> tuple[str, str]:
    """A value in words of both languages, a range by its ends; a text that is no figure as it is.

    >>> figure("55e9", ("cur:JPY", "yen", "円"), "over", "55e9", "")
    ('55 billion yen', '550億円')
    """
    if unit is None or not number(text):
        return text, text
    ends = [Decimal(end) if number(end) else None for end in (lower, upper)]
    try:
        return unhedged(Decimal(text), unit, qualifier, *ends)
    except InvalidOperation:
        return text, text


def whole(text: str) -> int | None:
    """A whole number, else None."""
    return int(text) if number(text) and Decimal(text) == int(Decimal(text)) else None


def day(text: str) -> date | None:
    """A day of the calendar as xsd:date writes it, else None.

    >>> day("2025-12-19"), day("2025-13-32")
    (datetime.date(2025, 12, 19), None)
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def is_when(text: str) -> bool:
    """Whether a text is a year, a month or a day.

    >>> is_when("2025"), is_when("2025-12"), is_when("2025-13"), is_when("soon")
    (True, True, False, False)
    """
    return len(text) in (4, 7, 10) and day(f"{text}-01-01"[:10] if len(text) < 7 else
                                           f"{text}-01"[:10]) is not None  # fmt: skip


def held_parts(rows: Iterable[Mapping[str, str]]) -> Mapping[str, tuple[str, ...]]:
    """What each passage holds of its claim, in the order of `PARTS`, from rows of one part each."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[row["_e"]].add(row.get("_part", ""))
    return {iri: tuple(part for part in PARTS if part in held) for iri, held in found.items()}

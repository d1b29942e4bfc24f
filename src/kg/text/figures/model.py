"""What the grammar finds in a text."""

from dataclasses import dataclass
from decimal import Decimal

MONEY, PERCENT, DATE, DURATION = "money", "percent", "date", "duration"
AGE, COUNT, MULTIPLE, RATE = "age", "count", "multiple", "rate"
KINDS = (MONEY, PERCENT, DATE, DURATION, AGE, COUNT, MULTIPLE, RATE)
APPROXIMATELY, OVER, AT_LEAST, UNDER = "approximately", "over", "at-least", "under"
UP_TO, ORDER, LOW, HIGH = "up-to", "order-of-magnitude", "range-low", "range-high"
QUALIFIERS = (APPROXIMATELY, OVER, AT_LEAST, UNDER, UP_TO, ORDER, LOW, HIGH)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One figure as it stands in a text.

    `start` and `end` are code points, end exclusive, and `text[start:end] == surface`. The
    surface is the number with its scale and unit; its qualifier and what it is divided by stand
    outside. `kind` is one of `KINDS`.

    `value` is the number in full (1兆円 is 10^12); of a date it is ISO 8601 (`2025-12-22`, `2026`,
    spans with a solidus) or `FY2026`; of an age band it is `20-24`. A day without any year is
    `--12-19`.
    `unit` is an ISO 4217 code, `percent`, `percentage-point`, `times`, `year` and other lengths
    of time, or what is counted as far as the text names it in one word; None for dates.
    `qualifier` is one of `QUALIFIERS` or None. `period` is the date or length (`5y`) that stands
    nearest to it in its sentence, or None; dates have none.
    `inferred` is true where a part comes from elsewhere than the surface: a date's year from the
    day of publication or from a date before it, a scale from a heading or a list.
    """

    start: int
    end: int
    surface: str
    kind: str
    value: Decimal | str
    unit: str | None = None
    qualifier: str | None = None
    period: str | None = None
    inferred: bool = False

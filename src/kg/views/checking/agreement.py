"""Whether a printed figure and a claim agree in value, unit and period."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

from kg.text.figures import Quantity, rounding
from kg.views.record.cards import ClaimCard

_NONE: frozenset[str] = frozenset()
_COUNTED = frozenset({"people", "firms", "items"})
_OTHERS = {"person": frozenset({"firms"}), "firm": frozenset({"people"})}
_LENGTHS = {
    "year": frozenset({"years"}), "day": frozenset({"days", "days-per-month"}),
    "hour": frozenset({"hours-per-month", "hours-per-day"}),
}  # fmt: skip
_FEWEST = 2  # digits of which a slip may be told
_COARSEST = Decimal("0.05")  # 2兆 for 2.4兆 is rounded, but says too little to be the same
_FARTHEST = Decimal(12)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Measured:
    """What a claim measures, read once: unit, value and printed ends, digits, years.

    `digits` are those of its value rounded to one, two and more of them.
    """

    unit: str
    values: tuple[Decimal, ...]
    digits: tuple[str, ...]
    years: tuple[int, int] | None

    @classmethod
    def of(cls, claim: ClaimCard, deadline: str = "") -> "Measured":
        """Of a claim with a number; its years are those of the deadline where it states none."""
        period = claim.period or claim.fiscal_period
        return cls(
            unit=claim.unit.rpartition("/")[2],
            values=tuple(map(Decimal, (claim.value, *filter(None, claim.ends)))),
            digits=_rounded(Decimal(claim.value)),
            years=years(period.id if period else deadline),
        )


@dataclass(frozen=True, slots=True)
class Told:
    """A printed number, read once: value, room for rounding, digits, units that are the same."""

    value: Decimal
    room: Decimal
    digits: str
    units: frozenset[str]
    is_money: bool

    @classmethod
    def of(cls, quantity: Quantity) -> "Told":
        """Of a figure whose value is a number; raises ValueError for a date."""
        if isinstance(quantity.value, str):
            raise ValueError(f"{quantity.surface!r} is no number")
        exact = quantity.kind == "duration" and quantity.value % 1  # hours with minutes
        room = Decimal(0) if exact else rounding(quantity) or Decimal(0)
        return cls(
            value=quantity.value,
            room=min(room, abs(quantity.value) * _COARSEST),
            digits=digits(quantity.value),
            units=units(quantity),
            is_money=quantity.kind == "money",
        )


def units(quantity: Quantity) -> frozenset[str]:
    """The units of claims in which a figure may be measured.

    >>> from kg.text.figures import find_quantities
    >>> [sorted(units(q)) for q in find_quantities("5 trillion yen, 3 per cent")]
    [['cur:JPY'], ['percent', 'percent-per-year']]
    """
    if quantity.kind == "money":
        return frozenset({f"cur:{quantity.unit}"})
    if quantity.kind in ("percent", "rate"):
        points = quantity.unit == "percentage-point"
        return frozenset({"percentage-points"} if points else {"percent", "percent-per-year"})
    if quantity.kind == "multiple":
        return frozenset({"times"})
    if quantity.kind == "count":
        return _COUNTED - _OTHERS.get(quantity.unit or "", _NONE)
    return _LENGTHS.get(quantity.unit or "", _NONE) if quantity.kind == "duration" else _NONE


def near_in_size(told: Told, claim: Measured) -> bool:
    """Whether two values are of like size, so that one may be told for the other."""
    one, other = told.value, claim.values[0]
    return bool(one) and bool(other) and 1 / _FARTHEST <= abs(one / other) <= _FARTHEST


def values_agree(told: Told, claim: Measured) -> bool:
    """Whether the printed value is the claim's, or the claim's rounded as printed."""
    return any(abs(value - told.value) <= told.room for value in claim.values)


def digits(value: Decimal | str) -> str:
    """The digits of a number that tell: without sign, point and zeros at either end.

    >>> digits(Decimal("45300000000000")), digits(Decimal("0.25"))
    ('453', '25')
    """
    return "".join(c for c in f"{Decimal(value):f}" if c.isdigit()).strip("0")


def look_alike(told: Told, claim: Measured) -> bool:
    """Whether the value may be a slip of the claim's: places shifted, digits swapped or changed.

    The claim's value counts as rounded to as many digits as are printed.
    """
    one, same_size = told.digits, told.value.adjusted() == claim.values[0].adjusted()
    other = claim.digits[min(len(one), len(claim.digits)) - 1] if one and claim.digits else ""
    if one == other or one.replace("0", "") == other.replace("0", ""):
        return bool(one)
    if len(one) != len(other) or len(one) < _FEWEST:
        return False
    apart = sum(a != b for a, b in zip(one, other, strict=True))
    if apart == 1:
        return len(one) > _FEWEST
    return same_size and apart == _FEWEST and sorted(one) == sorted(other)


def _rounded(value: Decimal) -> tuple[str, ...]:
    """The telling digits of a value rounded to one, two, three of them, and so on.

    >>> _rounded(Decimal("1722500000000")), _rounded(Decimal(0))
    (('2', '17', '172', '1722', '17225'), ())
    """
    lengths = range(1, len(digits(value)) + 1)
    return tuple(digits(Context(prec=length).plus(value)) for length in lengths)


def years(period: str) -> tuple[int, int] | None:
    """First and last year that a period names; None where it names none.

    >>> years("period-fy2024-fy2030"), years("2024-05"), years("5y")
    ((2024, 2030), (2024, 2024), None)
    """
    found = [int(year) for year in _YEAR.findall(period.replace("FY", "").replace("fy", ""))]
    return (min(found), max(found)) if found else None


def periods_meet(said: Sequence[tuple[int, int]], own: tuple[int, int] | None) -> bool | None:
    """Whether a stated period is that of a claim; None where either states none."""
    if own is None or not said:
        return None
    return any(first <= own[1] and own[0] <= last for first, last in said)

"""Whether a printed figure and a claim agree in value, unit and period."""

import re
from collections.abc import Iterable
from decimal import Decimal

from kg.text.figures import Quantity, rounding
from kg.views.record.cards import ClaimCard

_COUNTED = {"people", "firms", "items"}
_LENGTHS = {
    "year": {"years"}, "day": {"days", "days-per-month"},
    "hour": {"hours-per-month", "hours-per-day"},
}  # fmt: skip
_COARSEST = Decimal("0.05")  # 2兆 for 2.4兆 is rounded, but says too little to be the same
_FARTHEST = Decimal(12)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def units_agree(quantity: Quantity, claim: ClaimCard) -> bool:
    """Whether both are measured in one unit."""
    unit = claim.unit.rpartition("/")[2]
    if quantity.kind == "money":
        return unit == f"cur:{quantity.unit}"
    if quantity.kind in ("percent", "rate"):
        points = quantity.unit == "percentage-point"
        return unit == "percentage-points" if points else unit in ("percent", "percent-per-year")
    if quantity.kind == "multiple":
        return unit == "times"
    if quantity.kind == "count":
        return unit in _COUNTED
    return quantity.kind == "duration" and unit in _LENGTHS.get(quantity.unit or "", ())


def near_in_size(quantity: Quantity, claim: ClaimCard) -> bool:
    """Whether two values are of like size, so that one may be told for the other."""
    one, other = Decimal(quantity.value), Decimal(claim.value)
    return bool(one) and bool(other) and 1 / _FARTHEST <= abs(one / other) <= _FARTHEST


def both_money(quantity: Quantity, claim: ClaimCard) -> bool:
    """Whether both are sums, be it of two currencies."""
    return quantity.kind == "money" and claim.unit.startswith("cur:")


def room(quantity: Quantity) -> Decimal:
    """How far a claim's value may lie from the printed one and be the same, rounded."""
    if isinstance(quantity.value, str):
        return Decimal(0)
    return min(rounding(quantity) or Decimal(0), abs(quantity.value) * _COARSEST)


def values_agree(quantity: Quantity, claim: ClaimCard, room: Decimal) -> bool:
    """Whether the printed value is the claim's, or the claim's rounded as printed."""
    ends = [claim.value, *filter(None, claim.ends)]
    return any(abs(Decimal(end) - Decimal(quantity.value)) <= room for end in ends)


def digits(value: Decimal | str) -> str:
    """The digits of a number that tell: without sign, point and zeros at either end.

    >>> digits(Decimal("45300000000000")), digits(Decimal("0.25"))
    ('453', '25')
    """
    return "".join(c for c in f"{Decimal(value):f}" if c.isdigit()).strip("0")


def look_alike(quantity: Quantity, claim: ClaimCard) -> bool:
    """Whether the value may be a slip of the claim's: places shifted, digits swapped or changed."""
    if isinstance(quantity.value, str) or not quantity.value:
        return False
    one, other = digits(quantity.value), digits(claim.value)
    if one.replace("0", "") == other.replace("0", ""):
        return len(one) > 1
    apart = [i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    if len(one) != len(other) or len(one) < 2:
        return False
    if len(apart) == 1:
        return len(one) > 2
    swapped = len(apart) == 2 and sorted(one) == sorted(other)
    return swapped and quantity.value.adjusted() == Decimal(claim.value).adjusted()


def years(period: str) -> tuple[int, int] | None:
    """First and last year that a period names; None where it names none.

    >>> years("period-fy2024-fy2030"), years("2024-05"), years("5y")
    ((2024, 2030), (2024, 2024), None)
    """
    found = [int(year) for year in _YEAR.findall(period.replace("FY", "").replace("fy", ""))]
    return (min(found), max(found)) if found else None


def claim_years(claim: ClaimCard, deadline: str = "") -> tuple[int, int] | None:
    """The years that a claim is about, where it says so, else the year of its deadline."""
    period = claim.period or claim.fiscal_period
    return years(period.id if period else deadline)


def periods_meet(
    said: Iterable[tuple[int, int]], claim: ClaimCard, deadline: str = ""
) -> bool | None:
    """Whether a stated period is the claim's; None where either states none."""
    own, told = claim_years(claim, deadline), list(said)
    if own is None or not told:
        return None
    return any(first <= own[1] and own[0] <= last for first, last in told)

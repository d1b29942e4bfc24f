"""Intervals of claims on one scale, for bars side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

from kg.views.record.cards import ClaimCard

_WIDTH, _LEAST = 600.0, 3.0
_FAR = 50  # a scale is logarithmic where the largest is so many times the smallest


@dataclass(frozen=True, slots=True)
class Bar:
    """One claim's interval: from `x`, so wide, of 600; open where its words leave a side open."""

    claim: ClaimCard
    x: float
    width: float
    rank: str
    open_left: bool
    open_right: bool
    logarithmic: bool


def bars(claims: Sequence[ClaimCard]) -> list[Bar]:
    """Bars in the order of the claims; none where fewer than two are numbers of one unit."""
    figures = [claim for claim in claims if claim.lower or claim.upper]
    if len(figures) < 2 or len({claim.unit for claim in figures}) > 1:
        return []
    ends = [float(end) for c in figures for end in (c.lower, c.upper, c.value) if end]
    low, high = min(ends), max(ends)
    logarithmic = low > 0 and high / low > _FAR

    def place(value: float) -> float:
        if high == low:
            return 0.0
        if logarithmic:
            return _WIDTH * log10(value / low) / log10(high / low)
        return _WIDTH * (value - low) / (high - low)

    def bar(claim: ClaimCard) -> Bar:
        left = place(float(claim.lower)) if claim.lower else 0.0
        right = place(float(claim.upper)) if claim.upper else _WIDTH
        x = min(left, _WIDTH - _LEAST)
        width = max(right - x, _LEAST)
        open_sides = (not claim.lower, not claim.upper)
        return Bar(claim, round(x, 1), round(width, 1), claim.rank, *open_sides, logarithmic)

    return [bar(claim) for claim in figures]

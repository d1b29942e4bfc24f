"""Places for what is joined to one thing: rings around it, no line through a stranger.

The script of the explorer puts what a reader expands by the same rule.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from math import cos, hypot, pi, sin
from typing import Final

_RING: Final = (170, 110)  # pixels from one ring to the next: labels are wider than high
_ROOM: Final = (150, 80)  # of one label
_CLEAR: Final = 15  # pixels between a line and whatever it does not end at
_EIGHT: Final = 8  # spots on the first ring, and more on each further one
_TURNS: Final = (0.5, 0, 0.25, 0.75)  # parts of a step by which a ring is turned
_STRICT: Final = 8  # rings on which lines must be clear; further out no spot might be left

Spot = tuple[int, int]


def around(centre: str, others: Sequence[str]) -> dict[str, Spot]:
    """Where each stands, in pixels from the centre; the nearest rings are filled first.

    >>> around("a", ["b", "c"])
    {'a': (0, 0), 'b': (157, 42), 'c': (-65, 102)}
    """
    places: dict[str, Spot] = {centre: (0, 0)}
    spots = _spots()
    for name in others:
        places[name] = next(s for s, ring in spots if _fits(s, list(places.values()), ring))
    return places


def _spots() -> Iterator[tuple[Spot, int]]:
    """Spots by ring; first those turned by half a step against the ring within, then between."""
    for ring in count(1):
        steps = _EIGHT * ring
        for part in _TURNS:
            for step in range(steps):
                angle = 2 * pi * (step + part) / steps
                x, y = (cos(angle) * ring * _RING[0], sin(angle) * ring * _RING[1])
                yield (round(x), round(y)), ring


def _fits(spot: Spot, taken: Sequence[Spot], ring: int) -> bool:
    x, y = spot
    if any(abs(x - a) < _ROOM[0] and abs(y - b) < _ROOM[1] for a, b in taken):
        return False
    return ring > _STRICT or all(_off_line(other, spot) for other in taken)


def _off_line(other: Spot, end: Spot) -> bool:
    """Whether the line from the centre to an end passes a spot at a distance."""
    length = hypot(*end)
    along = (other[0] * end[0] + other[1] * end[1]) / length
    if along <= _CLEAR or along >= length:
        return True
    return abs(other[0] * end[1] - other[1] * end[0]) / length >= _CLEAR

"""Solutions as columns: one array of term numbers for each variable."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kg.engine.columns.layout import Ids

_DENSE = 50_000_000
Keys = NDArray[np.int64]
Mask = NDArray[np.bool_]
Truth = tuple[Mask, Mask]  # where it is true, where it is false; an error is neither


class Abstain(Exception):
    """This is for the engine; the text says why, for who wants to know."""


class Table:
    """Solutions, in no order; a solution may be there many times."""

    def __init__(self, columns: dict[str, Ids], rows: int) -> None:
        self.columns, self.rows = columns, rows

    def taken(self, which: Mask | Keys) -> "Table":
        """Some of the solutions: a mask, or their places."""
        rows = int(np.count_nonzero(which)) if which.dtype == np.bool_ else len(which)
        if which.dtype == np.bool_ and rows == self.rows:
            return self
        return Table({name: column[which] for name, column in self.columns.items()}, rows)


def distinct(parts: Sequence[Ids | Keys], terms: int) -> tuple[Keys, Keys]:
    """The number of each row's combination, from 0 without gaps, and one row of each."""
    numbers, count = _dense(parts[0].astype(np.int64), terms)
    for part in parts[1:]:
        others, other_count = _dense(part.astype(np.int64), terms)
        numbers, count = _dense(numbers * other_count + others, count * other_count)
    first = np.empty(count, dtype=np.int64)
    first[numbers[::-1]] = np.arange(len(numbers) - 1, -1, -1)  # so the first remains
    return numbers, first


def _dense(keys: Keys, below: int) -> tuple[Keys, int]:
    """Keys as numbers in their order without gaps, and how many there are."""
    if below > min(_DENSE, 64 * len(keys) + 1_000_000):
        unique, numbers = np.unique(keys, return_inverse=True)
        return numbers.astype(np.int64), len(unique)
    is_there = np.zeros(below, dtype=np.bool_)
    is_there[keys] = True
    unique = np.flatnonzero(is_there)
    ranks = np.empty(below, dtype=np.int64)
    ranks[unique] = np.arange(len(unique))
    return ranks[keys], len(unique)

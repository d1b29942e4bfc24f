"""Groups of solutions and what is counted and summed in each (SPARQL 1.1, section 18.5.1)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kg.engine.columns.joins import Table
from kg.engine.columns.layout import BLANK, DATE, DECIMAL, INTEGER, Ids
from kg.engine.columns.plan import Abstain, Aggregate
from kg.engine.columns.term_table import TermTable, Values

MOST_GROUPS = 20_000
_XSD = "<http://www.w3.org/2001/XMLSchema#{}>"
_LIMBS = (0, 26, 52)  # sums of 26 bits of up to 2 ** 27 numbers are exact in a double
_MASK = (1 << 26) - 1
_LARGEST_INTEGER, _LARGEST_DECIMAL = 2**63 - 1, 2**127 - 1  # of the engine; decimals of 10**-18
_ENGINE_DIGITS = 18
_DENSE = 50_000_000
Places = NDArray[np.int64]


def grouped(
    table: Table, groups: Sequence[str], known: TermTable
) -> tuple[Places, list[list[str]]]:
    """The group of each solution, and each group's terms as texts."""
    if not groups:
        return np.zeros(table.rows, dtype=np.int64), [[]]
    inverse, first = _ranked(table, groups, known)
    if len(first) > MOST_GROUPS:
        raise Abstain("too many groups")
    texts = []
    for name in groups:
        ids = table.columns[name][first]
        if np.any(known.values(ids).kinds == BLANK):
            raise Abstain("a group by a blank node")
        texts.append([known.text(int(number)) for number in ids])
    return inverse, [list(row) for row in zip(*texts, strict=True)]


def _ranked(table: Table, groups: Sequence[str], known: TermTable) -> tuple[Places, Places]:
    """The number of each solution's group, and one solution of each group."""
    inverse, count = _dense(table.columns[groups[0]].astype(np.int64), known.size)
    for name in groups[1:]:
        other, others = _dense(table.columns[name].astype(np.int64), known.size)
        inverse, count = _dense(inverse * others + other, count * others)
    first = np.zeros(count, dtype=np.int64)
    first[inverse] = np.arange(table.rows)
    return inverse, first


def _dense(keys: Places, below: int) -> tuple[Places, int]:
    """Keys as numbers from 0 without gaps, and how many there are."""
    if below > min(_DENSE, 64 * len(keys) + 1_000_000):
        unique, inverse = np.unique(keys, return_inverse=True)
        return inverse.astype(np.int64), len(unique)
    is_there = np.zeros(below, dtype=np.bool_)
    is_there[keys] = True
    unique = np.flatnonzero(is_there)
    ranks = np.empty(below, dtype=np.int64)
    ranks[unique] = np.arange(len(unique))
    return ranks[keys], len(unique)


def aggregated(
    aggregate: Aggregate, table: Table, inverse: Places, count: int, known: TermTable
) -> list[str]:
    """The value for each group, as text of SPARQL."""
    if not aggregate.of:
        return _integers(np.bincount(inverse, minlength=count))
    ids = table.columns[aggregate.of]
    if aggregate.is_distinct:
        inverse, ids = _distinct(inverse, ids, known)
    if aggregate.function == "COUNT":
        return _integers(np.bincount(inverse, minlength=count))
    values = known.values(ids)
    if aggregate.function in ("MIN", "MAX"):
        return _extremes(aggregate.function, ids, values, inverse, count, known)
    return _sums(values, inverse, count)


def _distinct(inverse: Places, ids: Ids, known: TermTable) -> tuple[Places, Ids]:
    pairs = np.unique(inverse * known.size + ids)
    return pairs // known.size, (pairs % known.size).astype(np.int32)


def _integers(numbers: NDArray[np.int64]) -> list[str]:
    return [str(int(number)) for number in numbers]


def _sums(values: Values, inverse: Places, count: int) -> list[str]:
    """Exact sums; a decimal where one of the summed is."""
    if not np.all(values.are(INTEGER, DECIMAL)):
        raise Abstain("a sum of what is no number, or a long one")
    digits = values.most_digits
    scaled = values.scaled(digits)
    _refuse_overflow(values, max(_exact(np.abs(scaled), inverse, count), default=0), digits)
    totals = _exact(scaled, inverse, count)
    is_decimal = np.bincount(inverse, values.kinds == DECIMAL, minlength=count) > 0
    return [_literal(total, digits, bool(d)) for total, d in zip(totals, is_decimal, strict=True)]


def _refuse_overflow(values: Values, largest: int, digits: int) -> None:
    """What the engine adds one after another may overflow on the way; it tells nobody."""
    if np.any(values.kinds == INTEGER) and largest > _LARGEST_INTEGER * 10**digits:
        raise Abstain("a sum that may pass the engine's integers")
    if largest * 10 ** (_ENGINE_DIGITS - digits) > _LARGEST_DECIMAL:
        raise Abstain("a sum that may pass the engine's decimals")


def _exact(numbers: NDArray[np.int64], inverse: Places, count: int) -> list[int]:
    parts = []
    for shift in _LIMBS:
        limb = numbers >> shift
        if shift != _LIMBS[-1]:
            limb = limb & _MASK
        parts.append(np.bincount(inverse, limb.astype(np.float64), minlength=count))
    return [
        sum(int(part[group]) << shift for part, shift in zip(parts, _LIMBS, strict=True))
        for group in range(count)
    ]


def _literal(total: int, digits: int, is_decimal: bool) -> str:
    if not is_decimal:
        return f'"{total // 10**digits}"^^{_XSD.format("integer")}'
    sign, text = "-" if total < 0 else "", str(abs(total)).rjust(digits + 1, "0")
    written = f"{text[:-digits]}.{text[-digits:]}" if digits else text
    return f'"{sign}{written}"^^{_XSD.format("decimal")}'


def _extremes(
    function: str, ids: Ids, values: Values, inverse: Places, count: int, known: TermTable
) -> list[str]:
    """The least or the greatest of each group, as it is; all have to be of one kind."""
    if not any(np.all(values.are(kind)) for kind in (INTEGER, DECIMAL, DATE)):
        raise Abstain(f"{function} of unlike values")
    if len(ids) == 0:
        return []
    order = np.lexsort((values.scaled(values.most_digits), inverse))
    ends = np.append(np.flatnonzero(np.diff(inverse[order])), len(order) - 1)
    starts = np.append(0, ends[:-1] + 1)
    chosen = ids[order[starts if function == "MIN" else ends]]
    return [known.text(int(number)) for number in chosen]

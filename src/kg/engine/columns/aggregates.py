"""Groups of solutions and what is counted and summed in each (SPARQL 1.1, section 18.5.1)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.engine.columns.layout import DECIMAL, INTEGER, Ids
from kg.engine.columns.ordering import keys_of
from kg.engine.columns.plan import Aggregate, Plan
from kg.engine.columns.tables import Abstain, Keys, Table, distinct
from kg.engine.columns.term_table import TermTable, Values

MOST_GROUPS = 2_000_000
_INTEGER, _DECIMAL = (f"^^<http://www.w3.org/2001/XMLSchema#{n}>" for n in ("integer", "decimal"))
_LIMBS = (0, 26, 52)  # sums of 26 bits of up to 2 ** 27 numbers are exact in a double
_MASK = (1 << 26) - 1
_LONG = 2.0**61
_LARGEST_INTEGER, _LARGEST_DECIMAL = 2**63 - 1, 2**127 - 1  # of the engine; decimals of 10**-18
_ENGINE_DIGITS = 18


def grouped(table: Table, plan: Plan, known: TermTable) -> Table:
    """One solution for each group: what it is grouped by, and the aggregates by their names."""
    groups = [table.columns[name] for name in plan.groups]
    if groups:
        numbers, first = distinct(groups, known.size)
    else:
        numbers, first = np.zeros(table.rows, dtype=np.int64), np.zeros(1, dtype=np.int64)
    count = len(first)
    if count > MOST_GROUPS:
        raise Abstain("too many groups")
    columns = {name: ids[first] for name, ids in zip(plan.groups, groups, strict=True)}
    for each, name in plan.aggregates.items():
        columns[name] = _aggregated(each, table, numbers, count, known)
    return Table(columns, count)


def _aggregated(
    aggregate: Aggregate, table: Table, numbers: Keys, count: int, known: TermTable
) -> Ids:
    """The value for each group."""
    function = aggregate.function
    if aggregate.of:
        ids = table.columns[aggregate.of]
        if aggregate.is_distinct:
            _, first = distinct([numbers, ids], max(known.size, count))
            numbers, ids = numbers[first], ids[first]
    if function == "COUNT":
        return _learned(np.bincount(numbers, minlength=count), 0, np.zeros(count, np.bool_), known)
    if not table.rows and function not in ("SUM", "AVG"):
        raise Abstain(f"{function} of nothing")
    if function in ("MIN", "MAX"):
        return _extremes(function, ids, numbers, known)
    values = known.values(ids)
    totals, is_decimal = _sums(values, numbers, count)
    if function == "SUM" or not table.rows:
        return _learned(totals, values.most_digits, is_decimal, known)
    counts = np.bincount(numbers, minlength=count)
    return _learned(_means(totals, values.most_digits, counts), _ENGINE_DIGITS, counts > 0, known)


def _sums(values: Values, numbers: Keys, count: int) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Exact sums; a decimal where one of the summed is."""
    if not np.all(values.are(INTEGER, DECIMAL)):
        raise Abstain("a sum of what is no number, or a long one")
    digits = values.most_digits
    scaled = values.scaled(digits)
    if scaled.dtype == object:
        raise Abstain("a sum of numbers that are too long")
    _refuse_overflow(values, int(max(_exact(np.abs(scaled), numbers, count), default=0)), digits)
    is_decimal = np.bincount(numbers, values.kinds == DECIMAL, minlength=count) > 0
    return _exact(scaled, numbers, count), is_decimal


def _refuse_overflow(values: Values, largest: int, digits: int) -> None:
    """What the engine adds one after another may overflow on the way; it tells nobody."""
    if np.any(values.kinds == INTEGER) and largest > _LARGEST_INTEGER * 10**digits:
        raise Abstain("a sum that may pass the engine's integers")
    if largest * 10 ** (_ENGINE_DIGITS - digits) > _LARGEST_DECIMAL:
        raise Abstain("a sum that may pass the engine's decimals")


def _exact(scaled: NDArray[np.int64], numbers: Keys, count: int) -> NDArray[Any]:
    """The sum of each group; of Python's integers where one may be too long for 64 bits."""
    parts = []
    for shift in _LIMBS:
        limb = scaled >> shift
        if shift != _LIMBS[-1]:
            limb = limb & _MASK
        parts.append(np.bincount(numbers, limb.astype(np.float64), minlength=count))
    about = sum(part * 2.0**shift for part, shift in zip(parts, _LIMBS, strict=True))
    kind = object if np.abs(about).max(initial=0) >= _LONG else np.int64
    low, middle, high = (part.astype(np.int64).astype(kind) for part in parts)
    total: NDArray[Any] = low + (middle << _LIMBS[1]) + (high << _LIMBS[2])
    return total


def _means(totals: NDArray[Any], digits: int, counts: NDArray[np.int64]) -> NDArray[Any]:
    """The engine's division of decimals: cut behind the eighteenth digit, towards zero."""
    factor = 10 ** (_ENGINE_DIGITS - digits)
    pairs = zip(totals.tolist(), counts.tolist(), strict=True)
    means = [abs(total) * factor // count * (1 if total > 0 else -1) for total, count in pairs]
    return np.array(means, dtype=object)


def _learned(
    mantissas: NDArray[Any], digits: int, is_decimal: NDArray[np.bool_], known: TermTable
) -> Ids:
    """Numbers as terms, each once."""
    unique, places = np.unique(mantissas * 2 + is_decimal, return_inverse=True)
    numbers = [(DECIMAL if number & 1 else INTEGER, number >> 1) for number in unique.tolist()]
    texts = [_literal(mantissa, digits, kind == DECIMAL) for kind, mantissa in numbers]
    ids: Ids = known.learn(texts, [(*number, digits) for number in numbers])[places]
    return ids


def _literal(mantissa: int, digits: int, is_decimal: bool) -> str:
    """As the engine writes it: without zeros at the end."""
    whole, behind = str(abs(mantissa)), ""
    if digits:
        whole = whole.rjust(digits + 1, "0")
        whole, behind = whole[:-digits], whole[-digits:].rstrip("0")
    sign, point = "-" if mantissa < 0 else "", "." if behind else ""
    return f'"{sign}{whole}{point}{behind}"' + (_DECIMAL if is_decimal else _INTEGER)


def _extremes(function: str, ids: Ids, numbers: Keys, known: TermTable) -> Ids:
    """The least or the greatest of each group; values that are equal have to be one term."""
    values = known.values(ids)
    if np.any(values.are(INTEGER)) and np.any(values.are(DECIMAL)):
        raise Abstain(f"{function} of integers and decimals")
    order = np.lexsort((keys_of(ids, known), numbers))
    ends = np.append(np.flatnonzero(np.diff(numbers[order])), len(order) - 1)
    starts = np.append(0, ends[:-1] + 1)
    chosen: Ids = ids[order[starts if function == "MIN" else ends]]
    return chosen

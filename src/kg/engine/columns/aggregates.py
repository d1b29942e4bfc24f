"""Groups of solutions and what is counted and summed in each (SPARQL 1.1, section 18.5.1)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.engine.columns.layout import Ids, Kind
from kg.engine.columns.ordering import keys_of
from kg.engine.columns.plan import Aggregate, Plan
from kg.engine.columns.tables import Abstain, Keys, Mask, Table, distinct
from kg.engine.columns.term_table import TermTable, Values

MOST_GROUPS = 500_000
_LONG = 2.0**61
_LARGEST_INTEGER, _LARGEST_DECIMAL = 2.0**62, 2.0**126 / 10**18  # half of what the engine holds
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
    counts = np.bincount(numbers, minlength=count)
    if function == "COUNT":
        return _learned(counts, 0, counts < 0, known)
    if function in ("MIN", "MAX"):
        return _extremes(function, ids, numbers, count, known)
    values = known.values(ids)
    totals = _sums(values, numbers, count)
    if function == "SUM" or not len(ids):
        is_decimal = np.bincount(numbers, values.which(Kind.DECIMAL), minlength=count) > 0
        return _learned(totals, values.most_digits, is_decimal, known)
    return _learned(_means(totals, values.most_digits, counts), _ENGINE_DIGITS, counts > 0, known)


def _sums(values: Values, numbers: Keys, count: int) -> NDArray[Any]:
    """Exact sums; of Python's integers where one may be too long for 64 bits.

    What the engine adds one after another may overflow on the way, and it tells nobody.
    """
    if not values.are(Kind.INTEGER, Kind.DECIMAL):
        raise Abstain("a sum of what is no number, or a long one")
    scaled, digits = values.scaled(values.most_digits), values.most_digits
    largest = np.bincount(numbers, np.abs(scaled).astype(np.float64)).max(initial=0)
    has_integers = bool(np.any(values.which(Kind.INTEGER)))
    if largest / 10.0**digits > (_LARGEST_INTEGER if has_integers else _LARGEST_DECIMAL):
        raise Abstain("a sum that may pass what the engine holds")
    kind = object if largest >= _LONG else np.int64
    totals: NDArray[Any] = np.zeros(count, dtype=kind)
    np.add.at(totals, numbers, scaled.astype(kind))
    return totals


def _means(totals: NDArray[Any], digits: int, counts: NDArray[np.int64]) -> NDArray[Any]:
    """The engine's division of decimals: cut behind the eighteenth digit, towards zero."""
    factor = 10 ** (_ENGINE_DIGITS - digits)
    pairs = zip(totals.tolist(), counts.tolist(), strict=True)
    means = [abs(total) * factor // count * (1 if total > 0 else -1) for total, count in pairs]
    return np.array(means, dtype=object)


def _learned(mantissas: NDArray[Any], digits: int, is_decimal: Mask, known: TermTable) -> Ids:
    """Numbers as terms, each once."""
    unique, places = np.unique(mantissas * 2 + is_decimal, return_inverse=True)
    kinds = np.where((unique & 1).astype(np.bool_), Kind.DECIMAL, Kind.INTEGER).astype(np.uint8)
    values = Values(kinds, unique >> 1, np.full(len(unique), digits, dtype=np.uint8))
    ids: Ids = known.learn_numbers(values)[places]
    return ids


def _extremes(function: str, ids: Ids, numbers: Keys, count: int, known: TermTable) -> Ids:
    """The least or the greatest of each group; values that are equal have to be one term."""
    values = known.values(ids)
    if len(ids) < count or all(np.any(values.which(k)) for k in (Kind.INTEGER, Kind.DECIMAL)):
        raise Abstain(f"{function} of nothing, or of integers and decimals")
    order = np.lexsort((keys_of(ids, known), numbers))
    is_last = np.diff(numbers[order], append=-1) != 0
    chosen: Ids = ids[order[is_last if function == "MAX" else np.roll(is_last, 1)]]
    return chosen

"""Which solutions a condition keeps: true, false or an error (SPARQL 1.1, section 17.2)."""

from collections.abc import Callable
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from kg.engine.columns.joins import Table
from kg.engine.columns.layout import BLANK, DATE, DECIMAL, INTEGER, IRI, NUMBER, TIME, Ids
from kg.engine.columns.plan import Abstain, Comparison, Condition, Constant, EngineExpression, Logic
from kg.engine.columns.term_table import TermTable, Values

Mask = NDArray[np.bool_]
Truth = tuple[Mask, Mask]  # where it is true, where it is false; an error is neither
AskAll = Callable[[EngineExpression, Ids], Truth]

_COMPARE: dict[str, Callable[..., Mask]] = {
    "=": np.equal, "!=": np.not_equal, "<": np.less, ">": np.greater,
    "<=": np.less_equal, ">=": np.greater_equal,
}  # fmt: skip
_LARGEST = 2**62
_NUMBERS = (INTEGER, DECIMAL)


def truth(condition: Condition, table: Table, known: TermTable, ask: AskAll) -> Truth:
    """Where a condition holds and where it does not; raises Abstain."""
    if isinstance(condition, EngineExpression):
        return ask(condition, table.columns[condition.variable])
    if isinstance(condition, Comparison):
        return _compared(condition, table, known)
    return _combined(condition, [truth(part, table, known, ask) for part in condition.parts])


def _combined(logic: Logic, parts: list[Truth]) -> Truth:
    if logic.word == "not":
        return parts[0][1], parts[0][0]
    holds, fails = zip(*parts, strict=True)
    if logic.word == "and":
        return reduce(np.logical_and, holds), reduce(np.logical_or, fails)
    return reduce(np.logical_or, holds), reduce(np.logical_and, fails)


def _compared(comparison: Comparison, table: Table, known: TermTable) -> Truth:
    left = known.values(table.columns[comparison.left])
    right = comparison.right
    if isinstance(right, str):
        return _with_each_other(comparison.operator, left, known.values(table.columns[right]))
    if right.kind == "iri":
        return _with_iri(comparison.operator, left, table.columns[comparison.left], right, known)
    if right.kind == "date":
        day = known.day(right.text)
        is_day = left.are(DATE)
        _only_order(comparison.operator, left, is_day, TIME)
        return _truth(comparison.operator, left.mantissas, day, is_day)
    is_number = left.are(*_NUMBERS)
    _only_order(comparison.operator, left, is_number, NUMBER)
    ours, theirs = _aligned(left, Values.of(right.mantissa, right.digits))
    return _truth(comparison.operator, ours, theirs, is_number)


def _with_each_other(operator: str, left: Values, right: Values) -> Truth:
    """Numbers with numbers alone, or days with days."""
    if np.all(left.are(DATE) & right.are(DATE)):
        return _truth(operator, left.mantissas, right.mantissas, left.are(DATE))
    if not np.all(left.are(*_NUMBERS) & right.are(*_NUMBERS)):
        raise Abstain("a comparison of unlike values")
    ours, theirs = _aligned(left, right)
    return _truth(operator, ours, theirs, left.are(*_NUMBERS))


def _with_iri(operator: str, left: Values, ids: Ids, right: Constant, known: TermTable) -> Truth:
    if operator not in ("=", "!=") or not np.all(left.are(IRI, BLANK)):
        raise Abstain("a comparison of a literal with an IRI")
    return _truth(operator, ids, known.number(right.text), left.are(IRI, BLANK))


def _truth(operator: str, left: object, right: object, is_comparable: Mask) -> Truth:
    holds = _COMPARE[operator](left, right)
    return holds & is_comparable, ~holds & is_comparable


def _only_order(operator: str, left: Values, is_like: Mask, unknown: int) -> None:
    """What is of another kind has no order with a value, but may be unequal to it."""
    if operator in ("=", "!=") and not np.all(is_like):
        raise Abstain("equality of unlike values")
    left.refuse(unknown)


def _aligned(left: Values, right: Values) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Mantissas with as many digits behind the point."""
    digits = max(left.most_digits, right.most_digits)
    return left.scaled(digits), right.scaled(digits)

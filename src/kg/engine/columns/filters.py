"""Which solutions a condition keeps: true, false or an error (SPARQL 1.1, section 17.2)."""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np

from kg.engine.columns.layout import BLANK, DATE, DECIMAL, INTEGER, IRI, STRING, TAGGED
from kg.engine.columns.plan import Condition, is_variable
from kg.engine.columns.tables import Abstain, Table, Truth, distinct
from kg.engine.columns.term_table import TermTable, content

COMPARE: dict[str, Callable[..., Any]] = {
    "=": np.equal, "!=": np.not_equal, "<": np.less, ">": np.greater,
    "<=": np.less_equal, ">=": np.greater_equal,
}  # fmt: skip


def denied(condition: Condition, table: Table, known: TermTable) -> Truth:
    """What `!` makes of it."""
    holds, fails = condition(table, known)
    return fails, holds


def one_of(conditions: Sequence[Condition], table: Table, known: TermTable) -> Truth:
    """What `||` makes of them."""
    holds, fails = zip(*(condition(table, known) for condition in conditions), strict=True)
    return reduce(np.logical_or, holds), reduce(np.logical_and, fails)


def all_of(conditions: Sequence[Condition], table: Table, known: TermTable) -> Truth:
    """What `&&` makes of them."""
    holds, fails = zip(*(condition(table, known) for condition in conditions), strict=True)
    return reduce(np.logical_and, holds), reduce(np.logical_or, fails)


def tested(
    test: Callable[[str], object], of: str, variable: str, table: Table, known: TermTable
) -> Truth:
    """A test of STR, LANG or the string of a variable, each once; what has none is an error."""
    numbers, first = distinct([table.columns[variable]], known.size)
    ids = table.columns[variable][first]
    values = known.values(ids)
    has_text = {
        "": values.are(STRING, TAGGED), "STR": ~values.are(BLANK), "LANG": ~values.are(BLANK, IRI)
    }[of]  # fmt: skip
    said, holds = _language if of == "LANG" else content, np.zeros(len(ids), dtype=np.bool_)
    holds[has_text] = [bool(test(said(text))) for text in known.texts(ids[has_text])]
    return holds[numbers], (has_text & ~holds)[numbers]


def _language(text: str) -> str:
    """Of a literal; empty where it has none."""
    suffix = text[text.rindex('"') + 1 :]
    return suffix[1:] if suffix[:1] == "@" else ""


def compared(operator: str, left: str, right: str, table: Table, known: TermTable) -> Truth:
    """`left operator right`, each a variable or a term; raises Abstain for unlike values."""
    sides = [table.columns[s] if is_variable(s) else known.constant(s) for s in (left, right)]
    ours, theirs = map(known.values, sides)
    for kinds in ((INTEGER, DECIMAL), (DATE,)):
        if np.all(ours.are(*kinds)) and np.all(theirs.are(*kinds)):
            digits = max(ours.most_digits, theirs.most_digits)
            return _truth(operator, ours.scaled(digits), theirs.scaled(digits))
    if operator not in ("=", "!=") or not all(
        known.are_own(table.columns[side]) for side in (left, right) if is_variable(side)
    ):
        raise Abstain("an order of terms, or terms that have two numbers")
    for kinds in ((IRI, BLANK), (STRING,)):
        if np.all(ours.are(*kinds)) and np.all(theirs.are(*kinds)):
            return _truth(operator, *sides)
    raise Abstain("a comparison of unlike values")


def _truth(operator: str, left: Any, right: Any) -> Truth:
    holds = COMPARE[operator](left, right).astype(np.bool_)
    return holds, ~holds

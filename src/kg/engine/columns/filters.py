"""Which solutions a condition keeps: true, false or an error (SPARQL 1.1, section 17.2)."""

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np

from kg.engine.columns.layout import Kind
from kg.engine.columns.plan import Condition, is_variable
from kg.engine.columns.tables import Abstain, Table, Truth, distinct
from kg.engine.columns.term_table import TermTable, content, language, ranks

COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, ">": operator.gt,
    "<=": operator.le, ">=": operator.ge,
}  # fmt: skip
TextTest = Callable[[Sequence[str]], Any]  # of many texts, which of them pass
_AS_VALUES = ((Kind.INTEGER, Kind.DECIMAL), (Kind.DATE,))
_AS_TERMS = ((Kind.IRI, Kind.BLANK), (Kind.STRING,))


def denied(condition: Condition, table: Table, known: TermTable) -> Truth:
    """What `!` makes of it."""
    holds, fails = condition(table, known)
    return fails, holds


def one_of(conditions: Sequence[Condition], table: Table, known: TermTable) -> Truth:
    """What `||` makes of them."""
    holds, fails = zip(*(condition(table, known) for condition in conditions), strict=True)
    return reduce(np.logical_or, holds), reduce(np.logical_and, fails)


def tested(test: TextTest, of: str, variable: str, table: Table, known: TermTable) -> Truth:
    """A test of STR, LANG or the string of a variable, each once; what has none is an error."""
    numbers, first = distinct([table.columns[variable]], known.size)
    ids = table.columns[variable][first]
    values, said = known.values(ids), language if of == "LANG" else content
    has_text = ~values.which(Kind.BLANK, *[Kind.IRI] * (of == "LANG"))
    if not of:
        has_text = values.which(Kind.STRING, Kind.TAGGED)
    holds = np.zeros(len(ids), dtype=np.bool_)
    holds[has_text] = test([said(text) for text in known.texts(ids[has_text])])
    return holds[numbers], (has_text & ~holds)[numbers]


def texts_compared(sign: str, left: str, right: str, table: Table, known: TermTable) -> Truth:
    """`STR(?left) sign STR(?right)`."""
    ids = np.concatenate([table.columns[left], table.columns[right]])
    if known.are_own(ids[: table.rows]) != known.are_own(ids[table.rows :]):
        raise Abstain("texts of the graph beside made ones")
    numbers, first = distinct([ids], known.size)
    ours, theirs = np.split(ranks(known.texts(ids[first]))[numbers], 2)
    holds = COMPARE[sign](ours, theirs)
    return holds, ~holds


def compared(sign: str, left: str, right: str, table: Table, known: TermTable) -> Truth:
    """`left sign right`, each a variable or a term; raises Abstain for unlike values."""
    sides = [table.columns[s] if is_variable(s) else known.constant(s) for s in (left, right)]
    values = [known.values(ids) for ids in sides]
    named = [table.columns[side] for side in (left, right) if is_variable(side)]
    if any(all(side.are(*kinds) for side in values) for kinds in _AS_VALUES):
        digits = max(side.most_digits for side in values)
        sides = [side.scaled(digits) for side in values]
    elif sign not in ("=", "!=") or not all(map(known.are_own, named)):
        raise Abstain("an order of terms, or terms that have two numbers")
    elif not any(all(side.are(*kinds) for side in values) for kinds in _AS_TERMS):
        raise Abstain("a comparison of unlike values")
    holds = COMPARE[sign](*sides).astype(np.bool_)
    return holds, ~holds

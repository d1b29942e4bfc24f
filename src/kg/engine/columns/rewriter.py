"""A query whose pattern is answered by the columns, as another for the engine to finish."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from pyoxigraph import QuerySolutions, Store

from kg.engine.columns.aggregates import aggregated, grouped
from kg.engine.columns.filters import Truth, truth
from kg.engine.columns.joins import Table, joined, matches
from kg.engine.columns.layout import BLANK, Columns, Ids
from kg.engine.columns.plan import Abstain, EngineExpression, Filter, Plan
from kg.engine.columns.query_reader import read
from kg.engine.columns.term_table import TermTable

_MOST_ASKED = 40_000  # values for which the engine is asked, all together
_MOST_MADE = 16_000_000  # characters of terms that an expression makes
_BASE = "https://w3id.org/jsip/id/"  # any will do: relative IRIs are not for the columns
_NUMBER, _RESULT = "?kg_number", "?kg_result"


class Rewriter:
    """Rewrites queries over the columns of one snapshot."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._nothing = Store()  # for what is to be parsed alone

    def rewritten(self, query: str, is_union: bool) -> str | None:
        """The same question with its groups as VALUES; None where the engine is to do it all."""
        try:
            return self.explained(query, is_union)
        except (Abstain, MemoryError):
            return None

    def explained(self, query: str, is_union: bool) -> str:
        """As `rewritten`; raises Abstain, which says why not."""
        try:
            plan = read(query)
            self._refuse_unparsed(query)
            return _Answering(self._columns, plan, is_union).query()
        except (ValueError, OverflowError, RecursionError) as error:
            raise Abstain(str(error)) from error

    def _refuse_unparsed(self, query: str) -> None:
        """Raises Abstain for what the engine cannot parse: it is to say so itself."""
        try:
            self._nothing.query(query, base_iri=_BASE)
        except (SyntaxError, RuntimeError) as error:
            raise Abstain("the engine does not accept it") from error


class _Answering:
    """One query on its way."""

    def __init__(self, columns: Columns, plan: Plan, is_union: bool) -> None:
        self._columns, self._plan, self._is_union = columns, plan, is_union
        self._known = TermTable(columns)
        self._engine = Store()  # empty: for expressions of values alone
        self._asked_for = 0

    def query(self) -> str:
        """What is left for the engine."""
        plan, table = self._plan, self._solutions()
        inverse, groups = grouped(table, plan.groups, self._known)
        if not (plan.is_grouped or table.rows) and (
            plan.has_mean or any(a.function in ("MIN", "MAX") for a in plan.aggregates)
        ):
            raise Abstain("an aggregate of nothing")
        values = [aggregated(a, table, inverse, len(groups), self._known) for a in plan.aggregates]
        names = [*plan.groups, *(a.name for a in plan.aggregates)]
        rows = zip(*zip(*groups, strict=True), *values, strict=True)
        lines = [f"({' '.join(row)})" for row in rows]
        having = [f"FILTER({text})" for text in plan.having]
        body = [f"VALUES ({' '.join(names)}) {{", *lines, "}", *having]
        return "\n".join((plan.prologue, plan.select, "WHERE {", *body, "}", plan.rest))

    def _solutions(self) -> Table:
        """The pattern's solutions, the smallest parts joined first, filtered as soon as may be."""
        todo = [(p, matches(self._columns, p, self._is_union)) for p in self._plan.patterns]
        filters, table = list(self._plan.filters), Table({}, 1)
        if not todo:
            raise Abstain("no pattern")
        while todo:
            pattern, found = min(todo, key=lambda part: _cost(part[1], table))
            todo.remove((pattern, found))
            table = joined(table, self._filtered(found, filters), self._columns.terms)
            table = self._filtered(table, filters)
        for made in self._plan.made:
            table.columns[made.name] = self._made(made.asked, table.columns[made.asked.variable])
        return self._filtered(table, filters)

    def _filtered(self, table: Table, filters: list[Filter]) -> Table:
        """Without what is dropped by the filters that can be told; those are done with."""
        for each in [f for f in filters if f.variables <= table.variables]:
            filters.remove(each)
            holds, _ = truth(each.condition, table, self._known, self._asked_all)
            table = table.taken(holds)
        return table

    def _made(self, asked: EngineExpression, ids: Ids) -> Ids:
        """What an expression gives for each value; it has to give something."""
        unique, inverse = np.unique(ids, return_inverse=True)
        found, size = dict[int, str](), 0
        for place, term in self._asked(asked.expression, asked.variable, unique):
            found[place] = str(term)
            size += len(found[place])
            if size > _MOST_MADE or found[place].startswith(("_:", "<<")):
                raise Abstain("an expression that gives blank nodes, triples or too much")
        if len(found) < len(unique):
            raise Abstain("an expression that gives nothing")
        return self._known.learn([found[place] for place in range(len(unique))])[inverse]

    def _asked_all(self, asked: EngineExpression, ids: Ids) -> Truth:
        """Where an expression holds, and where it is false."""
        unique, inverse = np.unique(ids, return_inverse=True)
        truth = np.full(len(unique), -1)
        test = f"IF({asked.expression}, 1, 0)"
        for place, term in self._asked(test, asked.variable, unique):
            truth[place] = int(term.value)
        return (truth == 1)[inverse], (truth == 0)[inverse]

    def _asked(self, expression: str, variable: str, ids: Ids) -> Iterator[tuple[int, Any]]:
        """What the engine gives for values, each with its place; nothing where it errs."""
        self._asked_for += len(ids)
        if self._asked_for > _MOST_ASKED or np.any(self._known.values(ids).kinds == BLANK):
            raise Abstain("an expression of too many values, or of blank nodes")
        texts = (f"({self._known.text(int(n))} {at})" for at, n in enumerate(ids))
        values = f"VALUES ({variable} {_NUMBER}) {{ {' '.join(texts)} }}"
        bind = f"BIND({expression} AS {_RESULT})"
        try:
            rows = self._engine.query(f"{self._plan.prologue} SELECT * {{ {values} {bind} }}")
            assert isinstance(rows, QuerySolutions)
            for row in rows:
                if (term := row["kg_result"]) is not None:
                    yield int(row["kg_number"].value), term
        except (SyntaxError, RuntimeError) as error:
            raise Abstain(str(error)) from error


def _cost(found: Table, table: Table) -> tuple[bool, int]:
    """What is joined with what is there comes first, then what is small."""
    is_apart = bool(table.columns) and not (found.variables & table.variables)
    return is_apart, found.rows

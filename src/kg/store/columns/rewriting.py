"""A query whose pattern is answered by the columns, as another for the engine to finish."""

import numpy as np
from pyoxigraph import QuerySolutions, Store

from kg.store.columns.conditions import Truth, truth
from kg.store.columns.grouping import aggregated, grouped
from kg.store.columns.joining import Table, joined, matches
from kg.store.columns.known import Known
from kg.store.columns.layout import BLANK, Columns, Ids
from kg.store.columns.plan import Abstain, Asked, Filter, Plan
from kg.store.columns.reading import read

_MOST_ASKED = 20_000  # values for which the engine is asked an expression
_NUMBER, _RESULT = "?kg_number", "?kg_result"


class Rewriter:
    """Rewrites queries over the columns of one snapshot."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def rewritten(self, query: str, is_union: bool) -> str | None:
        """The same question with its groups as VALUES; None where the engine is to do it all."""
        try:
            return self.explained(query, is_union)
        except (Abstain, MemoryError):
            return None

    def explained(self, query: str, is_union: bool) -> str:
        """As `rewritten`; raises Abstain, which says why not."""
        return _Answering(self._columns, read(query), is_union).query()


class _Answering:
    """One query on its way."""

    def __init__(self, columns: Columns, plan: Plan, is_union: bool) -> None:
        self._columns, self._plan, self._is_union = columns, plan, is_union
        self._known = Known(columns)
        self._engine = Store()  # empty: for expressions of values alone

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

    def _made(self, asked: Asked, ids: Ids) -> Ids:
        """What an expression gives for each value; it has to give something."""
        unique, inverse = np.unique(ids, return_inverse=True)
        rows = self._asked(f"BIND({asked.expression} AS {_RESULT})", asked.variable, unique)
        found = {int(row["kg_number"].value): row["kg_result"] for row in rows}
        if len(found) < len(unique) or None in found.values():
            raise Abstain("an expression that gives nothing")
        texts = [str(found[number]) for number in range(len(unique))]
        if any(text.startswith("_:") for text in texts):
            raise Abstain("an expression that gives blank nodes")
        return self._known.learn(texts)[inverse]

    def _asked_all(self, asked: Asked, ids: Ids) -> Truth:
        """Where an expression holds, and where it is false."""
        unique, inverse = np.unique(ids, return_inverse=True)
        marks = []
        for expression in (asked.expression, f"!({asked.expression})"):
            rows = self._asked(f"FILTER({expression})", asked.variable, unique)
            mark = np.zeros(len(unique), dtype=np.bool_)
            mark[[int(row["kg_number"].value) for row in rows]] = True
            marks.append(mark[inverse])
        return marks[0], marks[1]

    def _asked(self, clause: str, variable: str, ids: Ids) -> QuerySolutions:
        """The engine's answer over values, each with its place among them."""
        if len(ids) > _MOST_ASKED or np.any(self._known.values(ids).kinds == BLANK):
            raise Abstain("an expression of too many values, or of blank nodes")
        texts = (f"({self._known.text(int(n))} {at})" for at, n in enumerate(ids))
        values = f"VALUES ({variable} {_NUMBER}) {{ {' '.join(texts)} }}"
        query = f"{self._plan.prologue} SELECT * {{ {values} {clause} }}"
        try:
            rows = self._engine.query(query)
        except (SyntaxError, ValueError, RuntimeError) as error:
            raise Abstain(str(error)) from error
        assert isinstance(rows, QuerySolutions)
        return rows


def _cost(found: Table, table: Table) -> tuple[bool, int]:
    """What is joined with what is there comes first, then what is small."""
    is_apart = bool(table.columns) and not (found.variables & table.variables)
    return is_apart, found.rows

"""Answers queries by the columns of one snapshot, wholly or not at all."""

from kg.engine.columns.aggregates import grouped
from kg.engine.columns.asking import Asking
from kg.engine.columns.expressions import evaluated
from kg.engine.columns.joins import joined, matches
from kg.engine.columns.layout import Columns
from kg.engine.columns.ordering import places_in_order
from kg.engine.columns.plan import EngineExpression, Filter, Plan
from kg.engine.columns.reader import read
from kg.engine.columns.solutions import Solutions
from kg.engine.columns.tables import Abstain, Table
from kg.engine.columns.term_table import TermTable

# Microseconds: of the engine for a row and step; here for any query, a row read, a value asked.
_LOOKED_UP, _ANY_QUERY, _READ, _ASKED = 1.0, 2000.0, 0.05, 6.0
_AGGREGATED = 4  # grouping costs the engine more than here
_FEW = 1000  # values that are asked in any case


class Answerer:
    """Answers queries over the columns of one snapshot."""

    def __init__(self, columns: Columns, is_eager: bool = False) -> None:
        """Who is eager also answers what the engine would answer as fast."""
        self._columns, self._is_eager = columns, is_eager

    def answer(self, query: str, is_union: bool) -> Solutions | None:
        """The answer; None where it is for the engine."""
        try:
            return self.explained(query, is_union)
        except (Abstain, MemoryError):
            return None

    def explained(self, query: str, is_union: bool) -> Solutions:
        """As `answer`; raises Abstain, which says why not."""
        try:
            plan = read(query)
            if not self._is_eager and any(pattern.is_lookup for pattern in plan.patterns):
                raise Abstain("the engine looks up what a subject or an object is in")
            evaluated(query)  # what the engine does not accept it is to say itself
            return _Answering(self._columns, plan, is_union, self._is_eager).solutions()
        except (SyntaxError, RuntimeError, ValueError, LookupError, OverflowError) as error:
            raise Abstain(str(error)) from error


class _Answering:
    """One query on its way."""

    def __init__(self, columns: Columns, plan: Plan, is_union: bool, is_eager: bool) -> None:
        self._columns, self._plan, self._is_union = columns, plan, is_union
        self._known = TermTable(columns)
        self._asking, self._is_eager = Asking(plan.prologue, self._known), is_eager

    def solutions(self) -> Solutions:
        """What is given, in order."""
        plan, table = self._plan, self._pattern()
        if plan.is_aggregate:
            table = grouped(table, plan, self._known)
        table = self._filtered(table, list(plan.having))
        table = self._with(plan.made_last, table)
        places = places_in_order(plan, table, self._known)
        columns = {name: table.columns[name][places] for name in plan.select}
        return Solutions(plan, columns, self._known)

    def _pattern(self) -> Table:
        """The pattern's solutions, the smallest parts joined first, filtered as soon as may be."""
        plan, filters = self._plan, list(self._plan.filters)
        todo = [matches(self._columns, p, self._is_union) for p in plan.patterns]
        if not self._is_eager:
            self._refuse_cheap([found.rows for found in todo])
        table = Table({}, 1)
        while todo:
            each = min(todo, key=lambda found: _cost(found, table))
            todo.remove(each)
            found = self._filtered(each, filters)
            table = self._filtered(joined(table, found, self._columns.terms), filters)
        return self._filtered(self._with(plan.made, table), filters)

    def _refuse_cheap(self, rows: list[int]) -> None:
        """Raises Abstain where the engine needs no longer: it looks up row after row.

        It begins with the smallest part and looks each of its rows up in the others.
        """
        plan, smallest = self._plan, min(rows)
        is_collected = plan.is_aggregate or plan.is_distinct or bool(plan.order)
        steps = len(rows) - 1 + bool(plan.filters) + is_collected
        engine = smallest * steps * _LOOKED_UP
        if engine * (_AGGREGATED if plan.is_aggregate else 1) < _ANY_QUERY + sum(rows) * _READ:
            raise Abstain("the engine answers it as fast")
        is_cut = plan.offset > 0 or (plan.limit is not None and plan.limit < sum(rows))
        if is_cut and not (plan.order or plan.is_aggregate):
            raise Abstain("a cut without an order")
        self._asking.most = _FEW + int(engine / _ASKED)

    def _filtered(self, table: Table, filters: list[Filter]) -> Table:
        """Without what is dropped by the filters that can be told; those are done with."""
        for each in [f for f in filters if table.columns.keys() >= {*f.asked.variables}]:
            filters.remove(each)
            table = table.taken(self._asking.kept(each, table))
        return table

    def _with(self, made: dict[str, EngineExpression], table: Table) -> Table:
        columns = dict(table.columns)
        for name, expression in made.items():
            columns[name] = self._asking.made(expression, Table(columns, table.rows))
        return Table(columns, table.rows)


def _cost(found: Table, table: Table) -> tuple[bool, int]:
    """What is joined with what is there comes first, then what is small."""
    is_apart = bool(table.columns) and not found.columns.keys() & table.columns.keys()
    return is_apart, found.rows

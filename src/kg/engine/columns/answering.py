"""Answers queries by the columns of one snapshot, wholly or not at all."""

from pyoxigraph import Store

from kg.engine.columns import ordering
from kg.engine.columns.aggregates import grouped
from kg.engine.columns.asking import Asking
from kg.engine.columns.expressions import BASE
from kg.engine.columns.joins import joined, matches
from kg.engine.columns.layout import Columns
from kg.engine.columns.plan import EngineExpression, Filter, Pattern, Plan, variables_of
from kg.engine.columns.reader import read
from kg.engine.columns.solutions import Solutions
from kg.engine.columns.tables import Abstain, Table
from kg.engine.columns.term_table import TermTable


class Answerer:
    """Answers queries over the columns of one snapshot."""

    def __init__(self, columns: Columns, is_eager: bool = False) -> None:
        """Who is eager also answers what the engine would answer as fast."""
        self._columns, self._is_eager = columns, is_eager
        self._nothing = Store()  # for what is to be parsed alone

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
            self._refuse_unparsed(query)
            return _Answering(self._columns, plan, is_union).solutions()
        except (ValueError, OverflowError, RecursionError) as error:
            raise Abstain(str(error)) from error

    def _refuse_unparsed(self, query: str) -> None:
        """Raises Abstain for what the engine cannot parse: it is to say so itself."""
        try:
            self._nothing.query(query, base_iri=BASE)
        except (SyntaxError, RuntimeError) as error:
            raise Abstain("the engine does not accept it") from error


class _Answering:
    """One query on its way."""

    def __init__(self, columns: Columns, plan: Plan, is_union: bool) -> None:
        self._columns, self._plan, self._is_union = columns, plan, is_union
        self._known = TermTable(columns)
        self._asking = Asking(plan.prologue, self._known)

    def solutions(self) -> Solutions:
        """What is given, in order."""
        plan = self._plan
        table = self._pattern()
        if plan.is_aggregate:
            table = self._filtered(grouped(table, plan, self._known), list(plan.having))
        table = self._with(plan.made_last, table)
        places = ordering.places(plan, table, self._known)
        columns = {name: table.columns[name][places] for name in plan.select}
        return Solutions(plan.select, columns, self._known)

    def _pattern(self) -> Table:
        """The pattern's solutions, the smallest parts joined first, filtered as soon as may be."""
        plan, filters = self._plan, list(self._plan.filters)
        todo = [(p, matches(self._columns, p, self._is_union)) for p in plan.patterns]
        table = Table({}, 1)
        while todo:
            each = min(todo, key=lambda part: _cost(part[1], table))
            todo.remove(each)
            needed = self._needed([pattern for pattern, _ in todo], filters)
            found = self._filtered(each[1].only(needed | table.variables), filters)
            table = joined(table, found, self._columns.terms)
            table = self._filtered(table, filters)
            table = table.only(self._needed([pattern for pattern, _ in todo], filters))
        return self._filtered(self._with(plan.made, table), filters)

    def _needed(self, patterns: list[Pattern], filters: list[Filter]) -> frozenset[str]:
        """The variables that something asks for when only these patterns and filters are left."""
        plan = self._plan
        expressions = (*plan.made.values(), *plan.made_last.values())
        made = (name for each in expressions for name in each.variables)
        asked = (name for each in filters for name in each.asked.variables)
        given = (
            *plan.select,
            *plan.groups,
            *(a.of for a in plan.aggregates),
            *dict(plan.order),
        )
        return variables_of(patterns).union(made, asked, given)

    def _filtered(self, table: Table, filters: list[Filter]) -> Table:
        """Without what is dropped by the filters that can be told; those are done with."""
        for each in [f for f in filters if table.variables.issuperset(f.asked.variables)]:
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
    is_apart = bool(table.columns) and not (found.variables & table.variables)
    return is_apart, found.rows

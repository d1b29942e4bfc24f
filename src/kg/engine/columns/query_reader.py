"""Reads a grouping SELECT into a plan; abstains from what it does not know for certain.

SPARQL 1.1: sections 11 (aggregates), 18.2.4 (what comes after what), 19.8 (grammar).
"""

import re

from kg.engine.columns.cursor import Cursor
from kg.engine.columns.expressions import asked, condition_of, conjuncts
from kg.engine.columns.plan import (  # fmt: skip
    Abstain,
    Aggregate,
    Filter,
    Made,
    Pattern,
    Plan,
    variables_of,
)
from kg.engine.columns.terms import TYPE, Terms

_FUNCTIONS = ("COUNT", "SUM", "AVG", "MIN", "MAX")
_AGGREGATES = re.compile(rf"(?i)\b(?:{'|'.join(_FUNCTIONS)})\s*\(")
_ORDER = {"GROUP": 0, "HAVING": 1, "ORDER": 2, "LIMIT": 3, "OFFSET": 3, "VALUES": 4}
_NEVER = ("EXISTS", "SELECT", "SAMPLE", "GROUP_CONCAT", "SEPARATOR")
_OWN = "kg_"  # how the variables begin that stand for aggregates
_LONGEST = 20_000  # characters
_MOST_PATTERNS = 30


def read(query: str) -> Plan:
    """The plan of a query; raises Abstain."""
    if len(query) > _LONGEST or not _AGGREGATES.search(query) or _OWN in query:
        raise Abstain("it does not aggregate")
    at = Cursor.over(query)
    plan = Plan()
    terms = Terms(at)
    plan.prologue = query[: at.start]
    head = at.until(("WHERE", "FROM", "{"))
    at.pass_if("WHERE")
    _Body(plan, terms).read(at.inside("{"))
    _around(plan, head, at)
    if len(plan.patterns) > _MOST_PATTERNS:
        raise Abstain("too many patterns")
    return plan


class _Body:
    """What stands between the braces: joins, filters and expressions of one variable."""

    def __init__(self, plan: Plan, terms: Terms) -> None:
        self._plan, self._terms = plan, terms

    def read(self, at: Cursor, graph: str = "") -> None:
        """One group; a filter anywhere in it is about all of it."""
        first, filters = len(self._plan.patterns), list[Cursor]()
        while not at.is_at_end:
            if at.pass_if("FILTER"):
                filters.append(at.constraint())
            elif not graph and at.pass_if("GRAPH"):
                self._graph(at)
            elif not graph and at.pass_if("BIND"):
                bind(self._plan, at.inside("("))
            elif not at.pass_if("."):
                self._triples(at, graph)
        seen = variables_of(self._plan.patterns[first:]) - {graph}
        if not graph:
            seen |= {made.name for made in self._plan.made}
        for constraint in filters:
            self._filter(constraint, seen)

    def _graph(self, at: Cursor) -> None:
        graph, first = self._terms.variable_or_iri(at), len(self._plan.patterns)
        self.read(at.inside("{"), graph)
        own = self._plan.patterns[first:]
        if not own or any(graph in (o.subject, o.predicate, o.object) for o in own):
            raise Abstain("an empty graph, or its variable within it")

    def _triples(self, at: Cursor, graph: str) -> None:
        subject = self._terms.variable_or_iri(at)
        while True:
            predicate = self._predicate(at)
            while True:
                object_ = self._terms.variable_or_term(at)
                self._plan.patterns.append(Pattern(graph, subject, predicate, object_))
                if not at.pass_if(","):
                    break
            if not at.sees(";"):
                return
            while at.pass_if(";"):
                pass
            if at.is_at_end or at.sees(".", "FILTER", "BIND", "GRAPH"):
                return

    def _predicate(self, at: Cursor) -> str:
        if at.next_is("word"):
            if at.next().text != "a":
                raise Abstain("a word for a predicate")
            return TYPE
        return self._terms.variable_or_iri(at)

    def _filter(self, constraint: Cursor, seen: frozenset[str]) -> None:
        for part in conjuncts(constraint):
            if not part.variables or not part.variables <= seen:
                raise Abstain("a filter of what its group does not bind")
            condition = condition_of(part, self._terms)
            self._plan.filters.append(Filter(condition, part.variables))


def bind(plan: Plan, at: Cursor) -> str:
    """`expression AS ?name`, of one variable that is bound already; gives the name."""
    expression = at.until(("AS",))
    at.expect("AS")
    name, value = at.variable(), asked(expression)
    if value.variable not in variables_of(plan.patterns) or not at.is_at_end:
        raise Abstain("an expression of what is not bound")
    plan.made.append(Made(name, value))
    return name


def _around(plan: Plan, head: Cursor, at: Cursor) -> None:
    """Groups, then what is selected, then what is done with the groups."""
    sections, order = dict[str, Cursor](), list[str]()
    while not at.is_at_end:
        word = at.next().text.upper()
        if word not in _ORDER or word in sections:
            raise Abstain(word)
        order.append(word)
        sections[word] = at.until(_ORDER)
    if sorted(order, key=_ORDER.__getitem__) != order:
        raise Abstain("sections out of order")
    _groups(plan, sections.pop("GROUP", None))
    names = _select(plan, head)
    _having(plan, sections.pop("HAVING", None))
    _rest(plan, sections, names)
    _names_are_single(plan)
    if not (plan.aggregates or plan.is_grouped):
        raise Abstain("it does not aggregate")


def _groups(plan: Plan, at: Cursor | None) -> None:
    if at is None:
        return
    plan.is_grouped = True
    at.expect("BY")
    while not at.is_at_end:
        plan.groups.append(bind(plan, at.inside("(")) if at.sees("(") else at.variable())


def _names_are_single(plan: Plan) -> None:
    """A made name is joined with nothing, and what is grouped is bound."""
    bound, made = variables_of(plan.patterns), [m.name for m in plan.made]
    if len({*made}) < len(made) or bound & {*made} or len({*plan.groups}) < len(plan.groups):
        raise Abstain("a name bound twice")
    used = {*plan.groups, *(a.of for a in plan.aggregates if a.of)}
    if not used <= bound | {*made}:
        raise Abstain("a group or a sum of what is not bound")


def _select(plan: Plan, head: Cursor) -> list[str]:
    """What is given: groups, and expressions of groups and aggregates by their names."""
    head.expect("SELECT")
    parts, names = ["SELECT"], list[str]()
    if head.sees("DISTINCT", "REDUCED"):
        parts.append(head.next().text)
    while not head.is_at_end:
        if not head.sees("("):
            name = head.variable()
            if name not in plan.groups:
                raise Abstain(f"{name} is not grouped")
            parts.append(name)
            continue
        inside = head.inside("(")
        text = renamed(plan, inside.until(("AS",)), set(plan.groups))
        inside.expect("AS")
        names.append(inside.variable())
        parts.append(f"({text} AS {names[-1]})")
    if set(names) & variables_of(plan.patterns) or len(parts) == 1:
        raise Abstain("nothing, or a name bound twice")
    plan.select = " ".join(parts)
    return names


def _having(plan: Plan, at: Cursor | None) -> None:
    while at is not None and not at.is_at_end:
        plan.having.append(renamed(plan, at.constraint(), set(plan.groups)))


def _rest(plan: Plan, sections: dict[str, Cursor], names: list[str]) -> None:
    parts = []
    for word, at in sections.items():
        if word == "VALUES":
            parts.append(f"{word} {at.text}")
        else:
            parts.append(f"{word} {renamed(plan, at, {*plan.groups, *names})}")
    plan.rest = " ".join(parts)


def renamed(plan: Plan, at: Cursor, known: set[str]) -> str:
    """An expression with a variable in place of each aggregate."""
    parts, behind = [], at.start
    while not at.is_at_end:
        if at.peek() in _FUNCTIONS and at.peek(1) == "(":
            parts.append(f" {_aggregate(plan, at)} ")
            behind = at.end
            continue
        parts.append(" " if at.start > behind else "")
        token = at.next()
        behind = token.end
        if token.kind == "variable" and "?" + token.text[1:] not in known:
            raise Abstain(f"{token.text} is not grouped")
        if token.text.upper() in _NEVER:
            raise Abstain(token.text)
        parts.append(token.text)
    return "".join(parts).strip()


def _aggregate(plan: Plan, at: Cursor) -> str:
    """The name of what is computed; of a mean, what it is computed from."""
    function, inside = at.next().text.upper(), at.inside("(")
    is_distinct = inside.pass_if("DISTINCT")
    of = "" if inside.pass_if("*") else inside.variable()
    if not inside.is_at_end or (not of and (is_distinct or function != "COUNT")):
        raise Abstain("an aggregate of an expression")
    if function == "AVG":
        plan.has_mean = True
        parts = (_named(plan, name, is_distinct, of) for name in ("SUM", "COUNT"))
        return f"({' / '.join(parts)})"
    return _named(plan, function, is_distinct, of)


def _named(plan: Plan, function: str, is_distinct: bool, of: str) -> str:
    for known in plan.aggregates:
        if (known.function, known.is_distinct, known.of) == (function, is_distinct, of):
            return known.name
    made = Aggregate(function, is_distinct, of, f"?{_OWN}{len(plan.aggregates)}")
    plan.aggregates.append(made)
    return made.name

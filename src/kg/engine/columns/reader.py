"""Reads a SELECT into a plan; abstains from what it does not know for certain.

SPARQL 1.1: sections 11 (aggregates), 18.2.4 (what comes after what), 19.8 (grammar).
"""

from kg.engine.columns.cursor import Cursor
from kg.engine.columns.expressions import Expressions
from kg.engine.columns.plan import Aggregate, EngineExpression, Pattern, Plan, variables_of
from kg.engine.columns.tables import Abstain
from kg.sparql.lexer import Token

_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_FUNCTIONS = ("COUNT", "SUM", "AVG", "MIN", "MAX")
_ORDER = {"GROUP": 0, "HAVING": 1, "ORDER": 2, "LIMIT": 3, "OFFSET": 3, "VALUES": 4}
_TERMS = ("iri", "prefixed", "number", "string")
_OWN = "kg_"  # how the variables begin that stand for aggregates and expressions
_LONGEST = 20_000  # characters
_MOST_PATTERNS = 30


def read(query: str) -> Plan:
    """The plan of a query; raises Abstain."""
    if len(query) > _LONGEST or _OWN in query:
        raise Abstain("it is too long, or has names of ours")
    at = Cursor.over(query)
    while at.pass_if("PREFIX"):
        at.next()
        at.next()
    plan = Plan(query[: at.coming[0].start] if at.coming else "")
    expressions = Expressions(plan.prologue)
    at.expect("SELECT")
    head = at.until(("WHERE", "FROM", "{"))
    at.pass_if("WHERE")
    _Body(plan, expressions).read(at.inside("{"))
    _Around(plan, expressions).read(head, at)
    if not 0 < len(plan.patterns) <= _MOST_PATTERNS:
        raise Abstain("no patterns, or too many")
    return plan


class _Body:
    """What stands between the braces: joins, filters and expressions."""

    def __init__(self, plan: Plan, expressions: Expressions) -> None:
        self._plan, self._expressions = plan, expressions

    def read(self, at: Cursor, graph: str = "") -> None:
        """One group; a filter anywhere in it is about all of it."""
        plan, first, filters = self._plan, len(self._plan.patterns), list[Cursor]()
        while not at.is_at_end:
            if at.pass_if("FILTER"):
                filters.append(at.constraint())
            elif not graph and at.pass_if("GRAPH"):
                self._graph(at)
            elif not graph and at.pass_if("BIND"):
                _made(plan.made, at.inside("("), plan.bound, self._expressions)
            elif not at.pass_if("."):
                self._triples(at, graph)
        # The name of the graph is not bound within it.
        bound = variables_of(plan.patterns[first:]) - {graph} if graph else plan.bound
        for constraint in filters:
            plan.filters += self._expressions.filters(constraint, bound)

    def _graph(self, at: Cursor) -> None:
        graph, first = self._term(at), len(self._plan.patterns)
        self.read(at.inside("{"), graph)
        own = self._plan.patterns[first:]
        if not own or any(graph in pattern[1:] for pattern in own):
            raise Abstain("an empty graph, or its variable within it")

    def _triples(self, at: Cursor, graph: str) -> None:
        subject = self._term(at)
        while True:
            predicate = _TYPE if at.pass_if("A") else self._term(at)
            while True:
                self._plan.patterns.append(Pattern(graph, subject, predicate, self._term(at)))
                if not at.pass_if(","):
                    break
            if at.peek() != ";":
                return
            while at.pass_if(";"):
                pass
            if at.is_at_end or at.peek() in (".", "FILTER", "BIND", "GRAPH"):
                return

    def _term(self, at: Cursor) -> str:
        """What may stand in a pattern: a variable, an IRI or a literal."""
        if at.kind == "variable":
            return at.variable()
        if at.kind not in _TERMS:
            raise Abstain(f"{at.peek()} for a term")
        found = [at.next()]
        if found[0].kind == "string" and at.kind == "language":
            found.append(at.next())
        elif found[0].kind == "string" and at.peek() == "^^":
            found += [at.next(), at.next()]
        return self._expressions.constant(Cursor(found))


def _made(
    made: dict[str, EngineExpression], at: Cursor, bound: frozenset[str], reading: Expressions
) -> str:
    """`expression AS ?name`, of what is bound already; gives the name."""
    expression = reading.asked(at.until(("AS",)), bound)
    at.expect("AS")
    name = at.variable()
    at.expect("")
    if name in bound:
        raise Abstain("a name bound twice")
    made[name] = expression
    return name


class _Around:
    """Groups, then what is selected, then what is done with the groups or the solutions."""

    def __init__(self, plan: Plan, expressions: Expressions) -> None:
        self._plan, self._expressions = plan, expressions

    def read(self, head: Cursor, at: Cursor) -> None:
        """What stands before and behind the braces."""
        plan, sections = self._plan, _sections(at)
        if "GROUP" in sections:
            self._groups(sections["GROUP"])
        head, having, order = (
            self._named(each)
            for each in (head, *(sections.get(word, Cursor()) for word in ("HAVING", "ORDER")))
        )
        if variables_of(plan.patterns) & plan.made.keys() or not plan.bound >= {*plan.groups}:
            raise Abstain("a name bound twice, or a group by what is not bound")
        bound = plan.bound
        if plan.is_aggregate:
            bound = frozenset((*plan.groups, *plan.aggregates.values()))
        while not having.is_at_end:
            plan.having += self._expressions.filters(having.constraint(), bound)
        self._select(head, bound)
        self._sort(order, bound)
        plan.limit = _number(sections["LIMIT"]) if "LIMIT" in sections else None
        plan.offset = _number(sections["OFFSET"]) if "OFFSET" in sections else 0

    def _groups(self, at: Cursor) -> None:
        plan = self._plan
        plan.is_grouped = True
        at.expect("BY")
        while not at.is_at_end:
            if at.kind == "variable":
                plan.groups.append(at.variable())
            else:
                made = _made(plan.made, at.inside("("), plan.bound, self._expressions)
                plan.groups.append(made)

    def _named(self, at: Cursor) -> Cursor:
        """The same with a variable in place of each aggregate."""
        found = list[Token]()
        while not at.is_at_end:
            if at.peek() in _FUNCTIONS and at.peek(1) == "(":
                start = at.coming[0].start
                found.append(Token("variable", self._aggregate(at), start))
            else:
                found.append(at.next())
        return Cursor(found)

    def _aggregate(self, at: Cursor) -> str:
        """The name of what is computed."""
        plan, function, inside = self._plan, at.next().text.upper(), at.inside("(")
        is_distinct, of = inside.pass_if("DISTINCT"), ""
        if not inside.pass_if("*"):
            expression = self._expressions.asked(inside.until(()), plan.bound)
            of = expression.text
            if expression.variables != (of,):
                of = f"?{_OWN}of_{len(plan.made)}"
                plan.made[of] = expression
        elif is_distinct or function != "COUNT":
            raise Abstain("an aggregate of everything")
        inside.expect("")
        name = f"?{_OWN}{len(plan.aggregates)}"
        return plan.aggregates.setdefault(Aggregate(function, is_distinct, of), name)

    def _select(self, at: Cursor, bound: frozenset[str]) -> None:
        """Names, and expressions of what is bound and what was made before."""
        plan = self._plan
        plan.is_distinct = at.pass_if("DISTINCT")
        if at.pass_if("*") and not plan.is_aggregate:
            plan.select = sorted(plan.bound)
        while not at.is_at_end:
            if at.peek() == "(":
                known = bound.union(plan.made_last)
                name = _made(plan.made_last, at.inside("("), known, self._expressions)
            else:
                name = at.variable()
            plan.select.append(name)
        is_bound = bound.union(plan.made_last) >= {*plan.select}
        if not (plan.select and is_bound) or (plan.bound - bound) & plan.made_last.keys():
            raise Abstain("it selects nothing, or what is not bound or not grouped")

    def _sort(self, at: Cursor, bound: frozenset[str]) -> None:
        plan, known = self._plan, bound.union(self._plan.made_last)
        at.pass_if("BY")
        while not at.is_at_end:
            sign = -1 if at.peek() == "DESC" else 1
            at.pass_if("ASC", "DESC")
            if at.kind == "variable":
                name = at.variable()
            else:
                name = f"?{_OWN}by_{len(plan.order)}"
                plan.made_last[name] = self._expressions.asked(at.constraint(), known)
            if name not in known.union(plan.made_last):
                raise Abstain("an order by what is not bound")
            plan.order.append((name, sign))


def _sections(at: Cursor) -> dict[str, Cursor]:
    sections = dict[str, Cursor]()
    while not at.is_at_end:
        word = at.next().text.upper()
        if word not in _ORDER or word in sections:
            raise Abstain(word)
        sections[word] = at.until(_ORDER)
    if "VALUES" in sections or sorted(sections, key=_ORDER.__getitem__) != list(sections):
        raise Abstain("VALUES behind it, or sections out of order")
    return sections


def _number(at: Cursor) -> int:
    number = at.next().text
    at.expect("")
    return int(number)

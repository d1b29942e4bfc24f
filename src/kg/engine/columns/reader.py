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
_SECTIONS = ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET")
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
    reader = _Reader(plan)
    at.expect("SELECT")
    head = at.until(("WHERE", "FROM", "{"))
    at.pass_if("WHERE")
    reader.group(at.inside("{"))
    reader.around(head, _sections(at))
    if len(plan.patterns) > _MOST_PATTERNS:
        raise Abstain("too many patterns")
    return plan


class _Reader:
    """Fills a plan: first from what stands between the braces, then from what is around."""

    def __init__(self, plan: Plan) -> None:
        self._plan, self._expressions = plan, Expressions(plan.prologue)

    def group(self, at: Cursor, graph: str = "") -> None:
        """A group of patterns; a filter anywhere in it is about all of it."""
        plan, first, filters = self._plan, len(self._plan.patterns), list[Cursor]()
        while not at.is_at_end:
            if at.pass_if("FILTER"):
                filters.append(at.constraint())
            elif not graph and at.pass_if("GRAPH"):
                self._graph(at)
            elif not graph and at.pass_if("BIND"):
                self._made(plan.made, at.inside("("), plan.bound)
            elif not at.pass_if("."):
                self._triples(at, graph)
        # The name of the graph is not bound within it.
        bound = variables_of(plan.patterns[first:]) - {graph} if graph else plan.bound
        for constraint in filters:
            plan.filters += self._expressions.filters(constraint, bound)

    def _graph(self, at: Cursor) -> None:
        graph, first = self._term(at), len(self._plan.patterns)
        self.group(at.inside("{"), graph)
        own = self._plan.patterns[first:]
        if not own or any(graph in pattern[1:] for pattern in own):
            raise Abstain("an empty graph, or its variable within it")

    def _triples(self, at: Cursor, graph: str) -> None:
        at = at.until((".", "FILTER", "BIND", "GRAPH"))
        subject = self._term(at)
        for part in at.split(";"):
            if not part.is_at_end:
                predicate = _TYPE if part.pass_if("A") else self._term(part)
                for each in part.split(","):
                    self._plan.patterns.append(Pattern(graph, subject, predicate, self._term(each)))
                    each.expect("")

    def _term(self, at: Cursor) -> str:
        """What may stand in a pattern: a variable, an IRI or a literal."""
        if at.kind == "variable":
            return at.variable()
        if at.kind not in _TERMS:
            raise Abstain(f"{at.peek() or 'the end'} for a term")
        found = [at.next()]
        if found[0].kind == "string" and (at.kind == "language" or at.peek() == "^^"):
            found += [at.next() for _ in range(1 + (at.peek() == "^^"))]
        return self._expressions.constant(Cursor(found))

    def _made(self, made: dict[str, EngineExpression], at: Cursor, bound: frozenset[str]) -> str:
        """`expression AS ?name`, of what is bound already; gives the name."""
        expression = self._expressions.asked(at.until(("AS",)), bound)
        at.expect("AS")
        name = at.variable()
        at.expect("")
        if name in bound:
            raise Abstain("a name bound twice")
        made[name] = expression
        return name

    def around(self, head: Cursor, sections: dict[str, Cursor]) -> None:
        """Groups, then what is selected, then what is done with the groups or the solutions."""
        plan = self._plan
        self._groups(sections["GROUP"])
        head, having, order = map(self._named, (head, sections["HAVING"], sections["ORDER"]))
        if variables_of(plan.patterns) & plan.made.keys() or not plan.bound.issuperset(plan.groups):
            raise Abstain("a name bound twice, or a group by what is not bound")
        bound = plan.bound
        if plan.is_aggregate:
            bound = frozenset((*plan.groups, *plan.aggregates.values()))
        while not having.is_at_end:
            plan.having += self._expressions.filters(having.constraint(), bound)
        self._select(head, bound)
        self._sort(order, bound.union(plan.made_last))
        if limit := sections["LIMIT"].text:
            plan.limit = int(limit)
        plan.offset = int(sections["OFFSET"].text or 0)

    def _groups(self, at: Cursor) -> None:
        plan = self._plan
        plan.is_grouped = at.pass_if("BY")
        while not at.is_at_end:
            is_name = at.kind == "variable"
            made = at.variable() if is_name else self._made(plan.made, at.inside("("), plan.bound)
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
                plan.select.append(self._made(plan.made_last, at.inside("("), known))
            else:
                plan.select.append(at.variable())
        is_bound = bound.union(plan.made_last).issuperset(plan.select)
        if not (plan.select and is_bound) or (plan.bound - bound) & plan.made_last.keys():
            raise Abstain("it selects nothing, or what is not bound or not grouped")

    def _sort(self, at: Cursor, bound: frozenset[str]) -> None:
        at.pass_if("BY")
        while not at.is_at_end:
            sign = -1 if at.peek() == "DESC" else 1
            at.pass_if("ASC", "DESC")
            if at.kind == "variable":
                name = at.variable()
                if name not in bound:
                    raise Abstain("an order by what is not bound")
            else:
                name = f"?{_OWN}by_{len(self._plan.order)}"
                self._plan.made_last[name] = self._expressions.asked(at.constraint(), bound)
            self._plan.order.append((name, sign))


def _sections(at: Cursor) -> dict[str, Cursor]:
    """What is behind the braces; raises Abstain for VALUES, too."""
    found = dict[str, Cursor]()
    while not at.is_at_end:
        word = at.next().text.upper()
        if word not in _SECTIONS or word in found:
            raise Abstain(f"{word} behind the braces")
        found[word] = at.until(_SECTIONS)
    return {word: found.get(word, Cursor()) for word in _SECTIONS}

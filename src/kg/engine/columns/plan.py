"""What a query asks of the columns, read from its text."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.engine.columns.tables import Table, Truth
from kg.engine.columns.term_table import TermTable

Condition = Callable[[Table, TermTable], Truth]  # raises Abstain


class Pattern(NamedTuple):
    """Each place is a variable (`?x`) or a term as in N-Triples; the default graph is empty."""

    graph: str
    subject: str
    predicate: str
    object: str

    @property
    def is_lookup(self) -> bool:
        """Whether it is of one subject, or of one object with any predicate."""
        is_open = is_variable(self.predicate) and not is_variable(self.object)
        return is_open or not is_variable(self.subject)


class EngineExpression(NamedTuple):
    """An expression that the engine evaluates, once for each combination of its variables."""

    text: str
    variables: tuple[str, ...]


class Filter(NamedTuple):
    """A condition, where the columns know one, and what the engine is asked where they do not."""

    condition: Condition | None
    asked: EngineExpression


class Aggregate(NamedTuple):
    """`FUNCTION([DISTINCT] ?of)`, `?of` empty for `*`."""

    function: str  # COUNT, SUM, AVG, MIN, MAX
    is_distinct: bool
    of: str


@dataclass(slots=True)
class Plan:
    """What is done one after another (SPARQL 1.1, section 18.2.4); what is made has a name."""

    prologue: str
    patterns: list[Pattern] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    made: dict[str, EngineExpression] = field(default_factory=dict)
    is_grouped: bool = False  # has GROUP BY
    groups: list[str] = field(default_factory=list)
    aggregates: dict[Aggregate, str] = field(default_factory=dict)
    having: list[Filter] = field(default_factory=list)
    made_last: dict[str, EngineExpression] = field(default_factory=dict)
    order: list[tuple[str, int]] = field(default_factory=list)  # names; -1 where descending
    select: list[str] = field(default_factory=list)
    is_distinct: bool = False
    offset: int = 0
    limit: int | None = None

    @property
    def is_aggregate(self) -> bool:
        """Whether solutions are grouped, be it all of them to one."""
        return self.is_grouped or bool(self.aggregates)

    @property
    def told(self) -> str:
        """What is done, for who asks."""
        patterns, filters = len(self.patterns), len(self.filters)
        return f"patterns: {patterns}, filters: {filters}, aggregates: {len(self.aggregates)}"

    @property
    def bound(self) -> frozenset[str]:
        """All that the pattern binds."""
        return variables_of(self.patterns) | self.made.keys()


def is_variable(place: str) -> bool:
    """Whether a place of a pattern is one."""
    return place[:1] == "?"


def variables_of(patterns: Collection[Pattern]) -> frozenset[str]:
    """All that some patterns bind."""
    return frozenset(place for pattern in patterns for place in pattern if is_variable(place))

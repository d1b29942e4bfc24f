"""What a query asks of the columns, read from its text."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal


class Abstain(Exception):
    """This is for the engine; the text says why, for who wants to know."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern: each place a variable (`?x`) or a term as in N-Triples.

    `graph` is empty for the default graph.
    """

    graph: str
    subject: str
    predicate: str
    object: str

    @property
    def variables(self) -> frozenset[str]:
        """The variables that it binds."""
        places = (self.graph, self.subject, self.predicate, self.object)
        return frozenset(place for place in places if is_variable(place))


@dataclass(frozen=True, slots=True)
class Constant:
    """A value to compare with: a term's text, and its number or day where it has one."""

    text: str
    kind: Literal["iri", "number", "date"]
    mantissa: int = 0
    digits: int = 0  # behind the decimal point


@dataclass(frozen=True, slots=True)
class Comparison:
    """`?left operator right`, the right side a variable or a constant."""

    left: str
    operator: str
    right: "str | Constant"


@dataclass(frozen=True, slots=True)
class Logic:
    """`and`, `or`, `not` of conditions."""

    word: Literal["and", "or", "not"]
    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class EngineExpression:
    """An expression of one variable that the engine evaluates, for each value of it."""

    expression: str
    variable: str


Condition = Comparison | Logic | EngineExpression


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition, and the variables without which it cannot be told."""

    condition: Condition
    variables: frozenset[str]


@dataclass(frozen=True, slots=True)
class Made:
    """`BIND (expression AS ?name)`, also within GROUP BY."""

    name: str
    asked: EngineExpression


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`FUNCTION([DISTINCT] ?of)`, `?of` empty for `*`, whose value is to be called `name`."""

    function: str  # COUNT, SUM, MIN, MAX
    is_distinct: bool
    of: str
    name: str


@dataclass(slots=True)
class Plan:
    """The pattern, the groups, and the texts around them with the aggregates' new names."""

    prologue: str = ""
    select: str = ""  # SELECT and what it gives
    having: list[str] = field(default_factory=list)
    rest: str = ""  # ORDER BY, LIMIT, OFFSET, VALUES
    patterns: list[Pattern] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    is_grouped: bool = False  # has GROUP BY
    has_mean: bool = False  # a sum by a count, which is not so for nothing
    aggregates: list[Aggregate] = field(default_factory=list)


def is_variable(place: str) -> bool:
    """Whether a place of a pattern is one."""
    return place[:1] == "?"


def variables_of(patterns: Collection[Pattern]) -> frozenset[str]:
    """All that some patterns bind."""
    return frozenset[str]().union(*(pattern.variables for pattern in patterns))

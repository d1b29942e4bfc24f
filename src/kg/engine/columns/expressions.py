"""Reads constants, expressions and conditions (SPARQL 1.1, sections 17.2 to 17.4)."""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from pyoxigraph import Literal, NamedNode, Store

from kg.engine.columns.cursor import Cursor
from kg.engine.columns.filters import (
    COMPARE,
    TextTest,
    compared,
    denied,
    one_of,
    tested,
    texts_compared,
)
from kg.engine.columns.layout import Kind
from kg.engine.columns.maker import value_of
from kg.engine.columns.plan import Condition, EngineExpression, Filter
from kg.engine.columns.tables import Abstain
from kg.engine.columns.term_table import content

_EMPTY, _MOST_CONSTANTS = Store(), 200  # each is asked of the engine
_BASE = "https://w3id.org/jsip/id/"  # any will do: relative IRIs are not for the columns
_SURE_PATTERN = re.compile(r"\^?(?:[\w :/#-]|\[(?:\w(?:-\w)?)+\])*", re.ASCII)
_NOT_OF_VALUES = frozenset(  # what depends on more, changes, or hides a query
    {"EXISTS", "RAND", "NOW", "UUID", "STRUUID", "BNODE", "COUNT", "SUM", "AVG", "MIN", "MAX"}
    | {"SAMPLE", "GROUP_CONCAT", "IRI", "URI", "{", "<<", "<<("}
)


def _pattern(written: str) -> TextTest:
    """A regular expression that means the same to the engine and to Python."""
    if not _SURE_PATTERN.fullmatch(written):
        raise Abstain("a regular expression that may differ")
    found = re.compile(written).search
    return lambda texts: [found(text) is not None for text in texts]


_TEXT_TESTS: dict[str, Callable[[str], TextTest]] = {
    "CONTAINS": lambda wanted: lambda texts: [wanted in text for text in texts],
    "STRSTARTS": lambda wanted: lambda texts: [text.startswith(wanted) for text in texts],
    "STRENDS": lambda wanted: lambda texts: [text.endswith(wanted) for text in texts],
    "REGEX": _pattern,
}


def _comparing(compare: Callable[..., Any], measure: Callable[..., Any], wanted: Any) -> TextTest:
    return lambda texts: [compare(measure(text), wanted) for text in texts]


def evaluated(query: str) -> Any:
    """What the engine makes of a query without a graph; raises as it does."""
    return _EMPTY.query(query, base_iri=_BASE)


class Expressions:
    """Reads the expressions of one query."""

    def __init__(self, prologue: str) -> None:
        self._prologue, self._constants = prologue, 0

    def constant(self, at: Cursor) -> str:
        """An expression without variables, as the term of N-Triples that the engine makes of it."""
        self._constants += 1
        if self._constants > _MOST_CONSTANTS or _names(at):
            raise Abstain("too many constants, or a variable in one")
        term = next(evaluated(f"{self._prologue} SELECT ({at.text} AS ?kg_term) {{}}"))[0]
        if not isinstance(term, NamedNode | Literal):
            raise Abstain("a constant that is no term")
        return str(term)

    def asked(self, at: Cursor, bound: frozenset[str]) -> EngineExpression:
        """An expression of bound variables, as the engine is asked for it."""
        names = _names(at)
        if not names or not bound.issuperset(names):
            raise Abstain("an expression of what its group does not bind, or of nothing")
        return EngineExpression(at.text, tuple(names))

    def filters(self, at: Cursor, bound: frozenset[str]) -> list[Filter]:
        """The parts of `&&`: a row that one of them drops or errs on is dropped by the whole."""
        parts = at.split("&&")
        if len(parts) > 1 and len(at.split("||")) == 1:
            return [each for part in parts for each in self.filters(part.unwrapped(), bound)]
        condition, asked = None, self.asked(at, bound)
        with suppress(Abstain, SyntaxError, RuntimeError, re.error):
            condition = self._condition(at)
        return [Filter(condition, asked)]

    def _condition(self, at: Cursor) -> Condition:
        """What the columns can tell; raises Abstain where they cannot."""
        at = at.unwrapped()
        if len(parts := at.split("||")) > 1:
            return partial(one_of, [self._condition(part) for part in parts])
        if len(parts := at.split("&&")) > 1:  # none of them is false
            none = [partial(denied, self._condition(part)) for part in parts]
            return partial(denied, partial(one_of, none))
        if at.pass_if("!"):
            condition: Condition = partial(denied, self._condition(at.inside("(")))
        elif at.peek() in _TEXT_TESTS:
            function, within = at.next().text.upper(), at.inside("(")
            text = _text_of(within.until((",",)))
            within.expect(",")
            test = _TEXT_TESTS[function](self._string(within))
            condition = partial(tested, test, *text)
        else:
            return self._comparison(at)
        at.expect("")
        return condition

    def _comparison(self, at: Cursor) -> Condition:
        left = at.until((*COMPARE, "IN", "NOT"))
        if at.peek() in ("IN", "NOT"):
            return self._membership(self._operand(left), at)
        operator, right = at.next().text, Cursor(at.coming)
        if left.peek() == right.peek() == "STR":
            (_, ours), (_, theirs) = _text_of(left), _text_of(right)
            return partial(texts_compared, operator, ours, theirs)
        is_length = left.pass_if("STRLEN")
        if is_length or left.peek() in ("STR", "LANG"):
            wanted: Any = self._whole(right) if is_length else self._string(right)
            test = _comparing(COMPARE[operator], len if is_length else str, wanted)
            return partial(tested, test, *_text_of(left.unwrapped()))
        return partial(compared, operator, self._operand(left), self._operand(right))

    def _operand(self, at: Cursor) -> str:
        is_name = at.kind == "variable" and len(at.coming) == 1
        return at.variable() if is_name else self.constant(at)

    def _membership(self, left: str, at: Cursor) -> Condition:
        is_denied = at.pass_if("NOT")
        at.expect("IN")
        parts = [self.constant(part) for part in at.inside("(").split(",")]
        at.expect("")
        among = partial(one_of, [partial(compared, "=", left, part) for part in parts])
        return partial(denied, among) if is_denied else among

    def _string(self, at: Cursor) -> str:
        text = self.constant(Cursor(at.coming))
        if not text.endswith('"'):
            raise Abstain("a constant that is no plain string")
        return content(text)

    def _whole(self, at: Cursor) -> int:
        kind, mantissa, _ = value_of(self.constant(at))
        if kind != Kind.INTEGER:
            raise Abstain("a length beside what is no integer")
        return mantissa


def _names(at: Cursor) -> Sequence[str]:
    """The variables of an expression, each once; raises Abstain where it is of more than values."""
    if _NOT_OF_VALUES & {token.text.upper() for token in at.coming}:
        raise Abstain("an expression of more than values")
    names = ("?" + token.text[1:] for token in at.coming if token.kind == "variable")
    return list(dict.fromkeys(names))


def _text_of(at: Cursor) -> tuple[str, str]:
    """The text that is tested: of a variable, or of STR or LANG of one."""
    function = at.next().text.upper() if at.peek() in ("STR", "LANG") else ""
    within = at.inside("(") if function else at
    variable = within.variable()
    within.expect("")
    at.expect("")
    return function, variable

"""Reads the conditions of filters (SPARQL 1.1, sections 17.2 to 17.4)."""

from contextlib import suppress
from typing import Literal

from kg.engine.columns.cursor import Cursor
from kg.engine.columns.plan import Abstain, Comparison, Condition, Constant, EngineExpression, Logic
from kg.engine.columns.terms import Terms

_WORDS: dict[str, Literal["or", "and"]] = {"||": "or", "&&": "and"}
_TURNED = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_NOT_OF_A_VALUE = frozenset(  # what depends on more, changes, or hides a query
    {"EXISTS", "RAND", "NOW", "UUID", "STRUUID", "BNODE", "COUNT", "SUM", "AVG", "MIN", "MAX"}
    | {"SAMPLE", "GROUP_CONCAT", "IRI", "URI", "{", "<<", "<<("}
)


def conjuncts(expression: Cursor) -> list[Cursor]:
    """The parts of `&&`: a row that one of them drops or errs on is dropped by the whole."""
    expression = expression.unwrapped()
    if len(expression.copy().split("||")) > 1:
        return [expression]
    parts = expression.copy().split("&&")
    return [expression] if len(parts) == 1 else [c for part in parts for c in conjuncts(part)]


def condition_of(expression: Cursor, terms: Terms) -> Condition:
    """What the columns can tell, otherwise what the engine is asked for each value."""
    expression = expression.unwrapped()
    with suppress(Abstain):
        return _condition(expression.copy(), terms)
    return asked(expression)


def asked(expression: Cursor) -> EngineExpression:
    """An expression of one variable."""
    variables = expression.variables
    if len(variables) != 1 or any(t.text.upper() in _NOT_OF_A_VALUE for t in expression.coming):
        raise Abstain("an expression of several variables, or of more than values")
    return EngineExpression(expression.text, next(iter(variables)))


def _condition(at: Cursor, terms: Terms) -> Condition:
    for sign, word in _WORDS.items():
        parts = at.copy().split(sign)
        if len(parts) > 1:
            return Logic(word, tuple(condition_of(part, terms) for part in parts))
    if at.pass_if("!"):
        return Logic("not", (condition_of(_alone(at), terms),))
    return _comparison(at, terms)


def _alone(at: Cursor) -> Cursor:
    """What `!` binds to, which has to be all that is left, in brackets."""
    within = at.inside("(")
    if not at.is_at_end:
        raise Abstain("an operator behind `!`")
    return within


def _comparison(at: Cursor, terms: Terms) -> Condition:
    if at.next_is("variable"):
        left = at.variable()
        if at.sees("IN", "NOT"):
            return _membership(left, at, terms)
        operator = _operator(at)
        right = at.variable() if at.next_is("variable") else terms.constant(at)
        condition = Comparison(left, operator, right)
    else:
        constant, operator = terms.constant(at), _TURNED[_operator(at)]
        condition = Comparison(at.variable(), operator, constant)
    if not at.is_at_end:
        raise Abstain("more than a comparison")
    return condition


def _operator(at: Cursor) -> str:
    operator = at.next().text
    if operator not in _TURNED:
        raise Abstain(operator)
    return operator


def _membership(left: str, at: Cursor, terms: Terms) -> Condition:
    is_denied = at.pass_if("NOT")
    at.expect("IN")
    parts = at.inside("(").split(",")
    if not at.is_at_end:
        raise Abstain("more than a membership")
    one_of = Logic("or", tuple(Comparison(left, "=", _whole(part, terms)) for part in parts))
    return Logic("not", (one_of,)) if is_denied else one_of


def _whole(part: Cursor, terms: Terms) -> Constant:
    constant = terms.constant(part)
    if not part.is_at_end:
        raise Abstain("an expression in a list")
    return constant

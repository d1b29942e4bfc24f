"""Where and why a query cannot be parsed, from what the engine says.

The engine reports how far it looked ahead, not where it got stuck: it compares whole keywords,
so its column is up to fourteen characters too far. Parsing the query once more with its tokens
pulled apart (`spread`) leaves no doubt which token it means.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from unicodedata import east_asian_width

from pyoxigraph import Store

from kg.core.errors import Refusal
from kg.sparql.lexer import Token, declared_prefixes, line_and_column, offset_of, tokens

_GAP = " " * 20
_SPREAD = 50_000  # characters of a query that are parsed again to place an error
_POSITION = re.compile(r"error at (\d+):(\d+): expected ")
_ENOUGH = re.compile(r"\[(?:[^\]']|'[^']*')*\]|\"[^\"]*\"|'[^']*'|<unreported>|one of ")
_LINE_WIDTH = 160
_PAIRS = {"}": "{", ")": "(", "]": "["}
_PUNCTUATION = frozenset("{}()[];,")


@dataclass(frozen=True, slots=True)
class Spread:
    """A query with its tokens pulled apart, and the way back."""

    text: str
    starts: list[int]
    tokens: list[Token]

    def token_at(self, offset: int) -> Token | None:
        """The token that starts at or before an offset; None behind the last one."""
        index = bisect_right(self.starts, offset) - 1
        last = index == len(self.tokens) - 1
        if index < 0 or (last and offset >= self.starts[index] + len(self.tokens[index].text)):
            return self.tokens[0] if index < 0 and self.tokens else None
        return self.tokens[index]


def spread(query: str) -> Spread:
    """The query with a wide gap between tokens that need not touch."""
    found = list(tokens(query))
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    for index, token in enumerate(found):
        gap = _GAP if index == 0 or _may_part(found[index - 1], token) else ""
        starts.append(length + len(gap))
        parts += [gap, token.text]
        length = starts[-1] + len(token.text)
    return Spread("".join(parts) + _GAP, starts, found)


def _may_part(left: Token, right: Token) -> bool:
    touching = left.end == right.start
    return not touching or bool({left.text, right.text} & _PUNCTUATION)


def explained(
    query: str,
    message: str,
    base: str | None = None,
    prefixes: Mapping[str, str] | None = None,
    known: Mapping[str, str] | None = None,
) -> Refusal:
    """The refusal for a query that the engine cannot parse; `message` is what it said.

    `prefixes` are declared without being in the query; `known` are those to offer where they lack.
    Parses the query once more, with its tokens apart: only where that may crash or take long.
    """
    respread, second = None, None
    if len(query) <= _SPREAD:
        respread = spread(query)
        try:
            Store().query(respread.text, base_iri=base, prefixes=dict(prefixes or {}))
        except SyntaxError as error:
            second = str(error)
        except (RuntimeError, ValueError):
            pass
    return explain(query, message, respread, second, known or {})


def explain(
    query: str,
    message: str,
    respread: Spread | None,
    second: str | None,
    known: Mapping[str, str] = MappingProxyType({}),
) -> Refusal:
    """The refusal for a query that the engine cannot parse.

    `message` is what it said about the query, `second` what it said about the spread one.
    """
    offset, token = _place(query, message, respread, second)
    if token is not None:
        reason = _reason(query, token, f"{message} {second or ''}", known)
    else:
        offset, reason = _reason_at_end(query, offset, f"{message} {second or ''}")
    line, column = line_and_column(query, offset)
    shown = _pointed(query, line, column)
    detail = f"Line {line}, column {column}: {reason}\n\n{shown}"
    place: dict[str, object] = {"line": line, "column": column, "excerpt": shown}
    return Refusal(400, "The query cannot be parsed", detail, more=place)


def _place(
    query: str, message: str, respread: Spread | None, second: str | None
) -> tuple[int, Token | None]:
    """Offset and token where the engine is stuck; no token at the end, or if nobody knows."""
    found = _POSITION.match(second or "")
    if respread and found:
        offset = offset_of(respread.text, int(found[1]), int(found[2]))
        token = respread.token_at(offset)
        return (token.start if token else len(query.rstrip())), token
    found = _POSITION.match(message)
    return (offset_of(query, int(found[1]), int(found[2])) if found else 0), None


def _reason(query: str, token: Token, message: str, known: Mapping[str, str]) -> str:
    if _is_undeclared(query, token):
        name = token.text.partition(":")[0]
        declared = f"PREFIX {name}: <{known.get(name, '…')}>"
        return f"the prefix `{name}:` is not declared; add {declared} at the start."
    if token.kind == "iri" and "IRI parsing failed" in message:
        return f"`{token.text[:60]}` is not an absolute IRI; write it in full, or add BASE <…>."
    said = _sentence(message)
    return f"{said}." if said else f"the engine cannot read on at `{token.text[:60]}`."


def _reason_at_end(query: str, offset: int, message: str) -> tuple[int, str]:
    """What is wrong where the engine only knows that it is at the end: a better place, if any."""
    said = _sentence(message)
    if said:
        return offset, f"{said}."
    found = list(tokens(query))
    return (
        _unbalanced(query, found)
        or _assigned_twice(found)
        or (offset, "the query ends too early, or breaks a rule that the engine does not name.")
    )


def _unbalanced(query: str, found: Sequence[Token]) -> tuple[int, str] | None:
    opened: list[Token] = []
    for token in found:
        if token.text in _PAIRS.values():
            opened.append(token)
        elif token.text in _PAIRS and (not opened or opened.pop().text != _PAIRS[token.text]):
            return token.start, f"this `{token.text}` closes nothing."
    if not opened:
        return None
    line, column = line_and_column(query, opened[-1].start)
    reason = f"the `{opened[-1].text}` of line {line}, column {column} is never closed."
    return len(query.rstrip()), reason


def _assigned_twice(found: Sequence[Token]) -> tuple[int, str] | None:
    """A variable behind AS must be new in its group (SPARQL 1.1, section 18.2.1)."""
    used: set[str] = set()
    for word, token in pairwise(found):
        if word.text.upper() == "AS" and token.text in used:
            return token.start, f"perhaps because `{token.text}` behind AS is in use already."
        if used or word.text == "{":
            used.add(token.text)
    return None


def _is_undeclared(query: str, token: Token) -> bool:
    if token.kind != "prefixed":
        return False
    return token.text.partition(":")[0] not in declared_prefixes(list(tokens(query)))


def _sentence(message: str) -> str:
    """The one thing in the engine's list of expectations that is written for people."""
    items = _ENOUGH.sub("", _POSITION.sub(",", message)).split(",")
    said = [item.strip() for item in items if len(item.split()) > 2]
    return said[0] if said else ""


def _pointed(query: str, line: int, column: int) -> str:
    """The offending line with a caret below the column."""
    text = query.split("\n")[line - 1].rstrip("\r")
    cut = max(0, column - _LINE_WIDTH // 2)
    shown = text[cut : cut + _LINE_WIDTH]
    before = shown[: column - 1 - cut]
    blank = "".join(c if c == "\t" else " " * _width(c) for c in before)
    return f"{shown}\n{blank}^"


def _width(character: str) -> int:
    return 2 if east_asian_width(character) in "WF" else 1

"""Declarations between the operations of an update (SPARQL 1.1, section 19.8, rule 29).

    Update ::= Prologue ( Update1 ( ';' Update )? )?

The engine's parser takes a prologue at the start alone. A later one holds from where it stands: so
it is blanked out, and the names behind it that it declares are written in full. Lines stay what
they were, and so do the columns before the first such name of a line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import NamedNode, RdfFormat, parse

from kg.core.errors import Refusal
from kg.sparql.lexer import Token, line_and_column

_PROLOGUE = {"PREFIX": 3, "BASE": 2, "VERSION": 2}  # tokens of each declaration
_OPENING, _CLOSING = frozenset("{(["), frozenset("})]")
_ESCAPE = re.compile(r"\\(.)")
_DOTS = re.compile(r"(?<!\\)\.+$")
_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_SOME_BASE = "urn:x:base"


class Part(NamedTuple):
    """What stands between two semicolons: declarations, then an operation."""

    prologue: Sequence[Token]
    operation: Sequence[Token]


def parts(found: Sequence[Token]) -> Iterator[Part]:
    """The parts of an update; one of both may be empty."""
    depth, prologue, operation, missing = 0, list[Token](), list[Token](), 0
    for token in found:
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if token.text == ";" and depth == 0:
            yield Part(prologue, operation)
            prologue, operation, missing = [], [], 0
        elif missing:
            prologue.append(token)
            missing -= 1
        elif not operation and token.text.upper() in _PROLOGUE:
            prologue.append(token)
            missing = _PROLOGUE[token.text.upper()] - 1
        else:
            operation.append(token)
    yield Part(prologue, operation)


@dataclass
class _Declared:
    """What is declared so far: the base, and of later prologues alone whether it and prefixes."""

    base: str
    is_later: bool = False
    has_base: bool = False
    prefixes: dict[str, str] = field(default_factory=dict)

    def read(self, prologue: Sequence[Token], text: str) -> None:
        """Takes in one more prologue; raises Refusal for an IRI that is none."""
        for index, token in enumerate(prologue):
            word, rest = token.text.upper(), prologue[index + 1 :]
            if word == "BASE" and rest:
                self.base = _resolved(rest[0], self.base, text)
                self.has_base = self.has_base or self.is_later
            elif word == "PREFIX" and len(rest) > 1 and self.is_later:
                prefix = rest[0].text.removesuffix(":")
                self.prefixes[prefix] = _resolved(rest[1], self.base, text)

    def changes(self, operation: Sequence[Token], text: str) -> Iterator[tuple[int, int, str]]:
        """The names of an operation that must be written in full."""
        for token in operation:
            if token.kind == "prefixed":
                prefix, _, local = token.text.partition(":")
                if prefix in self.prefixes:
                    dots = len(found[0]) if (found := _DOTS.search(local)) else 0
                    local = _ESCAPE.sub(r"\1", local[: len(local) - dots])
                    yield token.start, token.end - dots, f"<{self.prefixes[prefix]}{local}>"
            elif token.kind == "iri" and self.has_base and not _SCHEME.match(token.text):
                yield token.start, token.end, f"<{_resolved(token, self.base, text)}>"


def with_one_prologue(text: str, split: Sequence[Part], base: str) -> str:
    """The same update with declarations at its start alone; raises Refusal.

    >>> from kg.sparql.lexer import tokens
    >>> update = "CLEAR ALL; PREFIX b: <http://b/> INSERT DATA { b:y b:q 2 }"
    >>> with_one_prologue(update, list(parts(list(tokens(update)))), "")
    'CLEAR ALL;                       INSERT DATA { <http://b/y> <http://b/q> 2 }'
    """
    if not any(part.prologue for part in split[1:]):
        return text
    declared, changes = _Declared(base), list[tuple[int, int, str]]()
    for part in split:
        declared.read(part.prologue, text)
        if declared.is_later:
            changes += [(t.start, t.end, " " * len(t.text)) for t in part.prologue]
            changes += declared.changes(part.operation, text)
        declared.is_later = True
    pieces, last = list[str](), 0
    for start, end, words in sorted(changes):
        pieces += [text[last:start], words]
        last = end
    return "".join((*pieces, text[last:]))


def _resolved(token: Token, base: str, text: str) -> str:
    """An IRI in full (RFC 3986, section 5.2), as the engine would have it."""
    triple = f"{token.text} <urn:x:p> <urn:x:o> ."
    try:
        (quad,) = parse(triple.encode(), format=RdfFormat.TURTLE, base_iri=base or _SOME_BASE)
        assert isinstance(quad.subject, NamedNode)
    except (SyntaxError, ValueError, AssertionError):
        line, column = line_and_column(text, token.start)
        detail = f"`{token.text[:60]}` at line {line}, column {column} is no IRI."
        raise Refusal(400, "It cannot be parsed", detail) from None
    return quad.subject.value

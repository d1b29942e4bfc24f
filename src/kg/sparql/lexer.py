"""SPARQL cut into tokens (SPARQL 1.1, section 19.8), in time linear in its length.

The terminals are those of the grammar. Where `<` could open an IRI or mean less-than, the place
decides: only inside the brackets of an expression, behind an operand, it is an operator. Keywords
may touch their neighbours, as the engine allows it (`FROMex:g`, `trueSERVICE`): such a run of
letters is one token here, and `keywords` finds what may stand in it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHARS_U = f"_{_BASE}"
_CHARS = f"0-9\u00b7\u0300-\u036f\u203f\u2040{_CHARS_U}"  # of variables; names also have `-`
_ESCAPE = r"\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:[{_CHARS}:-]|%[0-9A-Fa-f]{{2}}|{_ESCAPE})"

_RULES = {
    "space": r"[ \t\r\n]++",
    "comment": r"\#[^\r\n]*+",
    "iri": r'<(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>',
    "string": (
        r'"""(?:[^"\\]|\\[\s\S]|"(?!""))*+"""'
        r"|'''(?:[^'\\]|\\[\s\S]|'(?!''))*+'''"
        r'|"(?!"")(?:[^"\\\r\n]|\\.)*+"'
        r"|'(?!'')(?:[^'\\\r\n]|\\.)*+'"
    ),
    "unended": r"[\"'][\s\S]*+",
    "variable": rf"[?$][{_CHARS}]++",
    "language": r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+",
    "blank": rf"_:[0-9{_CHARS_U}](?:\.*+[{_CHARS}-])*+",
    "prefixed": rf"(?:[{_BASE}](?:\.*+[{_CHARS}-])*+)?:(?:(?:(?!-){_LOCAL})(?:\.*+{_LOCAL})*+)?",
    "word": rf"[{_CHARS_U}][{_CHARS}]*+",  # keywords are of ASCII letters
    "number": (r"(?:[0-9]++\.?+[0-9]*+|\.[0-9]++)[eE][+-]?+[0-9]++|[0-9]*+\.[0-9]++|[0-9]++"),
    "sign": r"&&|\|\||!=|<=|>=|\^\^|<<\(|\)>>|<<|>>|\{\||\|\}|[\s\S]",
}
_NAME = re.compile(rf"[{_BASE}](?:\.*+[{_CHARS}-])*+(?!:)")  # might have been a prefix


def _any_of(rules: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{rule})" for name, rule in rules.items()))


_TOKEN = _any_of(_RULES)
_NO_PREFIX = _any_of({name: rule for name, rule in _RULES.items() if name != "prefixed"})
_SHORT = 4000  # characters, among which looking ahead for a prefix again and again takes no time
_DOUBTFUL = re.compile(r"<(?!https?://|[ \t\r\n])")
_LESS = re.compile("<=?")
_OPERANDS = frozenset({"variable", "iri", "prefixed", "string", "number", "language", "blank"})
_OPENING, _CLOSING = (
    frozenset({"(", "{", "[", "<<", "<<("}),
    frozenset({")", "}", "]", ">>", ")>>"}),
)
_CLAUSES = frozenset({"SELECT", "GROUP", "HAVING", "ORDER"})  # have expressions in brackets
_NO_CALLS = frozenset({"VALUES", "A", "TRUE", "FALSE", "UNDEF"})  # words before other brackets


class Token(NamedTuple):
    """A piece of a query: its kind, its text, and where it starts."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset after it."""
        return self.start + len(self.text)


class _Place:
    """Where in a query the next token stands: in the brackets of an expression, or not."""

    def __init__(self) -> None:
        self._is_expression = [False]  # of each open bracket
        self._is_clause = [True]  # whether SELECT or what follows a group stands directly in it
        self._last = self._before = Token("", "", 0)

    @property
    def is_behind_operand(self) -> bool:
        """Whether `<` can only be an operator here."""
        if not self._is_expression[-1]:
            return False
        last = self._last
        is_value = last.kind == "word" and last.text.upper() in ("TRUE", "FALSE")
        return last.kind in _OPERANDS or is_value or last.text in (")", ")>>", ">>", "}")

    def go_on(self, token: Token) -> None:
        """The next token, which is no space and no comment."""
        text = token.text
        if token.kind == "sign" and text in _OPENING:
            self._is_expression.append(text == "(" and self._opens_expression())
            self._is_clause.append(False)
        elif token.kind == "sign" and text in _CLOSING:
            if len(self._is_expression) > 1:
                self._is_expression.pop()
                self._is_clause.pop()
        elif token.kind == "word" and text.upper() in _CLAUSES:
            self._is_clause[-1] = True
        elif (
            token.kind == "word"
            and text.upper() in ("WHERE", "VALUES")
            and len(self._is_clause) > 1
        ):
            self._is_clause[-1] = False
        self._before, self._last = self._last, token

    def _opens_expression(self) -> bool:
        """Whether the bracket `(` that comes next holds an expression (rules 9, 56, 69 and 119)."""
        last, word = self._last, self._last.text.upper()
        if last.kind == "word":
            return word not in _NO_CALLS
        if self._is_expression[-1] or self._is_clause[-1]:
            return True
        return last.kind in ("iri", "prefixed") and self._before.text.upper() == "FILTER"


def tokens(query: str) -> Iterator[Token]:
    """The tokens of a query without spaces and comments.

    >>> [t.text for t in tokens("ASK { ?s <p#q> '}' } # }")]
    ['ASK', '{', '?s', '<p#q>', "'}'", '}']
    >>> [t.text for t in tokens("ASK { ?s <p> ?o FILTER(?a<5&&?b>1) }")][7:11]
    ['?a', '<', '5', '&&']
    """
    if len(query) < _SHORT and not _DOUBTFUL.search(query):
        for found in _TOKEN.finditer(query):
            if found.lastgroup not in ("space", "comment"):
                yield Token(found.lastgroup or "sign", found[0], found.start())
        return
    yield from _tokens_in_place(query)


def _tokens_in_place(query: str) -> Iterator[Token]:
    """Tokens of any query: where `<` may be an operator, and however long its names are."""
    place, at, tried = _Place(), 0, 0
    while (found := (_TOKEN if at >= tried else _NO_PREFIX).match(query, at)) is not None:
        if at >= tried and found.lastgroup in ("word", "sign") and (name := _NAME.match(query, at)):
            tried = name.end()  # no part of this run of letters and dots is a prefix
        if query[at] == "<" and place.is_behind_operand:
            found = _LESS.match(query, at)
            assert found is not None
        at = found.end()
        kind = found.lastgroup or "sign"
        if kind not in ("space", "comment"):
            token = Token(kind, found[0], found.start())
            place.go_on(token)
            yield token


def declared_prefixes(found: Sequence[Token]) -> frozenset[str]:
    """The names that PREFIX declares; they are spelt exactly so (SPARQL 1.1, section 4.1.1)."""
    return frozenset(
        name.text[:-1]
        for word, name in pairwise(found)
        if name.kind == "prefixed" and name.text.endswith(":") and word.text.upper() == "PREFIX"
    )


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1.

    >>> line_and_column("ASK {\\n }", 7)
    (2, 2)
    """
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def offset_of(text: str, line: int, column: int) -> int:
    """The offset of a line and column, at most the end of the text.

    >>> offset_of("ASK {\\n }", 2, 2)
    7
    """
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return min(start + column - 1, len(text))

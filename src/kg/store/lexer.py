"""SPARQL cut into tokens (SPARQL 1.1, section 19.8), in time linear in its length.

It understands just enough not to be fooled by strings, comments and IRIs; grammar is the
engine's business. Where `<` could be an IRI or less-than, it is taken as an IRI; a name keeps
the dot behind it. No rule gives back what it took, and none is tried twice over the same text.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_RULES = {
    "space": r"[ \t\r\n]++",
    "comment": r"\#[^\r\n]*+",
    "iri": r'<(?:[^<>"{}|^`\\\x00-\x20]|\\[uU])*+>',
    "string": (
        r'"""(?:[^"\\]|\\[\s\S]|"(?!""))*+"""'
        r"|'''(?:[^'\\]|\\[\s\S]|'(?!''))*+'''"
        r'|"(?!"")(?:[^"\\\r\n]|\\.)*+"'
        r"|'(?!'')(?:[^'\\\r\n]|\\.)*+'"
    ),
    "unended": r"[\"'][\s\S]*+",
    "variable": r"[?$]\w++",
    "language": r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+",
    "blank": r"_:\w[\w.-]*+",
    "prefixed": r"(?:[^\W\d_][\w.-]*+)?:(?:[\w:%.-]|\\.)*+",
    "word": r"[^\W\d][\w.-]*+",
    "number": r"(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?",
    "sign": r"&&|\|\||!=|<=|>=|\^\^|<<\(|\)>>|<<|>>|\{\||\|\}|[\s\S]",
}
_TOKEN = re.compile("|".join(f"(?P<{name}>{rule})" for name, rule in _RULES.items()))
_IRI = re.compile(_RULES["iri"])
_BETWEEN = re.compile(
    f"((?:{_RULES['space']}|{_RULES['comment']})++)|{_RULES['iri']}|{_RULES['string']}"
    f"|{_RULES['unended']}"
)


class Token(NamedTuple):
    """A piece of a query: its kind, its text, and where it starts."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset after it."""
        return self.start + len(self.text)


def tokens(query: str) -> Iterator[Token]:
    """The tokens of a query without spaces and comments.

    >>> [t.text for t in tokens("ASK { ?s <p#q> '}' } # }")]
    ['ASK', '{', '?s', '<p#q>', "'}'", '}']
    """
    for found in _TOKEN.finditer(query):
        kind = found.lastgroup or ""
        if kind not in ("space", "comment"):
            yield Token(kind, found[0], found.start())


def normalised(query: str) -> str:
    """The query with one blank for spaces and comments between tokens: the same question.

    >>> normalised("ASK  { ?s <p#q> 'a  b' } # }")
    "ASK { ?s <p#q> 'a  b' }"
    """
    has_strings = '"' in query or "'" in query
    if not has_strings and ("#" not in query or "#" not in _IRI.sub("", query)):
        return " ".join(query.split())  # there is no space in IRIs
    return _BETWEEN.sub(lambda found: " " if found[1] else found[0], query).strip()


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

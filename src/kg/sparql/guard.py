"""What is refused before a query reaches a worker, by looking at its tokens alone.

SERVICE would let a stranger send requests from here (SPARQL 1.1 Federated Query); deep nesting
overruns the stack of the engine's parser. The worker is the second line of defence for both.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.core.errors import Refusal
from kg.sparql.lexer import Token, declared_prefixes, line_and_column, tokens

MAX_DEPTH = 200

_OPENING = frozenset({"{", "(", "[", "<<", "<<(", "{|"})
_CLOSING = frozenset({"}", ")", "]", ">>", ")>>", "|}"})
_PROLOGUE = frozenset({"PREFIX", "BASE", "VERSION"})
_UPDATES = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
)
_CHANGING = frozenset({"RAND", "NOW", "UUID", "STRUUID", "BNODE"})
_REMARKABLE = ("SERVICE", "FROM", "CONSTRUCT", "\0", "\\", *_UPDATES, *_CHANGING)
_SHORT_STRINGS = re.compile(r"""(?:[^"']++|"[^"\r\n]*+"|'[^'\r\n]*+')*+""")  # each on one line
_NO_WORDS = re.compile(r"^[ \t]*+#[^\r\n]*+|[?$:][A-Za-z0-9_]++", re.MULTILINE)
_NEVER = ("SERVICE", "\0", "\\")
_COLLECTING = (  # what has to see everything first, has a dataset of its own, or changes
    *("COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP", "ORDER", "DISTINCT"),
    *("CONSTRUCT", "DESCRIBE", "FROM", "RAND", "NOW", "UUID", "BNODE"),
)
_TOUCHING = "ORDERBY|GROUPBY|CONSTRUCTWHERE"
_COLLECTS = re.compile(rf"(?:{'|'.join(('STRUUID', *_COLLECTING))})(?![A-Z])|FROM|{_TOUCHING}")
# A keyword may stand right behind these.
_TOUCHED = ("ASK", "SELECT", "CONSTRUCT", "FILTER", "HAVING", "BY", "DISTINCT", "REDUCED")
_FIXED = re.compile(  # a subject or an object that is a name; `a` has a class for an object
    r"[{.]\s*+(?:<[^<>\s]*+>|[\w-]*+:[\w-]++)\s++\S"
    r"|(?<!\sa)\s(?:<[^<>\s]*+>|[\w-]*+:[\w.-]*\w)\s*+(?:[;.,}]|(?i:FILTER))"
)
_BLANK_SIGNS = frozenset({"[", "(", "<<", "{|", "~"})  # collections and reifiers are some too
_PLAIN_BELOW = 5000  # characters


@dataclass(frozen=True, slots=True)
class CheckedQuery:
    """A query that may go to a worker."""

    text: str
    names_dataset: bool = False  # has FROM or FROM NAMED
    repeatable: bool = True  # the same snapshot gives the same bytes


def guard(query: str) -> CheckedQuery:
    """The query as the engine may see it; raises Refusal for what is never run.

    >>> guard("ASK { SERVICE SILENT <http://example.org/> { ?s ?p ?o } }").text
    'ASK { {}                                                }'
    """
    if _is_plain(query):
        return CheckedQuery(query)
    found = list(tokens(query))
    _refuse_unended(query, found)
    _refuse_update(found)
    silenced = _silenced(query, found)
    words = list(_keywords(found))
    changes = any(changing in word for word in words for changing in _CHANGING)
    return CheckedQuery(
        _without(query, silenced),
        any("FROM" in word for word in words),
        not (changes or _makes_blank_nodes(found)),
    )


def guarded_tokens(update: str) -> tuple[str, list[Token]]:
    """An update and its tokens, SERVICE SILENT replaced; raises Refusal as `guard` does."""
    found = list(tokens(update))
    _refuse_unended(update, found)
    text = _without(update, _silenced(update, found))
    return text, found if text == update else list(tokens(text))


def _keywords(found: Sequence[Token]) -> Iterator[str]:
    """Runs of letters that are keywords or hold some: the grammar does not want blanks between."""
    declared = declared_prefixes(found)
    for token in found:
        prefix = token.text.partition(":")[0]
        if token.kind == "word" or (token.kind == "prefixed" and prefix not in declared):
            yield prefix.upper()


def _makes_blank_nodes(found: Sequence[Token]) -> bool:
    """Whether the template of a CONSTRUCT has blank nodes, which are new ones in each answer."""
    words = iter(found)
    if not any(t.kind == "word" and t.text.upper().startswith("CONSTRUCT") for t in words):
        return False
    depth = 0
    for token in words:
        depth += (token.text == "{") - (token.text == "}")
        if token.kind == "blank" or token.text in _BLANK_SIGNS:
            return True
        if token.text == "}" and depth == 0:
            return False
    return False


def is_lookup(query: str) -> bool:
    """Whether a query is one of patterns and filters alone, with nothing that `guard` looks for.

    It can answer before it has seen everything, in the same bytes each time: a filter without a
    name to begin with sees everything, too. No text without these words, in whatever place, calls a
    service, names a dataset or nests too deeply.

    >>> is_lookup("ASK { ?s :country 'Border' }"), is_lookup("select (count(*) as ?n) {}")
    (True, False)
    """
    if len(query) > _PLAIN_BELOW or _brackets(query) > MAX_DEPTH:
        return False
    upper = query.upper()
    for word in _NEVER:
        if word in upper:
            return False
    for word in _COLLECTING:
        if word in upper:
            if any(_begins_word(upper, m.start()) for m in _COLLECTS.finditer(upper)):
                return False
            break
    return "FILTER" not in upper or _FIXED.search(query) is not None


def _begins_word(upper: str, at: int) -> bool:
    before = upper[at - 1 : at]
    return not ("A" <= before <= "Z" or before == "_") or upper[:at].endswith(_TOUCHED)


def _brackets(query: str) -> int:
    return query.count("{") + query.count("(") + query.count("[") + query.count("<")


def _is_plain(query: str) -> bool:
    """Most queries have none of the words that matter, not even in a string, and few brackets.

    Variables and names do not count, nor lines of comment: without long strings, whatever starts
    with `#` is one.
    """
    if len(query) > _PLAIN_BELOW or _brackets(query) > MAX_DEPTH:
        return False
    if '"""' in query or "'''" in query:
        return False
    text = _NO_WORDS.sub(" ", query)
    if not _SHORT_STRINGS.fullmatch(text):
        return False
    upper = text.upper()
    return not any(word in upper for word in _REMARKABLE)


def _refuse_unended(query: str, found: Sequence[Token]) -> None:
    if "\0" in query:
        raise Refusal(400, "NUL in the query", "Take out the character U+0000.")
    if found and found[-1].kind == "unended":
        line, column = line_and_column(query, found[-1].start)
        detail = f"The string that starts at line {line}, column {column} is never closed."
        place: dict[str, object] = {"line": line, "column": column}
        raise Refusal(400, "The query cannot be parsed", detail, more=place)


def _refuse_update(found: Sequence[Token]) -> None:
    words = (t.text.upper() for t in found if t.kind == "word")
    verb = next((word for word in words if word not in _PROLOGUE), "")
    if verb == "LOAD":
        raise Refusal(403, "LOAD is refused", "This server never fetches what a request names.")
    if verb in _UPDATES:
        detail = (
            f"{verb} is an operation of SPARQL Update; this address only answers SELECT, ASK, "
            "CONSTRUCT and DESCRIBE. Send updates to /update, where the server allows them."
        )
        raise Refusal(400, "An update was sent as a query", detail)


def _silenced(query: str, found: Sequence[Token]) -> list[tuple[int, int]]:
    """Where the SERVICE SILENT patterns lie; raises for SERVICE and for too deep nesting."""
    spans: list[tuple[int, int]] = []
    services: dict[int, int] = {}  # index of its opening brace: offset of SERVICE SILENT
    opened: list[int | None] = []
    declared = declared_prefixes(found)
    for index, token in enumerate(found):
        if _calls_service(token, declared):
            services[_brace(query, found, index)] = token.start
        elif token.text in _OPENING:
            opened.append(services.get(index))
            _refuse_depth(query, token, len(opened))
        elif token.text in _CLOSING and opened:
            start = opened.pop()
            if start is not None:
                spans.append((start, token.end))
    return spans


def _calls_service(token: Token, declared: frozenset[str]) -> bool:
    """SERVICE, also touching its neighbours (`trueSERVICE`, `SERVICE:endpoint {`).

    A declared prefix is a name; should the engine see the keyword in it all the same, it finds no
    network.
    """
    if token.kind == "word":
        return "SERVICE" in token.text.upper()
    prefix = token.text.partition(":")[0]
    is_name = token.kind != "prefixed" or prefix in declared
    return not is_name and prefix.upper().endswith("SERVICE")


def _brace(query: str, found: Sequence[Token], index: int) -> int:
    """Index of the brace behind SERVICE SILENT and its endpoint; raises for SERVICE alone."""
    following = found[index + 1 : index + 4]
    silent = len(following) == 3 and following[0].text.upper() == "SILENT"
    endpoint = silent and following[1].kind in ("iri", "prefixed", "variable")
    if found[index].text.upper() == "SERVICE" and endpoint and following[2].text == "{":
        return index + 3
    line, column = line_and_column(query, found[index].start)
    detail = (
        f"SERVICE at line {line}, column {column} asks this server to query another one, which "
        "it never does. Ask the other endpoint yourself and join the answers, or write "
        "SERVICE SILENT to go on without it."
    )
    place: dict[str, object] = {"line": line, "column": column}
    raise Refusal(403, "SERVICE is refused", detail, more=place)


def _refuse_depth(query: str, token: Token, depth: int) -> None:
    if depth > MAX_DEPTH:
        line, column = line_and_column(query, token.start)
        detail = (
            f"Brackets are nested more than {MAX_DEPTH} deep at line {line}, column {column}. "
            "Flatten the query."
        )
        place: dict[str, object] = {"line": line, "column": column}
        raise Refusal(400, "The query is nested too deeply", detail, more=place)


def _without(query: str, spans: Sequence[tuple[int, int]]) -> str:
    """The query with `{}` for each span: what a failed SERVICE SILENT means (section 3.1).

    Blanks and line ends are kept, so that positions in error messages stay true.
    """
    parts, last = [], 0
    for start, end in sorted(spans):
        if start >= last:
            blank = "".join(c if c in "\r\n" else " " for c in query[start + 2 : end])
            parts += [query[last:start], "{}", blank]
            last = end
    return "".join((*parts, query[last:]))

"""Virtuoso 7 as an engine behind a server of ours: all its deviations from SPARQL 1.1, in one room.

Seen with 7.2.5 (Debian), each by a test in tests/test_backends.py:

- CSV and TSV results are of its own kind, JSON is slow: rows are asked for as XML, graphs as
  N-Triples, and written anew in the format that the client wants.
- A server-side row limit cuts answers short and calls that a success: it is a failure here.
- The union of its graphs holds three of its own; a query of one pattern leaves them out
  (its planner gives up on more, where graphs are to be left out).
- `VALUES ?x { <iri> }` at an end of a path with `*` or `+` is passed over, or ends in "transitive
  start not given": refused, for a wrong answer looks like a right one.
- Text may call SQL (`bif:`, `sql:`, pragmas, backquotes): refused, for it reaches outside.
- Doubles come back in a form of their own (1e1 as 10): equal values, other text.
- What it cannot compile or evaluate it answers with 500: here that is a fault of the query.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, cast

from pyoxigraph import (
    Literal,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
    serialize,
)

from kg.engine.pool import EngineRequest, Failure
from kg.sparql.formats import GRAPH_FORMATS, RESULT_FORMATS
from kg.sparql.lexer import Token, tokens

_OWN_GRAPHS = (
    "http://www.openlinksw.com/schemas/virtrdf#",
    "http://www.w3.org/ns/ldp#",
    "http://localuriqaserver/sparql",
)
_LEAVE_OUT = "".join(
    f"define input:{kind}-graph-exclude <{graph}> "
    for graph in _OWN_GRAPHS
    for kind in ("default", "named")
)
IN_MEMORY = 4_000_000  # bytes of an answer; a larger one waits in a temporary file
_YES_OR_NO = "__ASK_RETVAL"
_PATH = frozenset({"a", "^", "/", "|", "(", ")", "*", "+", "?", "!"})
_CALLS = ("bif:", "sql:")
_TERMS = frozenset({"variable", "iri", "prefixed", "string", "number", "blank"})


def is_virtuoso(server: str) -> bool:
    """Whether a Server header is Virtuoso's.

    >>> is_virtuoso("Virtuoso/07.20.3229 (Linux) x86_64-pc-linux-gnu")
    True
    """
    return server.startswith("Virtuoso/")


def is_of_the_query(text: str) -> bool:
    """Whether an error is about the query, whatever its HTTP status says.

    >>> is_of_the_query("Virtuoso 22003 Error SR087: Non numeric argument(s)")
    True
    """
    return text.startswith(("Virtuoso 22", "Virtuoso 37", "Virtuoso 42"))


def asked(question: EngineRequest) -> EngineRequest:
    """The question as Virtuoso has to hear it; raises Failure for what it must or cannot answer."""
    found = list(tokens(question.query))
    _refuse_calls(found)
    _refuse_values_beside_path(found)
    text = question.query
    if not (question.default_graphs or question.named_graphs) and _is_one_pattern(found):
        text = _LEAVE_OUT + text
    results, graph = question.results and "xml", question.graph and "ntriples"
    return replace(question, query=text, results=results, graph=graph)


def refuse_part(headers: Mapping[str, str]) -> None:
    """Raises Failure where an answer that looks fine is only the first part of it."""
    if "x-sparql-maxrows" in headers:
        raise Failure("size", f"{headers['x-sparql-maxrows']} rows, the engine's own limit: more")
    if "x-sql-state" in headers:
        raise Failure("upstream", headers.get("x-sql-message", "its answer is not whole"))


def written_anew(body: BinaryIO, kind: str, form: str) -> BinaryIO:
    """An answer as `asked` wants it, in the format of that name; raises Failure."""
    out = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 the caller closes it
    target = cast("IO[bytes]", out)
    try:
        if kind == "graph":
            triples = parse(cast("IO[bytes]", body), format=RdfFormat.N_TRIPLES)
            serialize(triples, target, GRAPH_FORMATS[form])
        else:
            rows = parse_query_results(cast("IO[bytes]", body), format=QueryResultsFormat.XML)
            _as_boolean(rows).serialize(target, format=RESULT_FORMATS[form])
    except SyntaxError as error:
        out.close()
        raise Failure("upstream", f"its answer cannot be read: {error}") from error
    out.seek(0)
    return cast("BinaryIO", out)


def _as_boolean(answer: QuerySolutions | QueryBoolean) -> QuerySolutions | QueryBoolean:
    """The answer; that of an ASK may come as a row with one number."""
    if isinstance(answer, QueryBoolean) or [v.value for v in answer.variables] != [_YES_OR_NO]:
        return answer
    said = any(row[0] == Literal(1) for row in answer)
    parsed = parse_query_results(
        json.dumps({"head": {}, "boolean": said}), format=QueryResultsFormat.JSON
    )
    assert isinstance(parsed, QueryBoolean)
    return parsed


def _refuse_calls(found: Sequence[Token]) -> None:
    for token in found:
        text = token.text.lower()
        if token.kind == "word" and text == "define":
            raise Failure("outside", "define")
        if token.kind == "sign" and text == "`":
            raise Failure("outside", "a backquote")
        if token.kind == "prefixed" and text.startswith(_CALLS):
            raise Failure("outside", token.text)
        if token.kind == "iri" and _may_call(text[1:-1]):
            raise Failure("outside", token.text)


def _may_call(iri: str) -> bool:
    """An IRI that is a function of SQL, or the beginning of one that a prefix could complete."""
    return "\\" in iri or any(iri.startswith(call) or call.startswith(iri) for call in _CALLS)


def _is_one_pattern(found: Sequence[Token]) -> bool:
    """Whether one triple pattern, in whatever graph, is all that is asked."""
    terms, depth, named = 0, 0, False
    for i, token in enumerate(found):
        depth += {"(": 1, "{": 1000, ")": -1, "}": -1000}.get(token.text, 0)
        word = token.text.upper() if token.kind == "word" else ""
        if word == "FROM" or (word == "GRAPH" and found[i + 1 : i + 2][0].kind != "variable"):
            return False
        named = named or word == "GRAPH"
        terms += depth >= 1000 and depth % 1000 == 0 and (token.kind in _TERMS or token.text == "a")
    return terms == 3 + named


def _refuse_values_beside_path(found: Sequence[Token]) -> None:
    given = _values_variables(found)
    if given and any(end in given or end == "" for end in _ends_of_repeating_paths(found)):
        detail = (
            "Virtuoso passes over VALUES at an end of a path with * or +, and would answer another "
            "question: write the IRI itself in the place of its variable"
        )
        raise Failure("query", detail)


def _values_variables(found: Sequence[Token]) -> frozenset[str]:
    """The names that VALUES gives values to."""
    names: set[str] = set()
    for place, token in enumerate(found):
        if token.kind == "word" and token.text.upper() == "VALUES":
            head = takewhile(lambda t: t.text != "{", found[place + 1 :])
            names |= {t.text[1:] for t in head if t.kind == "variable"}
    return frozenset(names)


def _ends_of_repeating_paths(found: Sequence[Token]) -> Iterator[str]:
    """The variables at both ends of each; empty where an end is not beside the path."""
    for place, token in enumerate(found):
        if place and _repeats(found[place - 1], token):
            before = next((t for t in reversed(found[:place]) if not _is_of_path(t)), None)
            behind = next((t for t in found[place + 1 :] if not _is_of_path(t)), None)
            for end in (before, behind):
                if end is None or end.kind not in ("iri", "prefixed", "string", "number"):
                    yield end.text[1:] if end and end.kind == "variable" else ""


def _repeats(before: Token, token: Token) -> bool:
    """`p*` or `(p|q)+`: behind a bracket, a product or a sum stands apart."""
    is_name = before.kind in ("iri", "prefixed") or before.text == "a"
    is_glued = before.text == ")" and before.end == token.start
    return token.text in ("*", "+") and (is_name or is_glued)


def _is_of_path(token: Token) -> bool:
    return token.kind in ("iri", "prefixed") or token.text in _PATH

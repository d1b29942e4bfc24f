"""Virtuoso 7 as an engine behind a server of ours: all its deviations from SPARQL 1.1, in one room.

Seen with 7.2.5 (Debian), each by a test in tests/test_backends.py:

- CSV and TSV results are of its own kind, JSON is slow: rows are asked for as XML, graphs as
  N-Triples, and written anew in the format that the client wants.
- A server-side row limit cuts answers short and calls that a success: it is a failure here.
- The union of its graphs holds three of its own; a query of one pattern leaves them out
  (its planner gives up on more, where graphs are to be left out).
- `VALUES ?x { <iri> }` before a path with `*` is passed over, or ends in "transitive start not
  given": a variable that can be nothing else gives way to its IRI.
- Text may call SQL (`bif:`, `sql:`, pragmas, backquotes): refused, for it reaches outside.
- Doubles come back in a form of their own (1e1 as 10): equal values, other text.
- What it cannot compile or evaluate it answers with 500: here that is a fault of the query.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
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

from kg.store.lexer import Token, tokens
from kg.store.serialise import GRAPH_FORMATS, RESULT_FORMATS
from kg.store.workers import Failure, Question

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


def asked(question: Question) -> Question:
    """The question as Virtuoso has to hear it; raises Failure for what would run SQL."""
    found = list(tokens(question.query))
    _refuse_calls(found)
    text = with_constants(question.query, found)
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
            _told(rows).serialize(target, format=RESULT_FORMATS[form])
    except SyntaxError as error:
        out.close()
        raise Failure("upstream", f"its answer cannot be read: {error}") from error
    out.seek(0)
    return cast("BinaryIO", out)


def _told(answer: QuerySolutions | QueryBoolean) -> QuerySolutions | QueryBoolean:
    """The answer; that of an ASK may come as a row with one number."""
    if isinstance(answer, QueryBoolean) or [v.value for v in answer.variables] != [_YES_OR_NO]:
        return answer
    said = any(row[0] == Literal(1) for row in answer)
    told = parse_query_results(
        json.dumps({"head": {}, "boolean": said}), format=QueryResultsFormat.JSON
    )
    assert isinstance(told, QueryBoolean)
    return told


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


def with_constants(query: str, found: Sequence[Token]) -> str:
    """The query with the IRI in the place of each variable that VALUES leaves no other.

    Only where a path may repeat, and where the variable is neither shown nor reckoned with.

    >>> q = "SELECT ?b { VALUES ?a { <x:> } ?a ^<x:p>* ?b }"
    >>> with_constants(q, list(tokens(q))).split()
    ['SELECT', '?b', '{', '<x:>', '^<x:p>*', '?b', '}']
    """
    if _shows_all(found) or not _has_repeating_path(found):
        return query
    blocks = list(_single_values(found))
    parts, last = [], 0
    chosen = {
        name: terms.pop()
        for name in {block[0] for block in blocks}
        if len(terms := {term for n, term, *_ in blocks if n == name}) == 1
        and _is_settled(found, name, blocks)
    }
    inside = {i for name, _, first, end in blocks if name in chosen for i in range(first, end)}
    for i, token in enumerate(found):
        name = token.text[1:]
        if i in inside or (token.kind == "variable" and name in chosen):
            parts += [query[last : token.start], "" if i in inside else chosen[name]]
            last = token.end
    return "".join((*parts, query[last:]))


def _has_repeating_path(found: Sequence[Token]) -> bool:
    """`p*` or `(p|q)+`: unlike a product or a sum, glued to what it repeats."""
    return any(
        token.text in ("*", "+")
        and before.end == token.start
        and (before.kind in ("iri", "prefixed") or before.text == ")")
        for before, token in pairwise(found)
    )


def _shows_all(found: Sequence[Token]) -> bool:
    """`SELECT *` or `DESCRIBE *`, also with DISTINCT or REDUCED."""
    heads = ("SELECT", "DISTINCT", "REDUCED", "DESCRIBE")
    return any(a.text.upper() in heads and b.text == "*" for a, b in pairwise(found))


_Block = tuple[str, str, int, int]  # variable, its one term, first token and the one behind


def _single_values(found: Sequence[Token]) -> Iterable[_Block]:
    """Each `VALUES ?x { term }` with an IRI."""
    for i, token in enumerate(found[:-4]):
        name, opening, term, closing = found[i + 1 : i + 5]
        shape = (name.kind, opening.text, closing.text) == ("variable", "{", "}")
        if token.text.upper() == "VALUES" and shape and term.kind in ("iri", "prefixed"):
            yield name.text[1:], term.text, i, i + 5


def _is_settled(found: Sequence[Token], name: str, blocks: Sequence[_Block]) -> bool:
    """Whether the variable is that one term wherever it stands.

    Each use has to lie in a group with such a VALUES, or deeper but not across a sub-select; a
    use before any brace or behind SELECT would show it. MINUS is looked at no closer: it shares
    another variable with what it takes from, in all queries of ours.
    """
    homes, groups = {first: None for n, _, first, _ in blocks if n == name}, list[int]()
    uses: list[tuple[int, ...]] = []
    known: set[int] = set()
    heading = True  # between SELECT and its group
    for i, token in enumerate(found):
        if token.text == "{":
            below = i + 1 < len(found) and found[i + 1].text.upper() == "SELECT"
            groups.append(-i if below else i)
            heading = below
        elif token.text == "}":
            heading = False
            groups and groups.pop()
        elif token.kind == "word" and token.text.upper() in ("GROUP", "ORDER", "HAVING"):
            heading = True
        elif i in homes:
            known.add(abs(groups[-1]) if groups else -1)
        elif token.kind == "variable" and token.text[1:] == name:
            in_values = any(first < i < end for *_, first, end in blocks)
            if heading and not in_values:
                return False
            uses.append(tuple(_reach(groups)))
    return all(known & set(reach) for reach in uses)


def _reach(groups: Sequence[int]) -> Iterable[int]:
    """The groups around, out to the sub-select."""
    for group in reversed(groups):
        yield abs(group)
        if group < 0:
            return

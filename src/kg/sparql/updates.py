"""What of an update may reach the engine, by its tokens alone (SPARQL 1.1 Update).

LOAD and SERVICE would fetch what a stranger names; their SILENT forms do nothing (section 3.1.4).
The dataset of the protocol becomes USING clauses (SPARQL 1.1 Protocol, section 2.2.3). The engine
reads declarations only at the start: later ones are carried out here (`prologue`). A graph that is
not there may be cleared and dropped: what is asked for is so (sections 3.1.3, 3.2.2).
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

from pyoxigraph import Store

from kg.core.errors import Refusal
from kg.sparql.guard import MAX_DEPTH, guarded_tokens
from kg.sparql.lexer import Token, tokens
from kg.sparql.prologue import Part, parts, with_one_prologue

_QUERIES = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_CHANGING = ("INSERT", "DELETE", "WITH")
_TOUCHING = re.compile(r"(?:WITH|USING|WHERE)\w*:|\w+(?:WHERE|USING)$")
_FAILING = "CREATE GRAPH <urn:x:twice>;CREATE GRAPH <urn:x:twice>;"  # nothing behind it is done


def guarded_update(
    update: str, using: Sequence[str] = (), named: Sequence[str] = (), base: str = ""
) -> str:
    """The update as the engine may see it; raises Refusal for what is never run.

    Raises SyntaxError where it would be refused but cannot even be parsed. `base` is what relative
    IRIs are resolved against.

    >>> guarded_update("LOAD SILENT <http://example.org/> ; CLEAR ALL")
    'INSERT DATA {}                    ; CLEAR ALL'
    """
    text, found = guarded_tokens(update)
    split = list(parts(found))
    rewritten = with_one_prologue(text, split, base)
    if rewritten != text:
        text, split = rewritten, list(parts(list(tokens(rewritten))))
    clauses = "".join(f" USING <{_iri(g)}>" for g in using)
    clauses += "".join(f" USING NAMED <{_iri(g)}>" for g in named)
    changes = [
        change
        for part in split
        if part.operation
        for change in _changes(part.operation, clauses, text, split)
    ]
    for start, end, words in sorted(changes, reverse=True):
        text = text[:start] + words + text[end:]
    return text


def _changes(
    operation: Sequence[Token], clauses: str, text: str, split: Sequence[Part]
) -> Iterator[tuple[int, int, str]]:
    verb = operation[0].text.upper()
    following = operation[1].text.upper() if len(operation) > 1 else ""
    if verb == "LOAD":
        if following != "SILENT":
            _refuse_load(text, split)
        yield _nothing(operation)
    elif verb in _QUERIES:
        detail = f"{verb} is a query; send it to /sparql. This address changes the store."
        raise Refusal(400, "A query was sent as an update", detail)
    elif verb in ("CLEAR", "DROP") and following == "GRAPH":
        yield operation[0].end, operation[0].end, " SILENT"
    elif clauses and verb.startswith(_CHANGING):
        yield from _with_dataset(operation, clauses)


def _refuse_load(text: str, split: Sequence[Part]) -> None:
    """Raises Refusal, or SyntaxError: what is no update is told first. Nothing is done for it."""
    if sum(map(text.count, "{([<")) <= MAX_DEPTH:
        start = next(part.operation[0].start for part in split if part.operation)
        with suppress(RuntimeError, ValueError):
            Store().update(text[:start] + _FAILING + text[start:], base_iri="urn:x:base")
    raise Refusal(403, "LOAD is refused", "This server never fetches what a request names.")


def _nothing(operation: Sequence[Token]) -> tuple[int, int, str]:
    start, end = operation[0].start, operation[-1].end
    return start, end, "INSERT DATA {}".ljust(end - start)


def _with_dataset(operation: Sequence[Token], clauses: str) -> Iterator[tuple[int, int, str]]:
    words = [token.text.upper() for token in operation]
    if words[0] not in _CHANGING or any(_is_touching(token) for token in operation):
        detail = "Write blanks around DELETE, INSERT, WITH, WHERE and USING beside using-graph-uri."
        raise Refusal(400, "Keywords that touch their neighbours", detail)
    if words[0] == "WITH" or "USING" in words:
        detail = "WITH and USING cannot be combined with using-graph-uri; keep one of them."
        raise Refusal(400, "Two datasets", detail)
    if words[1:2] == ["DATA"] or "WHERE" not in words:
        return
    where = operation[words.index("WHERE")]
    if words[1] == "WHERE":  # DELETE WHERE has no place for USING: its pattern is its template
        pattern = " ".join(token.text for token in operation[2:])
        yield where.start, where.start, f"{pattern}{clauses} "
    else:
        yield where.start, where.start, f"{clauses} "


def _is_touching(token: Token) -> bool:
    """Whether a keyword that matters here is part of a longer run, as the engine allows."""
    return token.kind in ("word", "prefixed") and bool(_TOUCHING.match(token.text.upper()))


def _iri(iri: str) -> str:
    if not iri or any(c in '<>"{}|^`\\' or c <= " " for c in iri) or ":" not in iri:
        raise Refusal(400, "Unusable graph name", f"`{iri[:60]}` is not an absolute IRI.")
    return iri

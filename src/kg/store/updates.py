"""What of an update may reach the engine, by its tokens alone (SPARQL 1.1 Update).

LOAD and SERVICE would fetch what a stranger names; their SILENT forms do nothing (section 3.1.4).
The dataset of the protocol becomes USING clauses (SPARQL 1.1 Protocol, section 2.2.3).
"""

from collections.abc import Iterator, Sequence

from kg.core.errors import Refusal
from kg.store.guard import guarded_tokens
from kg.store.lexer import Token

_PROLOGUE = {"PREFIX": 3, "BASE": 2, "VERSION": 2}  # tokens of each declaration
_QUERIES = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_OPENING, _CLOSING = frozenset("{(["), frozenset("})]")


def guarded_update(update: str, using: Sequence[str] = (), named: Sequence[str] = ()) -> str:
    """The update as the engine may see it; raises Refusal for what is never run.

    >>> guarded_update("LOAD SILENT <http://example.org/> ; CLEAR ALL")
    'INSERT DATA {}                    ; CLEAR ALL'
    """
    text, found = guarded_tokens(update)
    changes: list[tuple[int, int, str]] = []
    clauses = "".join(f" USING <{_iri(g)}>" for g in using)
    clauses += "".join(f" USING NAMED <{_iri(g)}>" for g in named)
    for operation in _operations(found):
        verb = operation[0].text.upper()
        if verb == "LOAD":
            changes.append(_without_load(operation))
        elif verb in _QUERIES:
            detail = f"{verb} is a query; send it to /sparql. This address changes the store."
            raise Refusal(400, "A query was sent as an update", detail)
        elif clauses and verb in ("INSERT", "DELETE", "WITH"):
            changes += _with_dataset(operation, clauses)
    for start, end, words in sorted(changes, reverse=True):
        text = text[:start] + words + text[end:]
    return text


def _operations(found: Sequence[Token]) -> Iterator[list[Token]]:
    """The operations between semicolons, each without its prologue."""
    depth, operation, skip = 0, list[Token](), 0
    for token in found:
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if token.text == ";" and depth == 0:
            if operation:
                yield operation
            operation = []
        elif skip:
            skip -= 1
        elif not operation and token.text.upper() in _PROLOGUE:
            skip = _PROLOGUE[token.text.upper()] - 1
        else:
            operation.append(token)
    if operation:
        yield operation


def _without_load(operation: Sequence[Token]) -> tuple[int, int, str]:
    if len(operation) < 2 or operation[1].text.upper() != "SILENT":
        raise Refusal(403, "LOAD is refused", "This server never fetches what a request names.")
    start, end = operation[0].start, operation[-1].end
    return start, end, "INSERT DATA {}".ljust(end - start)


def _with_dataset(operation: Sequence[Token], clauses: str) -> Iterator[tuple[int, int, str]]:
    words = [token.text.upper() for token in operation]
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


def _iri(iri: str) -> str:
    if not iri or any(c in '<>"{}|^`\\' or c <= " " for c in iri) or ":" not in iri:
        raise Refusal(400, "Unusable graph name", f"`{iri[:60]}` is not an absolute IRI.")
    return iri

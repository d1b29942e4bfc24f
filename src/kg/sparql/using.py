"""USING of several graphs in an update: their merge, a set (SPARQL 1.1 Update, section 3.1.3).

As in queries (see `engine.merged_store`), the engine reads them one after another, and a triple
that two of them hold counts twice. So they are merged into a graph of their own, which is dropped
behind the operation; all of that is one update, done whole or not at all.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from uuid import uuid4

from pyoxigraph import Store

from kg.sparql.lexer import Token, tokens
from kg.sparql.prologue import parts

_MERGE = (
    "INSERT {{ GRAPH {0} {{ ?s ?p ?o }} }} "
    "WHERE {{ VALUES ?g {{ {1} }} GRAPH ?g {{ ?s ?p ?o }} }} ; "
)


def with_merged_graphs(update: str, base: str) -> str:
    """The update with one graph in the place of several behind USING; raises SyntaxError.

    Relative IRIs are resolved against `base`.
    """
    if update.upper().count("USING") < 2:
        return update
    changes = [
        change
        for part in parts(list(tokens(update)))
        if part.operation
        for change in _merged(part.operation)
    ]
    if changes:
        with suppress(RuntimeError, ValueError):  # to be told with the places of its own text
            Store().update(update, base_iri=base or None)
    for start, end, words in sorted(changes, reverse=True):
        update = update[:start] + words + update[end:]
    return update


def _merged(operation: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    clauses = [
        (word.start, name.end, name.text)
        for word, name in pairwise(operation)
        if word.kind == "word" and word.text.upper() == "USING" and name.text.upper() != "NAMED"
    ]
    if len(clauses) < 2:
        return
    graph = f"<urn:uuid:{uuid4()}>"
    yield (
        operation[0].start,
        operation[0].start,
        _MERGE.format(graph, " ".join(c[2] for c in clauses)),
    )
    for number, (start, end, _) in enumerate(clauses):
        yield start, end, "" if number else f"USING {graph}"
    yield operation[-1].end, operation[-1].end, f" ; DROP SILENT GRAPH {graph}"

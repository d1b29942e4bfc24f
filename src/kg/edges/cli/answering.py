"""Anybody's query for the command line: in a process of its own, within limits, or why not."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)  # fmt: skip

from kg.core.errors import Refusal
from kg.edges.cli.opening import is_address, snapshot_of
from kg.outlets.protocol.failures import refusal_for
from kg.outlets.protocol.syntax import explain
from kg.store import columns
from kg.store.guard import guard
from kg.store.port import Answer, said_version
from kg.store.remote import Remote
from kg.store.workers import Failure, Limits, Pool, Question


class Elsewhere:
    """What the engine at an address holds, as a GraphStore; each query is a visit of its own."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.version = said_version(self)

    def query(self, sparql: str) -> Answer:
        """The rows of a SELECT or ASK; raises Refusal."""
        answer = answered(Remote(self._url), sparql)
        assert isinstance(answer, QuerySolutions | QueryBoolean)
        return answer


def answered(engine: Remote | Pool, sparql: str) -> Answer | Iterable[Triple]:
    """The answer over the union of all graphs, or over what FROM names.

    Raises Refusal as the server does: for what is never run, and where the time, the memory or the
    stack of the engine has not sufficed.
    """
    guarded = guard(sparql)
    question = Question(guarded.text, not guarded.names_dataset, results="json", graph="ntriples")
    try:
        kind, body = asyncio.run(_asked(engine, question))
    except Failure as failure:
        raise _refusal(failure, sparql) from None
    if kind == "results":
        return parse_query_results(body, format=QueryResultsFormat.JSON)
    return (quad.triple for quad in parse(body, format=RdfFormat.N_TRIPLES))


def engine_at(place: str | None, seconds: float) -> Pool | Remote:
    """One process over a snapshot, or another engine; a query may take so many seconds."""
    limits = Limits(timeout_s=seconds, workers=1)
    if place is not None and is_address(place):
        return Remote(place, limits)
    return Pool(snapshot_of(place).folder, limits)


async def _asked(engine: Remote | Pool, question: Question) -> tuple[str, bytes]:
    await engine.start()
    try:
        async with engine.ask(question) as answer:
            return answer.kind, b"".join([piece async for piece in answer.pieces()])
    finally:
        await engine.close(0)


def _refusal(failure: Failure, sparql: str) -> Refusal:
    """As over HTTP: a syntax error with line, column and caret."""
    if failure.kind == "syntax":
        return explain(sparql, failure.detail, None, None)
    kind = "deep" if failure.detail in ("SIGSEGV", "SIGABRT") else failure.kind
    return refusal_for(kind, failure.detail)


def explained(quads: Path, sparql: str) -> str:
    """How a query of a snapshot is answered: what the columns leave to the engine, or why all."""
    guarded = guard(sparql)
    region = columns.reserve(columns.room_for(quads.stat().st_size))
    columns.make(quads, region)
    found = columns.read(region)
    if found is None:
        return "# By the engine alone: the columns cannot hold this snapshot."
    try:
        left = columns.Rewriter(found).explained(guarded.text, not guarded.names_dataset)
    except columns.Abstain as why:
        return f"# By the engine alone: {why}."
    return f"# The pattern by columns; what is left for the engine:\n{left.strip()}"

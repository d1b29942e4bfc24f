"""Anybody's query for the command line: in a process of its own, within limits, or why not."""

import asyncio
from collections import deque

from pyoxigraph import QuerySolutions

from kg.core.errors import KgError, Refusal
from kg.engine.engine_store import read_answer
from kg.engine.graph_store import Answer, said_version
from kg.engine.pool import EngineRequest, Failure, Pool
from kg.engine.remote import Remote
from kg.server.protocol.problems import refusal_for


class RemoteStore:
    """What the engine at an address holds, as a GraphStore for commands.

    Each query opens and closes its own connection: a command has no event loop that lives on."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.version = said_version(self)

    @property
    def has_default(self) -> bool:
        """Its default graph is the union of its graphs."""
        return False

    def query(self, sparql: str, union: bool = True) -> Answer:
        """The answer over its default graph; raises KgError."""
        return answered(Remote(self._url), sparql)


def answered(engine: Remote | Pool, sparql: str, union: bool = True) -> Answer:
    """The answer over the union of all graphs or the plain dataset, or over what FROM names.

    Raises Refusal as the server does: for what is never run, and where the time, the memory or the
    stack of the engine has not sufficed; KgError where the engine cannot be asked.
    """
    question = EngineRequest(sparql, union, results="json", graph="ntriples")
    try:
        kind, body = asyncio.run(_asked(engine, question))
    except Failure as failure:
        if failure.kind in ("upstream", "start"):
            where = engine.url if isinstance(engine, Remote) else "The store"
            raise KgError(f"{where}: {failure.detail.rstrip('.')}.") from None
        raise _refusal(failure) from None
    try:
        return _read(kind, body)
    except (SyntaxError, ValueError) as error:  # of another engine
        raise KgError(f"The answer is not what its type says: {error}.") from None


def _read(kind: str, body: bytes) -> Answer:
    """The answer, read to its end once; raises SyntaxError or ValueError."""
    found = read_answer(kind, body)
    if isinstance(found, QuerySolutions):
        deque(found, maxlen=0)
        return read_answer(kind, body)
    return found


async def _asked(engine: Remote | Pool, question: EngineRequest) -> tuple[str, bytes]:
    await engine.start()
    try:
        async with engine.ask(question) as answer:
            return answer.kind, b"".join([piece async for piece in answer.pieces()])
    finally:
        await engine.close(0)


def _refusal(failure: Failure) -> Refusal:
    """As over HTTP: a syntax error with line, column and caret."""
    kind = "wide" if failure.detail in ("SIGSEGV", "SIGABRT") else failure.kind
    return refusal_for(kind, failure.detail)

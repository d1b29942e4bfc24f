"""Answers that a task in a query process computes, streamed as they come."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, cast

from pyoxigraph import RdfFormat, parse
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from kg.core.errors import KgError, Refusal, as_refusal
from kg.edges.web.snapshot_views import SnapshotViews, serving
from kg.engine.pool import EngineAnswer, EngineRequest, Failure, Pool
from kg.engine.remote import WrittenAnew
from kg.outlets.tasks import TASKS
from kg.server.exchange import HttpExchange, HungUp
from kg.server.protocol.problems import refusal_for
from kg.server.spooling import spooled

_PIECE = 65_536
_NARROW = "Ask for a part of it, or use the same command of `kg`, which has no such limit."

Computing = AbstractAsyncContextManager[EngineAnswer | WrittenAnew]


class Computed(Response):
    """A response that a task writes; the task ends when the client hangs up."""

    def __init__(
        self,
        task: str,
        headers: Mapping[str, str],
        keep_as: str = "",
        query: str = "",
        seconds: float | None = None,
        **arguments: Any,
    ) -> None:
        """The task gets the triples of the `query`, if there is one.

        With `keep_as`, what it writes is kept under that name as long as the snapshot serves;
        `seconds` may only lower the time limit.
        """
        super().__init__()
        self._task, self._fields, self._keep_as = task, dict(headers), keep_as
        self._query, self._seconds = query, seconds
        self._arguments = arguments

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        state, exchange = serving(HTTPConnection(scope)), HttpExchange(scope, receive, send)
        question = EngineRequest(self._query, state.union, timeout=self._seconds)
        begin = partial(_begun, state, self._task, question, self._arguments)
        try:
            if self._keep_as and state.store.version:
                kept = state.once_written(self._keep_as, partial(KeptFile, begin))
                await exchange.unless_hung_up(self._send_kept(exchange, kept))
            else:
                await exchange.unless_hung_up(self._send(exchange, begin))
        except HungUp:
            return
        except Failure as failure:
            await exchange.refuse(_refusal(failure))
        except KgError as error:
            await exchange.refuse(as_refusal(error))

    async def _send(self, exchange: HttpExchange, begin: Callable[[], Computing]) -> None:
        async with spooled(begin()) as answer:
            await exchange.stream(answer, self._fields, "identity")

    async def _send_kept(self, exchange: HttpExchange, kept: "KeptFile") -> None:
        async with kept.held() as file:
            size = os.fstat(file.fileno()).st_size
            await exchange.begin(200, {**self._fields, "Content-Length": str(size)})
            for start in range(0, size, _PIECE):
                await exchange.send_body(os.pread(file.fileno(), _PIECE, start), more=True)
            await exchange.send_body(b"")


def _begun(
    state: SnapshotViews, task: str, question: EngineRequest, arguments: Mapping[str, Any]
) -> Computing:
    """A task under way, in a query process where there is one."""
    pool, store = state.store.pool, state.store
    if isinstance(pool, Pool):
        placed = replace(question, folder=store.folder)
        return pool.tasks.compute(task, placed, store.version, **arguments)
    return _in_front(state, task, question, arguments)


@asynccontextmanager
async def _in_front(
    state: SnapshotViews, task: str, question: EngineRequest, arguments: Mapping[str, Any]
) -> AsyncIterator[WrittenAnew]:
    """Behind another engine there are no query processes: one task at a time, in a thread.

    A thread cannot be ended: who has waited for too long is told so, and the thread goes on to
    its end, before which no other task begins.
    """
    limit = question.timeout and min(question.timeout, state.store.pool.limits.timeout_s)
    try:
        async with asyncio.timeout(limit):
            await state.one_task.acquire()
            work = asyncio.to_thread(_worked, state, task, question, arguments)
            working = asyncio.ensure_future(work)
            working.add_done_callback(lambda _: state.one_task.release())
            try:
                file = await asyncio.shield(working)
            except asyncio.CancelledError:
                working.add_done_callback(_dropped)
                raise
    except TimeoutError:
        raise Failure("overrun", f"{limit:g}") from None
    yield WrittenAnew("file", file)


def _worked(
    state: SnapshotViews, task: str, question: EngineRequest, arguments: Mapping[str, Any]
) -> BinaryIO:
    """What the task wrote, in a file that the answer closes."""
    given = {**arguments, "version": state.store.version}
    if question.query:
        data = state.store.triples(question.query, state.union)
        given["triples"] = [q.triple for q in parse(data, format=RdfFormat.N_TRIPLES)]
    file = cast("BinaryIO", TemporaryFile())  # noqa: SIM115 the answer closes it
    try:
        TASKS[task](state.store, state.names, given, file)
    except BaseException:
        file.close()
        raise
    return file


def _dropped(working: "asyncio.Future[BinaryIO]") -> None:
    """What nobody waits for any more, the file or the fault."""
    if not working.cancelled() and not working.exception():
        working.result().close()


def _refusal(failure: Failure) -> Refusal:
    refusal = refusal_for(failure.kind, failure.detail)
    if failure.kind not in ("overrun", "memory", "died", "size"):
        return refusal
    stopped = f"It was stopped at {failure.detail} seconds." if failure.kind == "overrun" else ""
    return Refusal(refusal.status, "Too much to compute here", f"{stopped} {_NARROW}".strip())


@dataclass
class KeptFile:
    """A file that is written once, for all who ask while and after that."""

    begin: Callable[[], Computing]
    _file: IO[bytes] | None = None
    _writing: "asyncio.Task[IO[bytes]] | None" = None
    _waiting: int = 0

    @asynccontextmanager
    async def held(self) -> AsyncIterator[IO[bytes]]:
        """The whole file; writing stops when nobody waits for it any more. Raises as `begin`."""
        if self._file is None:
            self._writing = self._writing or asyncio.ensure_future(self._written())
            self._waiting += 1
            try:
                self._file = await asyncio.shield(self._writing)
            finally:
                self._waiting -= 1
                if self._file is None and not self._waiting:
                    self._writing.cancel()
                    self._writing = None
        yield self._file

    async def _written(self) -> IO[bytes]:
        file = TemporaryFile()  # noqa: SIM115 it lives as long as this
        async with self.begin() as answer:
            async for piece in answer.pieces():
                file.write(piece)
        file.flush()
        return file

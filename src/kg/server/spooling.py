"""Answers read from their worker as fast as it gives them: a slow reader holds no worker.

What the client has not taken yet waits here, first in memory, then in a temporary file.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    suppress,
)
from functools import partial
from tempfile import TemporaryFile
from typing import IO

from kg.engine.pool import EngineAnswer
from kg.engine.remote import RemoteAnswer, WrittenAnew

_IN_MEMORY = 1_000_000  # bytes of one answer
_ON_DISK = 4_000_000_000  # bytes of all answers together; more of them hold their workers
_PIECE = 65_536
_LOOK_AGAIN = 0.1  # seconds

Sent = EngineAnswer | RemoteAnswer | WrittenAnew


class Spool:
    """The pieces of one answer between its worker and its client."""

    on_disk = 0  # bytes, of all

    def __init__(self) -> None:
        self._pieces: deque[bytes] = deque()
        self._held = 0  # bytes in memory
        self._file: IO[bytes] | None = None
        self._written = self._read = 0  # bytes of the file
        self._changed = asyncio.Event()
        self._is_whole = False
        self._fault: BaseException | None = None

    async def fill(self, answer: Sent, leaving: AsyncExitStack) -> None:
        """Takes the whole answer, then lets its worker go."""
        try:
            async with leaving:
                async for piece in answer.pieces():
                    await self._put(piece)
        except Exception as fault:
            self._fault = fault
        self._is_whole = True
        self._changed.set()

    async def _put(self, piece: bytes) -> None:
        if self._file is None and self._held + len(piece) <= _IN_MEMORY:
            self._pieces.append(piece)
            self._held += len(piece)
        else:
            while Spool.on_disk > _ON_DISK:  # another spool may give its file back
                await asyncio.sleep(_LOOK_AGAIN)
            self._file = self._file or TemporaryFile()  # noqa: SIM115 closed by `close`
            self._file.seek(self._written)
            self._file.write(piece)
            self._written += len(piece)
            Spool.on_disk += len(piece)
        self._changed.set()

    async def pieces(self) -> AsyncIterator[bytes]:
        """The answer in order; raises what broke it off."""
        while True:
            while piece := self._next():
                yield piece
            if self._is_whole:
                break
            self._changed.clear()
            await self._changed.wait()
        if self._fault is not None:
            raise self._fault

    def _next(self) -> bytes:
        if self._pieces:
            piece = self._pieces.popleft()
            self._held -= len(piece)
            return piece
        if self._file is None:
            return b""
        if self._read == self._written:  # it has caught up: memory will do again
            self._forget_file()
            return b""
        self._file.seek(self._read)
        piece = self._file.read(_PIECE)
        self._read += len(piece)
        self._changed.set()
        return piece

    def _forget_file(self) -> None:
        if self._file is not None:
            Spool.on_disk -= self._written
            file, self._file, self._read, self._written = self._file, None, 0, 0
            with suppress(OSError):  # what could not be flushed is wanted no more
                file.close()

    def close(self) -> None:
        """Gives its file back."""
        self._forget_file()


class Spooled:
    """An answer as `HttpExchange.stream` takes it."""

    def __init__(self, answer: Sent, pieces: Callable[[], AsyncIterator[bytes]]) -> None:
        self.kind, self.length, self.pieces = answer.kind, answer.length, pieces
        self.is_repeatable = answer.is_repeatable
        self.comes_from_engine = isinstance(answer, EngineAnswer)


@asynccontextmanager
async def spooled(asking: AbstractAsyncContextManager[Sent]) -> AsyncIterator[Spooled]:
    """What is asked, on its way; leaving early ends it. Raises as `asking` does."""
    async with AsyncExitStack() as stack:
        answer = await stack.enter_async_context(asking)
        if not isinstance(answer, EngineAnswer):  # of another engine, whose workers are not ours
            yield Spooled(answer, answer.pieces)
            return
        if answer.length is not None:  # short, and here at once
            whole = [piece async for piece in answer.pieces()]
            await stack.aclose()
            yield Spooled(answer, partial(_all_of, whole))
            return
        spool = Spool()
        leaving = stack.pop_all()
        filling = asyncio.ensure_future(spool.fill(answer, leaving))
        try:
            yield Spooled(answer, spool.pieces)
        finally:
            filling.cancel()
            await asyncio.gather(filling, return_exceptions=True)
            await leaving.aclose()  # where the task had not even begun
            spool.close()


async def _all_of(pieces: Sequence[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece

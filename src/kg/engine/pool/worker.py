"""One worker process as the front sees it, and an answer on its way from it."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from typing import cast

from kg.engine.pool.handoff import Handoff
from kg.engine.pool.request import Failure

_HELD = 256 * 1024  # bytes of an answer that wait here before the worker has to


class Worker(asyncio.Protocol):
    """One process, by the socket that leads to it; all of its frames, in order."""

    def __init__(self) -> None:
        self.pid = 0
        self.is_connected = False
        self.is_free = True  # no answer is under way and none went wrong
        self.cut = asyncio.Event()  # nothing more comes from it; its process may still be ending
        self.gone: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._arriving = bytearray()
        self._frames: deque[tuple[bytes, bytes]] = deque()
        self._held = 0
        self._is_paused = False
        self._reader: asyncio.Future[None] | None = None
        self._why: Failure | None = None
        self.handoff: Handoff

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is ours."""
        self._transport = cast("asyncio.Transport", transport)
        self.is_connected = True

    def data_received(self, data: bytes) -> None:
        """Cuts what arrives into frames."""
        arriving, start = self._arriving, 0
        arriving += data
        while len(arriving) - start >= 5:
            end = start + 5 + int.from_bytes(arriving[start + 1 : start + 5], "big")
            if len(arriving) < end:
                break
            self._frames.append(
                (bytes(arriving[start : start + 1]), bytes(arriving[start + 5 : end]))
            )
            self._held += end - start
            start = end
        del arriving[:start]
        if self._held > _HELD and not self._is_paused:
            self._is_paused = True
            self._transport.pause_reading()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """The process is gone, or about to be; the zygote will tell how."""
        self.cut.set()
        self.gone.add_done_callback(lambda _: self._wake())
        self._wake()

    def _wake(self) -> None:
        if self._reader and not self._reader.done():
            self._reader.set_result(None)

    @property
    def end(self) -> Failure:
        """Why it answers no more."""
        return self._why or Failure("died", self.gone.result() if self.gone.done() else "")

    @property
    def is_alive(self) -> bool:
        """Whether it may still be asked."""
        return not (self.cut.is_set() or self._why or self.gone.done())

    def send(self, message: bytes) -> None:
        """Sends one message; the worker reads while nothing else is under way."""
        self._transport.write(len(message).to_bytes(4, "big") + message)

    def take(self) -> tuple[bytes, bytes] | None:
        """The next frame if it has arrived; raises Failure where none will."""
        if self._why:
            raise self._why
        if not self._frames:
            if self.cut.is_set() and self.gone.done():
                raise Failure("died", self.gone.result())
            return None
        kind, payload = self._frames.popleft()
        self._held -= len(payload) + 5
        if self._is_paused and self._held < _HELD // 2 and not self.cut.is_set():
            self._is_paused = False
            self._transport.resume_reading()
        if kind == b"F":
            failure = Failure(**json.loads(payload))
            self.is_free = failure.kind not in ("memory", "start")
            raise failure
        if kind == b"E":
            self.is_free = payload != b"retire"
        return kind, payload

    async def frame(self) -> tuple[bytes, bytes]:
        """The next frame; raises Failure where it says so, was dismissed, or the process died."""
        while (found := self.take()) is None:
            if self.cut.is_set():
                await asyncio.shield(self.gone)
            else:
                self._reader = asyncio.get_running_loop().create_future()
                await self._reader
        return found

    def dismiss(self, why: Failure | None = None) -> None:
        """Reads nothing more from it; who waits for a frame is told why."""
        if self.is_connected:
            self._transport.abort()
        if not self._why and not self.gone.done():  # a cause of death known is not overwritten
            self._why = why or Failure("closed")
            self._frames.clear()
            self._arriving.clear()
            self._wake()


class EngineAnswer:
    """One answer on its way: what it is, and its bytes."""

    def __init__(
        self,
        worker: Worker,
        kind: str,
        length: int | None,
        by_columns: bool = False,
        is_repeatable: bool = True,
    ) -> None:
        """`is_repeatable` means that the same question gets the same bytes again."""
        self.kind, self.length, self.by_columns, self._worker = kind, length, by_columns, worker
        self.is_repeatable = is_repeatable

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body; the worker waits while nobody takes the next piece."""
        while True:
            kind, payload = await self._worker.frame()
            if kind == b"E":
                return
            yield payload

"""The way to one writer process: messages with a number, and the replies to them."""

import asyncio
import json
import os
import shutil
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from kg.core.errors import Refusal
from kg.engine.pool import Failure

_OPENING_SECONDS = 600  # a large log is replayed first
_ARENAS = {"MALLOC_ARENA_MAX": "2"}  # one of glibc's takes 64 MB of addresses, which are limited
_ROOM_SECONDS = 5.0
_ROOM = 64 << 20  # bytes: less than one flush may need
_NAMED = {-11: "SIGSEGV", -6: "SIGABRT", -9: "SIGKILL"}
Said = dict[str, Any]


class Scribe:
    """One process of `writer_process`; when it is gone, every question to it is answered so."""

    def __init__(self, process: Process) -> None:
        self._process, self._numbers, self.was_killed = process, count(1), False
        self._asked: dict[int, asyncio.Future[Said]] = {0: new_future()}
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def started(cls, directory: Path | None, memory_mb: int, state: str = "") -> "Scribe":
        """A process that has opened the directory, or holds all in memory; raises Failure."""
        setup = {"directory": str(directory or ""), "parent": os.getpid(), "state": state}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "kg.database.writer_process"),
            json.dumps({**setup, "memory_mb": memory_mb}),
            stdin=PIPE,
            stdout=PIPE,
            stderr=None if directory else asyncio.subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, **_ARENAS},
        )
        scribe = cls(process)
        try:
            async with asyncio.timeout(_OPENING_SECONDS):
                await _while_room(scribe._asked[0], (directory or Path("/")).parent)
        except BaseException:
            await scribe.kill()
            raise
        return scribe

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.returncode is None and not self._listening.done()

    async def ask(self, op: str, body: bytes = b"", **said: Any) -> Said:
        """What was done; raises Failure or Refusal. A reply that nobody waits for is dropped."""
        number = next(self._numbers)
        message = {**_DEFAULTS, **said, "op": op, "id": number, "body": len(body)}
        data, reply = json.dumps(message).encode(), new_future()
        self._asked[number] = reply
        try:
            assert self._process.stdin
            if not self.is_alive:
                raise self._end()
            self._process.stdin.write(len(data).to_bytes(4, "big") + data + body)
            with suppress(ConnectionError):
                await self._process.stdin.drain()
            return await reply
        finally:
            self._asked.pop(number, None)

    async def ask_disk(self, op: str, folder: Path, body: bytes = b"", **said: Any) -> Said:
        """As `ask`; raises Failure (disk) where it seems to wait for room on the disk of a folder.

        RocksDB does so without end. Who is told is to end this process.
        """
        asking = asyncio.ensure_future(self.ask(op, body, **said))
        try:
            return await _while_room(asking, folder)
        finally:
            asking.cancel()

    async def kill(self) -> None:
        """Ends it, whatever it is at."""
        self.was_killed = True
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await asyncio.gather(self._listening, return_exceptions=True)

    async def _listen(self) -> None:
        assert self._process.stdout
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                size = int.from_bytes(await self._process.stdout.readexactly(4), "big")
                reply: Said = json.loads(await self._process.stdout.readexactly(size))
                waiting = self._asked.get(reply["id"])
                if waiting and not waiting.done():
                    _settle(waiting, reply)
        await self._process.wait()
        for waiting in self._asked.values():
            if not waiting.done():
                waiting.set_exception(self._end())

    def _end(self) -> Failure:
        code = self._process.returncode or 0
        cause = _NAMED.get(code, f"exit code {code}")
        return Failure("killed" if self.was_killed else "died", cause)


_DEFAULTS = {
    "graph": "", "base": "", "using": (), "named": (), "match": None, "none": None,
    "keep_going": False,
}  # fmt: skip


async def _while_room(reply: "asyncio.Future[Said]", folder: Path) -> Said:
    while not (await asyncio.wait({reply}, timeout=_ROOM_SECONDS))[0]:
        if shutil.disk_usage(folder).free < _ROOM:
            raise Failure("disk", "No space left on device")
    return await reply


def new_future() -> "asyncio.Future[Said]":
    """A reply to come; an error that nobody reads is no fault of the event loop."""
    future: asyncio.Future[Said] = asyncio.get_running_loop().create_future()
    future.add_done_callback(lambda done: done.cancelled() or done.exception())  # may be unread
    return future


def _settle(waiting: "asyncio.Future[Said]", reply: Said) -> None:
    kind = reply.get("failed")
    if kind is None:
        waiting.set_result(reply["done"])
    elif kind == "refused":
        refusal = Refusal(reply["status"], reply["title"], reply["detail"], {}, reply["more"])
        waiting.set_exception(refusal)
    else:
        waiting.set_exception(Failure(kind, reply["detail"]))

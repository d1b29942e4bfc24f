"""The writer of a user's store as its parent sees it: one change after another, then its state."""

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
from uuid import uuid4

from kg.core.errors import Refusal
from kg.store.database import Database
from kg.store.workers import Failure

_PUBLISHING_SECONDS = 120


class Writer:
    """One process that writes a database; started anew when it was killed or died."""

    def __init__(
        self,
        database: Database,
        timeout_s: float = 30.0,
        live: Path | None = None,
        in_memory: bool = False,
    ) -> None:
        self._database, self._timeout = database, timeout_s
        self._live, self._in_memory = live, in_memory
        self._process: Process | None = None
        self._one_at_a_time = asyncio.Lock()
        self._run, self._numbers = uuid4().hex[:12], count(1)
        self.state: Path | None = None

    async def start(self) -> Path:
        """The state that queries may read now."""
        await self.change("nothing")
        assert self.state is not None
        return self.state

    async def change(self, op: str, body: bytes = b"", **said: Any) -> dict[str, Any]:
        """Does one change and publishes the state after it; what was done, when it is durable.

        Raises Failure (syntax, query, overrun, died, start) or Refusal, and nothing is changed.
        """
        async with self._one_at_a_time:
            name = f"{self._run}-{next(self._numbers)}"
            state = self._database.states / name
            done = await self._asked(op, body, {**said, "state": str(state)}, self._timeout)
            async with asyncio.timeout(_PUBLISHING_SECONDS):
                await self._reply()
            self.state = state
            return done

    async def ask(self, op: str, seconds: float = 3600, **said: Any) -> dict[str, Any]:
        """Does something that changes no data (copy, dump) or that nobody reads yet (load)."""
        async with self._one_at_a_time:
            return await self._asked(op, b"", {**said, "state": ""}, seconds)

    async def close(self) -> None:
        """Ends the process when the change under way is done."""
        async with self._one_at_a_time:
            await self._kill()

    def forget(self, state: Path) -> None:
        """Removes a published state that nobody reads any more."""
        if state != self.state:
            shutil.rmtree(state, ignore_errors=True)

    async def _asked(
        self, op: str, body: bytes, said: dict[str, Any], seconds: float
    ) -> dict[str, Any]:
        message = {"graph": "", "base": "", "using": (), "named": (), **said}
        data = json.dumps({**message, "op": op, "body": len(body)}).encode()
        try:
            process = await self._living()
            async with asyncio.timeout(seconds):
                assert process.stdin
                process.stdin.write(len(data).to_bytes(4, "big") + data + body)
                with suppress(ConnectionError):
                    await process.stdin.drain()
                reply = await self._reply()
        except TimeoutError:
            await self._kill()
            raise Failure("overrun", f"{seconds:g}") from None
        except asyncio.CancelledError:
            await self._kill()
            raise
        done: dict[str, Any] = reply["done"]
        return done

    @property
    def _where(self) -> str:
        """The directory to write; none for what is only to be dumped."""
        return "" if self._in_memory else str(self._live or self._database.live)

    async def _living(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "kg.store.writer_main"),
                *(self._where, str(os.getpid())),
                stdin=PIPE,
                stdout=PIPE,
                start_new_session=True,
            )
            await self._reply()
        return self._process

    async def _reply(self) -> dict[str, Any]:
        assert self._process
        assert self._process.stdout
        try:
            size = int.from_bytes(await self._process.stdout.readexactly(4), "big")
            reply: dict[str, Any] = json.loads(await self._process.stdout.readexactly(size))
        except asyncio.IncompleteReadError:
            code = await self._process.wait()
            raise Failure("died", "SIGSEGV" if code == -11 else f"exit code {code}") from None
        if reply.get("failed") == "refused":
            raise Refusal(reply["status"], reply["title"], reply["detail"])
        if "failed" in reply:
            raise Failure(reply["failed"], reply["detail"])
        return reply

    async def _kill(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
            self._process = None

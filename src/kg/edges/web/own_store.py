"""Serving a store of a user: from memory or disk, and where it may be written, state by state."""

import logging
import os
from pathlib import Path
from uuid import uuid4

from kg.core.bundle import shown
from kg.core.errors import KgError
from kg.core.names import Names
from kg.core.settings import Settings
from kg.database.database import Database
from kg.database.writer import Writer
from kg.edges.web.runtime import ServerRuntime
from kg.edges.web.snapshot_views import SnapshotViews
from kg.engine.pool import Failure
from kg.server.active_snapshot import ActiveSnapshot
from kg.server.change_request import Changes, Token

log = logging.getLogger(__name__)
_LOADED_AT_ONCE = 200_000  # quads that are in memory before anybody notices
_SURELY_MORE = 1000 * _LOADED_AT_ONCE  # bytes on the disk, where a quad takes about 200


class DatabaseRuntime(ServerRuntime):
    """Serves a user's own store; in read-write mode each change is published as a new state."""

    def __init__(self, settings: Settings, names: Names, database: Database) -> None:
        super().__init__(settings, names)
        self._database = database
        self._writer = Writer(database, settings.timeout, settings.memory_mb)
        file = settings.token_file if settings.read_write else None
        self._token = Token(file) if file else None  # without one, the store is only read

    async def _begin(self) -> None:
        self._holds.enter_context(self._database.alone())
        if self._token:
            self._database.create()
            self._database.copy.unlink(missing_ok=True)
        self._database.tidy()
        try:
            served = await (self._open() if self._token else self._read_only())
        except Failure as failure:
            where = shown(self._database.folder)
            raise KgError(f"{where} cannot be opened: {failure.detail}.") from failure
        self._state = self._serving(served, writable=self._token is not None)
        self._site = await self._made(served, self._changes())

    async def _open(self) -> ActiveSnapshot:
        state = await self._writer.start()
        self._pool = await self._started(None)
        return self._served(self._pool, state.name, union=False, folder=str(state))

    async def _read_only(self) -> ActiveSnapshot:
        """From memory where it fits; a large one from disk until memory has it."""
        at_once = min(_LOADED_AT_ONCE, self._settings.most_in_memory)
        if self._database.size() < _SURELY_MORE and await self._quads() <= at_once:
            await self._writer.start()  # a state is there for who makes a backup meanwhile
            served = await self._in_memory()
            self._pool = served.pool
            return served
        served = await self._open()
        self._keep(self._move_to_memory())
        return served

    async def _quads(self) -> int:
        """How many there are: each is looked at."""
        return int((await self._writer.ask("nothing"))["quads"])

    async def _in_memory(self) -> ActiveSnapshot:
        folder = self._database.states / "memory"
        folder.mkdir()
        await self._write_quads(folder / "quads.nq")
        await self._writer.close()
        pool = await self._started(folder)
        return self._served(pool, uuid4().hex, union=False)

    async def _write_quads(self, file: Path) -> None:
        try:
            os.link(self._database.copy, file)
        except OSError:  # there is none, or another file system
            await self._writer.ask("dump", path=str(file))

    async def _move_to_memory(self) -> None:
        try:
            if await self._quads() > self._settings.most_in_memory:
                await self._writer.close()
                return
            served = await self._in_memory()
        except (KgError, Failure, OSError) as error:
            log.error("still serving from disk: %s", error)
            return
        self._switch_to(served, self._serving(served), self._retire(self._state, self._pool))
        log.info("serving from memory")

    def _changes(self) -> Changes | None:
        if self._token is None:
            return None
        self._writer.published = self._publish
        return Changes(self._writer, self._token)

    def _publish(self, state: Path) -> None:
        served = self._served(self._pool, state.name, union=False, folder=str(state))
        serving = self._serving(served, writable=True)
        self._switch_to(served, serving, self._forget(self._state))

    async def _forget(self, state: SnapshotViews) -> None:
        await self._unused(state)
        await self._writer.forget(Path(state.store.folder))

    async def _end(self) -> None:
        await super()._end()
        await self._writer.close()

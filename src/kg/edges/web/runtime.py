"""What is served: a built snapshot or another engine; `own_store` serves a store of a user."""

import asyncio
import gc
import logging
import signal
import socket
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

from kg.build.snapshot import Snapshot, hold
from kg.core.errors import KgError
from kg.core.names import Names
from kg.core.settings import Settings
from kg.edges.web.snapshot_views import SnapshotViews
from kg.edges.web.warm_up import SEARCH, everything
from kg.engine.engine_store import EngineStore
from kg.engine.graph_store import said_version
from kg.engine.pool import Failure, Limits, Pool
from kg.engine.remote import Remote
from kg.engine.shared_page import RequestStats
from kg.server.active_snapshot import ActiveSnapshot, Engine
from kg.server.change_request import Changes
from kg.server.http_protocol import FastHttp
from kg.server.zygote_process import PROGRAM

if TYPE_CHECKING:
    from kg.edges.web.app import Site
    from kg.views.finding.finder import Parts

log = logging.getLogger(__name__)
_DRAIN_SECONDS = 10
_WARMING_SECONDS = 10
_PAGES = "kg.edges.web.app"


class ServerRuntime(ABC):
    """One running server."""

    _site: "Site"
    _pool: Engine
    _state: SnapshotViews

    def __init__(self, settings: Settings, names: Names) -> None:
        self._settings, self._names = settings, names
        self._limits = Limits(
            timeout_s=settings.timeout,
            memory_mb=settings.memory_mb,
            queue=settings.queue,
            workers=settings.workers,
        )
        self._stats = RequestStats()
        self._holds = ExitStack()  # what is served stays on the disk while this runs
        self._retiring: set[asyncio.Task[None]] = set()

    async def run(self, listener: socket.socket) -> None:
        """Starts workers, serves, drains."""
        host, port = listener.getsockname()[:2]
        self._address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        with self._holds:
            self._pages = asyncio.create_task(asyncio.to_thread(import_module, _PAGES))
            await self._begin()
            server = _Server(
                uvicorn.Config(
                    self._site,
                    http=FastHttp,
                    lifespan="off",
                    log_level="warning",
                    access_log=False,
                    server_header=False,
                    proxy_headers=False,  # the site reads them, of proxies that are trusted
                    timeout_graceful_shutdown=_DRAIN_SECONDS,
                )
            )
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, setattr, server, "should_exit", True)
            loop.add_signal_handler(signal.SIGHUP, self._look_anew)
            self._keep(self._warmed(self._state))
            print(f"JSIP serves on {self._address}  (Ctrl-C stops)", flush=True)
            try:
                await server.serve(sockets=[listener])
            finally:
                for task in self._retiring:
                    task.cancel()
                await asyncio.gather(self._end(), *self._retiring, return_exceptions=True)

    async def _made(self, served: ActiveSnapshot, changes: Changes | None = None) -> "Site":
        """The site; its modules are loaded while the workers load what they serve."""
        site: Site = (await self._pages).Site(served, self._state, changes, self._stats)
        return site

    @abstractmethod
    async def _begin(self) -> None:
        """Makes the site and all it asks; raises KgError."""

    async def _end(self) -> None:
        await self._pool.close()

    def _look_anew(self) -> None:
        """On SIGHUP."""
        log.info("there is nothing to look for anew")

    async def _started(self, folder: Path | None, snapshot: Snapshot | None = None) -> Pool:
        """Workers over a folder; in a store of one's own, relative IRIs are below its address."""
        address = self._settings.public_url or self._address
        own = f"{address.rstrip('/')}/sparql"
        pool = Pool(
            folder,
            self._limits,
            self._names,
            self._stats,
            logs=self._settings.log_format == "json",
            columns=self._settings.columns,
            is_disjoint=snapshot is not None and snapshot.is_disjoint,
            base=self._names.prefixes["id"] if snapshot else own,
            zygote=PROGRAM,
        )
        try:
            await pool.start()
        except (Failure, OSError) as error:
            raise KgError(f"No query process could start: {error}.") from error
        return pool

    def _served(self, pool: Engine, version: str, union: bool, folder: str = "") -> ActiveSnapshot:
        wanted = self._settings.union_default_graph
        return ActiveSnapshot(pool, version, union if wanted is None else wanted, folder)

    def _serving(self, served: ActiveSnapshot, writable: bool = False) -> SnapshotViews:
        store = EngineStore(served.pool, asyncio.get_running_loop(), served.version, served.folder)
        return SnapshotViews(self._settings, self._names, store, served.union, writable)

    async def _warmed(self, state: SnapshotViews) -> None:
        """Does beforehand what pages of a snapshot need."""
        return

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        """Work beside the serving, ended with it."""
        task = asyncio.ensure_future(work)
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

    def _switch_to(
        self, served: ActiveSnapshot, state: SnapshotViews, retire: Coroutine[Any, Any, None]
    ) -> None:
        """Requests that begin from now on see the new state; what the old one had is retired."""
        self._keep(retire)
        self._pool, self._state = served.pool, state
        self._site.switch(served, state)

    async def _retire(self, state: SnapshotViews, pool: Engine) -> None:
        try:
            await self._unused(state)
        finally:
            await pool.close(0)

    async def _unused(self, state: SnapshotViews) -> None:
        """Returns when the last request that began on a state is answered, or takes too long."""
        try:
            async with asyncio.timeout(self._settings.timeout + _DRAIN_SECONDS):
                await state.unused()
        except TimeoutError:
            log.warning("a request on the old snapshot takes too long: ended")


class SnapshotRuntime(ServerRuntime):
    """Serves a built snapshot; SIGHUP switches to a newer one."""

    def __init__(self, settings: Settings, names: Names, source: Callable[[], Snapshot]) -> None:
        super().__init__(settings, names)
        self._snapshot, self._switching = source, asyncio.Lock()

    async def _begin(self) -> None:
        snapshot = self._snapshot()
        served, self._state = await self._load(snapshot)
        self._folder = snapshot.folder
        self._site = await self._made(served)
        if self._state.search and self._settings.warm:
            await self._site.warm(self._state, SEARCH)  # it is there when anybody can ask

    async def _warmed(self, state: SnapshotViews) -> None:
        if self._settings.warm:  # whatever fails then fails again, and is told, for who asks
            warming = asyncio.gather(self._site.warm(state, everything()), return_exceptions=True)
            await asyncio.wait([warming], timeout=_WARMING_SECONDS)
        if state is self._state:
            gc.freeze()  # indexes stay: to look through them again and again for garbage stops all

    async def _retire(self, state: SnapshotViews, pool: Engine) -> None:
        await super()._retire(state, pool)
        del state, pool
        gc.unfreeze()
        gc.collect()
        gc.freeze()

    async def _load(self, snapshot: Snapshot) -> tuple[ActiveSnapshot, SnapshotViews]:
        """What is served of a snapshot; its search is read while the workers read its quads."""
        self._holds.enter_context(hold(snapshot))
        search = asyncio.create_task(asyncio.to_thread(_search, snapshot))
        self._pool = await self._started(snapshot.folder, snapshot)
        served = self._served(self._pool, snapshot.version, union=True)
        return served, replace(self._serving(served), search=await search)

    def _look_anew(self) -> None:
        self._keep(self._switch())

    async def _switch(self) -> None:
        """Switches to the newly built snapshot; running requests end on the old one."""
        async with self._switching:
            try:
                snapshot = await asyncio.to_thread(self._snapshot)
                if snapshot.folder == self._folder:
                    log.info("there is no newer snapshot than version %s", snapshot.version)
                    return
                old = (self._state, self._pool)
                served, state = await self._load(snapshot)
            except (KgError, OSError) as error:
                log.error("still serving the old snapshot: %s", error)
                return
            await self._warmed(state)
            self._folder = snapshot.folder
            self._switch_to(served, state, self._retire(*old))
            log.info("serving version %s", snapshot.version)


def _search(snapshot: Snapshot) -> "Parts | None":
    """The search that lies beside a snapshot; None where it has to be made."""
    from kg.views.kept import SEARCH as KEPT

    try:
        return KEPT.read(snapshot.folder, snapshot.version)
    except Exception:
        log.exception("the search beside the snapshot cannot be read: it is made anew")
        return None


class RemoteRuntime(ServerRuntime):
    """Serves what another engine holds; SIGHUP asks it for its version again."""

    async def _begin(self) -> None:
        remote = Remote(self._settings.remote, self._limits)
        self._pool = remote
        try:
            await remote.start()
        except Failure as failure:
            raise KgError(f"{self._settings.remote} cannot be served: {failure.detail}.") from None
        served = self._served(remote, await self._version(), union=True)
        self._state = self._serving(served)
        self._site = await self._made(served)

    async def _version(self) -> str:
        """What its description of the dataset says; empty, and nothing is kept, without one."""
        store = EngineStore(self._pool, asyncio.get_running_loop(), "")
        return await asyncio.to_thread(said_version, store)

    def _look_anew(self) -> None:
        self._keep(self._switch())

    async def _switch(self) -> None:
        served = self._served(self._pool, await self._version(), union=True)
        self._switch_to(served, self._serving(served), self._unused(self._state))


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling, which ends the process by the signal."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are ours."""
        yield

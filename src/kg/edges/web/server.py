"""Runs the site: workers first, then the front; SIGTERM drains, SIGHUP switches snapshots."""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import uvicorn

from kg.core.errors import KgError
from kg.core.names import Names
from kg.core.settings import Settings
from kg.edges.web.app import Site
from kg.edges.web.deadline import Patient
from kg.edges.web.sparql import Served
from kg.edges.web.state import Serving
from kg.store.pooled import PooledStore
from kg.store.snapshot import Snapshot, hold
from kg.store.workers import Failure, Limits, Pool

log = logging.getLogger(__name__)
_DRAIN_SECONDS = 10


def run(settings: Settings, names: Names, snapshot: Callable[[], Snapshot]) -> None:
    """Serves until SIGTERM or SIGINT; `snapshot` gives the current one, now and on SIGHUP."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(message)s")
    with _listening(settings) as listener:
        asyncio.run(_Serve(settings, names, snapshot).run(listener))


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    address = (settings.host, settings.port)
    try:
        listener = socket.create_server(address, family=family, backlog=512)
    except (OSError, OverflowError) as error:
        what = f"Cannot listen on {settings.host} port {settings.port}: {error}."
        raise KgError(f"{what} Choose another with --host and --port.") from error
    with listener:
        yield listener


class _Serve:
    """One running server."""

    def __init__(self, settings: Settings, names: Names, snapshot: Callable[[], Snapshot]) -> None:
        self._settings, self._names, self._snapshot = settings, names, snapshot
        self._limits = Limits(
            timeout_s=settings.timeout,
            memory_mb=settings.memory_mb,
            queue=settings.queue,
            workers=settings.workers,
        )
        self._holds = ExitStack()  # a snapshot once served stays on the disk while this runs
        self._newer = asyncio.Event()
        self._retiring: set[asyncio.Task[None]] = set()

    async def run(self, listener: socket.socket) -> None:
        """Starts workers, serves, drains."""
        snapshot = self._snapshot()
        self._pool, self._state, served = await self._load(snapshot)
        self._site, self._folder = Site(served, self._state), snapshot.folder
        config = uvicorn.Config(
            self._site,
            http=Patient,
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_DRAIN_SECONDS,
        )
        server = _Server(config)
        self._on_signals(server)
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        print(f"JSIP serves on http://{shown}:{port}/  (Ctrl-C stops)", flush=True)
        switching = asyncio.create_task(self._switch_whenever_asked())
        try:
            await server.serve(sockets=[listener])
        finally:
            tasks = (switching, *self._retiring)
            for task in tasks:
                task.cancel()
            await asyncio.gather(self._pool.close(), *tasks, return_exceptions=True)
            self._holds.close()

    async def _load(self, snapshot: Snapshot) -> tuple[Pool, Serving, Served]:
        self._holds.enter_context(hold(snapshot))
        pool = Pool(snapshot.folder, self._limits, self._names.prefixes)
        try:
            await pool.start()
        except (Failure, OSError) as error:
            raise KgError(f"No query process could start: {error}.") from error
        store = PooledStore(pool, asyncio.get_running_loop(), snapshot.version)
        state = Serving(self._settings, self._names, store)
        return pool, state, Served(pool, snapshot.version)

    def _on_signals(self, server: uvicorn.Server) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, setattr, server, "should_exit", True)
        loop.add_signal_handler(signal.SIGHUP, self._newer.set)

    async def _switch_whenever_asked(self) -> None:
        """A signal that comes during a switch leads to another one."""
        while await self._newer.wait():
            self._newer.clear()
            try:
                await self._switch(await asyncio.to_thread(self._snapshot))
            except (KgError, OSError) as error:
                log.error("still serving the old snapshot: %s", error)

    async def _switch(self, snapshot: Snapshot) -> None:
        """Switches to the newly built snapshot; running requests end on the old one."""
        if snapshot.folder == self._folder:
            log.info("there is no newer snapshot than version %s", snapshot.version)
            return
        pool, state, served = await self._load(snapshot)
        retiring = asyncio.create_task(self._retire(self._state, self._pool))
        self._retiring.add(retiring)
        retiring.add_done_callback(self._retiring.discard)
        self._pool, self._state, self._folder = pool, state, snapshot.folder
        self._site.switch(served, state)
        log.info("serving version %s", snapshot.version)

    async def _retire(self, state: Serving, pool: Pool) -> None:
        """Ends the processes of a snapshot when the last request that began on it is answered."""
        try:
            async with asyncio.timeout(self._settings.timeout + _DRAIN_SECONDS):
                await state.unused()
        except TimeoutError:
            log.warning("a request on the old snapshot takes too long: ended")
        finally:
            await pool.close(0)


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling, which ends the process by the signal."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are ours."""
        yield

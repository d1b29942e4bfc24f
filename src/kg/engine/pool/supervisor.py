"""So many processes, whatever happens to them, and the zygote that they are forked from.

Each place is a loop: have a process forked, wait until it is dismissed or dead, start again. On a
busy machine a killed process may need half a second to end; its place does not wait for that.
"""

import asyncio
import logging
from typing import Any, Protocol

from kg.engine.pool.request import Failure
from kg.engine.pool.worker import Worker
from kg.engine.pool.zygote import Zygote

_ENDING = 2  # processes that may be there beside their successors, with what memory they have
_ENDS_WITHIN = 10.0  # seconds

log = logging.getLogger(__name__)


class SupervisorListener(Protocol):
    """Who works with the processes."""

    def started(self, worker: Worker) -> None:
        """A new process is ready."""

    def answered(self, worker: Worker) -> None:
        """A process from which all was reclaimed has answered the last request."""

    def ended(self, worker: Worker) -> None:
        """A process is gone."""


class Supervisor:
    """The places of a pool: `start`, later `end`."""

    def __init__(
        self, program: str, setup: dict[str, Any], number: int, listener: SupervisorListener
    ) -> None:
        """`program` is the module that the zygote runs."""
        self._program, self._setup = program, setup
        self._number, self._listener = number, listener
        self.forked = 0  # processes that were started
        self.workers: set[Worker] = set()
        self._is_ending = False
        self._zygote: asyncio.Future[Zygote] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._ending: set[asyncio.Task[None]] = set()  # of processes that are ending

    async def start(self) -> None:
        """Returns when the first process is ready; raises Failure where none can load."""
        self._first = asyncio.get_running_loop().create_future()
        self._zygote = asyncio.get_running_loop().create_future()
        keepers = [self._keep_zygote(), *(self._keep_worker() for _ in range(self._number))]
        self._tasks = [asyncio.create_task(keeper) for keeper in keepers]
        await self._first

    async def end(self) -> None:
        """Ends all processes."""
        self._is_ending = True
        for worker in list(self.workers):
            worker.dismiss()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._zygote and self._zygote.done():
            await self._zygote.result().end()
        await asyncio.gather(*self._ending)

    def kill(self, worker: Worker, why: Failure | None = None) -> None:
        """Ends a process whatever it is doing; another one takes its place."""
        if self._zygote and self._zygote.done() and not self._zygote.exception():
            self._zygote.result().kill(worker)
        worker.dismiss(why)

    async def _keep_zygote(self) -> None:
        pause = 0.1
        assert self._zygote
        while not self._is_ending:
            try:
                zygote = await Zygote.start(self._program, self._setup)
            except (Failure, OSError) as error:
                log.error("the snapshot cannot be loaded: %s", error)
                if not self._first.done():
                    self._first.set_exception(error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, 10.0)
                continue
            self._zygote.set_result(zygote)
            await asyncio.shield(zygote.gone)
            log.error("the zygote died; starting another one")
            self._zygote = asyncio.get_running_loop().create_future()
            await zygote.end()

    async def _keep_worker(self) -> None:
        pause = 0.1
        while not self._is_ending:
            try:
                assert self._zygote
                await self._run_worker(await asyncio.shield(self._zygote))
                pause = 0.1
            except (Failure, OSError) as error:
                log.error("a query worker cannot start: %s", error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, 10.0)

    async def _run_worker(self, zygote: Zygote) -> None:
        """One process, as long as it may be asked."""
        worker = await zygote.fork(self._listener.answered)
        self.forked += 1
        self.workers.add(worker)
        try:
            self._listener.started(worker)
            if not self._first.done():
                self._first.set_result(None)
            await worker.cut.wait()
        finally:
            ending = asyncio.create_task(self._settle(worker))
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)
        if len(self._ending) > _ENDING:
            await asyncio.shield(ending)

    async def _settle(self, worker: Worker) -> None:
        """Its connections are settled when it surely reads no more."""
        ended, _ = await asyncio.wait([worker.gone], timeout=_ENDS_WITHIN)
        if not ended:  # its socket is closed, and still it runs
            self.kill(worker)
        await worker.gone  # before that nobody knows how it ended
        worker.dismiss()
        self.workers.discard(worker)
        self._listener.ended(worker)

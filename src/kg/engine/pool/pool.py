"""A pool of workers over one folder: who is asked next, who waits, who is replaced.

A pool keeps two processes more than may answer questions at once: one answers look-ups on client
connections that were handed to it, whatever the others are at; a ready one replaces one that was
killed.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from kg.core.names import Names
from kg.engine.pool.deadline import QueryDeadline
from kg.engine.pool.dispatch import Dispatcher
from kg.engine.pool.monitor import LongRequestMonitor
from kg.engine.pool.request import EngineRequest, Failure, Limits
from kg.engine.pool.supervisor import Supervisor
from kg.engine.pool.tasks import Tasks
from kg.engine.pool.waiting import Waiter, Waiting
from kg.engine.pool.worker import EngineAnswer, Worker
from kg.engine.pool.zygote import setup_of
from kg.engine.shared_page import RequestStats, Stuck

_AT_ONCE, _PATIENCE, _DEATH = 0.001, 0.1, 1.0  # seconds to wait until a worker frees its page


class Pool:
    """Workers over one folder: `start`, then `ask` as often as you like, then `close`.

    The folder holds `quads.nq`, which is loaded into memory once, or is a RocksDB directory,
    which each worker opens read-only. A question may name another RocksDB directory; without a
    folder, each question has to.
    """

    def __init__(
        self,
        folder: Path | None,
        limits: Limits | None = None,
        names: Names | None = None,
        stats: RequestStats | None = None,
        logs: bool = False,
        columns: bool = False,
        is_disjoint: bool = False,
        base: str | None = None,
        zygote: str = "kg.engine.pool.zygote_process",
    ) -> None:
        """`base` is for relative IRIs; `zygote` is the program; `is_disjoint` of a snapshot."""
        self.limits = limits or Limits()
        self.killed = 0  # workers that had to be ended
        self.overran = 0  # questions that were stopped at their limit
        self.by_columns = 0  # answers that the columns gave
        flags = {"logs": logs, "columns": columns, "is_disjoint": is_disjoint, "base": base}
        setup = setup_of(folder, self.limits.memory_mb, names, flags)
        self._supervisor = Supervisor(zygote, setup, self.limits.workers + 2, self)
        self.stats = stats or RequestStats()  # of what was answered on handed-off connections
        self._idle: deque[Worker] = deque()
        self._waiting = Waiting()
        self._deadlines: dict[Worker, QueryDeadline] = {}  # over requests on handed-off connections
        self._running: set[Worker] = set()
        self._left = asyncio.Event()
        self.tasks = Tasks(self.ask, self.limits)
        self._is_closed = False
        self.dispatcher = Dispatcher(self, LongRequestMonitor(self._idle, self._relieve))

    @property
    def pids(self) -> list[int]:
        """The workers alive now."""
        return sorted(worker.pid for worker in self.workers)

    @property
    def workers(self) -> Collection[Worker]:
        """The processes alive now."""
        return self._supervisor.workers

    @property
    def idle(self) -> Collection[Worker]:
        """Those that answer no question; they may have connections."""
        return self._idle

    @property
    def at_work(self) -> Collection[Worker]:
        """Those that answer one, or a long request on a connection."""
        return self._running

    @property
    def forked(self) -> int:
        """How many workers were started."""
        return self._supervisor.forked

    @property
    def running(self) -> int:
        """How many questions are being answered now."""
        return len(self._running)

    @property
    def waiting(self) -> int:
        """How many questions wait for a worker."""
        return len(self._waiting) + len(self.dispatcher)

    async def start(self) -> None:
        """Returns when the first worker is ready; raises Failure where it cannot load."""
        try:
            await self._supervisor.start()
        except (Failure, OSError):
            await self.close(0)
            raise

    async def close(self, patience: float = 5.0) -> None:
        """Takes no more questions, waits a little for answers under way, ends all processes."""
        self._is_closed = True
        self.dispatcher.end()
        self.reclaim_connections()
        self._waiting.refuse(Failure("closed"))
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while self._running:
                    self._left.clear()
                    await self._left.wait()
        await self._supervisor.end()

    @asynccontextmanager
    async def ask(self, question: EngineRequest) -> AsyncIterator[EngineAnswer]:
        """One answer within the time limit; leaving early kills its worker. Raises Failure."""
        limit = min(question.timeout or self.limits.timeout_s, self.limits.timeout_s)
        worker = await self._take(question.is_own)
        deadline = QueryDeadline(self.overrun, worker, limit)
        try:
            worker.send(question.message(limit, self.limits.answer_bytes))
            _, payload = await worker.frame()
            answer = EngineAnswer(worker, **json.loads(payload))
            self.by_columns += answer.by_columns
            yield answer
        finally:
            deadline.end()
            self.give_back(worker)

    def reclaim_connections(self) -> None:
        """Takes all handed-off connections back; those that wait for an answer come with it."""
        self.dispatcher.give_up()
        for worker in list(self._idle):
            if worker.is_alive:
                try:
                    self._reclaim(worker, _PATIENCE)
                except Stuck:
                    self._idle.remove(worker)
                    self.kill(worker)
                    with suppress(Stuck):  # its death, which cannot be long, frees the page
                        worker.handoff.reclaim(_DEATH)

    def _reclaim_at_once(self, worker: Worker, is_long: bool = False) -> bool:
        """Takes back its connections, where that goes at once."""
        try:
            return self._reclaim(worker, _AT_ONCE, is_long)
        except Stuck:  # it waits for its turn to run
            asyncio.get_running_loop().call_later(10 * _AT_ONCE, self._hand_out)
            return False

    def _relieve(self, worker: Worker) -> None:
        self._reclaim_at_once(worker, is_long=True)

    def _reclaim(self, worker: Worker, patience: float, is_long: bool = False) -> bool:
        """Takes back its connections; False where it answers one, and counts as running then.

        There is always one worker for what is short: the last one is not given to an answer that
        is long, which then waits for its turn.
        """
        if worker.handoff.reclaim(patience):
            return True
        if is_long and worker.handoff.shared_page.request:
            self.dispatcher.remember(worker.handoff.shared_page.request)
        if is_long and len(self._idle) == 1 and len(self._running) >= self.limits.workers:
            self._idle.remove(worker)
            self.kill(worker)
            return False
        self._idle.remove(worker)
        self._running.add(worker)
        worker.is_free = True
        gone_by = (time.monotonic_ns() - worker.handoff.shared_page.since) / 1e9
        self._deadlines[worker] = QueryDeadline(
            self.overrun, worker, self.limits.timeout_s, gone_by
        )
        worker.handoff.await_it()
        return False

    def answered(self, worker: Worker) -> None:
        """A worker from which all was reclaimed has answered, or one wants to retire."""
        worker.is_free &= not worker.handoff.is_retiring
        if worker in self._deadlines and not worker.handoff.is_draining:
            self._deadlines.pop(worker).end()
            self.give_back(worker)
        elif worker in self._idle and worker.handoff.is_retiring:
            self._idle.remove(worker)
            self.kill(worker)

    def collect(self) -> RequestStats:
        """The tally as it is now."""
        pages = [worker.handoff.shared_page for worker in self.workers]
        for shared_page in pages:
            self.stats.add(shared_page.news())
        return self.stats

    def _is_full(self, is_own: bool) -> bool:
        if is_own:
            return self._waiting.number(is_own) >= self.limits.queue
        return len(self._running) + self.waiting >= self.limits.workers + self.limits.queue

    async def _take(self, is_own: bool) -> Worker:
        """The next worker; raises Failure where as many wait as may."""
        if self._is_closed:
            raise Failure("closed")
        worker = None if self._waiting.number(is_own) else self._next(is_own)
        if worker:
            return worker
        if self._is_full(is_own):
            raise Failure("busy")
        waiter = self._waiting.add(is_own)
        try:
            async with asyncio.timeout(2 * self.limits.timeout_s):
                return await waiter
        except (TimeoutError, asyncio.CancelledError) as error:
            self._give_up(waiter)
            if isinstance(error, TimeoutError):
                raise Failure("busy") from None
            raise

    def _give_up(self, waiter: Waiter) -> None:
        self._waiting.remove(waiter)
        if waiter.done() and not waiter.cancelled() and not waiter.exception():
            waiter.result().is_free = True
            self.give_back(waiter.result())

    def _next(self, is_own: bool) -> Worker | None:
        """An idle worker, from now on at work; None where none may be asked."""
        for worker in sorted(self._idle, key=lambda w: len(w.handoff)):
            if len(self._running) >= self.limits.workers + is_own:
                return None
            if not worker.is_alive:
                self._idle.remove(worker)
            elif self._reclaim_at_once(worker):
                self._idle.remove(worker)
                self._running.add(worker)
                worker.is_free = False
                return worker
        return None

    def give_back(self, worker: Worker) -> None:
        """What a worker does after an answer: the next one, or end."""
        if worker not in self._running:
            return
        self._running.discard(worker)
        self._left.set()
        if worker.is_free and worker.is_alive:
            self._idle.appendleft(worker)  # it is warm: it is asked before others
        else:
            self.kill(worker)
        self._hand_out()

    def kill(self, worker: Worker, why: Failure | None = None) -> None:
        """Ends a worker's process whatever it is doing; another one takes its place."""
        self.killed += 1
        self._supervisor.kill(worker, why)

    def overrun(self, worker: Worker, limit: float) -> None:
        """Ends a worker at its time limit, also where nobody takes its answer."""
        self.overran += 1
        self.kill(worker, Failure("overrun", f"{limit:g}"))
        self._running.discard(worker)
        self._left.set()
        self._hand_out()

    def _hand_out(self) -> None:
        self.dispatcher.go_on()
        for is_own in (True, False):
            while self._waiting.number(is_own) and (worker := self._next(is_own)):
                if waiter := self._waiting.next(is_own):
                    waiter.set_result(worker)
                else:
                    worker.is_free = True
                    self.give_back(worker)

    def started(self, worker: Worker) -> None:
        """A new process is ready."""
        self._idle.append(worker)
        self._hand_out()

    def ended(self, worker: Worker) -> None:
        """A process is gone."""
        with suppress(ValueError):
            self._idle.remove(worker)
        self.stats.add(worker.handoff.shared_page.news())
        worker.handoff.settle(worker.end)
        if deadline := self._deadlines.pop(worker, None):
            deadline.end()
            self._running.discard(worker)
            self._left.set()
            self._hand_out()

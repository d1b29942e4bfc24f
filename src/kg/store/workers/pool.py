"""A pool of workers over one folder: who is asked next, who waits, who is replaced.

A pool keeps one process more than may answer at once: a ready one replaces one that was killed.
Each seat of the pool is a loop: have a process forked, wait until it is gone, start again.
"""

import asyncio
import json
import logging
import os
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from kg.store.workers.lookup import Lookup, Told
from kg.store.workers.question import Failure, Limits, Question
from kg.store.workers.template import Template
from kg.store.workers.watch import Watch
from kg.store.workers.worker import Answer, Worker

log = logging.getLogger(__name__)


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
        prefixes: Mapping[str, str] | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.forked = self.killed = 0  # workers that were started, that had to be ended
        self.overran = 0  # questions that were stopped at their limit
        self._setup = {
            "folder": str(folder) if folder else "",
            "front": os.getpid(),
            "reader": "kg.outlets.protocol.plain",
            "memory_mb": self.limits.memory_mb,
            "prefixes": dict(prefixes or {}),
        }
        self._idle: deque[Worker] = deque()
        self._waiting: deque[asyncio.Future[Worker]] = deque()
        self._running: set[Worker] = set()
        self._left = asyncio.Event()
        self._closed = asyncio.Event()
        self._template: asyncio.Future[Template] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._workers: set[Worker] = set()

    @property
    def pids(self) -> list[int]:
        """The workers alive now."""
        return sorted(worker.pid for worker in self._workers)

    @property
    def running(self) -> int:
        """How many questions are being answered now."""
        return len(self._running)

    @property
    def waiting(self) -> int:
        """How many questions wait for a worker."""
        return len(self._waiting)

    async def start(self) -> None:
        """Returns when the first worker is ready; raises Failure where it cannot load."""
        self._first = asyncio.get_running_loop().create_future()
        self._template = asyncio.get_running_loop().create_future()
        self._tasks = [asyncio.create_task(self._keep_template())]
        for _ in range(self.limits.workers + 1):
            self._tasks.append(asyncio.create_task(self._keep_seat()))
        try:
            await self._first
        except (Failure, OSError):
            await self.close(0)
            raise

    async def close(self, patience: float = 5.0) -> None:
        """Takes no more questions, waits a little for answers under way, ends all processes."""
        self._closed.set()
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_exception(Failure("closed"))
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while self._running:
                    self._left.clear()
                    await self._left.wait()
        for worker in list(self._workers):
            worker.dismiss()
        await self._end_all()

    async def _end_all(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._template and self._template.done():
            await self._template.result().end()
        self._workers.clear()

    @asynccontextmanager
    async def ask(self, question: Question) -> AsyncIterator[Answer]:
        """One answer within the time limit; leaving early kills its worker. Raises Failure."""
        limit = min(question.timeout or self.limits.timeout_s, self.limits.timeout_s)
        worker = await self._take()
        watch = Watch(self, worker, limit)
        try:
            worker.send(question.message(limit, self.limits.answer_bytes))
            _, payload = await worker.frame()
            yield Answer(worker, **json.loads(payload))
        finally:
            watch.end()
            self.give_back(worker)

    def look_up(self, request: bytes, told: Told) -> Lookup | None:
        """Hands a plain request to the next worker; None where as many wait as may."""
        if self._closed.is_set() or self._is_full():
            return None
        turn: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        lookup = Lookup(self, turn, request, told)
        worker = self._next() if not self._waiting else None
        if worker:
            lookup.start(worker)
        else:
            self._waiting.append(turn)
            turn.add_done_callback(lookup.take_turn)
        return lookup

    def _is_full(self) -> bool:
        return len(self._running) + len(self._waiting) >= self.limits.workers + self.limits.queue

    async def _take(self) -> Worker:
        """The next worker; raises Failure where as many wait as may."""
        if self._closed.is_set():
            raise Failure("closed")
        worker = self._next() if not self._waiting else None
        if worker:
            return worker
        if self._is_full():
            raise Failure("busy")
        waiter: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout(2 * self.limits.timeout_s):
                return await waiter
        except (TimeoutError, asyncio.CancelledError) as error:
            self.forget(waiter)
            if isinstance(error, TimeoutError):
                raise Failure("busy") from None
            raise

    def forget(self, waiter: "asyncio.Future[Worker]") -> None:
        """Nobody waits for that turn any more."""
        with suppress(ValueError):
            self._waiting.remove(waiter)
        if waiter.done() and not waiter.cancelled() and not waiter.exception():
            waiter.result().is_free = True
            self.give_back(waiter.result())

    def _next(self) -> Worker | None:
        """An idle worker, from now on at work; None where none may be asked."""
        if len(self._running) >= self.limits.workers:
            return None
        while self._idle:
            worker = self._idle.pop()  # the last one is warm
            if worker.is_alive:
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
            self._idle.append(worker)
        else:
            self.kill(worker)
        self._hand_out()

    def kill(self, worker: Worker, why: Failure | None = None) -> None:
        """Ends a worker's process whatever it is doing; its seat gets another one."""
        self.killed += 1
        if self._template and self._template.done() and not self._template.exception():
            self._template.result().kill(worker)
        worker.dismiss(why)

    def overrun(self, worker: Worker, limit: float) -> None:
        """Ends a worker at its time limit, also where nobody takes its answer."""
        self.overran += 1
        self.kill(worker, Failure("overrun", f"{limit:g}"))
        self._running.discard(worker)
        self._left.set()
        self._hand_out()

    def _hand_out(self) -> None:
        while self._waiting and (worker := self._next()):
            while self._waiting and self._waiting[0].done():
                self._waiting.popleft()
            if self._waiting:
                self._waiting.popleft().set_result(worker)
            else:
                worker.is_free = True
                self.give_back(worker)

    async def _keep_template(self) -> None:
        pause = 0.1
        assert self._template
        while not self._closed.is_set():
            try:
                template = await Template.start(self._setup)
            except (Failure, OSError) as error:
                log.error("the snapshot cannot be loaded: %s", error)
                if not self._first.done():
                    self._first.set_exception(error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, 10.0)
                continue
            self._template.set_result(template)
            await asyncio.shield(template.gone)
            log.error("the template process died; starting another one")
            self._template = asyncio.get_running_loop().create_future()
            await template.end()

    async def _keep_seat(self) -> None:
        pause = 0.1
        while not self._closed.is_set():
            try:
                assert self._template
                await self._occupy(await asyncio.shield(self._template))
                pause = 0.1
            except (Failure, OSError) as error:
                log.error("a query worker cannot start: %s", error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, 10.0)

    async def _occupy(self, template: Template) -> None:
        """One process from start to end."""
        worker = await template.fork()
        self.forked += 1
        self._workers.add(worker)
        try:
            self._idle.appendleft(worker)
            self._hand_out()
            if not self._first.done():
                self._first.set_result(None)
            await asyncio.shield(worker.gone)
        finally:
            worker.dismiss()
            self._workers.discard(worker)

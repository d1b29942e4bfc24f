"""Query workers: processes that may be killed, because a running query cannot be stopped.

A template process loads the snapshot once and forks them. A pool keeps one worker more than may
answer at once: a ready one replaces one that was killed. Each seat of the pool is a loop: fork a
worker, wait until it is gone, fork again.
"""

import asyncio
import json
import logging
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from kg.store.template import Template, TemplateGone, Twig

log = logging.getLogger(__name__)

FailureKind = Literal[
    "busy",  # as many questions wait as may
    "overrun",  # the time limit; detail is the limit
    "died",  # the process died; detail is the signal's name
    "start",  # the snapshot cannot be loaded
    "closed",  # the pool is shutting down
    "syntax",  # the engine cannot parse the query; detail is what it says
    "dataset",  # a graph is not named by an IRI
    "type",  # no acceptable type for what the query gives; detail is "results" or "graph"
    "query",  # the engine cannot evaluate the query
    "outside",  # the query reached for something outside the snapshot
    "memory",  # the memory limit
    "size",  # the answer is larger than the limit in detail
]


@dataclass(eq=False)
class Failure(Exception):
    """A question that got no answer, or only the beginning of one."""

    kind: FailureKind
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a pool and one query may take."""

    timeout_s: float = 30.0
    memory_mb: int = 2048  # of one query, beside the loaded snapshot
    queue: int = 32
    workers: int = 2
    body_bytes: int = 1_000_000
    answer_bytes: int = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Question:
    """A query, its dataset, and the names of the formats that will do."""

    query: str
    union: bool = True  # the default graph is the union of all
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    results: str | None = "json"  # for SELECT and ASK
    graph: str | None = "turtle"  # for CONSTRUCT and DESCRIBE
    only_head: bool = False
    timeout: float | None = None  # may only lower the limit
    folder: str = ""  # a state on disk to answer from; the pool's snapshot if empty


class Worker:
    """One process, seen from the parent."""

    def __init__(self, twig: Twig) -> None:
        self._twig, self._inbox, self._outbox = twig, twig.inbox, twig.outbox
        self.pid = twig.pid
        self._dismissed = asyncio.Event()
        self.is_free = True  # no answer is under way and none went wrong

    @property
    def is_alive(self) -> bool:
        """Whether it may still be asked."""
        return not self._twig.ended.done() and not self._dismissed.is_set()

    def send(self, message: Mapping[str, object]) -> None:
        """Sends one message; the pipe's buffer takes it, since nothing else is under way."""
        data = json.dumps(message).encode()
        self._outbox.write(len(data).to_bytes(4, "big") + data)

    async def frame(self) -> tuple[bytes, bytes]:
        """The next frame; raises Failure where it says so or the process died."""
        try:
            head = await self._inbox.readexactly(5)
            payload = await self._inbox.readexactly(int.from_bytes(head[1:], "big"))
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise Failure("died", await self._cause_of_death()) from error
        kind = head[:1]
        if kind == b"F":
            failure = Failure(**json.loads(payload))
            self.is_free = failure.kind not in ("memory", "start")
            raise failure
        if kind == b"E":
            self.is_free = payload != b"retire"
        return kind, payload

    async def _cause_of_death(self) -> str:
        code = await self._twig.ended
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    def dismiss(self) -> None:
        """Kills the process, whatever it is doing."""
        self._dismissed.set()
        self._twig.kill()

    async def gone(self) -> None:
        """Returns when the process is over and reaped; nobody may be reading frames then."""
        dismissed: asyncio.Future[Any] = asyncio.ensure_future(self._dismissed.wait())
        either: set[asyncio.Future[Any]] = {self._twig.ended, dismissed}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        dismissed.cancel()
        await self._twig.ended
        self._outbox.close()


class Answer:
    """One answer on its way: what it is, and its bytes."""

    def __init__(self, worker: Worker, kind: str, length: int | None) -> None:
        self.kind, self.length, self._worker = kind, length, worker

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body; the worker waits while nobody takes the next piece."""
        while True:
            kind, payload = await self._worker.frame()
            if kind == b"E":
                return
            yield payload


class Pool:
    """Workers over one snapshot: `start`, then `ask` as often as you like, then `close`.

    Without a snapshot, each question names the state on disk that it is about.
    """

    def __init__(
        self,
        snapshot: Path | None,
        limits: Limits | None = None,
        prefixes: Mapping[str, str] | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self._setup = {
            "quads": str(snapshot / "quads.nq") if snapshot else "",
            "memory_mb": self.limits.memory_mb,
            "prefixes": dict(prefixes or {}),
        }
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._slots = asyncio.Semaphore(self.limits.workers)
        self._waiting = self._running = 0
        self._closed = asyncio.Event()
        self._seats: list[asyncio.Task[None]] = []
        self._workers: set[Worker] = set()
        self._template: Template | None = None
        self._planting = asyncio.Lock()

    @property
    def pids(self) -> list[int]:
        """The processes alive now."""
        return sorted(worker.pid for worker in self._workers)

    @property
    def running(self) -> int:
        """How many questions are being answered now."""
        return self._running

    async def start(self) -> None:
        """Returns when the first worker is ready; raises Failure where it cannot load."""
        first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._seats = [
            asyncio.create_task(self._keep_seat(first)) for _ in range(self.limits.workers + 1)
        ]
        try:
            await first
        except (Failure, OSError):
            await self.close(0)
            raise

    async def close(self, patience: float = 5.0) -> None:
        """Takes no more questions, waits a little for answers under way, ends all processes."""
        self._closed.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                for _ in range(self.limits.workers):
                    await self._slots.acquire()
        for worker in self._workers:
            worker.dismiss()
        await asyncio.gather(*self._seats, return_exceptions=True)
        if self._template:
            await self._template.close()

    @asynccontextmanager
    async def ask(self, question: Question) -> AsyncIterator[Answer]:
        """One answer within the time limit; leaving early kills its worker. Raises Failure."""
        limit = min(question.timeout or self.limits.timeout_s, self.limits.timeout_s)
        worker = await self._take()
        worker.is_free = False
        self._running += 1
        try:
            async with asyncio.timeout(limit):
                most = {"timeout": limit, "most": self.limits.answer_bytes}
                worker.send({**asdict(question), **most})
                _, payload = await worker.frame()
                yield Answer(worker, **json.loads(payload))
        except TimeoutError:
            raise Failure("overrun", f"{limit:g}") from None
        finally:
            self._give_back(worker)

    async def _take(self) -> Worker:
        if self._closed.is_set():
            raise Failure("closed")
        if self._slots.locked() and self._waiting >= self.limits.queue:
            raise Failure("busy")
        try:
            async with asyncio.timeout(2 * self.limits.timeout_s):
                await self._take_slot()
                return await self._next_worker()
        except TimeoutError:
            raise Failure("busy") from None

    async def _take_slot(self) -> None:
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1

    async def _next_worker(self) -> Worker:
        try:
            while True:
                worker = await self._idle.get()
                if worker.is_alive:
                    return worker
        except asyncio.CancelledError:
            self._slots.release()
            raise

    def _give_back(self, worker: Worker) -> None:
        self._running -= 1
        self._slots.release()
        if worker.is_free and worker.is_alive:
            self._idle.put_nowait(worker)
        else:
            worker.dismiss()

    async def _keep_seat(self, first: "asyncio.Future[None]") -> None:
        pause = 0.1
        while not self._closed.is_set():
            try:
                await self._occupy(first)
                pause = 0.1
            except (Failure, TemplateGone, OSError) as error:
                await self._complain(error, first, pause)
                pause = min(2 * pause, 10.0)

    async def _complain(
        self, error: Exception, first: "asyncio.Future[None]", pause: float
    ) -> None:
        if self._closed.is_set():
            return
        log.error("a query worker cannot start: %s", error)
        if not first.done():
            first.set_exception(error)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closed.wait(), pause)

    async def _occupy(self, first: "asyncio.Future[None]") -> None:
        """One process from start to end."""
        worker = Worker(await (await self._living_template()).fork())
        self._workers.add(worker)
        try:
            if self._closed.is_set():
                return
            await worker.frame()
            self._idle.put_nowait(worker)
            if not first.done():
                first.set_result(None)
            await worker.gone()
        finally:
            worker.dismiss()
            await worker.gone()
            self._workers.discard(worker)

    async def _living_template(self) -> Template:
        """The template, started anew where it died."""
        async with self._planting:
            if self._template is None or self._template.is_gone:
                if self._closed.is_set():
                    raise Failure("closed")
                if self._template:
                    await self._template.close()
                try:
                    self._template = await Template.start(self._setup)
                except TemplateGone as error:
                    raise Failure("start", str(error)) from error
            return self._template

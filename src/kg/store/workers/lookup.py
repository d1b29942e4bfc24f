"""A plain request on its way to a worker and back, without a task of its own."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from kg.store.workers.question import Failure
from kg.store.workers.watch import Watch
from kg.store.workers.worker import Worker

if TYPE_CHECKING:
    from kg.store.workers.pool import Pool

Told = Callable[[bytes | Failure | None], None]


class Lookup:
    """A plain request on its way: the worker's answer, a Failure, or None to ask in full."""

    def __init__(
        self, pool: "Pool", turn: "asyncio.Future[Worker]", request: bytes, told: Told
    ) -> None:
        self._pool, self._turn, self._request, self._told = pool, turn, request, told
        self._worker: Worker | None = None

    def take_turn(self, turn: "asyncio.Future[Worker]") -> None:
        """A worker is free for this request, or the pool closes."""
        if turn.cancelled():
            return
        if turn.exception():
            self._told(None)
        else:
            self.start(turn.result())

    def start(self, worker: Worker) -> None:
        """Asks the worker."""
        self._worker = worker
        self._watch = Watch(self._pool, worker, self._pool.limits.timeout_s)
        worker.listener = self._hear
        worker.send(self._request)

    def _hear(self) -> None:
        assert self._worker
        try:
            found = self._worker.take()
        except Failure as failure:
            self._end(failure)
            return
        if found is not None:
            kind, payload = found
            self._worker.is_free = True
            self._end(payload if kind == b"W" else None)

    def _end(self, answer: bytes | Failure | None) -> None:
        self.give_up()
        self._told(answer)

    def give_up(self) -> None:
        """Nobody waits for the answer any more; where there is none yet, its worker is ended."""
        if self._worker is None:
            self._pool.forget(self._turn)
            self._turn.cancel()
            return
        self._worker.listener = None
        self._watch.end()
        self._pool.give_back(self._worker)

"""The clock of one question."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress

from kg.engine.pool.worker import Worker

_LONG = 0.5  # seconds, after which a query gives way to others
_GIVING_WAY = 10  # what nice(2) calls it


class QueryDeadline:
    """The clock of one question: a long one gives way to others, one over its limit is ended."""

    def __init__(
        self,
        overrun: Callable[[Worker, float], None],
        worker: Worker,
        limit: float,
        gone_by: float = 0,
    ) -> None:
        """`overrun` is told of a worker that is over its limit in seconds."""
        self._overrun, self._worker, self._limit = overrun, worker, limit
        self._gave_way = False
        loop = asyncio.get_running_loop()
        self._end = loop.time() + limit - gone_by
        late = self._give_way if limit > _LONG else self._end_worker
        self._timer = loop.call_later(max(0, min(limit, _LONG) - gone_by), late)

    def _give_way(self) -> None:
        self._gave_way = True
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self._worker.pid, _GIVING_WAY)
        self._timer = asyncio.get_running_loop().call_at(self._end, self._end_worker)

    def _end_worker(self) -> None:
        self._overrun(self._worker, self._limit)

    def end(self) -> None:
        """The answer is taken, or nobody wants it."""
        self._timer.cancel()
        if self._gave_way and self._worker.is_alive:
            try:
                os.setpriority(os.PRIO_PROCESS, self._worker.pid, 0)
            except OSError:  # only root may: another process takes its place
                self._worker.is_free = False

"""Looks after workers that hold client connections: none of these waits behind a long answer."""

import asyncio
import time
from collections.abc import Callable, Collection

from kg.engine.pool.worker import Worker

_OFTEN, _SELDOM = 0.01, 0.05  # seconds between two looks
_LONG = 0.005  # seconds of processor time between two looks at one and the same answer
_STILL = 1_000_000_000  # nanoseconds of the clock, whatever it waits for
_CALM = 20  # looks that found nothing under way, before it looks less often


class LongRequestMonitor:
    """Walks while anything is handed off.

    An answer counts as long by the processor time it takes, not by the clock: on a busy machine a
    worker that waits for its turn would not be relieved by others that wait as well.
    """

    def __init__(self, workers: Collection[Worker], relieve: Callable[[Worker], None]) -> None:
        self._workers, self._relieve = workers, relieve
        self._timer: asyncio.TimerHandle | None = None
        self._calm = 0
        self._seen: dict[Worker, tuple[int, float]] = {}  # the request at work, processor time

    def walk(self) -> None:
        """Something was handed off."""
        self._calm = 0
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_OFTEN, self._look)

    def _look(self) -> None:
        self._timer = None
        busy = [worker for worker in self._workers if worker.is_alive and len(worker.handoff)]
        before, self._seen = self._seen, {}
        self._calm += 1
        for worker in busy:
            if worker.handoff.shared_page.serving:
                self._calm = 0
                now = worker.handoff.shared_page.since, _processor_time(worker.pid)
                seen = before.get(worker, now)
                first = seen if seen[0] == now[0] else now
                if now[1] - first[1] > _LONG or time.monotonic_ns() - now[0] > _STILL:
                    self._relieve(worker)
                else:
                    self._seen[worker] = first
        if busy:
            pause = _OFTEN if self._calm < _CALM else _SELDOM
            self._timer = asyncio.get_running_loop().call_later(pause, self._look)


def _processor_time(pid: int) -> float:
    """Seconds that a process has worked (clock_getcpuclockid(3)); the clock where there is none."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return time.monotonic()

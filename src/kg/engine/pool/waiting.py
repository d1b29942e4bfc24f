"""Questions that wait for a worker: those of our own pages go first."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import suppress

from kg.engine.pool.request import Failure
from kg.engine.pool.worker import Worker

Waiter = asyncio.Future[Worker]


class Waiting:
    """Two queues, each in the order of coming."""

    def __init__(self) -> None:
        self._own: deque[Waiter] = deque()
        self._others: deque[Waiter] = deque()

    def __len__(self) -> int:
        return len(self._own) + len(self._others)

    def number(self, is_own: bool) -> int:
        """How many wait in one of the queues."""
        return len(self._queue(is_own))

    def add(self, is_own: bool) -> Waiter:
        """One more, who is told its worker."""
        waiter: Waiter = asyncio.get_running_loop().create_future()
        self._queue(is_own).append(waiter)
        return waiter

    def remove(self, waiter: Waiter) -> None:
        """Waits no more."""
        for queue in (self._own, self._others):
            with suppress(ValueError):
                queue.remove(waiter)

    def next(self, is_own: bool) -> Waiter | None:
        """Who has waited longest and still does."""
        queue = self._queue(is_own)
        while queue:
            if not (waiter := queue.popleft()).done():
                return waiter
        return None

    def refuse(self, why: Failure) -> None:
        """Nobody gets a worker any more."""
        for waiter in self._all():
            if not waiter.done():
                waiter.set_exception(why)

    def _all(self) -> Iterator[Waiter]:
        yield from self._own
        yield from self._others

    def _queue(self, is_own: bool) -> deque[Waiter]:
        return self._own if is_own else self._others

"""A few at once; some more wait, for some time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kg.engine.pool.request import Failure


class Slots:
    """So many `at_once`, so many `waiting`, each for so many `seconds`."""

    def __init__(self, at_once: int, waiting: int, seconds: float) -> None:
        self._free, self._most, self._seconds = asyncio.Semaphore(at_once), waiting, seconds
        self._waiting = 0

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Around what takes a slot; raises Failure (busy) where too many wait, or for too long."""
        if self._free.locked() and self._waiting >= self._most:
            raise Failure("busy")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._seconds):
                await self._free.acquire()
        except TimeoutError:
            raise Failure("busy") from None
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()

"""How many requests for much data are at work at once: others must not wait behind them.

Each takes a thread, queries and processor time for itself; pages come in between.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kg.core.errors import Refusal

_AT_ONCE = 4
_WAITING = 64
_SECONDS = 30.0
_QUICK = ("/api/search", "/api/steps")  # what pages ask while somebody types or walks


def is_bulk(path: str, parameters: bytes) -> bool:
    """Whether a request is for data, which may be much, and not for a page.

    >>> is_bulk("/api/claims", b""), is_bulk("/sources", b"format=csv"), is_bulk("/about", b"")
    (True, True, False)
    """
    return (path.startswith("/api/") and not path.startswith(_QUICK)) or b"format=csv" in parameters


class Admission:
    """Lets a few in at once, and some more wait."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    @asynccontextmanager
    async def admitted(self) -> AsyncIterator[None]:
        """Around one request for data; raises Refusal where too many wait, or for too long."""
        if self._waiting >= _WAITING:
            raise _busy()
        self._waiting += 1
        try:
            async with asyncio.timeout(_SECONDS):
                await self._slots.acquire()
        except TimeoutError:
            raise _busy() from None
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._slots.release()


def _busy() -> Refusal:
    detail = "As many requests for data as can wait are waiting already. Try again in a moment."
    return Refusal(503, "The server is busy", detail, {"Retry-After": "5"})

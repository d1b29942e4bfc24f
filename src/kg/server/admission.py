"""How many requests for much data are at work at once: others must not wait behind them.

Each takes a thread, queries and processor time for itself; pages come in between.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kg.engine.pool import Failure
from kg.engine.slots import Slots
from kg.server.protocol.problems import refusal_for

_AT_ONCE = 4
_WAITING = 64
_SECONDS = 30.0
# What pages ask while somebody types or walks; a check waits in the queue of the tasks.
_QUICK = ("/api/search", "/api/steps", "/api/verify")


def is_bulk(path: str, parameters: bytes) -> bool:
    """Whether a request is for data, which may be much, and not for a page.

    >>> is_bulk("/api/claims", b""), is_bulk("/sources", b"format=csv"), is_bulk("/about", b"")
    (True, True, False)
    """
    is_data = path == "/reconcile" or (path.startswith("/api/") and not path.startswith(_QUICK))
    return is_data or b"format=csv" in parameters


class Admission:
    """Lets a few in at once, and some more wait."""

    def __init__(self) -> None:
        self._slots = Slots(_AT_ONCE, _WAITING, _SECONDS)

    @asynccontextmanager
    async def admitted(self) -> AsyncIterator[None]:
        """Around one request for data; raises Refusal where too many wait, or for too long."""
        try:
            async with self._slots.taken():
                yield
        except Failure as failure:
            raise refusal_for(failure.kind, failure.detail) from None

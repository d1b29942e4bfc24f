"""Deadlines for clients that stop halfway, which uvicorn does not have: `Config(http=Patient)`.

A request line and its headers must be complete soon after they begin; a body must not pause for
long; an answer must be taken. Otherwise the connection is closed, and the application sees that
the client hung up.
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Patient(H11Protocol):
    """HTTP/1.1 with patience that ends; the seconds may be changed in a subclass."""

    headers_within = 10.0
    body_pause = 20.0
    taken_within = 60.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._owing: asyncio.TimerHandle | None = None  # the client owes us bytes
        self._taking: asyncio.TimerHandle | None = None  # the client does not take ours

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Starts the wait for the first headers."""
        super().connection_made(cast("asyncio.Transport", transport))
        self._owing = self.loop.call_later(self.headers_within, self._give_up)

    def data_received(self, data: bytes) -> None:
        """Looks anew at what is still owed."""
        super().data_received(data)
        idle = self.cycle is None or self.cycle.response_complete
        if not idle:
            self._stop_waiting()
        if idle and self._owing is None:
            self._owing = self.loop.call_later(self.headers_within, self._give_up)
        elif not idle and self.cycle.more_body:
            self._owing = self.loop.call_later(self.body_pause, self._give_up)

    def pause_writing(self) -> None:
        """The client is behind with taking the answer."""
        super().pause_writing()
        self._taking = self.loop.call_later(self.taken_within, self.transport.abort)

    def resume_writing(self) -> None:
        """The client has caught up."""
        super().resume_writing()
        if self._taking:
            self._taking.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more to wait for."""
        super().connection_lost(exc)
        self._stop_waiting()
        if self._taking:
            self._taking.cancel()

    def _stop_waiting(self) -> None:
        if self._owing:
            self._owing.cancel()
            self._owing = None

    def _give_up(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(_TOO_SLOW)
        self.transport.close()

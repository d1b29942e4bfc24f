"""HTTP/1.1 read strictly and with deadlines, for which uvicorn has no settings.

`Config(http=SlowClientTimeouts)` reads heads as `request_head` says, also of requests that come
before the last one is answered. A request line and its headers must be complete soon after they
begin; a body must not pause for long; an answer must be taken. Otherwise the connection is closed,
and the application sees that the client hung up.
"""

import asyncio
from typing import Any, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from kg.core.errors import Refusal
from kg.server.protocol.problem_response import plain_response
from kg.server.request_head import LARGEST, readable, split

_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class SlowClientTimeouts(H11Protocol):
    """HTTP/1.1 with patience that ends; the seconds may be changed in a subclass."""

    headers_within = 10.0
    body_pause = 20.0
    taken_within = 60.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._opening = b""  # of a request whose head is not whole
        self._behind = b""  # what came behind the request that is being answered
        self._owing: asyncio.TimerHandle | None = None  # the client owes us bytes
        self._taking: asyncio.TimerHandle | None = None  # the client does not take ours

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Starts the wait for the first headers."""
        super().connection_made(cast("asyncio.Transport", transport))
        self._owing = self.loop.call_later(self.headers_within, self._give_up)

    def data_received(self, data: bytes) -> None:
        """Looks anew at what is still owed."""
        if self._is_idle():
            try:
                ready = readable(self._opening, data)
            except Refusal as refusal:
                self._refuse(refusal)
                return
            self._opening = b"" if ready else self._opening + data
            data, self._behind = split(ready) if ready else (b"", b"")
        elif self.cycle is not None and not self.cycle.more_body:
            self._behind += data
            data = b""
            if len(self._behind) > LARGEST:
                self.flow.pause_reading()
        if data:
            super().data_received(data)
        self._look_what_is_owed()

    def on_response_complete(self) -> None:
        """The next request may be here already."""
        super().on_response_complete()
        if self._behind:
            data, self._behind = self._behind, b""
            self.loop.call_soon(self._next_request, data)

    def _next_request(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.flow.resume_reading()
            self.data_received(data)

    def _is_idle(self) -> bool:
        """Whether the library has nothing under way, and nothing half read."""
        if self.cycle is not None and not self.cycle.response_complete:
            return False
        conn = self.conn
        idle = conn.our_state is h11.IDLE and conn.their_state is h11.IDLE
        return idle and not conn.trailing_data[0]

    def send_400_response(self, msg: str) -> None:
        """What the library cannot read, told as everything else is."""
        detail = "This is no request of HTTP/1.1 (RFC 9112)."
        self._refuse(Refusal(400, "Bad request", detail, {"Connection": "close"}))

    def _refuse(self, refusal: Refusal) -> None:
        self.transport.write(plain_response(refusal))
        self.transport.close()

    def _look_what_is_owed(self) -> None:
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

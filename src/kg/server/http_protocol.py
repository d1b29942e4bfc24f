"""A short way through the server for whole requests to /sparql: `Config(http=FastHttp)`.

The server's own machinery costs more than a look-up of one entity. A request that arrives in one
piece and is plain in every respect is read here: bytes that were answered before get the bytes
of that answer, others go to the application at once. A connection with look-ups is handed to a
worker, which answers them itself until something else comes. Whatever is in the least unusual
takes the server's strict way, and so does everything else that is not /sparql.
"""

import asyncio
import json
import logging
import socket
import struct
from functools import lru_cache
from typing import Any, cast

from kg.engine.pool import Failure, Pool
from kg.server.active_snapshot import ActiveSnapshot
from kg.server.metrics import Meter
from kg.server.protocol.access_log import AccessRecord
from kg.server.protocol.fast_request import may_be_lookup, read_call
from kg.server.protocol.problem_response import problem_response
from kg.server.protocol.problems import refusal_for
from kg.server.protocol.response_cache import CachedResponse
from kg.server.request_cycle import REMEMBERED, STATUS_LINES, Front, RequestCycle
from kg.server.slow_clients import SlowClientTimeouts

_TCP_INFO, _NOT_SENT, _BYTES_SENT = 216, 144, 200  # bytes, and where two of them lie (Linux)
_WAITING = 65_536  # bytes that may arrive behind a request that is being answered

log = logging.getLogger(__name__)


class FastHttp(SlowClientTimeouts):
    """HTTP/1.1 with a short way for what is asked most."""

    _dated: tuple[object, bytes] = (None, b"")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        front = self.config.app
        self._front = cast("Front", front) if hasattr(front, "cache") else None
        self._meter: Meter | None = getattr(front, "meter", None)
        self._task: asyncio.Task[None] | None = None
        self._handed_to: Pool | None = None  # a worker of which has this connection
        self._handed_version = ""  # the version that it answers from
        self._later = b""  # what arrived behind the request that is being answered
        self._is_closing = False

    def data_received(self, data: bytes) -> None:
        """Takes the short way where that is possible."""
        if self._task is not None or self._handed_to is not None:
            self._later += data
            if len(self._later) > _WAITING:
                self.flow.pause_reading()
        elif self._front is None or not self._is_between() or not self._take(data, self._front):
            super().data_received(data)

    def _is_between(self) -> bool:
        """Nothing is under way, and nothing half has arrived."""
        return not self._opening and self._is_idle()

    def _take(self, data: bytes, front: Front) -> bool:
        key = (front.served.version, data)
        kept = front.cache.get(key) if len(data) <= REMEMBERED else None
        if kept is not None and not self.flow.write_paused:
            front.cache.hits += 1
            self._stop_waiting()
            self._send_kept(kept)
            if self._meter is not None:
                assert isinstance(kept.head, bytes)
                self._meter.tell_kept(data, kept.head, len(kept.body))
            return True
        return (may_be_lookup(data) and self._hand_off(data, front)) or self._ask(data, front)

    def _ask(self, data: bytes, front: Front) -> bool:
        """Has the application answer a whole request; False for what is not one."""
        call = read_call(data)
        if call is None:
            return False
        self._begin(RequestCycle(self, front, call, (front.served.version, data)))
        return True

    def _begin(self, cycle: RequestCycle) -> None:
        self._stop_waiting()
        self._unset_keepalive_if_required()
        self._task = self.loop.create_task(cycle.run())
        self.tasks.add(self._task)
        self._task.add_done_callback(self.tasks.discard)

    def _hand_off(self, data: bytes, front: Front) -> bool:
        """Has a worker read and answer from here on."""
        served = front.served
        owes = self.transport.get_write_buffer_size() > 0  # a worker would write before it
        if owes or not served.version or not isinstance(served.pool, Pool):
            return False
        if not served.pool.dispatcher.hand_off(self, _line(served), data):
            return False
        self._handed_to, self._handed_version = served.pool, served.version
        self.flow.pause_reading()
        self._stop_waiting()
        self._unset_keepalive_if_required()
        return True

    def fileno(self) -> int:
        """The socket of this connection."""
        return int(self.transport.get_extra_info("socket").fileno())

    def written(self) -> int | None:
        """Bytes that the kernel took for this connection so far, where it tells (tcp(7))."""
        if not hasattr(socket, "TCP_INFO"):
            return None
        info = self.transport.get_extra_info("socket").getsockopt(
            socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO
        )
        if len(info) < _TCP_INFO:
            return None
        sent, again = struct.unpack_from("=QQ", info, _BYTES_SENT)
        return int(sent - again + struct.unpack_from("=I", info, _NOT_SENT)[0])

    def awaited(self) -> None:
        """Whether the client hangs up is ours to see."""
        self.flow.resume_reading()

    def hung_up(self) -> None:
        """The client has closed it, or nobody knows what has left on it."""
        self._handed_to = None
        self.transport.close()

    def returned(self, unsent: bytes, unread: bytes) -> None:
        """The worker does not read any more."""
        self._handed_to = None
        if unsent:
            self.transport.write(unsent)
        if self._is_closing and not unread:
            self.transport.close()
            return
        self.on_response_complete()
        later, self._later = unread + self._later, b""
        if unread:
            self._read_here(later)
        elif later:
            self.data_received(later)

    def untouched(self, request: bytes) -> None:
        """No worker has read what comes next, nor begun the request."""
        self._handed_to = None
        if self._is_closing and not request:
            self.transport.close()
            return
        self.on_response_complete()
        later, self._later = request + self._later, b""
        if later:  # before anything else can arrive
            self.loop.call_soon(self.data_received, later)

    def kept(self, answer: bytes, request: bytes) -> None:
        """A worker has had this request before: from now on it is answered here."""
        _, _, fields = answer.partition(b"\r\ndate: ")[2].partition(b"\r\n")
        head, end, body = fields.partition(b"\r\n\r\n")
        if self._front is not None and len(request) <= REMEMBERED:
            self._front.cache.put((self._handed_version, request), CachedResponse(head + end, body))
        self.returned(answer, b"")

    def _read_here(self, data: bytes) -> None:
        """What a worker left to the front."""
        if self._front is None or not self._is_between() or not self._ask(data, self._front):
            super().data_received(data)
            if self._is_closing:
                super().shutdown()

    def failed(self, failure: Failure, request: bytes, seconds: float) -> None:
        """The worker was ended, or ended itself, over a request that came here."""
        self._handed_to = None
        refusal = refusal_for(failure.kind, failure.detail)
        if self._meter is not None:
            method = request[:4].rstrip().decode("latin-1")
            size = len(problem_response(refusal, None)[1])
            self._meter.log_request(AccessRecord(method, "/sparql", refusal.status, seconds, size))
        self._refuse(refusal)

    def _send_kept(self, kept: CachedResponse) -> None:
        assert isinstance(kept.head, bytes)
        self.transport.write(b"%b%b%b%b" % (STATUS_LINES[200], self.date(), kept.head, kept.body))
        if self.timeout_keep_alive_task is None:
            self.on_response_complete()

    def date(self) -> bytes:
        """The fields that the server adds to each answer (RFC 9110, section 6.6.1)."""
        fields = self.server_state.default_headers
        if self._dated[0] is not fields:  # the server has a new list every second
            FastHttp._dated = fields, b"".join([b"%b: %b\r\n" % field for field in fields])
        return self._dated[1]

    def ended(self, is_whole: bool) -> None:
        """The request of the short way is answered; the next one may be waiting already."""
        self._task = None
        if not is_whole or self._is_closing:
            self.transport.close()
            return
        self.on_response_complete()
        if self._later:
            later, self._later = self._later, b""
            self.loop.call_soon(self.data_received, later)

    def connection_lost(self, exc: Exception | None) -> None:
        """Who hangs up takes the query along."""
        super().connection_lost(exc)
        if self._task is not None:
            self._task.cancel()
        if self._handed_to is not None:
            self._handed_to.dispatcher.forget(self)
            self._handed_to = None

    def shutdown(self) -> None:
        """Ends the connection, after the answer under way."""
        if self._handed_to is not None:
            self._is_closing = True
            self._handed_to.reclaim_connections()
        elif self._task is not None:
            self._is_closing = True
        else:
            super().shutdown()


@lru_cache(4)
def _line(served: ActiveSnapshot) -> bytes:
    """What a worker has to know of what it is asked."""
    limit = served.pool.limits.timeout_s
    facts = {"version": served.version, "union": served.union, "folder": served.folder}
    return json.dumps({**facts, "timeout": limit}).encode()

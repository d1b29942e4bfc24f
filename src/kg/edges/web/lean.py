"""A short way through the server for whole requests to /sparql: `Config(http=Lean)`.

The server's own machinery costs more than a look-up of one entity. A request that arrives in one
piece and is plain in every respect is read here: bytes that were answered before get the bytes
of that answer, others go to the application at once. Whatever is in the least unusual takes the
server's strict way, and so does everything else that is not /sparql.
"""

import asyncio
import json
import logging
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Protocol, cast

import h11

from kg.core.errors import Refusal
from kg.edges.web.asgi import KEEPS, WATCHED, Message, Receive, Scope, Send
from kg.edges.web.deadline import Patient
from kg.edges.web.exchange import HttpExchange
from kg.edges.web.meter import Meter, Told
from kg.edges.web.served import Served
from kg.outlets.protocol.caching import Kept, Recall
from kg.outlets.protocol.failures import refusal_for
from kg.outlets.protocol.plain import Call, read_call
from kg.store.workers import Failure, Lookup, Pool

_LOOKUP_BELOW = 2048  # bytes of a request that may be one
_REMEMBERED = 4096  # bytes of a request whose answer is kept under its very bytes
_WAITING = 65_536  # bytes that may arrive behind a request that is being answered
_LINES = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus
}
_BODILESS = frozenset({204, 304})

log = logging.getLogger(__name__)


class Front(Protocol):
    """The application that stands behind."""

    served: Served
    recall: Recall

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""


class Lean(Patient):
    """HTTP/1.1 with a short way for what is asked most."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        front = self.config.app
        self._front = cast("Front", front) if hasattr(front, "recall") else None
        self._meter: Meter | None = getattr(front, "meter", None)
        self._task: asyncio.Task[None] | None = None
        self._lookup: Lookup | None = None
        self._served_line: tuple[Served | None, bytes] = (None, b"")
        self._later = b""  # what arrived behind the request that is being answered
        self._is_closing = False

    def data_received(self, data: bytes) -> None:
        """Takes the short way where that is possible."""
        if self._task is not None or self._lookup is not None:
            self._later += data
            if len(self._later) > _WAITING:
                self.flow.pause_reading()
        elif self._front is None or not self._is_between() or not self._take(data, self._front):
            super().data_received(data)

    def _is_between(self) -> bool:
        """Nothing is under way, and nothing half has arrived."""
        if self.cycle is not None and not self.cycle.response_complete:
            return False
        conn = self.conn
        idle = conn.our_state is h11.IDLE and conn.their_state is h11.IDLE
        return idle and not conn.trailing_data[0]

    def _take(self, data: bytes, front: Front) -> bool:
        key = (front.served.version, data)
        kept = front.recall.get(key) if len(data) <= _REMEMBERED else None
        if kept is not None:
            front.recall.hits += 1
            self._stop_waiting()
            self._send_kept(kept)
            if self._meter is not None:
                assert isinstance(kept.head, bytes)
                self._meter.tell_kept(kept.head, len(kept.body))
            return True
        if _is_lookup(data) and self._look_up(data, front):
            return True
        call = read_call(data)
        if call is None:
            return False
        self._begin(_Cycle(self, front, call, key))
        return True

    def _begin(self, cycle: "_Cycle") -> None:
        self._stop_waiting()
        self._unset_keepalive_if_required()
        self._task = self.loop.create_task(cycle.run())
        self.tasks.add(self._task)
        self._task.add_done_callback(self.tasks.discard)

    def _look_up(self, data: bytes, front: Front) -> bool:
        """Lets a worker read the request itself; what it cannot answer so is asked in full."""
        served = front.served
        if not served.version or not isinstance(served.pool, Pool):
            return False
        began = self.loop.time()

        def told(answer: bytes | Failure | None) -> None:
            self._lookup = None
            if isinstance(answer, bytes):
                self._send_found(answer, (served.version, data), front, self.loop.time() - began)
            else:
                self._ask_in_full(data, front, answer)

        self._lookup = served.pool.look_up(_line(served) + data, told)
        if self._lookup is None:
            return False
        self._stop_waiting()
        self._unset_keepalive_if_required()
        return True

    def _send_found(self, answer: bytes, key: tuple[str, bytes], front: Front, took: float) -> None:
        end = 4 + int.from_bytes(answer[:4], "big")
        kept = Kept(answer[4:end], answer[end:])
        front.recall.misses += 1
        front.recall.put(key, kept)
        self.transport.write(b"%b%b%b" % (_LINES[200], self.date(), answer[4:]))
        if self._meter is not None:
            self._meter.tell(Told("", "/sparql", 200, took, len(kept.body), "miss"))
        self.ended(is_whole=True)

    def _ask_in_full(self, data: bytes, front: Front, failure: Failure | None) -> None:
        call = read_call(data)
        if call is None:  # the strict way says what is wrong with it
            super().data_received(data)
            return
        refusing = failure is not None and failure.kind not in ("closed", "busy")
        cycle = _Cycle(self, front, call, (front.served.version, data))
        if failure is not None and refusing:
            cycle.refusal = refusal_for(failure.kind, failure.detail)
        self._begin(cycle)

    def _send_kept(self, kept: Kept) -> None:
        assert isinstance(kept.head, bytes)
        self.transport.write(b"%b%b%b%b" % (_LINES[200], self.date(), kept.head, kept.body))
        if self.timeout_keep_alive_task is None:
            self.on_response_complete()

    def date(self) -> bytes:
        """The fields that the server adds to each answer (RFC 9110, section 6.6.1)."""
        fields = self.server_state.default_headers
        return b"".join([b"%b: %b\r\n" % field for field in fields])

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
        if self._lookup is not None:
            self._lookup.give_up()
            self._lookup = None

    def shutdown(self) -> None:
        """Ends the connection, after the answer under way."""
        if self._task is not None or self._lookup is not None:
            self._is_closing = True
        else:
            super().shutdown()


class _Cycle:
    """One request on the short way, and its response."""

    def __init__(self, connection: Lean, front: Front, call: Call, key: tuple[str, bytes]) -> None:
        self._connection, self._front, self._key = connection, front, key
        self._body: bytes | None = call.body
        self._is_head = call.method == "HEAD"
        self._head = b""  # not yet sent
        self._status = 0
        self.refusal: Refusal | None = None  # what there is to answer, decided already
        self._fields = b""
        self._is_whole = self._is_chunked = self._closes = False
        self._scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "server": connection.server,
            "client": connection.client,
            "scheme": connection.scheme,
            "method": call.method,
            "root_path": "",
            "path": "/sparql",
            "raw_path": b"/sparql",
            "query_string": call.query_string,
            "headers": call.headers,
            "state": {},
            WATCHED: True,
        }

    async def run(self) -> None:
        """Has the application answer."""
        try:
            if self.refusal:
                exchange = HttpExchange(self._scope, self._receive, self._send)
                await exchange.refuse(self.refusal)
            else:
                await self._front(self._scope, self._receive, self._send)
        except Exception:
            log.exception("a request to /sparql failed")
            if not self._status:
                await self._fail()
        finally:
            self._connection.ended(self._is_whole and not self._closes)

    async def _fail(self) -> None:
        fields = [(b"content-length", b"0"), (b"connection", b"close")]
        await self._send({"type": "http.response.start", "status": 500, "headers": fields})
        await self._send({"type": "http.response.body"})

    async def _receive(self) -> Message:
        if self._body is None:  # the server ends this task when the client hangs up
            await asyncio.get_running_loop().create_future()
        body, self._body = self._body or b"", None
        return {"type": "http.request", "body": body, "more_body": False}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start(message["status"], message["headers"])
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        if self._is_head:
            body = b""
        elif not self._is_chunked and not more and self._head:
            self._keep(body)
        elif self._is_chunked:
            body = (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + (
                b"" if more else b"0\r\n\r\n"
            )
        self._connection.transport.write(self._head + body)
        self._head, self._is_whole = b"", not more
        if self._connection.flow.write_paused:
            await self._connection.flow.drain()

    def _start(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        self._status = status
        names = dict(headers)
        self._closes = names.get(b"connection", b"").lower() == b"close"
        self._is_chunked = b"content-length" not in names and status not in _BODILESS
        if self._is_chunked:
            headers = [*headers, (b"transfer-encoding", b"chunked")]
        self._fields = b"".join([b"%b: %b\r\n" % field for field in headers]) + b"\r\n"
        self._head = _LINES[status] + self._connection.date() + self._fields

    def _keep(self, body: bytes) -> None:
        """The answer under the very bytes of the request, where it stays true for its version."""
        version, data = self._key
        keeps = version and self._scope.get(KEEPS) == version and self._status == 200
        if keeps and len(data) <= _REMEMBERED and b"\r\nx-request-id:" not in data.lower():
            self._front.recall.put(self._key, Kept(self._fields, body))


@lru_cache(4)
def _line(served: Served) -> bytes:
    """What a worker has to know of what it is asked, in front of the request."""
    limit = served.pool.limits.timeout_s
    facts = {"version": served.version, "union": served.union, "folder": served.folder}
    return b"H" + json.dumps({**facts, "timeout": limit}).encode() + b"\n"


def _is_lookup(data: bytes) -> bool:
    """Patterns alone, without a function, an aggregate or a sub-select: quick, most likely."""
    return (
        len(data) <= _LOOKUP_BELOW
        and data.startswith(b"GET /sparql?")
        and data.find(b"\r\n\r\n") == len(data) - 4
        and b"(" not in data
        and b"%28" not in data
    )

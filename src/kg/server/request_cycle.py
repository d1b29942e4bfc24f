"""One whole request to /sparql on the short way, answered by the application without a server."""

import asyncio
import logging
from http import HTTPStatus
from typing import Any, Protocol

from kg.server.active_snapshot import ActiveSnapshot
from kg.server.asgi import KEEPS, WATCHED, Message, Receive, Scope, Send
from kg.server.protocol.fast_request import RawRequest
from kg.server.protocol.response_cache import CachedResponse, ResponseCache

REMEMBERED = 4096  # bytes of a request whose answer is kept under its very bytes
STATUS_LINES = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus
}
_BODILESS = frozenset({204, 304})

log = logging.getLogger(__name__)


class Front(Protocol):
    """The application that stands behind."""

    served: ActiveSnapshot
    cache: ResponseCache

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""


class Connection(Protocol):
    """The connection that a request came on."""

    server: Any
    client: Any
    scheme: Any
    transport: Any
    flow: Any

    def date(self) -> bytes:
        """The fields that the server adds to each answer."""

    def ended(self, is_whole: bool) -> None:
        """The request is answered."""


class RequestCycle:
    """One request on the short way, and its response."""

    def __init__(
        self, connection: Connection, front: Front, call: RawRequest, key: tuple[str, bytes]
    ) -> None:
        self._connection, self._front, self._key = connection, front, key
        self._body: bytes | None = call.body
        self._is_head = call.method == "HEAD"
        self._head = b""  # not yet sent
        self._status = 0
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
        self._head = STATUS_LINES[status] + self._connection.date() + self._fields

    def _keep(self, body: bytes) -> None:
        """The answer under the very bytes of the request, where it stays true for its version."""
        version, data = self._key
        keeps = version and self._scope.get(KEEPS) == version and self._status == 200
        if keeps and len(data) <= REMEMBERED and b"\r\nx-request-id:" not in data.lower():
            self._front.cache.put(self._key, CachedResponse(self._fields, body))

"""One HTTP request and its response, for the applications that stand before the framework."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from typing import Any

from kg.core.errors import Refusal
from kg.server.asgi import WATCHED, Receive, Scope, Send
from kg.server.protocol.content_coding import CODED_FROM, Coder, coder
from kg.server.protocol.fast_request import ALWAYS
from kg.server.protocol.problem_response import REFUSED, problem_response
from kg.server.protocol.request import header_fields
from kg.server.protocol.response_cache import CachedResponse
from kg.server.protocol.row_count import RowCount
from kg.server.spooling import Spooled


class Counted:
    """An answer on its way, whose rows are counted as they pass."""

    def __init__(self, answer: Spooled, count: RowCount) -> None:
        self.kind, self.length = answer.kind, answer.length
        self.comes_from_engine = answer.comes_from_engine
        self._answer, self._count = answer, count

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body."""
        async for piece in self._answer.pieces():
            self._count.add(piece)
            yield piece


Sent = Spooled | Counted

BODY_SECONDS = 15.0
_DROPPED = 8  # times the body limit: so much is read and dropped before a connection is cut
_ALWAYS_PAIRS = [(name.lower().encode(), value.encode()) for name, value in ALWAYS.items()]
_KEPT_UP_TO = 16_000_000  # bytes that are collected beside being sent, in hope of being kept

Keep = Callable[[CachedResponse], None]


class HungUp(Exception):
    """The client is gone."""


class HttpExchange:
    """One request and its response."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope, self._receive, self._send = scope, receive, send
        self.headers = header_fields(scope["headers"])
        self.started = False

    async def body(self, limit: int, oversized: Refusal, seconds: float = BODY_SECONDS) -> bytes:
        """The whole body; raises Refusal where it is too large or too slow, HungUp."""
        declared = self.headers.get("content-length", "0")
        if "expect" in self.headers and declared.isdecimal() and int(declared) > limit:
            raise oversized
        body, size = bytearray(), 0
        try:
            async with asyncio.timeout(seconds):
                async for piece in self._pieces():
                    size += len(piece)
                    body += piece if size <= limit else b""
                    if size > _DROPPED * limit:
                        break
        except TimeoutError:
            detail = f"The body was not complete after {seconds:g} seconds."
            raise Refusal(408, "Request timeout", detail, {"Connection": "close"}) from None
        if size > limit:
            raise oversized
        return bytes(body)

    async def _pieces(self) -> AsyncIterator[bytes]:
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise HungUp
            yield message.get("body", b"")
            if not message.get("more_body"):
                return

    async def stream(
        self, answer: Sent, headers: Mapping[str, str], encoding: str, keep: Keep | None = None
    ) -> None:
        """Sends an answer piece by piece, coded where that pays; `keep` gets it when whole."""
        short = answer.length is not None and answer.length < CODED_FROM
        own = {"Content-Type": headers["Content-Type"]}
        if encoding != "identity" and not short:
            own["Content-Encoding"] = encoding
        headers = {**headers, **own}
        if self.scope["method"] == "HEAD":
            if answer.comes_from_engine:  # no piece is to come: then its worker is free again
                async for _ in answer.pieces():
                    pass
            length = {"Content-Length": str(answer.length)} if "Content-Encoding" not in own else {}
            await self.respond(200, {**headers, **(length if answer.length is not None else {})})
            return
        pieces = _coded(answer, coder(encoding) if "Content-Encoding" in own else None)
        if answer.length is None:
            await self._flow(
                pieces, headers, keep and (lambda body: keep(CachedResponse(own, body)))
            )
            return
        body = b"".join([piece async for piece in pieces])
        if keep:
            keep(CachedResponse(own, body))
        await self.respond(200, {**headers, "Content-Length": str(len(body))}, body)

    async def _flow(
        self,
        pieces: AsyncIterator[bytes],
        headers: Mapping[str, str],
        keep: Callable[[bytes], None] | None,
    ) -> None:
        whole, keeps = bytearray(), keep is not None
        await self.begin(200, headers)
        async for piece in pieces:
            await self.send_body(piece, more=True)
            keeps = keeps and len(whole) + len(piece) <= _KEPT_UP_TO
            whole += piece if keeps else b""
        if keep and keeps:
            keep(bytes(whole))
        await self.send_body(b"")

    async def unless_hung_up(self, work: Coroutine[Any, Any, None]) -> None:
        """Does the work, and stops it when the client hangs up."""
        if WATCHED in self.scope:
            await work
            return
        task = asyncio.ensure_future(work)
        watch = asyncio.ensure_future(self._hang_up())
        try:
            await asyncio.wait({task, watch}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise HungUp
        finally:
            watch.cancel()
            task.cancel()
            await asyncio.gather(task, watch, return_exceptions=True)
        task.result()

    async def _hang_up(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def refuse(self, refusal: Refusal) -> None:
        """Sends a refusal; cuts the connection where an answer has begun."""
        if self.started:
            return
        kind, body = problem_response(refusal, self.headers.get("accept"))
        fixed = {**REFUSED, "Content-Type": kind}
        sized = {"Content-Length": str(len(body))}
        await self.respond(refusal.status, {**fixed, **sized, **refusal.headers}, body)

    async def respond(self, status: int, headers: Mapping[str, str], body: bytes = b"") -> None:
        """Sends a whole response."""
        await self.begin(status, headers)
        await self.send_body(body)

    async def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Sends the status and the fields."""
        self.started = True
        own = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
        pairs = [*_ALWAYS_PAIRS, *own]
        await self._send({"type": "http.response.start", "status": status, "headers": pairs})

    async def send_body(self, body: bytes, more: bool = False) -> None:
        """Sends a piece of the body, the last one unless more is to come."""
        await self._send({"type": "http.response.body", "body": body, "more_body": more})


async def _coded(answer: Sent, stream: Coder | None) -> AsyncIterator[bytes]:
    """The answer in its content coding, each piece as soon as it is ready."""
    async for piece in answer.pieces():
        ready = stream.add(piece) if stream else piece
        if ready:
            yield ready
    if stream:
        yield stream.end()

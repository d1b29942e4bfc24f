"""The address /sparql as a bare ASGI application: HTTP in, a question to the workers, HTTP out."""

import asyncio
import logging
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Mapping,
    MutableMapping,
)
from dataclasses import dataclass, replace
from typing import Any, ParamSpec, TypeVar

from kg.core.errors import Refusal
from kg.outlets.protocol.caching import GZIP_FROM, Gzip, coding, etag, is_known
from kg.outlets.protocol.failures import refusal_for
from kg.outlets.protocol.refusal import told
from kg.outlets.protocol.request import (
    METHODS,
    HttpRequest,
    QueryRequest,
    header_fields,
    read_request,
    too_large,
)
from kg.outlets.protocol.syntax import explain, spread
from kg.store.guard import Guarded, guard
from kg.store.workers import Answer, Failure, Pool, Question

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
P = ParamSpec("P")
T = TypeVar("T")

BODY_SECONDS = 15.0
_DROPPED = 8  # times the body limit: so much is read and dropped before a connection is cut
_QUICK = 10_000  # characters that are looked through on the event loop itself
_SPREAD = 50_000  # characters of a query that are parsed again to place an error
_REVALIDATE = "public, max-age=0, must-revalidate"
_ALWAYS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After",
    "Vary": "Accept, Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}
_OPTIONS = {
    "Allow": METHODS,
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}

log = logging.getLogger(__name__)


class HungUp(Exception):
    """The client is gone."""


@dataclass(frozen=True, slots=True)
class Served:
    """What is asked at one moment: workers over a snapshot, and its version."""

    pool: Pool
    version: str
    union: bool = True  # the default graph is the union of the named ones


class SparqlApp:
    """SPARQL 1.1 Protocol for queries; assign `served` to switch to another snapshot."""

    def __init__(self, served: Served, no_query: App | None = None) -> None:
        self.served = served
        self._no_query = no_query

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request; one without a query goes to `no_query`."""
        exchange = Exchange(self, scope, receive, send)
        try:
            asked = await exchange.read()
            if asked:
                await exchange.answer(asked)
            elif scope["method"] == "OPTIONS":
                await exchange.respond(204, _OPTIONS)
            elif self._no_query:
                await self._no_query(scope, receive, send)
            else:
                raise Refusal(400, "No query", "Send a SPARQL query as the parameter query.")
        except HungUp:
            log.info("%s %s: the client hung up", scope["method"], scope["path"])
        except Refusal as refusal:
            await exchange.refuse(refusal)


class Exchange:
    """One request and its response."""

    def __init__(self, app: SparqlApp, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._app, self._served = app, app.served
        self._headers = header_fields(scope["headers"])
        self._started = False

    async def read(self) -> QueryRequest | None:
        """What is asked; None for a request without a query. Raises Refusal, HungUp."""
        method = self._scope["method"]
        if method == "OPTIONS":
            return None
        if method not in METHODS.split(", "):
            detail = f"{method} has no meaning here. Send a query by GET or POST."
            raise Refusal(405, "Method not allowed", detail, {"Allow": METHODS})
        request = HttpRequest(
            method,
            self._scope["query_string"],
            self._headers.get("content-type"),
            self._headers.get("accept"),
            await self._body() if method == "POST" else b"",
        )
        return await _away(len(request.body), read_request, request)

    async def _body(self) -> bytes:
        limit = self._served.pool.limits.body_bytes
        declared = self._headers.get("content-length", "0")
        if "expect" in self._headers and declared.isdecimal() and int(declared) > limit:
            raise too_large(limit)
        body, size = bytearray(), 0
        try:
            async with asyncio.timeout(BODY_SECONDS):
                async for piece in self._pieces():
                    size += len(piece)
                    body += piece if size <= limit else b""
                    if size > _DROPPED * limit:
                        break
        except TimeoutError:
            detail = f"The body was not complete after {BODY_SECONDS:g} seconds."
            raise Refusal(408, "Request timeout", detail, {"Connection": "close"}) from None
        if size > limit:
            raise too_large(limit)
        return bytes(body)

    async def _pieces(self) -> AsyncIterator[bytes]:
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise HungUp
            yield message.get("body", b"")
            if not message.get("more_body"):
                return

    async def answer(self, asked: QueryRequest) -> None:
        """Guards, revalidates, runs the query and sends the answer; raises Refusal, HungUp."""
        guarded = await _away(len(asked.query), guard, asked.query)
        self._served = self._app.served
        encoding = coding(self._headers.get("accept-encoding"))
        headers = {"Cache-Control": "no-store"}
        if guarded.repeatable:
            parts = (*asked.identity, str(self._served.union))
            tag = etag(self._served.version, parts, encoding)
            headers = {"Cache-Control": _REVALIDATE, "ETag": tag}
            known = is_known(self._headers.get("if-none-match"), tag)
            if known and self._scope["method"] != "POST":
                await self.respond(304, headers)
                return
        try:
            await self._unless_hung_up(self._run(asked, guarded, headers, encoding))
        except Failure as closed:
            if self._app.served is self._served:
                raise refusal_for(closed.kind, closed.detail) from None
            await self.answer(asked)  # another snapshot took over in this moment

    async def _run(
        self, asked: QueryRequest, guarded: Guarded, headers: Mapping[str, str], encoding: str
    ) -> None:
        question = self._question(asked, guarded)
        try:
            async with self._served.pool.ask(question) as answer:
                await self._stream(asked, answer, headers, encoding)
        except Failure as failure:
            if failure.kind == "closed":
                raise
            log.log(_level(failure), "query refused or stopped: %r", str(failure)[:200])
            if self._started:
                return  # an answer cut short is shown by closing the connection
            if failure.kind == "syntax":
                raise await self._explained(asked.query, question, failure.detail) from None
            raise refusal_for(failure.kind, failure.detail) from None

    def _question(self, asked: QueryRequest, guarded: Guarded) -> Question:
        return Question(
            guarded.text,
            self._served.union and not guarded.names_dataset,
            asked.default_graphs,
            asked.named_graphs,
            asked.results.name if asked.results else None,
            asked.graphs.name if asked.graphs else None,
            self._scope["method"] == "HEAD",
            asked.timeout,
        )

    async def _explained(self, query: str, question: Question, message: str) -> Refusal:
        respread, second = None, None
        if len(query) <= _SPREAD:
            respread = await _away(len(query), spread, question.query)
            second = await self._complaint(replace(question, query=respread.text, only_head=True))
        return await _away(len(query), explain, query, message, respread, second)

    async def _complaint(self, question: Question) -> str | None:
        """What the engine says about a query that it cannot parse."""
        try:
            async with self._served.pool.ask(question):
                return None
        except Failure as failure:
            return failure.detail if failure.kind == "syntax" else None

    async def _stream(
        self, asked: QueryRequest, answer: Answer, headers: Mapping[str, str], encoding: str
    ) -> None:
        media = asked.results if answer.kind == "results" else asked.graphs
        headers = {**headers, "Content-Type": media.header if media else ""}
        short = answer.length is not None and answer.length < GZIP_FROM
        if encoding == "gzip" and not short:
            await self._stream_gzip(answer, {**headers, "Content-Encoding": "gzip"})
        elif answer.length is not None:
            body = b"".join([piece async for piece in answer.pieces()])
            await self.respond(200, {**headers, "Content-Length": str(answer.length)}, body)
        else:
            await self._begin(200, headers)
            async for piece in answer.pieces():
                await self._send_body(piece, more=True)
            await self._send_body(b"")

    async def _stream_gzip(self, answer: Answer, headers: Mapping[str, str]) -> None:
        stream = Gzip()
        await self._begin(200, headers)
        async for piece in answer.pieces():
            ready = stream.add(piece)
            if ready:
                await self._send_body(ready, more=True)
        await self._send_body(stream.end())

    async def _unless_hung_up(self, work: Coroutine[Any, Any, None]) -> None:
        """Does the work, and stops it when the client hangs up."""
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
        if self._started:
            return
        kind, body = told(refusal, self._headers.get("accept"))
        fixed = {"Content-Type": kind, "Cache-Control": "no-store"}
        sized = {"Content-Length": str(len(body))}
        await self.respond(refusal.status, {**fixed, **sized, **refusal.headers}, body)

    async def respond(self, status: int, headers: Mapping[str, str], body: bytes = b"") -> None:
        """Sends a whole response."""
        await self._begin(status, headers)
        await self._send_body(body)

    async def _begin(self, status: int, headers: Mapping[str, str]) -> None:
        self._started = True
        pairs = [
            (name.lower().encode(), value.encode("latin-1"))
            for name, value in (*_ALWAYS.items(), *headers.items())
        ]
        await self._send({"type": "http.response.start", "status": status, "headers": pairs})

    async def _send_body(self, body: bytes, more: bool = False) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": more})


async def _away(size: int, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Does long work on text in a thread, so that other clients need not wait for it."""
    if size > _QUICK:
        return await asyncio.to_thread(work, *args, **kwargs)
    return work(*args, **kwargs)


def _level(failure: Failure) -> int:
    own = failure.kind in ("syntax", "type", "dataset", "query")
    return logging.INFO if own else logging.WARNING

"""The address /sparql as a bare ASGI application: HTTP in, a question to the workers, HTTP out."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import ParamSpec, TypeVar
from urllib.parse import urlencode

from kg.core.errors import Refusal
from kg.core.media import NTRIPLES, TSV
from kg.engine.pool import EngineRequest, Failure, Pool
from kg.server.active_snapshot import ActiveSnapshot
from kg.server.answer_beginning import SHOWN, Shown, beginning
from kg.server.asgi import KEEPS, App, Receive, Scope, Send
from kg.server.exchange import Counted, HttpExchange, HungUp
from kg.server.protocol.content_coding import CODINGS, coding
from kg.server.protocol.fast_request import CORS_HEADERS, REVALIDATE, tag_of
from kg.server.protocol.problems import refusal_for
from kg.server.protocol.request import METHODS, HttpRequest, QueryRequest, read_request, too_large
from kg.server.protocol.response_cache import ResponseCache, is_known
from kg.server.protocol.row_count import RowCount
from kg.server.protocol.update_request import decoded
from kg.server.spooling import spooled

P = ParamSpec("P")
T = TypeVar("T")

_QUICK = 10_000  # characters that are looked through on the event loop itself
_OPTIONS = {
    "Allow": METHODS,
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": CORS_HEADERS,
    "Access-Control-Max-Age": "86400",
}

_CACHE_BYTES = 32_000_000

log = logging.getLogger(__name__)


class SparqlApp:
    """SPARQL 1.1 Protocol for queries; assign `served` to switch to another snapshot.

    What has no query, and what a browser asks, becomes a page of the application `no_query`.
    """

    def __init__(
        self,
        served: ActiveSnapshot,
        no_query: App | None = None,
        cache: ResponseCache | None = None,
    ) -> None:
        self._served = served
        self.cache = cache or ResponseCache(_CACHE_BYTES)
        self._no_query = no_query

    @property
    def served(self) -> ActiveSnapshot:
        """What is asked."""
        return self._served

    @served.setter
    def served(self, served: ActiveSnapshot) -> None:
        """Whatever is asked from now on is asked of this, also on connections that workers have."""
        before, self._served = self._served, served
        if isinstance(before.pool, Pool):
            before.pool.reclaim_connections()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request; one without a query goes to `no_query`."""
        exchange = Exchange(self, scope, receive, send)
        try:
            asked = await exchange.read()
            if asked and asked.as_page and self._no_query:
                await self._no_query(await exchange.to_be_shown(asked), receive, send)
            elif asked:
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


class Exchange(HttpExchange):
    """One query and its answer."""

    def __init__(self, app: SparqlApp, scope: Scope, receive: Receive, send: Send) -> None:
        super().__init__(scope, receive, send)
        self._app, self._served = app, app.served

    @property
    def _limit(self) -> int:
        return self._served.pool.limits.body_bytes

    async def read(self) -> QueryRequest | None:
        """What is asked; None for a request without a query. Raises Refusal, HungUp."""
        method = self.scope["method"]
        if method == "OPTIONS":
            return None
        if method not in METHODS.split(", "):
            detail = f"{method} has no meaning here. Send a query by GET or POST."
            raise Refusal(405, "Method not allowed", detail, {"Allow": METHODS})
        request = HttpRequest(
            method,
            self.scope["query_string"],
            self.headers.get("content-type"),
            self.headers.get("accept"),
            await self._body() if method == "POST" else b"",
        )
        return await _away(len(request.body), read_request, request)

    async def _body(self) -> bytes:
        """The body, without a gzip around it."""
        refusal = too_large(self._limit)
        return decoded(self.headers, await self.body(self._limit, refusal), self._limit, refusal)

    async def answer(self, asked: QueryRequest) -> None:
        """Revalidates, runs the query and sends the answer; raises Refusal, HungUp."""
        self._served = self._app.served
        encoding = coding(self.headers.get("accept-encoding"), CODINGS)
        served, tag = self._served, ""
        if served.version:
            tag = tag_of(asked.identity, served.version, served.union, encoding)
            if await self._recalled(tag):
                return
        try:
            await self.unless_hung_up(self._run(asked, tag, encoding))
        except Failure as closed:
            if self._app.served is self._served:
                raise refusal_for(closed.kind, closed.detail) from None
            await self.answer(asked)  # another snapshot took over in this moment

    async def _recalled(self, tag: str) -> bool:
        """Whether the client holds the answer, or it is kept here and was sent."""
        headers = _validated(tag)
        known = is_known(self.headers.get("if-none-match"), tag)
        record = self.scope["kg.access"] = {
            "digest": tag[1:13],
            "cache": "known" if known else "hit",
        }
        if known and self.scope["method"] != "POST":
            await self.respond(304, headers)
            return True
        kept = self._app.cache.get((tag,))
        if kept is None:
            record["cache"] = "miss"
            self._app.cache.misses += 1
            return False
        self._app.cache.hits += 1
        self.scope[KEEPS] = self._served.version
        assert isinstance(kept.head, dict)
        length = {"Content-Length": str(len(kept.body))}
        body = b"" if self.scope["method"] == "HEAD" else kept.body
        await self.respond(200, {**headers, **kept.head, **length}, body)
        return True

    async def _run(self, asked: QueryRequest, tag: str, encoding: str) -> None:
        try:
            async with spooled(self._served.pool.ask(self._question(asked))) as answer:
                media = asked.results if answer.kind == "results" else asked.graphs
                keep, headers = None, {"Cache-Control": "no-store"}
                if tag and answer.is_repeatable:
                    headers, keep = _validated(tag), partial(self._app.cache.put, (tag,))
                    self.scope[KEEPS] = self._served.version
                typed = {**headers, "Content-Type": media.header if media else ""}
                count = RowCount(media.name if media and answer.comes_from_engine else "")
                await self.stream(Counted(answer, count), typed, encoding, keep)
                self.scope.setdefault("kg.access", {})["rows"] = count.rows
        except Failure as failure:
            if failure.kind == "closed":
                raise
            log.log(_level(failure), "query refused or stopped: %r", str(failure)[:200])
            if self.started:
                return  # an answer cut short is shown by closing the connection
            raise refusal_for(failure.kind, failure.detail) from None

    async def to_be_shown(self, asked: QueryRequest) -> Scope:
        """The request of a page that shows the beginning of the answer, or why there is none."""
        try:
            shown: Shown | Refusal = await self._beginning(asked)
        except Refusal as refusal:
            shown = refusal
        given = self.scope["query_string"]
        if self.scope["method"] == "POST":
            given = urlencode({"query": asked.query}).encode()
        return {**self.scope, "method": "GET", "query_string": given, SHOWN: shown}

    async def _beginning(self, asked: QueryRequest) -> Shown:
        self._served = self._app.served
        lines = replace(asked, results=TSV, graphs=NTRIPLES)
        try:
            async with spooled(self._served.pool.ask(self._question(lines))) as answer:
                return await beginning(answer)
        except Failure as failure:
            raise refusal_for(failure.kind, failure.detail) from None

    def _question(self, asked: QueryRequest) -> EngineRequest:
        return EngineRequest(
            asked.query,
            self._served.union,
            asked.default_graphs,
            asked.named_graphs,
            asked.results.name if asked.results else None,
            asked.graphs.name if asked.graphs else None,
            self.scope["method"] == "HEAD",
            asked.timeout,
            self._served.folder,
        )


def _validated(tag: str) -> dict[str, str]:
    return {"Cache-Control": REVALIDATE, "ETag": tag}


async def _away(size: int, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Does long work on text in a thread, so that other clients need not wait for it."""
    if size > _QUICK:
        return await asyncio.to_thread(work, *args, **kwargs)
    return work(*args, **kwargs)


def _level(failure: Failure) -> int:
    own = failure.kind in ("refused", "type", "dataset", "query")
    return logging.INFO if own else logging.WARNING

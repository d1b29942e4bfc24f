"""The application: `/sparql` on a bare path, everything else through FastAPI."""

import logging
from collections.abc import Sequence
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from kg.core.errors import KgError, Refusal, as_refusal
from kg.edges.web import (
    api,
    docs,
    editor,
    embeds,
    explorer,
    exports,
    home,
    landing,
    ledger,
    llms,
    money,
    operations,
    pages,
    reconcile,
    records,
    series,
    sources,
    stories,
    timeline,
    verify,
)
from kg.edges.web.answers import question_pages
from kg.edges.web.guide import pages as guide
from kg.edges.web.linked_data import dereferencing, discovery, nanopubs
from kg.edges.web.read_responses import Reading
from kg.edges.web.rendering import page, words
from kg.edges.web.review.app import ReviewApp, is_reviewed
from kg.edges.web.snapshot_views import SnapshotViews
from kg.edges.web.versions import changes as releases
from kg.edges.web.versions import dumps, feeds
from kg.edges.web.warm_up import warm
from kg.engine.shared_page import RequestStats
from kg.server.active_snapshot import ActiveSnapshot
from kg.server.admission import Admission, is_bulk
from kg.server.change_request import Changes
from kg.server.exchange import HttpExchange
from kg.server.forwarded import Behind, Linked, redirecting
from kg.server.gauges import gauges
from kg.server.metrics import Meter, Watched
from kg.server.protocol.problem_response import problem_response
from kg.server.protocol.response_cache import ResponseCache
from kg.server.sparql_app import SparqlApp
from kg.server.update_app import WritingApp, is_written

log = logging.getLogger(__name__)
_PAGES = (400, 404, 413, 415)  # refusals that a page of the site tells to people


class Site:
    """Dispatches before the framework: it costs a hot path more than the query itself."""

    def __init__(
        self,
        served: ActiveSnapshot,
        state: SnapshotViews,
        changes: Changes | None = None,
        stats: RequestStats | None = None,
    ) -> None:
        self._state, self._admission = state, Admission()
        settings = state.settings
        self._behind = Behind(settings)
        self._read: ASGIApp = Reading(create_pages(self._behind.base))
        self.sparql = SparqlApp(served, self._read, ResponseCache(settings.cache_mb * 1_000_000))
        self.meter = Meter(settings.log_format, lambda: gauges(self.sparql), stats)
        self._review = ReviewApp(settings) if settings.inbox else None
        self._written = WritingApp(lambda: self.sparql.served, changes, settings.load_mb)

    @property
    def served(self) -> ActiveSnapshot:
        """What queries see from now on."""
        return self.sparql.served

    @property
    def cache(self) -> ResponseCache:
        """The answers kept."""
        return self.sparql.cache

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request: from its beginning to its end it sees one snapshot."""
        if scope["type"] != "http":
            return
        scope = self._behind.seen(scope)
        scope.setdefault("state", {}).update(serving=self._state, meter=self.meter)
        watched = Watched(self.meter, scope, redirecting(scope, send))
        with self._state.in_use():
            try:
                await self._answer(scope, receive, watched)
            finally:
                watched.end()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app_for(scope["path"])
        if app is not self._read or not is_bulk(scope["path"], scope["query_string"]):
            await app(scope, receive, send)
            return
        try:
            async with self._admission.admitted():
                await app(scope, receive, send)
        except Refusal as refusal:
            await HttpExchange(scope, receive, send).refuse(refusal)

    def _app_for(self, path: str) -> ASGIApp:
        if path == "/sparql":
            return self.sparql
        if self._review and is_reviewed(path):
            return self._review
        return self._written if is_written(path) else self._read

    async def warm(self, state: SnapshotViews, addresses: Sequence[str]) -> None:
        """Computes what pages compute from the whole of a snapshot, by asking for some of them."""
        with state.in_use():
            await warm(self._read, {"serving": state, "meter": self.meter}, addresses)

    def switch(self, served: ActiveSnapshot, state: SnapshotViews) -> None:
        """Lets requests that begin from now on see another snapshot."""
        self._state, self.sparql.served = state, served


def create_pages(base: str = "") -> FastAPI:
    """Pages, JSON API and static files, below a base path where a proxy has one."""
    about = {**docs.about(), **({"servers": [{"url": base}]} if base else {})}
    app = FastAPI(**about, docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    app.add_middleware(Linked)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=1)
    app.add_exception_handler(KgError, _refused)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _broken)
    read = (feeds, home, landing, ledger, records, sources, pages, money, series, timeline, embeds)
    asked = (question_pages, reconcile, explorer, editor, verify, stories, releases, dumps, guide)
    own = (nanopubs, discovery)
    for module in (operations, *read, *asked, *own, llms, docs, api, exports):
        app.include_router(module.router)
    static = Path(__file__).parent / "static"
    app.mount("/static/pictures", StaticFiles(packages=[("kg.outlets", "static")]))
    app.mount("/static", StaticFiles(directory=static), name="static")
    app.include_router(dereferencing.router)  # last: it answers every other path of BASE
    return app


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, KgError)
    return await _answer(request, as_refusal(error))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = f"{request.method} {request.url.path}: {error.detail}."
    if error.status_code == 404:
        detail = f"There is nothing at {request.url.path}; the home page / shows what there is."
    return await _answer(
        request, Refusal(error.status_code, str(error.detail), detail, error.headers or {})
    )


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = (f"{'.'.join(map(str, e['loc'][1:]))}: {e['msg']}" for e in error.errors())
    return await _answer(request, Refusal(400, "Bad request", "; ".join(faults) + "."))


async def _broken(request: Request, error: Exception) -> Response:
    """A fault of ours: the log has the traceback, the client never."""
    detail = "This is a fault of the server. Other requests are not affected."
    return await _answer(request, Refusal(500, "Internal error", detail))


async def _answer(request: Request, refusal: Refusal) -> Response:
    """Problem details (RFC 9457), or a page where HTML is asked for."""
    kind, body = problem_response(refusal, request.headers.get("accept"))
    if kind.startswith("text/html") and refusal.status in _PAGES:
        return await run_in_threadpool(_page, request, refusal)
    headers = {**refusal.headers, "Content-Type": kind}
    return Response(body, status_code=refusal.status, headers=headers)


def _page(request: Request, refusal: Refusal) -> Response:
    """A page that says what was wrong and leads on; in a thread, as all that asks the store."""
    heading = words(request).t(f"refused-{refusal.status}")
    return page(
        request, "refusal.html", status=refusal.status, heading=heading, detail=refusal.detail
    )

"""What every read answer has: validators, CORS, security headers, HEAD and OPTIONS.

The hot path `/sparql` has its own; this wraps pages and the JSON API.
"""

from collections.abc import Callable
from importlib.metadata import version as package_version

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.outlets.protocol.caching import coding, etag, is_known

METHODS = "GET, HEAD, OPTIONS"
_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag",
    "Vary": "Accept, Accept-Encoding",
}
_UNTAGGED = ("/health", "/ready", "/metrics", "/static/")  # live, or with validators of its own


class Reading:
    """Wraps an application that only reads; `version` gives the snapshot being read."""

    def __init__(self, app: ASGIApp, version: Callable[[], str]) -> None:
        self._app, self._version = app, version

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers OPTIONS and known validators itself; turns HEAD into GET without the body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        tag = "" if scope["path"].startswith(_UNTAGGED) else self._tag(scope)
        if scope["method"] == "OPTIONS":
            await self._options()(scope, receive, send)
        elif tag and is_known(Headers(scope=scope).get("if-none-match"), tag):
            headers = {"ETag": tag, "Cache-Control": "no-cache", **_SHARED}
            await Response(status_code=304, headers=headers)(scope, receive, send)
        else:
            is_head = scope["method"] == "HEAD"
            inner = {**scope, "method": "GET"} if is_head else scope
            await self._app(inner, receive, _Finished(send, tag, is_head))

    def _tag(self, scope: Scope) -> str:
        """Depends on the snapshot, the program, and everything the client asked."""
        headers = Headers(scope=scope)
        asked = [headers.get(name, "") for name in ("host", "accept", "accept-language")]
        path = scope.get("raw_path") or scope["path"].encode()
        where = f"{path.decode('latin-1')}?{scope['query_string'].decode('latin-1')}"
        parts = (package_version("jsip-kg"), where, *asked)
        return etag(self._version(), parts, coding(headers.get("accept-encoding")))

    @staticmethod
    def _options() -> Response:
        allowed = {"Allow": METHODS, "Access-Control-Allow-Methods": METHODS, **_SHARED}
        return Response(status_code=204, headers=allowed)


class _Finished:
    """Adds the headers to an answer on its way; drops the body of a HEAD."""

    def __init__(self, send: Send, tag: str, is_head: bool) -> None:
        self._send, self._tag, self._is_head = send, tag, is_head

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            self._complete(headers, message["status"])
            message = {**message, "headers": headers.raw}
        elif self._is_head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)

    def _complete(self, headers: MutableHeaders, status: int) -> None:
        for name, value in {**_SECURITY, **_SHARED}.items():
            headers[name] = value
        if status == 405:
            headers["Allow"] = METHODS
        if status in (200, 303) and self._tag:
            headers["ETag"] = self._tag
            headers["Cache-Control"] = "no-cache"
        else:
            headers.setdefault("Cache-Control", "no-cache" if "etag" in headers else "no-store")

"""What every read answer has: validators, CORS, security headers, HEAD and OPTIONS.

The hot path `/sparql` has its own; this wraps pages and the JSON API.
"""

import re
from functools import cache
from hashlib import blake2b
from importlib.metadata import version as package_version
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.core.bundle import find_bundle
from kg.core.errors import Refusal
from kg.server.protocol.content_coding import coding
from kg.server.protocol.fast_request import CORS_HEADERS
from kg.server.protocol.problem_response import problem_response
from kg.server.protocol.request import decode_form
from kg.server.protocol.response_cache import etag, is_known

METHODS = "GET, HEAD, OPTIONS"
_POSTED = {
    "/verify": "GET, HEAD, POST, OPTIONS",
    "/api/verify": "POST, OPTIONS",
    "/reconcile": "GET, HEAD, POST, OPTIONS",
}
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
# A page for frames of others has no script, no form, and sends nothing.
_FRAMED = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors *"
)
_SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag",
    "Vary": "Accept, Accept-Encoding",
}
_LONGEST = 2000  # characters of a path
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ufffd]")
_UNTAGGED = ("/health", "/ready", "/metrics", "/static/")  # live, or with validators of its own


@cache
def _program(releases: Path | None, version: str) -> str:
    """The version of the package and of its pages' texts, which change between two versions.

    Files of releases are read anew with each snapshot, as their pages do.
    """
    digest, here = blake2b(package_version("jsip-kg").encode()), Path(__file__).parent
    stories = find_bundle().stories
    folders = ((stories, "*.yaml"), (releases or find_bundle().releases, "*.json"))
    told = (file for folder, kind in folders if folder for file in folder.glob(kind))
    for file in sorted([*(here / "templates").rglob("*.*"), *here.glob("*.yaml"), *told]):
        digest.update(file.read_bytes())
    return digest.hexdigest()


class Reading:
    """Wraps an application that only reads; the snapshot stands in the scope's state."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers OPTIONS and known validators itself; turns HEAD into GET without the body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, is_head = Headers(scope=scope), scope["method"] == "HEAD"
        held = headers.get("if-none-match") if scope["method"] in ("GET", "HEAD") else None
        fault = _fault(scope["path"], scope["query_string"])
        is_live = scope["method"] == "POST" or scope["path"].startswith(_UNTAGGED)
        tag = "" if fault or is_live else self._tag(scope)
        methods = _POSTED.get(scope["path"], METHODS)
        if fault:
            kind, body = problem_response(fault, headers.get("accept"))
            answer: ASGIApp = Response(body, fault.status, {"Content-Type": kind})
        elif scope["method"] == "OPTIONS":
            answer = self._options(methods)
        elif tag and held != "*" and is_known(held, tag):
            answer = Response(status_code=304)
        else:
            answer = self._app
        inner = {**scope, "method": "GET"} if is_head else scope
        await answer(
            inner, receive, _Finished(send, scope["path"], tag, methods, is_head, held == "*")
        )

    @staticmethod
    def _tag(scope: Scope) -> str:
        """Depends on the snapshot, the program, its settings, and everything the client asked."""
        headers = Headers(scope=scope)
        asked = [headers.get(name, "") for name in ("host", "accept", "accept-language")]
        path = scope.get("raw_path") or scope["path"].encode()
        where = f"{path.decode('latin-1')}?{scope['query_string'].decode('latin-1')}"
        serving, base = scope["state"]["serving"], scope.get("app_root_path", "")
        program = _program(serving.settings.releases, serving.store.version)
        parts = (program, repr(serving.settings), base, where, *asked)
        return etag(serving.store.version, parts, coding(headers.get("accept-encoding")))

    @staticmethod
    def _options(methods: str) -> Response:
        allowed = {
            "Allow": methods,
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": CORS_HEADERS,
            "Access-Control-Max-Age": "86400",
        }
        return Response(status_code=204, headers=allowed)


def _fault(path: str, parameters: bytes) -> Refusal | None:
    """What no address of ours has in it, refused before anything looks at it."""
    try:
        decode_form(parameters)
    except Refusal as refusal:
        return refusal
    if len(path) > _LONGEST:
        return Refusal(414, "Address too long", f"The path has more than {_LONGEST} characters.")
    if _UNPRINTABLE.search(path):
        return Refusal(400, "Bad address", "The path is not UTF-8 text, or has control characters.")
    return None


class _Finished:
    """Adds the headers to an answer on its way; drops the body of a HEAD.

    Where the client holds whatever there may be (`If-None-Match: *`), a 200 becomes a 304.
    """

    def __init__(
        self, send: Send, path: str, tag: str, methods: str, is_head: bool, holds_any: bool
    ) -> None:
        self._send, self._tag, self._methods = send, tag, methods
        self._may_be_framed = path.startswith("/embed/") or path == "/reconcile/preview"
        self._is_bare, self._holds_any = is_head, holds_any

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers, status = MutableHeaders(raw=message["headers"]), message["status"]
            if status == 200 and self._holds_any:
                status, self._is_bare = 304, True
                del headers["content-length"], headers["content-type"]
            self._complete(headers, status)
            message = {**message, "status": status, "headers": headers.raw}
        elif self._is_bare and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)

    def _complete(self, headers: MutableHeaders, status: int) -> None:
        for name, value in {**SECURITY, **_SHARED}.items():
            headers[name] = value
        if self._may_be_framed and status in (200, 304):  # a refusal is a page of the site
            headers["Content-Security-Policy"] = _FRAMED
        if headers.get("content-type", "").startswith("text/html"):
            headers["Vary"] = f"{_SHARED['Vary']}, Accept-Language"
        if status == 405:
            headers["Allow"] = self._methods
        if status in (200, 303, 304) and self._tag:
            headers["ETag"] = self._tag
            headers["Cache-Control"] = "no-cache"
        else:
            headers.setdefault("Cache-Control", "no-cache" if "etag" in headers else "no-store")

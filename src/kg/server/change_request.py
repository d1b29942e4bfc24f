"""The right to change a store, and one request that may: what /update and /store share."""

import hmac
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from kg.core.errors import KgError, Refusal
from kg.database.writer import Writer
from kg.engine.pool import Failure
from kg.server.active_snapshot import ActiveSnapshot
from kg.server.asgi import Receive, Scope, Send
from kg.server.exchange import HttpExchange
from kg.server.protocol.update_request import (
    UPDATE,
    change_refused,
    decoded,
    given_token,
    oversized,
    refuse_foreign,
)

log = logging.getLogger(__name__)
_LOAD_SECONDS = 120.0
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="jsip"'}


class Token:
    """The token of a file, read anew when the file changes (RFC 6750; RFC 7617 for its password).

    Basic is taken and never asked for: a browser that keeps a password would send it for others.
    """

    def __init__(self, file: Path) -> None:
        self._file, self._seen, self._token = file, (0, 0), b""
        if not self._current():
            raise KgError(f"{file} is empty; write a token into it, such as 32 random characters.")

    def admit(self, authorization: str | None) -> None:
        """Returns for the right token, in a time that tells nothing; raises Refusal (401)."""
        token = self._current()
        if not hmac.compare_digest(given_token(authorization), token) or not token:
            detail = (
                "Send the header Authorization: Bearer with the token of this server, or Basic "
                "with the token as password."
            )
            raise Refusal(401, "A token is needed", detail, _CHALLENGE)

    def sign(self, message: bytes) -> str:
        """A code that only who holds the token can make (HMAC, RFC 2104); empty without a token."""
        token = self._current()
        return hmac.new(token, message, "sha256").hexdigest() if token else ""

    def _current(self) -> bytes:
        try:
            about = self._file.stat()
            seen = (about.st_mtime_ns, about.st_size)
            if seen != self._seen:
                self._token, self._seen = self._file.read_bytes().strip(), seen
        except OSError as error:
            log.error("the token file cannot be read: %s", error)
            self._token = b""
        return self._token


class Changes:
    """What a server in read-write mode has beside the others."""

    def __init__(self, writer: Writer, token: Token) -> None:
        self.writer, self.token = writer, token

    async def change(self, op: str, body: bytes = b"", **said: Any) -> Mapping[str, Any]:
        """Does a change; when it is answered, every query that starts sees it."""
        try:
            return await self.writer.change(op, body, **said)
        except Failure as failure:
            if failure.kind in ("disk", "doubt", "start"):
                log.error("a change failed (%s): %s", failure.kind, failure.detail)
            raise change_refused(failure.kind, failure.detail) from None


class Change(HttpExchange):
    """One request that may change the store."""

    methods = ""

    def __init__(self, app: "Written", scope: Scope, receive: Receive, send: Send) -> None:
        super().__init__(scope, receive, send)
        self.app, self.method = app, scope["method"]
        self.host = self.headers.get("host", "localhost")
        self.site = f"{scope.get('scheme', 'http')}://{self.host}{scope.get('app_root_path', '')}"

    def admitted(self) -> Changes:
        """The right to write; raises Refusal 405, 403 (also for pages of others) or 401."""
        if self.method not in self.methods.split(", "):
            detail = f"{self.method} has no meaning here. There is {self.methods}."
            raise Refusal(405, "Method not allowed", detail, {"Allow": self.methods})
        if self.app.changes is None:
            detail = "This server only reads. Start it with --read-write to change a store."
            raise Refusal(403, "Nothing can be changed here", detail)
        refuse_foreign(self.headers.get("origin"), self.host)
        self.app.changes.token.admit(self.headers.get("authorization"))
        return self.app.changes

    async def plain_body(self) -> bytes:
        """The body without its coding; raises Refusal."""
        body = await self.body(self.app.limit, oversized(self.app.limit), _LOAD_SECONDS)
        return decoded(self.headers, body, self.app.limit)

    async def options(self) -> None:
        """What may be sent (CORS included)."""
        allowed = {
            "Allow": self.methods,
            "Access-Control-Allow-Methods": self.methods,
            "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-Match, "
            "If-None-Match, X-Requested-With",
            "Access-Control-Max-Age": "86400",
            "Accept-Patch": UPDATE,
        }
        await self.respond(204, allowed)


class Written(Protocol):
    """What a request needs of its application; `changes` is None where nothing may be written."""

    served: Callable[[], ActiveSnapshot]
    changes: Changes | None
    limit: int

"""/update and /store: SPARQL 1.1 Update and Graph Store HTTP Protocol, HTTP in, a change out.

A server that is not in read-write mode refuses every change; graphs are read in any mode.
"""

import logging
from collections.abc import Callable

from kg.core.errors import Refusal
from kg.server.active_snapshot import ActiveSnapshot
from kg.server.asgi import Receive, Scope, Send
from kg.server.change_request import Change, Changes
from kg.server.exchange import HungUp
from kg.server.graph_store_app import GraphExchange
from kg.server.protocol.request import HttpRequest
from kg.server.protocol.update_request import read_update

log = logging.getLogger(__name__)
_UPDATE_METHODS = "POST, OPTIONS"


class WritingApp:
    """The two addresses; `changes` is None where nothing may be written."""

    def __init__(
        self, served: Callable[[], ActiveSnapshot], changes: Changes | None, load_mb: int
    ) -> None:
        self.served, self.changes, self.limit = served, changes, load_mb << 20

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        kind = UpdateExchange if scope["path"] == "/update" else GraphExchange
        exchange = kind(self, scope, receive, send)
        try:
            await exchange.answer()
        except HungUp:
            log.info("%s %s: the client hung up", scope["method"], scope["path"])
        except Refusal as refusal:
            await exchange.refuse(refusal)


class UpdateExchange(Change):
    """SPARQL 1.1 Protocol, section 2.2."""

    methods = _UPDATE_METHODS

    async def answer(self) -> None:
        """Does the update."""
        if self.method == "OPTIONS":
            await self.options()
            return
        changes = self.admitted()
        asked = read_update(
            HttpRequest(
                self.method,
                self.scope["query_string"],
                self.headers.get("content-type"),
                None,
                await self.plain_body(),
            )
        )
        if "if-match" in self.headers:
            detail = "This address has no content to be as the condition says. Use it at /store."
            raise Refusal(412, "A condition that never holds", detail)
        base = f"{self.site}/update"
        await changes.change(
            "update", asked.update.encode(), using=asked.using, named=asked.named, base=base
        )
        await self.respond(204, {"Cache-Control": "no-store"})


def is_written(path: str) -> bool:
    """Whether a path is one of this module's addresses."""
    return path in ("/update", "/store") or path.startswith("/store/")

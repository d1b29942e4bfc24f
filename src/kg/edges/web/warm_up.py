"""What pages compute from the whole of a snapshot is computed before somebody waits for it."""

from collections.abc import Sequence
from typing import Any

from starlette.types import ASGIApp, Message

from kg.views.queries.questions import questions

SEARCH = ("/search?q=x",)
ADDRESSES = (
    "/", "/money", "/timeline", "/conflicts", "/series", "/sources", "/explore", *SEARCH, "/people",
    "/claims", "/stories", "/api/stats", "/api/network", "/quality",
)  # fmt: skip


def everything() -> Sequence[str]:
    """What is worth computing beforehand; last the ready questions, of which there are many."""
    return (*ADDRESSES, *(f"/queries/{name}" for name in questions()))


async def warm(app: ASGIApp, state: dict[str, Any], addresses: Sequence[str]) -> None:
    """Lets an application answer a request for each, for nobody."""
    for address in addresses:
        await app(_asked(address) | {"state": state}, _nothing_more, _unread)


def _asked(address: str) -> dict[str, Any]:
    """The request of a browser on this machine (ASGI HTTP, version 2.4)."""
    path, _, query = address.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"localhost"), (b"accept", b"text/html")],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 80),
    }


async def _nothing_more() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _unread(message: Message) -> None:
    """An answer that nobody wants."""

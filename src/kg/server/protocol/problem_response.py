"""Why a request is not answered, told as problem details (RFC 9457), or as a page to people."""

import json
from email.utils import formatdate
from html import escape
from http import HTTPStatus

from kg.core.errors import Refusal
from kg.core.media import MediaType, best
from kg.server.protocol.fast_request import ALWAYS

REFUSED = {  # fields of every refusal, be it a page or not
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
}
PROBLEM = MediaType("problem", "application/problem+json")
_OFFERS = (
    PROBLEM,
    MediaType("problem", "application/json"),
    MediaType("page", "text/html"),
    MediaType("text", "text/plain"),
)
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<h1>{title}</h1>
<p>Status {status}.</p>
<pre>{detail}</pre>
</html>
"""


def problem_response(refusal: Refusal, accept: str | None) -> tuple[str, bytes]:
    """Content type and body of a refusal; whoever accepts none of ours gets problem+json."""
    offer = best(accept, _OFFERS) or PROBLEM
    if offer.name == "page":
        return "text/html; charset=utf-8", _page(refusal).encode()
    if offer.name == "text":
        return "text/plain; charset=utf-8", f"{refusal.title}\n\n{refusal.detail}\n".encode()
    return offer.type, json.dumps(_problem(refusal), ensure_ascii=False, indent=1).encode()


def plain_response(refusal: Refusal) -> bytes:
    """A refusal as a whole HTTP/1.1 response, after which the connection closes."""
    kind, body = problem_response(refusal, None)
    fields = {**ALWAYS, **REFUSED, "Date": formatdate(usegmt=True), **refusal.headers}
    fields |= {"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close"}
    lines = "".join(f"{name.lower()}: {value}\r\n" for name, value in fields.items())
    phrase = HTTPStatus(refusal.status).phrase
    head = f"HTTP/1.1 {refusal.status} {phrase}\r\n{lines}\r\n"
    return head.encode("latin-1") + body


def _problem(refusal: Refusal) -> dict[str, object]:
    return {
        "type": "about:blank",
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.detail,
        **refusal.more,
    }


def _page(refusal: Refusal) -> str:
    phrase = HTTPStatus(refusal.status).phrase
    return _PAGE.format(
        title=escape(refusal.title),
        status=escape(f"{refusal.status} {phrase}"),
        detail=escape(refusal.detail),
    )

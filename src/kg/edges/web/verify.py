"""A text checked against the record, over HTTP; nothing of it is kept, cached or logged.

No message quotes the text or any part of the body: a refusal says where a fault stands.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.core.errors import Refusal
from kg.edges.web.computed import Computed
from kg.edges.web.docs import REFUSALS, refusal
from kg.edges.web.rendering import page
from kg.edges.web.verify_page import VerifiedPage
from kg.server.exchange import HttpExchange, HungUp
from kg.server.protocol.request import FORM, content_type, decode_form, text_of
from kg.server.protocol.update_request import decoded, unsupported
from kg.views.checking.report import Report

router = APIRouter()
LARGEST_BODY, LARGEST_TEXT = 700_000, 100_000
"""Bytes of a body, and of the text in it as UTF-8."""
SECONDS = 10.0
JSON = "application/json"
_LANGUAGES = ("en", "ja")
_BOM = b"\xef\xbb\xbf"
_HOW = f'Send a text by POST as {JSON}: {{"text": "…"}}, or paste it into the page /verify.'
_BODY = {
    "required": True,
    "content": {
        JSON: {
            "schema": {
                "type": "object",
                "required": ["text"],
                "properties": {
                    "text": {
                        "type": "string",
                        "description": "the text, at most 100,000 bytes in UTF-8",
                        "examples": ["Rapidus expects to need 7 trillion yen."],
                    },
                    "lang": {
                        "type": "string",
                        "enum": list(_LANGUAGES),
                        "description": "its language; told from the text if not given",
                    },
                    "published": {
                        "type": "string",
                        "description": "the day from which relative dates count: `2025-12-22`",
                    },
                },
            }
        }
    },
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A text to check, its language and its day, each empty where it is not given."""

    text: str
    lang: str = ""
    published: str = ""


@router.post(
    "/api/verify",
    tags=["views"],
    summary="A text checked against the record",
    response_class=Response,
    responses={
        **REFUSALS,
        200: {"model": Report, "description": "The text checked."},
        413: refusal("The text has more than 100,000 bytes, or the body more than 700,000."),
        415: refusal("The body is no `application/json`."),
    },
    openapi_extra={"requestBody": _BODY},
)
async def verify(request: Request) -> Response:
    """Every figure of a text with a verdict, why, the claims behind, their rivals, what to print.

    The verdict is `supported`, `differs` (and in what), `do-not-print`, `unknown` to the record
    (which never means false) or `not-checkable`. `start` and `end` count code points, `end` is
    outside. Nothing of the text is kept, cached or logged. It is stopped at 10 seconds (503).
    """
    asked = await _read(request, JSON, _from_json)
    headers = {"Content-Type": JSON, "Cache-Control": "no-store"}
    return Computed("verify", headers, seconds=SECONDS, **_arguments(asked))


@router.get("/api/verify", include_in_schema=False)
def how(request: Request) -> Response:
    """A text is posted."""
    allowed = {"Allow": "POST, OPTIONS"}
    raise Refusal(
        405, "Method not allowed", f"{request.method} has no meaning here. {_HOW}", allowed
    )


@router.get("/verify", include_in_schema=False)
def form(request: Request) -> Response:
    """A field for a text, and what the answer will say."""
    return page(request, "verify.html", text="", published="", checked=None)


@router.post("/verify", include_in_schema=False)
async def verify_form(request: Request) -> Response:
    """The text with every figure and name marked, and below what the record says of each."""
    asked = await _read(request, FORM, _from_form)
    return VerifiedPage(request, SECONDS, **_arguments(asked))


def _arguments(asked: Asked) -> dict[str, Any]:
    return {"text": asked.text, "published": asked.published, "lang": asked.lang}


async def _read(request: Request, kind: str, read: Callable[[bytes], Asked]) -> Asked:
    """What is asked; raises Refusal."""
    exchange = HttpExchange(request.scope, request.receive, _unsent)
    detail = f"A body may have at most {LARGEST_BODY:,} bytes. Check the text in parts."
    too_large = Refusal(413, "The body is too large", detail, {"Connection": "close"})
    try:
        body = await exchange.body(LARGEST_BODY, too_large)
    except HungUp:
        raise Refusal(400, "Bad request", "The body did not come.") from None
    if content_type(exchange.headers.get("content-type")) != kind:
        raise unsupported(f"This address takes {kind}, in UTF-8.")
    return _fitting(read(decoded(exchange.headers, body, LARGEST_BODY, too_large)))


async def _unsent(message: Any) -> None:
    """Reading sends nothing."""


def _from_json(body: bytes) -> Asked:
    try:
        given = json.loads(text_of(body.removeprefix(_BOM), "body"))
    except json.JSONDecodeError as error:
        detail = f"Line {error.lineno}, column {error.colno} of the body: {error.msg}."
        raise Refusal(400, "Not JSON", detail) from None
    except (RecursionError, ValueError):
        raise Refusal(400, "Not JSON", f"The body cannot be read. {_HOW}") from None
    if not isinstance(given, dict):
        raise Refusal(400, "No text", f"The body is no object. {_HOW}")
    if given.keys() - {"text", "lang", "published"}:
        detail = "The body has a member that is none of text, lang and published."
        raise Refusal(400, "Unknown member", detail)
    if "text" not in given:
        raise Refusal(400, "No text", f"The member text is missing. {_HOW}")
    found = {name: value for name, value in given.items() if value is not None or name == "text"}
    for name, value in found.items():
        if not isinstance(value, str):
            raise Refusal(400, "Not a string", f"The member {name} is no string.")
    return Asked(**found)


def _from_form(body: bytes) -> Asked:
    pairs = decode_form(body)
    found = {name: value for name, value in pairs if name in ("text", "lang", "published")}
    if sum(name in found for name, _ in pairs) > len(found):
        raise Refusal(400, "Given twice", "Give each of text, lang and published once.")
    if not found.get("text", "").strip():
        raise Refusal(400, "No text", "The field text is empty: paste the text to check into it.")
    text = found["text"].replace("\r\n", "\n")  # as it was before a browser sent it
    return Asked(**{**found, "text": text})


def _fitting(asked: Asked) -> Asked:
    """The same, if it can be checked; raises Refusal."""
    try:
        size = len(asked.text.encode())
    except UnicodeEncodeError as error:
        detail = f"Character {error.start + 1} of the text is half of a surrogate pair."
        raise Refusal(400, "Not Unicode text", detail) from None
    if size > LARGEST_TEXT:
        detail = (
            f"A text may have at most {LARGEST_TEXT:,} bytes in UTF-8; this one has {size:,}. "
            "Check it in parts, or with `kg verify`, which takes 1 MB."
        )
        raise Refusal(413, "The text is too long", detail)
    if asked.lang not in ("", *_LANGUAGES):
        raise Refusal(400, "Unknown language", "lang is en or ja; left out, the text tells it.")
    try:
        if asked.published:
            date.fromisoformat(asked.published)
    except ValueError:
        detail = "published is no day; write it as 2025-12-22."
        raise Refusal(400, "Not a day", detail) from None
    return asked

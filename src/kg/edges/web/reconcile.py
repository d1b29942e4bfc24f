"""The Reconciliation Service API 0.2, for OpenRefine: match, suggest, extend, preview."""

import asyncio
import json
from collections.abc import Mapping
from time import monotonic
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from kg.core.errors import Refusal
from kg.edges.web.rendering import page, words
from kg.edges.web.snapshot_views import reader_of, serving
from kg.server.exchange import HttpExchange, HungUp
from kg.server.protocol.request import FORM, content_type, decode_form
from kg.views.finding.reconciliation import Wanted, candidates, extended, proposed
from kg.views.record.entity import entity_card

router = APIRouter(include_in_schema=False)
_LARGEST, _MOST_QUERIES, _MOST_CANDIDATES, _MOST_IDS, _MOST_TYPES = 1_000_000, 100, 30, 500, 10
_SECONDS = 10.0  # for one batch
_LONGEST = 500  # characters of a name
_STRICT = ("any", "should", "all")
_SUGGESTED = 20
_WIDTH, _HEIGHT = 430, 300
_TYPES = ("Person", "Organisation", "PublicBody", "Company", "NewsOrganisation", "Measure", "Plan")
Prefix = Annotated[str, Query(max_length=_LONGEST)]
Cursor = Annotated[int, Query(ge=0, le=10_000)]


@router.get("/reconcile")
@router.post("/reconcile")
async def reconcile(request: Request) -> Response:
    """The manifest; with `queries` matched names, with `extend` values of properties."""
    asked = await _asked(request)
    if "queries" in asked:
        return await asyncio.to_thread(_matched, request, asked["queries"])
    if "extend" in asked:
        return await asyncio.to_thread(_extended, request, asked["extend"])
    return JSONResponse(_manifest(request))


async def _asked(request: Request) -> Mapping[str, str]:
    """Parameters of the address, or of a form that was posted."""
    if request.method != "POST":
        return request.query_params
    if content_type(request.headers.get("content-type")) != FORM:
        raise Refusal(415, "Unsupported media type", f"Send `queries` or `extend` as {FORM}.")
    too_large = Refusal(
        413, "Too large", f"A body may have {_LARGEST:,} bytes; send fewer queries."
    )
    try:
        body = await HttpExchange(request.scope, request.receive, _unused).body(_LARGEST, too_large)
    except HungUp:
        raise Refusal(400, "Bad request", "The body is not whole.") from None
    return dict(decode_form(body))


async def _unused(message: Any) -> None:
    """The framework sends the answer."""


def _manifest(request: Request) -> dict[str, Any]:
    base, names = str(request.base_url).rstrip("/"), serving(request).names
    here = f"{base}/reconcile"
    return {
        "versions": ["0.2"],
        "name": "JSIP",
        "identifierSpace": f"{names.base}id/",
        "schemaSpace": names.iri("jsip:"),
        "documentation": f"{base}/about",
        "serviceVersion": serving(request).store.version,
        "defaultTypes": [{"id": kind, "name": kind} for kind in _TYPES],
        "view": {"url": f"{base}/entity/{{{{id}}}}"},
        "preview": {
            "url": f"{here}/preview?id={{{{id}}}}", "width": _WIDTH, "height": _HEIGHT,
        },
        "suggest": {
            kind: {"service_url": here, "service_path": f"/suggest/{kind}"}
            for kind in ("entity", "property", "type")
        },
        "extend": {"propose_properties": {"service_url": here, "service_path": "/properties"}},
    }  # fmt: skip


def _matched(request: Request, text: str) -> Response:
    queries = _object(text, "queries")
    if len(queries) > _MOST_QUERIES:
        what = f"{len(queries)} queries at once; send {_MOST_QUERIES} at most."
        raise Refusal(413, "Too many", what)
    wanted = {name: _wanted(name, said) for name, said in queries.items()}
    reader, index, lang = reader_of(request), serving(request).index, words(request).lang
    found, until = {}, monotonic() + _SECONDS
    for name, query in wanted.items():
        if monotonic() > until:
            what = f"The batch was stopped after {_SECONDS:g} seconds; send fewer queries at once."
            raise Refusal(503, "Too much to compute here", what, {"Retry-After": "1"})
        result = [one.summary() for one in candidates(reader, index, query, lang)]
        found[name] = {"result": result}
    return JSONResponse(found)


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "Bad request", f"`{name}` is not JSON: {error}.") from None
    if not isinstance(found, dict):
        raise Refusal(400, "Bad request", f"`{name}` has to be a JSON object.")
    return found


def _wanted(name: str, said: Any) -> Wanted:
    """One query of a batch; raises Refusal, which names the query and what is wrong in it."""
    if not isinstance(said, dict) or not isinstance(said.get("query", ""), str):
        raise _fault(name, "has to be an object with a text `query`")
    text, types, limit = said.get("query", ""), said.get("type") or (), said.get("limit", 10)
    if len(text) > _LONGEST:
        raise _fault(name, f"`query` is longer than {_LONGEST} characters")
    if not text.strip() and not said.get("properties"):
        raise _fault(name, "`query` is empty, and there are no `properties`")
    types = (types,) if isinstance(types, str) else types
    if not isinstance(types, list | tuple) or not all(isinstance(kind, str) for kind in types):
        raise _fault(name, "`type` has to be a text or a list of texts")
    if len(types) > _MOST_TYPES:
        raise _fault(name, f"`type` lists more than {_MOST_TYPES}")
    if isinstance(limit, bool) or not isinstance(limit, int | float) or limit < 1:
        raise _fault(name, "`limit` has to be a number from 1")
    strict = said.get("type_strict") or "any"
    if strict not in _STRICT:
        raise _fault(name, f"`type_strict` is one of {', '.join(_STRICT)}")
    given = tuple(_property(name, one) for one in said.get("properties") or ())
    return Wanted(text, tuple(types), strict, min(int(limit), _MOST_CANDIDATES), given)


def _property(name: str, said: Any) -> tuple[str, tuple[str, ...]]:
    if not isinstance(said, dict) or not isinstance(said.get("pid"), str) or "v" not in said:
        raise _fault(name, "each of `properties` has a `pid` and a `v`")
    given = said["v"] if isinstance(said["v"], list) else [said["v"]]
    return said["pid"], tuple(
        str(value.get("id", "")) if isinstance(value, dict) else str(value) for value in given
    )


def _fault(name: str, what: str) -> Refusal:
    return Refusal(400, "Bad request", f"Query {name!r}: {what}.")


def _extended(request: Request, text: str) -> Response:
    asked = _object(text, "extend")
    ids, properties = asked.get("ids"), asked.get("properties")
    if not isinstance(ids, list) or not all(isinstance(id, str) for id in ids):
        raise Refusal(400, "Bad request", "`extend` has `ids`, a list of texts.")
    if not isinstance(properties, list) or not all(
        isinstance(one, dict) and isinstance(one.get("id"), str) for one in properties
    ):
        raise Refusal(400, "Bad request", "`extend` has `properties`, each with an `id`.")
    if len(ids) > _MOST_IDS:
        raise Refusal(413, "Too many", f"{len(ids)} ids at once; send {_MOST_IDS} at most.")
    sound = [id for id in ids if _is_sound(id)]
    pids = [one["id"] for one in properties]
    answer = extended(reader_of(request), sound, pids, words(request).lang)
    answer["rows"] |= {id: {pid: [] for pid in pids} for id in ids if id not in sound}
    return JSONResponse(answer)


def _is_sound(id: str) -> bool:
    return id.isascii() and id.replace("-", "").replace("/", "").replace(".", "").isalnum()


@router.get("/reconcile/properties")
def properties(
    request: Request,
    type: Annotated[str, Query(max_length=100)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """Properties to extend by that entities of a type have."""
    found = proposed(reader_of(request), type, limit, words(request).lang)
    return JSONResponse({"type": type, "limit": limit, "properties": found})


@router.get("/reconcile/suggest/entity")
def suggest_entity(request: Request, prefix: Prefix = "", cursor: Cursor = 0) -> Response:
    """Entities by the beginning of a name."""
    hits = serving(request).index.find(prefix, limit=cursor + _SUGGESTED)[cursor:]
    japanese = words(request).lang == "ja"
    found = [
        {
            "id": hit.id,
            "name": hit.ja if japanese else hit.en,
            "description": hit.en if japanese else hit.ja,
            "notable": [{"id": hit.type, "name": hit.type}],
        }
        for hit in hits
    ]
    return JSONResponse({"result": found})


@router.get("/reconcile/suggest/property")
def suggest_property(request: Request, prefix: Prefix = "", cursor: Cursor = 0) -> Response:
    """Properties by any part of their name."""
    every = proposed(reader_of(request), "", 500, words(request).lang)
    return JSONResponse({"result": _holding(every, prefix, cursor)})


@router.get("/reconcile/suggest/type")
def suggest_type(request: Request, prefix: Prefix = "", cursor: Cursor = 0) -> Response:
    """Classes and schemes by any part of their name."""
    types = sorted({thing.type for thing in serving(request).index.things})
    every = [{"id": kind, "name": kind} for kind in types]
    return JSONResponse({"result": _holding(every, prefix, cursor)})


def _holding(every: list[dict[str, str]], text: str, cursor: int) -> list[dict[str, str]]:
    held = text.casefold()
    found = [o for o in every if held in o["name"].casefold() or held in o["id"].casefold()]
    return found[cursor : cursor + _SUGGESTED]


@router.get("/reconcile/preview")
def preview(request: Request, id: Annotated[str, Query(max_length=_LONGEST)]) -> Response:
    """A card of an entity, for a frame of OpenRefine's."""
    state, reader = serving(request), reader_of(request)
    card = entity_card(reader, state.find(id))
    return page(
        request,
        "preview.html",
        card=card,
        claims=[c for group in card.groups for c in group.claims if c.is_accepted][:3],
        source="JSIP",
        full=words(request).url(f"/entity/{card.entity.id}"),
    )

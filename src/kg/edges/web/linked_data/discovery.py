"""For machines that come by: VoID, robots, the site map, and the endpoint's own description."""

from html import escape
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.responses import PlainTextResponse, Response

from kg.core.bundle import find_bundle
from kg.core.errors import Refusal
from kg.core.media import FORMAT_NAMES, TSV
from kg.edges.web.answers.table import table_of
from kg.edges.web.linked_data.dereferencing import HTML, chosen, data, leading_to
from kg.edges.web.rendering import page, words
from kg.edges.web.snapshot_views import reader_of, serving
from kg.server.answer_beginning import SHOWN, Shown
from kg.views.queries.questions import TASKS, find_question, questions
from kg.views.queries.service_description import service_description
from kg.views.record.entity import known_entities

router = APIRouter(include_in_schema=False)
_EXAMPLE = "cq01"
_MOST = 50_000  # addresses in one site map (sitemaps.org)


@router.get("/.well-known/void")
def void(request: Request) -> Response:
    """Leads to the description of the dataset (VoID, §7.2)."""
    return leading_to(request, "dataset")


@router.get("/ontology/mappings.sssom.tsv")
def mappings() -> Response:
    """What terms and concepts of ours correspond to elsewhere (SSSOM)."""
    file = find_bundle().ontology / "mappings.sssom.tsv"
    return Response(file.read_bytes(), media_type=TSV.type)


@router.get("/sparql")
def endpoint(
    request: Request,
    show: Annotated[str, Query(max_length=100_000)] = "",
    question: Annotated[str, Query(max_length=100)] = "",
    query: str = "",
    graphs: bool = False,
) -> Response:
    """The editor for people, with an answer where one was asked; else the service description.

    `graphs` has the description list every named graph.
    """
    answer = request.scope.get(SHOWN)
    if answer:
        return _editor(request, query, answer)
    offer = chosen(request, "sparql")
    if offer == HTML:
        return _editor(request, show or find_question(question or _EXAMPLE).sparql)
    state, address = serving(request), f"{str(request.base_url).rstrip('/')}/sparql"
    description = service_description(state.reader, address, state.union, state.writable, graphs)
    return data(request, description, offer.name)


def _editor(request: Request, text: str, answer: Shown | Refusal | None = None) -> Response:
    """The page of the editor; under it, without JavaScript, the beginning of an answer."""
    refusal = answer if isinstance(answer, Refusal) else None
    reader = reader_of(request)
    context: dict[str, Any] = {
        "formats": FORMAT_NAMES,
        "questions": list(questions().values()),
        "tasks": TASKS,
        "shown": text,
        "base": reader.names.base,
        "refusal": refusal,
        "told": table_of(answer, reader, words(request).lang)
        if isinstance(answer, Shown)
        else None,
    }
    sparql = text if answer and not refusal else ""
    status = refusal.status if refusal else 200
    return page(request, "sparql.html", sparql=sparql, status=status, **context)


@router.get("/robots.txt")
def robots(request: Request) -> Response:
    """Robots may read pages and data; questions are not for them."""
    base = request.base_url.path.rstrip("/")
    closed = (f"Disallow: {base}{path}" for path in ("/sparql", "/api/", "/export/"))
    lines = ("User-agent: *", *closed)
    site_map = f"Sitemap: {request.base_url}sitemap.xml"
    return PlainTextResponse("\n".join((*lines, "", site_map, "")))


@router.get("/sitemap.xml")
def site_map(request: Request) -> Response:
    """The home page, that of changes, and the page of every entity and concept."""
    slugs = sorted(known_entities(reader_of(request)))[: _MOST - 2]
    pages = ["", "changes", *(f"entity/{quote(slug)}" for slug in slugs)]
    urls = (f"<url><loc>{escape(f'{request.base_url}{page}')}</loc></url>\n" for page in pages)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    body = (
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{"".join(urls)}</urlset>\n'
    )
    return Response(head + body, media_type="application/xml")

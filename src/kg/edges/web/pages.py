"""Server-rendered pages: complete without JavaScript."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pyoxigraph import Literal, NamedNode, Triple
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from kg.core.media import FORMAT_NAMES
from kg.core.names import Names, shipped_names
from kg.edges.web.state import reader_of, serving
from kg.views.entity import entity_card, is_entity
from kg.views.figures import figures
from kg.views.questions import Question, questions
from kg.views.why import claims_behind

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(directory=Path(__file__).parent / "templates")
_EXAMPLE = "cq01"
_FIGURES = 100  # on one page
_TOTALS = """SELECT (COUNT(DISTINCT ?claim) AS ?claims) (COUNT(DISTINCT ?source) AS ?sources)
WHERE { ?e jsip:supportsClaim ?claim ; oa:hasSource ?source }"""


@router.get("/", response_class=HTMLResponse)
def home(
    request: Request, offset: Annotated[int, Query(alias="from", ge=0, le=10**9)] = 0
) -> Response:
    """What this is, a query box, the ready questions, figures with their passages."""
    reader = reader_of(request)
    totals = next(reader.rows(_TOTALS))
    most, claims = figures(reader, _FIGURES, offset)
    context = {
        "claims": claims,
        "figures": most,
        "offset": offset,
        "before": max(offset - _FIGURES, 0),
        "after": offset + len(claims),
        "count": totals["claims"],
        "sources": totals["sources"],
        "version": reader.store.version,
        "example": questions()[_EXAMPLE].sparql,
        "formats": FORMAT_NAMES,
        "questions": list(_links()),
    }
    return templates.TemplateResponse(request, "home.html", context)


def _links() -> Iterator[tuple[Question, str]]:
    for question in questions().values():
        yield question, "/sparql?" + urlencode({"query": question.sparql, "format": "csv"})


@router.get("/entity/{name:path}", response_class=HTMLResponse)
def entity(request: Request, name: str) -> Response:
    """An entity's card: claims by property with evidence, and advice on what to print."""
    reader = reader_of(request)
    iri = serving(request).find(name)
    slug = reader.names.slug(iri)
    if slug != name:
        return RedirectResponse(f"/entity/{quote(slug)}", status_code=303)
    context = {"card": entity_card(reader, iri), "version": reader.store.version}
    return templates.TemplateResponse(request, "entity.html", context)


def resource_page(request: Request, path: str, triples: Iterable[Triple]) -> Response:
    """The page of an own IRI: an entity's card, else its claims and what the graph says of it."""
    reader = reader_of(request)
    iri = reader.names.base + path
    about = reader.names.slug(iri)
    if is_entity(reader, iri):
        return RedirectResponse(f"/entity/{about}", status_code=303)
    context = {
        "iri": iri,
        "about": about,
        "path": path,
        "claims": claims_behind(reader, iri) if path.startswith("id/") else (),
        "rows": list(_rows(triples, reader.names)),
        "version": reader.store.version,
    }
    return templates.TemplateResponse(request, "resource.html", context)


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One term; the address is empty where it has none to follow."""

    text: str
    address: str


def _rows(triples: Iterable[Triple], names: Names) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """Each triple once, in order; the first of a `#term` has its name as the anchor."""
    cells = {
        tuple(_cell(term, names) for term in (triple.subject, triple.predicate, triple.object))
        for triple in triples
    }
    seen = set()
    for row in sorted(cells):
        anchor = row[0].address.partition("#")[2]
        yield ("" if anchor in seen else anchor), row
        seen.add(anchor)


def _cell(term: object, names: Names) -> Cell:
    if isinstance(term, NamedNode):
        return Cell(names.slug(term.value), address(term.value))
    text = str(getattr(term, "value", term))
    is_address = isinstance(term, Literal) and term.datatype.value == names.iri("xsd:anyURI")
    return Cell(text, address(text) if is_address else "")


def address(iri: str) -> str:
    """Where a page may lead: an own IRI's path here, or a web address, and nothing else.

    >>> address("https://w3id.org/jsip/id/meti"), address("javascript:alert(1)")
    ('/id/meti', '')
    """
    base = shipped_names().base
    if iri.startswith(base):
        return "/" + iri.removeprefix(base)
    return iri if iri.startswith(("https://", "http://")) else ""


templates.env.globals["address"] = address

"""Server-rendered pages: complete without JavaScript."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pyoxigraph import NamedNode, Triple
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from kg.core.media import FORMAT_NAMES
from kg.core.names import Names
from kg.edges.web.state import reader_of, serving
from kg.views.entity import entity_card, known_entities
from kg.views.figures import figures
from kg.views.lookup import find_entity
from kg.views.questions import Question, questions

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(directory=Path(__file__).parent / "templates")
_EXAMPLE = "cq01"
_TOTALS = """SELECT (COUNT(DISTINCT ?claim) AS ?claims) (COUNT(DISTINCT ?source) AS ?sources)
WHERE { ?e jsip:supportsClaim ?claim ; oa:hasSource ?source }"""


@router.get("/", response_class=HTMLResponse)
def home(request: Request) -> Response:
    """What this is, a query box, the ready questions, every figure with its passage."""
    reader = reader_of(request)
    totals = next(reader.rows(_TOTALS))
    context = {
        "claims": figures(reader),
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
    card = entity_card(reader, find_entity(reader, name))
    context = {"card": card, "version": reader.store.version}
    return templates.TemplateResponse(request, "entity.html", context)


def resource_page(request: Request, iri: str, triples: Sequence[Triple]) -> Response:
    """The page of an own IRI: an entity's card, else what the graph says of it."""
    state = serving(request)
    about = state.names.slug(iri)
    if about in known_entities(state.reader):
        return RedirectResponse(f"/entity/{about}", status_code=303)
    rows = sorted({_row(triple, state.names) for triple in triples})
    context = {"iri": iri, "about": about, "path": iri.removeprefix(state.names.base)}
    return templates.TemplateResponse(request, "resource.html", {**context, "rows": rows})


def _row(triple: Triple, names: Names) -> tuple[tuple[str, str], ...]:
    """Text and address of each term; the address is empty where the term has none of ours."""
    return tuple(_cell(term, names) for term in (triple.subject, triple.predicate, triple.object))


def _cell(term: object, names: Names) -> tuple[str, str]:
    if not isinstance(term, NamedNode):
        return str(getattr(term, "value", term)), ""
    own = term.value.startswith(names.base)
    return names.slug(term.value), "/" + term.value.removeprefix(names.base) if own else ""

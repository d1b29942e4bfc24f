"""Dereferencing: own IRIs lead to a page or to data, by Accept or by suffix.

The server answers the paths of BASE under its own address; IRIs in answers are never rewritten.
A bare path answers 303 (Cool URIs for the Semantic Web, §4.2), a suffix the document itself.
"""

from fastapi import APIRouter, Request
from pyoxigraph import RdfFormat, Triple, parse
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from kg.core.bundle import find_bundle
from kg.core.media import GRAPH_OFFERS, MediaType, best
from kg.edges.web.pages import resource_page
from kg.edges.web.state import serving
from kg.outlets.protocol.refusal import Refusal
from kg.store.serialise import serialised
from kg.views.linked import description

router = APIRouter(include_in_schema=False)
_HTML = MediaType("html", "text/html", "html")
_FORMATS = {
    "ttl": ("turtle", RdfFormat.TURTLE),
    "jsonld": ("jsonld", RdfFormat.JSON_LD),
    "nt": ("ntriples", RdfFormat.N_TRIPLES),
    "rdf": ("rdfxml", RdfFormat.RDF_XML),
}
_SUFFIX = {"html": "html"} | {name: suffix for suffix, (name, _) in _FORMATS.items()}
_OFFERS = (*(offer for offer in GRAPH_OFFERS if offer.name in _SUFFIX), _HTML)


@router.get("/{kind}")
@router.get("/{kind}/{rest:path}")
def dereference(request: Request, kind: str, rest: str = "") -> Response:
    """Whatever BASE has at this path."""
    path = f"{kind}/{rest}" if rest else kind
    stem, dot, suffix = path.rpartition(".")
    if dot and suffix in (*_FORMATS, "html") and _is_own(stem):
        return _document(request, stem, suffix)
    if not _is_own(path):
        raise HTTPException(404)
    _statements(request, path)
    chosen = best(request.headers.get("accept"), _OFFERS)
    if chosen is None:
        types = ", ".join(offer.type for offer in _OFFERS)
        raise Refusal(406, "Not acceptable", f"/{path} is to be had as {types}.")
    return RedirectResponse(f"/{path}.{_SUFFIX[chosen.name]}", status_code=303)


def _is_own(path: str) -> bool:
    kind, _, rest = path.partition("/")
    if kind in ("ns", "shapes"):
        return not rest
    if kind == "dataset":
        return True
    return kind in ("id", "graph", "ontology", "scheme") and bool(rest)


def _document(request: Request, path: str, suffix: str) -> Response:
    triples = _statements(request, path)
    state = serving(request)
    if suffix == "html":
        return resource_page(request, state.names.base + path, triples)
    name, form = _FORMATS[suffix]
    header = next(offer.header for offer in _OFFERS if offer.name == name)
    return Response(serialised(triples, form, state.names), headers={"Content-Type": header})


def _statements(request: Request, path: str) -> list[Triple]:
    """What the graph says of the IRI; raises 404 where it says nothing."""
    if path == "shapes":
        return _shapes()
    state = serving(request)
    sparql = description(state.names.base + path, state.names)
    data = state.store.graph(sparql, "ntriples")
    triples = [quad.triple for quad in parse(data, format=RdfFormat.N_TRIPLES)]
    if not triples:
        raise HTTPException(404)
    return triples


def _shapes() -> list[Triple]:
    """The shapes are shipped beside the store, never in it."""
    files = sorted((find_bundle().ontology / "shapes").glob("*.ttl"))
    return [quad.triple for f in files for quad in parse(path=str(f), format=RdfFormat.TURTLE)]

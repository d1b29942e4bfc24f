"""Dereferencing: own IRIs lead to a page or to data, by Accept or by suffix.

The server answers the paths of BASE under its own address; IRIs in answers are never rewritten.
A bare path answers 303 (Cool URIs for the Semantic Web, §4.2), a suffix the document itself.
"""

from collections.abc import Iterable

from fastapi import APIRouter, Request
from pyoxigraph import RdfFormat, Triple, parse
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from kg.core.bundle import find_bundle
from kg.core.errors import Refusal, UnknownName
from kg.core.media import GRAPH_OFFERS, MediaType, best
from kg.edges.web.pages import resource_page
from kg.edges.web.snapshot_views import serving
from kg.edges.web.versions.known_releases import history, release_at
from kg.sparql.formats import serialised
from kg.views.record.entity import known_names
from kg.views.record.linked_data import description, is_own_path
from kg.views.versions.described import described, described_end
from kg.views.versions.history import Event
from kg.views.versions.releases import Release

router = APIRouter(include_in_schema=False)
HTML = MediaType("html", "text/html", "html")
_FORMATS = {
    "ttl": ("turtle", RdfFormat.TURTLE),
    "jsonld": ("jsonld", RdfFormat.JSON_LD),
    "nt": ("ntriples", RdfFormat.N_TRIPLES),
    "rdf": ("rdfxml", RdfFormat.RDF_XML),
}
_SUFFIX = {"html": "html"} | {name: suffix for suffix, (name, _) in _FORMATS.items()}
OFFERS = (*(offer for offer in GRAPH_OFFERS if offer.name in _SUFFIX), HTML)


@router.get("/{kind}")
@router.get("/{kind}/{rest:path}")
def dereference(request: Request, kind: str, rest: str = "") -> Response:
    """Whatever BASE has at this path."""
    path = f"{kind}/{rest}".removesuffix("/")  # a prefix stands for what it begins
    stem, dot, suffix = path.rpartition(".")
    if dot and suffix in (*_FORMATS, "html") and is_own_path(stem):
        return _document(request, stem, suffix)
    if not is_own_path(path):
        raise HTTPException(404)
    return leading_to(request, path)


def leading_to(request: Request, path: str) -> Response:
    """303 to the page or the data of an own path, whichever the client likes best."""
    _statements(request, path, " LIMIT 1")
    return RedirectResponse(f"/{path}.{_SUFFIX[chosen(request, path).name]}", status_code=303)


def chosen(request: Request, path: str) -> MediaType:
    """What the client likes best of a page and the RDF formats; raises 406."""
    offer = best(request.headers.get("accept"), OFFERS)
    if offer is None:
        types = ", ".join(offer.type for offer in OFFERS)
        raise Refusal(406, "Not acceptable", f"/{path} is to be had as {types}.")
    return offer


def data(request: Request, triples: Iterable[Triple], name: str) -> Response:
    """Triples in the RDF format of that name."""
    _, form = _FORMATS[_SUFFIX[name]]
    header = next(offer.header for offer in OFFERS if offer.name == name)
    body = serialised(triples, form, serving(request).names)
    return Response(body, headers={"Content-Type": header})


def _document(request: Request, path: str, suffix: str) -> Response:
    release = _release(request, path)
    if release is not None and suffix == "html" and not _is_served(request, path):
        return RedirectResponse(f"/changes/{release.name}", status_code=303)
    if suffix == "html" and (event := _withdrawn(request, path)):
        return RedirectResponse(event.path, status_code=303)
    triples = _statements(request, path)
    if suffix == "html":
        return resource_page(request, path, triples)
    return data(request, triples, _FORMATS[suffix][0])


def _statements(request: Request, path: str, most: str = "") -> list[Triple]:
    """What the graph says of the IRI; raises UnknownName, which is a 404, where nothing."""
    if path == "shapes":
        return _shapes()
    state = serving(request)
    release = _release(request, path)
    if release is not None and not _is_served(request, path):
        return described(release, state.names)
    body = state.store.graph(description(path, state.names) + most, "ntriples")
    triples = [quad.triple for quad in parse(body, format=RdfFormat.N_TRIPLES)]
    if triples:
        return [*triples, *(described(release, state.names) if release else ())]
    if event := _withdrawn(request, path):
        return described_end(event, history(request).before(event.release), state.names)
    raise _unknown(request, path)


def _is_served(request: Request, path: str) -> bool:
    """True of the dataset and of the version that is served, by which the store describes it."""
    return path.partition("/")[2] in ("", serving(request).store.version)


def _release(request: Request, path: str) -> Release | None:
    """The release that a path of the dataset names; of `/dataset` itself, the one served."""
    kind, _, version = path.partition("/")
    return (
        release_at(request, version or serving(request).store.version)
        if kind == "dataset"
        else None
    )


def _withdrawn(request: Request, path: str) -> Event | None:
    """How the thing ended that an IRI named once, where nothing is said of it any more."""
    kind, _, slug = path.partition("/")
    events = history(request).of.get(slug, ()) if kind == "id" else ()
    return events[0] if events and events[0].is_end else None


def _unknown(request: Request, path: str) -> UnknownName:
    """Says what there is instead, as near as possible."""
    state = serving(request)
    kind, _, name = path.partition("/")
    if kind == "dataset":
        known = [release.name for release in history(request).releases]
        return UnknownName("version or release", name, [state.store.version, *known])
    return UnknownName(f"thing of /{kind}/", name, known_names(state.reader, kind, name))


def _shapes() -> list[Triple]:
    """The shapes are shipped beside the store, never in it."""
    files = sorted((find_bundle().ontology / "shapes").glob("*.ttl"))
    return [quad.triple for f in files for quad in parse(path=str(f), format=RdfFormat.TURTLE)]

"""The explorer: a page complete without JavaScript, the steps its script takes, downloads."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, Response

from kg.core.errors import KgError, UnknownName
from kg.edges.web.computed import Computed
from kg.edges.web.docs import REFUSALS
from kg.edges.web.rendering import page, words
from kg.edges.web.snapshot_views import reader_of, serving
from kg.outlets.export import EXPORTERS
from kg.outlets.svg import drawing
from kg.outlets.theme import FAMILY_OF, OUTLINES, in_order, shapes
from kg.views.network.explorer_graph import REVIEWS, EdgeFilter, ExplorerEdge, ExplorerGraph
from kg.views.network.path_text import as_sparql, sentence
from kg.views.network.paths import Path, paths
from kg.views.network.rings import around

router = APIRouter(responses=REFUSALS)
MOST = 2000  # nodes of one picture
AT_ONCE = 200  # nodes whose edges are asked for together
_SHOWN = 40  # neighbours in a list without JavaScript
_DRAWN = 100  # neighbours in a first picture, as many as one expansion adds
_FAR = 1_000_000  # pixels from the middle
_SHOWED = ("What an explorer showed", "探索した範囲")
_BEGIN = "takaichi-sanae"
_EDGES = """PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?claim ?subject ?property ?object WHERE {{ VALUES ?here {{ <{0}> }}
  ?claim rdf:subject ?subject ; rdf:predicate ?property ; rdf:object ?object
  FILTER(?here IN (?subject, ?object) && isIRI(?object)) }}"""
Text = Annotated[str, Query(max_length=200)]
Day = Annotated[str, Query(max_length=10, pattern=r"^(\d{4}(-\d\d(-\d\d)?)?)?$")]
Nodes = Annotated[str, Query(max_length=200_000)]


def _sieve(
    review: Annotated[str, Query(max_length=100)] = "accepted",
    hide: Annotated[str, Query(max_length=5000)] = "",
    since: Day = "",
    until: Day = "",
) -> EdgeFilter:
    """Reviews and hidden predicates, divided by commas, and the time of the claims."""
    return EdgeFilter(
        frozenset(review.split(",")), frozenset(filter(None, hide.split(","))), since, until
    )


Wanted = Annotated[EdgeFilter, Depends(_sieve)]


@router.get("/api/steps", tags=["views"], summary="Every edge at some entities")
def steps(
    request: Request,
    nodes: Annotated[
        str, Query(max_length=20_000, description="ids divided by commas", examples=["meti"])
    ],
) -> JSONResponse:
    """The edges at some entities, of claims of every review, and the entities at their ends.

    Answers `nodes`, `edges` (`review` is the best that the editors hold of an edge, `contested`
    says that none is accepted or that one stands in an open conflict), `kinds` (labels, family and
    shape of types) and `missing`, the ids that no edge joins.
    """
    ground, ids = serving(request).ground, _ids(nodes)
    if len(ids) > AT_ONCE:
        raise KgError(f"Ask for the edges of {AT_ONCE} entities at once; these are {len(ids)}.")
    found = {step.key: step for name in ids for step in ground.steps(name)}
    ends = {end for step in found.values() for end in (step.source, step.target)}
    seen = [ground.node(name) for name in sorted(ends | {n for n in ids if n in ground.network})]
    used = {node["type"] for node in seen}
    kinds = {kind: look for kind, look in _looks(ground).items() if kind in used}
    missing = [name for name in ids if name not in ground.network]
    edges = [asdict(step) for step in found.values()]
    return JSONResponse({"nodes": seen, "edges": edges, "kinds": kinds, "missing": missing})


def _looks(ground: ExplorerGraph) -> dict[str, dict[str, str]]:
    """How each type is called and drawn, the same in every picture of the snapshot."""
    drawn = shapes(ground.kinds)
    return {
        kind: {
            "en": named.en,
            "ja": named.ja,
            "family": FAMILY_OF.get(kind, "other"),
            "shape": drawn[kind],
        }
        for kind, named in ground.kinds.items()
    }


@router.get("/explore", include_in_schema=False)
def explore(
    request: Request,
    q: Text = "",
    node: Text = "",
    to: Text = "",
    hops: Annotated[int, Query(ge=1, le=8)] = 4,
    part: bool = False,
) -> Response:
    """An entity's neighbours by predicate, and how two entities are connected."""
    state = serving(request)
    hits = state.index.find(q, None, None, 20) if q.strip() else []
    name = _known(request, node) if node else _begin(state.ground)
    context: dict[str, Any] = {
        "q": q,
        "hits": [hit for hit in hits if hit.id in state.ground.network],
        "centre": None if name not in state.ground.network else state.ground.node(name),
        "asked": bool(node or q),
        "groups": _groups(state.ground, name),
        "shown": _SHOWN,
        "to": to,
        "paths_told": [],
        "reviews": REVIEWS,
        "outlines": OUTLINES,
        **_first_picture(state.ground, name),
    }
    if to:
        found = paths(state.network, name, _known(request, to), hops)
        context["paths_told"] = [_path_row(path, words(request).lang) for path in found]
    template = "explore_paths.html" if part else "explore.html"
    sparql = _EDGES.format(state.ground.iri(name)) if context["centre"] else ""
    return page(request, template, sparql=sparql, **context)


def _first_picture(ground: ExplorerGraph, name: str) -> dict[str, Any]:
    """Where the first entities stand, on the server's picture and then on the canvas; a legend."""
    places, looks = _around(ground, name, EdgeFilter()), _looks(ground)
    types = in_order(ground.node(n)["type"] for n in places)
    return {
        "places": {n: {"x": x, "y": y} for n, (x, y) in places.items()},
        "legend": [looks[kind] for kind in types if kind in looks],
    }


def _begin(ground: ExplorerGraph) -> str:
    """Where to begin unasked: a head of government, else whatever has most edges."""
    if _BEGIN in ground.network or not ground.network:
        return _BEGIN
    return min(ground.network, key=lambda n: (-ground.network.degree(n), n))


def _known(request: Request, name: str) -> str:
    return reader_of(request).names.slug(serving(request).find(name))


@dataclass(frozen=True, slots=True)
class Group:
    """The neighbours along one predicate, one way."""

    predicate: str
    en: str
    ja: str
    forward: bool
    ends: tuple[tuple[dict[str, Any], ExplorerEdge], ...]


def _groups(ground: ExplorerGraph, name: str) -> list[Group]:
    """The accepted edges of an entity by predicate, most first."""
    by: dict[tuple[str, bool], list[ExplorerEdge]] = defaultdict(list)
    for step in ground.steps(name):
        if step.review == "accepted":
            by[step.predicate, step.source == name].append(step)
    groups = [
        Group(
            predicate,
            of[0].en,
            of[0].ja,
            forward,
            tuple((ground.node(s.target if forward else s.source), s) for s in of),
        )
        for (predicate, forward), of in by.items()
    ]
    return sorted(groups, key=lambda g: (-len(g.ends), g.predicate, g.forward))


def _path_row(path: Path, lang: str) -> dict[str, Any]:
    """A path as sentences with the claims of each, and as a query."""
    hops = [
        [(sentence(link, hop, lang), [c.rpartition("/")[2] for c in link.claims], link)
         for link in hop.links]
        for hop in path.hops
    ]  # fmt: skip
    return {
        "stops": path.stops,
        "hops": hops,
        "sparql": as_sparql(path),
        "nodes": ",".join(stop.id for stop in path.stops),
    }


@router.get("/explore.svg", include_in_schema=False)
def picture(
    request: Request, sieve: Wanted, nodes: Nodes = "", node: Text = "", save: bool = False
) -> Response:
    """The drawing of places `id:x:y` divided by commas, or of what is around one entity."""
    ground, lang = serving(request).ground, words(request).lang
    if nodes:
        return _drawn(request, sieve, _places(nodes), "svg", "image/svg+xml", "svg" if save else "")
    places = _around(ground, node, sieve)
    labels = {n: (ground.node(n)[lang], ground.node(n)["type"]) for n in places}
    text = drawing(places, labels, ground.between(places, sieve), lang, shapes(ground.kinds))
    headers = _attached("svg") if save else {}
    return Response(text, media_type="image/svg+xml", headers=headers)


def _around(ground: ExplorerGraph, name: str, sieve: EdgeFilter) -> dict[str, tuple[int, int]]:
    """An entity in the middle of what it is joined to."""
    found = {e: None for s in ground.steps(name) if sieve.passes(s) for e in (s.source, s.target)}
    if name not in ground.network:
        return {}
    return around(name, [end for end in found if end != name][:_DRAWN])


def _places(text: str) -> dict[str, tuple[int, int]]:
    """Places from an address; raises KgError where one is no place."""
    found = {}
    for item in _ids(text):
        name, *place = item.rsplit(":", 2)
        try:
            spot = (int(place[0]), int(place[1]))
        except (ValueError, IndexError) as error:
            raise KgError(f"{item[:80]!r} is no place; write id:x:y in whole pixels.") from error
        if max(map(abs, spot)) > _FAR:
            raise KgError(f"{item[:80]!r} lies too far out; at most {_FAR} pixels.")
        found[name] = spot
    return found


@router.get("/explore.{form}", include_in_schema=False)
def download(request: Request, form: str, sieve: Wanted, nodes: Nodes) -> Response:
    """What an explorer shows, as `json`, `gexf`, `turtle` or `html`, with its claims."""
    known = {name: (e.media.header, e.media.suffix) for name, e in EXPORTERS.items()}
    known |= {"json": ("application/json", "json"), "html": ("text/html; charset=utf-8", "html")}
    if form not in known:
        raise UnknownName("format of the explorer", form, [*known, "svg"])
    return _drawn(request, sieve, _places(nodes), form, *known[form])


def _drawn(
    request: Request,
    sieve: EdgeFilter,
    places: Mapping[str, tuple[int, int]],
    form: str,
    kind: str,
    suffix: str,
) -> Response:
    """What an explorer shows at some places, as a file of that suffix if it has one."""
    return Computed(
        "explored",
        {"Content-Type": kind, **(_attached(suffix) if suffix else {})},
        form=form,
        places=places,
        reviews=sorted(sieve.reviews),
        hidden=sorted(sieve.hidden),
        since=sieve.since,
        until=sieve.until,
        lang=words(request).lang,
    )


def _ids(text: str) -> list[str]:
    """Items divided by commas, none twice; raises KgError for more than a picture holds."""
    found = list(dict.fromkeys(filter(None, text.split(","))))
    if len(found) > MOST:
        raise KgError(f"A picture holds at most {MOST} entities; these are {len(found)}.")
    return found


def _attached(suffix: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="jsip-explored.{suffix}"'}

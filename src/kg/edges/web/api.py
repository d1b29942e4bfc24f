"""The JSON API: the same views as the command line."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from kg.edges.web.state import reader_of, serving
from kg.views.claims import ClaimCard
from kg.views.conflicts import Conflict
from kg.views.conflicts import conflicts as all_conflicts
from kg.views.entity import EntityCard, entity_card
from kg.views.lookup import find_entity, find_object, find_property
from kg.views.network import network
from kg.views.paths import Path, paths
from kg.views.questions import bind, find_question, questions
from kg.views.series import Observation
from kg.views.series import series as observations
from kg.views.stats import Stats
from kg.views.stats import stats as counted
from kg.views.why import claims_by
from kg.views.why import why as claims_behind

router = APIRouter(prefix="/api", tags=["views"])
Name = Annotated[str, Query(max_length=500, description="slug, CURIE, IRI or name")]
Optional = Annotated[str, Query(max_length=500)]
Limit = Annotated[int, Query(ge=1, le=1000)]


@router.get("/search")
def search(
    request: Request,
    q: Annotated[str, Query(max_length=200, description="a name in any script or spelling")],
    lang: Annotated[str | None, Query(pattern="^(en|ja)$")] = None,
    type_: Annotated[str | None, Query(alias="type", max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> dict[str, Any]:
    """Entities and concepts by name: kanji, kana, romaji, damaged renderings, small typos."""
    hits = serving(request).index.find(q, lang, type_, limit)
    return {
        "results": [
            {
                "id": hit.id,
                "iri": hit.iri,
                "label": {"en": hit.en, "ja": hit.ja},
                "type": hit.type,
                "score": hit.score,
                "matched": hit.matched,
            }
            for hit in hits
        ]
    }


@router.get("/entity/{name:path}")
def entity(request: Request, name: str) -> EntityCard:
    """Everything said of an entity or concept, grouped, with advice on which figure to print."""
    reader = reader_of(request)
    return entity_card(reader, find_entity(reader, name))


@router.get("/neighbours/{name:path}")
def neighbours(
    request: Request, name: str, limit: Limit = 100, predicate: Optional = "", type: Optional = ""
) -> dict[str, Any]:
    """What one accepted edge joins to an entity, with the claims of each edge."""
    reader = reader_of(request)
    graph = network(reader)
    here = reader.names.slug(find_entity(reader, name))
    wanted = reader.names.curie(find_property(reader, predicate)) if predicate else ""
    edges = [
        *graph.out_edges(here, keys=True, data=True),
        *graph.in_edges(here, keys=True, data=True),
    ]
    found = [
        {"from": s, "to": o, "predicate": key, **data}
        for s, o, key, data in edges
        if (not wanted or key == wanted)
        and (not type or graph.nodes[o if s == here else s]["type"] == type)
    ]
    ids = sorted({end for edge in found[:limit] for end in (edge["from"], edge["to"])} | {here})
    nodes = [{"id": id_, **graph.nodes[id_]} for id_ in ids if id_ in graph]
    return {"nodes": nodes, "edges": found[:limit], "total": len(found)}


@router.get("/why")
def why(request: Request, s: Name, p: Name, o: Name) -> list[ClaimCard]:
    """The claims and passages behind one edge."""
    reader = reader_of(request)
    return claims_behind(
        reader, find_entity(reader, s), find_property(reader, p), find_object(reader, o)
    )


@router.get("/path")
def path(
    request: Request,
    start: Annotated[str, Query(alias="from", max_length=500)],
    end: Annotated[str, Query(alias="to", max_length=500)],
    hops: Annotated[int, Query(ge=1, le=8)] = 4,
) -> list[Path]:
    """The shortest documented connections, with the claims of each hop."""
    reader = reader_of(request)
    first, last = (find_entity(reader, name) for name in (start, end))
    return paths(network(reader), first, last, hops)


@router.get("/conflicts")
def conflicts(request: Request, open: bool = False) -> list[Conflict]:
    """Where sources disagree, side by side, with verdict and reason."""
    return all_conflicts(reader_of(request), open)


@router.get("/claims")
def claims(
    request: Request,
    subject: Optional = "",
    predicate: Optional = "",
    object: Optional = "",
    asserter: Optional = "",
    source: Optional = "",
    status: Optional = "",
    review: Optional = "",
    limit: Limit = 100,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> dict[str, Any]:
    """Claims that match every given filter, by id."""
    reader = reader_of(request)
    found = claims_by(
        reader,
        subject=find_entity(reader, subject) if subject else "",
        predicate=find_property(reader, predicate) if predicate else "",
        object=find_object(reader, object) if object else "",
        asserter=find_entity(reader, asserter) if asserter else "",
        source=reader.names.id(source) if source else "",
        status=reader.names.concept("assertion-status", status) if status else "",
        review=reader.names.concept("review-status", review) if review else "",
    )
    return {"total": len(found), "claims": found[offset : offset + limit]}


@router.get("/series/{name:path}")
def series(request: Request, name: str) -> list[Observation]:
    """The observations of a time series, with breaks, revisions, providers and claims."""
    reader = reader_of(request)
    return observations(reader, find_entity(reader, name))


@router.get("/stats")
def stats(request: Request) -> Stats:
    """Counts and coverage of the snapshot."""
    return counted(reader_of(request))


@router.get("/queries")
def list_questions() -> list[dict[str, Any]]:
    """The ready questions and their parameters."""
    return [question.summary() for question in questions().values()]


@router.get("/queries/{name}")
def ask(request: Request, name: str) -> dict[str, Any]:
    """The answer of a ready question; its parameters are query parameters."""
    reader = reader_of(request)
    sparql = bind(find_question(name), dict(request.query_params), reader.names)
    return {"query": sparql, "version": reader.store.version, "rows": list(reader.rows(sparql))}

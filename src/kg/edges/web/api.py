"""The JSON API: the same views as the command line."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath

from kg.core.errors import KgError, UnknownName
from kg.edges.web.docs import REFUSALS
from kg.edges.web.snapshot_views import reader_of, serving
from kg.outlets.citation import Citation, cite
from kg.views.figures.series import Observation
from kg.views.figures.series import series as observations
from kg.views.finding.finder import LONGEST
from kg.views.finding.lookup import bind_names, claim_filters, find_object
from kg.views.finding.results import Kind, findings_json
from kg.views.network.measures import NetworkStats
from kg.views.network.paths import Path, paths
from kg.views.quality.stats import Stats
from kg.views.quality.stats import stats as counted
from kg.views.queries.questions import find_question, questions
from kg.views.record.cards import ClaimCard
from kg.views.record.claims import Reader
from kg.views.record.conflicts import Conflict
from kg.views.record.conflicts import conflicts as all_conflicts
from kg.views.record.entity import EntityCard, entity_card
from kg.views.record.why import claims_by
from kg.views.record.why import why as claims_behind

router = APIRouter(prefix="/api", tags=["views"], responses=REFUSALS)
Sparql = Annotated[
    str,
    Query(
        max_length=100_000,
        description="a SPARQL query",
        examples=["SELECT * WHERE { ?s ?p ?o } LIMIT 3"],
    ),
]
Limit = Annotated[int, Query(ge=1, le=1000, description="how many at most")]
_NAME = "slug, `scheme/notation`, CURIE, IRI or name"
_PROPERTY = "a property, such as `amount`; own ones need no prefix"
_CLASS = "only of this class, such as `Person`, `Plan` or `PublicBody`"
_PAIRS = {  # what `ask` reads from the query string beside the name
    "name": "parameters",
    "in": "query",
    "style": "form",
    "explode": True,
    "description": "the question's own parameters as `name=value`, joined by `&`; "
    "those left out keep the defaults that `/api/queries` lists",
    "schema": {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "examples": ["about=domestic-ai-support-5y"],
    },
}


def _named(description: str, *examples: str) -> Any:
    return Query(max_length=500, description=description, examples=list(examples))


def _path(description: str, *examples: str) -> Any:
    return InPath(description=description, examples=list(examples))


@router.get("/search", summary="Search by figure, name, quoted words or id")
def search(
    request: Request,
    q: Annotated[
        str,
        Query(
            max_length=LONGEST,
            description="a figure in any spelling, a name in any script, words of a quote, an id",
            examples=["高市", "¥45tn"],
        ),
    ],
    lang: Annotated[
        Literal["en", "ja"] | None, Query(description="names in this language come first")
    ] = None,
    type_: Annotated[str | None, Query(alias="type", max_length=100, description=_CLASS)] = None,
    kind: Annotated[
        list[Kind] | None, Query(max_length=4, description="only these kinds of results")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="how many at most")] = 10,
) -> dict[str, Any]:
    """Claims by figure, entities, concepts and documents by name, passages by words, all by id.

    Answers `query` (the figures read, with the bounds of their rounding, and the other words) and
    `results`, best first: `id`, `iri`, `kind`, `label`, `type`, `score`, what `matched`, and of
    claims and passages the `claim`. With `type`, entities, concepts and documents alone.
    """
    return findings_json(serving(request).finder.find(q, lang, type_, limit, kind or ()))


@router.get("/entity/{name:path}", summary="The card of an entity")
def entity(
    request: Request, name: Annotated[str, _path(_NAME, "domestic-ai-support-5y")]
) -> EntityCard:
    """Everything said of an entity or concept, grouped, with advice on which figure to print."""
    reader = reader_of(request)
    return entity_card(reader, serving(request).find(name))


@router.get("/neighbours/{name:path}", summary="What is joined to an entity")
def neighbours(
    request: Request,
    name: Annotated[str, _path(_NAME, "takaichi-sanae")],
    limit: Limit = 100,
    predicate: Annotated[str, _named(_PROPERTY)] = "",
    type: Annotated[str, _named(_CLASS)] = "",
) -> dict[str, Any]:
    """What one accepted edge joins to an entity, with the claims of each edge.

    Answers `nodes`, `edges` (`from`, `to`, `predicate`, labels, `claims`, `evidence`) and the
    `total` of edges before the limit.
    """
    reader, graph = reader_of(request), serving(request).network
    here = reader.names.slug(serving(request).find(name))
    wanted = reader.names.curie(_property(reader, predicate)) if predicate else ""
    around = [here] if here in graph else []
    edges = [
        *graph.out_edges(around, keys=True, data=True),
        *graph.in_edges(around, keys=True, data=True),
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


@router.get("/why", summary="Why one edge stands")
def why(
    request: Request,
    s: Annotated[str, _named(f"subject: {_NAME}", "takaichi-sanae")],
    p: Annotated[str, _named(_PROPERTY, "holdsPost")],
    o: Annotated[str, _named(f"object: {_NAME}, or the value", "prime-minister-of-japan")],
) -> list[ClaimCard]:
    """The claims and passages behind one edge."""
    reader = reader_of(request)
    subject = serving(request).find(s)
    return claims_behind(reader, subject, _property(reader, p), find_object(reader, o))


@router.get("/path", summary="How two are connected")
def path(
    request: Request,
    start: Annotated[
        str, Query(alias="from", max_length=500, description=_NAME, examples=["takaichi-sanae"])
    ],
    end: Annotated[
        str, Query(alias="to", max_length=500, description=_NAME, examples=["ai-basic-plan"])
    ],
    hops: Annotated[int, Query(ge=1, le=8, description="how many steps at most")] = 4,
) -> list[Path]:
    """The shortest documented connections, with the claims of each hop."""
    state = serving(request)
    return paths(state.network, state.find(start), state.find(end), hops)


@router.get("/conflicts", summary="Where sources disagree")
def conflicts(
    request: Request,
    open: Annotated[bool, Query(description="only those not settled yet")] = False,
    kind: Annotated[
        Literal["conflict", "identity", "caution"] | None,
        Query(description="only conflicts, questions of identity or cautions"),
    ] = None,
) -> list[Conflict]:
    """Claims side by side, with verdict and reason; `kind` says what they are to each other."""
    found = serving(request).cached(all_conflicts)
    return [c for c in found if (c.is_open or not open) and kind in (None, c.kind)]


@router.get("/claims", summary="Claims by subject, property, asserter, source or status")
def claims(
    request: Request,
    subject: Annotated[str, _named(_NAME, "domestic-ai-support-5y")] = "",
    predicate: Annotated[str, _named(_PROPERTY, "amount")] = "",
    object: Annotated[str, _named(f"{_NAME}, or the value")] = "",
    asserter: Annotated[str, _named(f"who says so: {_NAME}")] = "",
    source: Annotated[str, _named("slug of a source, such as `src-jiji-20251221`")] = "",
    status: Annotated[str, _named("what the source says it is: `announced`, `planned` …")] = "",
    review: Annotated[str, _named("what the editors hold: `accepted`, `disputed` …")] = "",
    limit: Limit = 100,
    offset: Annotated[int, Query(ge=0, description="how many to pass over")] = 0,
) -> dict[str, Any]:
    """Claims that match every given filter, by id.

    Answers the `total` before the limit, and `claims`: a list of ClaimCard.
    """
    state, reader = serving(request), reader_of(request)
    names = {
        "subject": subject,
        "predicate": predicate,
        "object": object,
        "asserter": asserter,
        "source": source,
        "status": status,
        "review": review,
    }
    wanted = claim_filters(reader, names, state.find)
    total, found = claims_by(reader, limit, offset, **wanted)
    return {"total": total, "claims": found}


def _property(reader: Reader, name: str) -> str:
    """The IRI of a property; one that is not known is a fault of the request, not of the path."""
    return claim_filters(reader, {"predicate": name})["predicate"]


@router.get("/series/{name:path}", summary="A time series")
def series(
    request: Request, name: Annotated[str, _path(_NAME, "content-market-japan")]
) -> list[Observation]:
    """The observations of a series, with breaks, revisions, providers and claims."""
    reader = reader_of(request)
    return observations(reader, serving(request).find(name))


@router.get("/network", summary="Measures of the network")
def measures(request: Request) -> NetworkStats:
    """Size, centralities and communities of the accepted edges, each with its caveat."""
    return serving(request).network_stats


@router.get("/stats", summary="What the snapshot holds")
def stats(request: Request) -> Stats:
    """Counts and coverage of the snapshot."""
    return serving(request).cached(counted)


@router.get("/quality", summary="How good the snapshot is")
def quality(request: Request) -> dict[str, Any]:
    """Each measure of quality with its value, threshold, and what spoils it.

    Answers the `version`, `pass`, and `checks`: each has `id`, `title` in both languages, `unit`
    (share, count or seconds), `value`, `least`, `most`, `pass` and `details`. A `value` of null was
    not measured here; the `note` says why.
    """
    return serving(request).quality


@router.get("/queries", summary="The ready questions")
def list_questions() -> list[dict[str, Any]]:
    """Every ready question: `name`, `title` in both languages, and its `parameters`.

    A parameter has a `name`, a `kind` (IRI, date, text or number), a `meaning`
    (`meaning_ja` in Japanese) and a `default`.
    """
    return [question.summary() for question in questions().values()]


@router.get(
    "/queries/{name}",
    summary="Ask a ready question",
    openapi_extra={"parameters": [_PAIRS]},
)
def ask(
    request: Request, name: Annotated[str, _path("a name that `/api/queries` lists", "cq01")]
) -> dict[str, Any]:
    """The answer of a ready question; its parameters are query parameters.

    Answers `rows`, the `query` in SPARQL that gave them, and the `version` of the snapshot.
    """
    reader, question = reader_of(request), find_question(name)
    try:
        sparql = bind_names(reader, question, dict(request.query_params))
    except UnknownName as error:
        raise KgError(str(error)) from error
    return {"query": sparql, "version": reader.store.version, "rows": list(reader.rows(sparql))}


@router.get("/citation", summary="How to cite an answer")
def citation(
    request: Request,
    query: Sparql,
) -> Citation:
    """The dataset's version, the query, and a digest of the result that anybody can compute.

    `result_digest` is the SHA-256 of the answer's lines (SPARQL TSV, N-Triples for a graph)
    sorted by bytes: `LC_ALL=C sort | sha256sum`.
    """
    state = serving(request)
    return cite(state.reader, query, state.store.lines(query, state.union))

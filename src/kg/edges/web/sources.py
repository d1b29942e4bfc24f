"""Pages of documents: all that each supports, and what would fall without it."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from kg.core.errors import UnknownName
from kg.edges.web.records import Format, Offset, as_csv
from kg.edges.web.rendering import page
from kg.edges.web.snapshot_views import reader_of, serving
from kg.edges.web.versions.known_releases import withdrawn
from kg.outlets.tables import claims_table, table
from kg.views.queries.questions import find_question
from kg.views.record.documents import (
    ORDERS,
    Counted,
    cited,
    counted,
    in_order,
    mentions,
    source_of,
    would_fall,
)
from kg.views.record.readings import readings
from kg.views.record.why import claims_behind

router = APIRouter(include_in_schema=False)
_ON_A_PAGE, _CLAIMS = 100, 40


@router.get("/sources")
def source_list(
    request: Request,
    sort: Annotated[str, Query(max_length=20)] = "issued",
    publisher: Annotated[str, Query(max_length=200)] = "",
    offset: Offset = 0,
    format: Format = "",
) -> Response:
    """Every document, or those of one publisher, in an order of choice."""
    if sort not in ORDERS:
        raise UnknownName("column", sort, ORDERS)
    every = in_order(serving(request).cached(counted), sort)
    publishers = Counter(row.card.publisher for row in every)
    if publisher and publisher not in {named.id for named in publishers}:
        raise UnknownName("publisher", publisher, [named.id for named in publishers])
    rows = [row for row in every if publisher in ("", row.card.publisher.id)]
    if format == "csv":
        return as_csv(_sources_table(rows), "sources")
    context: dict[str, Any] = {
        "rows": rows[offset : offset + _ON_A_PAGE],
        "total": len(rows),
        "step": _ON_A_PAGE,
        "offset": offset,
        "order": sort,
        "publishers": sorted(publishers.items(), key=lambda pair: (-pair[1], pair[0].id)),
        "publisher": publisher,
    }
    return page(request, "sources.html", sparql=find_question("cq38").sparql, **context)


def _sources_table(rows: Sequence[Counted]) -> bytes:
    columns = ("source", "title", "publisher", "issued", "kind", "tier", "level", "language",
               "claims", "url")  # fmt: skip
    cells = (
        (r.card.id, r.card.title, r.card.publisher.id, r.card.issued, r.card.kind,
         r.card.tier, r.card.level, r.card.language, r.claims, r.card.url)
        for r in rows
    )  # fmt: skip
    return table(columns, cells)


@router.get("/sources/{slug}")
def source(request: Request, slug: str, offset: Offset = 0, format: Format = "") -> Response:
    """A document: all it supports, and what would fall if it were withdrawn."""
    reader = reader_of(request)
    try:
        found = source_of(reader, slug)
    except UnknownName as error:
        return withdrawn(request, "sources", slug, error)
    claims = claims_behind(reader, found.iri)
    if format == "csv":
        return as_csv(claims_table(reader, claims), slug)
    cites, cited_by = cited(reader, found)
    context: dict[str, Any] = {
        "source": found,
        "claims": claims[offset : offset + _CLAIMS],
        "readings": readings(reader, claims[offset : offset + _CLAIMS]),
        "total": len(claims),
        "offset": offset,
        "step": _CLAIMS,
        "falling": would_fall(claims, found),
        "mentions": mentions(reader, found.iri),
        "cites": cites,
        "cited_by": cited_by,
    }
    sparql = f"SELECT ?claim WHERE {{ ?e <{reader.names.iri('oa:hasSource')}> <{found.iri}> ; "
    sparql += f"<{reader.names.iri('jsip:supportsClaim')}> ?claim }}"
    return page(request, "source.html", sparql=sparql, **context)

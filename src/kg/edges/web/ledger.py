"""The page of the whole ledger, by facets."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from kg.edges.web.records import Format, Offset, as_csv
from kg.edges.web.rendering import page
from kg.edges.web.snapshot_views import reader_of, serving
from kg.outlets.tables import claims_table
from kg.views.record.facets import FACETS, Ledger, asked, cards_of
from kg.views.record.readings import alone

router = APIRouter(include_in_schema=False)
_ON_A_PAGE = 40
Choice = Annotated[str, Query(max_length=200)]


@router.get("/claims")
def claims(
    request: Request,
    speaker: Choice = "",
    publisher: Choice = "",
    tier: Choice = "",
    status: Choice = "",
    review: Choice = "",
    period: Choice = "",
    property: Choice = "",
    conflict: Choice = "",
    offset: Offset = 0,
    format: Format = "",
) -> Response:
    """The claims that fit every chosen facet, newest first; `format=csv` gives just these."""
    given = dict(zip(FACETS, (speaker, publisher, tier, status, review, period, property, conflict),
                     strict=True))  # fmt: skip
    reader, ledger = reader_of(request), serving(request).cached(Ledger)
    chosen = ledger.chosen({facet: slug for facet, slug in given.items() if slug})
    found = ledger.matching(chosen)
    if format == "csv":
        return as_csv(claims_table(reader, cards_of(reader, found)), "claims")
    shown = found[offset : offset + _ON_A_PAGE]
    context: dict[str, Any] = {
        "readings": alone(reader, cards_of(reader, shown)),
        "choices": ledger.choices(chosen),
        "chosen": given,
        "shown": len(shown),
        "total": len(found),
        "offset": offset,
        "step": _ON_A_PAGE,
    }
    return page(request, "claims.html", sparql=asked(reader, chosen), **context)

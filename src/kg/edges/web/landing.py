"""The first pages of parts of the site: figures, people and bodies, ways to ask."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from kg.core.errors import UnknownName
from kg.edges.web.records import as_csv
from kg.edges.web.rendering import page
from kg.edges.web.snapshot_views import reader_of, serving
from kg.outlets.tables import claims_table
from kg.views.figures.figures import figure_claims, figures
from kg.views.queries.questions import find_question
from kg.views.record.profile import speakers
from kg.views.record.readings import readings

router = APIRouter(include_in_schema=False)
_FIGURES = 50  # on one page
Offset = Annotated[int, Query(alias="from", ge=0, le=10**9)]


@router.get("/figures")
def all_figures(
    request: Request, offset: Offset = 0, format: Annotated[str, Query(max_length=10)] = ""
) -> Response:
    """Money, series, timeline, and every figure with its speaker and passage."""
    reader, found = reader_of(request), serving(request).cached(figure_claims)
    if format == "csv":
        return as_csv(claims_table(reader, figures(reader, found)), "figures")
    claims = figures(reader, found[offset : offset + _FIGURES])
    context: dict[str, Any] = {
        "readings": readings(reader, claims),
        "shown": len(claims),
        "total": len(found),
        "offset": offset,
        "step": _FIGURES,
    }
    return page(request, "figures.html", sparql=find_question("cq01").sparql, **context)


@router.get("/ask")
def ask(request: Request) -> Response:
    """A text to check, ready questions, the editor, the explorer."""
    return page(request, "ask.html")


@router.get("/people")
def people(request: Request, kind: Annotated[str, Query(max_length=40)] = "") -> Response:
    """Every person and body: how much each said, and how much is said of it."""
    found = serving(request).cached(speakers)
    kinds = sorted({speaker.type for speaker in found}, key=lambda named: named.en)
    if kind and kind not in {one.local for one in kinds}:
        raise UnknownName("kind", kind, [one.local for one in kinds])
    shown = [speaker for speaker in found if kind in ("", speaker.type.local)]
    return page(request, "people.html", sparql=SPEAKERS, kinds=kinds, chosen=kind, speakers=shown)


SPEAKERS = """PREFIX jsip: <https://w3id.org/jsip/ns#>
SELECT ?who (COUNT(?claim) AS ?said) WHERE { ?claim jsip:assertedBy ?who }
GROUP BY ?who ORDER BY DESC(?said)"""

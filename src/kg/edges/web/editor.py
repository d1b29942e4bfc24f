"""What the query editor asks for: the words of the graph, and a query in other programs' terms."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request

from kg.edges.web.api import Sparql
from kg.edges.web.docs import REFUSALS
from kg.edges.web.snapshot_views import serving
from kg.outlets.snippets import snippets

router = APIRouter(prefix="/api", tags=["views"], responses=REFUSALS)


@router.get("/terms", summary="The words of the graph, to complete queries with")
def terms(request: Request) -> dict[str, Any]:
    """Answers `prefixes`, and `terms`: each has a `name`, a `kind`, a label in each language."""
    state = serving(request)
    return {"prefixes": state.names.prefixes, "terms": [asdict(term) for term in state.terms]}


@router.get("/snippets", summary="A query for curl, Python, R and spreadsheets")
def reuse(
    request: Request,
    query: Sparql,
) -> dict[str, str]:
    """The text to paste, by program."""
    return dict(snippets(f"{str(request.base_url).rstrip('/')}/sparql", query))

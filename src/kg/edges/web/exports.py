"""Exports over HTTP, as on the command line."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import StreamingResponse

from kg.core.errors import KgError, UnknownName
from kg.edges.web.computed import Computed
from kg.edges.web.docs import REFUSALS
from kg.outlets.export import EXPORTERS

router = APIRouter(tags=["exports"], responses=REFUSALS)


@router.get("/export/{format_name}", response_class=StreamingResponse)
def export(
    format_name: Annotated[
        str, Path(max_length=40, description="a format of `kg export --list`", examples=["gexf"])
    ],
    entity: Annotated[str, Query(max_length=500, description="a part around an entity")] = "",
    hops: Annotated[int, Query(ge=1, le=6, description="steps from the entity")] = 1,
    query: Annotated[str, Query(max_length=100_000, description="a CONSTRUCT query")] = "",
) -> Computed:
    """The graph, what lies around an entity, or a query's triples, in another tool's format."""
    if format_name not in EXPORTERS:
        raise UnknownName("export format", format_name, EXPORTERS)
    if entity and query:
        raise KgError("Give entity or query, not both.")
    media = EXPORTERS[format_name].media
    headers = {
        "Content-Type": media.header,
        "Content-Disposition": f'attachment; filename="jsip.{media.suffix}"',
    }
    return Computed(
        "export",
        headers,
        "" if entity or query else format_name,
        form=format_name,
        entity=entity,
        hops=hops,
        query=query,
    )

"""Exports over HTTP, as on the command line."""

from tempfile import SpooledTemporaryFile
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pyoxigraph import RdfFormat, parse
from starlette.background import BackgroundTask
from starlette.responses import StreamingResponse

from kg.core.errors import KgError, UnknownName
from kg.edges.web.docs import REFUSALS
from kg.edges.web.state import serving
from kg.outlets.export import EXPORTERS, Part, around, of_triples, whole
from kg.views.lookup import find_entity

router = APIRouter(tags=["exports"], responses=REFUSALS)
_IN_MEMORY = 8_000_000  # bytes; a larger export waits in a temporary file


@router.get("/export/{format_name}", response_class=StreamingResponse)
def export(
    request: Request,
    format_name: Annotated[
        str, Path(max_length=40, description="a format of `kg export --list`", examples=["gexf"])
    ],
    entity: Annotated[str, Query(max_length=500, description="a part around an entity")] = "",
    hops: Annotated[int, Query(ge=1, le=6, description="steps from the entity")] = 1,
    query: Annotated[str, Query(max_length=100_000, description="a CONSTRUCT query")] = "",
) -> StreamingResponse:
    """The graph, what lies around an entity, or a query's triples, in another tool's format."""
    if format_name not in EXPORTERS:
        raise UnknownName("export format", format_name, EXPORTERS)
    if entity and query:
        raise KgError("Give entity or query, not both.")
    exporter = EXPORTERS[format_name]
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 closed when it is sent
    exporter.write(_part(request, entity, hops, query), file)
    size = file.tell()
    file.seek(0)
    headers = {
        "Content-Type": exporter.media.header,
        "Content-Length": str(size),
        "Content-Disposition": f'attachment; filename="jsip.{exporter.media.suffix}"',
    }
    pieces = iter(lambda: file.read(65_536), b"")
    return StreamingResponse(pieces, headers=headers, background=BackgroundTask(file.close))


def _part(request: Request, entity: str, hops: int, query: str) -> Part:
    state = serving(request)
    if query:
        data = state.store.triples(query, state.union)
        return of_triples(
            state.reader, (quad.triple for quad in parse(data, format=RdfFormat.N_TRIPLES))
        )
    if entity:
        return around(state.reader, find_entity(state.reader, entity), hops)
    return whole(state.reader)

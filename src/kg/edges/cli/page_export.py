"""page, export: the graph or a part of it as a picture, or in another tool's format."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Annotated, Literal
from zipfile import ZipFile

import typer

from kg.core.bundle import shown
from kg.core.errors import KgError
from kg.core.files import writing
from kg.core.names import shipped_names
from kg.edges.cli.queries import read_sparql
from kg.edges.cli.stores import Place, is_own, open_store
from kg.views.record.claims import Reader

if TYPE_CHECKING:
    from kg.outlets.export import Exporter, Part

Entity = Annotated[str | None, typer.Option(help="Slug, CURIE, IRI or name: a part, not all")]
Hops = Annotated[int, typer.Option(min=1, max=6, help="Steps from the entity")]
Query = Annotated[Path | None, typer.Option("--query", help="A file with a CONSTRUCT query")]
_OUT = "The file to write; of a zip also a folder, there or with a / at the end [default: stdout]"


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command(epilog="Example: kg page takaichi-sanae --hops 2 --out takaichi.html")(page)
    app.command(epilog="Example: kg export gexf --entity takaichi-sanae --out t.gexf")(export)


def page(
    out: Annotated[Path, typer.Option(help="The HTML file to write")],
    entity: Annotated[
        str | None, typer.Argument(help="Slug, CURIE, IRI or name; all if absent")
    ] = None,
    query: Query = None,
    hops: Hops = 2,
    lang: Annotated[Literal["en", "ja"], typer.Option(help="Language on opening")] = "en",
    store: Place = None,
) -> None:
    """Write one self-contained interactive page of the graph or a part of it."""
    from kg.outlets.page import write_page
    from kg.views.finding.lookup import find_entity
    from kg.views.network.pictures import constructed_picture, neighbourhood, whole_picture

    reader = Reader(open_store(store), shipped_names())
    if entity is not None and query is not None:
        raise KgError("Give an entity or --query, not both.")
    if query is not None:
        picture = constructed_picture(reader, read_sparql(query), query.stem, not is_own(store))
    elif entity is not None:
        iri = find_entity(reader, entity)
        picture = neighbourhood(reader, reader.named([iri])[iri], hops)
    else:
        picture = whole_picture(reader)
    write_page(picture, out, lang)
    typer.echo(f"{len(picture.nodes)} nodes and {len(picture.edges)} edges in {shown(out)}")


def export(
    format_: Annotated[str, typer.Argument(metavar="FORMAT", help="See --list")] = "",
    out: Annotated[str | None, typer.Option(metavar="PATH", help=_OUT)] = None,
    entity: Entity = None,
    query: Query = None,
    hops: Hops = 1,
    list_: Annotated[
        bool, typer.Option("--list", help="List the formats and what each loses.")
    ] = False,
    explain: Annotated[
        str, typer.Option(metavar="FORMAT", help="Say what a format is, loses, and who reads it.")
    ] = "",
    store: Place = None,
) -> None:
    """Export the graph or a part of it; edges keep the IRIs of their claims and evidence."""
    from kg.outlets.export import EXPORTERS, around, constructed, exporter_of, whole
    from kg.views.finding.lookup import find_entity

    if list_:
        for exporter in EXPORTERS.values():
            typer.echo(f"{exporter.name}  {exporter.description}\n    {exporter.losses}")
        return
    if explain:
        typer.echo(exporter_of(explain).explained)
        return
    chosen = exporter_of(format_)
    if entity is not None and query is not None:
        raise KgError("Give --entity or --query, not both.")
    reader = Reader(open_store(store), shipped_names())
    if query is not None:
        part = constructed(reader, read_sparql(query), not is_own(store))
    elif entity is not None:
        part = around(reader, find_entity(reader, entity), hops)
    else:
        part = whole(reader)
    _written(chosen, part, out)


def _written(exporter: Exporter, part: Part, out: str | None) -> None:
    """Writes to stdout, to a file, or, of an archive, into a folder."""
    if out is None:
        exporter.export(part, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    place = Path(out)
    if exporter.is_archive and (out.endswith(("/", os.sep)) or place.is_dir()):
        with TemporaryFile() as packed:
            exporter.export(part, packed)
            with ZipFile(packed) as zipped:
                zipped.extractall(place)
    else:
        with writing(place) as file:
            exporter.export(part, file)
    typer.echo(f"{shown(place)} written. What the format loses: {exporter.losses}")

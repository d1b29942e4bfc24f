"""diff, release: what changed between two versions of the record, and naming one."""

from pathlib import Path
from typing import Annotated

import typer

from kg.core.bundle import find_bundle, shown
from kg.core.errors import KgError
from kg.edges.cli.compile_build import AsJson
from kg.edges.cli.progress import working
from kg.edges.cli.stores import snapshot_of

Operand = "Store, snapshot or triples folder; a release's name, file or folder"


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command(epilog="Example: kg diff 2026.11.1 .kg")(diff)
    app.command(epilog="Example: kg release --out dist/releases")(release)


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help=Operand)],
    after: Annotated[str, typer.Argument(metavar="B", help="What to compare with it, likewise")],
    as_json: AsJson = False,
) -> None:
    """Tell what changed from one version of the record to another, field by field.

    Claims, conflicts, cautions, entities and sources. Derived graphs repeat what claims say and are
    left out, conflicts apart; so are terms and concepts, of which the changelog tells.
    """
    from kg.edges.cli.lookups import safe_json
    from kg.outlets.answers import visible
    from kg.views.versions.compare import compare
    from kg.views.versions.operands import opened
    from kg.views.versions.words import in_words

    with opened(before) as old, opened(after) as new:
        changes = compare(old, new)
    if as_json:
        typer.echo(safe_json(changes.summary()))
    else:
        typer.echo("\n".join(visible(line) for line in in_words(changes)))


def release(
    out: Annotated[
        Path | None, typer.Option(help="Where the bundle's folder goes [default: dist/releases]")
    ] = None,
    since: Annotated[
        Path | None, typer.Option(help="Folder of the release before, if it lies elsewhere")
    ] = None,
    kept: Annotated[
        list[str] | None,
        typer.Option(help="Address where the bundle will be kept; may be repeated"),
    ] = None,
    records: Annotated[
        Path | None, typer.Option(help="Folder of releases' files [default: data/releases]")
    ] = None,
    store: Annotated[
        str | None, typer.Option(help="Store folder with a snapshot [default: the shipped one]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Name this version of the record: dumps, checksums, descriptions, changes since the last.

    The same record gives the same bytes again; no clock is read.
    """
    from kg.outlets.release.making import Places, make
    from kg.views.versions.releases import releases_folder

    shipped = find_bundle()
    if records is None and (shipped.tables is None or shipped.releases is None):
        raise KgError("Releases are made in a checkout; work there, or give --records DIR.")
    places = Places(records or shipped.releases or Path(), out or releases_folder(), since)
    with working("Making the release"):
        made, folder = make(snapshot_of(store), places, kept or ())
    if as_json:
        typer.echo(made.files["release.json"].decode(), nl=False)
        return
    typer.echo(f"{made.release.name} of {made.release.day}, version {made.release.version}")
    typer.echo(f"{len(made.files)} files in {shown(folder)}")
    typer.echo(f"on record in {shown(places.records / (made.release.name + '.json'))}: commit it")

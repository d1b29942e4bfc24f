"""diff, release: what changed between two versions of the record, and naming one."""

from typing import Annotated

import typer

from kg.edges.cli.compile_build import AsJson

Operand = "Store, snapshot or triples folder; a release's name, file or folder"


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command(epilog="Example: kg diff 2026.11.1 .kg")(diff)


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

"""The `kg` command. Exit 0 fine, 1 the check failed, 2 wrong usage or input."""

import sys
from io import TextIOWrapper

import typer

from kg.core.errors import KgError
from kg.edges.cli import (
    agents,
    bench,
    compile_build,
    imports,
    ingest,
    lookups,
    own_stores,
    page_export,
    queries,
    recheck,
    review,
    serve,
    verify,
    versions,
)

app = typer.Typer(
    name="kg",
    help="JSIP: who said which number, where, on what basis, and which figures disagree.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (
    compile_build,
    imports,
    queries,
    lookups,
    verify,
    ingest,
    recheck,
    versions,
    page_export,
    review,
    serve,
    own_stores,
    agents,
    bench,
):
    group.register(app)


def main() -> None:
    """Runs the command line; a KgError becomes its message and its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # Japanese under any locale
    try:
        app()
    except KgError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        name = f" {error.filename!r}" if error.filename else ""
        typer.echo(f"Cannot use{name}: {error.strerror or error}.", err=True)
        sys.exit(2)

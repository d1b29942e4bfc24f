"""query, queries: SPARQL from a file, from stdin, or a ready question."""

import json
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.core.bundle import default_store, find_bundle
from kg.core.errors import KgError, QueryRefused, UnknownName
from kg.core.names import shipped_names
from kg.outlets.answers import FORMATS, rendered
from kg.outlets.protocol.syntax import explain
from kg.store.port import Answer, GraphStore, MemoryStore
from kg.views.claims import Reader
from kg.views.lookup import bind_names
from kg.views.questions import find_question, questions

AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON for programs.")]
StoreFolder = Annotated[Path | None, typer.Option("--store", help="Store folder [default: .kg]")]


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command(epilog="Example: kg query cq01 --param about=content-budget-japan")(query)
    app.command("queries", epilog="Example: kg queries --json")(list_questions)


def open_store(folder: Path | None) -> GraphStore:
    """The snapshot of a store folder in memory; the shipped one is built where needed."""
    from kg.store.build import current_snapshot
    from kg.store.snapshot import open_snapshot

    if folder is not None:
        snapshot = open_snapshot(folder)
    else:
        snapshot = current_snapshot(find_bundle(), default_store())
    return MemoryStore(snapshot.quads, snapshot.version)


def query(
    what: Annotated[str, typer.Argument(help="A file, a ready question's name, or - for stdin")],
    param: Annotated[list[str] | None, typer.Option(help="name=value, may repeat")] = None,
    format_: Annotated[str, typer.Option("--format", help=", ".join(FORMATS))] = "table",
    store: StoreFolder = None,
) -> None:
    """Run SPARQL and print the answer."""
    if format_ not in FORMATS:
        raise UnknownName("format", format_, FORMATS)
    values = dict(_pair(text) for text in param or [])
    reader = Reader(open_store(store), shipped_names())
    answer = _answered(reader.store, _sparql(reader, what, values))
    sys.stdout.buffer.write(rendered(answer, format_, shipped_names(), sys.stdout.isatty()))
    sys.stdout.buffer.flush()


def _answered(store: GraphStore, sparql: str) -> Answer:
    """The answer; a syntax error is told as over HTTP, with line, column and caret.

    The engine does not look at signals while it works, so Ctrl-C ends the process itself.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        return store.query(sparql)
    except QueryRefused as error:
        if isinstance(error.__cause__, SyntaxError):
            raise explain(sparql, str(error.__cause__), None, None) from error
        raise


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise KgError(f"--param {text!r} has no value; write --param name=value.")
    return name.lstrip("?"), value


def _sparql(reader: Reader, what: str, values: dict[str, str]) -> str:
    """The query text; only ready questions take parameters."""
    if what == "-" or Path(what).is_file():
        if values:
            raise KgError("--param binds ready questions only; put VALUES into your own query.")
        return read_sparql(Path(what))
    if Path(what).suffix or "/" in what:
        raise KgError(f"There is no file {what!r}; `kg queries` lists the ready questions.")
    return bind_names(reader, find_question(what), values)


def read_sparql(file: Path) -> str:
    """The text of a query file, `-` for stdin; raises KgError where it is not UTF-8."""
    data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise KgError(f"{file}: byte {error.start} is not UTF-8; save as UTF-8.") from error


def list_questions(as_json: AsJson = False) -> None:
    """List the ready questions with their parameters."""
    if as_json:
        listed = [question.summary() for question in questions().values()]
        typer.echo(json.dumps(listed, ensure_ascii=False, indent=1))
        return
    for question in questions().values():
        typer.echo(f"{question.name}  {question.title_en}\n      {question.title_ja}")
        for p in question.parameters:
            typer.echo(f"      --param {p.name}=…  {p.kind}: {p.meaning} [{p.default}]")

"""query, queries: SPARQL from a file, from stdin, or a ready question."""

import json
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from kg.core.errors import KgError, UnknownName
from kg.core.names import shipped_names
from kg.edges.cli.stores import Place, engine_at, is_address, is_own, open_store, snapshot_of
from kg.outlets.answers import FORMATS, rendered
from kg.views.finding.lookup import bind_names
from kg.views.queries.questions import TASKS, Question, bind, find_question, questions
from kg.views.record.claims import Reader

AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON for programs.")]


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command(epilog="Example: kg query cq01 --param about=content-budget-japan")(query)
    app.command("queries", epilog="Example: kg queries --json")(list_questions)


def query(
    what: Annotated[str, typer.Argument(help="A file, a ready question's name, or - for stdin")],
    param: Annotated[list[str] | None, typer.Option(help="name=value, may repeat")] = None,
    format_: Annotated[str, typer.Option("--format", help=", ".join(FORMATS))] = "table",
    timeout: Annotated[float, typer.Option(min=0.1, max=3600, help="Seconds it may take")] = 30.0,
    explain: Annotated[
        bool, typer.Option("--explain", help="Do not run it: say how it would be answered.")
    ] = False,
    store: Place = None,
) -> None:
    """Run SPARQL and print the answer."""
    from kg.edges.cli.query_process import answered

    if format_ not in FORMATS:
        raise UnknownName("format", format_, FORMATS)
    bound = dict(_pair(text) for text in param or [])
    sparql = _sparql(what, bound, store)
    if explain:
        if is_address(store):
            raise KgError("Another engine answers there in its own way; ask it to explain.")
        if is_own(store):
            raise KgError("No columns are made of a store of your own here: its engine answers.")
        from kg.engine.columns import explain as explained  # loads numpy

        typer.echo(explained(snapshot_of(store).quads, sparql))
        return
    # A ready question reads an own store as its pages do; anybody's query as /sparql does.
    union = not is_own(store) or _is_question(what)
    with engine_at(store, timeout) as engine:
        answer = answered(engine, sparql, union)
    called = partial(_labels, store) if _is_question(what) else None
    shown = rendered(answer, format_, shipped_names(), sys.stdout.isatty(), called)
    sys.stdout.buffer.write(shown)
    sys.stdout.buffer.flush()


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise KgError(f"--param {text!r} has no value; write --param name=value.")
    return name.lstrip("?"), value


def _labels(store: str | None, iris: Iterable[str]) -> dict[str, str]:
    """What a table for people calls the things that it names, in English."""
    named = Reader(open_store(store), shipped_names()).named(iris)
    return {iri: found.en for iri, found in named.items()}


def _is_question(what: str) -> bool:
    return what != "-" and not Path(what).is_file()


def _sparql(what: str, values: dict[str, str], store: str | None) -> str:
    """The query text; only ready questions take parameters, whose names the store knows."""
    if not _is_question(what):
        if values:
            raise KgError("--param binds ready questions only; put VALUES into your own query.")
        return read_sparql(Path(what))
    if Path(what).suffix or "/" in what:
        raise KgError(f"There is no file {what!r}; `kg queries` lists the ready questions.")
    question = find_question(what)
    if not values:
        return bind(question, {}, shipped_names())
    return bind_names(Reader(open_store(store), shipped_names()), question, values)


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
        told = [question.summary() for question in questions().values()]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    listed = questions().values()
    for task, (en, ja) in TASKS.items():
        typer.echo(f"{en} / {ja}")
        _list([question for question in listed if question.task == task])


def _list(listed: Iterable[Question]) -> None:
    for question in listed:
        typer.echo(f"{question.name}  {question.title_en}\n      {question.title_ja}")
        for p in question.parameters:
            typer.echo(f"      --param {p.name}=…  {p.kind}: {p.meaning} [{p.default}]")

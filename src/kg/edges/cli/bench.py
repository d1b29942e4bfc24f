"""bench: our endpoint and others, side by side."""

import asyncio
from typing import Annotated
from urllib.parse import urlsplit

import typer

from kg.core.errors import KgError


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command(
        epilog="Example: kg bench http://127.0.0.1:8000/sparql --vs peer=http://127.0.0.1:7878/query"
    )(bench)


def bench(
    url: Annotated[str, typer.Argument(help="The endpoint to measure")] = (
        "http://127.0.0.1:8000/sparql"
    ),
    vs: Annotated[
        list[str] | None, typer.Option(help="NAME=URL of an endpoint beside it; may be repeated")
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="Seconds of one round")] = 2.0,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds, interleaved")] = 3,
    repeated: Annotated[
        bool, typer.Option(help="Ask the same text again and again: kept answers are measured")
    ] = False,
    clients: Annotated[int, typer.Option(min=1, max=512, help="Connections at once")] = 8,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON for programs.")] = False,
) -> None:
    """Ask the ready questions of several endpoints in turn; medians and ratios, a row for each.

    Each text is new, so that no cache answers, unless --repeated. CPU is that of the server's
    processes for each answer, where they run on this machine (pip install 'jsip-kg[bench]').
    """
    from kg.outlets import bench as measure
    from kg.views.queries.questions import questions

    endpoints = [measure.Endpoint("kg", _address(url, url))]
    for given in vs or ():
        name, _, address = given.partition("=")
        endpoints.append(measure.Endpoint(name, _address(address, f"--vs {given}")))
    workloads = [
        measure.Workload(name, (question.sparql,), clients, is_new=not repeated)
        for name, question in questions().items()
    ]
    try:
        results = asyncio.run(measure.compare(endpoints, workloads, seconds, rounds))
    except OSError as error:
        raise KgError(f"An endpoint cannot be reached: {error}. Is it running?") from error
    if as_json:
        typer.echo(measure.as_json(results))
        return
    typer.echo(measure.as_table(results))
    if vs:
        typer.echo(f"\n{measure.as_summary(results)}")


def _address(url: str, given: str) -> str:
    """The address of an endpoint, as the client can ask it; raises KgError."""
    try:
        parts = urlsplit(url)
        is_one = parts.scheme == "http" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        raise KgError(f"`{given}` is not http://host:port/path, or NAME=http://… for --vs.")
    return url

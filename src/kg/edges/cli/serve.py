"""serve: the endpoint, pages and API on one address."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError

from kg.core.bundle import default_store, find_bundle
from kg.core.errors import KgError
from kg.core.names import shipped_names
from kg.core.settings import Settings

if TYPE_CHECKING:
    from kg.build.snapshot import Snapshot


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command(epilog="Example: kg serve --port 8080")(serve)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on [127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one [8000]")] = None,
    store: Annotated[Path | None, typer.Option(help="Store folder [the shipped snapshot]")] = None,
    remote: Annotated[
        str | None, typer.Option(help="SPARQL address of another engine that holds the graph")
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Query processes [2]")] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds for one query [30]")] = None,
    read_write: Annotated[
        bool | None, typer.Option("--read-write", help="Take updates of the --store.")
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option(help="File with the token that writers must send")
    ] = None,
    inbox: Annotated[
        Path | None, typer.Option(help="Inbox to decide on at /review, on this machine only")
    ] = None,
    tables: Annotated[
        Path | None, typer.Option(help="Tables that decisions go to [those of the checkout]")
    ] = None,
    overlay: Annotated[
        bool | None,
        typer.Option("--overlay", help="Those tables are private, above the graph."),
    ] = None,
    union_default_graph: Annotated[
        bool | None,
        typer.Option(help="Default graph: union of all graphs [of the shipped snapshot only]"),
    ] = None,
    print_settings: Annotated[bool, typer.Option(help="Print the settings and stop.")] = False,
) -> None:
    """Build if needed, then serve the SPARQL endpoint, pages and API."""
    settings = settings_of(
        host=host,
        port=port,
        store=store,
        remote=remote,
        workers=workers,
        timeout=timeout,
        read_write=read_write,
        token_file=token_file,
        inbox=inbox,
        tables=tables,
        overlay=overlay,
        union_default_graph=union_default_graph,
    )
    if print_settings:
        for name, field in Settings.model_fields.items():
            value = getattr(settings, name)
            typer.echo(f"KG_{name.upper()}={'' if value is None else value}  # {field.description}")
        return
    _refuse_contradictions(settings)
    from kg.database.database import Database, is_database
    from kg.edges.web.server import run

    own = settings.store
    if settings.remote:
        run(settings, shipped_names(), None)
    elif own and (settings.read_write or is_database(own)):
        run(settings, shipped_names(), Database(own))
    else:
        run(settings, shipped_names(), lambda: _snapshot(own))


def _snapshot(store: Path | None) -> "Snapshot":
    """The built snapshot of a folder, else the shipped one, built first where that is needed."""
    from kg.build.build import current_snapshot
    from kg.build.snapshot import open_snapshot
    from kg.views.kept import keep

    if store:
        return open_snapshot(store)
    snapshot = current_snapshot(find_bundle(), default_store())
    keep(snapshot, shipped_names())
    return snapshot


def _refuse_contradictions(settings: Settings) -> None:
    if settings.inbox:
        from kg.edges.web.review.loopback import refuse_exposed

        refuse_exposed(settings)
    if settings.remote and (settings.store or settings.read_write):
        raise KgError("--remote serves another engine: leave out --store and --read-write.")
    if settings.remote and not settings.remote.startswith(("http://", "https://")):
        raise KgError(f"--remote {settings.remote!r} is no http or https address.")
    if settings.read_write and settings.store is None:
        raise KgError("--read-write changes a store of yours: name its folder with --store DIR.")
    if settings.read_write and settings.token_file is None:
        raise KgError("--read-write needs --token-file F, with the token that writers send.")


def settings_of(**flags: object) -> Settings:
    """The settings in force, flags over variables; raises KgError."""
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise KgError(f"Settings: {'; '.join(faults)}.") from error

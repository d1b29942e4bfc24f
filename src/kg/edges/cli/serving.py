"""serve: the endpoint, pages and API on one address."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from kg.core.bundle import default_store, find_bundle
from kg.core.errors import KgError
from kg.core.names import shipped_names
from kg.core.settings import Settings


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command(epilog="Example: kg serve --port 8080")(serve)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on [127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one [8000]")] = None,
    store: Annotated[Path | None, typer.Option(help="Store folder [the shipped snapshot]")] = None,
    workers: Annotated[int | None, typer.Option(help="Query processes [2]")] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds for one query [30]")] = None,
    read_write: Annotated[
        bool | None, typer.Option("--read-write", help="Take updates of the --store.")
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option(help="File with the token that writers must send")
    ] = None,
    union_default_graph: Annotated[
        bool | None,
        typer.Option(help="Default graph: union of all graphs [of the shipped snapshot only]"),
    ] = None,
    print_settings: Annotated[bool, typer.Option(help="Print the settings and stop.")] = False,
) -> None:
    """Build if needed, then serve the SPARQL endpoint, pages and API."""
    settings = _settings(
        host=host,
        port=port,
        store=store,
        workers=workers,
        timeout=timeout,
        read_write=read_write,
        token_file=token_file,
        union_default_graph=union_default_graph,
    )
    if print_settings:
        for name, field in Settings.model_fields.items():
            value = getattr(settings, name)
            typer.echo(f"KG_{name.upper()}={'' if value is None else value}  # {field.description}")
        return
    from kg.edges.web.server import run
    from kg.store.build import current_snapshot
    from kg.store.database import Database, is_database
    from kg.store.snapshot import Snapshot, open_snapshot

    if settings.read_write and settings.store is None:
        raise KgError("--read-write changes a store of yours: name its folder with --store DIR.")
    if settings.read_write and settings.token_file is None:
        raise KgError("--read-write needs --token-file F, with the token that writers send.")
    if settings.store and (settings.read_write or is_database(settings.store)):
        run(settings, shipped_names(), Database(settings.store))
        return

    def snapshot() -> Snapshot:
        if settings.store is not None:
            return open_snapshot(settings.store)
        return current_snapshot(find_bundle(), default_store())

    run(settings, shipped_names(), snapshot)


def _settings(**flags: object) -> Settings:
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise KgError(f"Settings: {'; '.join(faults)}.") from error

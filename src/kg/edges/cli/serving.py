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
    print_settings: Annotated[bool, typer.Option(help="Print the settings and stop.")] = False,
) -> None:
    """Build if needed, then serve the SPARQL endpoint, pages and API."""
    settings = _settings(host=host, port=port, store=store, workers=workers, timeout=timeout)
    if print_settings:
        for name, field in Settings.model_fields.items():
            value = getattr(settings, name)
            typer.echo(f"KG_{name.upper()}={'' if value is None else value}  # {field.description}")
        return
    from kg.edges.web.server import run
    from kg.store.build import current_snapshot
    from kg.store.snapshot import Snapshot, open_snapshot

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

"""What a command reads: a built snapshot, a user's own store, or another SPARQL engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.core.bundle import default_store, find_bundle
from kg.core.names import shipped_names
from kg.database.database import Database, is_database
from kg.engine.graph_store import GraphStore, MemoryStore

if TYPE_CHECKING:
    from kg.build.snapshot import Snapshot
    from kg.engine.pool import Pool
    from kg.engine.remote import Remote

Place = Annotated[
    str | None,
    typer.Option(
        "--store",
        "--remote",
        metavar="DIR|URL",
        help="Store folder, or the SPARQL address of another engine [default: .kg]",
    ),
]


def is_address(place: str | None) -> bool:
    """Whether a place is another engine's address, not a folder."""
    return place is not None and "://" in place


def is_own(place: str | None) -> bool:
    """Whether a place is a user's own store, which is served as a plain dataset."""
    return place is not None and not is_address(place) and is_database(Path(place))


def snapshot_of(place: str | None) -> "Snapshot":
    """The current snapshot of a folder; the shipped one is built where needed."""
    from kg.build.build import current_snapshot
    from kg.build.snapshot import open_snapshot

    if place is not None:
        return open_snapshot(Path(place))
    return current_snapshot(find_bundle(), default_store())


def open_store(place: str | None) -> GraphStore:
    """What the snapshot or the own store of a folder holds, or the engine at an address."""
    if place is not None and is_address(place):
        from kg.edges.cli.query_process import RemoteStore

        return RemoteStore(place)
    if place is not None and is_own(place):
        from kg.database.readers import open_database

        return open_database(Path(place))
    snapshot = snapshot_of(place)
    return MemoryStore(snapshot.quads, snapshot.version, snapshot.is_disjoint)


@contextmanager
def engine_at(place: str | None, seconds: float) -> "Iterator[Pool | Remote]":
    """One process over a snapshot or an own store, or another engine, for so many seconds."""
    from kg.database.readers import held
    from kg.engine.pool import Limits, Pool
    from kg.engine.remote import Remote

    limits = Limits(timeout_s=seconds, workers=1)
    if place is not None and is_address(place):
        yield Remote(place, limits)
    elif place is not None and is_own(place):
        with held(Database(Path(place))) as folder:
            yield Pool(folder, limits, names=shipped_names())
    else:
        yield Pool(snapshot_of(place).folder, limits, names=shipped_names())

"""What a command reads: the snapshot of a store folder in memory, or another SPARQL engine."""

from typing import TYPE_CHECKING, Annotated

import typer

from kg.core.bundle import default_store, find_bundle
from kg.store.port import GraphStore, MemoryStore

if TYPE_CHECKING:
    from kg.store.snapshot import Snapshot

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


def snapshot_of(place: str | None) -> "Snapshot":
    """The current snapshot of a folder; the shipped one is built where needed."""
    from pathlib import Path

    from kg.store.build import current_snapshot
    from kg.store.snapshot import open_snapshot

    if place is not None:
        return open_snapshot(Path(place))
    return current_snapshot(find_bundle(), default_store())


def open_store(place: str | None) -> GraphStore:
    """The snapshot of a folder in memory, or what the engine at an address holds."""
    if place is not None and is_address(place):
        from kg.edges.cli.answering import Elsewhere

        return Elsewhere(place)
    snapshot = snapshot_of(place)
    return MemoryStore(snapshot.quads, snapshot.version, snapshot.is_disjoint)

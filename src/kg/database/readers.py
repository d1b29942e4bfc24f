"""What a store folder holds, for who only reads it: a built snapshot, or a user's own store.

A user's store may be in service meanwhile. Then what its server published last is read; else its
live directory, which nobody writes while it is held.
"""

import fcntl
import os
import shutil
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO
from uuid import uuid4

from pyoxigraph import RdfFormat, Store

from kg.core.bundle import shown
from kg.core.errors import KgError
from kg.core.settings import held_in_memory
from kg.database.database import Database
from kg.engine.graph_store import LocalStore

_READERS = "read-"  # directories of states that are held by who reads them
_TRIES = 5  # times that a state may be replaced while it is taken


@contextmanager
def held(database: Database) -> Iterator[Path]:
    """A directory with the data as they are now; it stays as it is while this is held.

    It is a RocksDB directory or holds `quads.nq`: what a Pool takes. Raises KgError.
    """
    live = database.live
    with ExitStack() as stack:
        lock = stack.enter_context(_lock(database.folder))
        if lock is None or _is_shared(lock):
            yield live
            return
        yield stack.enter_context(_published(database))


@contextmanager
def _lock(folder: Path) -> Iterator[IO[bytes] | None]:
    """The lock file; None where it can neither be read nor made: then nobody writes there."""
    file = folder / "lock"
    with suppress(OSError):
        file.touch()
    try:
        opened = file.open("rb")
    except OSError:
        yield None
        return
    with opened:
        yield opened


def _is_shared(lock: IO[bytes]) -> bool:
    """Takes the lock together with other readers; False where a server or a loader has it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _published(database: Database) -> Iterator[Path]:
    """The state that a server published last, as links that the server does not remove."""
    links = database.states / f"{_READERS}{uuid4().hex[:12]}"
    try:
        for _ in range(_TRIES):
            state = _newest(database.states)
            if state is None:
                what = f"{shown(database.folder)} is being written by another kg process"
                raise KgError(f"{what}; try again when it is done.")
            if _are_linked(state, links):
                break
        else:
            raise KgError(f"{shown(database.folder)} changes too fast to be read; try again.")
        yield links
    finally:
        shutil.rmtree(links, ignore_errors=True)


def _newest(states: Path) -> Path | None:
    """The state published last; one that is not whole yet has neither of the two files."""
    found: list[tuple[int, Path]] = []
    for state in states.glob("*") if states.is_dir() else ():
        with suppress(OSError):
            whole = (state / "CURRENT").exists() or (state / "quads.nq").exists()
            if whole and not state.name.startswith(_READERS) and state.suffix != ".tmp":
                found.append((state.stat().st_mtime_ns, state))
    return max(found)[1] if found else None


def _are_linked(state: Path, links: Path) -> bool:
    """False where the state was removed meanwhile; raises KgError where links cannot be made."""
    shutil.rmtree(links, ignore_errors=True)
    try:
        links.mkdir()
        for file in state.iterdir():
            os.link(file, links / file.name)
    except FileNotFoundError:
        return False
    except OSError as error:
        what = f"{shown(state.parents[1])} is in service and cannot be read beside it"
        raise KgError(f"{what} ({error.strerror}); ask its address with --remote URL.") from error
    return (links / "CURRENT").exists() or (links / "quads.nq").exists()


def open_database(folder: Path) -> LocalStore:
    """A user's store to ask: from memory where it fits, else from disk, held until it is dropped.

    Raises KgError, SnapshotMissing.
    """
    with ExitStack() as inner:
        directory = inner.enter_context(held(Database(folder)))
        store = _opened(directory, folder)
        if len(store) > held_in_memory():
            local = LocalStore(store, "")
            weakref.finalize(local, inner.pop_all().close)
            return local
        if (directory / "CURRENT").exists():
            copy = Store()
            copy.bulk_extend(store)
            store = copy
        return LocalStore(store)


def _opened(directory: Path, folder: Path) -> Store:
    try:
        if (directory / "CURRENT").exists():
            return Store.read_only(str(directory))
        store = Store()
        if (directory / "quads.nq").exists():
            store.bulk_load(path=str(directory / "quads.nq"), format=RdfFormat.N_QUADS)
        return store  # a store that was made and never written has no directory yet
    except (OSError, SyntaxError, ValueError) as error:
        raise KgError(f"{shown(folder)} cannot be read: {error}; restore a backup.") from error

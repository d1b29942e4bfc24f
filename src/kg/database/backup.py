"""Whole copies of a user's store: made while it is served, checked before they replace anything."""

import asyncio
import shutil
from contextlib import suppress
from pathlib import Path

from kg.core.bundle import shown
from kg.core.errors import KgError
from kg.database.database import Database, InUse, copy_state, is_database
from kg.database.writer_connection import Scribe
from kg.engine.pool import Failure

_ATTEMPTS = 100
_PAUSE = 0.1  # seconds between them


async def saved(store: Path, to: Path, memory_mb: int) -> int:
    """Copies a store to a new folder, also one that is served; how many quads it has.

    The copy is whole and of one moment: of a served store, of its last published state. Raises
    KgError, and nothing is left then.
    """
    database = Database(store)
    _ = database.live  # refuses a folder without a store before anything is made
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise KgError(f"{shown(to)} holds something; choose a new folder.")
    try:
        await _copied(database, to / "live-1")
        quads = await _asked(to / "live-1", "nothing", memory_mb)
        Database(to).turn_to("live-1")
    except BaseException as error:
        shutil.rmtree(to, ignore_errors=True)
        raise _explained(error, store, "Nothing was copied.") from error
    return quads


async def restored(source: Path, store: Path, memory_mb: int) -> int:
    """Makes a copy the content of a store; how many quads it has.

    It is read to its end before it replaces anything. Raises KgError, and the store is as it was.
    """
    origin, database, was_there = Database(source), Database(store), store.exists()
    _ = origin.live
    if origin.is_in_use():
        raise KgError(
            f"{shown(source)} is being served; restore from what `kg backup` makes of it."
        )
    try:
        with database.alone():
            before = database.live if is_database(store) else None
            if before is None and any(p.name != "lock" for p in store.iterdir()):
                raise KgError(f"{shown(store)} holds something else; choose another --store.")
            name = database.next_name() if before else "live-1"
            quads = await _placed(origin.live, store / name, memory_mb)
            database.turn_to(name)
            if before:
                shutil.rmtree(before, ignore_errors=True)
    except BaseException as error:
        if not was_there:
            shutil.rmtree(store, ignore_errors=True)
        raise _explained(error, source, f"{shown(store)} is as it was.") from error
    return quads


async def _placed(source: Path, to: Path, memory_mb: int) -> int:
    """A copy that was read to its end."""
    try:
        await asyncio.to_thread(_copied_from, source, to)
        return await _asked(to, "verify", memory_mb)
    except BaseException:
        shutil.rmtree(to, ignore_errors=True)
        raise


async def _copied(database: Database, to: Path) -> None:
    """The store when nobody has it, else the state that was published last."""
    for _ in range(_ATTEMPTS):
        with suppress(InUse), database.alone():
            await asyncio.to_thread(_copied_from, database.live, to)
            return
        try:
            if state := database.published():
                copy_state(state, database.linked)  # held, whatever is published meanwhile
                await asyncio.to_thread(_copied_from, database.linked, to)
                return
        except FileNotFoundError:  # another was published, and this one removed
            pass
        finally:
            shutil.rmtree(database.linked, ignore_errors=True)
        await asyncio.sleep(_PAUSE)
    what = f"{shown(database.folder)} is in use by another kg process that publishes nothing"
    raise KgError(f"{what}; wait until it is done.")


def _copied_from(source: Path, to: Path) -> None:
    copy_state(source, to, is_own=True)


async def _asked(directory: Path, op: str, memory_mb: int) -> int:
    """Opens a directory of RocksDB and does something with all of it."""
    scribe = await Scribe.started(directory, memory_mb)
    try:
        return int((await scribe.ask(op))["quads"])
    finally:
        await scribe.kill()


def _explained(error: BaseException, path: Path, outcome: str) -> BaseException:
    """The error in words for people, with the path it is about."""
    if isinstance(error, Failure):
        if "ermission denied" in error.detail or "No space" in error.detail:
            return KgError(f"{shown(path)}: {error.detail}. {outcome}")
        return KgError(f"{shown(path)} is damaged: {error.detail or error.kind}. {outcome}")
    if isinstance(error, OSError):
        where = shown(Path(error.filename)) if error.filename else shown(path)
        return KgError(f"{where}: {error.strerror or error}. {outcome}")
    return error

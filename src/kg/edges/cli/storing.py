"""load, backup, restore: stores of your own."""

import asyncio
import json
import re
import shutil
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from kg.core.bundle import shown
from kg.core.errors import KgError, Refusal
from kg.core.media import GRAPHS
from kg.core.settings import held_in_memory
from kg.edges.cli.progress import working
from kg.edges.cli.sending import send

Store = Annotated[Path, typer.Option(help="Folder of the store")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON for programs.")]
_SUFFIXES = {m.suffix: m.name for m in GRAPHS} | {
    "owl": "rdfxml", "xml": "rdfxml", "json": "jsonld", "n3": "n3",
}  # fmt: skip
T = TypeVar("T")
_GZIP = 10  # how many times as large the text is, at most
_LINE_OF_A_QUAD = 150  # bytes, at least
_LINE = re.compile(r"(?:line|at) (\d+)")


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command(epilog="Example: kg load data.ttl more.nq.gz --store my-store")(load)
    app.command(epilog="Example: kg backup --store my-store --to backups/monday")(backup)
    app.command(epilog="Example: kg restore backups/monday --store my-store")(restore)


def load(
    files: Annotated[list[Path], typer.Argument(help="RDF files, also .gz")],
    store: Annotated[Path | None, typer.Option(help="Folder of the store")] = None,
    graph: Annotated[
        str, typer.Option(help="Graph for the triples [default: the default graph]")
    ] = "",
    remote: Annotated[
        str, typer.Option(help="Graph store address to load into, instead of a folder")
    ] = "",
    token_file: Annotated[
        Path | None, typer.Option(help="File with the token that the address wants")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Load RDF files into a store of your own, all or none; or into another over HTTP."""
    wanted = [(file, _format(file)) for file in files]
    if graph and (named := [f for f, kind in wanted if kind in ("trig", "nquads")]):
        raise KgError(f"{shown(named[0])} may name graphs of its own; leave out --graph.")
    if remote:
        sent = send(remote, wanted, graph, token_file)
        typer.echo(json.dumps({"remote": remote, "sent": sent}) if as_json else
                   f"{sent:,} triples sent to {remote}")  # fmt: skip
        return
    if store is None:
        raise KgError("Name the folder with --store DIR, or an address with --remote URL.")
    folder = store
    quads = _run(lambda: _load(folder, wanted, graph))
    if as_json:
        typer.echo(json.dumps({"store": str(store), "files": len(files), **quads}))
    else:
        typer.echo(f"{quads['loaded']:,} quads loaded, {quads['quads']:,} in {shown(store)}")
        typer.echo(f"serve it: kg serve --store {shown(store)}")


async def _load(store: Path, files: list[tuple[Path, str]], graph: str) -> dict[str, int]:
    from kg.store.copy import Copy
    from kg.store.database import Database
    from kg.store.workers import Failure
    from kg.store.writer import Writer

    database = Database(store)
    with database.alone():
        database.create()
        database.tidy()
        before, name = database.live, database.next_name()
        # Loaded beside the old data, which stays the store until all is read.
        old = Writer(database)
        had = (await old.ask("copy", path=str(store / name)))["quads"]
        await old.close()
        new = Writer(database, live=store / name)
        copy = Copy(database, database.copy_of(name), is_wanted=not had and _is_small(files))
        total = had
        try:
            for file, kind in files:
                said: dict[str, Any] = {"path": str(file.resolve()), "format": kind, "graph": graph,
                        "base": file.resolve().as_uri()}  # fmt: skip
                with working(f"Loading {file.name}"):
                    try:
                        done, _ = await asyncio.gather(new.ask("load", **said), copy.load(said))
                    except Failure as failure:
                        raise KgError(_told(file, failure.detail)) from failure
                total += done["quads"]
            await new.ask("nothing")  # all is on the disk when this is answered
            await copy.keep()
            database.turn_to(name)
        except BaseException:
            shutil.rmtree(store / name, ignore_errors=True)
            raise
        finally:
            await new.close()
            await copy.close()
        shutil.rmtree(before, ignore_errors=True)
    return {"loaded": total - had, "quads": total}


def _is_small(files: list[tuple[Path, str]]) -> bool:
    """Whether it is likely to be served from memory."""
    sizes = (file.stat().st_size * (_GZIP if file.suffix == ".gz" else 1) for file, _ in files)
    return sum(sizes) <= _LINE_OF_A_QUAD * held_in_memory()


def backup(
    store: Store,
    to: Annotated[Path, typer.Option(help="A folder that does not exist yet")],
    as_json: AsJson = False,
) -> None:
    """Copy a store of your own, whole and consistent, to a new folder."""
    quads = _run(lambda: _copied(store, to))
    typer.echo(json.dumps({"backup": str(to), "quads": quads}) if as_json else
               f"{quads:,} quads in {shown(to)}")  # fmt: skip


def restore(
    source: Annotated[Path, typer.Argument(help="A folder that `kg backup` made")],
    store: Store,
    force: Annotated[bool, typer.Option("--force", help="Replace what the store holds.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a backup the content of a store."""
    from kg.store.database import is_database

    if is_database(store) and not force:
        raise KgError(f"{shown(store)} holds a store; give --force to replace it.")
    quads = _run(lambda: _restored(source, store))
    typer.echo(json.dumps({"store": str(store), "quads": quads}) if as_json else
               f"{quads:,} quads in {shown(store)}")  # fmt: skip


async def _copied(store: Path, to: Path) -> int:
    """A new database with the content of another; nothing is left where it fails."""
    from kg.store.database import Database
    from kg.store.writer import Writer

    database, target = Database(store), Database(to)
    if to.exists() and any(to.iterdir()):
        raise KgError(f"{shown(to)} holds something; choose a new folder.")
    _ = database.live  # refuses a folder without a store before anything is made
    with database.alone():
        writer = Writer(database)
        to.mkdir(parents=True, exist_ok=True)
        try:
            done = await writer.ask("copy", path=str(to.resolve() / "live-1"))
            target.turn_to("live-1")
        except BaseException:
            shutil.rmtree(to, ignore_errors=True)
            raise
        finally:
            await writer.close()
    return int(done["quads"])


async def _restored(source: Path, store: Path) -> int:
    from kg.store.database import Database
    from kg.store.writer import Writer

    origin, database = Database(source), Database(store)
    _ = origin.live
    with database.alone():
        database.create()
        before, name = database.live, database.next_name()
        writer = Writer(origin)
        try:
            done = await writer.ask("copy", path=str(store.resolve() / name))
        finally:
            await writer.close()
        database.turn_to(name)
        shutil.rmtree(before, ignore_errors=True)
    return int(done["quads"])


def _format(file: Path) -> str:
    if not file.is_file():
        raise KgError(f"There is no file {shown(file)}.")
    suffixes = [s.lstrip(".").lower() for s in file.suffixes if s != ".gz"]
    kind = _SUFFIXES.get(suffixes[-1] if suffixes else "")
    if kind is None:
        known = ", ".join(f".{suffix}" for suffix in sorted(_SUFFIXES))
        raise KgError(f"{shown(file)}: no format has this suffix; name it with one of {known}.")
    return kind


def _told(file: Path, detail: str) -> str:
    found = _LINE.search(detail)
    place = f"{shown(file)}:{found[1]}" if found else shown(file)
    return f"{place}: {detail}. Nothing was loaded."


def _run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    from kg.store.workers import Failure

    try:
        return asyncio.run(work())
    except Failure as failure:
        raise KgError(f"The store cannot be used: {failure.detail or failure.kind}.") from failure
    except Refusal as refusal:
        raise KgError(str(refusal)) from refusal

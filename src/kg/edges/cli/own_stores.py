"""load, backup, restore: stores of your own."""

import asyncio
import json
import os
import re
import shutil
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from kg.core.bundle import shown
from kg.core.errors import KgError, Refusal
from kg.core.media import GRAPHS
from kg.core.settings import held_in_memory
from kg.edges.cli.progress import working
from kg.edges.cli.serve import settings_of
from kg.edges.cli.uploads import Options, send

if TYPE_CHECKING:
    from kg.database.memory_copy import Copy
    from kg.database.writer_connection import Scribe
    from kg.engine.pool import Failure

Store = Annotated[Path, typer.Option(help="Folder of the store")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON for programs.")]
_SUFFIXES = {m.suffix: m.name for m in GRAPHS} | {
    "owl": "rdfxml", "xml": "rdfxml", "json": "jsonld", "n3": "n3",
}  # fmt: skip
_SORTING_MB = 1024  # what sorting in bulk takes for each processor
T = TypeVar("T")
_GZIP = 10  # how many times as large the text is, at most
_LINE_OF_A_QUAD = 150  # bytes, at least
_LINE = re.compile(r"(?:line|at) (\d+)")


@dataclass
class Loaded:
    """What came of loading: quads there before and new ones, and what was left out."""

    folder: Path
    before: int
    quads: int = 0
    left_out: int = 0
    faults: list[str] = field(default_factory=list)
    relative: list[Path] = field(default_factory=list)

    def leave_out(self, count: int, faults: list[str]) -> None:
        """Lines or files that were not loaded."""
        self.left_out += count
        self.faults += faults


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
    base: Annotated[
        str, typer.Option(help="What relative IRIs are resolved against [default: the file's path]")
    ] = "",
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Load what is sound and list what is not.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Load RDF files into a store of your own, all or none; or into another over HTTP."""
    wanted = [(file, _format(file)) for file in files]
    if graph and (named := [f for f, kind in wanted if kind in ("trig", "nquads")]):
        raise KgError(f"{shown(named[0])} may name graphs of its own; leave out --graph.")
    options = Options(graph, base, keep_going)
    if remote and keep_going:
        raise KgError("--keep-going is for a folder; leave it out, or load with --store first.")
    if remote:
        sent = send(remote, wanted, options, token_file)
        typer.echo(json.dumps({"remote": remote, "sent": sent}) if as_json else
                   f"{sent:,} triples sent to {remote}")  # fmt: skip
        return
    if store is None:
        raise KgError("Name the folder with --store DIR, or an address with --remote URL.")
    folder = store
    loaded = _run(lambda: _load(folder, wanted, options))
    _warn(loaded)
    total = loaded.before + loaded.quads
    if as_json:
        counts = {"loaded": loaded.quads, "quads": total, "left_out": loaded.left_out}
        typer.echo(json.dumps({"store": str(store), "files": len(files), **counts}))
    else:
        typer.echo(f"{loaded.quads:,} quads loaded, {total:,} in {shown(store)}")
        typer.echo(f"serve it: kg serve --store {shown(store)}")
    if loaded.left_out:
        raise typer.Exit(1)


def _warn(loaded: Loaded) -> None:
    """On stderr: what was left out, and names that hang on where a file lies."""
    for fault in loaded.faults:
        typer.echo(fault, err=True)
    if loaded.left_out:
        typer.echo(f"{loaded.left_out:,} left out, the rest is loaded", err=True)
    if loaded.relative:
        what = f"{shown(loaded.relative[0])} has relative IRIs, stored with its own path as base"
        typer.echo(f"{what} (file:…); give --base IRI for names that mean something", err=True)


async def _load(store: Path, files: list[tuple[Path, str]], options: Options) -> Loaded:
    from kg.database.database import Database, copy_state
    from kg.database.memory_copy import Copy
    from kg.database.writer_connection import Scribe

    database, memory_mb = Database(store), settings_of().memory_mb
    with database.alone():
        database.create()
        database.tidy()
        before, name = database.live, database.next_name()
        # Loaded beside the old data, which stays the store until all is read.
        copy_state(before, store / name)
        new = await Scribe.started(store / name, memory_mb + _SORTING_MB * (os.cpu_count() or 1))
        loaded = Loaded(store, (await new.ask("nothing"))["quads"])
        copy = Copy(database.copy_of(name), not loaded.before and _is_small(files))
        try:
            await _load_files(new, copy, files, options, loaded)
            await new.ask_disk("nothing", store)  # all is on the disk when this is answered
            copy.keep()
            database.turn_to(name)
        except BaseException:
            shutil.rmtree(store / name, ignore_errors=True)
            raise
        finally:
            await new.kill()
            await copy.close()
        shutil.rmtree(before, ignore_errors=True)
    return loaded


async def _load_files(
    new: "Scribe", copy: "Copy", files: list[tuple[Path, str]], options: Options, loaded: Loaded
) -> None:
    from kg.engine.pool import Failure

    for file, kind in files:
        said: dict[str, Any] = {
            "path": str(file.resolve()),
            "format": kind,
            "graph": options.graph,
            "base": options.base or file.resolve().as_uri(),
            "keep_going": options.keep_going,
        }
        with working(f"Loading {file.name}"):
            try:
                done = await copy.beside(new.ask_disk("load", loaded.folder, **said), said)
            except Failure as failure:
                if not options.keep_going or failure.kind != "syntax":
                    raise KgError(
                        f"{_failure_text(file, failure)} Nothing was loaded."
                    ) from failure
                loaded.leave_out(1, [_failure_text(file, failure)])
                continue
        left = done["left_out"]
        loaded.leave_out(left["count"], [f"{shown(file)}:{n}: {what}." for n, what in left["told"]])
        loaded.quads += done["quads"]
        if done["relative"] and not options.base:
            loaded.relative.append(file)


def _is_small(files: list[tuple[Path, str]]) -> bool:
    """Whether what they hold is likely to be served from memory."""
    sizes = (file.stat().st_size * (_GZIP if file.suffix == ".gz" else 1) for file, _ in files)
    return sum(sizes) <= _LINE_OF_A_QUAD * held_in_memory()


def backup(
    store: Store,
    to: Annotated[Path, typer.Option(help="A folder that does not exist yet")],
    as_json: AsJson = False,
) -> None:
    """Copy a store of your own, whole and consistent, to a new folder; a served one too."""
    from kg.database.backup import saved

    quads = _run(lambda: saved(store, to, settings_of().memory_mb))
    typer.echo(json.dumps({"backup": str(to), "quads": quads}) if as_json else
               f"{quads:,} quads in {shown(to)}")  # fmt: skip


def restore(
    source: Annotated[Path, typer.Argument(help="A folder that `kg backup` made")],
    store: Store,
    force: Annotated[bool, typer.Option("--force", help="Replace what the store holds.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a backup the content of a store."""
    from kg.database.backup import restored
    from kg.database.database import is_database

    if is_database(store) and not force:
        raise KgError(f"{shown(store)} holds a store; give --force to replace it.")
    quads = _run(lambda: restored(source, store, settings_of().memory_mb))
    typer.echo(json.dumps({"store": str(store), "quads": quads}) if as_json else
               f"{quads:,} quads in {shown(store)}")  # fmt: skip


def _format(file: Path) -> str:
    if not file.is_file():
        raise KgError(f"There is no file {shown(file)}.")
    suffixes = [s.lstrip(".").lower() for s in file.suffixes if s != ".gz"]
    kind = _SUFFIXES.get(suffixes[-1] if suffixes else "")
    if kind is None:
        known = ", ".join(f".{suffix}" for suffix in sorted(_SUFFIXES))
        raise KgError(f"{shown(file)}: no format has this suffix; name it with one of {known}.")
    return kind


def _failure_text(file: Path, failure: "Failure") -> str:
    if failure.kind in ("died", "memory"):
        return f"{shown(file)}: it needed too much memory, or is nested too deeply."
    found = _LINE.search(failure.detail)
    place = f"{shown(file)}:{found[1]}" if found else shown(file)
    return f"{place}: {failure.detail or failure.kind}."


def _run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    from kg.engine.pool import Failure

    try:
        return asyncio.run(work())
    except Failure as failure:
        raise KgError(f"The store cannot be used: {failure.detail or failure.kind}.") from failure
    except Refusal as refusal:
        raise KgError(str(refusal)) from refusal

"""What may be compared: store and snapshot folders, bundles, releases by their name or file."""

import gzip
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path

from kg.build.snapshot import named_snapshot
from kg.core.bundle import Bundle, find_bundle, shown
from kg.core.errors import KgError
from kg.core.names import Names, load_names, shipped_names
from kg.database.database import is_database
from kg.views.versions.releases import Release, read_release, release_called
from kg.views.versions.sorted_lines import SortedLines
from kg.views.versions.version import Version

_VERSION = re.compile(rb'/dataset/([0-9a-f]{64})> <http://www.w3.org/ns/dcat#version> "')
_NAME = re.compile(r"\d{4}\.\d{1,2}\.\d+")
_KINDS = (
    "a store folder (.kg), a snapshot folder (.kg/snapshots/...), a folder of triples "
    "(data/triples), a checkout, or a release: its name (2026.11.1), its file "
    "(data/releases/2026.11.1.json) or its folder"
)


@contextmanager
def opened(operand: str) -> Iterator[Version]:
    """The version that an operand names; raises KgError, which says what may be given instead."""
    place = Path(operand)
    with ExitStack() as stack:
        if place.is_dir():
            yield _folder(place, stack)
        elif place.is_file() and place.suffix == ".json":
            yield _release(read_release(place), place.parent)
        elif _NAME.fullmatch(operand):
            folder = find_bundle().releases
            yield _release(release_called(operand, folder), folder)
        else:
            raise KgError(f"{operand!r} is no version of the record; give {_KINDS}.")


def _folder(folder: Path, stack: ExitStack) -> Version:
    for holds, read in _FOLDERS:
        if holds(folder):
            return read(folder, stack)
    if is_database(folder):
        what = f"{shown(folder)} holds a store of your own, whose claims have no versions"
        raise KgError(f"{what}; give {_KINDS}.")
    raise KgError(f"{shown(folder)} holds no version of the record; give {_KINDS}.")


def _store(folder: Path, stack: ExitStack) -> Version:
    snapshot = named_snapshot(folder)
    version = _snapshot(snapshot.folder, stack)
    return Version("snapshot", "", snapshot.version, version.lines, version.names)


def _snapshot(folder: Path, stack: ExitStack) -> Version:
    """A snapshot's file, mapped; it is parsed only where versions differ."""
    file = folder / "quads.nq"
    try:
        opened_file = stack.enter_context(file.open("rb"))
        data = mmap(opened_file.fileno(), 0, access=ACCESS_READ) if file.stat().st_size else b""
    except OSError as error:
        raise KgError(
            f"{shown(file)} cannot be read ({error.strerror}); run `kg build`."
        ) from error
    return of_nquads("snapshot", "", data, shipped_names())


def of_nquads(kind: str, name: str, data: bytes | mmap, names: Names) -> Version:
    """A version as sorted N-Quads, its description among them or at their end."""
    lines = SortedLines(data, f" <{names.graph('dataset')}> .\n".encode())
    start = f"<{names.base}dataset/".encode()
    first = lines.after(start, 0)
    own = lines.buffer[first : lines.after(start + b"\xff", first)]
    found = _VERSION.search(own) or _VERSION.search(lines.buffer[lines.size : len(lines.buffer)])
    return Version(kind, name, found[1].decode() if found else "", lines, names)


def _triples(folder: Path, stack: ExitStack) -> Version:
    return _assembled(Bundle(find_bundle().ontology, folder))


def _checkout(folder: Path, stack: ExitStack) -> Version:
    return _assembled(Bundle(folder / "ontology", folder / "data" / "triples"))


def _assembled(bundle: Bundle) -> Version:
    """Triples with what rules find in them, conflicts among it; not checked by any gate."""
    from kg.build.assemble import assemble  # with the compiler and its grammar: most need neither

    made = assemble(bundle)
    names = load_names(bundle.ontology / "config" / "base.yaml")
    return Version("bundle", "", made.version, SortedLines(made.nquads), names)


def _released(folder: Path, stack: ExitStack) -> Version:
    return _release(read_release(folder / "release.json"), folder)


def _release(release: Release, beside: Path | None) -> Version:
    """The dump of a release, its digest held against the release's file."""
    folder = release.folder_below(beside)
    if folder is None:
        kept = ", ".join(release.kept) or "no address is on record"
        raise KgError(
            f"The dump of release {release.name} is not here (it is kept at: {kept}). "
            f"Get its folder and give that, or make it again: check out the commit whose newest "
            f"file of data/releases is {release.name}.json, and run `kg release`."
        )
    data = release.checked(folder / release.dump)
    return of_nquads("release", release.name, gzip.decompress(data), shipped_names())


_FOLDERS: tuple[tuple[Callable[[Path], bool], Callable[[Path, ExitStack], Version]], ...] = (
    (lambda folder: (folder / "manifest.json").is_file(), _store),
    (lambda folder: (folder / "quads.nq").is_file(), _snapshot),
    (lambda folder: (folder / "release.json").is_file(), _released),
    (lambda folder: any(folder.glob("*.trig")), _triples),
    (lambda folder: (folder / "data" / "triples").is_dir(), _checkout),
)

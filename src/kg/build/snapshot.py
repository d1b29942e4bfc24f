"""Built snapshots on disk: immutable folders, and a manifest written last that names the current.

    .kg/manifest.json                {"version", "digest", "inputs", "quads", "overlay", "triples"}
    .kg/snapshots/{digest}/quads.nq  sorted N-Quads
    .kg/snapshots/{digest}/search.bin  the search of them, where it was kept (`kg.views.finding`)
    .kg/lock                         held while publishing; the kernel frees it of a killed build

Whatever moment a build is killed at, the manifest names a whole snapshot: the last good one.
"""

import fcntl
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

from kg.core.bundle import shown
from kg.core.errors import KgError, SnapshotMissing
from kg.core.files import write_atomically
from kg.database.database import is_database

_MANIFEST = "manifest.json"
_SNAPSHOTS = "snapshots"
_GRAPH_NAME = re.compile(rb" (?:<[^<>]*>|_:\S+) \.$")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a store folder currently serves.

    `overlay` is the digest of private tables in it, `triples` how many different ones the quads are
    (0: not counted).
    """

    version: str
    digest: str
    inputs: str
    quads: int
    overlay: str = ""
    triples: int = 0


_FIELDS = frozenset(field.name for field in fields(Manifest))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A verified snapshot of a store folder."""

    folder: Path
    manifest: Manifest

    @property
    def version(self) -> str:
        """SHA-256 of the sorted N-Quads of asserted and derived graphs, in hex."""
        return self.manifest.version

    @property
    def is_disjoint(self) -> bool:
        """Whether no triple is in two of its graphs."""
        return self.manifest.triples == self.manifest.quads

    @property
    def quads(self) -> Path:
        """The file of sorted N-Quads."""
        return self.folder / "quads.nq"


def open_snapshot(store: Path) -> Snapshot:
    """The current snapshot, its bytes verified; raises SnapshotMissing and says what to do."""
    snapshot = named_snapshot(store)
    manifest = snapshot.manifest
    try:
        digest = sha256(snapshot.quads.read_bytes()).hexdigest()
    except OSError as error:
        raise _damaged(store, str(error)) from error
    if digest != manifest.digest:
        raise _damaged(store, f"{shown(snapshot.quads)} differs from its digest")
    return snapshot


def named_snapshot(store: Path) -> Snapshot:
    """The current snapshot, its bytes not read yet; raises SnapshotMissing as `open_snapshot`."""
    try:
        said = json.loads((store / _MANIFEST).read_text(encoding="utf-8"))
        known = {name: value for name, value in said.items() if name in _FIELDS}
        manifest = Manifest(**known)
    except FileNotFoundError as error:
        raise _missing(store) from error
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise _damaged(store, str(error)) from error
    if unknown := sorted(said.keys() - known.keys()):
        raise _later(store, unknown)
    return Snapshot(store / _SNAPSHOTS / str(manifest.digest), manifest)


def _missing(store: Path) -> SnapshotMissing:
    if is_database(store):
        return SnapshotMissing(f"{shown(store)} holds a store of your own, not a built snapshot.")
    here = shown(store)
    own = f"`kg load FILE --store {here}` for data of your own"
    what = f"{here} holds neither a built snapshot nor a store of your own"
    return SnapshotMissing(
        f"{what}; run `kg build --store {here}` for the shipped graph, or {own}."
    )


def refuse_database(store: Path) -> None:
    """Raises KgError where a folder holds a user's own store: nothing is built into that."""
    if is_database(store):
        here = shown(store)
        what = f"{here} holds a store of your own (database.json), made by `kg load` or `kg serve`"
        raise KgError(f"{what}; build the snapshot into another --store. Nothing was changed.")


def _later(store: Path, unknown: list[str]) -> SnapshotMissing:
    what = f"{shown(store)} was written by a later version of JSIP ({', '.join(unknown)} unknown)"
    return SnapshotMissing(f"{what}; upgrade JSIP, or build into another --store.")


def _damaged(store: Path, why: str) -> SnapshotMissing:
    return SnapshotMissing(f"The snapshot in {shown(store)} is damaged ({why}); run `kg build`.")


def publish(store: Path, version: str, nquads: bytes, inputs: str, overlay: str = "") -> Snapshot:
    """Writes a snapshot beside the old one, then switches by renaming the manifest.

    Raises KgError where the store holds an overlay and the snapshot none, or the reverse.
    """
    quads, triples = nquads.count(b"\n"), _triples(nquads)
    manifest = Manifest(version, sha256(nquads).hexdigest(), inputs, quads, overlay, triples)
    folder = store / _SNAPSHOTS / manifest.digest
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _alone(store):
        refuse_database(store)
        refuse_mixing(store, bool(overlay))
        previous = _said(store, "digest")
        _place(folder, nquads)
        data = json.dumps(asdict(manifest), indent=1) + "\n"
        write_atomically(store / _MANIFEST, data.encode())
        _remove_others(store, {manifest.digest, previous})
    return Snapshot(folder, manifest)


def _triples(nquads: bytes) -> int:
    """How many different triples there are, whatever graphs they are in."""
    return len({_GRAPH_NAME.sub(b"", line) for line in nquads.splitlines()})


@contextmanager
def _alone(store: Path) -> Iterator[None]:
    """One publisher at a time: a second build waits for the first one's switch."""
    with (store / "lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _place(folder: Path, nquads: bytes) -> None:
    """The whole folder appears by one rename; a damaged one of that name is replaced."""
    temporary = Path(mkdtemp(prefix=".", suffix=".tmp", dir=folder.parent))
    try:
        write_atomically(temporary / "quads.nq", nquads)
        temporary.chmod(0o755)
        if folder.exists():
            (temporary / "quads.nq").replace(folder / "quads.nq")
        else:
            temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def hold(snapshot: Snapshot) -> Iterator[None]:
    """No build removes the snapshot's folder meanwhile: its workers load the file anew."""
    with snapshot.quads.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def _is_held(folder: Path) -> bool:
    try:
        with (folder / "quads.nq").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def refuse_mixing(store: Path, overlay: bool) -> None:
    """A store is for overlays or for the graph alone: its last snapshot stays on the disk.

    Raises KgError where it holds the other kind.
    """
    if not _said(store, "digest") or bool(_said(store, "overlay")) == overlay:
        return
    if overlay:
        raise KgError(f"{shown(store)} holds a snapshot without overlay; choose another --store.")
    raise KgError(f"{shown(store)} holds a private overlay; choose another --store, or remove it.")


def _said(store: Path, key: str) -> str:
    """What the manifest says; empty where it says nothing or cannot be read."""
    try:
        return str(json.loads((store / _MANIFEST).read_text(encoding="utf-8"))[key])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _remove_others(store: Path, keep: set[str]) -> None:
    """Keeps the current snapshot, the one before, and those that a server holds.

    Removes also what killed builds left behind.
    """
    for folder in (store / _SNAPSHOTS).iterdir():
        if folder.name not in keep and not _is_held(folder):
            shutil.rmtree(folder, ignore_errors=True)
    for file in store.glob(f".{_MANIFEST}.*.tmp"):
        file.unlink(missing_ok=True)

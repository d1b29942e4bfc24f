"""A user's own store on disk: one process at a time writes it, queries read immutable states of it.

    DIR/database.json   {"live": "live-3"}: which directory holds the data; renamed into place
    DIR/live-3/         RocksDB, opened by the writer alone
    DIR/live-3.nq       the same quads for readers in memory, until somebody may write
    DIR/states/…/       what the writer published: never changed, removed when nobody reads it
    DIR/lock            held while a server or a loader uses the directory; freed by the kernel

Whatever moment a writer is killed at, `database.json` names a whole directory, and RocksDB replays
its log when it is opened: what was answered is there.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kg.core.bundle import shown
from kg.core.errors import KgError, SnapshotMissing
from kg.core.files import write_atomically

_MANIFEST = "database.json"


class InUse(KgError):
    """Another process uses the directory."""


@dataclass(frozen=True, slots=True)
class Database:
    """The directory of a user's store."""

    folder: Path

    @property
    def live(self) -> Path:
        """The RocksDB directory; raises SnapshotMissing where there is none."""
        try:
            name = json.loads((self.folder / _MANIFEST).read_text(encoding="utf-8"))["live"]
            if not name.startswith("live-"):
                raise ValueError("it names no directory of a store")
        except FileNotFoundError as error:
            what = f"{shown(self.folder)} holds no store; fill it with `kg load FILE --store DIR`"
            raise SnapshotMissing(f"{what}, or serve it with --read-write.") from error
        except OSError as error:
            where = shown(self.folder / _MANIFEST)
            raise KgError(f"{where} cannot be read: {error.strerror}.") from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise KgError(
                f"{shown(self.folder / _MANIFEST)} is damaged ({error}); restore a backup."
            ) from error
        return self.folder / Path(name).name

    @property
    def copy(self) -> Path:
        """Where the N-Quads of the live directory lie, if a loader has left them."""
        return self.copy_of(self.live.name)

    def copy_of(self, name: str) -> Path:
        """Where a loader leaves the N-Quads of a directory of that name."""
        return self.folder / f"{name}.nq"

    @property
    def linked(self) -> Path:
        """Where this process holds a state that it copies."""
        return self.states / f"held.{os.getpid()}"

    @property
    def states(self) -> Path:
        """Where published states lie."""
        return self.folder / "states"

    def create(self) -> None:
        """Makes an empty store where there is none; anything else in the way is kept."""
        if is_database(self.folder):
            return
        begun = ("lock", "live-1")  # what a start that was killed leaves
        if self.folder.exists() and any(p.name not in begun for p in self.folder.iterdir()):
            raise KgError(f"{shown(self.folder)} holds something else; choose another --store.")
        (self.folder / "live-1").mkdir(parents=True, exist_ok=True)
        self.turn_to("live-1")

    def size(self) -> int:
        """The bytes of the live directory."""
        return sum(file.stat().st_size for file in self.live.glob("*"))

    def next_name(self) -> str:
        """A name for another RocksDB directory, free now."""
        taken = [p.name.removeprefix("live-") for p in (self.live, *self.folder.glob("live-*"))]
        return f"live-{max((int(n) for n in taken if n.isdecimal()), default=0) + 1}"

    def turn_to(self, name: str) -> None:
        """Makes the directory of that name the store, by one rename."""
        data = json.dumps({"live": name}) + "\n"
        write_atomically(self.folder / _MANIFEST, data.encode())

    def go_back_to(self, state: Path) -> None:
        """Makes what was published the store again, while no writer has it open."""
        before, name = self.live, self.next_name()
        copy_state(state, self.folder / name)
        self.turn_to(name)
        shutil.rmtree(before, ignore_errors=True)

    def published(self) -> Path | None:
        """The state that was published last; states of one run are numbered."""
        numbered = [
            (int(number), path)
            for path in self.states.glob("*-*")
            if (number := path.name.rpartition("-")[2]).isdecimal()
        ]
        return max(numbered)[1] if numbered else None

    def tidy(self) -> None:
        """Removes states and directories that nothing names: only while the lock is held."""
        shutil.rmtree(self.states, ignore_errors=True)
        for left in self.folder.glob("live-*"):
            if left.is_dir() and left != self.live:
                shutil.rmtree(left, ignore_errors=True)
            elif left.is_file() and left != self.copy:
                left.unlink()
        self.states.mkdir(exist_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While this is held, no other process uses the directory; raises InUse if one does."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                what = f"{shown(self.folder)} is in use by another kg process"
                raise InUse(f"{what}; stop it, or write through its address.") from error
            yield

    def is_in_use(self) -> bool:
        """Whether another process uses the directory now."""
        try:
            with (self.folder / "lock").open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False


def copy_state(state: Path, to: Path, *, is_own: bool = False) -> None:
    """A RocksDB directory with the content of a state; raises OSError, and leaves nothing then.

    Data files are never written again, so they are shared, unless the copy must outlive damage to
    them (`is_own`); the others are written to, so they are copied.
    """
    to.mkdir(parents=True)
    try:
        for file in state.iterdir():
            shared = file.suffix == ".sst" and not is_own and _linked(file, to / file.name)
            shared or shutil.copyfile(file, to / file.name)
        for path in (*to.iterdir(), to):
            _synchronised(path)
    except BaseException:
        shutil.rmtree(to, ignore_errors=True)
        raise


def _linked(file: Path, to: Path) -> bool:
    """Whether both are one file now; another file system has to copy."""
    try:
        to.hardlink_to(file)
    except FileNotFoundError:
        raise
    except OSError:
        return False
    return True


def _synchronised(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_database(folder: Path) -> bool:
    """True where the directory holds a user's own store, not a built snapshot."""
    return (folder / _MANIFEST).is_file()

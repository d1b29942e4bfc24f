"""What is made of a whole snapshot, kept in files beside its quads: to read it takes a tenth.

| file | what it holds | read by |
|---|---|---|
| `search.bin` | the indexes of the search | the server |
| `check.bin` | what texts are checked against | a query process that checks its first text |

A file is a pickle of our own plain values, behind a line that says of which program and which
bytes; whatever does not fit is made anew. Nothing but the classes named here is ever built of it,
so a file of a stranger can make a wrong search, as his quads can, but runs no code.
"""

import io
import pickle
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from kg.build.snapshot import Snapshot
from kg.core.files import write_atomically
from kg.core.names import Names
from kg.engine.graph_store import MemoryStore
from kg.text.names import finder as name_finder
from kg.text.names import model
from kg.views.checking import agreement
from kg.views.checking import record as checking
from kg.views.finding import catalogue, figure_index, matching, passage_index, printed_forms, search
from kg.views.finding.finder import Finder, Parts
from kg.views.record import cards, conflicts
from kg.views.record.claims import Reader

_HOMES = (
    *(cards, catalogue, figure_index, matching, passage_index, printed_forms, search),
    *(conflicts, agreement, checking, name_finder, model),
)
_OTHERS: Final = (Decimal, Parts, defaultdict, list, set)
Of = TypeVar("Of")


@dataclass(frozen=True)
class SnapshotFile(Generic[Of]):
    """One file in the folder of a snapshot; `kind` is the class of what it holds."""

    name: str
    kind: type[Of]
    make: Callable[[Reader], Of]

    def read(self, folder: Path, version: str) -> Of | None:
        """What is kept of a snapshot of that version; None where it is not this program's.

        Raises UnpicklingError for a file that was made to hold something else.
        """
        try:
            head, _, body = (folder / self.name).read_bytes().partition(b"\n")
        except OSError:
            return None
        if head != _head(version, body):
            return None
        found = _unpickled(body)
        if type(found) is not self.kind:
            raise pickle.UnpicklingError(f"it is no {self.kind.__name__}")
        return found

    def is_kept(self, snapshot: Snapshot) -> bool:
        """Whether it can be read; a file that was made to do harm cannot."""
        with suppress(Exception):
            return self.read(snapshot.folder, snapshot.version) is not None
        return False

    def write(self, snapshot: Snapshot, reader: Reader) -> None:
        """Makes and writes it: the same bytes each time."""
        body = pickle.dumps(self.make(reader), protocol=5)
        with suppress(OSError):
            data = _head(snapshot.version, body) + b"\n" + body
            write_atomically(snapshot.folder / self.name, data)


SEARCH: Final = SnapshotFile("search.bin", Parts, lambda reader: Finder(reader).parts)
CHECK: Final = SnapshotFile("check.bin", checking.Record, checking.Record)


def keep(snapshot: Snapshot, names: Names) -> None:
    """Writes the files that the folder of a snapshot lacks.

    A folder that cannot be written is left as it is: who serves it makes them.
    """
    lacking = [file for file in (SEARCH, CHECK) if not file.is_kept(snapshot)]
    if lacking:
        store = MemoryStore(snapshot.quads, snapshot.version, snapshot.is_disjoint)
        for file in lacking:
            file.write(snapshot, Reader(store, names))


def _unpickled(body: bytes) -> object:
    before = {one: dict(vars(one)) for one in _own()}
    found: object = _Plain(io.BytesIO(body)).load()
    for one, was in before.items():  # a pickle may set what belongs to a class
        if changed := [name for name, value in vars(one).items() if was.get(name) is not value]:
            for name in changed:
                setattr(one, name, was[name]) if name in was else delattr(one, name)
            raise pickle.UnpicklingError(f"{one.__qualname__} was to be changed")
    return found


def _head(version: str, body: bytes) -> bytes:
    """Of which snapshot, program and bytes a file is."""
    return " ".join((version, _program(), sha256(body).hexdigest())).encode()


@cache
def _program() -> str:
    """A digest of what makes the files: text, names, cards; and of the Python that reads them."""
    digest, views = sha256(sys.version.encode()), Path(__file__).parent
    folders = (views / "checking", views / "finding", views / "record", views.parent / "text")
    for file in sorted(file for folder in folders for file in folder.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


class _Plain(pickle.Unpickler):
    """Reads back what is named here, and nothing that could do anything."""

    def find_class(self, module: str, name: str) -> Any:
        """The class of that name; raises UnpicklingError for any other."""
        if found := _classes().get((module, name)):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} does not belong beside a snapshot")


@cache
def _classes() -> dict[tuple[str, str], type]:
    return {(one.__module__, one.__qualname__): one for one in (*_OTHERS, *_own())}


def _own() -> Iterator[type]:
    for home in _HOMES:
        yield from (
            one
            for one in vars(home).values()
            if isinstance(one, type) and one.__module__ == home.__name__
        )

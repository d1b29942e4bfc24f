"""The search of a snapshot, kept in a file beside its quads: to read it takes a tenth of making it.

The file is a pickle of our own plain values, behind a line that says of which program and which
bytes; whatever does not fit is made anew. Nothing but the classes named here is ever built of it,
so a file of a stranger can make a wrong search, as his quads can, but runs no code.
"""

import io
import pickle
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from kg.build.snapshot import Snapshot
from kg.core.files import write_atomically
from kg.core.names import Names
from kg.engine.graph_store import MemoryStore
from kg.views.finding import catalogue, figure_index, matching, passage_index, printed_forms, search
from kg.views.finding.finder import Finder, Parts
from kg.views.record import cards
from kg.views.record.claims import Reader

FILE: Final = "search.bin"
_HOMES = (cards, catalogue, figure_index, matching, passage_index, printed_forms, search)
_OTHERS: Final = (Decimal, Parts, defaultdict, list, set)


def kept(folder: Path, version: str) -> Parts | None:
    """The search in the folder of a snapshot of that version; None where it is not this program's.

    Raises UnpicklingError for a file that was made to hold something else.
    """
    try:
        head, _, body = (folder / FILE).read_bytes().partition(b"\n")
    except OSError:
        return None
    if head != _head(version, body):
        return None
    return _unpickled(body)


def _unpickled(body: bytes) -> Parts:
    before = {one: dict(vars(one)) for one in _own()}
    found = _Plain(io.BytesIO(body)).load()
    for one, was in before.items():  # a pickle may set what belongs to a class
        if changed := [name for name, value in vars(one).items() if was.get(name) is not value]:
            for name in changed:
                setattr(one, name, was[name]) if name in was else delattr(one, name)
            raise pickle.UnpicklingError(f"{one.__qualname__} was to be changed")
    if type(found) is not Parts:
        raise pickle.UnpicklingError("it is no search")
    return found


def keep(snapshot: Snapshot, names: Names) -> None:
    """Writes the search into the folder of a snapshot that lacks it: the same bytes each time.

    A folder that cannot be written is left as it is: who serves it makes the search.
    """
    with suppress(Exception):  # a file that was made to do harm is replaced
        if kept(snapshot.folder, snapshot.version) is not None:
            return
    store = MemoryStore(snapshot.quads, snapshot.version, snapshot.is_disjoint)
    body = pickle.dumps(Finder(Reader(store, names)).parts, protocol=5)
    with suppress(OSError):
        write_atomically(snapshot.folder / FILE, _head(snapshot.version, body) + b"\n" + body)


def _head(version: str, body: bytes) -> bytes:
    """Of which snapshot, program and bytes a file is."""
    return " ".join((version, _program(), sha256(body).hexdigest())).encode()


@cache
def _program() -> str:
    """A digest of what makes an index: text, names and cards; and of the Python that reads it."""
    digest, views = sha256(sys.version.encode()), Path(__file__).parents[1]
    folders = (views / "finding", views / "record", views.parent / "text")
    for file in sorted(file for folder in folders for file in folder.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


class _Plain(pickle.Unpickler):
    """Reads back what is named here, and nothing that could do anything."""

    def find_class(self, module: str, name: str) -> Any:
        """The class of that name; raises UnpicklingError for any other."""
        if found := _classes().get((module, name)):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} does not belong into a search")


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

"""The arrays, in memory that is shared by fork: one process fills it, all of them read.

The memory is reserved before the first fork and costs nothing until it is filled. It starts with
a word that is zero until all is there, then the length of a JSON table and the table:
`{name: [type, offset, items]}`.
"""

import json
import mmap
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]
DEFAULT_GRAPH = -1
_NO_RESERVE = getattr(mmap, "MAP_NORESERVE", 0)
_NEAR = 400  # bytes
_WORD, _HEAD, _ALIGNED = 8, 4096, 64


class Kind(IntEnum):
    """Kinds of terms; only of numbers and days is it known what they are worth."""

    IRI, BLANK, STRING, TAGGED, INTEGER, DECIMAL, DATE, OTHER = range(8)


@dataclass(frozen=True, slots=True)
class Columns:
    """Quads sorted by predicate, subject, graph, object; terms numbered in the order of their text.

    `starts[p] : starts[p + 1]` are the quads of predicate number `predicates[p]`.
    `text[ends[t - 1] : ends[t]]` is term t as in N-Triples, in UTF-8; its kind is `kinds[t]`. A
    number is `mantissas[t]` / 10 ** `digits[t]`, a date the day's ordinal.
    """

    graphs: Ids
    subjects: Ids
    objects: Ids
    predicates: Ids
    starts: NDArray[np.int64]
    text: NDArray[np.uint8]
    ends: NDArray[np.int64]
    kinds: NDArray[np.uint8]
    mantissas: NDArray[np.int64]
    digits: NDArray[np.uint8]

    @property
    def terms(self) -> int:
        """How many there are."""
        return len(self.ends)

    def _bytes(self, number: int) -> bytes:
        start = int(self.ends[number - 1]) if number else 0
        return self.text[start : int(self.ends[number])].tobytes()

    def texts(self, numbers: Ids) -> list[str]:
        """The texts of many; those that lie together are cut from one piece."""
        ends = self.ends[numbers]
        starts = np.where(numbers > 0, self.ends[numbers - 1], 0)
        first, last = int(starts.min(initial=len(self.text))), int(ends.max(initial=0))
        spans = zip((starts - first).tolist(), (ends - first).tolist(), strict=True)
        if last - first <= _NEAR * len(numbers):
            piece = self.text[first:last].tobytes()
            if piece.isascii():
                letters = piece.decode()
                return [letters[start:end] for start, end in spans]
        return [str(self.text.data[first + a : first + b], "utf-8") for a, b in spans]

    def find(self, text: str) -> int:
        """The number of a term; -2, which nothing has, where no quad has it."""
        wanted = text.encode()
        at = bisect_left(range(self.terms), wanted, key=self._bytes)
        return at if at < self.terms and self._bytes(at) == wanted else -2

    def of_predicate(self, number: int) -> slice:
        """Where its quads lie."""
        low, high = np.searchsorted(self.predicates, (number, number + 1)).tolist()
        return slice(int(self.starts[low]), int(self.starts[high]))


def reserve(size: int) -> mmap.mmap:
    """Shared memory of so many bytes at most, none of it used yet; raises OSError."""
    return mmap.mmap(-1, max(size, _HEAD), flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS | _NO_RESERVE)


def room_for(file_size: int) -> int:
    """Bytes that the columns of an N-Quads file of that size cannot exceed."""
    return _HEAD + 5 * file_size + 16 * _ALIGNED


def write(region: mmap.mmap, columns: Columns) -> None:
    """Fills the memory; readers see nothing until all is there."""
    table, offset = {}, _HEAD
    for name in (field.name for field in fields(Columns)):
        array = getattr(columns, name)
        region[offset : offset + array.nbytes] = array.tobytes()
        table[name] = [array.dtype.str, offset, len(array)]
        offset += -(-array.nbytes // _ALIGNED) * _ALIGNED
    header = json.dumps(table).encode()
    region[2 * _WORD : 2 * _WORD + len(header)] = header
    region[_WORD : 2 * _WORD] = len(header).to_bytes(_WORD, "little")
    region[:_WORD] = (1).to_bytes(_WORD, "little")


def read(region: mmap.mmap) -> Columns | None:
    """The columns; None while they are not there."""
    if not int.from_bytes(region[:_WORD], "little"):
        return None
    size = int.from_bytes(region[_WORD : 2 * _WORD], "little")
    table: Mapping[str, Any] = json.loads(region[2 * _WORD : 2 * _WORD + size])
    return Columns(
        **{
            name: np.frombuffer(region, dtype=kind, count=count, offset=offset)
            for name, (kind, offset, count) in table.items()
        }
    )

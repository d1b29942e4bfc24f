"""Sorted N-Quads as bytes: the lines that two of them do not share, and those about one subject.

Two versions of a record share nearly all lines. Blocks that are equal are passed over as bytes, so
a difference of millions of lines takes about as long as reading them.
"""

from collections.abc import Iterable, Iterator
from mmap import mmap
from typing import Protocol

from pyoxigraph import Quad, RdfFormat, parse

_BLOCK = 1 << 16


class Buffer(Protocol):
    """Bytes in memory or of a file that is mapped there."""

    def __len__(self) -> int: ...
    def __getitem__(self, part: slice, /) -> bytes: ...
    def find(self, text: bytes, start: int = ..., end: int = ..., /) -> int: ...
    def rfind(self, text: bytes, start: int = ..., end: int = ..., /) -> int: ...


class SortedLines:
    """N-Quads lines, sorted by their bytes, each with its end of line.

    `tail` ends every line of a part that may stand after the sorted ones, as the description of
    the dataset does in a snapshot; that part is left out.
    """

    def __init__(self, buffer: bytes | mmap, tail: bytes = b"") -> None:
        self.buffer: Buffer = buffer
        self.size = len(buffer)
        while tail and self.buffer[self.size - len(tail) : self.size] == tail:
            self.size = self.buffer.rfind(b"\n", 0, self.size - 1) + 1

    def about(self, iri: str) -> list[Quad]:
        """The quads whose subject is an IRI."""
        return self._starting(f"<{iri}> ")

    def starting(self, text: str) -> list[Quad]:
        """The quads whose subject is an IRI that starts so."""
        return self._starting(f"<{text}")

    def _starting(self, text: str) -> list[Quad]:
        start = text.encode()
        first = self.after(start, 0)
        last = self.after(start + b"\xff", first)
        return list(parse(self.buffer[first:last], format=RdfFormat.N_QUADS))

    def after(self, line: bytes, low: int) -> int:
        """Where the first line stands, from `low` on, that sorts after the given one."""
        high = self.size
        while low < high:
            start = max(self.buffer.rfind(b"\n", low, (low + high) // 2) + 1, low)
            end = self.end(start)
            if self.buffer[start:end] <= line:
                low = end
            else:
                high = start
        return low

    def end(self, offset: int) -> int:
        """The end of the line that holds an offset, behind its end of line."""
        found = self.buffer.find(b"\n", offset, self.size)
        return self.size if found < 0 else found + 1


def difference(old: SortedLines, new: SortedLines) -> tuple[list[bytes], list[bytes]]:
    """The lines of the old one alone and of the new one alone, each sorted."""
    gone: list[bytes] = []
    come: list[bytes] = []
    for before, after in _unequal_blocks(old, new):
        one, other = before.splitlines(keepends=True), after.splitlines(keepends=True)
        gone += _without(one, other)
        come += _without(other, one)
    return gone, come


def _without(lines: Iterable[bytes], others: Iterable[bytes]) -> list[bytes]:
    known = set(others)
    return [line for line in lines if line not in known]


def _unequal_blocks(old: SortedLines, new: SortedLines) -> Iterator[tuple[bytes, bytes]]:
    """Blocks of both up to the same line, those that are equal left out."""
    at_old = at_new = 0
    while at_old < old.size:
        end = old.end(min(at_old + _BLOCK, old.size) - 1)
        block = old.buffer[at_old:end]
        if new.buffer[at_new : min(at_new + len(block), new.size)] == block:
            at_old, at_new = end, at_new + len(block)
            continue
        last = old.buffer[max(old.buffer.rfind(b"\n", at_old, end - 1) + 1, at_old) : end]
        reached = new.after(last, at_new)
        yield block, new.buffer[at_new:reached]
        at_old, at_new = end, reached
    yield b"", new.buffer[at_new : new.size]

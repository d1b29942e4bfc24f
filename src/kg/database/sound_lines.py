"""What is sound of a file of lines: N-Triples and N-Quads say one thing a line."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import RdfFormat, parse

from kg.database.rdf_reader import Readable

_AT_ONCE = 1 << 16  # bytes that are tried together
_TOLD = 1000  # faults that are told one by one


@dataclass
class Faults:
    """The lines left out: how many, and the first of them with what is wrong."""

    count: int = 0
    told: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, detail: str) -> None:
        """One more; lines from 1."""
        self.count += 1
        if len(self.told) < _TOLD:
            self.told.append((line, detail))


class SoundLines:
    """A stream of the sound lines of another; those left out are in `faults`."""

    def __init__(self, stream: Readable, form: RdfFormat) -> None:
        self._stream, self._form, self.faults = stream, form, Faults()
        self._rest, self._ready, self._line = b"", bytearray(), 1

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes; none at the end."""
        while size < 0 or not self._ready:
            piece = self._stream.read(_AT_ONCE)
            whole, newline, self._rest = (self._rest + piece).rpartition(b"\n")
            if not piece:
                whole, newline, self._rest = self._rest, b"", b""
            for line in self._sound((whole + newline).splitlines(keepends=True)):
                self._ready += line
            if not piece:
                break
        given = bytes(self._ready if size < 0 else self._ready[:size])
        del self._ready[: len(given)]
        return given

    def _sound(self, lines: list[bytes]) -> Iterator[bytes]:
        """Those of the lines that the engine takes: halves are tried until a fault stands alone."""
        detail = self._fault(lines)
        if detail is None:
            self._line += len(lines)
            yield from lines
        elif len(lines) == 1:
            self.faults.add(self._line, detail)
            self._line += 1
        else:
            yield from self._sound(lines[: len(lines) // 2])
            yield from self._sound(lines[len(lines) // 2 :])

    def _fault(self, lines: list[bytes]) -> str | None:
        try:
            for _ in parse(b"".join(lines), format=self._form):
                pass
        except (SyntaxError, ValueError) as error:
            place, _, what = str(error.args[0]).partition(": ")
            return what if place.startswith("Parser error at") else str(error.args[0])
        return None

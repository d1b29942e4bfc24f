"""Where the engine writes an answer: the file objects that it is given."""

import json
import re
from collections.abc import Callable, Mapping
from io import RawIOBase
from typing import Any

from kg.core.errors import Refusal

FIRST_PIECE = 8192
PIECE = 65536
_FIRST_OF_XML = 1_000_000  # bytes in which what XML cannot hold is found before anything is sent
_NO_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")  # in UTF-8


class Enough(Exception):
    """Nobody wants the rest of this answer."""


class TooLarge(Exception):
    """The answer has more bytes than it may."""


class ShortBody:
    """The body of a short answer."""

    def __init__(self) -> None:
        self.body = bytearray()

    def write(self, piece: bytes) -> int:
        """Takes bytes from the engine; raises Enough where there are too many."""
        self.body += piece
        if len(self.body) > PIECE:
            raise Enough
        return len(piece)

    def flush(self) -> None:
        """Nothing."""


class FrameSink(RawIOBase):
    """The body of one answer, cut into the frames of `worker_main`."""

    def __init__(
        self, told: Mapping[str, Any], only_head: bool, most: int, put: Callable[[bytes], None]
    ) -> None:
        super().__init__()
        self._told, self._only_head, self._most, self._put = told, only_head, most, put
        self._pending = bytearray()
        self._begun = False
        self._written = 0
        self.first_piece = FIRST_PIECE

    def writable(self) -> bool:
        """It only takes bytes."""
        return True

    def write(self, piece: Any) -> int:
        """Takes bytes; raises TooLarge or Enough to make the writer stop."""
        self._written += len(piece)
        if self._written > self._most:
            raise TooLarge(str(self._most))
        self._pending += piece
        if len(self._pending) >= (PIECE if self._begun else self.first_piece):
            self._put(self._taken(self._head(None)))
            if self._only_head:
                raise Enough
        return len(piece)

    def flush(self) -> None:
        """Nothing: frames are sent when full and at the end."""

    def end(self, last: bytes) -> bytes:
        """What is left and the closing frame."""
        return self._taken(self._head(len(self._pending))) + frame(b"E", last)

    def _head(self, length: int | None) -> bytes:
        if self._begun:
            return b""
        self._begun = True
        return frame(b"H", json.dumps({**self._told, "length": length}).encode())

    def _taken(self, head: bytes) -> bytes:
        body = b"" if self._only_head else bytes(self._pending)
        self._pending.clear()
        return head + (frame(b"B", body) if body else b"")


class XmlFile:
    """XML 1.0 on its way to another file: well-formed, and the same text when it is read again.

    The engine writes every character as it is. A reader of XML would take a carriage return for a
    line feed (section 2.11), and nothing at all where a character stands that section 2.2 forbids.
    """

    def __init__(self, out: Any, instead: str) -> None:
        """`instead` says which formats could hold such characters."""
        self._out, self._instead, self._before = out, instead, b""
        if isinstance(out, FrameSink):
            out.first_piece = _FIRST_OF_XML

    def write(self, piece: bytes) -> int:
        """Takes bytes from the engine; raises Refusal at what XML cannot hold."""
        seen = self._before + piece
        if found := _NO_XML.search(seen):
            raise self._refusal(ord(found[0].decode()))
        self._before = seen[-2:] if seen[-1:] in b"\xef\xbf" else b""
        self._out.write(piece.replace(b"\r", b"&#13;") if b"\r" in piece else piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing."""

    def _refusal(self, character: int) -> Refusal:
        detail = (
            f"The answer has the character U+{character:04X}, which no XML 1.0 document may hold "
            f"(section 2.2). Ask for {self._instead} instead."
        )
        return Refusal(406, "XML cannot hold the answer", detail)


def frame(kind: bytes, payload: bytes) -> bytes:
    """A frame as it goes over the pipe: kind, four bytes of length, payload."""
    return kind + len(payload).to_bytes(4, "big") + payload

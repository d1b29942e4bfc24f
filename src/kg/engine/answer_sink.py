"""Where the engine writes an answer: the file objects that it is given."""

import json
from collections.abc import Callable, Mapping
from io import RawIOBase
from typing import Any

FIRST_PIECE = 8192
PIECE = 65536
FIRST_OF_XML = 1_000_000  # bytes in which what XML cannot hold is found before any is sent


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
    """The body of one answer, cut into the frames of `worker_process`."""

    def __init__(
        self, facts: Mapping[str, Any], only_head: bool, most: int, put: Callable[[bytes], None]
    ) -> None:
        super().__init__()
        self._facts, self._only_head, self._most, self._put = facts, only_head, most, put
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
        return frame(b"H", json.dumps({**self._facts, "length": length}).encode())

    def _taken(self, head: bytes) -> bytes:
        body = b"" if self._only_head else bytes(self._pending)
        self._pending.clear()
        return head + (frame(b"B", body) if body else b"")


def frame(kind: bytes, payload: bytes) -> bytes:
    """A frame as it goes over the pipe: kind, four bytes of length, payload."""
    return kind + len(payload).to_bytes(4, "big") + payload

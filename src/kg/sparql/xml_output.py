"""XML 1.0 as the engine writes it, made well-formed, or refused with what to choose instead."""

import re
from typing import Any

from kg.core.errors import Refusal

_NO_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")  # in UTF-8


class XmlFile:
    """XML 1.0 on its way to another file: well-formed, and the same text when it is read again.

    The engine writes every character as it is. A reader of XML would take a carriage return for a
    line feed (section 2.11), and nothing at all where a character stands that section 2.2 forbids.
    """

    def __init__(self, out: Any, instead: str) -> None:
        """`instead` says which formats could hold such characters."""
        self._out, self._instead, self._before = out, instead, b""

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

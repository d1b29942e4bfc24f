"""RDF text as the engine may see it, checked to its end in one pass while the engine reads it.

The engine takes RDF/XML that is cut off, expands nested entities without end (CWE-776) and needs
time that grows with the square of the depth of RDF/XML and JSON-LD; byte order marks and UTF-16
are not its business. So what it reads comes through here: UTF-8 without a mark, and nothing of a
piece before that piece is found sound.
"""

import codecs
import re
from typing import Protocol
from xml.parsers import expat

MAX_ELEMENTS = 2000  # elements of RDF/XML within each other
MAX_OBJECTS = 500  # objects and arrays of JSON-LD within each other
_ENTITIES, _ENTITY = 1000, 256  # most declarations of a file; characters of each, most
_PIECE, _SMALL = 1 << 16, 1 << 12
_MARKS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_UNMARKED = ((b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"))  # XML 1.0, appendix F
_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]*?\sencoding\s*=\s*(["'])([\w.:-]+)\1""")
_READ = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_BRACKETS = re.compile(rb"[^][{}]++")
_STRING = re.compile(rb'"(?:[^"\\]|\\[\s\S])*+"')
_REST = re.compile(rb'(?:[^"\\]|\\[\s\S])*+"')


class Unfit(Exception):
    """A text that is not what it says it is."""


class Readable(Protocol):
    """A stream of bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes; none at the end."""


class Check(Protocol):
    """Looks at a text piece by piece; raises Unfit."""

    def piece(self, data: bytes) -> None:
        """The next piece of UTF-8."""

    def end(self) -> None:
        """There is no more."""


class Sound:
    """A stream for the engine's parser; `form` is the short name of its format.

    Reading raises Unfit, with line and column where they are known.
    """

    def __init__(self, stream: Readable, form: str) -> None:
        self._stream, self._ready, self._ended = stream, bytearray(), False
        self._check = _check_of(form)
        first = _filled(stream, _PIECE)
        self._decoder = _decoder(first, form == "rdfxml")
        text = self._decoded(_unmarked(first))
        self._take(_undeclared(text, self._decoder is not None) if form == "rdfxml" else text)

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes of UTF-8; raises Unfit."""
        while not self._ended and (size < 0 or not self._ready):
            piece = self._stream.read(_PIECE)
            self._take(self._decoded(piece))
            if not piece:
                self._ended = True
                if self._check:
                    self._check.end()
        given = bytes(self._ready if size < 0 else self._ready[:size])
        del self._ready[: len(given)]
        return given

    def _take(self, text: bytes) -> None:
        if self._check:
            self._check.piece(text)
        self._ready += text

    def _decoded(self, piece: bytes) -> bytes:
        if self._decoder is None:
            return piece
        try:
            return self._decoder.decode(piece, final=not piece).encode()
        except UnicodeError as error:
            raise Unfit(f"it starts like UTF-16 and is not: {error}") from error


class Elements:
    """XML that is well-formed to its end, with no entities that could grow (XML 1.0, section 2.1).

    Entities that stand for one short text, as ontology editors declare them for their namespaces,
    are harmless.
    """

    def __init__(self) -> None:
        self._depth = self._entities = 0
        self._parser = expat.ParserCreate("UTF-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._close
        self._parser.EntityDeclHandler = self._declared

    def piece(self, data: bytes) -> None:
        """The next piece."""
        self._parsed(data, is_last=False)

    def end(self) -> None:
        """All elements must be closed now."""
        self._parsed(b"", is_last=True)

    def _parsed(self, data: bytes, is_last: bool) -> None:
        try:
            self._parser.Parse(data, is_last)
        except expat.ExpatError as error:
            place = f"line {error.lineno}, column {error.offset + 1}"
            what = expat.ErrorString(error.code)
            raise Unfit(f"it is no well-formed XML to its end: {what} at {place}") from None

    def _start(self, name: str, attributes: object) -> None:
        self._depth += 1
        if self._depth > MAX_ELEMENTS:
            line = self._parser.CurrentLineNumber
            raise Unfit(
                f"more than {MAX_ELEMENTS:,} elements lie within each other at line {line}; "
                "write it flat, as Turtle or N-Triples"
            )

    def _close(self, name: str) -> None:
        self._depth -= 1

    def _declared(self, name: str, is_parameter: int, value: str | None, *rest: object) -> None:
        self._entities += 1
        is_short = value is not None and len(value) <= _ENTITY and not set("&%<") & set(value)
        if is_parameter or not is_short or self._entities > _ENTITIES:
            line = self._parser.CurrentLineNumber
            raise Unfit(
                f"its DOCTYPE declares the entity `{name[:40]}` at line {line}, which names "
                "others, reaches outside or is long (CWE-776); write its text in its place. "
                f"Entities for short names of at most {_ENTITY} characters are taken"
            )


class Objects:
    """JSON whose objects and arrays do not lie too deep (RFC 8259, section 9, allows a limit)."""

    def __init__(self) -> None:
        self._depth, self._in_string, self._before = 0, False, b""

    def piece(self, data: bytes) -> None:
        """The next piece."""
        for start in range(0, len(data), _SMALL):
            self._small(data[start : start + _SMALL])

    def end(self) -> None:
        """The engine sees by itself whether it is whole."""

    def _small(self, data: bytes) -> None:
        outside = self._outside(self._before + data)
        opened = outside.count(b"{") + outside.count(b"[")
        if self._depth + opened > MAX_OBJECTS:
            self._walk(outside)
        else:
            self._depth += opened - outside.count(b"}") - outside.count(b"]")

    def _outside(self, data: bytes) -> bytes:
        """What of it lies outside strings."""
        self._before = b""
        if self._in_string:
            rest = _REST.match(data)
            if rest is None:
                self._before = b"\\" if _ends_escaping(data) else b""
                return b""
            self._in_string, data = False, data[rest.end() :]
        outside = _STRING.sub(b"", data)
        start = outside.find(b'"')
        if start >= 0:
            self._in_string = True
            self._before = b"\\" if _ends_escaping(outside) else b""
            outside = outside[:start]
        return outside

    def _walk(self, outside: bytes) -> None:
        for bracket in _BRACKETS.sub(b"", outside):
            self._depth += 1 if bracket in b"{[" else -1
            if self._depth > MAX_OBJECTS:
                raise Unfit(
                    f"more than {MAX_OBJECTS} objects and arrays lie within each other; "
                    "write it flat, each node by its @id"
                )


def _ends_escaping(data: bytes) -> bool:
    """Whether its last character escapes the next one."""
    return (len(data) - len(data.rstrip(b"\\"))) % 2 == 1


def _check_of(form: str) -> Check | None:
    if form == "rdfxml":
        return Elements()
    return Objects() if form == "jsonld" else None


def _filled(stream: Readable, size: int) -> bytes:
    """The first bytes, also of a stream that gives little at once."""
    first = b""
    while len(first) < size and (piece := stream.read(size - len(first))):
        first += piece
    return first


def _decoder(first: bytes, is_xml: bool) -> codecs.IncrementalDecoder | None:
    """What makes text of it; None for UTF-8 (Unicode, section 23.8; XML 1.0, section 4.3.3)."""
    for mark, name in (*_MARKS, *(_UNMARKED if is_xml else ())):
        if first.startswith(mark):
            decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder(name)()
            return decoder
    return None


def _unmarked(first: bytes) -> bytes:
    """The bytes without a byte order mark."""
    for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        if first.startswith(mark):
            return first[len(mark) :]
    return first


def _undeclared(text: bytes, is_decoded: bool) -> bytes:
    """UTF-8 whose XML declaration names no other encoding; blanks keep the columns."""
    found = _DECLARED.match(text)
    if found is None:
        return text
    named = found[2].decode().lower()
    if named.startswith("utf-16") and not is_decoded:
        raise Unfit(f"its first line says {named}, and it is not; say UTF-8 there, or nothing")
    if named not in _READ and not named.startswith("utf-16"):
        raise Unfit(
            f"its encoding is {named}, and only UTF-8 and UTF-16 are read here; convert it first, "
            f"as with iconv -f {named} -t UTF-8, and take the encoding out of its first line"
        )
    start = text.rindex(b"encoding", 0, found.end())
    return text[:start] + b" " * (found.end() - start) + text[found.end() :]

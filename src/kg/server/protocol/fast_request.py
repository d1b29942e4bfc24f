"""Plain requests to /sparql: whole, alone, nothing unusual; read and answered without a server.

Workers read and answer look-ups so on connections that were handed to them (see
`lookup_handler`): what the front does not do is what others do not wait for.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_plus

from kg.core.errors import Refusal
from kg.core.media import MediaType
from kg.server.protocol.content_coding import CODED_FROM, CODINGS, coder, coding
from kg.server.protocol.request import HttpRequest, decoded, header_fields, read_request, text_of
from kg.server.protocol.response_cache import etag
from kg.sparql.guard import is_lookup

ALWAYS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After",
    "Vary": "Accept, Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}
CORS_HEADERS = (  # what a page of another origin may send (Fetch, section 4.8)
    "Accept, Authorization, Cache-Control, Content-Encoding, Content-Type, If-Match, "
    "If-None-Match, X-Request-Id, X-Requested-With"
)
REVALIDATE = "public, max-age=0, must-revalidate"
_LINE = re.compile(rb"(GET|HEAD|POST) /sparql(?:\?([!\"$-~]*+))? HTTP/1\.1\r\n")
_BLOCK = re.compile(
    rb"((?:[!#$%&'*+.^_`|~0-9A-Za-z-]++:[ \t]*+[^\x00-\x08\x0a-\x1f\x7f]*+\r\n)++)\r\n"
)
_FIELD = re.compile(rb"([^:]+):[ \t]*([^\r]*?)[ \t]*\r\n")
_LARGEST_HEAD = 16_384
_PLAIN = frozenset({b"keep-alive", b""})  # of Connection
_UNUSUAL = frozenset({b"transfer-encoding", b"expect", b"upgrade", b"te", b"trailer"})
_ALWAYS_LINES = "".join(
    f"{name.lower()}: {value}\r\n"
    for name, value in {**ALWAYS, "Cache-Control": REVALIDATE}.items()
)
_BY_GET, _BY_POST = b"GET /sparql?query=", b"POST /sparql HTTP/1.1\r\n"
_PLAIN_VALUE = re.compile(rb'[!"$%\'-~]*+')  # of a query string, up to the next `&`
_SHORT = 16_384  # bytes of a request that may be a look-up
_LENGTH = re.compile(rb"\r\ncontent-length: ?(\d{1,9})\r\n", re.IGNORECASE)
_DECIDES = frozenset(
    {"if-none-match", "x-request-id", "range", "content-encoding"}
)  # the front has to look at these


class RawRequest(NamedTuple):
    """A whole request in one piece."""

    method: str
    query_string: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


def read_call(data: bytes) -> RawRequest | None:
    """The request, where it is whole, alone and plain in every respect.

    >>> read_call(b"GET /sparql?query=x HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n").query_string
    b'query=x'
    >>> read_call(b"GET /sparql HTTP/1.1\\r\\nHost: h\\r\\nExpect: 100-continue\\r\\n\\r\\n")
    """
    found = _LINE.match(data)
    end = data.find(b"\r\n\r\n") + 4
    if found is None or not 4 < end <= _LARGEST_HEAD:
        return None
    headers = _fields(data[found.end() : end])
    if headers is None:
        return None
    body = data[end:]
    declared = next((value for name, value in headers if name == b"content-length"), None)
    if (declared or (b"0" if found[1] != b"POST" else None)) != b"%d" % len(body):
        return None
    return RawRequest(found[1].decode(), found[2] or b"", headers, body)


@lru_cache(256)
def _fields(block: bytes) -> tuple[tuple[bytes, bytes], ...] | None:
    """The header fields, with lower-case names; a client sends the same ones again and again."""
    if not _BLOCK.fullmatch(block):
        return None
    headers = tuple((name.lower(), value) for name, value in _FIELD.findall(block))
    fields = dict(headers)
    odd = len(fields) != len(headers) or b"host" not in fields or _UNUSUAL & fields.keys()
    if odd or fields.get(b"connection", b"").lower() not in _PLAIN:
        return None
    return headers


def tag_of(identity: tuple[str, ...], version: str, union: bool, encoding: str) -> str:
    """The validator of an answer: what was asked, to the letter, of which version.

    `identity` is that of a QueryRequest. Two spellings of one question have two validators.
    """
    return etag(version, (*identity, str(union)), encoding)


class Lookup(NamedTuple):
    """A look-up as a worker reads it: a query alone, without a dataset or limits of its own."""

    query: str
    results: MediaType
    encoding: str
    tag: str

    def response(self, body: bytes) -> tuple[bytes, bytes]:
        """The header fields of the answer, and its body in its content coding."""
        coded = ""
        if self.encoding != "identity" and len(body) >= CODED_FROM:
            stream = coder(self.encoding)
            body = stream.add(body) + stream.end()
            coded = f"content-encoding: {self.encoding}\r\n"
        own = f"etag: {self.tag}\r\ncontent-type: {self.results.header}\r\n"
        fields = f"{_ALWAYS_LINES}{own}{coded}content-length: {len(body)}\r\n\r\n"
        return fields.encode("latin-1"), body


def may_be_lookup(data: bytes) -> bool:
    """Whether this may be one look-up, the body of which may still be on its way.

    A worker reads it properly; a query that it would only give back need not go there.
    """
    if len(data) > _SHORT or not data.startswith((b"GET /sparql?", b"POST /sparql ")):
        return False
    end = data.find(b"\r\n\r\n") + 4
    if end <= 4 or (end < len(data) and data.startswith(b"G")):
        return False
    if data.startswith(b"P"):
        return is_lookup(data[end:].decode("latin-1"))
    return is_lookup(unquote_plus(data[: data.find(b" HTTP/")].decode("latin-1")))


def lacks(data: bytes) -> int:
    """How many bytes of a POST are still to come behind a whole head; 0 where that is not so."""
    if not data.startswith(b"POST "):
        return 0
    end = data.find(b"\r\n\r\n") + 4
    length = _LENGTH.search(data, 0, end) if end > 4 else None
    return max(0, min(int(length[1]), _SHORT) - len(data) + end) if length else 0


class RequestTemplate(NamedTuple):
    """What stands around the query of a look-up."""

    results: MediaType
    encoding: str
    identity: tuple[str, ...]  # all that decides the bytes of the answer beside the query


def read_lookup(data: bytes, version: str, union: bool) -> Lookup | None:
    """The look-up in a plain request; None for what the front has to look at after all."""
    read = _read_in_frame(data) if len(data) <= _SHORT else None
    if read is None or not is_lookup(read[0]):
        return None
    query, frame = read
    tag = tag_of((query, *frame.identity), version, union, frame.encoding)
    return Lookup(query, frame.results, frame.encoding, tag)


def _read_in_frame(data: bytes) -> tuple[str, RequestTemplate] | None:
    """A client says the same around each of its queries, so that is read once."""
    if data.startswith(_BY_GET):
        start, end = len(_BY_GET), data.find(b" ", len(_BY_GET))
        raw, size, is_coded = data[start:end], 1, True
        if not _PLAIN_VALUE.fullmatch(raw):
            return _read(data)
    elif data.startswith(_BY_POST):
        start, end = data.find(b"\r\n\r\n") + 4, len(data)
        raw, size, is_coded = data[start:], end - start, False
        if raw.startswith(b"query="):  # a form
            return _read(data)
    else:
        return _read(data)
    frame = _frame(data[:start], size, data[end:])
    try:
        return (decoded(raw) if is_coded else text_of(raw, "body"), frame) if frame else None
    except Refusal:
        return None


@lru_cache(256)
def _frame(before: bytes, size: int, after: bytes) -> RequestTemplate | None:
    """Read with another query of that size in its place."""
    read = _read(before + b"x" * size + after)
    return read[1] if read and read[0] == "x" * size else None


def _read(data: bytes) -> tuple[str, RequestTemplate] | None:
    call = read_call(data)
    if call is None or call.method == "HEAD":
        return None
    fields = header_fields(call.headers)
    kind, accept = fields.get("content-type"), fields.get("accept")
    try:
        asked = read_request(HttpRequest(call.method, call.query_string, kind, accept, call.body))
    except Refusal:
        return None
    if asked is None or asked.results is None or not asked.is_alone or _DECIDES & fields.keys():
        return None
    encoding = coding(fields.get("accept-encoding"), CODINGS)
    return asked.query, RequestTemplate(asked.results, encoding, asked.identity[1:])

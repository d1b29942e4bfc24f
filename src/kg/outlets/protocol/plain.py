"""Plain requests to /sparql: whole, alone, nothing unusual; read and answered without a server.

The front hands the bytes of such a look-up to a worker, which reads and answers them here: what
the front does not do is what others do not wait for.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from kg.core.errors import Refusal
from kg.core.media import MediaType
from kg.outlets.protocol.caching import etag
from kg.outlets.protocol.coding import CODED_FROM, CODINGS, coder, coding
from kg.outlets.protocol.request import HttpRequest, QueryRequest, header_fields, read_request
from kg.store.guard import guard
from kg.store.lexer import normalised

ALWAYS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After",
    "Vary": "Accept, Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}
REVALIDATE = "public, max-age=0, must-revalidate"
_LINE = re.compile(rb"(GET|HEAD|POST) /sparql(?:\?([!\"$-~]*+))? HTTP/1\.1\r\n")
_BLOCK = re.compile(
    rb"((?:[!#$%&'*+.^_`|~0-9A-Za-z-]++:[ \t]*+[^\x00-\x08\x0a-\x1f\x7f]*+\r\n)++)\r\n"
)
_FIELD = re.compile(rb"([^:]+):[ \t]*([^\r]*?)[ \t]*\r\n")
_LARGEST_HEAD = 16_384
_PLAIN = frozenset({b"keep-alive", b""})  # of Connection
_UNUSUAL = frozenset({b"transfer-encoding", b"expect", b"upgrade", b"te", b"trailer"})
_DECIDES = frozenset({"if-none-match", "x-request-id", "range"})  # the front has to look at these


class Call(NamedTuple):
    """A whole request in one piece."""

    method: str
    query_string: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes


def read_call(data: bytes) -> Call | None:
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
    return Call(found[1].decode(), found[2] or b"", list(headers), body)


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


def tag_of(asked: QueryRequest, version: str, union: bool, encoding: str) -> str:
    """The validator of an answer: the question without needless spaces, asked of a version."""
    return etag(version, (normalised(asked.query), *asked.identity[1:], str(union)), encoding)


class Lookup:
    """A look-up as a worker reads it: what to ask, and the fields and body of the answer."""

    def __init__(self, asked: QueryRequest, encoding: str, served: Mapping[str, Any]) -> None:
        self._asked, self._encoding = asked, encoding
        self._tag = tag_of(asked, served["version"], served["union"], encoding)
        self.question: dict[str, Any] = {
            "query": asked.query,
            "union": served["union"],
            "default_graphs": asked.default_graphs,
            "named_graphs": asked.named_graphs,
            "results": asked.results.name if asked.results else None,
            "graph": asked.graphs.name if asked.graphs else None,
            "folder": served["folder"],
            "timeout": served["timeout"],
        }

    def response(self, kind: str, body: bytes) -> tuple[bytes, bytes]:
        """The header fields, and the body in its content coding."""
        media: MediaType | None = self._asked.results if kind == "results" else self._asked.graphs
        fields = {**ALWAYS, "Cache-Control": REVALIDATE, "ETag": self._tag}
        fields["Content-Type"] = media.header if media else ""
        if self._encoding != "identity" and len(body) >= CODED_FROM:
            stream = coder(self._encoding)
            body = stream.add(body) + stream.end()
            fields["Content-Encoding"] = self._encoding
        fields["Content-Length"] = str(len(body))
        lines = [f"{name.lower()}: {value}\r\n" for name, value in fields.items()]
        return "".join(lines).encode("latin-1") + b"\r\n", body


def read_lookup(data: bytes, served: Mapping[str, Any]) -> Lookup | None:
    """The look-up in a plain request; None for what the front has to look at after all."""
    call = read_call(data)
    if call is None or call.method == "HEAD":
        return None
    fields = header_fields(call.headers)
    if _DECIDES & fields.keys():
        return None
    kind, accept = fields.get("content-type"), fields.get("accept")
    try:
        asked = read_request(HttpRequest(call.method, call.query_string, kind, accept, call.body))
        guarded = guard(asked.query) if asked else None
    except Refusal:
        return None
    if asked is None or guarded is None or asked.timeout is not None:
        return None
    if not guarded.repeatable or guarded.names_dataset or guarded.text != asked.query:
        return None
    return Lookup(asked, coding(fields.get("accept-encoding"), CODINGS), served)

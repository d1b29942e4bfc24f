"""Changes out of HTTP requests: SPARQL 1.1 Update (Protocol, section 2.2), Graph Store Protocol."""

import gzip
import io
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import unquote

from kg.core.errors import Refusal
from kg.core.media import GRAPH_OFFERS, MediaType
from kg.outlets.protocol.request import (
    FORM,
    HttpRequest,
    Pairs,
    content_type,
    decode_form,
    text_of,
)  # fmt: skip

UPDATE = "application/sparql-update"
MULTIPART = "multipart/form-data"
_DATASET = ("using-graph-uri", "using-named-graph-uri")
_NAMES = ("update", *_DATASET)


@dataclass(frozen=True, slots=True)
class UpdateRequest:
    """An update and the dataset that its patterns see."""

    update: str
    using: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def read_update(request: HttpRequest) -> UpdateRequest:
    """The update of a POST; raises Refusal.

    >>> read_update(HttpRequest("POST", b"", UPDATE, None, b"CLEAR ALL")).update
    'CLEAR ALL'
    """
    pairs = decode_form(request.query_string)
    kind = content_type(request.content_type)
    if kind == FORM:
        if any(name in _NAMES for name, _ in pairs):
            raise Refusal(400, "Parameters in two places", "Send all of them in the body.")
        pairs = decode_form(request.body)
        updates = [value for name, value in pairs if name == "update"]
    elif kind == UPDATE:
        updates = [text_of(request.body, "body")]
    else:
        raise unsupported(f"An update is sent as {UPDATE}, or as {FORM} with the parameter update.")
    if len(updates) != 1 or any(name == "query" for name, _ in pairs):
        raise Refusal(400, "No update", "Send one SPARQL update, as the parameter update.")
    using, named = (tuple(v for n, v in pairs if n == name) for name in _DATASET)
    return UpdateRequest(updates[0], using, named)


def graph_named(pairs: Pairs, path: str, site: str) -> str | None:
    """The graph that a request is about: its IRI, empty for the default graph, None for a new one.

    `?graph=IRI` or `?default` (Graph Store Protocol, section 4.2), else the address itself below
    `/store/` (section 4.1). Raises Refusal.
    """
    graphs = [value for name, value in pairs if name == "graph"]
    default = any(name == "default" for name, _ in pairs)
    if len(graphs) + default > 1:
        raise Refusal(400, "Two graphs", "Give graph=IRI once, or default, not both.")
    if default:
        return ""
    if graphs:
        return absolute(graphs[0])
    rest = unquote(path.removeprefix("/store")).strip("/")
    return absolute(f"{site}{path}") if rest else None


def absolute(iri: str) -> str:
    """The IRI; raises Refusal where it is none or not absolute (RFC 3987)."""
    scheme, colon, rest = iri.partition(":")
    fine = colon and rest and scheme[:1].isalpha() and scheme.replace("+", "").isalnum()
    if not fine or any(c in '<>"{}|^`\\' or c <= " " for c in iri):
        raise Refusal(400, "Unusable graph name", f"`{iri[:80]}` is not an absolute IRI.")
    return iri


def triples_type(header: str | None) -> MediaType:
    """The RDF format of a body; raises 415."""
    kind = content_type(header)
    for offer in GRAPH_OFFERS:
        if offer.type == kind and kind != "application/json":
            return offer
    known = ", ".join(dict.fromkeys(offer.type for offer in GRAPH_OFFERS))
    raise unsupported(f"Triples are sent as one of {known}.")


def parts_of(header: str, body: bytes) -> Sequence[tuple[MediaType, bytes]]:
    """The files of a multipart/form-data body (RFC 7578); raises Refusal."""
    head = b"Content-Type: " + header.encode("latin-1") + b"\r\n\r\n"
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    if not message.is_multipart() or message.defects:
        raise Refusal(400, "Malformed multipart body", "Its boundary or its parts cannot be read.")
    found = []
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        found.append((triples_type(part["Content-Type"]), content))
    return found


def decoded(
    headers: Mapping[str, str], body: bytes, limit: int, too_large: Refusal | None = None
) -> bytes:
    """A body without its content coding, never larger than the limit; raises Refusal."""
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding in ("", "identity"):
        return body
    if coding not in ("gzip", "x-gzip"):
        raise unsupported(f"The coding {coding!r} is not known; send the body plain or as gzip.")
    try:
        with gzip.open(io.BytesIO(body)) as file:
            plain = file.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Refusal(400, "Broken gzip body", f"{error}.") from error
    if len(plain) > limit:
        raise too_large or oversized(limit)
    return plain


def oversized(limit: int) -> Refusal:
    """The refusal of a body over the limit for loading."""
    detail = f"At most {limit:,} bytes are taken at once. Send parts, or use `kg load`."
    return Refusal(413, "The body is too large", detail, {"Connection": "close"})


def unsupported(detail: str) -> Refusal:
    """The refusal of a body in a type that is not taken (RFC 9110, section 15.5.16)."""
    return Refusal(415, "Unsupported content type", detail)

"""Changes out of HTTP requests: SPARQL 1.1 Update (Protocol, section 2.2), Graph Store Protocol."""

import gzip
import io
import zlib
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import unquote

from kg.core.errors import Refusal
from kg.core.media import GRAPH_OFFERS, MediaType
from kg.server.protocol.request import (  # fmt: skip
    FORM,
    HttpRequest,
    Pairs,
    content_type,
    decode_form,
    text_of,
)

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


def given_token(authorization: str | None) -> bytes:
    """The token of an Authorization header, as Bearer or as the password of Basic (RFC 7617).

    >>> given_token("Bearer abc"), given_token("Basic YW55Ym9keTphYmM="), given_token("Digest abc")
    (b'abc', b'abc', b'')
    """
    scheme, _, given = (authorization or "").partition(" ")
    token = given.strip().encode("latin-1", "replace")
    if scheme.lower() == "bearer":
        return token
    try:
        return (
            b64decode(token, validate=True).partition(b":")[2] if scheme.lower() == "basic" else b""
        )
    except NotBase64:
        return b""


def refuse_foreign(origin: str | None, host: str) -> None:
    """Raises Refusal (403) for a change that a page of another origin sends (RFC 6454, section 7).

    >>> refuse_foreign("http://example.org", "example.org")
    """
    if origin is not None and origin.partition("://")[2].lower() != host.lower():
        detail = f"A page of {origin[:80]} may not change this store; send it from a program."
        raise Refusal(403, "Changes from other sites are refused", detail)


_NOTHING = "Nothing was changed."
_CHANGES_REFUSED = {
    "busy": (503, "Other changes come first", f"They take long. {_NOTHING} Try again soon."),
    "closed": (503, "The server is stopping", f"{_NOTHING} Try again in a few seconds."),
    "syntax": (400, "It cannot be parsed", "{detail}."),
    "query": (400, "It cannot be done", "{detail}. " + _NOTHING),
    "deep": (400, "It is nested too deeply", f"Write it flat. {_NOTHING}"),
    "overrun": (
        503,
        "The change took too long",
        "It was stopped at its limit of {detail} seconds. " + _NOTHING + " Do it in smaller steps.",
    ),
    "memory": (
        503,
        "The change needed too much memory",
        f"It was stopped. {_NOTHING} Send it in smaller parts, or use `kg load`.",
    ),
    "start": (
        503,
        "The store cannot be opened",
        f"{_NOTHING} The server's operator finds the cause in its log.",
    ),
    "disk": (
        503,
        "It could not be stored",
        f"The disk failed. {_NOTHING} The server's operator finds the cause in its log.",
    ),
    "doubt": (
        503,
        "It is not certain that it was stored",
        "The disk failed, and the change may have happened all the same. Read before you repeat "
        "it. The server's operator finds the cause in its log.",
    ),
}
_NO_ROOM = ("No space left", "os error 28", "Disk quota exceeded", "os error 122")


def change_refused(kind: str, detail: str) -> Refusal:
    """The refusal for a change that failed; it says whether anything may have happened.

    >>> change_refused("disk", "No space left on device").status
    507
    """
    if kind == "died":
        kind = "deep" if detail == "SIGSEGV" else "memory"
    status, title, text = _CHANGES_REFUSED.get(kind, _CHANGES_REFUSED["disk"])
    if kind in ("disk", "doubt", "start") and any(words in detail for words in _NO_ROOM):
        status, title = 507, f"{title}: the disk is full"
    headers = {"Retry-After": "5"} if status == 503 and kind in ("busy", "closed", "start") else {}
    return Refusal(status, title, text.format(detail=detail), headers)


@dataclass(frozen=True, slots=True)
class Condition:
    """What a change is conditional on, in words that the writer can judge (RFC 9110, section 13.1).

    `match` and `none` are each absent, `*`, the name of a state, or empty where no state fits.
    """

    match: str | None = None
    none: str | None = None


def condition(headers: Mapping[str, str], state: str, tags: Container[str]) -> Condition:
    """The condition of a request; `tags` are the validators that its graph has in a state.

    A graph's validators hold for one state alone, and no state comes again: a tag that is none of
    the state that is served now will never fit. Comparison is strong (sections 8.8.3.2, 13.1.1);
    for If-None-Match it is weak (section 13.1.2).
    """
    match, none = headers.get("if-match"), headers.get("if-none-match")
    return Condition(_named(match, state, tags, ""), _named(none, state, tags, "W/"))


def _named(header: str | None, state: str, tags: Container[str], weak: str) -> str | None:
    if header is None:
        return None
    held = [item.strip().removeprefix(weak) for item in header.split(",")]
    if "*" in held:
        return "*"
    return state if any(tag in tags for tag in held) else ""

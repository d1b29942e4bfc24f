"""A SPARQL query out of an HTTP request (SPARQL 1.1 Protocol, section 2.1), strictly decoded."""

import math
import re
from binascii import a2b_qp
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.core.errors import Refusal
from kg.core.media import GRAPH_OFFERS, RESULT_OFFERS, MediaType, best, likes_html_most, shortcut

METHODS = "GET, HEAD, POST, OPTIONS"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
_MAX_PARAMETERS = 500
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """As much of a request as the protocol looks at."""

    method: str
    query_string: bytes = b""
    content_type: str | None = None
    accept: str | None = None
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """What is asked: the query, its dataset, the types that will do, the client's patience."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    results: MediaType | None = None
    graphs: MediaType | None = None
    timeout: float | None = None
    as_page: bool = False  # a browser asks, and names no format

    @property
    def is_alone(self) -> bool:
        """Whether the request gives nothing beside the query, and the answer is data."""
        has_graphs = self.default_graphs or self.named_graphs
        return not has_graphs and self.timeout is None and not self.as_page

    @property
    def identity(self) -> tuple[str, ...]:
        """Everything that decides which bytes of a snapshot are the answer."""
        results = self.results.type if self.results else ""
        graphs = self.graphs.type if self.graphs else ""
        counts = f"{len(self.default_graphs)} {len(self.named_graphs)}"
        graphs_asked = (*self.default_graphs, *self.named_graphs)
        return (self.query, counts, *graphs_asked, results, graphs)


def read_request(request: HttpRequest) -> QueryRequest | None:
    """The query of a request; None for a GET without one; raises Refusal.

    >>> read_request(HttpRequest("GET", b"query=ASK%7B%7D")).query
    'ASK{}'
    """
    pairs, body = _parameters(request)
    queries = [value for name, value in pairs if name == "query"]
    if body is None and not queries:
        if any(name == "update" for name, _ in pairs) or request.method == "POST":
            raise _no_query([name for name, _ in pairs])
        return None
    if len(queries) + (body is not None) > 1:
        raise Refusal(400, "Two queries", "Send one query only, in the body or as a parameter.")
    known = _types(tuple(v for n, v in pairs if n == "format"), request.accept)
    results, graphs, is_named = known
    return QueryRequest(
        queries[0] if body is None else body,
        tuple(value for name, value in pairs if name == "default-graph-uri" and value),
        tuple(value for name, value in pairs if name == "named-graph-uri" and value),
        results,
        graphs,
        _timeout(next((v for n, v in pairs if n == "timeout" and v), None)),
        not is_named and _is_browser(request.accept),
    )


def _parameters(request: HttpRequest) -> tuple[Pairs, str | None]:
    """The decoded parameters, and the query if the body is one (sections 2.1.1 to 2.1.3)."""
    pairs = decode_form(request.query_string)
    if request.method != "POST":
        return pairs, None
    kind = content_type(request.content_type)
    if kind == FORM:
        return [*pairs, *decode_form(request.body)], None
    if kind == QUERY:
        return pairs, text_of(request.body, "body")
    wrong = "Send updates to /update. " if kind == "application/sparql-update" else ""
    raise Refusal(
        415,
        "Unsupported content type",
        f"{wrong}A query is sent by POST as {QUERY}, or as {FORM} with the parameter query.",
        {"Accept-Post": f"{QUERY}, {FORM}"},
    )


def content_type(header: str | None) -> str | None:
    """The media type of a body; None where it is missing or says another charset than UTF-8.

    >>> content_type("application/sparql-query; charset=UTF-8")
    'application/sparql-query'
    """
    kind, _, rest = (header or "").partition(";")
    charset = re.search(r'charset\s*=\s*"?([^\s";]*)', rest, re.IGNORECASE)
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        return None
    return kind.strip().lower() or None


def decode_form(raw: bytes) -> list[tuple[str, str]]:
    """Names and values of application/x-www-form-urlencoded; raises Refusal where malformed.

    >>> decode_form(b"a=1+2&b=%E6%97%A5")
    [('a', '1 2'), ('b', '日')]
    """
    parts = raw.split(b"&", _MAX_PARAMETERS)
    if len(parts) > _MAX_PARAMETERS:
        raise Refusal(400, "Too many parameters", f"Send at most {_MAX_PARAMETERS}.")
    found = []
    for part in parts:
        name, _, value = part.partition(b"=")
        if part:
            found.append((decoded(name), decoded(value)))
    return found


def decoded(raw: bytes) -> str:
    """A percent-encoded name or value as text; raises Refusal where malformed."""
    broken = _BROKEN_ESCAPE.search(raw)
    if broken:
        piece = raw[broken.start() : broken.start() + 3].decode("latin-1")
        detail = f"`{piece}` is not a percent-encoded byte: write a percent sign as %25."
        raise Refusal(400, "Malformed percent-encoding", detail)
    quoted = raw.replace(b"=", b"=3D").replace(b"%", b"=")  # as RFC 2045, section 6.7
    return text_of(a2b_qp(quoted.replace(b"+", b" ")), "parameters")


def text_of(raw: bytes, where: str) -> str:
    """UTF-8 text without U+0000; raises Refusal, which names the part of the request."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        detail = f"Byte {error.start + 1} of the {where} is not UTF-8; send UTF-8."
        raise Refusal(400, "Not UTF-8", detail) from error
    if "\0" in text:
        raise Refusal(400, "NUL in the request", f"Take the character U+0000 out of the {where}.")
    return text


def _no_query(names: Sequence[str]) -> Refusal:
    wrong = "An update was sent: send it to /update. " if "update" in names else ""
    return Refusal(400, "No query", f"{wrong}Send a SPARQL query as the parameter query.")


@lru_cache(512)
def _types(
    names: tuple[str, ...], accept: str | None
) -> tuple[MediaType | None, MediaType | None, bool]:
    """The types for results and for graphs, and whether a parameter named them.

    `format` is no parameter of the protocol, and clients send it in many ways: the first that is
    known counts, else Accept does.
    """
    for known in map(shortcut, names):
        if known is not None:
            return *known, True
    return best(accept, RESULT_OFFERS), best(accept, GRAPH_OFFERS), False


@lru_cache(512)
def _is_browser(accept: str | None) -> bool:
    return likes_html_most(accept, (*RESULT_OFFERS, *GRAPH_OFFERS))


def not_acceptable(offers: Sequence[MediaType], what: str) -> Refusal:
    """The refusal that lists what there is (RFC 9110, section 15.5.7)."""
    there_is = ", ".join(f"{offer.type} (format={offer.name})" for offer in offers)
    detail = f"Of the types asked for, none fits {what}. There is: {there_is}."
    available: dict[str, object] = {"available": [offer.type for offer in offers]}
    return Refusal(406, "No acceptable type", detail, more=available)


def too_large(limit: int) -> Refusal:
    """The refusal of a body over the limit; the rest of it is not waited for."""
    detail = f"A query may have at most {limit:,} bytes. Ask in several smaller queries."
    return Refusal(413, "The query is too large", detail, {"Connection": "close"})


def header_fields(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Header fields by lower-case name; repeated ones are one list (RFC 9110, section 5.3).

    >>> header_fields([(b"accept", b"text/csv"), (b"Accept", b"*/*;q=0.1")])
    {'accept': 'text/csv, */*;q=0.1'}
    """
    found: dict[str, str] = {}
    for raw, value in pairs:
        name, text = raw.decode("latin-1").lower(), value.decode("latin-1")
        found[name] = f"{found[name]}, {text}" if name in found else text
    return found


def _timeout(given: str | None) -> float | None:
    if given is None:
        return None
    try:
        seconds = float(given)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise Refusal(400, "Unusable timeout", "Give timeout as a number of seconds above 0.")
    return seconds

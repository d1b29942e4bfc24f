"""Media types as data, and which of them a client likes best (RFC 9110, section 12.5.1)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_MEMBER = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+')
_PARAMETER = re.compile(r';\s*([\w!#$&+.^-]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)')
_RANGE = re.compile(r"\s*(?:([\w!#$&+.^-]+|\*)/([\w!#$&+.^-]+|\*)|(\*))\s*(?:;|$)")
_QUALITY = re.compile(r"(?:0?(?:\.\d{0,3})|[01](?:\.\d{0,3})?)")
_HINTS = frozenset({"charset", "profile"})  # they never make one of our types unfit


@dataclass(frozen=True, slots=True)
class MediaType:
    """One way of writing an answer: its short name, its type on the wire, its file suffix."""

    name: str
    type: str
    suffix: str = ""

    @property
    def header(self) -> str:
        """The value of Content-Type.

        >>> MediaType("csv", "text/csv").header
        'text/csv; charset=utf-8'
        """
        is_text = self.type.startswith("text/") or self.type.endswith("xml")
        return f"{self.type}; charset=utf-8" if is_text else self.type


JSON = MediaType("json", "application/sparql-results+json", "srj")
XML = MediaType("xml", "application/sparql-results+xml", "srx")
CSV = MediaType("csv", "text/csv", "csv")
TSV = MediaType("tsv", "text/tab-separated-values", "tsv")
TURTLE = MediaType("turtle", "text/turtle", "ttl")
NTRIPLES = MediaType("ntriples", "application/n-triples", "nt")
RDFXML = MediaType("rdfxml", "application/rdf+xml", "rdf")
JSONLD = MediaType("jsonld", "application/ld+json", "jsonld")
TRIG = MediaType("trig", "application/trig", "trig")
NQUADS = MediaType("nquads", "application/n-quads", "nq")


# Of exports alone: what no query is answered in. Names end in what tells them from the others.
RDF12 = MediaType("rdf12", 'text/turtle; version="1.2"', "rdf12.ttl")
RDF12_NT = MediaType("rdf12-nt", 'application/n-triples; version="1.2"', "rdf12.nt")
CSVW = MediaType("csvw", "application/zip", "csvw.zip")
PARQUET = MediaType("parquet", "application/zip", "parquet.zip")
PARQUET_QUADS = MediaType("parquet-quads", "application/vnd.apache.parquet", "quads.parquet")
FTM = MediaType("ftm", "application/json+ftm", "ftm.json")
FTM_STATEMENTS = MediaType("ftm-statements", "text/csv", "ftm.csv")
NEO4J_CSV = MediaType("neo4j-csv", "application/zip", "neo4j.zip")
CYPHER = MediaType("cypher", "text/x-cypher-query", "cypher")
CX2 = MediaType("cx2", "application/json", "cx2")
NANOPUB = MediaType("nanopub", "application/trig", "nanopub.trig")
CSL_JSON = MediaType("csl-json", "application/vnd.citationstyles.csl+json", "csl.json")
QUICKSTATEMENTS = MediaType("quickstatements", "text/tab-separated-values", "quickstatements.tsv")
MISMATCH_FINDER = MediaType("mismatch-finder", "text/csv", "mismatch.csv")
CROISSANT = MediaType("croissant", "application/zip", "croissant.zip")
JSONLD_FRAMED = MediaType("jsonld-framed", "application/zip", "framed.zip")
GEXF = MediaType("gexf", "application/gexf+xml", "gexf")
GEXF_PLAIN = MediaType("gexf-plain", "application/gexf+xml", "plain.gexf")

RESULTS = (JSON, XML, CSV, TSV)
GRAPHS = (TURTLE, NTRIPLES, RDFXML, JSONLD, TRIG, NQUADS)

# What may also be asked for: the same bytes under a general name.
RESULT_OFFERS = (
    *RESULTS,
    MediaType("json", "application/json"),
    MediaType("xml", "application/xml"),
    MediaType("xml", "text/xml"),
)
GRAPH_OFFERS = (
    *GRAPHS,
    MediaType("turtle", "application/x-turtle"),
    MediaType("turtle", "text/n3"),  # Turtle is a part of it
    MediaType("turtle", "text/rdf+n3"),
    MediaType("jsonld", "application/json"),
    MediaType("rdfxml", "application/xml"),
    MediaType("rdfxml", "text/xml"),
)


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One member of an Accept header."""

    type: str
    subtype: str
    parameters: frozenset[tuple[str, str]]
    quality: float

    def precision(self, offer: str) -> int:
        """How exactly the range names the offer: 0 not at all, 1 `*/*`, 2 `type/*`, 3 and more."""
        kind, _, subtype = offer.partition("/")
        if self.type == "*":
            return 1
        if self.type != kind:
            return 0
        if self.subtype == "*":
            return 2
        named, _, rest = subtype.partition(";")
        if self.subtype != named.strip() or not self.parameters <= _parameters(";" + rest):
            return 0
        return 3 + len(self.parameters)


def best(accept: str | None, offers: Sequence[MediaType]) -> MediaType | None:
    """The offer the client likes best; among equals, the first; None where none will do.

    >>> best("text/turtle;q=0.5, application/ld+json", GRAPHS).name
    'jsonld'
    >>> best("image/png", GRAPHS) is None
    True
    """
    ranges = media_ranges(accept)
    chosen, most = None, 0.0
    for offer in offers:
        liked = quality(ranges, offer.type)
        if liked > most:
            chosen, most = offer, liked
    return chosen


def quality(ranges: Sequence[MediaRange], offer: str) -> float:
    """The weight of the most precise range that names the offer; 0 where none does."""
    found = max(
        ((r.precision(offer), r.quality) for r in ranges),
        default=(1, 1.0),
        key=lambda pair: pair[0],
    )
    return found[1] if found[0] else 0.0


def media_ranges(accept: str | None) -> list[MediaRange]:
    """The members of an Accept header; what cannot be read is passed over.

    No header, an empty one, or one without a readable member asks for anything: an empty list.
    """
    members = (_media_range(m) for m in _MEMBER.findall(accept or ""))
    return [member for member in members if member is not None]


def likes_html_most(accept: str | None, others: Sequence[MediaType]) -> bool:
    """True for a browser: it names text/html and likes it better than any of the others.

    Java's URLConnection names it unasked, whatever program it serves, and is no browser.

    >>> likes_html_most("text/html,application/xml;q=0.9,*/*;q=0.8", RESULT_OFFERS)
    True
    >>> likes_html_most("*/*", RESULT_OFFERS), likes_html_most(None, RESULT_OFFERS)
    (False, False)
    """
    if (accept or "").replace(" ", "").startswith("text/html,image/gif,image/jpeg,"):
        return False
    ranges = media_ranges(accept)
    return quality(ranges, "text/html") > max(quality(ranges, other.type) for other in others)


def _media_range(text: str) -> MediaRange | None:
    found = _RANGE.match(text)
    parameters = {name: value for name, value in _parameters(text) if name not in _HINTS}
    weight = parameters.pop("q", "1")
    if found is None or not _QUALITY.fullmatch(weight):
        return None
    kind, subtype = (found[1] or "*").lower(), (found[2] or "*").lower()
    if kind == "*" and subtype != "*":
        return None
    return MediaRange(kind, subtype, frozenset(parameters.items()), min(float(weight), 1.0))


def _parameters(text: str) -> frozenset[tuple[str, str]]:
    pairs = _PARAMETER.findall(text)
    return frozenset((name.lower(), value.strip().strip('"').lower()) for name, value in pairs)


def shortcut(name: str) -> tuple[MediaType | None, MediaType | None] | None:
    """What `format=name` asks of results and of graphs; None for a name that is not known.

    Names are the short ones, file suffixes, what other endpoints call them, and media types.

    >>> shortcut("csv")[0].type, shortcut("rdf+xml")[1].name, shortcut("text/turtle")[1].name
    ('text/csv', 'rdfxml', 'turtle')
    """
    if "/" in name:
        found = best(name, RESULT_OFFERS), best(name, GRAPH_OFFERS)
        return found if any(found) else None
    known = _ALIASES.get(name.lower(), name.lower())
    if known not in FORMAT_NAMES:
        return None
    twin = {"json": "jsonld", "xml": "rdfxml"}.get(known, known)
    return (
        next((offer for offer in RESULTS if offer.name == known), None),
        next((offer for offer in GRAPHS if offer.name == twin), None),
    )


_ALIASES = {
    **{media.suffix: media.name for media in (*RESULTS, *GRAPHS)},
    **{"sparql-results+json": "json", "sparql-results+xml": "xml", "sparql": "xml"},
    **{"rdf+xml": "rdfxml", "rdf-xml": "rdfxml", "rdf/xml": "rdfxml", "owl": "rdfxml"},
    **{"json-ld": "jsonld", "ld+json": "jsonld", "n3": "turtle", "x-turtle": "turtle"},
    **{"n-triples": "ntriples", "n-quads": "nquads", "tab-separated-values": "tsv"},
}
FORMAT_NAMES = tuple(offer.name for offer in (*RESULTS, *GRAPHS))

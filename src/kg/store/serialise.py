"""Answers' formats by name, and triples as bytes that repeat: sorted, and their prefixes too."""

import re
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, QueryResultsFormat, RdfFormat, Triple, serialize

from kg.core.names import Names

RESULT_FORMATS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
GRAPH_FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
}
_PREFIX_LINE = re.compile(rb"(?:@prefix [^\n]*\n)+")
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XMLNS = re.compile(rb'(?: xmlns:[\w-]+="[^"]*")+')


def serialised(statements: Iterable[Triple], form: RdfFormat, names: Names) -> bytes:
    """The statements in an RDF format; equal sets of statements give equal bytes.

    In RDF/XML, characters that no XML file may hold become U+FFFD.
    """
    ordered = sorted(statements, key=str)
    data = serialize(ordered, format=form, prefixes=used_prefixes(ordered, names))
    assert data is not None
    if form == RdfFormat.RDF_XML:
        data = _NO_XML.sub("\ufffd", data.decode()).encode()
        return _XMLNS.sub(lambda m: _sorted(m[0], rb" xmlns:[^ ]*"), data, count=1)
    return _PREFIX_LINE.sub(lambda m: _sorted(m[0], rb"[^\n]*\n"), data, count=1)


def _sorted(block: bytes, part: bytes) -> bytes:
    """The engine writes declarations in the order of a hash map."""
    return b"".join(sorted(re.findall(part, block)))


def used_prefixes(statements: Iterable[Triple], names: Names) -> dict[str, str]:
    """The declared prefixes that shorten a name in the statements."""
    found = set()
    for statement in statements:
        for term in (statement.subject, statement.predicate, statement.object):
            name = term.datatype if isinstance(term, Literal) else term
            split = names.split(name.value) if isinstance(name, NamedNode) else None
            if split:
                found.add(split[0])
    return {prefix: names.prefixes[prefix] for prefix in sorted(found)}

"""Answers' formats by name, and triples as bytes that repeat: sorted, and their prefixes too."""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import IO, cast

from pyoxigraph import Literal, NamedNode, QueryResultsFormat, RdfFormat, Triple, serialize

from kg.core.errors import Refusal
from kg.core.names import Names
from kg.sparql.xml_output import XmlFile

_OTHERS = "turtle or jsonld"

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
_START = (  # what an XML name may begin with, but for rare planes
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf"
)
_LOCAL = re.compile(f"[{_START}][-.0-9\u00b7\u0300-\u036f{_START}]*$")
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SYNTAX = frozenset(  # names that are syntax in an element's place (RDF 1.1 XML Syntax §7.2.5)
    f"{_RDF}{name}"
    for name in "RDF ID about parseType resource nodeID datatype Description li aboutEach "
    "aboutEachPrefix bagID".split()
)
_XMLNS = re.compile(rb'(?: xmlns:[\w-]+="[^"]*")+')


def serialised(statements: Iterable[Triple], form: RdfFormat, names: Names) -> bytes:
    """The statements in an RDF format; equal sets of statements give equal bytes.

    Raises Refusal for what RDF/XML cannot hold.
    """
    ordered = sorted(statements, key=str)
    prefixes = used_prefixes(ordered, names)
    if form == RdfFormat.RDF_XML:
        out = BytesIO()
        serialize(
            writable(ordered), cast("IO[bytes]", XmlFile(out, _OTHERS)), form, prefixes=prefixes
        )
        return _XMLNS.sub(lambda m: _sorted(m[0], rb" xmlns:[^ ]*"), out.getvalue(), count=1)
    data = serialize(ordered, format=form, prefixes=prefixes)
    assert data is not None
    return _PREFIX_LINE.sub(lambda m: _sorted(m[0], rb"[^\n]*\n"), data, count=1)


def writable(statements: Iterable[Triple]) -> Iterator[Triple]:
    """The statements, for RDF/XML; raises Refusal at a predicate that it cannot write."""
    for statement in statements:
        if element_name(statement.predicate.value) is None:
            detail = f"It cannot write the predicate {statement.predicate}; ask for {_OTHERS}."
            raise Refusal(406, "RDF/XML cannot hold the answer", detail)
        yield statement


def element_name(predicate: str) -> str | None:
    """The local name of a predicate as an element (Namespaces in XML 1.0, section 4), if any.

    >>> element_name("http://example.org/ns#label"), element_name("http://example.org/1")
    ('label', None)
    """
    found = _LOCAL.search(predicate)
    return found[0] if found and predicate not in _SYNTAX else None


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

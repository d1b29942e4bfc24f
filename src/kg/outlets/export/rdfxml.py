"""RDF/XML 1.1: for older RDF tools and for XML pipelines."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.core import media
from kg.core.errors import KgError
from kg.core.names import Names
from kg.outlets.export.blocks import Term, blocks, plain
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.part import Part
from kg.outlets.export.xml_text import LOSS, quoted, text

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_START = (  # what an XML name may begin with, but for rare planes
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf"
)
_LOCAL = re.compile(f"[{_START}][-.0-9\u00b7\u0300-\u036f{_START}]*$")
# names that are syntax in an element's place (RDF 1.1 XML Syntax §7.2.5)
_SYNTAX = frozenset(
    f"{_RDF}{name}"
    for name in "RDF ID about parseType resource nodeID datatype Description li aboutEach "
    "aboutEachPrefix bagID".split()
)


def export(part: Part, out: BinaryIO) -> None:
    """Writes the part as RDF/XML; raises KgError for a predicate that no element can name."""
    elements = _elements({triple.predicate.value for triple in part.triples}, part.reader.names)
    spaces = {prefix: space for prefix, _, space in elements.values()} | {"rdf": _RDF}
    declared = "".join(f"\n  xmlns:{p}={quoted(spaces[p])}" for p in sorted(spaces))
    out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{declared}>\n'.encode())
    for subject, said in blocks(part.triples):
        out.write(f"<rdf:Description{_named(subject, 'about')}>\n".encode())
        for predicate, objects in said:
            prefix, local, _ = elements[predicate.value]
            for value in objects:
                out.write(f"  {_property(f'{prefix}:{local}', value)}\n".encode())
        out.write(b"</rdf:Description>\n")
    out.write(b"</rdf:RDF>\n")


def _elements(predicates: Iterable[str], names: Names) -> Mapping[str, tuple[str, str, str]]:
    """Prefix, local name and namespace of each predicate."""
    return dict(_named_elements(sorted(predicates), names))


def _named_elements(
    predicates: Iterable[str], names: Names
) -> Iterator[tuple[str, tuple[str, str, str]]]:
    minted: dict[str, str] = {}
    for iri in predicates:
        local = _LOCAL.search(iri)
        if local is None or iri in _SYNTAX:
            raise KgError(f"RDF/XML cannot write the predicate <{iri}>; choose turtle or jsonld.")
        known, space = names.split(iri), iri[: local.start()]
        if known and names.prefixes[known[0]] == space:
            yield iri, (known[0], known[1], space)
        else:
            prefix = minted.setdefault(space, f"ns{len(minted) + 1}")
            yield iri, (prefix, local[0], space)


def _named(term: Term, attribute: str) -> str:
    term = plain(term, "RDF/XML")
    if isinstance(term, BlankNode):
        return f' rdf:nodeID="{term.value}"'
    return f" rdf:{attribute}={quoted(term.value)}"


def _property(element: str, value: Term) -> str:
    value = plain(value, "RDF/XML")
    if not isinstance(value, Literal):
        return f"<{element}{_named(value, 'resource')}/>"
    kind = ""
    if value.language:
        kind = f" xml:lang={quoted(value.language)}"
    elif value.datatype != NamedNode(_XSD_STRING):
        kind = f" rdf:datatype={quoted(value.datatype.value)}"
    return f"<{element}{kind}>{text(value.value)}</{element}>"


EXPORTER = Exporter(
    media.RDFXML,
    "One graph as XML, for older RDF tools.",
    "Which named graph a triple stands in. A predicate whose name cannot be an XML element stops "
    f"the export. {LOSS}",
    export,
    "Older RDF tools and XML pipelines: Jena, OWL API, Protégé.",
    "rdflib.Graph().parse('jsip.rdf')",
)

"""JSON-LD's way of writing terms, which the flat and the framed form share.

The context follows the ontology: a property that takes entities holds `"id:meti"`, one that takes
words holds a language map, one that takes decimals or single-typed values holds the value as
printed. A value of another kind than its property declares is written in full, so nothing is lost.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.core.errors import KgError
from kg.core.names import Names
from kg.outlets.export.blocks import RDF_TYPE, Block, Term, plain
from kg.outlets.export.part import Part
from kg.views.record.claims import Reader

_INTEGER = re.compile(r"0|-?[1-9]\d{0,14}")
_WORDS = (  # properties of others that our ontology uses but does not type
    "dct:description dct:title oa:exact rdfs:comment rdfs:label skos:altLabel skos:definition "
    "skos:editorialNote skos:example skos:hiddenLabel skos:prefLabel"
).split()
_REFERENCES = "dct:license dct:publisher rdf:predicate rdf:subject".split()
_KINDS = """SELECT ?p ?type ?range WHERE { GRAPH g:ontology {
  ?p a ?type . FILTER(?type IN (owl:ObjectProperty, owl:DatatypeProperty))
  OPTIONAL { ?p schema:rangeIncludes ?range } } } ORDER BY ?p"""

Kinds = Mapping[str, Mapping[str, str]]


def context(reader: Reader) -> dict[str, Any]:
    """The whole context: every declared prefix, every property whose values are all of a kind."""
    return {**reader.names.prefixes, **_terms(property_kinds(reader))}


def property_kinds(reader: Reader) -> Kinds:
    """How the values of a property are written, by its CURIE, as a JSON-LD term definition."""
    names = reader.names
    ranges: dict[tuple[str, str], set[str]] = {}
    for row in reader.rows(_KINDS):
        key = (names.curie(row["p"]), names.curie(row["type"]))
        ranges.setdefault(key, set()).update({names.curie(row["range"])} if "range" in row else ())
    kinds = {curie: _kind(cls, of) for (curie, cls), of in ranges.items()}
    kinds |= {curie: {"@container": "@language"} for curie in _WORDS}
    kinds |= {curie: {"@type": "@id"} for curie in _REFERENCES}
    return {curie: kind for curie, kind in sorted(kinds.items()) if kind}


def _kind(cls: str, ranges: set[str]) -> Mapping[str, str]:
    if cls == "owl:ObjectProperty":
        return {"@type": "@id"}
    if ranges == {"rdf:langString"}:
        return {"@container": "@language"}
    if len(ranges) == 1 and not ranges & {"xsd:string", "xsd:integer"}:
        return {"@type": min(ranges)}
    return {}


def _terms(kinds: Kinds) -> dict[str, dict[str, str]]:
    return {curie: {"@id": curie, **kind} for curie, kind in kinds.items()}


def context_of(part: Part, kinds: Kinds) -> dict[str, Any]:
    """As much of the context as the part uses."""
    names, iris = part.reader.names, set()
    for triple in part.triples:
        terms = (triple.subject, triple.predicate, triple.object)
        iris |= {term.value for term in terms if isinstance(term, NamedNode)}
        iris |= {term.datatype.value for term in terms if isinstance(term, Literal)}
    predicates = {names.curie(triple.predicate.value) for triple in part.triples}
    terms_used = {curie: kind for curie, kind in kinds.items() if curie in predicates}
    prefixes = {found[0] for found in map(names.split, iris) if found}
    prefixes |= {kind["@type"].partition(":")[0] for kind in terms_used.values() if "@type" in kind}
    prefixes &= names.prefixes.keys()
    return {**{p: names.prefixes[p] for p in sorted(prefixes)}, **_terms(terms_used)}


def node_of(block: Block, kinds: Kinds, names: Names) -> dict[str, Any]:
    """A subject with everything that is said of it, as an object."""
    subject, said = block
    node: dict[str, Any] = {"@id": _reference(plain(subject, "JSON-LD"), names)}
    for predicate, objects in said:
        values = [plain(value, "JSON-LD") for value in objects]
        if predicate == RDF_TYPE and not any(isinstance(v, Literal) for v in values):
            node["@type"] = _one([_reference(value, names) for value in values])
            continue
        key = _short(predicate.value, names)
        node[key] = _values(values, kinds.get(key, {}), names)
    return node


def _values(
    values: list[NamedNode | BlankNode | Literal], kind: Mapping[str, str], names: Names
) -> Any:
    """The objects of one predicate, in the form that its term definition allows."""
    if "@container" in kind:
        words = [v for v in values if isinstance(v, Literal) and v.language]
        if len(words) == len(values):
            return _by_language(words)
        return [_value(value, {}, names) for value in values]
    return _one([_value(value, kind, names) for value in values])


def _by_language(words: Iterable[Literal]) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    for word in words:
        found.setdefault(str(word.language), []).append(word.value)
    return {language: _one(found[language]) for language in sorted(found)}


def _value(value: Term, kind: Mapping[str, str], names: Names) -> Any:
    if not isinstance(value, Literal):
        reference = _reference(value, names)
        return reference if kind.get("@type") == "@id" else {"@id": reference}
    datatype = _short(value.datatype.value, names)
    if value.language:
        return {"@language": value.language, "@value": value.value}
    if kind.get("@type", "xsd:string") == datatype:
        return value.value
    if datatype == "xsd:integer" and not kind and _INTEGER.fullmatch(value.value):
        return int(value.value)
    if datatype == "xsd:string":
        return {"@value": value.value}
    return {"@type": datatype, "@value": value.value}


def _reference(term: Any, names: Names) -> str:
    return f"_:{term.value}" if isinstance(term, BlankNode) else _short(term.value, names)


def _short(iri: str, names: Names) -> str:
    """The CURIE or the IRI; raises KgError for an IRI that a reader would take for a CURIE."""
    found = names.split(iri)
    if not found and iri.partition(":")[0] in names.prefixes:
        raise KgError(f"JSON-LD would read <{iri}> as a short name; choose turtle or nquads.")
    return ":".join(found) if found else iri


def _one(values: list[Any]) -> Any:
    """A single value stands alone, several in a list."""
    return values[0] if len(values) == 1 else values

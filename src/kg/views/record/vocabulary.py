"""The ontology for people: its modules, and each term with what the ontology says of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from kg.core.names import Names
from kg.views.record.claims import Reader
from kg.views.record.sentences import Sentence

_NS = "ns"
_MODULE = "ontology/"
_MODULES = """SELECT ?module ?p ?o (LANG(?o) AS ?lang) WHERE { GRAPH g:ontology {
  ?module a owl:Ontology ; ?p ?o . FILTER EXISTS { ?term rdfs:isDefinedBy ?module } } }"""
_TERMS = """SELECT ?term ?p ?o (LANG(?o) AS ?lang) WHERE { GRAPH g:ontology {
  ?term rdfs:isDefinedBy ?module ; ?p ?o } }"""
_USES = """SELECT ?term ?n WHERE { GRAPH g:dataset {
  { ?part void:class ?term ; void:entities ?n }
  UNION { ?part void:property ?term ; void:triples ?n }
} }"""
_KINDS = {
    "owl:Class": "class",
    "owl:ObjectProperty": "property",
    "owl:DatatypeProperty": "property",
    "owl:AnnotationProperty": "property",
}
# What is shown of a term, in order, and by which predicates the ontology says it.
RELATIONS: Mapping[str, tuple[str, ...]] = {
    "super": ("rdfs:subClassOf", "rdfs:subPropertyOf"),
    "domain": ("rdfs:domain", "schema:domainIncludes"),
    "range": ("rdfs:range", "schema:rangeIncludes"),
    "inverse": ("owl:inverseOf",),
    "disjoint": ("owl:disjointWith",),
    "see-also": ("rdfs:seeAlso",),
}
_BACK = {
    "sub": RELATIONS["super"],
    "domain-of": RELATIONS["domain"],
    "range-of": RELATIONS["range"],
}
_TRAITS = ("owl:FunctionalProperty", "owl:SymmetricProperty", "owl:TransitiveProperty")
_Said = Mapping[str, Mapping[str, list[tuple[str, str]]]]


@dataclass(frozen=True, slots=True)
class Link:
    """A term that another one leads to; `path` is empty where it is not of this ontology."""

    curie: str
    iri: str
    path: str


@dataclass(frozen=True, slots=True)
class Term:
    """A class, property or individual; `path` leads to it, `uses` counts it in the data."""

    curie: str
    path: str
    kind: str
    label: Sentence
    definition: Sentence
    example: str
    traits: tuple[str, ...]
    links: Mapping[str, tuple[Link, ...]]
    uses: int

    @property
    def name(self) -> str:
        """The local name, which is the fragment of the IRI."""
        return self.path.partition("#")[2]


@dataclass(frozen=True, slots=True)
class Module:
    """A part of the ontology: its path under BASE, what it is for, its version and its terms."""

    path: str
    title: Sentence
    description: Sentence
    version: str
    terms: tuple[Term, ...]

    @property
    def slug(self) -> str:
        """Its name alone."""
        return self.path.rpartition("/")[2]

    @property
    def size(self) -> int:
        """How many terms it has."""
        return len(self.terms)


def modules(reader: Reader, path: str) -> list[Module]:
    """The modules that the page of a path documents: all for the namespace, else one or none."""
    if path != _NS and not path.startswith(_MODULE):
        return []
    documented = _Ontology(reader)
    base = reader.names.base
    wanted = documented.headers if path == _NS else documented.headers.keys() & {base + path}
    return [documented.module(module) for module in sorted(wanted)]


class _Ontology:
    """What the ontology says of its modules and terms."""

    def __init__(self, reader: Reader) -> None:
        self._names, self._reader = reader.names, reader
        self.headers = _gathered(reader.names, reader.rows(_MODULES), "module")
        self._terms = _gathered(reader.names, reader.rows(_TERMS), "term")
        counts = ((row["term"], row["n"]) for row in reader.rows(_USES))
        self._uses = {
            term: int(n) for term, n in counts if n.isdecimal()
        }  # a store may say anything

    def module(self, module: str) -> Module:
        header = self.headers[module]
        terms = (self._term(term) for term in self._defined_by[module])
        return Module(
            module.removeprefix(self._names.base),
            _sentence(header["dct:title"]),
            _sentence(header["dct:description"]),
            _first(header["owl:versionInfo"]),
            tuple(sorted(terms, key=lambda term: (term.kind, term.curie))),
        )

    def _term(self, term: str) -> Term:
        said = self._terms[term]
        types = [self._names.curie(iri) for iri, _ in said["rdf:type"]]
        kinds = [_KINDS[kind] for kind in types if kind in _KINDS]
        return Term(
            self._names.curie(term),
            term.removeprefix(self._names.base),
            kinds[0] if kinds else "individual",
            _sentence(said["rdfs:label"]),
            _sentence(said["skos:definition"]),
            _first(said["skos:example"]),
            tuple(trait.partition(":")[2] for trait in _TRAITS if trait in types),
            {name: links for name, links in self._links(term) if links},
            self._uses.get(term, 0),
        )

    def _links(self, term: str) -> Iterator[tuple[str, tuple[Link, ...]]]:
        said = self._terms[term]
        for name, predicates in RELATIONS.items():
            yield name, self._to(iri for p in predicates for iri, _ in said[p])
        for name, predicates in _BACK.items():
            yield name, self._to(other for p in predicates for other in self._pointing[p][term])

    def _to(self, iris: Iterable[str]) -> tuple[Link, ...]:
        base, names = self._names.base, self._names
        return tuple(
            Link(names.curie(iri), iri, iri.removeprefix(base) if iri.startswith(base) else "")
            for iri in sorted(set(iris))
        )

    @cached_property
    def _defined_by(self) -> Mapping[str, set[str]]:
        return self._pointing["rdfs:isDefinedBy"]

    @cached_property
    def _pointing(self) -> Mapping[str, Mapping[str, set[str]]]:
        """By predicate and value, the terms of which it is said."""
        found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for term, said in self._terms.items():
            for predicate, values in said.items():
                for value, _ in values:
                    found[predicate][value].add(term)
        return found


def _gathered(names: Names, rows: Iterable[Mapping[str, str]], subject: str) -> _Said:
    """By subject and predicate, each value with its language, sorted."""
    found: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for row in rows:
        said = found.setdefault(row[subject], defaultdict(list))
        said[names.curie(row["p"])].append((row["o"], row.get("lang", "")))
    for said in found.values():
        for values in said.values():
            values.sort()
    return found


def _sentence(values: Iterable[tuple[str, str]]) -> Sentence:
    by_language = {language: value for value, language in values}
    return Sentence(by_language.get("en", ""), by_language.get("ja", ""))


def _first(values: Iterable[tuple[str, str]]) -> str:
    return next((value for value, _ in values), "")

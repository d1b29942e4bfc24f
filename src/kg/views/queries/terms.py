"""The words of this graph for whoever writes a query: prefixes, classes, properties, concepts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.views.record.cards import Named
from kg.views.record.claims import Reader

_MOST = 2000  # terms of a kind
_ASKED = {
    "class": "SELECT DISTINCT ?x WHERE {{ ?any a ?x }} LIMIT {most}",
    "property": "SELECT DISTINCT ?x WHERE {{ ?any ?x ?value }} LIMIT {most}",
    "concept": "SELECT DISTINCT ?x WHERE {{ ?x skos:inScheme ?scheme }} LIMIT {most}",
    "graph": "SELECT DISTINCT ?x WHERE {{ GRAPH ?x {{ ?s ?p ?o }} }} LIMIT {most}",
}


@dataclass(frozen=True, slots=True)
class Term:
    """One word: as a query writes it, its kind, what people call it."""

    name: str
    kind: str
    en: str
    ja: str


def terms(reader: Reader) -> tuple[Term, ...]:
    """Every word that the graph uses, by kind and name."""
    found: list[Term] = []
    for kind, query in _ASKED.items():
        iris = {row["x"] for row in reader.rows(query.format(most=_MOST))}
        found += _named(reader, kind, (iri for iri in iris if ":" in iri and "_:" not in iri[:2]))
    return tuple(sorted(found, key=lambda term: (term.kind, term.name)))


def labels_of_terms(reader: Reader) -> Mapping[str, Named]:
    """What own terms, schemes and concepts are called, by local name or `scheme/notation`."""
    own = reader.names.prefixes["jsip"]
    iris = {row["x"] for row in reader.rows(_LABELLED % own)}
    return {named.id.removeprefix("jsip:"): named for named in reader.named(iris).values()}


_LABELLED = """SELECT DISTINCT ?x WHERE {
  { ?x skos:inScheme ?any } UNION { ?x a skos:ConceptScheme }
  UNION { ?x rdfs:label ?label FILTER(STRSTARTS(STR(?x), "%s")) } }"""


def _named(reader: Reader, kind: str, iris: Iterable[str]) -> Iterable[Term]:
    for iri, named in reader.named(iris).items():
        curie = reader.names.curie(iri)
        name = f"<{iri}>" if curie == iri or "/" in curie else curie
        yield Term(name, kind, named.en, named.ja)

"""What is exported: the whole graph, what lies around an entity, or the triples of a CONSTRUCT.

Everything is read by SPARQL, so that any store gives the same; nothing is read before a format
asks for it. The ledger has no blank nodes; those of a user's store keep the engine's labels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby
from typing import TYPE_CHECKING

from pyoxigraph import (
    BlankNode,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    Triple,
)

from kg.core.errors import KgError, UnknownName
from kg.outlets.export.surroundings import default_quads, found_quads, surroundings, told_of_edges
from kg.views.network.network import accepted_edges, joined, network, reached
from kg.views.record.claims import Reader
from kg.views.record.entity import known_entities

if TYPE_CHECKING:
    from kg.views.network.network import Network

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_DEFAULT = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"
_WHOLE = "SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
_GRAPHS = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } FILTER(ISIRI(?g)) }"
_OF_UNNAMED = "SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } FILTER(ISBLANK(?g)) }"
_OF_A_GRAPH = "SELECT ?s ?p ?o ?g WHERE {{ VALUES ?g {{ <{}> }} GRAPH ?g {{ ?s ?p ?o }} }}"
_KNOWN = "SELECT ?p WHERE {{ {{ <{0}> ?p ?o }} UNION {{ ?s ?p <{0}> }} }} LIMIT 1"


@dataclass(frozen=True)
class Part:
    """What an exporter writes: quads for the RDF formats and tables, a network for the others."""

    reader: Reader
    title: str
    collect: Callable[[], Iterable[Quad]]
    draw: Callable[[], Network]
    places: Mapping[str, tuple[int, int]] | None = None  # of the nodes, where somebody chose them
    by_graph: Callable[[], Iterable[Iterable[Quad]]] | None = None  # where not all is held at once

    @cached_property
    def quads(self) -> tuple[Quad, ...]:
        """Sorted by subject, predicate, object, graph; none twice."""
        return tuple(sorted(set(self.collect()), key=_order))

    def graphs(self) -> Iterator[Sequence[Quad]]:
        """The quads of one graph after another, by its name, each sorted; none twice.

        Of the whole, one graph is read at a time.
        """
        if self.by_graph:
            yield from (sorted(set(graph), key=_order) for graph in self.by_graph())
            return
        in_order = sorted(self.quads, key=lambda quad: _key(quad.graph_name))
        for _, graph in groupby(in_order, key=lambda quad: quad.graph_name):
            yield list(graph)

    @property
    def triples(self) -> Iterator[Triple]:
        """The quads without their graphs, sorted; none twice."""
        for triple, _ in groupby(self.quads, key=lambda quad: quad.triple):
            yield triple

    @cached_property
    def network(self) -> Network:
        """Entities and concepts, joined by edges that carry their claims and evidence."""
        return self.draw()


def whole(reader: Reader) -> Part:
    """Every graph: asserted, editorial, derived, ontology, schemes, description; the default one.

    The default graph of another engine is the union of the others and holds nothing of its own.
    """

    def collect() -> Iterable[Quad]:
        default = default_quads(reader, _DEFAULT) if reader.store.has_default else ()
        return chain(default, found_quads(reader, _WHOLE))

    def by_graph() -> Iterator[Iterable[Quad]]:
        if reader.store.has_default:
            yield default_quads(reader, _DEFAULT)
        for name in sorted(row["g"] for row in reader.rows(_GRAPHS)):
            yield found_quads(reader, _OF_A_GRAPH.format(name))
        yield found_quads(reader, _OF_UNNAMED)

    return Part(reader, "The whole graph", collect, lambda: network(reader), by_graph=by_graph)


def around(reader: Reader, iri: str, hops: int = 1) -> Part:
    """What lies at most `hops` accepted edges from an entity, and every claim about it.

    Raises UnknownName where the graph says nothing of the IRI.
    """
    if next(reader.rows(_KNOWN.format(iri)), None) is None:
        raise UnknownName("entity", reader.names.slug(iri), known_entities(reader))
    inside = reached(reader, iri, hops)

    def collect() -> Iterable[Quad]:
        return surroundings(reader, iri, inside)

    def draw() -> Network:
        edges = (e for e in accepted_edges(reader, inside) if e[0] in inside and e[2] in inside)
        return joined(reader, edges, alone=[iri])

    return Part(reader, reader.named([iri])[iri].en, collect, draw)


def of_edges(
    reader: Reader,
    edges: Sequence[tuple[str, str, str]],
    claims: Iterable[str],
    nodes: Iterable[str],
    title: str,
    places: Mapping[str, tuple[int, int]] | None = None,
) -> Part:
    """Just these edges and entities, by IRI, with the claims that state the edges.

    `places` are those of the entities by their names, x to the right and y down.
    """
    alone = set(nodes)

    def collect() -> Iterable[Quad]:
        return told_of_edges(reader, edges, claims, alone)

    def draw() -> Network:
        return joined(reader, edges, alone, accepted=False)

    return Part(reader, title, collect, draw, places)


def constructed(reader: Reader, sparql: str, union: bool = True) -> Part:
    """The triples of a CONSTRUCT or DESCRIBE query; raises KgError for other forms.

    `union` says whether the query sees the union of all graphs as its default graph.
    """
    answer = reader.store.query(sparql, union)
    if isinstance(answer, QuerySolutions | QueryBoolean):
        raise KgError("Only a CONSTRUCT or DESCRIBE query can be exported; `kg query` gives rows.")
    return of_triples(reader, answer)


def of_triples(reader: Reader, triples: Iterable[Triple], title: str = "A query's triples") -> Part:
    """A part that holds just these triples; each between two IRIs is an edge of its network."""
    quads = tuple({Quad(t.subject, t.predicate, t.object) for t in triples})
    if any(isinstance(term, BlankNode) for quad in quads for term in (quad.subject, quad.object)):
        # Naming them so that they repeat (RDFC-1.0) may take for ever on a hostile graph.
        raise KgError("The query makes blank nodes, which cannot be exported; give them IRIs.")

    def draw() -> Network:
        edges = [
            (quad.subject.value, quad.predicate.value, quad.object.value)
            for quad in quads
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode)
        ]
        return joined(reader, (e for e in edges if e[1] != _TYPE), accepted=False)

    return Part(reader, title, lambda: quads, draw)


def _order(quad: Quad) -> tuple[str, str, str, str]:
    return _key(quad.subject), _key(quad.predicate), _key(quad.object), _key(quad.graph_name)


def _key(term: object) -> str:
    """An IRI without brackets, so that `e-1` comes before `e-1-quote`."""
    return term.value if isinstance(term, NamedNode) else str(term)

"""Which quads belong to an entity's surroundings.

Of the entities inside: what they are called, and the accepted edges between them. Every claim
about them whose object is inside too or is no entity, and every claim that names the entity asked
about; with each claim its evidence, passages, source, snapshot, review and conflicts, and the
conflict's other claims. Whatever these name (asserters, periods, concepts, terms) has its labels.
Left out is what anyone can derive again: inferences, the cube, ORG memberships.
"""

from collections.abc import Collection, Iterable, Iterator

from pyoxigraph import NamedNode, Quad, QuerySolutions

from kg.views.network.network import batches, node_prefixes
from kg.views.record.claims import Reader

_CLAIMS = """SELECT ?claim ?s ?o (isIRI(?o) AS ?named) WHERE {{ {{ VALUES ?s {{ {block} }}
  ?claim rdf:subject ?s ; rdf:object ?o }} UNION {{ VALUES ?o {{ <{iri}> }}
  ?claim rdf:object ?o ; rdf:subject ?s }} }}"""
_CONFLICTS = """SELECT ?conflict ?claim WHERE {{ VALUES ?c {{ {block} }}
  ?conflict jsip:involves ?c , ?claim }}"""
_BEHIND = """SELECT ?x WHERE {{
  {{ VALUES ?c {{ {block} }} ?x jsip:supportsClaim ?c }}
  UNION {{ VALUES ?c {{ {block} }} ?c jsip:reviewedIn ?x }}
  UNION {{ VALUES ?c {{ {block} }} ?e jsip:supportsClaim ?c ; ?way ?x
    FILTER(?way IN (oa:hasSelector, oa:hasSource, jsip:inSnapshot)) }} }}"""
_TOLD = """SELECT ?s ?p ?o ?g WHERE {{ VALUES ?s {{ {block} }} GRAPH ?g {{ ?s ?p ?o }}
  FILTER(?g NOT IN (g:ontology, g:schemes, g:dataset, g:derived-inferred, g:derived-reader,
    g:derived-cube)) }}"""
_LABELS = """SELECT ?s ?p ?o ?g WHERE {{
  {{ VALUES ?s {{ {block} }} GRAPH ?g {{ ?s ?p ?o }} FILTER(?g = g:entities) }}
  UNION {{ VALUES ?s {{ {block} }} GRAPH ?g {{ ?s ?p ?o }}
    FILTER(?g IN (g:ontology, g:schemes))
    FILTER(?p IN (rdfs:label, skos:prefLabel, skos:notation, skos:inScheme)) }} }}"""
_DATASET = """SELECT ?s ?p ?o ?g WHERE {{ VALUES ?s {{ <{dataset}> }} GRAPH ?g {{ ?s ?p ?o }}
  FILTER(?g = g:dataset && ?p IN (rdf:type, dct:title, dct:license, dct:publisher, dcat:version,
    dcat:isVersionOf)) }}"""


def surroundings(reader: Reader, iri: str, inside: Collection[str]) -> Iterator[Quad]:
    """The quads about an entity and what is `inside` with it; some may come twice."""
    claims = _claims(reader, iri, inside)
    conflicts = set()
    for row in _rows(reader, _CONFLICTS, claims):
        conflicts.add(row["conflict"])
        claims = claims | {row["claim"]}
    behind = {row["x"] for row in _rows(reader, _BEHIND, claims)}
    described = {*inside, *claims, *conflicts, *behind}
    named: set[str] = set()
    for quad in _found(reader, _TOLD, described):
        if not _leaves(quad, reader, inside):
            named |= _names(quad)
            yield quad
    for quad in _found(reader, _LABELS, named - described | set(inside)):
        yield quad
    dataset = f"{reader.names.base}dataset/{reader.store.version}"
    yield from found_quads(reader, _DATASET.format(dataset=dataset))


def told_of_edges(
    reader: Reader, edges: Iterable[tuple[str, str, str]], claims: Iterable[str], nodes: set[str]
) -> Iterator[Quad]:
    """Some edges as triples of their own, their claims with evidence, and what their ends are."""
    claims = set(claims)
    for s, p, o in edges:
        yield Quad(NamedNode(s), NamedNode(p), NamedNode(o))
    behind = {row["x"] for row in _rows(reader, _BEHIND, claims)}
    named = set(nodes)
    for quad in _found(reader, _TOLD, claims | behind):
        named |= _names(quad)
        yield quad
    yield from _found(reader, _LABELS, named - claims - behind)


def found_quads(reader: Reader, sparql: str) -> Iterator[Quad]:
    """The rows of `SELECT ?s ?p ?o ?g` as quads."""
    answer = reader.store.query(reader.names.sparql_prologue() + sparql)
    assert isinstance(answer, QuerySolutions)
    for row in answer:
        yield Quad(row["s"], row["p"], row["o"], row["g"])


def default_quads(reader: Reader, sparql: str) -> Iterator[Quad]:
    """The rows of `SELECT ?s ?p ?o` over the plain dataset, as quads of its default graph."""
    answer = reader.store.query(sparql, union=False)
    assert isinstance(answer, QuerySolutions)
    for row in answer:
        yield Quad(row["s"], row["p"], row["o"])


def _claims(reader: Reader, iri: str, inside: Collection[str]) -> set[str]:
    entities = node_prefixes(reader)
    return {
        row["claim"]
        for row in _rows(reader, _CLAIMS, inside, iri)
        if iri in (row["s"], row["o"])
        or row["named"] == "false"
        or row["o"] in inside
        or not row["o"].startswith(entities)
    }


def _leaves(quad: Quad, reader: Reader, inside: Collection[str]) -> bool:
    """True for an accepted edge to an entity that is not inside; a period is no entity."""
    if quad.graph_name != NamedNode(reader.names.graph("derived-edges")):
        return False
    end = quad.object
    return (
        isinstance(end, NamedNode)
        and end.value not in inside
        and end.value.startswith(node_prefixes(reader))
        and not end.value.startswith(reader.names.id("period-"))
    )


def _names(quad: Quad) -> set[str]:
    return {term.value for term in (quad.object,) if isinstance(term, NamedNode)}


def _rows(
    reader: Reader, query: str, iris: Iterable[str], iri: str = ""
) -> Iterator[dict[str, str]]:
    for block in batches(iris):
        yield from reader.rows(query.format(block=block, iri=iri))


def _found(reader: Reader, query: str, iris: Iterable[str]) -> Iterator[Quad]:
    for block in batches(iris):
        yield from found_quads(reader, query.format(block=block))

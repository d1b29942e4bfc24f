"""What the graph says about one IRI: the data that dereferencing it gives.

Of an entity: its names and every claim about it with evidence. Of a claim: its evidence, review
and source. Of a module or a scheme, by its own or its version's IRI: all that it defines. Of
`/ns`: the header of one ontology that imports nothing, every term, and those used of other
vocabularies, but not that a property is an individual too (OWL 2 allows it, its tools do not). Of
the dataset and of the version that is served: its whole description. Of anything else: the triples
it is the subject of. A bare `/id`, `/scheme`, `/ontology`, `/graph` or `/query` lists what is
below it.
"""

import re

from kg.core.names import Names

_PATH = re.compile(r"(?!.*(?:\.\.|//))[A-Za-z0-9][A-Za-z0-9._~/-]{0,500}")

_ABOUT = """CONSTRUCT {{ ?x ?p ?o }} WHERE {{
  {{ SELECT DISTINCT ?x WHERE {{
    {{ BIND(<{iri}> AS ?x) }}
    UNION {{ ?x rdf:subject <{iri}> }}
    UNION {{ ?x jsip:supportsClaim ?c . ?c rdf:subject <{iri}> }}
    UNION {{ ?e oa:hasSelector ?x . ?e jsip:supportsClaim ?c . ?c rdf:subject <{iri}> }}
    UNION {{ ?x jsip:supportsClaim <{iri}> }}
    UNION {{ ?e oa:hasSelector ?x . ?e jsip:supportsClaim <{iri}> }}
    UNION {{ <{iri}> oa:hasSelector ?x }}
    UNION {{ <{iri}> jsip:reviewedIn ?x }}
  }} }} ?x ?p ?o }}"""
_GRAPH = "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
_TERMS = """CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH g:ontology {{ ?s ?p ?o
  FILTER NOT EXISTS {{ ?s a owl:Ontology FILTER(?s != <{iri}>) }}
  FILTER(?p != rdf:type
    || ?o NOT IN (jsip:ClaimableProperty, qb:DimensionProperty, qb:AttributeProperty,
      qb:MeasureProperty)) }} }}"""
_MODULE = """CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH g:ontology {{
  {{ VALUES ?s {{ <{iri}> }} ?s a owl:Ontology }} UNION {{ ?s rdfs:isDefinedBy <{iri}> }}
  UNION {{ ?s owl:versionIRI <{iri}> }}
  UNION {{ ?m owl:versionIRI <{iri}> . ?s rdfs:isDefinedBy ?m }} ?s ?p ?o }} }}"""
_SCHEME = """CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH g:schemes {{
  {{ BIND(<{iri}> AS ?s) }} UNION {{ ?s skos:inScheme <{iri}> }} ?s ?p ?o }} }}"""
_MODULES = "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH g:ontology {{ ?s a owl:Ontology ; ?p ?o }} }}"
_SCHEMES = """CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  GRAPH g:schemes {{ ?s a skos:ConceptScheme ; ?p ?o }} }}"""
_GRAPHS = """CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  GRAPH g:dataset {{ ?dataset void:subset ?s . ?s ?p ?o }} }}"""
_ENTITIES = """CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  VALUES ?p {{ rdf:type rdfs:label }} GRAPH g:entities {{ ?s rdfs:label ?name ; ?p ?o }} }}"""
_DATASET = """CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  GRAPH g:dataset {{ <{iri}> a void:Dataset . ?s ?p ?o }} }}"""
_QUERIES = "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH g:queries {{ ?s ?p ?o }} }}"
_QUERY = "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?s {{ <{iri}> }} ?s ?p ?o }}"
_LISTS = {
    "id": _ENTITIES, "scheme": _SCHEMES, "ontology": _MODULES, "graph": _GRAPHS, "query": _QUERIES,
}  # fmt: skip
_PARTS = {
    "ns": _TERMS, "ontology": _MODULE, "graph": _GRAPH, "dataset": _DATASET, "id": _ABOUT,
    "query": _QUERY,
}  # fmt: skip


def is_own_path(path: str) -> bool:
    """True where BASE may have something at this path; it then is safe inside an IRI.

    >>> is_own_path("id/takaichi-sanae"), is_own_path("id/x> ?p ?o"), is_own_path("about")
    (True, False, False)
    """
    kind, slash, rest = path.partition("/")
    if not _PATH.fullmatch(path) or (slash and not rest):
        return False
    kinds = ("id", "graph", "ontology", "scheme", "dataset", "query")
    return path in ("ns", "shapes") or kind in kinds


def description(path: str, names: Names) -> str:
    """A CONSTRUCT of what the graph says about an own IRI, given by its path below BASE."""
    kind, _, rest = path.partition("/")
    if path in _LISTS:
        part = _LISTS[path]
    elif kind == "scheme":
        part = _ABOUT if "/" in rest else _SCHEME
    else:
        part = _PARTS[kind]
    return names.sparql_prologue() + part.format(iri=names.base + path)

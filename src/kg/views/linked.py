"""What the graph says about one IRI: the data that dereferencing it gives.

Of an entity: its names and every claim about it with evidence. Of a claim: its evidence, review
and source. Of anything else: the triples it is the subject of.
"""

from kg.core.names import Names

_ABOUT = """CONSTRUCT {{ ?x ?p ?o }} WHERE {{
  {{ SELECT DISTINCT ?x WHERE {{
    {{ VALUES ?x {{ <{iri}> }} }}
    UNION {{ ?x rdf:subject <{iri}> }}
    UNION {{ ?x jsip:supportsClaim ?c . ?c rdf:subject <{iri}> }}
    UNION {{ ?e oa:hasSelector ?x . ?e jsip:supportsClaim ?c . ?c rdf:subject <{iri}> }}
    UNION {{ ?x jsip:supportsClaim <{iri}> }}
    UNION {{ ?e oa:hasSelector ?x . ?e jsip:supportsClaim <{iri}> }}
    UNION {{ <{iri}> oa:hasSelector ?x }}
    UNION {{ <{iri}> jsip:reviewedIn ?x }}
  }} }} ?x ?p ?o }}"""
_GRAPH = "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
_PART = """CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH g:{graph} {{ ?s ?p ?o }}
  FILTER(STRSTARTS(STR(?s), "{iri}")) }}"""
_MODULE = """CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH g:ontology {{
  {{ VALUES ?s {{ <{iri}> }} }} UNION {{ ?s rdfs:isDefinedBy <{iri}> }} ?s ?p ?o }} }}"""

_SCHEME = """CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH g:schemes {{
  {{ VALUES ?s {{ <{iri}> }} }} UNION {{ ?s skos:inScheme <{iri}> }} ?s ?p ?o }} }}"""


def description(iri: str, names: Names) -> str:
    """A CONSTRUCT of what the graph says about an own IRI (given without fragment)."""
    kind, _, rest = iri.removeprefix(names.base).partition("/")
    if kind == "ns":
        text = _PART.format(graph="ontology", iri=f"{iri}#")
    elif kind == "ontology":
        text = _MODULE.format(iri=iri)
    elif kind == "graph":
        text = _GRAPH.format(iri=iri)
    elif kind == "scheme" and "/" not in rest:
        text = _SCHEME.format(iri=iri)
    elif kind == "dataset":
        text = _PART.format(graph="dataset", iri=iri)
    else:
        text = _ABOUT.format(iri=iri)
    return names.sparql_prologue() + text

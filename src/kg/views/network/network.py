"""Accepted edges as a networkx graph.

A node is an entity or a concept of `industry`, `issue` or `group`, keyed by slug or
`scheme/notation`; an edge is keyed by its predicate's CURIE and carries the IRIs of the claims
that state it and of the passages behind them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from kg.views.record.claims import Reader, values

if TYPE_CHECKING:
    import networkx as nx  # loaded where it is used: it takes 0.1 s

    Network = nx.MultiDiGraph[str]

Triple = tuple[str, str, str]

NODE_SCHEMES = ("industry", "issue", "group")
_AT_ONCE = 300  # terms in one VALUES block


def network(reader: Reader) -> Network:
    """Every accepted edge between entities and browsed concepts."""
    return joined(reader, accepted_edges(reader))


def accepted_edges(reader: Reader, touching: Iterable[str] | None = None) -> list[Triple]:
    """Accepted edges by their IRIs, sorted: all of them, or those at some entities."""
    blocks = [""] if touching is None else [f"VALUES ?x {{ {v} }}" for v in batches(touching)]
    found = {(row["s"], row["p"], row["o"]) for v in blocks for row in reader.rows(_edges(v))}
    inside = node_prefixes(reader)
    return sorted(e for e in found if e[0].startswith(inside) and e[2].startswith(inside))


def node_prefixes(reader: Reader) -> tuple[str, ...]:
    """What the IRIs of entities and browsed concepts start with."""
    schemes = (f"{reader.names.scheme(name)}/" for name in NODE_SCHEMES)
    return (reader.names.prefixes["id"], *schemes)


def reached(reader: Reader, iri: str, hops: int) -> set[str]:
    """What lies at most `hops` accepted edges from an entity, itself included."""
    seen, ring = {iri}, {iri}
    for _ in range(hops):
        ring = {end for s, _, o in accepted_edges(reader, ring) for end in (s, o)} - seen
        seen |= ring
    return seen


def joined(
    reader: Reader, edges: Iterable[Triple], alone: Iterable[str] = (), accepted: bool = True
) -> Network:
    """The network of some edges, with nodes that may stand alone.

    An edge carries the accepted claims that state it, or, on request, claims of any review.
    """
    import networkx as nx

    edges = sorted(set(edges))
    iris = sorted({*alone, *(end for s, _, o in edges for end in (s, o))})
    names = reader.named({*iris, *(p for _, p, _ in edges)})
    types, claims = node_types(reader, iris), _claims(reader, edges, accepted)
    graph: Network = nx.MultiDiGraph()
    for iri in iris:
        name, kind = names[iri], reader.names.slug(types.get(iri, "")).removeprefix("jsip:")
        graph.add_node(name.id, iri=iri, label_en=name.en, label_ja=name.ja, type=kind)
    for s, p, o in edges:
        evidence = claims[s, p, o]
        graph.add_edge(
            names[s].id,
            names[o].id,
            key=names[p].id,
            predicate=p,
            label_en=names[p].en,
            label_ja=names[p].ja,
            claims=sorted(evidence),
            evidence=sorted(set().union(*evidence.values())),
        )
    return graph


def batches(iris: Iterable[str]) -> Iterator[str]:
    """The content of VALUES blocks that a store can take."""
    ordered = sorted(set(iris))
    for start in range(0, len(ordered), _AT_ONCE):
        yield values(ordered[start : start + _AT_ONCE])


def _edges(block: str) -> str:
    edge = "GRAPH g:derived-edges { ?s ?p ?o } ?p a jsip:ClaimableProperty . FILTER(isIRI(?o))"
    ends = ("?s", "?o") if block else ("",)
    ways = (f"{{ {block.replace('?x', end)} {edge} }}" for end in ends)
    return f"SELECT ?s ?p ?o WHERE {{ {' UNION '.join(ways)} }}"


def node_types(reader: Reader, iris: Iterable[str]) -> Mapping[str, str]:
    """The IRI of the class of each entity, of the scheme of each concept."""
    found: dict[str, list[str]] = defaultdict(list)
    for block in batches(iris):
        for row in reader.rows(
            f"SELECT ?x ?type WHERE {{ VALUES ?x {{ {block} }} {{ ?x skos:inScheme ?type }} UNION "
            "{ GRAPH ?g { ?x a ?type } FILTER(?g != g:derived-inferred) } }"
        ):
            found[row["x"]].append(row["type"])
    schemes = reader.names.scheme("")
    return {x: min(of, key=lambda t: (not t.startswith(schemes), t)) for x, of in found.items()}


def _claims(
    reader: Reader, edges: Sequence[Triple], accepted: bool
) -> Mapping[Triple, dict[str, set[str]]]:
    """The claims that state each edge, and the evidence of each."""
    found: dict[Triple, dict[str, set[str]]] = defaultdict(dict)
    only = _ACCEPTED if accepted else ""
    for start in range(0, len(edges), _AT_ONCE):
        rows = (f"({values(edge)})" for edge in edges[start : start + _AT_ONCE])
        for row in reader.rows(_STATED.format(edges=" ".join(rows), only=only)):
            evidence = found[row["s"], row["p"], row["o"]].setdefault(row["claim"], set())
            evidence |= {row["e"]} if "e" in row else set()
    return found


_ACCEPTED = "?claim jsip:reviewStatus rv:accepted . FILTER NOT EXISTS { ?claim jsip:endDate ?to }"
_STATED = """SELECT ?s ?p ?o ?claim ?e WHERE {{ VALUES (?s ?p ?o) {{ {edges} }}
  ?claim rdf:subject ?s ; rdf:object ?o ; rdf:predicate ?p . {only}
  OPTIONAL {{ ?e jsip:supportsClaim ?claim }} }}"""

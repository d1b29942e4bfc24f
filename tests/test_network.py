"""The network of accepted edges: what it holds, its measures with caveats, documented paths."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store

from kg.build.snapshot import Snapshot
from kg.core.errors import UnknownName
from kg.core.names import Names
from kg.engine.graph_store import Answer, MemoryStore, ask
from kg.views.network.measures import CAVEATS, network_stats
from kg.views.network.network import accepted_edges, network, node_prefixes, reached
from kg.views.network.paths import paths
from kg.views.network.pictures import whole_picture
from kg.views.record.claims import Reader

if TYPE_CHECKING:
    from kg.views.network.network import Network


@pytest.fixture(scope="module")
def reader(shipped_store: MemoryStore, names: Names) -> Reader:
    return Reader(shipped_store, names)


@pytest.fixture(scope="module")
def shipped(reader: Reader) -> Network:
    return network(reader)


def asked(reader: Reader, pattern: str) -> set[tuple[str, ...]]:
    """Rows of a pattern on `?s ?p ?o`, with what stands behind them."""
    answer = reader.store.query(reader.names.sparql_prologue() + pattern)
    assert isinstance(answer, QuerySolutions)
    return {tuple(term.value for term in row) for row in answer}


def test_the_network_holds_every_accepted_edge_between_entities(
    reader: Reader, shipped: Network
) -> None:
    edges = asked(
        reader,
        "SELECT ?s ?p ?o WHERE { GRAPH g:derived-edges { ?s ?p ?o } FILTER(isIRI(?o)) "
        "?p a jsip:ClaimableProperty }",
    )
    inside = node_prefixes(reader)
    wanted = {edge for edge in edges if edge[0].startswith(inside) and edge[2].startswith(inside)}
    iris = {node: data["iri"] for node, data in shipped.nodes(data=True)}
    found = {(iris[s], data["predicate"], iris[o]) for s, o, data in shipped.edges(data=True)}
    assert found == wanted
    assert found


def test_every_edge_carries_the_accepted_claims_that_state_it_and_their_evidence(
    reader: Reader, shipped: Network
) -> None:
    claims = asked(
        reader,
        "SELECT ?s ?p ?o ?c WHERE { ?c rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; "
        "jsip:reviewStatus rv:accepted FILTER NOT EXISTS { ?c jsip:endDate ?end } }",
    )
    evidence = asked(reader, "SELECT ?e ?c WHERE { ?e jsip:supportsClaim ?c }")
    iris = {node: data["iri"] for node, data in shipped.nodes(data=True)}
    for s, o, key, data in shipped.edges(keys=True, data=True):
        triple = (iris[s], data["predicate"], iris[o])
        assert data["claims"] == sorted(c for *of, c in claims if tuple(of) == triple), key
        assert data["evidence"] == sorted({e for e, c in evidence if c in data["claims"]})
        assert data["claims"]
        assert data["evidence"]


def test_nodes_and_edges_are_named_as_in_the_picture(reader: Reader, shipped: Network) -> None:
    picture = whole_picture(reader)
    assert set(shipped) == {node.id for node in picture.nodes}
    assert shipped.number_of_edges() == len(picture.edges)
    for node in picture.nodes:
        assert shipped.nodes[node.id] == {
            "iri": node.iri,
            "label_en": node.label_en,
            "label_ja": node.label_ja,
            "type": node.type,
        }
    assert {key for *_, key in shipped.edges(keys=True)} <= {
        reader.names.curie(edge.predicate) for edge in picture.edges
    }


def test_one_step_reaches_what_the_accepted_edges_join(reader: Reader, names: Names) -> None:
    start = names.id("takaichi-sanae")
    near = {end for s, _, o in accepted_edges(reader) if start in (s, o) for end in (s, o)}
    assert reached(reader, start, 1) == near
    assert reached(reader, start, 0) == {start}
    assert near < reached(reader, start, 2)


def test_the_measures_agree_with_networkx_and_carry_their_caveats(shipped: Network) -> None:
    stats = network_stats(shipped)
    assert (stats.nodes, stats.edges) == (len(shipped), shipped.number_of_edges())
    assert stats.components == nx.number_weakly_connected_components(shipped)
    by_name = {measure.name: measure for measure in stats.measures}
    assert list(by_name) == ["degree", "betweenness", "pagerank"]
    for name, measure in by_name.items():
        assert measure.caveat == CAVEATS[name]
        assert len(measure.ranked) == 10
        scores = [(-node.score, node.id) for node in measure.ranked]
        assert scores == sorted(scores)
    assert {n.id: n.score for n in by_name["degree"].ranked}.items() <= dict(
        shipped.degree()
    ).items()
    between = nx.betweenness_centrality(nx.Graph(shipped))
    for node in by_name["betweenness"].ranked:
        assert node.score == pytest.approx(between[node.id])


def test_communities_part_the_nodes_and_name_their_seed(shipped: Network) -> None:
    communities = network_stats(shipped).communities
    assert sorted(node for group in communities.groups for node in group) == sorted(shipped)
    assert "seed" in communities.caveat
    assert communities.modularity > 0


def test_a_small_pagerank_is_right() -> None:
    graph = made(["a p b", "c p b"])
    ranks = {n.id: n.score for n in network_stats(graph).measures[2].ranked}
    # by hand: a = c = t + d·b/3, b = t + d·(a + c) + d·b/3, with d = 0.85 and t = 0.05
    assert ranks["a"] == ranks["c"]
    assert ranks["b"] == pytest.approx(0.574468, abs=1e-5)
    assert sum(ranks.values()) == pytest.approx(1)


def test_an_empty_network_has_measures_without_nodes() -> None:
    stats = network_stats(nx.MultiDiGraph())
    assert (stats.nodes, stats.edges, stats.components) == (0, 0, 0)
    assert [measure.ranked for measure in stats.measures] == [(), (), ()]
    assert stats.communities.groups == ()


def made(edges: Iterable[str], **types: str) -> Network:
    """A network of edges such as `a p b`; the type of a node is Person unless given."""
    graph: Network = nx.MultiDiGraph()
    for edge in edges:
        s, p, o = edge.split()
        for node in (s, o):
            kind = types.get(node, "Person")
            graph.add_node(node, iri=f"iri:{node}", label_en=node, label_ja=node, type=kind)
        facts = {"predicate": f"iri:{p}", "label_en": p, "label_ja": p}
        graph.add_edge(s, o, key=p, claims=[f"c:{s}{p}{o}"], evidence=[f"e:{s}{p}{o}"], **facts)
    return graph


def route(graph: Network, start: str, end: str, **limits: int) -> list[str]:
    return ["".join(s.id for s in path.stops) for path in paths(graph, start, end, **limits)]


def test_paths_come_shortest_first_and_then_in_order_of_names() -> None:
    graph = made(["a p d", "a p c", "c p z", "d p z", "a p b", "b p c", "a p z"])
    assert route(graph, "a", "z") == ["az", "acz", "adz", "abcz"]
    assert route(graph, "a", "z", limit=2) == ["az", "acz"]
    assert route(graph, "a", "z", hops=1) == ["az"]


def test_a_hop_keeps_the_direction_and_the_claims_of_every_edge() -> None:
    (path,) = paths(made(["a p b", "a q b", "c r b"]), "a", "iri:c")
    first, second = path.hops
    assert [(link.predicate, link.forward) for link in first.links] == [("p", True), ("q", True)]
    assert [link.claims for link in first.links] == [("c:apb",), ("c:aqb",)]
    assert (second.start.id, second.end.id) == ("b", "c")
    assert [(link.iri, link.forward, link.evidence) for link in second.links] == [
        ("iri:r", False, ("e:crb",))
    ]


def test_no_path_runs_through_a_period_but_one_may_end_there() -> None:
    graph = made(["a p y", "b p y"], y="FiscalYear")
    assert route(graph, "a", "b") == []
    assert route(graph, "a", "y") == ["ay"]


def test_no_path_leads_nowhere_or_back() -> None:
    graph = made(["a p b", "c p d", "a p a"])
    assert route(graph, "a", "c") == []
    assert route(graph, "a", "a") == []


def test_an_unknown_name_names_the_nearest(shipped: Network) -> None:
    with pytest.raises(UnknownName, match="nearest: takaichi-sanae"):
        paths(shipped, "takaichi-sanai", "fy2025-supplementary-content")


def test_every_hop_of_a_shipped_path_stands_on_evidence(shipped: Network) -> None:
    found = paths(shipped, "takaichi-sanae", "issue/low-pay")
    assert found
    for path in found:
        assert path.stops[0].id == "takaichi-sanae"
        for hop in path.hops:
            assert all(link.claims and link.evidence for link in hop.links)


class AsGiven:
    """A store that holds some quads, without a snapshot."""

    version = "none"
    has_default = True

    def __init__(self, snapshot: Snapshot) -> None:
        self.store = Store()
        self.store.bulk_load(path=str(snapshot.quads), format=RdfFormat.N_QUADS)

    def query(self, sparql: str, union: bool = True) -> Answer:
        return ask(self.store, sparql, union)


def test_a_claim_that_is_no_longer_accepted_leaves_the_edge(
    example_snapshot: Snapshot, names: Names
) -> None:
    store = AsGiven(example_snapshot)
    reader = Reader(store, names)
    (claim,) = network(reader).edges["takaichi-sanae", "prime-minister-of-japan", "jsip:holdsPost"][
        "claims"
    ]
    accepted = NamedNode(names.concept("review-status", "accepted"))
    status = NamedNode(names.iri("jsip:reviewStatus"))
    for quad in list(store.store.quads_for_pattern(NamedNode(claim), status, accepted, None)):
        store.store.remove(quad)
    edge = network(reader).edges["takaichi-sanae", "prime-minister-of-japan", "jsip:holdsPost"]
    assert (edge["claims"], edge["evidence"]) == ([], [])


_SCRIPT = """
import json, sys
from pathlib import Path
from kg.core.names import shipped_names
from kg.engine.graph_store import MemoryStore
from kg.views.record.claims import Reader
from kg.views.network.measures import network_stats
from kg.views.network.network import network
from kg.views.network.paths import paths
graph = network(Reader(MemoryStore(Path(sys.argv[1]), "v"), shipped_names()))
print(json.dumps([list(graph.nodes(data=True)), list(graph.edges(keys=True, data=True)),
  repr(network_stats(graph)), repr(paths(graph, "takaichi-sanae", "issue/digital-deficit"))]))
"""


def test_two_processes_give_the_same_network(shipped_snapshot: Snapshot, tmp_path: Path) -> None:
    command = [sys.executable, "-c", _SCRIPT, str(shipped_snapshot.quads)]
    one, two = (
        subprocess.run(
            command, env=os.environ | {"PYTHONHASHSEED": seed}, check=True, capture_output=True
        ).stdout
        for seed in ("1", "2")
    )
    assert one == two
    assert json.loads(one)[1]

"""Measures of the network of accepted edges, each with what it does not mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx

    from kg.views.network.network import Network

TOP = 10
SEED = 20_251_219
RESOLUTION = 1.0
DAMPING = 0.85
PIVOTS = 500  # nodes that betweenness starts from at most: beyond, it is an estimate
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Ranked:
    """A node and its score."""

    id: str
    label_en: str
    label_ja: str
    score: float


@dataclass(frozen=True, slots=True)
class Measure:
    """The nodes that a measure puts first, and the sentence that must stand beside it."""

    name: str
    ranked: tuple[Ranked, ...]
    caveat: str


@dataclass(frozen=True, slots=True)
class Communities:
    """Groups of nodes by Louvain's method, largest first; ids within a group are sorted."""

    groups: tuple[tuple[str, ...], ...]
    modularity: float
    caveat: str


@dataclass(frozen=True, slots=True)
class NetworkStats:
    """Size, centralities and communities of the network of accepted edges."""

    nodes: int
    edges: int
    components: int
    measures: tuple[Measure, ...]
    communities: Communities


CAVEATS = {
    "degree": "Degree counts accepted edges, so it measures how often the sources we read mention "
    "an entity, not how powerful or important it is.",
    "betweenness": "Betweenness counts shortest paths through an entity, whichever way the edges "
    "point; a source not yet read may open other paths, and nothing is said to flow along them"
    f" (above {PIVOTS} nodes it is an estimate from {PIVOTS} seeded starts).",
    "pagerank": "PageRank follows edges of every kind as if each were an endorsement, which a "
    "claim is not; entities that our sources use as objects of claims gain from it.",
    "communities": "Communities are those of one run of Louvain's method "
    f"(seed {SEED}, resolution {RESOLUTION:g}); another seed or resolution gives other groups, "
    "and a group need not know itself as one.",
}


def network_stats(graph: Network) -> NetworkStats:
    """Size, the first ten by degree, betweenness and PageRank, and the communities."""
    import networkx as nx

    plain: nx.Graph[str] = nx.Graph()
    plain.add_nodes_from(graph)
    plain.add_edges_from((s, o) for s, o in graph.edges() if s != o)
    pivots = min(PIVOTS, len(plain))
    scores: dict[str, Mapping[str, float]] = {
        "degree": dict(graph.degree()),
        "betweenness": nx.betweenness_centrality(plain, k=pivots, seed=SEED) if pivots else {},
        "pagerank": _pagerank(graph),
    }
    return NetworkStats(
        nodes=graph.number_of_nodes(),
        edges=graph.number_of_edges(),
        components=nx.number_connected_components(plain),
        measures=tuple(_measure(graph, name, of) for name, of in scores.items()),
        communities=_communities(plain),
    )


def _measure(graph: Network, name: str, scores: Mapping[str, float]) -> Measure:
    """The first ten; equal scores by id, and nodes that score nothing are left out."""
    rounded = {node: round(score, _DIGITS) for node, score in scores.items()}
    first = sorted((node for node in rounded if rounded[node]), key=lambda n: (-rounded[n], n))
    ranked = (
        Ranked(n, graph.nodes[n]["label_en"], graph.nodes[n]["label_ja"], rounded[n])
        for n in first[:TOP]
    )
    return Measure(name, tuple(ranked), CAVEATS[name])


def _pagerank(graph: Network) -> dict[str, float]:
    """PageRank by power iteration, parallel edges counted; networkx would need SciPy for it."""
    count = len(graph)
    leaving = dict(graph.out_degree())
    rank = dict.fromkeys(graph, 1 / count) if count else {}
    for _ in range(200):
        lost = sum(rank[node] for node in rank if not leaving[node])
        following = dict.fromkeys(rank, (1 - DAMPING + DAMPING * lost) / max(count, 1))
        for s, o in graph.edges():
            following[o] += DAMPING * rank[s] / leaving[s]
        change = sum(abs(following[node] - rank[node]) for node in rank)
        rank = following
        if change < 1e-10:
            break
    return rank


def _communities(plain: nx.Graph[str]) -> Communities:
    """Louvain over numbered nodes: sets of numbers iterate alike in every process."""
    import networkx as nx

    names = list(plain)
    number = {name: index for index, name in enumerate(names)}
    numbered: nx.Graph[int] = nx.Graph()
    numbered.add_nodes_from(range(len(names)))
    numbered.add_edges_from((number[a], number[b]) for a, b in plain.edges())
    found = nx.community.louvain_communities(numbered, resolution=RESOLUTION, seed=SEED)
    groups = sorted(
        (sorted(names[n] for n in group) for group in found), key=lambda g: (-len(g), g)
    )
    modularity = nx.community.modularity(numbered, found) if plain.number_of_edges() else 0.0
    return Communities(
        tuple(tuple(group) for group in groups), round(modularity, _DIGITS), CAVEATS["communities"]
    )

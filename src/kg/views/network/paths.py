"""Documented connections: chains of accepted edges between two entities, evidence on each hop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kg.core.errors import UnknownName

if TYPE_CHECKING:
    from kg.views.network.network import Network

PERIODS = frozenset({"CalendarMonth", "CalendarYear", "FiscalYear", "MonthSpan", "MultiYear"})


@dataclass(frozen=True, slots=True)
class Stop:
    """An entity or concept on a path."""

    id: str
    iri: str
    label_en: str
    label_ja: str
    type: str


@dataclass(frozen=True, slots=True)
class Link:
    """One accepted edge of a hop; `forward` where it points the way that the path goes."""

    predicate: str
    iri: str
    label_en: str
    label_ja: str
    forward: bool
    claims: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a path, with every accepted edge between its two stops."""

    start: Stop
    end: Stop
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A documented connection: a chain of accepted edges, whichever way each points."""

    hops: tuple[Hop, ...]

    @property
    def stops(self) -> tuple[Stop, ...]:
        """What the path passes, from start to end."""
        return (self.hops[0].start, *(hop.end for hop in self.hops))


def paths(graph: Network, start: str, end: str, hops: int = 4, limit: int = 5) -> list[Path]:
    """The shortest documented connections, shortest first, then by the ids that they pass.

    Names are ids or IRIs; UnknownName names the nearest. No path runs *through* a period: two
    measures of one year are not connected by the year.
    """
    first, last = find_node(graph, start), find_node(graph, end)
    around = {
        node: sorted({*graph.successors(node), *graph.predecessors(node)} - {node})
        for node, data in graph.nodes(data=True)
        if data["type"] not in PERIODS or node in (first, last)
    }
    found: list[Path] = []
    for names in _shortest(around, first, last, hops):
        if len(found) == limit:
            break
        found.append(Path(tuple(_hop(graph, a, b) for a, b in pairwise(names))))
    return found


def find_node(graph: Network, name: str) -> str:
    """The id of a node given by id or IRI; raises UnknownName with the nearest."""
    if name in graph:
        return name
    for node, data in graph.nodes(data=True):
        if data["iri"] == name:
            return node
    raise UnknownName("entity with accepted edges", name.rpartition("/id/")[2], graph)


def _shortest(
    around: Mapping[str, Sequence[str]], first: str, last: str, hops: int
) -> Iterator[tuple[str, ...]]:
    """Simple paths in order of length, then of names."""
    left, ring = {last: 0}, {last}
    for far in range(1, hops + 1):
        ring = {n for node in ring for n in around[node] if n in around} - left.keys()
        left |= dict.fromkeys(ring, far)

    def extended(path: tuple[str, ...], length: int) -> Iterator[tuple[str, ...]]:
        if path[-1] == last:
            if len(path) == length + 1:
                yield path
            return
        for node in around[path[-1]]:
            if left.get(node, hops + 1) <= length - len(path) and node not in path:
                yield from extended((*path, node), length)

    for length in range(max(left.get(first, hops + 1), 1), hops + 1):
        yield from extended((first,), length)


def _hop(graph: Network, start: str, end: str) -> Hop:
    links = [_link(key, data, True) for key, data in _between(graph, start, end)]
    links += [_link(key, data, False) for key, data in _between(graph, end, start)]
    return Hop(_stop(graph, start), _stop(graph, end), tuple(links))


def _between(graph: Network, start: str, end: str) -> list[tuple[str, dict[str, Any]]]:
    edges = graph.get_edge_data(start, end) or {}
    return sorted((str(key), data) for key, data in edges.items())


def _stop(graph: Network, node: str) -> Stop:
    return Stop(id=node, **graph.nodes[node])


def _link(key: str, data: Mapping[str, Any], forward: bool) -> Link:
    return Link(
        predicate=key,
        iri=data["predicate"],
        label_en=data["label_en"],
        label_ja=data["label_ja"],
        forward=forward,
        claims=tuple(data["claims"]),
        evidence=tuple(data["evidence"]),
    )

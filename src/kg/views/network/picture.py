"""What a graph page shows: nodes, edges, and for each the claims and passages behind it.

These are plain values for people to look at (labels, quotes, words), free of RDF.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """One passage: its words, and the source that prints them."""

    quote: str
    source: str
    url: str | None = None
    publisher: str = ""
    date: str = ""
    role: str = ""
    level: str = ""
    tier: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """Who says it, as what, what we decided about it, and where it is written."""

    iri: str
    asserter_en: str
    asserter_ja: str
    status: str
    value: str
    review: str
    rank: str
    evidences: tuple[Evidence, ...] = ()
    asserted_on: str = ""
    note: str = ""
    value_ja: str = ""  # empty: as in English
    note_ja: str = ""  # empty: in English only


@dataclass(frozen=True, slots=True)
class Fact:
    """One property of a node whose value is no node, with the claims for each value."""

    label_en: str
    label_ja: str
    value: str
    claims: tuple[Card, ...] = ()
    value_ja: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """An entity or concept; `names` are its other names, by which a search finds it too."""

    id: str
    iri: str
    label_en: str
    label_ja: str
    type: str
    facts: tuple[Fact, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation between two nodes, by their ids, with the claims that state it."""

    source: str
    target: str
    predicate: str
    label_en: str
    label_ja: str
    claims: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """What people call a type; one that has no `Kind` is shown by its class name."""

    type: str
    label_en: str
    label_ja: str


@dataclass(frozen=True, slots=True)
class Picture:
    """All that one page shows, and the version of the snapshot that it was taken from."""

    title_en: str
    title_ja: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    version: str
    kinds: tuple[Kind, ...] = ()
    as_of: str = ""
    places: Mapping[str, tuple[int, int]] | None = None  # where somebody put every node, by id

    def __post_init__(self) -> None:
        known = {node.id for node in self.nodes}
        if len(known) < len(self.nodes):
            raise ValueError("Two nodes of the picture have one id.")
        for edge in self.edges:
            if edge.source not in known or edge.target not in known:
                raise ValueError(f"An edge joins {edge.source!r} to {edge.target!r}: no such node.")


def positions(picture: Picture) -> dict[str, tuple[int, int]]:
    """Where each node stands, in pixels, y downwards; the same for the same picture.

    >>> lone = Node("a", "https://w3id.org/jsip/id/a", "A", "A", "Person")
    >>> positions(Picture("One", "一", (lone,), (), "v"))
    {'a': (0, 0)}
    """
    from kg.views.network.layout import laid_out  # loads networkx and numpy: only when drawing

    if picture.places is not None:
        return {node.id: picture.places[node.id] for node in picture.nodes}
    pairs = [(edge.source, edge.target) for edge in picture.edges]
    return laid_out([node.id for node in picture.nodes], pairs)

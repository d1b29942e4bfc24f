"""Nodes and edges of a network as named strings, which GraphML and GEXF share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.outlets.export.part import Part
    from kg.views.network.network import Network

_CREDIT = "{0}, JSIP dataset version {1}, CC BY 4.0. An accepted edge means that a source says so."
_LICENSED = "SELECT ?licence WHERE {{ <{}dataset> dct:license ?licence }} LIMIT 1"
NODE_DATA = ("id", "iri", "label", "label_en", "label_ja", "type")
EDGE_DATA = ("key", "predicate", "label", "label_en", "label_ja", "claims", "evidence")


def credit(part: Part) -> str:
    """What the network is and under which licence; data of somebody else bear only their title."""
    return _CREDIT.format(part.title, part.reader.store.version) if licence(part) else part.title


def licence(part: Part) -> str:
    """The IRI of the licence of our own dataset; empty of data of somebody else."""
    base = part.reader.names.base
    return next(part.reader.rows(_LICENSED.format(base)), {}).get("licence", "")


def node_data(network: Network, node: str) -> dict[str, str]:
    """The strings of a node; `label`, which drawing programs look for, is the English one."""
    data = {"id": node, **network.nodes[node]}
    data["label"] = data["label_en"]
    return {name: str(data[name]) for name in NODE_DATA}


def edge_data(network: Network, start: str, end: str, key: str) -> dict[str, str]:
    """The strings of an edge; several IRIs are divided by spaces."""
    data = {"key": key, **network.edges[start, end, key]}
    data["label"] = data["label_en"]
    for name in ("claims", "evidence"):
        data[name] = " ".join(data[name])
    return {name: str(data[name]) for name in EDGE_DATA}

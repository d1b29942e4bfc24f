"""CX2 (Cytoscape Exchange 2.0): the network with places, for Cytoscape, Cytoscape Web and NDEx."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from kg.core.media import CX2
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.network_text import credit
from kg.outlets.export.part import Part

_NODE = ("name", "iri", "label_en", "label_ja", "type")
_TEXTS = ("interaction", "predicate", "label_en", "label_ja")
_LISTS = ("claims", "evidence")


def export(part: Part, out: BinaryIO) -> None:
    """Writes the aspects of the network, one element a line."""
    out.write(b"[")
    for place, line in enumerate(_lines(part)):
        out.write(f"{',' if place else ''}\n{line}".encode())
    out.write(b"\n]\n")


def _lines(part: Part) -> Iterator[str]:
    network, about = part.network, {"name": part.title, "description": credit(part)}
    counts = {
        "attributeDeclarations": 1,
        "networkAttributes": 1,
        "nodes": network.number_of_nodes(),
        "edges": network.number_of_edges(),
    }
    listed = [{"name": name, "elementCount": count} for name, count in counts.items()]
    yield _json({"CXVersion": "2.0", "hasFragments": False})
    yield _json({"metaData": listed})
    yield _json({"attributeDeclarations": [_declared(about)]})
    yield _json({"networkAttributes": [about]})
    yield _aspect("nodes", _nodes(part))
    yield _aspect("edges", _edges(part))
    yield _json({"status": [{"success": True, "error": ""}]})


def _declared(about: Iterable[str]) -> Mapping[str, Any]:
    text, texts = {"d": "string"}, {"d": "list_of_string"}
    return {
        "networkAttributes": dict.fromkeys(about, text),
        "nodes": dict.fromkeys(_NODE, text),
        "edges": dict.fromkeys(_TEXTS, text) | dict.fromkeys(_LISTS, texts),
    }


def _aspect(name: str, elements: Iterable[Mapping[str, Any]]) -> str:
    lines = ",\n".join(map(_json, elements))
    return f'{{"{name}": [\n{lines}\n]}}'


def _nodes(part: Part) -> Iterator[Mapping[str, Any]]:
    from kg.views.network.layout import laid_out  # loads networkx and numpy

    chosen = part.places or laid_out(list(part.network), list(part.network.edges()))
    for number, node in enumerate(part.network):
        (x, y), data = chosen[node], part.network.nodes[node]
        cells: dict[str, Any] = {"name": node} | {c: data[c] for c in _NODE[1:]}
        yield {"id": number, "x": x, "y": y, "v": cells}


def _edges(part: Part) -> Iterator[Mapping[str, Any]]:
    numbers = {node: number for number, node in enumerate(part.network)}
    edges = part.network.edges(keys=True, data=True)
    for number, (start, end, key, data) in enumerate(edges):
        about: dict[str, Any] = {"interaction": key} | {c: data[c] for c in (*_TEXTS[1:], *_LISTS)}
        yield {"id": number, "s": numbers[start], "t": numbers[end], "v": about}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


EXPORTER = Exporter(
    CX2,
    "Entities joined by accepted edges, with places, for Cytoscape and NDEx.",
    "Values that are no entities (amounts, dates, texts), claims that are not accepted, and all of "
    "a claim but its IRI: claims and evidence stand on each edge as lists of IRIs. Colours and "
    "styles.",
    export,
    "Cytoscape, Cytoscape Web, NDEx, ndex2 (Python).",
    "ndex2.cx2.RawCX2NetworkFactory().get_cx2network('jsip.cx2')",
)

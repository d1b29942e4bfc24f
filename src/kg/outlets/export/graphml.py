"""GraphML 1.0: the network for networkx, igraph, yEd, Cytoscape and Neo4j (APOC).

A node's id is the slug or `scheme/notation` that commands and pages use. Edges have no XML id, so
that networkx takes the data named `key` (the predicate's CURIE) for the key of a multigraph.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from kg.core.media import MediaType
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.network_text import EDGE_DATA, NODE_DATA, credit, edge_data, node_data
from kg.outlets.export.part import Part
from kg.outlets.export.xml_text import LOSS, quoted, text

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns \
http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""


def export(part: Part, out: BinaryIO) -> None:
    """Writes the network of the part as GraphML."""
    for line in _lines(part):
        out.write(line.encode())


def _lines(part: Part) -> Iterator[str]:
    yield f"{_HEAD}<desc>{text(credit(part))}</desc>\n"
    yield from _keys("node", NODE_DATA)
    yield from _keys("edge", EDGE_DATA)
    yield '<graph edgedefault="directed">\n'
    for node in part.network:
        data = node_data(part.network, node)
        yield f"<node id={quoted(node)}>{_data('node', data)}</node>\n"
    for start, end, key in part.network.edges(keys=True):
        data = edge_data(part.network, start, end, key)
        ends = f"source={quoted(start)} target={quoted(end)}"
        yield f"<edge {ends}>{_data('edge', data)}</edge>\n"
    yield "</graph>\n</graphml>\n"


def _keys(kind: str, columns: Iterable[str]) -> Iterator[str]:
    for name in columns:
        yield f'<key id="{kind}-{name}" for="{kind}" attr.name="{name}" attr.type="string"/>\n'


def _data(kind: str, data: Mapping[str, str]) -> str:
    cells = (f'\n  <data key="{kind}-{name}">{text(cell)}</data>' for name, cell in data.items())
    return "".join(cells) + "\n"


EXPORTER = Exporter(
    MediaType("graphml", "application/graphml+xml", "graphml"),
    "Entities joined by accepted edges, for networkx, igraph, yEd, Cytoscape and Neo4j.",
    "Values that are no entities (amounts, dates, texts), claims that are not accepted, and all of "
    "a claim but its IRI: claims and evidence stand on each edge as IRIs, divided by spaces. "
    f"Programs that join parallel edges keep one of them. {LOSS}",
    export,
    "networkx, igraph, yEd, Cytoscape, Neo4j (APOC).",
    "networkx.read_graphml('jsip.graphml', force_multigraph=True)",
)

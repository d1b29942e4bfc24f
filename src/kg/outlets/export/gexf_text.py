"""GEXF 1.3, which the formats with and without places share.

Each predicate is an edge `kind`, so that parallel edges stay apart. No date is written: it would
be that of the export, and the dataset's version stands in the description. `networkx_key` gives
networkx its keys where edges are parallel; where none are, it makes a simple graph without keys.
"""

from collections.abc import Iterable, Iterator, Mapping

from kg.outlets.export.network_text import credit, edge_data, node_data
from kg.outlets.export.part import Part
from kg.outlets.export.xml_text import LOSS, quoted, text
from kg.outlets.theme import COLOURS, FAMILY_OF

LOSSES = (
    "Values that are no entities (amounts, dates, texts), claims that are not accepted, and all of "
    "a claim but its IRI: claims and evidence stand on each edge as IRIs, divided by spaces. "
    f"{LOSS}"
)
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd" version="1.3">
"""
_NODE = ("iri", "label_en", "label_ja", "type")
_EDGE = ("predicate", "label_en", "label_ja", "claims", "evidence", "networkx_key")


def lines(part: Part, is_placed: bool) -> Iterator[str]:
    """The network as GEXF, with places and colours where it `is_placed`."""
    credits = text(credit(part))
    yield f"{_HEAD}<meta>\n<creator>JSIP</creator>\n<description>{credits}</description>\n</meta>\n"
    yield '<graph mode="static" defaultedgetype="directed">\n'
    yield from _declared("node", _NODE)
    yield from _declared("edge", _EDGE)
    yield "<nodes>\n"
    yield from _nodes(part, is_placed)
    yield "</nodes>\n<edges>\n"
    yield from _edges(part)
    yield "</edges>\n</graph>\n</gexf>\n"


def _declared(kind: str, columns: Iterable[str]) -> Iterator[str]:
    yield f'<attributes class="{kind}" mode="static">\n'
    for name in columns:
        yield f'<attribute id="{name}" title="{name}" type="string"/>\n'
    yield "</attributes>\n"


def _nodes(part: Part, is_placed: bool) -> Iterator[str]:
    from kg.views.network.layout import laid_out  # loads networkx and numpy

    chosen = part.places or {}
    if is_placed and not chosen:
        chosen = laid_out(list(part.network), list(part.network.edges()))
    for node in part.network:
        data = node_data(part.network, node)
        yield f"<node id={quoted(node)} label={quoted(data['label'])}>\n{_values(data, _NODE)}"
        if is_placed:
            yield from _seen(data["type"], *chosen[node])
        yield "</node>\n"


def _seen(kind: str, x: int, y: int) -> Iterator[str]:
    red, green, blue = bytes.fromhex(COLOURS[FAMILY_OF.get(kind, "other")][1:])
    yield f'  <viz:color r="{red}" g="{green}" b="{blue}"/>\n'
    # y grows upwards in GEXF, downwards on a page
    yield f'  <viz:position x="{x}" y="{-y}" z="0"/>\n'


def _edges(part: Part) -> Iterator[str]:
    for start, end, key in part.network.edges(keys=True):
        data = edge_data(part.network, start, end, key)
        data["networkx_key"] = key
        yield (
            f"<edge id={quoted(f'{start} {key} {end}')} source={quoted(start)} "
            f"target={quoted(end)} kind={quoted(key)} label={quoted(data['label'])}>\n"
            f"{_values(data, _EDGE)}</edge>\n"
        )


def _values(data: Mapping[str, str], columns: Iterable[str]) -> str:
    cells = (f"    <attvalue for={quoted(n)} value={quoted(data[n])}/>\n" for n in columns)
    return f"  <attvalues>\n{''.join(cells)}  </attvalues>\n"

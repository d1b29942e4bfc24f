"""TriG 1.1: Turtle with its named graphs, for people who look at who says what."""

from itertools import groupby
from typing import BinaryIO

from pyoxigraph import DefaultGraph

from kg.core import media
from kg.outlets.export.blocks import blocks
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.part import Part
from kg.outlets.export.turtle_text import block_text, prologue, term_text


def export(part: Part, out: BinaryIO) -> None:
    """Writes the part as TriG, one graph after the other, the default graph first."""
    names = part.reader.names
    out.write(prologue(part.quads, names).encode())
    by_graph = sorted(part.quads, key=lambda quad: _place(quad.graph_name))
    for graph, quads in groupby(by_graph, key=lambda quad: quad.graph_name):
        named = not isinstance(graph, DefaultGraph)
        out.write(f"\n{term_text(graph, names)} {{\n".encode() if named else b"\n")
        for block in blocks(quads):
            out.write(block_text(block, names, "  " if named else "").encode())
        out.write(b"}\n" if named else b"")


def _place(graph: object) -> str:
    return "" if isinstance(graph, DefaultGraph) else str(graph)


EXPORTER = Exporter(
    media.TRIG,
    "All named graphs with short names: one for each source, the editors' judgement in its own.",
    "Nothing: reading it back gives the same quads.",
    export,
    "Triple stores that keep named graphs: Jena, GraphDB, Oxigraph, rdflib.",
    "oxigraph load --file jsip.trig --location store",
)

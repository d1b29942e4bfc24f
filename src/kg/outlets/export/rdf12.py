"""Turtle 1.2: claims as reifiers of triple terms (RDF 1.2), for engines that know them."""

from typing import BinaryIO

from kg.core.media import RDF12
from kg.outlets.export.blocks import blocks
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.part import Part
from kg.outlets.export.reified import LOSS, reified
from kg.outlets.export.turtle_text import block_text, prologue


def export(part: Part, out: BinaryIO) -> None:
    """Writes the part as Turtle 1.2, one subject after the other."""
    names = part.reader.names
    head = prologue((*part.triples, *reified(part.triples)), names)
    out.write(f'VERSION "1.2"\n{head}'.encode())
    for block in blocks(reified(part.triples)):
        out.write(f"\n{block_text(block, names)}".encode())


EXPORTER = Exporter(
    RDF12,
    "One graph in which a claim reifies its statement as RDF 1.2 has it, with short names.",
    f"{LOSS} Readers of RDF 1.1 refuse it.",
    export,
    "Oxigraph, pyoxigraph and other engines of RDF 1.2.",
    "SELECT ?claim ?value { ?claim rdf:reifies <<( ?measure jsip:amount ?value )>> }",
)

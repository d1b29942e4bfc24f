"""Turtle 1.1: for people who read and edit RDF, and for every triple store."""

from typing import BinaryIO

from kg.core import media
from kg.outlets.export.blocks import blocks
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.part import Part
from kg.outlets.export.turtle_text import block_text, prologue


def export(part: Part, out: BinaryIO) -> None:
    """Writes the part as Turtle, one subject after the other."""
    names = part.reader.names
    out.write(prologue(part.triples, names).encode())
    for block in blocks(part.triples):
        out.write(f"\n{block_text(block, names)}".encode())


EXPORTER = Exporter(
    media.TURTLE,
    "One graph with short names, for reading and for any RDF tool.",
    "Which named graph a triple stands in: an editorial judgement, a source's own words and a "
    "derived edge stand side by side. Nothing else is lost; choose trig or nquads to keep graphs.",
    export,
    "Any RDF tool: Jena, rdflib, Protégé, editors.",
    "rdflib.Graph().parse('jsip.ttl')",
)

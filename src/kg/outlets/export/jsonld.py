"""JSON-LD 1.1, compacted: every key is the short name that SPARQL and Turtle use too."""

import json
from typing import BinaryIO

from kg.core import media
from kg.outlets.export.blocks import blocks
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.jsonld_text import context_of, node_of, property_kinds
from kg.outlets.export.part import Part


def export(part: Part, out: BinaryIO) -> None:
    """Writes the part as one JSON-LD object, one subject after the other."""
    names, kinds = part.reader.names, property_kinds(part.reader)
    lines = (f"{json.dumps(key)}: {json.dumps(v)}" for key, v in context_of(part, kinds).items())
    head = ",\n".join(lines)
    out.write(f'{{\n"@context": {{\n{head}\n}},\n"@graph": ['.encode())
    comma = "\n"
    for block in blocks(part.triples):
        node = json.dumps(node_of(block, kinds, names), ensure_ascii=False, indent=1)
        out.write(f"{comma}{node}".encode())
        comma = ",\n"
    out.write(b"\n]\n}\n")


EXPORTER = Exporter(
    media.JSONLD,
    "One graph as JSON with its context inside, for programs that read JSON.",
    "Which named graph a triple stands in; choose trig or nquads to keep graphs.",
    export,
    "Programs that read JSON; JSON-LD processors.",
    "rdflib.Graph().parse('jsip.jsonld')",
)

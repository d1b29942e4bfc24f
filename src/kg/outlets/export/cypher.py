"""Cypher: one statement a line that makes the property graph, for Neo4j, Memgraph and their kin."""

import json
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from kg.core.media import CYPHER
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.part import Part
from kg.outlets.export.property_graph import PropertyGraph, Value

_KEY = "CREATE CONSTRAINT jsip_iri IF NOT EXISTS FOR (n:Resource) REQUIRE n.iri IS UNIQUE;\n"


def export(part: Part, out: BinaryIO) -> None:
    """Writes nodes, then relations; nothing that is there already is changed."""
    for line in _lines(PropertyGraph(part)):
        out.write(line.encode())


def _lines(graph: PropertyGraph) -> Iterator[str]:
    yield _KEY
    for nodes in (graph.entities(), graph.sources(), graph.claims(), graph.disputes()):
        for node in nodes:
            labels = "".join(f":`{label}`" for label in node.labels)
            yield f"CREATE ({labels} {_map(node.data)});\n"
    for relations in (graph.edges(), graph.statements(), graph.passages()):
        for each in relations:
            start, end = (f":Resource {{iri: {_text(iri)}}}" for iri in (each.start, each.end))
            data = f" {_map(each.data)}" if each.data else ""
            yield f"MATCH (a{start}), (b{end}) CREATE (a)-[:`{each.type}`{data}]->(b);\n"


def _map(data: Mapping[str, Value]) -> str:
    return f"{{{', '.join(f'`{key}`: {_value(value)}' for key, value in data.items())}}}"


def _value(value: Value) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    return _text(value) if isinstance(value, str) else repr(value)


def _text(text: str) -> str:
    r"""A string literal, escaped as in JSON, and without a character that could end the line.

    >>> print(_text('say "no"\n'))
    "say \"no\"\n"
    """
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in quoted)


EXPORTER = Exporter(
    CYPHER,
    "Entities, claims, disputes and sources as a property graph, one Cypher statement a line.",
    "Reviews' reasons, other names, snapshots, terms and their definitions, named "
    "graphs, and derived triples but accepted edges. Numbers are 64-bit floating point beside the "
    "exact text. For an empty database: nodes are made, not merged.",
    export,
    "Neo4j (cypher-shell), Memgraph, kglite.",
    "cypher-shell -f jsip.cypher",
)

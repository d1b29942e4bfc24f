"""CSV files with headers for `neo4j-admin database import`: the property graph in bulk."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, BinaryIO

from kg.core.media import NEO4J_CSV
from kg.outlets.export.archive import archive
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.part import Part
from kg.outlets.export.property_graph import (
    CLAIM,
    DISPUTE,
    EDGE,
    ENTITY,
    LISTS,
    PASSAGE,
    SOURCE,
    TYPES,
    Node,
    PropertyGraph,
    Relation,
    Value,
)
from kg.outlets.export.text_stream import as_text

_SPACE = "Resource"  # of ids, which are IRIs
_COMMAND = """neo4j-admin database import full --multiline-fields=true \\
  --nodes=nodes-entities.csv --nodes=nodes-sources.csv --nodes=nodes-claims.csv \\
  --nodes=nodes-disputes.csv \\
  --relationships=relations-edges.csv --relationships=relations-claims.csv \\
  --relationships=relations-passages.csv --overwrite-destination neo4j
"""
Row = Sequence[str]


def export(part: Part, out: BinaryIO) -> None:
    """Writes four files of nodes, three of relations, and the command that imports them."""
    graph = PropertyGraph(part)
    nodes = (("entities", ENTITY, graph.entities), ("sources", SOURCE, graph.sources),
             ("claims", CLAIM, graph.claims), ("disputes", DISPUTE, graph.disputes))  # fmt: skip
    relations = (("edges", EDGE, graph.edges), ("claims", (), graph.statements),
                 ("passages", PASSAGE, graph.passages))  # fmt: skip
    with archive(out) as zipped:
        zipped.add("import.sh", _COMMAND.encode())
        for name, columns, read_nodes in nodes:
            with zipped.member(f"nodes-{name}.csv") as file:
                _write(file, _node_rows(columns, read_nodes))
        for name, columns, read_relations in relations:
            lists = LISTS if name == "edges" else frozenset()
            with zipped.member(f"relations-{name}.csv") as file:
                _write(file, _relation_rows(columns, read_relations, lists))


def _write(file: IO[bytes], rows: Iterable[Row]) -> None:
    with as_text(file) as text:
        csv.writer(text, lineterminator="\n").writerows(rows)


def _node_rows(columns: Sequence[str], read: Callable[[], Iterable[Node]]) -> Iterator[Row]:
    heads = map(_head, columns[1:])
    yield [f"iri:ID({_SPACE})", *heads, ":LABEL"]
    for node in read():
        yield [*(_cell(node.data.get(c, "")) for c in columns), ";".join(node.labels)]


def _relation_rows(
    columns: Sequence[str], read: Callable[[], Iterable[Relation]], lists: frozenset[str]
) -> Iterator[Row]:
    heads = (f"{c}:string[]" if c in lists else _head(c) for c in columns)
    yield [f":START_ID({_SPACE})", f":END_ID({_SPACE})", ":TYPE", *heads]
    for each in read():
        cells = (_cell(each.data.get(column, "")) for column in columns)
        yield [each.start, each.end, each.type, *cells]


def _head(column: str) -> str:
    return f"{column}:{TYPES[column]}" if column in TYPES else column


def _cell(value: Value) -> str:
    """A text; IRIs of a list divided by semicolons, which in an IRI are percent-encoded."""
    if isinstance(value, list):
        return ";".join(item.replace(";", "%3B") for item in value)
    return value if isinstance(value, str) else repr(value)


EXPORTER = Exporter(
    NEO4J_CSV,
    "Entities, claims, disputes and sources in CSV files for neo4j-admin, zipped.",
    "What cypher does not carry either. A semicolon in the IRI of a claim or passage becomes %3B "
    "where an edge names it. Cells are not guarded against spreadsheets, which do not read it.",
    export,
    "neo4j-admin database import (Neo4j 5 and newer).",
    "unzip jsip.neo4j.zip && sh import.sh",
)

"""Parquet: claims, evidence, sources, conflicts, nodes, edges, quads, for DuckDB, Polars, Spark.

One zip, so that a command and an address give the same single file; `kg export parquet --out
FOLDER/` unpacks it, since engines read folders and no zip. Members are not packed again: Parquet
packs its columns. Tables are written in row groups; a part itself is held in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, BinaryIO

from pyoxigraph import Quad

from kg.core.media import PARQUET
from kg.outlets.export.archive import archive
from kg.outlets.export.claim_table import COLUMNS, CONFLICT, ClaimTable
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.network_text import NODE_DATA, credit
from kg.outlets.export.part import Part
from kg.outlets.export.quad_rows import COLUMNS as QUAD_COLUMNS
from kg.outlets.export.quad_rows import row_of
from kg.outlets.export.told import Told

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 50_000  # of a row group
_OF_PASSAGES = COLUMNS[COLUMNS.index("evidence") :]
_OF_SOURCES = ("source", *COLUMNS[COLUMNS.index("source") + 1 :])
_OF_CLAIMS = tuple(column for column in COLUMNS if column not in (*_OF_PASSAGES, "passage_number"))
_TABLES: Mapping[str, tuple[str, ...]] = {
    "claims": _OF_CLAIMS,
    "evidence": ("claim", "passage_number", *(c for c in _OF_PASSAGES if c not in _OF_SOURCES[1:])),
    "sources": _OF_SOURCES,
    "conflicts": (*CONFLICT, "claims"),
    "nodes": tuple(column for column in NODE_DATA if column != "label"),
    "edges": ("subject", "predicate", "object", "subject_id", "predicate_id", "object_id",
              "label_en", "label_ja", "claims", "evidence"),
    "quads": QUAD_COLUMNS,
}  # fmt: skip
_INTEGERS = ("passage_number", "start", "end")
_NUMBERS = ("number", "lower", "upper", "confidence")
_DAYS = ("period_start", "period_end")


def export(part: Part, out: BinaryIO) -> None:
    """Writes one Parquet file a table."""
    tables: dict[str, Callable[[], Iterable[Mapping[str, Any]]]] = {
        "claims": lambda: _typed(_claims(part)),
        "evidence": lambda: _typed(_evidence(part)),
        "sources": lambda: _typed(_sources(part)),
        "conflicts": lambda: _conflicts(part),
        "nodes": lambda: _nodes(part),
        "edges": lambda: _edges(part),
        "quads": lambda: map(_quad, part.quads),
    }
    with archive(out) as zipped:
        for name, rows in tables.items():
            with zipped.member(f"{name}.parquet", packed=False) as file:
                _write(rows(), _schema(name, credit(part)), file)


def _write(rows: Iterable[Mapping[str, Any]], schema: pa.Schema, file: IO[bytes]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    rows = iter(rows)
    with parquet.ParquetWriter(
        pa.PythonFile(file, mode="w"), schema, compression="zstd", version="2.6"
    ) as writer:
        while group := list(islice(rows, _ROWS)):
            writer.write_table(pa.Table.from_pylist(group, schema=schema))


def _schema(name: str, words: str) -> pa.Schema:
    import pyarrow as pa

    kinds = {
        **dict.fromkeys(_INTEGERS, pa.int32()),
        **dict.fromkeys(_NUMBERS, pa.float64()),
        **dict.fromkeys(_DAYS, pa.date32()),
    }
    if name in ("conflicts", "edges"):
        kinds |= dict.fromkeys(("claims", "evidence"), pa.list_(pa.string()))
    fields = [(column, kinds.get(column, pa.string())) for column in _TABLES[name]]
    return pa.schema(fields, metadata={"description": words})


def _claims(part: Part) -> Iterator[dict[str, str]]:
    table = ClaimTable(Told(part))
    yield from map(table.claim, table.told.claims)


def _evidence(part: Part) -> Iterator[dict[str, str]]:
    table = ClaimTable(Told(part))
    for claim in table.told.claims:
        for count, evidence in enumerate(table.told.evidence(claim), 1):
            row = table.passage(evidence)
            yield {**row, "claim": claim, "passage_number": str(count)}


def _sources(part: Part) -> Iterator[dict[str, str]]:
    seen = set()
    for row in _evidence(part):
        source = row.get("source", "")
        if source and source not in seen:
            seen.add(source)
            yield row


def _conflicts(part: Part) -> Iterator[dict[str, Any]]:
    for row, claims in ClaimTable(Told(part)).conflicts():
        yield {**row, "claims": claims}


def _typed(rows: Iterable[Mapping[str, str]]) -> Iterator[dict[str, Any]]:
    """Numbers and days as such; empty cells, and what cannot be read as its type, as null."""
    for row in rows:
        yield {column: _cell(column, text) for column, text in row.items()}


def _cell(column: str, text: str) -> Any:
    try:
        if column in _INTEGERS:
            return int(text)
        if column in _NUMBERS:
            return float(text)
        return date.fromisoformat(text) if column in _DAYS else text or None
    except ValueError:
        return None


def _nodes(part: Part) -> Iterator[dict[str, Any]]:
    for node, data in part.network.nodes(data=True):
        yield {"id": node, **data}


def _edges(part: Part) -> Iterator[dict[str, Any]]:
    nodes = part.network.nodes
    for start, end, key, data in part.network.edges(keys=True, data=True):
        ends = {"subject": nodes[start]["iri"], "object": nodes[end]["iri"]}
        yield {**data, **ends, "subject_id": start, "predicate_id": key, "object_id": end}


def _quad(quad: Quad) -> dict[str, str | None]:
    return dict(zip(QUAD_COLUMNS, row_of(quad), strict=True))


EXPORTER = Exporter(
    PARQUET,
    "Tables claims, evidence, sources, conflicts, nodes, edges, quads as Parquet, zipped.",
    "Nothing of the quads but the direction of texts in RDF 1.2; in the other tables what csv does "
    "not carry but conflicts. Numbers are 64-bit floating point beside the exact text in column "
    "value. Needs pip install 'jsip-kg[parquet]'.",
    export,
    "DuckDB, Polars, pyarrow, pandas, Spark.",
    "duckdb.sql(\"SELECT asserter, number FROM 'jsip/claims.parquet' WHERE unit = 'JPY'\")",
    needs="pyarrow",
)

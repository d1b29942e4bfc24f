"""One Parquet file of all quads, written graph by graph: for Spark, DuckDB and stores of any size.

Only one graph is held in memory at a time. Rows are sorted by graph, subject, predicate, object.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, BinaryIO

from kg.core.media import PARQUET_QUADS
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.network_text import credit
from kg.outlets.export.part import Part
from kg.outlets.export.quad_rows import COLUMNS, Row, row_of

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 200_000  # of a row group


def export(part: Part, out: BinaryIO) -> None:
    """Writes the file, a row group after another."""
    import pyarrow as pa
    from pyarrow import parquet

    fields = [(column, pa.string()) for column in COLUMNS]
    schema = pa.schema(fields, metadata={"description": credit(part)})
    rows = map(row_of, chain.from_iterable(part.graphs()))
    with parquet.ParquetWriter(out, schema, compression="zstd", version="2.6") as writer:
        for group in _groups(rows):
            writer.write_table(_table(group, schema))


def _groups(rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
    rows = iter(rows)
    while group := list(islice(rows, _ROWS)):
        yield group


def _table(rows: Sequence[Row], schema: pa.Schema) -> pa.Table:
    import pyarrow as pa

    columns = (pa.array(column, pa.string()) for column in zip(*rows, strict=True))
    return pa.Table.from_arrays(list(columns), schema=schema)


EXPORTER = Exporter(
    PARQUET_QUADS,
    "One table of all quads as Parquet, graph by graph, at any size.",
    "The direction of texts in RDF 1.2. Needs pip install 'jsip-kg[parquet]'.",
    export,
    "Spark, DuckDB, Polars, pyarrow, pandas.",
    "spark.read.parquet('quads.parquet')",
    needs="pyarrow",
)

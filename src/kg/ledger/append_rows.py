"""Rows added at the end of tables: every byte that stands there already stays as it is."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kg.ledger.tables import COLUMNS


def with_rows(file: Path, table: str, rows: Iterable[Mapping[str, str]]) -> bytes:
    """The bytes of a table file with rows added, in the order of its own columns."""
    old = file.read_bytes().decode() if file.exists() else ""
    first = old.removeprefix("\ufeff").partition("\n")[0]
    end = "\r\n" if first.endswith("\r") else "\n"
    columns: Sequence[str] = next(csv.reader([first.rstrip("\r")]), [])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end)
    if not columns:
        columns = COLUMNS[table].split()
        writer.writerow(columns)
    elif not old.endswith("\n"):
        out.write(end)
    names = [column.strip() for column in columns]
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return (old + out.getvalue()).encode()


def with_entry(file: Path, entry: str) -> bytes:
    """The bytes of an entities file with one more entry."""
    old = file.read_bytes().decode() if file.exists() else ""
    between = "\n" if old and not old.endswith("\n") else ""
    return (old + between + entry).encode()

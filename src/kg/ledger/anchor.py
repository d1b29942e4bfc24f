"""Fills and re-checks offsets and digests in the tables from held source texts.

Only changed rows are rewritten, each one line; files are replaced whole or not at all.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kg.core.bundle import shown
from kg.core.errors import KgError, TablesRefused
from kg.core.files import replace_files
from kg.core.problems import Problem
from kg.ledger.tables import COLUMNS, Row, read_tables
from kg.ledger.texts import HeldText, read_held_text

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_CELL = re.compile(r'(?:^|(?<=,))("(?:[^"]|"")*"|[^,\r\n]*)(?=,|[\r\n]|$)')


@dataclass
class Anchoring:
    """What anchoring found: cells to write by row, and rows that it cannot settle."""

    changes: dict[str, dict[str, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    checked: int = 0


def anchor(tables: Path, sources: Path, renew: bool = False) -> Anchoring:
    """Anchors every row of a verified source whose text is held, and writes what changed.

    With `renew`, digests and offsets follow a changed text: a quote that stands more than once
    is taken where it is nearest to its old place. Raises TablesRefused for rows it cannot settle,
    and writes nothing then.
    """
    if not sources.is_dir():
        raise KgError(f"{sources} is no folder of source texts; give one with --sources.")
    found = read_tables(tables)
    if found.problems:
        raise TablesRefused(found.problems)
    result = Anchoring()
    texts = _anchored_texts(found.rows["sources"], sources, renew, result)
    for table, column in (("claims", "quote"), ("evidence", "quote"), ("mentions", "surface")):
        for row in found.rows[table]:
            if row["source"] in texts:
                _anchor_row(row, row[column], texts[row["source"]], renew, result)
    if result.problems:
        raise TablesRefused(result.problems)
    _write(tables, result.changes)
    return result


def _anchored_texts(
    rows: Iterable[Row], folder: Path, renew: bool, result: Anchoring
) -> Mapping[str, HeldText]:
    """The held texts of verified sources, each measured against its row."""
    texts = {}
    for row in rows:
        text = read_held_text(folder, row["source_id"]) if row["level"] == "verified" else None
        if text is not None:
            texts[row["source_id"]] = text
            _anchor_source(row, text, renew, result)
    return texts


def _anchor_source(row: Row, text: HeldText, renew: bool, result: Anchoring) -> None:
    wanted = {"digest": text.digest, "length": str(len(text.text))}
    for column, value in wanted.items():
        if row[column] != value and row[column] and not renew:
            what = f"{column}: the held text has {value}, the table {row[column]}"
            result.problems.append(Problem(row.where, f"{what}; use --renew if it changed", "S12"))
        elif row[column] != value:
            result.changes.setdefault(row.where, {})[column] = value
    result.checked += 1


def _anchor_row(row: Row, quote: str, text: HeldText, renew: bool, result: Anchoring) -> None:
    result.checked += 1
    start = int(row["start"]) if row["start"].isdecimal() else None
    if start is not None and text.text[start : start + len(quote)] == quote:
        place: int | None = start
    elif start is None or renew:
        place = _place(row, quote, text, start, result)
    else:
        stands = text.text[start : start + len(quote)]
        what = f"the text has {stands!r} at {start}, the quote is {quote!r}; use --renew"
        result.problems.append(Problem(row.where, what, "S12"))
        return
    if place is None:
        return
    wanted = {"start": str(place), "end": str(place + len(quote))}
    changed = {column: value for column, value in wanted.items() if row[column] != value}
    if changed:
        result.changes[row.where] = changed


def _place(row: Row, quote: str, text: HeldText, old: int | None, result: Anchoring) -> int | None:
    places = text.positions(quote) if quote else []
    if len(places) == 1 or (places and old is not None):
        return min(places, key=lambda place: abs(place - (old or 0)))
    what = (
        f"the quote stands {len(places)} times in the text, at {', '.join(map(str, places[:5]))}; "
        "give start"
        if places
        else f"the quote {quote!r} does not stand in the text"
    )
    result.problems.append(Problem(row.where, what, "S12"))
    return None


def _write(tables: Path, changes: Mapping[str, Mapping[str, str]]) -> None:
    by_file: dict[str, dict[int, Mapping[str, str]]] = defaultdict(dict)
    for where, cells in changes.items():
        file, _, line = where.rpartition(":")
        by_file[file][int(line)] = cells
    for path in _csv_files(tables):
        if shown(path) in by_file:
            text = _rewritten(path.read_bytes().decode(), by_file[shown(path)])
            replace_files(path.parent, {path.name: text.encode()})


def _csv_files(tables: Path) -> Iterator[Path]:
    yield from (tables / f"{name}.csv" for name in COLUMNS if (tables / f"{name}.csv").exists())
    yield from sorted(tables.glob("claims/**/*.csv"))


def _rewritten(text: str, changes: Mapping[int, Mapping[str, str]]) -> str:
    """The text of a table with some cells replaced; every other byte stays as it was."""
    lines = _LINE.findall(text)
    header = next(csv.reader([lines[0].removeprefix("\ufeff")]))
    for number, cells in changes.items():
        raw = _CELL.findall(lines[number - 1])
        for column, value in cells.items():
            raw[header.index(column)] = value
        end = lines[number - 1][len(lines[number - 1].rstrip("\r\n")) :]
        lines[number - 1] = ",".join(raw) + end
    return "".join(lines)

"""What a bringer's own words mean, as the bringer declares it: `column,given,means`, one a line.

Rows speak of "market size" where the ledger says `observedValue`. Whoever imports them says so
once in a file, instead of rewriting every row; the importer itself never guesses.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kg.core.bundle import shown
from kg.core.errors import KgError, nearest
from kg.ledger.import_rows import ALIASES, FIELDS, Incoming, file_text, text_fault
from kg.ledger.names import folded

Wording = Mapping[tuple[str, str], str]
_HEADER = ["column", "given", "means"]


def read_wording(file: Path) -> Wording:
    """The declared meanings, by column and folded words; raises KgError with `file:line`."""
    found: dict[tuple[str, str], str] = {}
    reader = csv.reader(io.StringIO(file_text(file), newline=""), strict=True)
    try:
        if [cell.strip() for cell in next(reader, [])] != _HEADER:
            raise KgError(f"{shown(file)}:1: the first line must be {','.join(_HEADER)}")
        for cells in reader:
            if cells:
                _declare(f"{shown(file)}:{reader.line_num}", cells, found)
    except csv.Error as error:
        raise KgError(f"{shown(file)}:{reader.line_num}: is not valid CSV: {error}") from error
    return found


def _declare(where: str, cells: list[str], found: dict[tuple[str, str], str]) -> None:
    if len(cells) != len(_HEADER):
        raise KgError(f"{where}: has {len(cells)} cells, not {len(_HEADER)}")
    given_column, given, means = (cell.strip() for cell in cells)
    column = ALIASES.get(given_column, given_column)
    if column not in FIELDS or column == "id":
        raise KgError(f"{where}: unknown column {given_column!r}{nearest(given_column, FIELDS)}")
    if fault := text_fault("means", means):
        raise KgError(f"{where}: {fault}")
    if found.setdefault((column, folded(given)), means) != means:
        raise KgError(f"{where}: {given!r} already means {found[column, folded(given)]!r}")


def worded(given: Incoming, wording: Wording) -> Incoming:
    """The row in the ledger's words, where they are declared."""
    cells = {
        column: wording.get((column, folded(text)), text) for column, text in given.cells.items()
    }
    return replace(given, cells={column: text for column, text in cells.items() if text})

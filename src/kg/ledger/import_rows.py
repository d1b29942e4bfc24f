"""Rows that others bring, as JSON lines or CSV: read strictly, each fault at its line."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

from kg.core.bundle import shown
from kg.core.errors import KgError, nearest
from kg.ledger.tables import COLUMNS

ALIASES = {
    "value": "object",
    "phrase": "quote",
    "as_of": "asserted_on",
    "url": "source_url",
    "title": "source_title",
}
FIELDS = (
    *COLUMNS["claims"].split(),
    *"id statement source_url source_title publisher published language tier kind".split(),
)
_KNOWN = (*FIELDS, *ALIASES)
_LARGEST_FILE = 64 * 1024 * 1024
_MOST_ROWS = 100_000
_LONGEST_LINE = 64 * 1024
_LONGEST_CELL = 2000
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
# What a spreadsheet would run when the tables are opened in it; signed figures are not.
_FORMULA = re.compile(r"[=@]|[+-](?![\d.])|[+-].*[|!(]")


@dataclass(frozen=True)
class Incoming:
    """One row as it came: cells under the ledger's names, or why it cannot be read."""

    where: str
    cells: dict[str, str]
    faults: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What its bringer calls it; empty where it has no id."""
        return self.cells.get("id", "")

    @property
    def digest(self) -> str:
        """The same for the same cells, whatever file and line they stand in."""
        content = json.dumps(self.cells, ensure_ascii=False, sort_keys=True)
        return sha256(content.encode()).hexdigest()[:16]


def read_incoming(file: Path) -> list[Incoming]:
    """The rows of a file; raises KgError with `file:line` for one that cannot be read at all."""
    read = {".jsonl": _json_lines, ".ndjson": _json_lines, ".csv": _csv}.get(file.suffix.lower())
    if read is None:
        raise KgError(f"{shown(file)}: give a file of JSON lines (.jsonl) or CSV (.csv).")
    rows = []
    for row in read(file_text(file), shown(file)):
        rows.append(row)
        if len(rows) > _MOST_ROWS:
            _refuse(row.where, f"more than {_MOST_ROWS} rows; split the file")
    return rows


def _refuse(where: str, what: str) -> NoReturn:
    raise KgError(f"{where}: {what}")


def file_text(file: Path) -> str:
    """The text of a file of moderate size; raises KgError for one that is not UTF-8."""
    with file.open("rb") as opened:
        data = opened.read(_LARGEST_FILE + 1)
    if len(data) > _LARGEST_FILE:
        _refuse(f"{shown(file)}:1", f"is over {_LARGEST_FILE >> 20} MB; split the file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        _refuse(f"{shown(file)}:{line}", "is not UTF-8; save the file as UTF-8")


def _json_lines(text: str, file: str) -> Iterator[Incoming]:
    for number, line in enumerate(text.split("\n"), start=1):
        where = f"{file}:{number}"
        if len(line) > _LONGEST_LINE:
            yield Incoming(where, {}, (f"the line has over {_LONGEST_LINE} characters",))
        elif line.strip():
            yield _json_row(where, line)


class _Pairs(list[tuple[str, object]]):
    """The members of a JSON object in their order, repeated ones too."""


def _json_row(where: str, line: str) -> Incoming:
    try:
        # Figures stay as written: 3.90 says more than 3.9, and no digit is lost.
        members = json.loads(
            line, object_pairs_hook=_Pairs, parse_int=str, parse_float=str, parse_constant=_nothing
        )
    except json.JSONDecodeError as error:
        what = f"is not valid JSON: {error.msg} at column {error.colno}"
        return Incoming(where, {}, (what,))
    except RecursionError:
        return Incoming(where, {}, ("is not valid JSON: nested too deep",))
    if not isinstance(members, _Pairs):
        return Incoming(where, {}, ("must be a JSON object, one a line",))
    return _row(where, members)


def _nothing(name: str) -> object:
    """NaN and Infinity are no JSON; a list is refused like any other."""
    return [name]


def _csv(text: str, file: str) -> Iterator[Incoming]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(header, file)
        line = reader.line_num + 1
        for cells in reader:
            where = f"{file}:{line}"
            if len(cells) == len(header):
                yield _row(where, list(zip(header, cells, strict=True)))
            elif cells:
                what = f"has {len(cells)} cells, the header {len(header)}; quote cells with commas"
                yield Incoming(where, {}, (what,))
            line = reader.line_num + 1
    except csv.Error as error:
        _refuse(f"{file}:{line}", f"is not valid CSV: {error}; is a quotation mark missing?")


def _check_header(header: Sequence[str], file: str) -> None:
    if not any(header):
        _refuse(f"{file}:1", f"is empty; its first line must name columns of {', '.join(_KNOWN)}")
    for name in header:
        if name not in _KNOWN:
            _refuse(f"{file}:1", f"unknown column {name[:80]!r}{nearest(name, _KNOWN)}")
        if header.count(name) > 1:
            _refuse(f"{file}:1", f"column {name!r} stands twice")


def _row(where: str, members: Iterable[tuple[str, object]]) -> Incoming:
    cells: dict[str, str] = {}
    faults = []
    seen: set[str] = set()
    for given, value in members:
        field = ALIASES.get(given, given)
        text = value.strip() if isinstance(value, str) else value
        fault = _fault(given, text, given in seen)
        seen.add(given)
        if not fault and text and cells.setdefault(field, _normal(text)) != _normal(text):
            fault = f"{field} is given twice, as {cells[field]!r} and as {text!r}"
        if fault:
            faults.append(fault)
    return Incoming(where, {} if faults else cells, tuple(faults))


def _normal(value: object) -> str:
    return unicodedata.normalize("NFC", str(value))


def _fault(name: str, value: object, again: bool) -> str:
    """Why a cell cannot be taken; empty where it can."""
    if name not in _KNOWN:
        return f"unknown field {name[:80]!r}{nearest(name, _KNOWN)}"
    if again:
        return f"{name} stands twice"
    if value is None:
        return ""
    if not isinstance(value, str):
        return f"{name}: must be text or a number"
    return text_fault(name, value)


def text_fault(name: str, value: str) -> str:
    """Why a text should stand in no table; empty where it may."""
    if len(value) > _LONGEST_CELL:
        return f"{name}: has {len(value)} characters, at most {_LONGEST_CELL} are taken"
    if found := _UNSEEN.search(value):
        return f"{name}: holds the unprintable character U+{ord(found[0]):04X}"
    if _FORMULA.match(unicodedata.normalize("NFKC", value)):
        return f"{name}: {value[:20]!r} begins like a spreadsheet formula; write it otherwise"
    return ""

"""Reads the tables that people edit; every cell keeps its file and line."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from kg.core.bundle import shown
from kg.core.errors import nearest
from kg.core.problems import Problem

COLUMNS = {
    "sources": "source_id kind title title_lang publisher issued issued_basis language tier level "
    "url archived_url cites digest length note",
    "claims": "claim_id subject predicate object unit qualifier low high printed period "
    "period_basis area group scenario statistic start_date end_date status asserted_by asserted_on "
    "date_basis event attribution confidence source quote start end role supports note "
    "note_ja object_ja",
    "evidence": "evidence_id claim_id source quote start end role supports",
    "mentions": "mention_id source surface start end refers_to quality",
    "agents": "agent kind version note",
    "reviews": "review_id target status rank reason guideline agent on fields reason_ja",
    "conflicts": "conflict kind claims type caution resolution favours reason reason_ja",
    "relations": "claim relation other reason reason_ja",
    "corrections": "correction_id claim on what what_ja told_by",
}
OLDER = {
    "claims": {"period_basis", "supports"},
    "evidence": {"supports"},
    "conflicts": {"kind", "caution"},
}  # columns that tables of before 2026.11 lack; their rows are judged by words
OPTIONAL = {
    "fields",
    "note_ja",
    "object_ja",
    "reason_ja",
    "told_by",
    "what_ja",
}  # columns that may be missing
ENTITY_KEYS = (
    "id type label reading aliases hidden identifiers note note_ja replaced_by about area "
    "indicator industry group statistic growth_of several_seats label_editors looked_until "
    "cues"
).split()
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row, stripped; `where` is `file:line`."""

    where: str
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def list(self, column: str) -> tuple[str, ...]:
        """The parts of a cell split by `;`."""
        return tuple(part.strip() for part in self[column].split(";") if part.strip())


@dataclass(frozen=True, slots=True)
class Entry:
    """One entity of a YAML file."""

    where: str
    data: Mapping[str, Any]


@dataclass(slots=True)
class Tables:
    """All rows of all tables, and what was wrong with their form."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    entities: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)
    is_partial: bool = False  # a file was not read for its first line: its rows are missing


def read_tables(folder: Path) -> Tables:
    """Every table below `folder`; faults of form are collected, not raised."""
    tables = Tables()
    for name in COLUMNS:
        files = (
            sorted(folder.glob("claims/**/*.csv")) if name == "claims" else [folder / f"{name}.csv"]
        )
        for file in files:
            tables.rows[name].extend(_read_csv(file, name, tables))
    for file in sorted(folder.glob("entities/**/*.yaml")):
        tables.entities.extend(_read_yaml(file, tables.problems))
    tables.problems.extend(_strays(folder))
    return tables


def _strays(folder: Path) -> Iterator[Problem]:
    """Files that no table is read from: a misplaced file must not be lost in silence."""
    known = {f"{name}.csv" for name in COLUMNS if name != "claims"} | {"left-out.csv"}
    for file in sorted(folder.rglob("*")):
        relative = file.relative_to(folder)
        read = (
            str(relative) in known
            or (relative.parts[0] == "claims" and file.suffix == ".csv")
            or (relative.parts[0] == "entities" and file.suffix == ".yaml")
        )
        if file.is_file() and not read and not file.name.startswith("."):
            yield Problem(f"{shown(file)}:1", "no table is read from this file; move or remove it")


def _text(file: Path, problems: list[Problem]) -> str | None:
    """The file's text; None where it cannot be read, which a missing table may."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        problems.append(Problem(f"{shown(file)}:{line}", "is not UTF-8; save the file as UTF-8"))
        return None


def _read_csv(file: Path, table: str, tables: Tables) -> Iterator[Row]:
    problems = tables.problems
    text = _text(file, problems)
    if text is None:
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        header = next(reader, [])
        if _header_problem(shown(file), header, table, problems):
            tables.is_partial = True
            return
        tables.doubts.extend(_older(f"{shown(file)}:1", header, table))
        line = reader.line_num + 1
        for cells in reader:
            if cells:
                yield from _row(f"{shown(file)}:{line}", header, cells, problems)
            line = reader.line_num + 1
    except csv.Error as error:
        what = f"is not valid CSV: {error}; is a quotation mark missing?"
        problems.append(Problem(f"{shown(file)}:{line}", what))


def _header_problem(file: str, header: Sequence[str], table: str, problems: list[Problem]) -> bool:
    wanted = COLUMNS[table].split()
    if not any(header):
        what = f"is empty; its first line must be {','.join(wanted)}"
        problems.append(Problem(f"{file}:1", what))
        return True
    found = [
        Problem(f"{file}:1", f"column {name!r} is missing")
        for name in wanted
        if name not in header and name not in OPTIONAL | OLDER.get(table, set())
    ]
    for name in header:
        if name not in wanted:
            found.append(Problem(f"{file}:1", f"unknown column {name!r}{nearest(name, wanted)}"))
        elif header.count(name) > 1:
            found.append(Problem(f"{file}:1", f"column {name!r} stands twice"))
    problems.extend(dict.fromkeys(found))
    return bool(found)


def _older(where: str, header: Sequence[str], table: str) -> Iterator[Problem]:
    """A warning for each column that tables of an earlier version lack."""
    for name in sorted(OLDER.get(table, set()).difference(header)):
        what = f"column {name!r} is missing, as in tables of before 2026.11: rows are judged by "
        yield Problem(where, f"{what}their words; add it to say it yourself", "", "Warning")


def _row(
    where: str, header: Sequence[str], cells: Sequence[str], problems: list[Problem]
) -> Iterator[Row]:
    if len(cells) != len(header):
        problems.append(
            Problem(
                where, f"has {len(cells)} cells, the header {len(header)}; quote cells with commas"
            )
        )
    elif any(_CONTROL.search(cell) for cell in cells):
        problems.append(Problem(where, "holds a control character or a line break in a cell"))
    else:
        yield Row(where, {name: cell.strip() for name, cell in zip(header, cells, strict=True)})


def _read_yaml(file: Path, problems: list[Problem]) -> Iterator[Entry]:
    try:
        root = _composed(_text(file, problems) or "")
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problems.append(Problem(f"{shown(file)}:{line}", f"is not valid YAML: {error.problem}"))
        return
    except yaml.reader.ReaderError as error:
        line = file.read_text(encoding="utf-8-sig")[: error.position].count("\n") + 1
        what = f"is not valid YAML: character U+{error.character:04X} is not allowed"
        problems.append(Problem(f"{shown(file)}:{line}", what))
        return
    if root is None:
        return
    if not isinstance(root, yaml.SequenceNode):
        problems.append(Problem(f"{shown(file)}:1", "must be a list of entities (`- id: …`)"))
        return
    for node in root.value:
        where = f"{shown(file)}:{node.start_mark.line + 1}"
        if not isinstance(node, yaml.MappingNode):
            problems.append(Problem(where, "must be a mapping with id, type and label"))
        elif not (found := list(_entry_problems(shown(file), node))):
            yield Entry(where, yaml.BaseLoader("").construct_document(node))
        else:
            problems.extend(dict.fromkeys(found))


def _composed(text: str) -> yaml.Node | None:
    """By the parser in C where there is one; of a fault the one in Python speaks, which says more.

    Raises yaml.YAMLError.
    """
    with suppress(yaml.YAMLError, AttributeError):  # a PyYAML may be built without it
        return yaml.compose(text, Loader=yaml.CBaseLoader)
    return yaml.compose(text, Loader=yaml.BaseLoader)


def _entry_problems(file: str, node: yaml.MappingNode) -> Iterator[Problem]:
    keys = [str(key.value) for key, _ in node.value]
    for (key, value), name in zip(node.value, keys, strict=True):
        where = f"{file}:{key.start_mark.line + 1}"
        if name not in ENTITY_KEYS:
            yield Problem(where, f"unknown key {name!r}{nearest(name, ENTITY_KEYS)}")
        elif keys.count(name) > 1:
            yield Problem(where, f"key {name!r} stands twice")
        elif (wanted := _WANTED.get(name, _TEXT)) not in _forms(value):
            yield Problem(where, f"{name}: must be {wanted}")


_TEXT, _NAMES, _LABELS = "text on one or more lines", "a name or a list of names", "{en: …, ja: …}"
_DEEPEST = 2
_CUES = "{en: [words], ja: [words]}"
_RECORDS = "a list of {scheme: …, value: …, origin: …}"
_WANTED = {
    "label": _LABELS, "aliases": _NAMES, "hidden": _NAMES, "about": _NAMES,
    "label_editors": _NAMES, "cues": _CUES, "identifiers": _RECORDS,
}  # fmt: skip


def _forms(node: yaml.Node, depth: int = 0) -> set[str]:
    """What a value of an entity may be taken for; text has no control characters."""
    if depth > _DEEPEST:  # also where a node holds itself
        return set()
    if isinstance(node, yaml.ScalarNode):
        return set() if _UNPRINTABLE.search(node.value) else {_TEXT, _NAMES}
    if isinstance(node, yaml.MappingNode):
        pairs = [[_forms(part, depth + 1) for part in pair] for pair in node.value]
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        alone = len(set(keys)) == len(node.value)  # each key a text, and once
        return _forms_of_mapping(pairs) if alone else set()
    forms = [_forms(item, depth + 1) for item in node.value]
    names = all(form & {_TEXT, _LABELS} for form in forms)
    records = all(_LABELS in form for form in forms)
    return {form for form, fits in ((_NAMES, names), (_RECORDS, records)) if fits}


def _forms_of_mapping(pairs: Sequence[Sequence[set[str]]]) -> set[str]:
    """What a mapping may be taken for, from the forms of its keys and values."""
    plain = all(_TEXT in key for key, _ in pairs)
    texts = plain and all(_TEXT in value for _, value in pairs)
    cues = plain and all(_NAMES in value and _TEXT not in value for _, value in pairs)
    return {form for form, fits in ((_LABELS, texts), (_CUES, cues)) if fits}

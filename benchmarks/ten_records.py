"""The tables of the record several times over, for measures at the size that it may grow to.

python benchmarks/ten_records.py COPIES FOLDER

Writes tables into the folder that `kg compile --tables` takes. In each further copy every entity,
source, claim, passage and review has a name of its own; verdicts on conflicts are left to the
first, so that the others' conflicts are open.
"""

import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

TABLES = Path(__file__).resolve().parents[1] / "data" / "tables"
_ONCE = ("agents.csv", "conflicts.csv", "left-out.csv")  # of the first copy alone
_KEPT = ("jsip-editors",)  # who is the same in every copy
_NUMBERED = re.compile(r"([a-z])-(.+)-(x?\d+)")
_COUNTED = re.compile(r"(review|correction)-(\d+)")
_APART = 10_000  # numbers of reviews between two copies


class Copy:
    """One further copy: `rename` gives the name that a thing has in it."""

    def __init__(self, number: int, names: frozenset[str]) -> None:
        self._number, self._names = number, names

    def rename(self, name: str) -> str:
        """The name in this copy of what has that name in the record; other words stay."""
        if name not in self._names or name in _KEPT:
            return name
        if counted := _COUNTED.fullmatch(name):
            return f"{counted[1]}-{int(counted[2]) + self._number * _APART:04}"
        if numbered := _NUMBERED.fullmatch(name):
            return f"{numbered[1]}-{numbered[2]}-k{self._number}-{numbered[3]}"
        return f"{name}-k{self._number}"

    def cell(self, text: str) -> str:
        """A cell of a table; names may stand in a list."""
        return ";".join(self.rename(part) for part in text.split(";"))

    def entry(self, value: Any) -> Any:
        """An entry of an entity file, with a label of its own."""
        if isinstance(value, dict):
            made = {name: self.entry(held) for name, held in value.items() if name != "same_as"}
            label = value.get("label", {}).items()
            apart = {lang: f"{name} {self._number}" for lang, name in label}
            return {**made, "label": apart} if apart else made
        if isinstance(value, list):
            return [self.entry(held) for held in value]
        return self.rename(value) if isinstance(value, str) else value


def rows(file: Path) -> Iterator[list[str]]:
    """The rows of a table, its header first."""
    with file.open(encoding="utf-8", newline="") as text:
        yield from csv.reader(text)


def names() -> frozenset[str]:
    """Every name that the tables give something."""
    files = (file for file in TABLES.rglob("*.csv") if file.name not in _ONCE)
    found = {row[0] for file in files for row in rows(file)}
    for file in (TABLES / "entities").glob("*.yaml"):
        found |= {entry["id"] for entry in yaml.safe_load(file.read_text(encoding="utf-8"))}
    return frozenset(found)


def write(copies: int, out: Path) -> None:
    """Writes the record so many times into a folder."""
    further = [Copy(number, names()) for number in range(1, copies)]
    for file in sorted(TABLES.rglob("*.csv")):
        header, *held = rows(file)
        more = [] if file.name in _ONCE else further
        made = [header, *held, *([copy.cell(c) for c in row] for copy in more for row in held)]
        target = out / file.relative_to(TABLES)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("w", encoding="utf-8", newline="") as text:
            csv.writer(text, lineterminator="\n").writerows(made)
    for file in sorted((TABLES / "entities").glob("*.yaml")):
        entries = yaml.safe_load(file.read_text(encoding="utf-8"))
        entries += [
            copy.entry(entry) for copy in further for entry in entries if entry["id"] not in _KEPT
        ]
        target = out / file.relative_to(TABLES)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(yaml.safe_dump(entries, allow_unicode=True, sort_keys=False), "utf-8")


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))

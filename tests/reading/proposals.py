"""How complete the candidates of texts are: `python tests/reading/proposals.py`.

Two sets. The *articles* (`articles/*.yaml`) are texts with hand labels: subject, property, value,
unit, period, asserter; they were written before their first run. The *texts* (`texts/`) take
their labels from the claims that their figures are marked with. A candidate is complete where all
six fields are right; *among three* counts the first reading and the first two suggestions.

With `--blind` no value of the record is known again: so do texts fare that bring new figures of
known things. `--misses` lists what differs in the development half of the texts; the articles are
frozen.
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from kg.core.names import shipped_names
from kg.edges.cli.stores import open_store
from kg.ledger.candidates import Candidate
from kg.views.checking import agreement
from kg.views.intake.candidates import Proposer
from kg.views.intake.readings import About
from kg.views.record.cards import Named
from kg.views.record.claims import Reader
from reading.known import TABLES
from reading.score import load, names_of_texts, share

ARTICLES = Path(__file__).parent / "articles"
FIELDS = ("subject", "predicate", "object", "unit", "period", "asserted_by")
_READINGS = 3


@dataclass(frozen=True)
class Label:
    """What one figure of a text is: its place, and the cells that are right for each field.

    `is_new` is true of a value that the record does not hold.
    """

    start: int
    end: int
    cells: Mapping[str, Sequence[str]]
    is_new: bool = False


def _list(value: Any) -> list[str]:
    return [str(one) for one in (value if isinstance(value, list) else [value])]


def articles() -> Iterator[tuple[str, str, Mapping[str, Any], list[Label]]]:
    """Name, text, head and labels of each article."""
    for file in sorted(ARTICLES.glob("*.yaml")):
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        yield file.stem, data["text"], data, [_label(data["text"], one) for one in data["claims"]]


def _label(text: str, claim: Mapping[str, Any]) -> Label:
    assert text.count(claim["words"]) == 1, claim
    start = text.index(claim["words"])
    cells = {
        "subject": _list(claim["subject"]),
        "predicate": _list(claim["predicate"]),
        "object": _list(claim["value"]),
        "unit": _list(claim["unit"]),
        "period": _list(claim["period"]),
        "asserted_by": _list(claim["by"]),
    }
    return Label(start, start + len(claim["words"]), cells, bool(claim.get("new")))


def marked(half: str) -> Iterator[tuple[str, str, Mapping[str, Any], list[Label]]]:
    """The same of a half of the texts, by the claims that their figures are marked with."""
    rows = {
        row["claim_id"]: row
        for file in sorted((TABLES / "claims").glob("*.csv"))
        for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    }
    for name in names_of_texts()[half]:
        text, gold = load(name)
        labels = []
        for one in gold["quantities"]:
            known = [rows[c] for c in one["claims"] if rows.get(c, {}).get("unit")]
            if known and one["kind"] != "date":
                cells = {field: [row[field] for row in known] for field in FIELDS}
                labels.append(Label(one["start"], one["end"], {**cells, "object": [one["value"]]}))
        yield name, text, gold, labels


def readings(one: Candidate) -> list[dict[str, str]]:
    """The first reading of a candidate and its suggestions, as whole rows."""
    return [dict(one.row), *({**one.row, **other.row} for other in one.suggestions)]


def is_right(label: Label, row: Mapping[str, str], field: str) -> bool:
    """Whether a cell is one of those that are right; numbers by their value."""
    given = row.get(field, "")
    if field == "object":
        return any(Decimal(given) == Decimal(wanted) for wanted in label.cells[field])
    return given in label.cells[field]


def score(
    proposer: Proposer, reader: Reader, texts: Iterator[tuple[str, str, Any, list[Label]]]
) -> tuple[Counter[str], list[str]]:
    """Counts over labels, and a line for each that is not complete at first."""
    counts: Counter[str] = Counter()
    misses = []
    for name, text, head, labels in texts:
        about = About(
            "src-x", _publisher(reader, head), str(head.get("published", "")), head["lang"], ""
        )
        found = proposer.candidates(text, about)
        for label in labels:
            one = _candidate(label, found)
            _count(label, one, counts)
            if one is None or not _complete(label, readings(one)[0]):
                misses.append(f"{name}: {_miss(text, label, one)}")
    return counts, misses


def _candidate(label: Label, found: Sequence[Candidate]) -> Candidate | None:
    """The candidate of a figure; both ends of a range are one."""
    return next((c for c in found if c.start <= label.start and label.end <= c.end), None)


def _publisher(reader: Reader, head: Mapping[str, Any]) -> Named | None:
    if "publisher" not in head:
        return None
    iri = reader.names.iri(f"id:{head['publisher']}")
    return reader.named([iri])[iri]


def _count(label: Label, one: Candidate | None, counts: Counter[str]) -> None:
    sets = ("all", "new") if label.is_new else ("all", "held")
    rows = readings(one) if one else []
    for which in sets:
        counts[f"{which} wanted"] += 1
        counts[f"{which} first"] += any(_complete(label, row) for row in rows[:1])
        counts[f"{which} three"] += any(_complete(label, row) for row in rows[:_READINGS])
        counts[f"{which} four"] += any(_complete(label, row) for row in rows)
        for field in FIELDS:
            counts[f"{which} {field}"] += bool(rows) and is_right(label, rows[0], field)


def _complete(label: Label, row: Mapping[str, str]) -> bool:
    return all(is_right(label, row, field) for field in FIELDS)


def _miss(text: str, label: Label, one: Candidate | None) -> str:
    seen = text[max(0, label.start - 30) : label.end + 10].replace("\n", "⏎")
    if one is None:
        return f"{seen!r} no candidate"
    rows = readings(one)
    wrong = [f for f in FIELDS if not is_right(label, rows[0], f)]
    told = [f"{f}: {rows[0].get(f, '')} for {'|'.join(sorted(set(label.cells[f])))}" for f in wrong]
    return f"{seen!r} {'; '.join(told)}"


def report(counts: Mapping[str, int]) -> list[str]:
    """Lines of a table in Markdown."""
    lines = []
    for which in ("all", "held", "new"):
        wanted = counts[f"{which} wanted"]
        if wanted:
            parts = ("first", "three", "four", *FIELDS)
            cells = " | ".join(share(counts[f"{which} {part}"], wanted) for part in parts)
            lines.append(f"| {which} | {cells} |")
    return lines


def main(told: bool, blind: bool) -> None:
    """Prints the table of each set."""
    if blind:
        agreement.values_agree = lambda told, claim: False
    reader = Reader(open_store(None), shipped_names())
    proposer = Proposer(reader)
    print("| figures | complete first | among three | among four |", " | ".join(FIELDS), "|")
    for name, texts in (
        ("development texts", marked("development")),
        ("frozen texts", marked("frozen")),
        ("articles", articles()),
    ):
        counts, misses = score(proposer, reader, texts)
        print(f"{name}:", *report(counts), sep="\n")
        if told and name == "development texts":
            print(*misses, sep="\n")


if __name__ == "__main__":
    main("--misses" in sys.argv, "--blind" in sys.argv)

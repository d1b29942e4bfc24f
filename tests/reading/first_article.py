"""The first article taken in again, into a record that does not know it: how much is right at once.

    python tests/reading/first_article.py FOLDER_OF_HELD_TEXTS

The claims of the article are taken out of a copy of the tables, which is compiled and built; the
bare text is ingested; each figure that the ledger has of the article is looked for among the
candidates, and its cells are compared. Keys are those of /review: `a`, `c` for each cell that is
inferred, a digit for another reading, `e`, some letters and Enter for each cell to change, `r`
and a digit for a candidate that the ledger has no claim for. The text is private, so no test can
run this; what it printed last stands in the README beside it.
"""

import csv
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SOURCE = "gate-ai-content"
FIELDS = ("subject", "predicate", "unit", "period", "asserted_by")
EDITING = 7  # keys: e, five letters of a name on the average, Enter
_OF_IT = re.compile(rf"\b[ce]-{SOURCE}-")
_WHOLE_ROWS = ("mentions.csv", "reviews.csv", "evidence.csv", "left-out.csv")


def rows(file: Path) -> Iterator[dict[str, str]]:
    """The rows of a table, by column."""
    with file.open(encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def forget(tables: Path) -> None:
    """Takes the source, its claims, and what names them, out of a copy of the tables."""
    for file in tables.rglob("*.csv"):
        with file.open(encoding="utf-8", newline="") as text:
            header, *held = csv.reader(text)
        kept = [row for row in held if not _is_of_it(file.name, row)]
        with file.open("w", encoding="utf-8", newline="") as text:
            csv.writer(text, lineterminator="\n").writerows([header, *kept])


def _is_of_it(name: str, row: Sequence[str]) -> bool:
    if name == "sources.csv":
        return row[0] == f"src-{SOURCE}"
    told = "\x1f".join(row)
    return bool(_OF_IT.search(told)) or (name in _WHOLE_ROWS and f"src-{SOURCE}" in told)


def ingested(texts: Path, folder: Path) -> tuple[list[dict[str, Any]], frozenset[tuple[str, str]]]:
    """The candidates of the article, and the subjects with properties that are known without it."""
    tables, triples, store = (str(folder / name) for name in ("tables", "triples", "store"))
    shutil.copytree(ROOT / "data" / "tables", tables)
    forget(Path(tables))
    _kg("compile", "--tables", tables, "--out", triples)
    _kg("build", "--triples", triples, "--store", store)
    about = ("--lang", "en", "--publisher", "gate", "--issued", "2025-12-22")
    inbox, text = folder / "inbox", texts / f"{SOURCE}.txt"
    _kg("ingest", str(text), *about, "--out", str(inbox), "--store", store)
    lines = (inbox / "candidates.jsonl").read_text(encoding="utf-8").splitlines()
    claims = (row for file in Path(tables, "claims").glob("*.csv") for row in rows(file))
    known = frozenset((row["subject"], row["predicate"]) for row in claims)
    return [json.loads(line) for line in lines], known


def _kg(*arguments: str) -> None:
    main = "from kg.edges.cli import main; main()"
    subprocess.run([sys.executable, "-c", main, *arguments], check=True, capture_output=True)


def figures() -> Iterator[tuple[dict[str, str], list[tuple[int, int]]]]:
    """Each claim of the article whose object is a number, with the places that print it."""
    places: dict[str, list[tuple[int, int]]] = {}
    for row in rows(ROOT / "data" / "tables" / "evidence.csv"):
        if row["source"] == f"src-{SOURCE}" and row["start"] and "value" in row["supports"]:
            places.setdefault(row["claim_id"], []).append((int(row["start"]), int(row["end"])))
    for file in (ROOT / "data" / "tables" / "claims").glob("*.csv"):
        for row in rows(file):
            if row["source"] == f"src-{SOURCE}" and number(row["object"]) and row["start"]:
                own = (int(row["start"]), int(row["end"]))
                yield row, [own, *places.get(row["claim_id"], [])]


def number(text: str) -> Decimal | None:
    """The number that a cell holds."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def readings(candidate: Mapping[str, Any]) -> list[dict[str, str]]:
    """The first reading and the two next ones."""
    first = candidate["row"]
    return [first, *({**first, **other["row"]} for other in candidate["suggestions"][:2])]


def wrong(reading: Mapping[str, str], claim: Mapping[str, str]) -> list[str]:
    """The cells of a reading that differ from the claim."""
    return [name for name in FIELDS if (reading.get(name) or "") != claim[name]]


def keys(candidate: Mapping[str, Any], claim: Mapping[str, str]) -> int:
    """The fewest keys that make the claim of a candidate."""
    inferred = sum(1 for basis in candidate["basis"].values() if basis == "inferred")
    ways = (
        (number > 0) + EDITING * len(wrong(reading, claim)) + inferred + 1
        for number, reading in enumerate(readings(candidate))
    )
    return min(ways)


def compare(
    candidates: Sequence[Mapping[str, Any]], known: frozenset[tuple[str, str]]
) -> Counter[str]:
    """Counts over the figures of the ledger, and the keys that they all take."""
    told: Counter[str] = Counter(candidates=len(candidates))
    used = set()
    for claim, places in figures():
        group = "known" if (claim["subject"], claim["predicate"]) in known else "new"
        told["figures"] += 1
        told[f"figures, {group}"] += 1
        found = [one for one in candidates if _prints(one, claim, places)]
        if not found:
            continue
        used.add(found[0]["id"])
        faults = [wrong(reading, claim) for reading in readings(found[0])]
        told["found"] += 1
        told[f"first, {group}"] += not faults[0]
        told[f"among three, {group}"] += [] in faults
        told.update(f"wrong {name}" for name in faults[0])
        told["keys"] += keys(found[0], claim)
    told["keys"] += 2 * (len(candidates) - len(used))
    return told


def _prints(
    candidate: Mapping[str, Any], claim: Mapping[str, str], places: Sequence[tuple[int, int]]
) -> bool:
    start, end = candidate["start"], candidate["end"]
    within = any((a <= start and end <= b) or (start <= a and b <= end) for a, b in places)
    return within and number(candidate["row"].get("object", "")) == number(claim["object"])


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        told = compare(*ingested(Path(sys.argv[1]), Path(name)))
    print(json.dumps(told, indent=1))

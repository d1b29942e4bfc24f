"""Scores of the finder on a half of the texts: `python tests/reading/measure.py development`.

With `--misses` it also lists what differs; do that with the development half alone. With
`--verdicts` every figure is judged against the shipped snapshot, which is built where needed.
"""

import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from kg.core.names import shipped_names
from kg.edges.cli.stores import open_store
from kg.text.figures import find_quantities
from kg.text.names import NameFinder
from kg.views.checking.record import Record
from kg.views.checking.report import as_data, check
from kg.views.record.claims import Reader
from reading.known import known_names
from reading.score import load, misses, names_of_texts, report, score

_FINDER = NameFinder(known_names())


def answer(text: str, gold: Mapping[str, Any]) -> dict[str, Any]:
    """What the finder says of one text, in the shape of the gold."""
    found = find_quantities(text, gold.get("published", ""), gold["lang"])
    names = [asdict(one) for one in _FINDER.find(text)]
    return {"quantities": [asdict(one) for one in found], "names": names}


def judged(record: Record, text: str, gold: Mapping[str, Any]) -> dict[str, Any]:
    """What `kg verify` answers of one text."""
    return as_data(check(record, text, gold.get("published", ""), gold["lang"]))


def main(half: str, told: bool, verdicts: bool) -> None:
    """Prints the table of a half, and the misses where they are asked for."""
    pairs = []
    record = Record(Reader(open_store(None), shipped_names())) if verdicts else None
    for name in names_of_texts()[half]:
        text, gold = load(name)
        pairs.append((gold, judged(record, text, gold) if record else answer(text, gold)))
        if told:
            print(f"## {name}", *misses(gold, pairs[-1][1], text), sep="\n")
    print(*report(score(pairs)), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1], "--misses" in sys.argv, "--verdicts" in sys.argv)

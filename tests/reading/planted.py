"""True figures of the texts told wrongly, one at a time: which of them are caught.

A harder check than the planted errors of the texts, and one with many more of them:
`python tests/reading/planted.py development`.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from kg.core.names import shipped_names
from kg.edges.cli.stores import open_store
from kg.text.folding import one_width
from kg.views.checking.record import Record
from kg.views.checking.report import check
from kg.views.record.claims import Reader
from reading.score import ERRORS, load, names_of_texts, share

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_FACTORS = {
    "ten times": "10", "a tenth": "0.1", "a third more": "1.3", "less by 40 %": "0.6",
    "twice": "2",
}  # fmt: skip
_CURRENCIES = (("yen", "dollars"), ("円", "ドル"), ("¥", "$"))


def wrong(surface: str) -> Iterator[tuple[str, str]]:
    """How a printed figure may be told wrongly: the kind of error, the figure.

    >>> dict(wrong("25 yen"))["digits swapped"], dict(wrong("25 yen"))["twice"]
    ('52 yen', '50 yen')
    """
    found = _NUMBER.search(one_width(surface))
    if not found or "・" in surface:
        return
    before, number, after = surface[: found.start()], found[0], surface[found.end() :]
    plain = number.replace(",", "")
    places = len(plain.partition(".")[2])
    for kind, factor in _FACTORS.items():
        value = Decimal(plain) * Decimal(factor)
        told = f"{value:.{places}f}" if kind not in ("ten times", "a tenth") else f"{value:f}"
        if Decimal(told) != Decimal(plain):
            yield kind, before + told + after
    if plain[:2].isdigit() and len(set(plain[:2])) > 1 and plain[1] != "0":
        yield "digits swapped", before + plain[1] + plain[0] + plain[2:] + after
    if len(plain) > 1:
        yield "first digit", before + str(int(plain[0]) % 9 + 1) + plain[1:] + after
    for own, other in _CURRENCIES:
        if own in surface:
            yield "currency", surface.replace(own, other)


def main(half: str) -> None:
    """Prints, by kind of error, the share that is caught and the share that is supported."""
    record = Record(Reader(open_store(None), shipped_names()))
    told: Counter[str] = Counter()
    for name in names_of_texts()[half]:
        text, gold = load(name)
        true = [q for q in gold["quantities"] if q["verdict"] == "supported" and q["unit"]]
        for start, end, surface in ((q["start"], q["end"], q["surface"]) for q in true):
            for kind, figure in wrong(surface):
                changed = text[:start] + figure + text[end:]
                answer = check(record, changed, gold.get("published", ""), gold["lang"])
                verdicts = [q.verdict for q in answer.quantities if abs(q.start - start) < 2]
                for count in (kind, "all"):
                    told[count] += bool(verdicts)
                    told[f"{count} caught"] += verdicts[:1] in ([e] for e in ERRORS)
                    told[f"{count} supported"] += verdicts[:1] == ["supported"]
    for kind in [*_FACTORS, "digits swapped", "first digit", "currency", "all"]:
        caught, bad = told[f"{kind} caught"], told[f"{kind} supported"]
        print(f"| {kind} | {share(caught, told[kind])} | {share(bad, told[kind])} |")


if __name__ == "__main__":
    main(sys.argv[1])

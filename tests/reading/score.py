"""How well found quantities, names and verdicts agree with the gold of the reading texts.

A finder gives, for one text, what `POST /api/verify` answers: `quantities` with `start`, `end`,
`kind`, `value`, `unit`, `qualifier` and, where it judges, `verdict`; `names` with `start`, `end`,
`id`, `damaged`. Offsets are code points, ends exclusive.

Spans count as found where start and end are equal. Value, qualifier and verdict are judged among
those alone. Names are linked where some found name with equal ends has the id; wrong where it has
another one; a found name with an id on a span that the gold does not hold is wrong too.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from reading.marked_text import FOLDER, halves

Answer = Mapping[str, Any]
Finder = Callable[[str, str, str], Answer]
ERRORS = ("differs", "do-not-print")
_CLOSE = Decimal("0.005")  # two thirds may be written 0.67, 66.7 or exactly
MISSED, EXTRA, VALUE, QUALIFIER, KIND, NAME, VERDICT = (
    "missed", "extra", "value", "qualifier", "kind", "name", "verdict",
)  # fmt: skip


def load(name: str, folder: Path = FOLDER) -> tuple[str, Answer]:
    """A text and its gold."""
    file = folder / "texts" / f"{name}.txt"
    gold: Answer = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    return file.read_text(encoding="utf-8"), gold


def names_of_texts(folder: Path = FOLDER) -> dict[str, list[str]]:
    """The names of the texts of both halves."""
    return halves([file.stem for file in (folder / "texts").glob("*.txt")])


def score(texts: Sequence[tuple[Answer, Answer]]) -> Counter[str]:
    """Counts over pairs of gold and answer; `report` makes shares of them."""
    counts: Counter[str] = Counter()
    for gold, answer in texts:
        _score_quantities(gold["quantities"], answer["quantities"], counts)
        _score_names(gold["names"], answer["names"], counts)
    return counts


def _place(thing: Answer) -> tuple[int, int]:
    return thing["start"], thing["end"]


def _score_quantities(
    gold: Sequence[Answer], found: Sequence[Answer], counts: Counter[str]
) -> None:
    wanted = {_place(one): one for one in gold}
    given = {_place(one): one for one in found}
    for kind in ("all", "money", "percent"):
        counts[f"{kind} wanted"] += sum(kind in ("all", q["kind"]) for q in wanted.values())
        counts[f"{kind} given"] += sum(kind in ("all", q["kind"]) for q in given.values())
        counts[f"{kind} hit"] += sum(
            kind in ("all", wanted[place]["kind"]) for place in wanted.keys() & given.keys()
        )
        counts[f"{kind} right"] += sum(
            kind in ("all", given[place]["kind"]) for place in wanted.keys() & given.keys()
        )
    for place in wanted.keys() & given.keys():
        _score_fields(wanted[place], given[place], counts)


def _score_fields(gold: Answer, found: Answer, counts: Counter[str]) -> None:
    counts["value right"] += same_value(gold, found)
    counts["qualifier right"] += gold["qualifier"] == found["qualifier"]
    counts["kind right"] += gold["kind"] == found["kind"]
    if "verdict" not in found:
        return
    counts["judged"] += 1
    counts["verdict right"] += gold["verdict"] == found["verdict"]
    counts["errors judged"] += gold["verdict"] in ERRORS
    counts["errors caught"] += gold["verdict"] in ERRORS and found["verdict"] in ERRORS
    counts["wrongly supported"] += found["verdict"] == "supported" != gold["verdict"]


def same_value(gold: Answer, found: Answer) -> bool:
    """Equal values; of money and percent the unit too.

    >>> same_value({"kind": "date", "value": "FY2026"}, {"kind": "date", "value": "FY2026"})
    True
    """
    units = gold["kind"] not in ("money", "percent") or gold["unit"] == found["unit"]
    try:
        one, other = Decimal(str(gold["value"])), Decimal(str(found["value"]))
    except InvalidOperation:
        return units and bool(gold["value"] == found["value"])
    return units and (one == other or (abs(one - other) <= abs(one) * _CLOSE and one % 1 != 0))


def _score_names(gold: Sequence[Answer], found: Sequence[Answer], counts: Counter[str]) -> None:
    wanted = {_place(one): one for one in gold}
    given = {_place(one): one for one in found}
    for place, name in wanted.items():
        other = given.get(place)
        sort = "damaged" if name["damaged"] else "known" if name["id"] else "new"
        counts[f"{sort} wanted"] += 1
        right = other is not None and other["id"] == name["id"]
        counts[f"{sort} linked"] += right
        counts["wrongly linked"] += bool(other and other["id"] and not right)
    stray = [name for place, name in given.items() if place not in wanted]
    counts["wrongly linked"] += sum(bool(name["id"]) for name in stray)
    counts["names stray"] += len(stray)
    counts["names linked"] += sum(bool(name["id"]) for name in given.values())


def misses(gold: Answer, answer: Answer, around: str) -> list[str]:
    """One line for each thing that differs, with its kind and its surroundings."""
    lines = []
    wanted = {_place(one): one for one in gold["quantities"]}
    given = {_place(one): one for one in answer["quantities"]}
    for place in sorted(wanted.keys() | given.keys()):
        one, other = wanted.get(place), given.get(place)
        seen = around[max(0, place[0] - 20) : place[1] + 15].replace("\n", "⏎")
        lines += [f"{what:9} {seen!r}" for what in _differing(one, other)]
    called = {_place(one): one for one in answer["names"]}
    named = {_place(one): one for one in gold["names"]}
    for place in sorted(named.keys() | called.keys()):
        ids = [side.get(place, {"id": "·"})["id"] for side in (named, called)]
        if ids[0] != ids[1] or place not in called:
            lines.append(f"{NAME:9} {around[place[0] : place[1]]!r} wanted {ids[0]} given {ids[1]}")
    return lines


def _differing(gold: Answer | None, found: Answer | None) -> list[str]:
    if gold is None or found is None:
        side = MISSED if found is None else EXTRA
        one = gold or found or {}
        return [f"{side} {one['kind']} {one['surface']!r}"]
    told = []
    if not same_value(gold, found):
        told.append(
            f"{VALUE} {gold['value']} {gold['unit']} given {found['value']} {found['unit']}"
        )
    if gold["qualifier"] != found["qualifier"]:
        told.append(f"{QUALIFIER} {gold['qualifier']} given {found['qualifier']}")
    if gold["kind"] != found["kind"]:
        told.append(f"{KIND} {gold['kind']} given {found['kind']}")
    if found.get("verdict", gold["verdict"]) != gold["verdict"]:
        told.append(f"{VERDICT} {gold['surface']} {gold['verdict']} given {found['verdict']}")
    return told


def share(part: int, whole: int) -> str:
    """A share with both numbers; a dash where there is nothing to share.

    >>> share(3, 4), share(0, 0)
    ('0.750 (3/4)', '-')
    """
    return f"{part / whole:.3f} ({part}/{whole})" if whole else "-"


def report(counts: Mapping[str, int]) -> list[str]:
    """Lines of a table in Markdown: what, share."""
    rows = []
    for kind in ("all", "money", "percent"):
        rows.append((f"spans, {kind}: recall", counts[f"{kind} hit"], counts[f"{kind} wanted"]))
        rows.append((f"spans, {kind}: precision", counts[f"{kind} right"], counts[f"{kind} given"]))
    found = counts["all hit"]
    rows += [(f"{what} right", counts[f"{what} right"], found) for what in (VALUE, QUALIFIER, KIND)]
    rows += [
        (f"names, {sort}: linked", counts[f"{sort} linked"], counts[f"{sort} wanted"])
        for sort in ("known", "damaged", "new")
    ]
    rows.append(("names wrongly linked", counts["wrongly linked"], counts["names linked"]))
    rows.append(("verdict right", counts["verdict right"], counts["judged"]))
    rows.append(("planted errors caught", counts["errors caught"], counts["errors judged"]))
    rows.append(("wrongly supported", counts["wrongly supported"], counts["judged"]))
    return [f"| {what} | {share(part, whole)} |" for what, part, whole in rows]

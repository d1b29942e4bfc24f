"""Texts with the gold written inside them, and the gold with offsets made from that.

A marked text begins with lines `key: value` (`lang`, `published`, `genre`, `topic`), then an empty
line, then the text with two kinds of marks:

`{surface|kind value [ISO currency] [u=unit] [qualifier] [verdict[:part,part]] [claims…]}`
    kind is one letter of `KINDS`; qualifier one sign of `QUALIFIERS`; verdict one letter of
    `VERDICTS` (without one: not checkable for dates and ages, unknown for the rest); claims are
    ids without their `c-`.
`<surface|id>`
    a name; `!id` is damaged, `-` is a new one, `?id,id` are candidates.

Run as a command, the module writes one JSON file beside each marked text into `texts/`.
"""

import json
import random
import re
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
SEED = 20261129
KINDS = {
    "m": "money", "p": "percent", "d": "date", "u": "duration", "a": "age", "c": "count",
    "x": "multiple", "r": "rate",
}  # fmt: skip
UNITS = {
    "money": "JPY",
    "percent": "percent",
    "duration": "year",
    "age": "year",
    "multiple": "times",
}
QUALIFIERS = {
    "~": "approximately", ">": "over", ">=": "at-least", "<": "under", "<=": "up-to",
    "oom": "order-of-magnitude", "lo": "range-low", "hi": "range-high",
}  # fmt: skip
VERDICTS = {
    "S": "supported", "D": "differs", "P": "do-not-print", "U": "unknown", "N": "not-checkable",
}  # fmt: skip
_MARK = re.compile(r"\{(?P<figure>[^|{}]+)\|(?P<gold>[^{}]+)\}|<(?P<name>[^|<>]+)\|(?P<id>[^<>]+)>")

Gold = dict[str, Any]


def read_marked(marked: str) -> tuple[str, Gold]:
    """The plain text and its gold: head, `quantities`, `names`, with offsets in code points.

    >>> text, gold = read_marked("lang: en" + chr(10) * 2 + "It cost {5 yen|m 5 U}.")
    >>> text, gold["quantities"][0]["start"], gold["quantities"][0]["end"]
    ('It cost 5 yen.', 8, 13)
    """
    head, _, body = marked.partition("\n\n")
    gold: Gold = dict(line.split(": ", 1) for line in head.splitlines())
    gold |= {"quantities": [], "names": []}
    parts, length, at = [], 0, 0
    for mark in _MARK.finditer(body):
        surface = mark["figure"] or mark["name"]
        parts += [body[at : mark.start()], surface]
        start = length + mark.start() - at
        length, at = start + len(surface), mark.end()
        place = {"start": start, "end": length, "surface": surface}
        if mark["figure"]:
            gold["quantities"].append(place | _quantity(mark["gold"].split()))
        else:
            gold["names"].append(place | _name(mark["id"]))
    return "".join([*parts, body[at:]]), gold


def _quantity(words: list[str]) -> Gold:
    kind = KINDS[words[0]]
    found: Gold = {"kind": kind, "value": words[1], "unit": UNITS.get(kind), "qualifier": None}
    found["verdict"] = "not-checkable" if kind in ("date", "age") else "unknown"
    found |= {"differs_in": [], "claims": []}
    for word in words[2:]:
        letter, _, parts = word.partition(":")
        if re.fullmatch("[A-Z]{3}", word):
            found["unit"] = word
        elif word.startswith("u="):
            found["unit"] = word[2:]
        elif word in QUALIFIERS:
            found["qualifier"] = QUALIFIERS[word]
        elif letter in VERDICTS:
            found["verdict"] = VERDICTS[letter]
            found["differs_in"] = parts.split(",") if parts else []
        else:
            found["claims"].append(f"c-{word}")
    return found


def _name(told: str) -> Gold:
    given = told.lstrip("!?")
    new = given == "-" or told.startswith("?")
    candidates = given.split(",") if told[0] in "!?" else []
    return {
        "id": None if new else given,
        "damaged": told.startswith("!"),
        "candidates": candidates,
    }


def halves(names: list[str], seed: int = SEED) -> dict[str, list[str]]:
    """`development` and `frozen`: within each language a seeded draw of half the texts.

    A name begins with its language: `en-…`, `ja-…`.
    """
    drawn: dict[str, list[str]] = {"development": [], "frozen": []}
    for language in ("en", "ja"):
        texts = sorted(name for name in names if name.startswith(language))
        random.Random(f"{seed}-{language}").shuffle(texts)
        middle = len(texts) // 2
        drawn["development"] += sorted(texts[:middle])
        drawn["frozen"] += sorted(texts[middle:])
    return drawn


def build(folder: Path = FOLDER) -> None:
    """Writes `texts/NAME.txt` and `texts/NAME.json` from every `marked/NAME.txt`."""
    (folder / "texts").mkdir(exist_ok=True)
    for file in sorted((folder / "marked").glob("*.txt")):
        text, gold = read_marked(file.read_text(encoding="utf-8"))
        target = folder / "texts" / file.name
        target.write_text(text, encoding="utf-8")
        target.with_suffix(".json").write_text(
            json.dumps(gold, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    build()

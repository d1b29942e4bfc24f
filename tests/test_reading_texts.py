"""The texts for reading: their gold holds, their halves are fixed, and the goals on them."""

import json
from collections import Counter
from csv import DictReader

import pytest
import yaml

from reading.known import TABLES
from reading.marked_text import FOLDER, halves, read_marked
from reading.measure import answer
from reading.score import load, names_of_texts, score

pytestmark = pytest.mark.fast

HALVES = names_of_texts()
TEXTS = sorted(HALVES["development"] + HALVES["frozen"])


@pytest.mark.parametrize("name", TEXTS)
def test_text_and_gold_are_made_from_the_marks(name: str) -> None:
    marked = (FOLDER / "marked" / f"{name}.txt").read_text(encoding="utf-8")
    text, gold = read_marked(marked)
    assert load(name) == (text, json.loads(json.dumps(gold)))
    for one in [*gold["quantities"], *gold["names"]]:
        assert text[one["start"] : one["end"]] == one["surface"]
    assert len(gold["quantities"]) >= 15


def test_the_halves_are_alike_and_fixed() -> None:
    for names in HALVES.values():
        assert Counter(name[:2] for name in names) == {"en": 4, "ja": 4}
        assert sum(load(name)[1]["topic"] == "neighbouring" for name in names) == 2
    assert halves(TEXTS) == HALVES


def test_the_gold_names_claims_and_things_of_the_tables() -> None:
    claims = {
        row["claim_id"]
        for file in (TABLES / "claims").glob("*.csv")
        for row in DictReader(file.read_text(encoding="utf-8").splitlines())
    }
    things = {
        entity["id"]
        for file in (TABLES / "entities").glob("*.yaml")
        for entity in yaml.safe_load(file.read_text(encoding="utf-8"))
    }
    golds = [load(name)[1] for name in TEXTS]
    assert {c for gold in golds for q in gold["quantities"] for c in q["claims"]} <= claims
    assert {n["id"] for gold in golds for n in gold["names"]} - {None} <= things
    verdicts = Counter(q["verdict"] for gold in golds for q in gold["quantities"])
    assert verdicts["differs"] + verdicts["do-not-print"] >= 30
    assert sum(verdicts.values()) >= 400
    assert sum(len(gold["names"]) for gold in golds) >= 100


@pytest.mark.parametrize("half", sorted(HALVES))
def test_the_goals_are_reached(half: str) -> None:
    """The goals of the design (reading.md §3); on the frozen half its misses were not looked at."""
    pairs = [(gold, answer(text, gold)) for text, gold in map(load, HALVES[half])]
    got = score(pairs)
    for kind, least in (("all", 0.94), ("money", 0.97), ("percent", 0.97)):
        assert got[f"{kind} hit"] >= least * got[f"{kind} wanted"]
        precise = 0.95 if kind == "all" else 0.97
        assert got[f"{kind} right"] >= precise * got[f"{kind} given"]
    assert got["value right"] >= 0.99 * got["all hit"]
    assert got["qualifier right"] >= 0.95 * got["all hit"]
    assert got["known linked"] >= 0.95 * got["known wanted"]
    assert got["damaged linked"] >= 0.8 * got["damaged wanted"]
    assert got["wrongly linked"] <= 1  # of some fifty: one is more than one in a hundred

"""What a reader is shown of a figure: words around it, both ends of a range, nothing else."""

import csv
import io
import re

import pytest

from kg.core.names import Names
from kg.engine.graph_store import MemoryStore
from kg.views.network.pictures import neighbourhood
from kg.views.record.claims import Reader
from outside import Page, ask
from surfaces import kg

RANGE, LOW, HIGH = "c-coda-2020-001", "333370388130", "430031420514"
WORDS = "333.4–430 billion yen"
QUESTION, SETTLED = "conflict-ai-trillion-one-or-several", "conflict-content-council-first-meeting"


@pytest.fixture(scope="module")
def reader(shipped_store: MemoryStore, names: Names) -> Reader:
    return Reader(shipped_store, names)


def words_of(server: str, path: str) -> str:
    return re.sub(r"\s+", " ", Page(ask(server, path).text).words)


def rows_of(server: str, path: str) -> list[dict[str, str]]:
    text = ask(server, path).body.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_command_prints_both_ends_and_the_printed_form_as_printed() -> None:
    said = kg("show", "piracy-damage-japan").out
    assert f"→ print: {WORDS} (2019) / 3334億円〜4300億円（2019年） (as printed: “3,333億" in said
    assert "→ print: 3,333億7,038万8,130円" not in said
    assert f"· {WORDS} / 3334億円〜4300億円 “3,333億" in said


def test_tables_have_the_qualifier_and_both_ends_of_a_range_alone(server: str) -> None:
    for path in (
        "/entity/piracy-damage-japan",
        "/sources/src-coda-2020",
        "/series/piracy-damage-japan",
    ):
        row = next(r for r in rows_of(server, f"{path}?format=csv") if r["claim"] == RANGE)
        assert (row["qualifier"], row["low"], row["high"]) == ("range", LOW, HIGH), path
    for path in ("/figures", "/money", "/conflicts"):
        rows = rows_of(server, f"{path}?format=csv")
        ranged = {r["qualifier"] for r in rows if r["low"] or r["high"]}
        assert ranged <= {"range", "order-of-magnitude"}, path
        assert {r["qualifier"] for r in rows} > {"approximately", "over"}, path
    spread = next(
        r for r in rows_of(server, "/figures?format=csv") if r["qualifier"] == "order-of-magnitude"
    )
    assert (spread["low"], spread["high"]) == ("100000000000", "1000000000000")


def test_pages_print_the_words_around_a_number_once(server: str) -> None:
    said = words_of(server, f"/conflicts/{QUESTION}")
    assert "about 1 trillion yen Jiji Press" in said
    entity = words_of(server, "/entity/domestic-ai-support-5y")
    assert "about 1 trillion yen" in entity
    assert "(approximately)" not in entity
    assert "約1兆円" in words_of(server, f"/conflicts/{QUESTION}?lang=ja")


def test_a_range_has_ends_and_other_figures_bounds(server: str) -> None:
    said = words_of(server, f"/claims/{RANGE}")
    assert re.search(r"Both ends as printed\s?333\W370\W388\W130 – 430\W031\W420\W514", said)
    assert "never to print" not in said
    assert "原文が示す両端" in words_of(server, f"/claims/{RANGE}?lang=ja")
    assert "Bounds, to find conflicts with, never to print" in words_of(
        server, "/claims/c-jiji-20251221-001"
    )


def test_a_picture_says_the_words_in_both_languages(reader: Reader) -> None:
    entity = reader.named([iri := reader.names.id("piracy-damage-japan")])[iri]
    facts = [f for node in neighbourhood(reader, entity, 1).nodes for f in node.facts]
    fact = next(f for f in facts if any(c.iri.endswith(RANGE) for c in f.claims))
    claim = next(c for c in fact.claims if c.iri.endswith(RANGE))
    assert (fact.value, claim.value, claim.value_ja) == (WORDS, WORDS, "3334億円〜4300億円")


def test_the_gap_of_a_range_has_two_ends_and_each_target_one_row(server: str) -> None:
    rows = rows_of(server, "/queries/cq28?format=csv")
    gaps = [(r["gap"], r["gaplow"], r["gaphigh"]) for r in rows if "/keidanren-" in r["target"]]
    assert gaps == [("", "8995600000000", "13995600000000")]
    assert sum("/cool-japan-" in r["target"] for r in rows) == 1


def test_readings_of_what_is_no_conflict_are_no_rivals(server: str) -> None:
    page = ask(server, f"/conflicts/{QUESTION}").text
    assert "They are readings, not rivals." in page
    assert "the editors hold with this" not in page
    conflict = ask(server, "/conflicts/conflict-53d29cce3f19").text
    assert "the editors hold with this" in conflict
    assert "Other conflicts, questions and cautions about the same" in page


def test_a_settled_question_of_identity_asks_no_more(server: str) -> None:
    assert "may be one thing" not in words_of(server, f"/conflicts/{SETTLED}")
    assert "each of them stands" in words_of(server, f"/conflicts/{SETTLED}")
    assert "may be one thing" in words_of(server, f"/conflicts/{QUESTION}")


def test_the_printed_form_has_one_name_in_japanese(server: str) -> None:
    said = words_of(server, f"/claims/{RANGE}?lang=ja")
    assert "原文どおりの表記" in said
    for path in (f"/claims/{RANGE}", "/", f"/conflicts/{QUESTION}", "/queries/cq28"):
        assert "印字" not in words_of(server, f"{path}?lang=ja"), path

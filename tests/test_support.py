"""What a phrase holds of a claim, and the confidence that follows from it."""

import csv
import doctest
from decimal import Decimal
from pathlib import Path

import pytest

from kg.core.errors import TablesRefused
from kg.core.problems import Problem
from kg.ledger.reader import read_ledger
from kg.ledger.vocabulary import Vocabulary
from kg.text import support
from kg.text.support import Wanted, supported
from surfaces import replace_once

pytestmark = pytest.mark.fast

YEN = Wanted(
    numbers=frozenset({Decimal("5.5e10")}),
    value=("55 billion yen",),
    subject=("content budget", "コンテンツ"),
    period="period-fy2025",
    asserter=("METI", "経済産業省"),
)
HELD = [
    ("550億円", "value"),
    ("５５０億円を超える補正予算", "value nature"),
    ("経済産業省のコンテンツ支援", "subject asserter"),
    ("METI's content budgets", "subject asserter nature"),
    ("2025年度に55 billion yen", "value period"),
    ("2025年に", ""),
    ("more than half", ""),
    ("metallic", ""),
]


@pytest.mark.parametrize(("quote", "parts"), HELD)
def test_a_phrase_holds_what_its_words_say(quote: str, parts: str) -> None:
    assert " ".join(supported(quote, YEN)) == parts


def test_an_authors_own_words_name_the_asserter() -> None:
    assert supported("a phrase", Wanted(own_voice=True)) == ("asserter",)


@pytest.mark.parametrize(
    ("day", "quote", "held"),
    [
        ("2025-12-19", "12月19日に決定", True),
        ("2025-12-19", "on December 19", True),
        ("2025-12-19", "19日に", False),
        ("2025-12", "2025年12月", True),
        ("2025-12", "12月", False),
        ("2027", "令和9年に", True),
        ("fy2026", "2026年度", True),
    ],
)
def test_a_date_has_to_stand_as_precisely_as_the_claim_says(
    day: str, quote: str, held: bool
) -> None:
    assert ("value" in supported(quote, Wanted(day=day))) == held


def confidence(tables: Path, vocabulary: Vocabulary, claim: str) -> str:
    ledger, _ = read_ledger(tables, vocabulary)
    return next(found.confidence for found in ledger.claims if found.slug == claim)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ("value;subject;period;asserter", "0.95"),  # the editors' own is the smaller
        ("value;subject", "0.95"),
        ("value;period", "0.85"),
        ("value", "0.85"),
    ],
)
def test_confidence_is_no_higher_than_the_passages_allow(
    workplace: Path, vocabulary: Vocabulary, parts: str, expected: str
) -> None:
    file = workplace / "tables" / "claims" / "ai-trillion.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Body,value;subject;period,", f"Body,{parts},", 1), "utf-8")
    found = confidence(workplace / "tables", vocabulary, "c-gate-ai-content-001")
    assert found == expected


def test_passages_of_one_claim_count_together(workplace: Path, vocabulary: Vocabulary) -> None:
    """Neither phrase alone gives value and subject."""
    tables = workplace / "tables"
    file = tables / "claims" / "content-money.csv"
    text = file.read_text(encoding="utf-8")
    assert confidence(tables, vocabulary, "c-gate-ai-content-006") == "1"
    file.write_text(
        text.replace("1346,1394,Body,value;subject;nature,", "1346,1394,Body,value,", 1), "utf-8"
    )
    assert confidence(tables, vocabulary, "c-gate-ai-content-006") == "1"
    further = tables / "evidence.csv"
    rows = list(csv.reader(further.read_text(encoding="utf-8").splitlines()))
    kept = "\n".join(",".join(row) for row in rows if row[1] != "c-gate-ai-content-006")
    further.write_text(kept + "\n", encoding="utf-8")
    assert confidence(tables, vocabulary, "c-gate-ai-content-006") == "0.85"


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("about ¥1 trillion,,,,value;asserter", "about ¥1 trillion,,,,value;subject", "subject"),
        ("UnnamedSources,1,src-yomiuri", "NamedAgent,1,src-yomiuri", ""),
    ],
)
def test_a_name_that_the_phrase_lacks_is_a_warning(
    workplace: Path, vocabulary: Vocabulary, old: str, new: str, part: str
) -> None:
    file = workplace / "tables" / "claims" / "ai-trillion.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    doubts: list[Problem] = []
    read_ledger(workplace / "tables", vocabulary, doubts=doubts)
    assert [(d.severity, d.rule) for d in doubts] == [("Warning", "S33")] * bool(part)
    assert all(f"no name of the {part} stands" in d.what for d in doubts)
    assert all("ai-trillion.csv:10" in d.where for d in doubts)


ACCEPTED = {
    "a table's unit in the note": (
        "JPY,stated,,,25.2 billion yen,,,,,,,,,reported,gate,,unknown,,AuthorVoice,1,"
        "src-gate-ai-content,only 25.2 billion yen,4439,4460,Body,value;asserter,no year printed",
        "JPY,stated,,,252,,,,,,,,,reported,gate,,unknown,,AuthorVoice,1,src-gate-ai-content,"
        "only 25.2 billion yen,4439,4460,Body,value;asserter,in units of 100 million yen",
    ),
    "dollars of Taiwan": (
        "content-budget-japan,amount,25.2e9,JPY,stated,,,25.2 billion yen",
        "content-budget-japan,amount,25.2e9,TWD,stated,,,252億台湾ドル",
    ),
    "a target for a year that is over": (
        "25.3 billion yen,,,,,,,,,reported,jiji-press,2026-01-13,stated,,AuthorVoice,1,"
        "src-jiji-20260113,25.3 billion yen,,,,value;asserter,",
        "25.3 billion yen,period-2024,inferred,,,,,,,target,jiji-press,2026-01-13,stated,,"
        "AuthorVoice,1,src-jiji-20260113,25.3 billion yen,,,,value;asserter,period: the year",
    ),
    "an end of a range in the note": (
        "JPY,stated,,,25.3 billion yen,,,,,,,,,reported,jiji-press,2026-01-13,stated,,AuthorVoice,"
        "1,src-jiji-20260113,25.3 billion yen,,,,value;asserter,",
        "JPY,range,25.3e9,26e9,25.3 billion yen,,,,,,,,,reported,jiji-press,2026-01-13,stated,,"
        "AuthorVoice,1,src-jiji-20260113,25.3 billion yen,,,,value;asserter,up to 26 billion yen",
    ),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_lawful_is_accepted(workplace: Path, vocabulary: Vocabulary, name: str) -> None:
    old, new = ACCEPTED[name]
    replace_once(workplace / "tables" / "claims" / "content-money.csv", old, new)
    ledger, _ = read_ledger(workplace / "tables", vocabulary)
    assert ledger.claims


def further(workplace: Path, vocabulary: Vocabulary, quote: str, parts: str) -> list[Problem]:
    """The warnings after one more passage of a claim, from its own source; a fault raises."""
    file = workplace / "tables" / "evidence.csv"
    row = f"e-jiji-20260113-x01,c-jiji-20260113-002,src-jiji-20260113,{quote},,,Headline,{parts}"
    file.write_text(f"{file.read_text(encoding='utf-8')}{row}\n", encoding="utf-8")
    doubts: list[Problem] = []
    read_ledger(workplace / "tables", vocabulary, doubts=doubts)
    return doubts


def test_a_headline_may_name_the_subject_without_the_number(
    workplace: Path, vocabulary: Vocabulary
) -> None:
    assert further(workplace, vocabulary, "Content Industry Budget", "subject;asserter") == []


def test_a_further_passage_with_neither_number_nor_subject_is_refused(
    workplace: Path, vocabulary: Vocabulary
) -> None:
    with pytest.raises(TablesRefused, match="no evidence for it"):
        further(workplace, vocabulary, "Boost Aid for Games", "asserter")


def test_words_by_which_texts_speak_of_a_thing_name_it_too(
    workplace: Path, vocabulary: Vocabulary
) -> None:
    """A cue of the entity; words that are neither name nor cue are a warning."""
    file = workplace / "tables" / "entities" / "measure.yaml"
    old = "- id: content-budget-japan\n"
    replace_once(file, old, f"{old}  cues: {{en: [boost aid], ko: [예산]}}\n")
    assert further(workplace, vocabulary, "Boost Aid for Games", "subject;asserter") == []


def test_words_that_are_neither_name_nor_cue_are_a_warning(
    workplace: Path, vocabulary: Vocabulary
) -> None:
    found = further(workplace, vocabulary, "Boost Aid for Games", "subject;asserter")
    assert [doubt.rule for doubt in found] == ["S33"]


def test_silence_keeps_the_confidence_of_the_editors(
    workplace: Path, vocabulary: Vocabulary
) -> None:
    assert confidence(workplace / "tables", vocabulary, "c-gate-ai-content-003") == "1"


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(support).failed == 0

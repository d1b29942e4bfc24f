"""Answers of ready questions on pages: statements, units, labels and days in words, both languages.

Rows for programs stay as the query answers them.
"""

import csv
import html
import io
import re
from collections import Counter

import pytest

from kg.views.queries.questions import questions
from outside import ask

pytestmark = pytest.mark.long

LANGS = ("en", "ja")
# a slug of the graph or a CURIE, a part of a key, a day as programs write it, digits in one row
KEYS = (
    re.compile(r"(c|src|o|m|e|snap|review|conflict|period)-[a-z0-9]+(-[a-z0-9]+)+"),
    re.compile(r"[a-z-]+:[A-Za-z-]+"),
    re.compile(r".*(period=|\|amount|\|levels).*"),
    re.compile(r"\d{4}-\d\d(-\d\d)?"),
    re.compile(r"-?\d{5,}(\.\d+)?"),
)
FREE = ("passage", "printed", "surface", "source", "reason", "note")  # words of others, of editors
FACTORS = ("ten",)  # numbers without a unit; their digits are parted by the style sheet
DOCUMENTS = {
    "cq02": "article", "cq07": "source", "cq40": "source", "j04": "source", "j10": "source",
}  # fmt: skip


def answer(server: str, name: str, more: str) -> tuple[str, list[dict[str, str]]]:
    """The page of an answer, and the text of its cells by variable."""
    page = ask(server, f"/queries/{name}?{more}").text
    columns = re.findall(r'<th scope="col" title="\?(\w+)">', page)
    rows = re.findall(r"<tr>(<td data-head.*?)</tr>", page, re.DOTALL)
    found = []
    for row in rows:
        cells = re.findall(r"<td [^>]*>(.*?)</td>", row, re.DOTALL)
        texts = (html.unescape(re.sub("<[^>]*>", "", cell)) for cell in cells)
        found.append(dict(zip(columns, texts, strict=True)))
    return page, found


@pytest.mark.parametrize("lang", LANGS)
def test_no_cell_is_a_key_a_slug_or_a_bare_number(server: str, lang: str) -> None:
    bad = []
    for name in questions():
        _, rows = answer(server, name, f"lang={lang}")
        assert rows, name
        for row in rows:
            told = {c: t for c, t in row.items() if not c.endswith(FREE) and c not in FACTORS}
            bad += [(name, c, t) for c, t in told.items() if any(k.fullmatch(t) for k in KEYS)]
    assert not bad


@pytest.mark.parametrize("lang", LANGS)
def test_links_to_evidence_say_what_it_is(server: str, lang: str) -> None:
    """No two names of different claims in a column that has nothing else but claims are alike."""
    page, rows = answer(server, "cq07", f"lang={lang}")
    assert len(rows) == 131
    names = [row["claim"] for row in rows]
    assert all(len(name) > 12 for name in names)
    assert Counter(names).most_common(1)[0][1] <= 3  # one speaker may say a thing in two places
    assert {"en": "1 trillion yen", "ja": "1兆円"}[lang] in names[0]
    assert ">evidence<" not in page
    assert ">根拠<" not in page


def test_a_subject_is_said_only_where_no_other_column_has_it(server: str) -> None:
    _, beside = answer(server, "cq02", "lang=en")
    alone = answer(server, "cq07", "lang=en")[1]
    subject = "Five-year support for domestic AI models"
    assert not any(row["claim"].startswith(subject) for row in beside)
    assert any(row["claim"].startswith(f"{subject}: 1 trillion yen") for row in alone)
    assert beside[0]["claim"].endswith(", Gate")


@pytest.mark.parametrize(
    ("name", "column", "en", "ja"),
    [
        ("cq01", "value", "1 trillion yen", "1兆円"),  # the unit of the claim beside it
        ("cq14", "amount", "about 1 trillion yen", "約1兆円"),  # of a column; the qualifier told
        ("n08", "total", "1 trillion yen", "1兆円"),  # of what the asker bound
        ("cq12", "change", "-6.2 billion yen", "-62億円"),
        ("j02", "dated", "said that day", "その日の発言"),
        ("cq05", "on", "31 March 2025", "2025年3月31日"),
        ("n12", "first", "19 December 2025: decided by a headquarters", "2025年12月19日：本部決定"),
    ],
)
def test_values_stand_in_words(server: str, name: str, column: str, en: str, ja: str) -> None:
    for lang, wanted in (("en", en), ("ja", ja)):
        _, rows = answer(server, name, f"lang={lang}")
        assert wanted in [row[column] for row in rows], (lang, {r[column] for r in rows})


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("cq02", "unit"), ("cq14", "unit"), ("cq14", "qualifier"), ("cq28", "seen"),
        ("cq20", "currency"), ("cq12", "newperiod"), ("cq23", "value"), ("cq24", "name"),
        ("n04", "says"), ("n06", "problem"), ("cq13", "name"),
    ],
)  # fmt: skip
def test_what_another_column_says_has_none_of_its_own(server: str, name: str, column: str) -> None:
    """The columns leave the page; the file has them."""
    for lang in LANGS:
        _, rows = answer(server, name, f"lang={lang}")
        assert column not in rows[0]
    text = ask(server, f"/queries/{name}?format=csv").text
    assert column in next(csv.reader(io.StringIO(text)))


def test_rows_for_programs_keep_terms_and_numbers(server: str) -> None:
    text = ask(server, "/queries/cq01?format=csv").text.lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0]["claim"].endswith("/id/c-gate-ai-content-002")
    assert rows[0]["value"] == "100000000"
    assert rows[0]["qualifier"].endswith("/value-qualifier/stated")


def test_questions_of_words_answer_in_the_language_of_the_page(server: str) -> None:
    page, rows = answer(server, "n05", "lang=ja")
    assert all("yen" not in row["value"] for row in rows)
    assert 'name="lang" value="ja" placeholder' not in page  # no field that changes nothing
    files = [ask(server, f"/queries/n05?format=csv{more}").text for more in ("", "&lang=ja")]
    assert "yen" in files[0]
    assert "yen" not in files[1].partition("\n")[2]


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("n07", True), ("cq05", True), ("cq18", True), ("cq24", True), ("cq31", True),
        ("n01", False), ("n09", False), ("cq01", False), ("cq02", False), ("cq03", False),
        ("cq08", False), ("cq12", False), ("cq15", False), ("cq33", False), ("j01", False),
    ],
)  # fmt: skip
def test_only_relations_are_drawn_as_a_graph(server: str, name: str, drawn: bool) -> None:
    assert ('id="joined"' in ask(server, f"/queries/{name}").text) is drawn


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("name", "parameter"), DOCUMENTS.items())
def test_a_publisher_in_the_place_of_a_document_offers_its_documents(
    server: str, name: str, parameter: str, lang: str
) -> None:
    for given in ("kyodo-news", "Kyodo+News"):
        answered = ask(server, f"/queries/{name}?{parameter}={given}&lang={lang}")
        assert answered.status == 200
        offered = re.findall(rf'href="(/queries/{name}\?{parameter}=src-[^"]+)"', answered.text)
        assert len(set(offered)) >= 5
        assert {"en": "No rows", "ja": "該当なし"}[lang] not in answered.text
    assert ask(server, html.unescape(offered[0])).status == 200
    document = ask(server, f"/queries/{name}?{parameter}=src-kyodo-20240604&lang={lang}").text
    assert "src-kyodo-20250708-gifu" not in document.partition("<datalist")[0]


def test_reasons_of_the_editors_stand_in_the_language_of_the_page(server: str) -> None:
    _, rows = answer(server, "cq08", "lang=ja")
    reasons = [row["reason"] for row in rows if row["reason"]]
    assert all(re.search("[ぁ-ん]", reason) for reason in reasons)

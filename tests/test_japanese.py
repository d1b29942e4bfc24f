"""The editors' words in Japanese, from the tables to pages without English of ours."""

import csv
import random
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest

from browser.every_page import PAGES
from kg.core.names import Names
from kg.engine.graph_store import MemoryStore
from kg.views.record.advice import advise
from kg.views.record.claims import Reader
from kg.views.record.conflicts import conflicts
from kg.views.record.entity import entity_card
from outside import ask
from surfaces import Run, kg

pytestmark = pytest.mark.long

SEED, SAMPLE = 20261130, 60
# Words of sources and of machines, and titles, in which no language can be marked.
QUOTED = {"textarea", "q", "cite", "code", "pre", "script", "style", "template", "title"}
MORE_PAGES = ("/claims", "/figures", "/people", "/conflicts?kind=caution", "/timeline?kind=")
INLINE = {"b", "strong", "em", "i", "small", "span", "s", "time", "sup", "sub", "abbr", "tspan"}
EMPTY = {"br", "img", "input", "link", "meta", "hr", "wbr", "source", "col"}
WORD = r"[A-Za-z][A-Za-z0-9'’.\-]*"
ENGLISH = re.compile(rf"{WORD}(?:[ ,;:]+{WORD}){{3,}}")


class Shown(HTMLParser):
    """The text of a page in its own language, in parts that a reader sees apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.parts, self._open = [""], [("", "ja")]
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in EMPTY:
            self.parts.append("")
            return
        language = "" if tag in QUOTED else dict(attrs).get("lang") or self._open[-1][1]
        self._open.append((tag, language))
        if tag not in INLINE:
            self.parts.append("")

    def handle_endtag(self, tag: str) -> None:
        while len(self._open) > 1 and self._open.pop()[0] != tag:
            pass
        if tag not in INLINE:
            self.parts.append("")

    def handle_data(self, data: str) -> None:
        if self._open[-1][1] == "ja":
            self.parts[-1] += data
        elif data.strip():
            self.parts.append("")


def english(text: str) -> list[str]:
    """Runs of four or more English words in the Japanese part of a page."""
    return [found[0] for part in Shown(text).parts for found in ENGLISH.finditer(part)]


def test_a_run_of_english_is_found_and_marked_words_quotes_and_codes_are_not() -> None:
    page = '<html lang="ja"><p>理由：<b>two outlets</b> agree on it</p>{}</html>'
    assert english(page.format("")) == ["two outlets agree on it"]
    marked = '<p lang="en">two outlets agree on it</p><q>a b c d</q><code>a b c d</code>'
    assert english(f'<html lang="ja">{marked}<a>Human Media</a> <a>Jiji Press</a></html>') == []


@pytest.fixture(scope="module")
def pages(shipped_store: MemoryStore, names: Names) -> list[str]:
    """Every kind of page, every conflict, and a sample of entities and claims."""
    reader = Reader(shipped_store, names)
    chance = random.Random(SEED)

    def sample(where: str) -> Iterator[str]:
        rows = reader.rows(f"SELECT DISTINCT ?x WHERE {{ {where} }} ORDER BY ?x")
        return iter(chance.sample([names.slug(row["x"]) for row in rows], SAMPLE))

    entities = sample("GRAPH g:entities { ?x rdfs:label ?l ; a ?kind } ?x a ?kind")
    claims = sample("?x rdf:subject ?s ; jsip:reviewStatus ?status")
    return [
        *PAGES,
        *MORE_PAGES,
        *(f"/entity/{slug}" for slug in entities),
        *(f"/claims/{slug}" for slug in claims),
        *(f"/conflicts/{found.id}" for found in conflicts(reader)),
    ]


def test_no_page_in_japanese_shows_a_run_of_english_of_ours(server: str, pages: list[str]) -> None:
    found: dict[str, list[str]] = {}
    for path in pages:
        address = f"{path}{'&' if '?' in path else '?'}lang=ja"
        if runs := english(ask(server, address, "text/html").text):
            found[path] = runs
    assert found == {}


# --- tables


def say(file: str, column: str, said: Mapping[str, str]) -> None:
    """Adds a column to a table: words by the id in its first column."""
    path = Path("tables", file)
    with path.open(encoding="utf-8", newline="") as table:
        head, *rows = csv.reader(table)
    with path.open("w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table, lineterminator="\n")
        writer.writerows([[*head, column], *([*row, said.get(row[0], "")] for row in rows)])


def compiled() -> Run:
    return kg("compile", "--tables", "tables", "--out", "triples")


NOTED, SILENT = "c-gate-ai-content-006", "c-jiji-20251206-002"


def test_notes_and_reasons_are_compiled_in_both_languages(workplace: Path) -> None:
    say("claims/content-money.csv", "note_ja", {NOTED: "記事は12月上旬と記す"})
    say("reviews.csv", "reason_ja", {"review-0010": "首相本人の言葉"})
    say("relations.csv", "reason_ja", {"c-yomiuri-20251221-001": "同じ額と期間"})
    assert compiled().code == 0
    triples = "".join(file.read_text(encoding="utf-8") for file in Path("triples").iterdir())
    assert '"the article prints early December"@en , "記事は12月上旬と記す"@ja' in triples
    assert '"the Prime Minister herself, two sources"@en , "首相本人の言葉"@ja' in triples
    assert '"他の主張の裏づけ：同じ額と期間"@ja' in triples
    checked = kg("check", "--tables", "tables", "--triples", "triples")
    assert checked.code == 0
    english_only = [line for line in checked.out.splitlines() if "[S42]" in line]
    assert any("reviews.csv:2: warning: " in line for line in english_only)
    assert not any("reviews.csv:11:" in line or NOTED in line for line in english_only)


def test_japanese_without_the_english_that_it_says_is_refused(workplace: Path) -> None:
    say("claims/ai-trillion.csv", "note_ja", {SILENT: "注記"})
    assert "note_ja: there is no note that it says in Japanese [S42]" in compiled().err


# --- views


def test_claims_and_entities_say_their_notes_and_reasons_in_japanese(
    shipped_store: MemoryStore, names: Names
) -> None:
    reader = Reader(shipped_store, names)
    claims = reader.claims("?claim rdf:subject ?s .")
    assert [c.id for c in claims if c.note and not c.note_ja] == []
    assert [c.id for c in claims if c.reason and not c.reason_ja] == []
    slip = next(c for c in claims if c.id == "c-gate-ai-content-002")
    assert slip.reason.endswith("slip by a factor of 10,000")
    assert slip.reason_ja == "同じ記事と他の2本の報道が否定する。1万倍の誤り。"
    warned = [w.ja for w in advise([c for c in claims if c.subject == slip.subject]).warnings]
    assert f"「1億円」は使わない。理由：{slip.reason_ja}" in warned
    card = entity_card(reader, names.iri("id:aca-budget-fy2025"))
    assert (card.notes, card.notes_ja) == (("mostly heritage",), ("大半は文化財",))


def test_the_api_adds_the_japanese_to_the_english(server: str) -> None:
    found = ask(server, "/api/entity/aca-budget-fy2025").json
    assert (found["notes"], found["notes_ja"]) == (["mostly heritage"], ["大半は文化財"])
    claim = found["groups"][0]["claims"][0]
    assert claim["reason_ja"].startswith("初回の登録")
    assert "note_ja" in claim


def test_every_view_in_our_words_is_told_in_japanese_too(server: str) -> None:
    claims = ask(server, "/api/claims?limit=1000&predicate=jsip:statedView").json["claims"]
    assert len(claims) > 30
    english = [c["id"] for c in claims if c["cls"] == "TextClaim" and c["value_ja"] == c["value"]]
    assert english == []

"""Pages in Japanese: no run of English words of ours stands on them unmarked."""

import random
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from browser.every_page import PAGES
from kg.core.names import Names
from kg.engine.graph_store import MemoryStore
from kg.views.record.claims import Reader
from kg.views.record.conflicts import conflicts
from outside import ask

SEED, SAMPLE = 20261130, 60
# Words of sources and of machines, and titles, in which no language can be marked.
QUOTED = {"q", "cite", "code", "pre", "script", "style", "template", "title"}
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
        if runs := english(ask(server, address).text):
            found[path] = runs
    assert found == {}

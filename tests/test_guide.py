"""The guide: every page is there, every query answers as the text says, every link leads on."""

import csv
import io
import re
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest
from pyoxigraph import RdfFormat, parse

import pdf_files
from console import as_promised, bash, steps
from kg.build.snapshot import Snapshot
from kg.core.errors import KgError
from kg.core.names import shipped_names
from kg.edges.web.guide import documents as guide
from kg.edges.web.guide.documents import Document, documents, picture, text_of
from kg.edges.web.guide.markdown import anchor, html
from kg.views.record.sentences import Sentence
from outside import ask

ROOT = Path(__file__).resolve().parents[1]
COOKBOOK = ROOT / "docs" / "guide" / "cookbook.md"
RECIPE = re.compile(
    r"^### \d+\. (?P<title>.+?)$.*?^```sparql\n(?P<query>.*?)^```\n\n(?P<answer>^```csv.*?^```\n)",
    re.M | re.S,
)
RECIPES = {found["title"]: found for found in RECIPE.finditer(COOKBOOK.read_text(encoding="utf-8"))}
SHOWN = 3  # rows of an answer that the cookbook prints


def answered(server: str, query: str) -> str:
    """How the cookbook prints the answer: how many rows, and the first ones."""
    path = f"/sparql?query={quote(query, safe='')}"
    if query.rpartition("PREFIX")[2].partition("\n")[2].lstrip().startswith("CONSTRUCT"):
        triples = sorted(
            map(
                str,
                parse(ask(server, path, accept="application/n-triples").body, RdfFormat.N_TRIPLES),
            )
        )
        lines, told = triples[:SHOWN], f"{len(triples)} triples"
    else:
        rows = list(csv.reader(io.StringIO(ask(server, path, accept="text/csv").text)))
        lines = [",".join(map(abbreviated, row)) for row in rows[: SHOWN + 1]]
        told = "1 row" if len(rows) == 2 else f"{len(rows) - 1} rows"
    return "\n".join([f"```csv {told}", *lines, "```", ""])


def abbreviated(value: str) -> str:
    """An IRI by its prefix, anything else as it is."""
    return shipped_names().curie(value) if value.startswith("http") else value


def test_the_cookbook_has_thirty_recipes() -> None:
    assert len(RECIPES) == 30


def test_every_recipe_answers_as_printed(server: str, request: pytest.FixtureRequest) -> None:
    answers = {title: answered(server, found["query"]) for title, found in RECIPES.items()}
    if request.config.getoption("--renew-golden"):
        text = COOKBOOK.read_text(encoding="utf-8")
        for title, found in RECIPES.items():
            text = text.replace(found[0], found[0].replace(found["answer"], answers[title]))
        COOKBOOK.write_text(text, encoding="utf-8")
        pytest.skip("renewed: read the change, then run again")
    assert answers == {title: found["answer"] for title, found in RECIPES.items()}
    assert all(not answer.startswith("```csv 0 ") for answer in answers.values())


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_page_of_the_guide_is_listed_and_answers(server: str, lang: str) -> None:
    listed = ask(server, f"/guide?lang={lang}").text
    assert {"tour", "model", "cookbook", "contributing", "operating"} <= documents().keys()
    for slug, document in documents().items():
        title = document.title.ja if lang == "ja" else document.title.en
        assert title in listed
        page = ask(server, f"/guide/{slug}?lang={lang}")
        assert page.status == 200
        assert f"<h1>{title}</h1>" in page.text
        assert "```" not in page.text


def test_links_within_the_guide_lead_to_places_that_are(server: str) -> None:
    pages = {slug: ask(server, f"/guide/{slug}").text for slug in documents()}
    for slug, text in pages.items():
        for target in re.findall(
            r'<a href="([^"]+)"', text.partition("<article")[2].partition("</article")[0]
        ):
            path = urlsplit(target).path
            if target.startswith("/sparql?show="):
                assert "PREFIX" in parse_qs(urlsplit(target).query)["show"][0]
            elif path:
                assert ask(server, path).status in (200, 303), (slug, target)
            else:
                assert f'id="{unquote(target[1:])}"' in text, (slug, target)


def test_pictures_are_drawn_in_the_page_and_say_what_they_show(server: str) -> None:
    page = ask(server, "/guide/model").text
    assert page.count('<span class="drawing" role="img" aria-label="') == 4
    assert page.count("<svg ") >= 4
    assert picture("../../../README.md") == ""


@pytest.mark.long  # builds twice
def test_a_curator_gets_what_the_guide_promises(shipped_snapshot: Snapshot, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "guide" / "curating.md").read_text(encoding="utf-8")
    page = [line.removeprefix("> ") for line in re.findall(r"^> (?!kg ).*$", text, re.M)[:3]]
    (tmp_path / "report.pdf").write_bytes(pdf_files.pages([page]))
    decisions = re.search(r"^\$ cat decisions.csv\n(.*?)^\$ ", text, re.M | re.S)
    assert decisions
    (tmp_path / "decisions.csv").write_text(decisions[1], encoding="utf-8")
    store = shipped_snapshot.folder.parents[1]
    for command, promised in steps(text):
        command = command.replace("kg ingest ", f"kg ingest --store {store} ")
        gave = bash(command, tmp_path)
        assert as_promised(promised, gave), f"{command}\npromised:\n{promised}\ngave:\n{gave}"


def test_an_unknown_page_names_the_nearest(server: str) -> None:
    refused = ask(server, "/guide/cookbok")
    assert refused.status == 404
    assert "nearest: cookbook" in refused.json["detail"]


def test_text_never_becomes_markup() -> None:
    made = html(
        "# <b>x</b>\n\n<script>1</script> [a](javascript:alert(1)) `<i>`\n\n"
        '```sparql "><b>\n"<x>\n```'
    )
    assert "<b>" not in made
    assert "<script" not in made
    assert 'href="javascript' not in made
    assert "<i>" not in made


def test_a_section_that_is_not_there_is_told() -> None:
    missing = Document("x", Sentence("x", "x"), Sentence("x", "x"), ("README.md#No such",))
    with pytest.raises(KgError, match=r"README.md has no section 'No such'"):
        text_of(missing)
    assert anchor("Ten minutes") == "ten-minutes"
    assert guide.documents is documents

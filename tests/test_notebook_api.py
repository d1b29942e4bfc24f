"""`import kg`: what a notebook gets, and that it is what the command line gives."""

from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.build.snapshot import Snapshot, publish
from kg.core.errors import KgError, UnknownName
from kg.core.names import Names
from made import hostile
from outside import Page


@pytest.fixture(scope="module")
def graph(example_snapshot: Snapshot) -> kg.Graph:
    return kg.open(example_snapshot.folder.parents[1])


def test_the_public_names_are_these() -> None:
    assert kg.__all__ == sorted(kg.__all__)
    assert kg.__all__ == [
        "Drawing",
        "Graph",
        "KgError",
        "__version__",
        "load_ipython_extension",
        "open",
    ]
    assert all(hasattr(kg, name) for name in kg.__all__)
    with pytest.raises(AttributeError, match="no attribute 'opne'"):
        kg.opne  # noqa: B018


def test_a_graph_names_its_version(graph: kg.Graph, example_snapshot: Snapshot) -> None:
    assert graph.version == example_snapshot.version


def test_a_ready_question_gives_a_table(graph: kg.Graph) -> None:
    table = graph.query("cq21", day="2025-12-19")
    assert list(table.person) == ["takaichi-sanae"]
    amounts = graph.query("cq01", about="domestic-ai-support-5y")
    assert set(amounts.value) >= {10**12, 10**8}
    assert all(isinstance(value, str) for value in amounts.claim)


def test_own_sparql_gives_numbers_as_numbers_and_nothing_as_none(graph: kg.Graph) -> None:
    query = (
        "SELECT (1 AS ?whole) (1.5 AS ?part) (2e0 AS ?double) ('x'@en AS ?text) ?none "
        "(<http://www.wikidata.org/entity/Q1> AS ?iri) (true AS ?yes) {}"
    )
    row = graph.query(query).iloc[0]
    assert (row.whole, row.part, row.double, row.text, row.none, row.iri) == (
        1, 1.5, 2.0, "x", None, "wd:Q1",
    )  # fmt: skip
    assert bool(row.yes) is True


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("ASK { ?s ?p ?o }", "ask for rows with SELECT"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "The query gives a graph"),
        ("SELECT ?s {", "cannot be parsed"),
        ("cq0l", "No question is called .cq0l.; nearest: cq"),
    ],
)
def test_what_gives_no_table_is_refused(graph: kg.Graph, query: str, says: str) -> None:
    with pytest.raises(KgError, match=says):
        graph.query(query)


def test_parameters_belong_to_ready_questions(graph: kg.Graph) -> None:
    with pytest.raises(KgError, match="Only ready questions take parameters"):
        graph.query("SELECT * {}", about="gate")
    with pytest.raises(UnknownName, match="nearest: about"):
        graph.query("cq01", abuot="gate")


def test_views_are_those_of_the_command_line(graph: kg.Graph) -> None:
    card = graph.entity("国産AI開発の5年間支援")
    assert card.entity.id == "domestic-ai-support-5y"
    advice = next(g.advice for g in card.groups if g.predicate.local == "amount")
    assert advice.words is not None
    assert advice.words.en == "about 1 trillion yen (FY2026 to FY2030)"
    (claim,) = graph.why("takaichi-sanae", "holdsPost", "prime-minister-of-japan")
    assert claim.passages[0].quote == "第１０４代首相に指名"
    assert [len(graph.conflicts()), len(graph.conflicts(only_open=True))] == [3, 1]
    network = graph.network()
    assert network.has_edge("takaichi-sanae", "prime-minister-of-japan", "jsip:holdsPost")


class RequestTemplate(HTMLParser):
    """The one frame that shows a picture."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.given: dict[str, str | None] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.given = dict(attrs)


def test_a_picture_shows_itself_in_a_sandbox(graph: kg.Graph, tmp_path: Path) -> None:
    drawing = graph.picture("高市早苗", hops=1)
    frame = RequestTemplate(drawing._repr_html_())
    assert frame.tags == ["iframe"]
    assert frame.given["sandbox"] == "allow-scripts"
    page = frame.given["srcdoc"] or ""
    assert "Sanae Takaichi" in page
    assert "default-src 'none'" in unescape(page)  # it loads nothing
    assert {"img", "iframe"}.isdisjoint(Page(page).tags)
    drawing.save(tmp_path / "picture.html")
    assert (tmp_path / "picture.html").read_text(encoding="utf-8") == page
    assert graph.picture().picture.edges


def test_hostile_labels_stay_inside_the_frame(
    example_snapshot: Snapshot, names: Names, tmp_path: Path
) -> None:
    publish(tmp_path, "hostile", hostile(example_snapshot.quads, names), "")
    shown = kg.open(tmp_path).picture("takaichi-sanae", hops=1)._repr_html_()
    frame = RequestTemplate(shown)
    assert frame.tags == ["iframe"]
    assert "<script>alert(1)" not in shown
    assert "img" not in Page(frame.given["srcdoc"] or "").tags


def display(shown: Any) -> str:
    """What a notebook shows of an object."""
    html: str = shown._repr_html_()
    return html


def test_an_answer_shows_itself_with_its_citation(graph: kg.Graph) -> None:
    answer = graph.query("cq01", about="domestic-ai-support-5y")
    frame = RequestTemplate(display(answer))
    assert frame.tags == ["iframe"]
    assert "allow-scripts" not in (frame.given["sandbox"] or "")
    page = Page(frame.given["srcdoc"] or "")
    assert not page.faults
    assert answer.attrs["citation"] in page.words
    assert graph.version[:12] in page.words
    assert "table" in page.tags
    assert type(answer[["value", "who"]]).__name__ == "DataFrame"  # an ordinary table again
    assert answer.groupby("who").value.max().max() == 10**12


def test_a_card_shows_itself(graph: kg.Graph) -> None:
    frame = RequestTemplate(graph.entity("domestic-ai-support-5y")._repr_html_())
    page = Page(frame.given["srcdoc"] or "")
    assert not page.faults
    assert "about 1 trillion yen (FY2026 to FY2030)" in page.words
    assert "script" not in page.tags


def test_hostile_cards_and_answers_stay_text(
    example_snapshot: Snapshot, names: Names, tmp_path: Path
) -> None:
    publish(tmp_path, "hostile", hostile(example_snapshot.quads, names), "")
    hostile_graph = kg.open(tmp_path)
    answer = hostile_graph.query(
        "SELECT ?label { ?x rdfs:label ?label }".replace(
            "rdfs:label", "<http://www.w3.org/2000/01/rdf-schema#label>"
        )
    )
    for shown in (hostile_graph.entity("takaichi-sanae")._repr_html_(), display(answer)):
        frame = RequestTemplate(shown)
        assert frame.tags == ["iframe"]
        assert {"img", "script", "iframe"}.isdisjoint(Page(frame.given["srcdoc"] or "").tags)


def test_a_missing_store_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        KgError, match="holds neither a built snapshot nor a store of your own; run `kg build"
    ):
        kg.open(tmp_path)

"""The query editor in a real browser: completion, errors, answers, cancelling, citation."""

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

RUN = "#ask button:not([type])"
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HOSTILE = """SELECT ?text ?link ("<img src=x onerror=alert(1)>" AS ?image) WHERE {
 VALUES (?text ?link) { ("</script><script>alert(1)</script>" <javascript:alert(1)>) } }"""


@pytest.fixture
def page(listening: tuple["Page", list[str]]) -> Iterator["Page"]:
    """A page that hears every error, broken policy, foreign request and dialog."""
    opened, heard = listening
    yield opened
    assert [text for text in heard if "status of 400" not in text] == []


def start(page: "Page", server: str, query: str = "") -> None:
    page.goto(f"{server}sparql" + (f"?show={quote(query)}" if query else ""))
    page.wait_for_selector("html[data-ready]")


def run(page: "Page") -> None:
    page.click(RUN)
    page.locator("#cancel").wait_for(state="hidden")


def test_an_answer_is_shown_as_table_graph_and_as_it_came(page: "Page", server: str) -> None:
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(isIRI(?o)) } LIMIT 7"
    start(page, server, query)
    run(page)
    assert page.locator("#shown tbody tr").count() == 7
    assert page.inner_text("#state").startswith("7 rows in ")
    page.click(".views [value=graph]")
    page.wait_for_selector("#shown canvas")
    page.click(".views [value=raw]")
    assert page.inner_text("#shown pre").count(" .") == 7
    page.click(".views [value=chart]")
    assert "numbers" in page.inner_text("#shown")


def test_numbers_become_bars_and_are_not_added(page: "Page", server: str) -> None:
    values = " ".join(f'("row {n}" {n}.5)' for n in range(5))
    start(page, server, f"SELECT ?name ?amount WHERE {{ VALUES (?name ?amount) {{ {values} }} }}")
    run(page)
    page.click(".views [value=chart]")
    page.wait_for_selector("#shown .chart .bar")
    assert page.locator("#shown .chart .bar").count() == 5


def test_an_error_is_marked_where_it_stands(page: "Page", server: str) -> None:
    start(page, server, "SELECT ?s WHERE {\n  ?s ?p\n}")
    run(page)
    assert "Line 3" in page.inner_text("#shown .fault")
    page.wait_for_selector(".cm-line >> nth=2 >> .cm-lintRange-error, .cm-lintPoint")


@pytest.mark.parametrize("typed", ["戦略産業", "Takaichi", "assertedBy", "主張"])
def test_words_of_the_graph_complete_in_both_languages(
    page: "Page", server: str, typed: str
) -> None:
    start(page, server, "ASK { }")
    page.click(".cm-content")
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(f" {typed}")
    page.keyboard.press("Control+Space")
    offered = page.locator(".cm-tooltip-autocomplete li")
    offered.first.wait_for()
    assert offered.count() > 0


def test_a_completed_word_declares_its_prefix(page: "Page", server: str) -> None:
    start(page, server, "ASK { ?c }")
    page.click(".cm-content")
    page.keyboard.press("Control+End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.insert_text("jsip:assertedB")
    page.keyboard.press("Control+Space")
    page.click(".cm-tooltip-autocomplete li >> text=jsip:assertedBy")
    text = page.input_value("#query")
    assert text.startswith("PREFIX jsip: <https://w3id.org/jsip/ns#>\n")
    assert "jsip:assertedBy" in text


def test_tab_leaves_the_editor_and_every_control_has_a_name(page: "Page", server: str) -> None:
    start(page, server)
    page.click(".cm-content")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "format"
    unnamed = page.evaluate(
        "() => [...document.querySelectorAll('main button, main select, main [role=textbox]')]"
        ".filter(e => !e.innerText.trim() && !e.getAttribute('aria-label')"
        " && !e.labels?.length).length"
    )
    assert unnamed == 0


def test_hostile_answers_are_text(page: "Page", server: str) -> None:
    start(page, server, HOSTILE)
    run(page)
    assert "onerror=alert(1)" in page.inner_text("#shown")
    assert "javascript:alert(1)" in page.inner_text("#shown")
    assert page.locator("#shown a, #shown img, #shown script").count() == 0
    for view in ("graph", "chart", "raw"):
        page.click(f".views [value={view}]")
    assert page.locator("#shown img, #shown script").count() == 0


def gauge(server: str, name: str) -> float:
    """What the server counts at this moment."""
    with urlopen(f"{server}metrics") as answer:
        lines = answer.read().decode().splitlines()
    return next(float(line.split()[-1]) for line in lines if line.startswith(f"{name} "))


def test_cancelling_stops_the_worker(page: "Page", server: str) -> None:
    killed = gauge(server, "kg_workers_killed_total")
    start(page, server, ENDLESS)
    page.click(RUN)
    until(lambda: gauge(server, "kg_queries_running") >= 1)
    page.click("#cancel")
    assert "stopped" in page.inner_text("#state")
    until(lambda: gauge(server, "kg_workers_killed_total") > killed)
    until(lambda: gauge(server, "kg_queries_running") == 0)


def test_a_link_and_a_citation_lead_back_to_the_answer(page: "Page", server: str) -> None:
    query = "SELECT ?s WHERE { ?s a <https://w3id.org/jsip/ns#Person> } ORDER BY ?s"
    start(page, server, query)
    run(page)
    page.click("#cite summary")
    page.wait_for_selector("#cite button")
    address = f"{server}sparql?format=tsv&query={quote(query)}"
    with urlopen(address) as answer:
        lines = sorted(answer.read().removesuffix(b"\n").split(b"\n"))
    digest = hashlib.sha256(b"".join(line + b"\n" for line in lines)).hexdigest()
    assert digest in page.inner_text("#cite")
    assert page.locator("#reuse details").count() == 5
    page.click("#link")
    linked = page.url
    page.goto("about:blank")
    page.goto(linked)
    assert page.input_value("#query") == query


def test_without_javascript_the_form_answers(chromium: "Browser", server: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}sparql?lang=ja")
    page.locator("ul.questions a").first.click()
    assert page.locator("#query").input_value()
    page.select_option("#format", "json")
    page.click(RUN)
    assert '"bindings"' in page.content()
    context.close()


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_overflows(chromium: "Browser", server: str, width: int) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 844})
    start(page, server)
    run(page)
    page.wait_for_selector("#shown table")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()

"""Every page for every reader: with the keyboard, by touch, without JavaScript, on hostile data."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from browser.every_page import PAGES
from kg.build.snapshot import Snapshot, publish
from kg.core.names import Names
from kg.edges.web.rendering import catalogue
from made import HOSTILE_ID, hostile
from outside import running_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Dialog, Page

pytestmark = pytest.mark.long

# --- hostile data and addresses: the policy is switched off, so that only escaping protects

INJECTED = """() => [...document.querySelectorAll('*')].flatMap(e => [...e.attributes]
  .filter(a => a.name.startsWith('on') || /^\\s*javascript:/i.test(a.value) && a.name !== 'value')
  .map(a => `${e.localName} ${a.name}=${a.value}`)
  .concat(e.matches('img[src=x], iframe, object, embed, base') ? [e.outerHTML] : []))"""
FREE = (
    "data-words",
    "placeholder",
    "title",
    "aria-label",
    "alt",
    "label",
    "content",
    "data-head",
    "data-copy",
)


@pytest.fixture(scope="module")
def hostile_server(
    shipped_snapshot: Snapshot, names: Names, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The shipped graph with every text, and some names and addresses, made hostile."""
    store = tmp_path_factory.mktemp("hostile")
    publish(store, "hostile", hostile(shipped_snapshot.quads, names), "")
    with running_server("--store", store, "--workers", 1) as (address, _):
        yield address.rstrip("/")


@pytest.fixture(scope="module")
def unguarded(chromium: "Browser", hostile_server: str) -> Iterator["BrowserContext"]:
    """A browser without the content security policy: what slips through the escaping runs."""
    context = chromium.new_context(base_url=hostile_server, bypass_csp=True)
    yield context
    context.close()


@pytest.fixture
def lured(unguarded: "BrowserContext") -> Iterator["Page"]:
    """A page that fails the test where a script of the data ran."""
    page, told = unguarded.new_page(), list[str]()

    def dismiss(dialog: "Dialog") -> None:
        told.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.on("pageerror", lambda error: told.append(str(error)))
    yield page
    page.close()
    assert told == []


def settled(page: "Page") -> None:
    """Waits until charts, graphs and editors are what they will be."""
    page.wait_for_load_state("networkidle")


def injected(page: "Page") -> list[str]:
    """Markup of the page that came from data."""
    found: list[str] = page.evaluate(INJECTED)
    return [text for text in found if text.split(" ", 1)[1].partition("=")[0] not in FREE]


EVERYTHING = quote("SELECT ?x ?p ?o { ?x a ?any ; ?p ?o FILTER(isLiteral(?o)) } LIMIT 200")
DRAWN = (
    f"/entity/{quote(HOSTILE_ID)}", "/claims/c-hostile-002", "/queries/cq18", "/queries/cq05",
    "/explore.svg?node=takaichi-sanae", f"/sparql?query={EVERYTHING}",
    "/explore?node=takaichi-sanae&lang=ja",
)  # fmt: skip


@pytest.mark.parametrize("path", [*PAGES, *DRAWN])
def test_nothing_of_the_data_runs(lured: "Page", path: str) -> None:
    lured.goto(path)
    assert injected(lured) == []
    settled(lured)
    links = lured.locator("main a:visible")
    for number in range(min(links.count(), 12)):
        links.nth(number).hover(force=True)
    evidence = lured.locator("main a[data-claim]:visible").first
    if evidence.count():
        evidence.click()
        lured.locator("dialog[open] .card, .fault").first.wait_for()
        assert injected(lured) == []


PAYLOADS = ("\"><script>alert(1)</script>", "javascript:alert(1)", "'-alert(1)-'",
            "</script><img src=x onerror=alert(1)>{{7*7}}")  # fmt: skip
ASKED = (
    "/search?q={}", "/explore?q={}", "/explore?node={}", "/explore?node=meti&to={}",
    "/entity/{}", "/sources/{}", "/claims/{}", "/conflicts/{}", "/conflicts?type={}",
    "/sources?sort={}", "/money?topic={}", "/timeline?policy={}", "/timeline?kind={}",
    "/series/{}", "/queries/{}", "/queries/cq01?about={}", "/queries/cq21?day={}",
    "/sparql?show={}", "/sparql?question={}", "/sparql?query={}", "/docs/try/{}",
    "/?lang={}", "/?format={}", "/?from={}", "/id/{}.html", "/nowhere/{}", "/explore#n={}",
)  # fmt: skip


@pytest.mark.parametrize("address", ASKED)
def test_nothing_of_the_address_runs(lured: "Page", address: str) -> None:
    for payload in PAYLOADS:
        lured.goto(address.format(quote(payload, safe="")))
        assert injected(lured) == []


# --- with the keyboard alone

WATCH_FOCUS = """() => {
  window.reached = new Set(); window.unseen = [];
  addEventListener('focusin', ({ target }) => {
    reached.add(target);
    const seen = [target, ...target.querySelectorAll('circle, rect, path')];
    for (let e = target.parentElement; e; e = e.parentElement) seen.push(e);
    const shows = (e) => { const s = getComputedStyle(e);
      return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0; };
    if (!seen.some(shows)) unseen.push(target.outerHTML.slice(0, 160));
  });
  window.stops = () => [...document.querySelectorAll('a[href], button, input, select, textarea, ' +
    'summary, [tabindex="0"], [contenteditable="true"]')].filter(e => !e.disabled &&
    e.tabIndex >= 0 && e.type !== 'hidden' && e.checkVisibility({ visibilityProperty: true }));
}"""


@pytest.mark.parametrize("path", PAGES)
def test_tab_reaches_every_control_and_is_seen(chromium: "Browser", server: str, path: str) -> None:
    context = chromium.new_context(base_url=server, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(path)
    settled(page)
    page.evaluate(WATCH_FOCUS)
    missed = "stops().filter(e => !reached.has(e)).map(e => e.outerHTML.slice(0, 160))"
    for _ in range(2):  # once more round where a chart was drawn behind the focus
        for _ in range(page.evaluate("stops().length") + 20):
            page.keyboard.press("Tab")
        if not page.evaluate(missed):
            break
    assert page.evaluate(missed) == []
    assert page.evaluate("unseen") == []
    context.close()


# --- without JavaScript, and by touch


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_main_content_needs_no_javascript(chromium: "Browser", server: str, lang: str) -> None:
    context = chromium.new_context(base_url=server, java_script_enabled=False, locale=lang)
    page = context.new_page()
    for path, content in PAGES.items():
        page.goto(path)
        assert page.locator("main h1").first.is_visible(), path
        assert page.locator(content).first.is_visible(), path
        assert page.locator("footer a[href*='/sparql?show=']").count() == 1, path
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_finger_opens_the_evidence_and_closes_it(
    chromium: "Browser", server: str, path: str
) -> None:
    context = chromium.new_context(
        base_url=server, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(path)
    settled(page)
    fits = "document.documentElement.scrollWidth <= 390 && innerWidth === 390"
    assert page.evaluate(fits)
    evidence = page.locator("main a[data-claim]:visible").first
    if evidence.count():
        evidence.tap()
        page.locator("dialog[open] h1").wait_for()
        assert page.evaluate(fits)
        box: Any = page.locator("dialog[open]").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        page.locator("dialog[open] .close").tap()
        page.locator("dialog[open]").wait_for(state="hidden")
    context.close()


# --- what a page says where there is nothing, too much, or something wrong

MESSAGES = (
    ("/search?q=zzzzqqqq", 200, "no-results"), ("/explore?q=zzzzqqqq", 200, "no-results"),
    ("/money?topic=ai&phase=approved&nature=private", 200, "money-none"),
    ("/timeline?actor=takaichi-sanae&kind=force", 200, "timeline-none"),
    ("/explore?node=takaichi-sanae&to=low-pay&hops=1", 200, "no-path"),
    ("/queries/cq21?day=soon", 400, "is no date"), ("/queries/cq01?about=zzzz", 400, "zzzz"),
    ("/entity/zzzz-qqqq", 404, "zzzz-qqqq"), ("/sources/src-gate", 404, "src-gate"),
    ("/claims/c-none-1", 404, "c-none-1"), ("/series/zzzz", 404, "zzzz"),
    ("/nowhere", 404, "/nowhere"), ("/conflicts?from=minus", 400, "from: Input"),
    ("/sources/src-gate-ai-content", 200, "1–40"), ("/sparql?query=SELECT", 400, "Line 1"),
)  # fmt: skip


@pytest.mark.parametrize(("path", "status", "said"), MESSAGES)
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_page_says_visibly_what_is_missing_or_wrong(
    chromium: "Browser", server: str, path: str, status: int, said: str, lang: str
) -> None:
    context = chromium.new_context(base_url=server, java_script_enabled=False, locale=lang)
    page = context.new_page()
    answer = page.goto(path)
    assert answer
    assert answer.status == status
    words = catalogue()[said][lang] if said in catalogue() else said
    assert page.locator("main").get_by_text(words).first.is_visible()
    assert page.get_attribute("html", "lang") == lang
    assert page.locator("nav a").first.is_visible()
    context.close()


def test_an_expansion_that_is_cut_says_so(page: "Page") -> None:
    """A hundred entities are added at once; of more the explorer says how many it left out."""
    names = [f"made-{number}" for number in range(150)]
    nodes = [{"id": n, "en": n, "ja": n, "type": "Person"} for n in ("meti", *names)]
    said = {"predicate": "jsip:relatedTo", "en": "to", "ja": "へ", "review": "accepted"}
    edges = [{"source": "meti", "target": n, "claims": [], **said} for n in names]
    body = {"nodes": nodes, "edges": edges, "kinds": {}, "missing": []}
    page.route("**/api/steps?*", lambda route: route.fulfill(json=body))
    page.goto("/explore?node=meti")
    page.wait_for_selector("html[data-drawn]")
    assert page.get_by_text("Only 100 of 150 were added").is_visible()
    assert page.locator("#count").inner_text() == "101 entities, 100 relations"


# --- a query from the form of a browser without scripts


def test_without_javascript_the_form_shows_a_table(chromium: "Browser", server: str) -> None:
    context = chromium.new_context(base_url=server, java_script_enabled=False)
    page = context.new_page()
    page.goto("/sparql")
    page.fill("#query", "SELECT ?claim ?value { ?claim "
              "<http://www.w3.org/1999/02/22-rdf-syntax-ns#object> ?value }")  # fmt: skip
    page.click("#ask button:visible")
    assert page.locator("#told tbody tr").count() == 400
    assert page.get_by_text("The first 400 rows").is_visible()
    assert page.locator("#told a[data-claim]").first.is_visible()
    every = page.get_by_role("link", name="Download as CSV").get_attribute("href")
    answer = context.request.get(every or "")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text().count("\n") > 500
    page.fill("#query", "ASK { ?s ?p ?o }")
    page.click("#ask button:visible")
    assert page.locator("#told td").inner_text() == "true"
    page.fill("#query", "SELECT ?s WHERE {\n  ?s ?p\n}")
    page.click("#ask button:visible")
    assert "Line 3, column 1" in page.locator("#told [role=alert]").inner_text()
    assert page.input_value("#query").startswith("SELECT ?s WHERE {")
    context.close()

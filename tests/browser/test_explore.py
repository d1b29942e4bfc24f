"""The explorer in a real browser: steps, filters, paths, the address, downloads, the keys."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from urllib.request import urlopen
from xml.etree import ElementTree

import pytest
from pyoxigraph import RdfFormat, parse

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DRAWN = "html[data-drawn]"
SHOWN = """async () => { const s = await import('/static/explore/state.js');
  return { nodes: s.visibleNodes().map(n => n.id), edges: s.visibleEdges().map(s.keyOf),
    places: Object.fromEntries(s.places) } }"""


@pytest.fixture
def page(listening: tuple["Page", list[str]]) -> Iterator["Page"]:
    """A page that hears every error, foreign request and dialog."""
    opened, heard = listening
    yield opened
    assert [text for text in heard if "400" not in text and "404" not in text] == []


def start(page: "Page", server: str, address: str = "explore?node=takaichi-sanae") -> None:
    page.goto(f"{server}{address}")
    page.wait_for_selector(DRAWN)


def shown(page: "Page") -> Any:
    return page.evaluate(SHOWN)


def rows(page: "Page", table: str) -> int:
    return page.locator(f"#{table} tbody tr").count()


def neighbours(server: str, name: str, more: str = "") -> Any:
    with urlopen(f"{server}api/neighbours/{name}?limit=1000{more}") as answer:
        return json.load(answer)


def saved(page: "Page", selector: str) -> bytes:
    with page.expect_download() as waiting:
        page.click(selector)
    return Path(waiting.value.path()).read_bytes()


def test_expanding_adds_what_the_api_tells_and_moves_nothing(page: "Page", server: str) -> None:
    start(page, server)
    told = {node["id"] for node in neighbours(server, "takaichi-sanae")["nodes"]}
    before = shown(page)
    assert set(before["nodes"]) == told
    assert len(before["nodes"]) == len(told) == rows(page, "nodes")
    page.click("#nodes tr[data-key='takaichi-cabinet-1'] button")
    group = page.locator("#walk li button:enabled").first
    predicate = (group.get_attribute("data-predicate") or "").removeprefix("jsip:")
    end = {"true": "to", "false": "from"}[group.get_attribute("data-forward") or ""]
    group.click()
    page.locator("#nodes tbody tr").nth(len(told)).wait_for()
    after = shown(page)
    more = neighbours(server, "takaichi-cabinet-1", f"&predicate={predicate}")
    joined = {edge[end] for edge in more["edges"]} - {"takaichi-cabinet-1"}
    assert set(after["nodes"]) == told | joined
    assert len(set(after["edges"])) == len(after["edges"]) == rows(page, "edges")
    assert all(after["places"][name] == place for name, place in before["places"].items())


def test_filters_undo_and_the_address_keep_graph_and_table_in_step(
    page: "Page", server: str
) -> None:
    start(page, server)
    everything = shown(page)
    page.click(".sieve summary")
    page.uncheck("#predicates input[value='jsip:participant']")
    fewer = shown(page)
    assert len(fewer["edges"]) < len(everything["edges"])
    assert rows(page, "edges") == len(fewer["edges"])
    page.uncheck("#types input[value='Meeting']")
    filtered = shown(page)
    assert rows(page, "nodes") == len(filtered["nodes"]) < len(everything["nodes"])
    address = page.url
    page.click("#undo")
    page.click("#undo")
    page.locator("#edges tbody tr").nth(len(everything["edges"]) - 1).wait_for()
    page.click("#redo")
    page.click("#redo")
    page.locator("#nodes tr[data-key='fii-priority-tokyo-2025']").wait_for(state="detached")
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector(DRAWN)
    assert shown(page) == filtered


def test_a_name_in_any_script_is_found_and_its_address_leads_back(
    page: "Page", server: str
) -> None:
    for name in ("高市早苗", "たかいちさなえ", "takaichi"):
        page.goto("about:blank")
        start(page, server, "explore?node=meti&lang=ja")
        page.fill("#explore-q", name)
        page.click("#suggestions button[data-id='takaichi-sanae']")
        page.wait_for_selector("#nodes tr[data-key='takaichi-sanae'][aria-current]")
        assert page.inner_text("#walk h2") == "高市早苗"
        address = page.url
        page.goto("about:blank")
        page.goto(address)
        page.wait_for_selector("#nodes tr[data-key='takaichi-sanae']")


def test_a_legend_explains_every_type_that_is_shown(page: "Page", server: str) -> None:
    start(page, server)
    kinds = page.locator("#legend li").all_inner_texts()
    shown_types = page.locator("#nodes tbody tr td:nth-child(2)").all_inner_texts()
    assert {kind.strip() for kind in kinds} == set(shown_types)
    assert page.locator("#legend li svg path").count() == len(kinds)
    page.click(".sieve summary")
    page.uncheck("#types input[value='Meeting']")
    assert page.locator("#legend li").count() == len(kinds) - 1


def test_the_keys_walk_expand_and_open_evidence(page: "Page", server: str) -> None:
    start(page, server)
    page.focus("#graph")
    page.keyboard.press("ArrowDown")
    assert "Sanae Takaichi" in page.inner_text("#message")
    page.keyboard.press("ArrowRight")
    count = rows(page, "nodes")
    assert page.inner_text("#walk h2") != "Sanae Takaichi"
    page.keyboard.press("Enter")
    page.locator("#nodes tbody tr").nth(count).wait_for()
    page.keyboard.press("ArrowLeft")
    assert page.inner_text("#walk h2") == "Sanae Takaichi"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("e")
    page.wait_for_selector("#drawer[open] blockquote")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "graph"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") != "graph"


def test_a_path_shows_evidence_on_each_hop_and_becomes_gexf(page: "Page", server: str) -> None:
    start(page, server, "explore?node=takaichi-sanae&to=low-pay")
    page.wait_for_selector(".path")
    hops = page.locator(".path >> nth=0 >> ol > li")
    assert hops.count() >= 2
    for hop in range(hops.count()):
        assert hops.nth(hop).locator("a[data-claim]").count() >= 1
    hops.nth(0).locator("a[data-claim]").first.click()
    assert page.locator("#drawer[open] blockquote q").first.inner_text()
    page.keyboard.press("Escape")
    gexf = ElementTree.fromstring(saved(page, "a[data-form=gexf]"))
    spaces = {"g": "http://gexf.net/1.3"}
    now = shown(page)
    assert {n.get("id") for n in gexf.iterfind(".//g:node", spaces)} == set(now["nodes"])
    assert len(gexf.findall(".//g:edge", spaces)) == len(now["edges"])
    viz = "{http://gexf.net/1.3/viz}position"
    spots = {n.get("id"): n.find(f".//{viz}") for n in gexf.iterfind(".//g:node", spaces)}
    assert {name: (int(p.get("x")), -int(p.get("y"))) for name, p in spots.items()} == {  # type: ignore[union-attr,arg-type]
        name: (place["x"], place["y"]) for name, place in now["places"].items()
    }
    sparql = page.locator(".path pre").first.text_content()
    with urlopen(f"{server}sparql?format=json&query={quote(sparql or '')}") as answer:
        found = json.load(answer)["results"]["bindings"]
    assert {row["hop"]["value"] for row in found} == {str(n + 1) for n in range(hops.count())}


def test_downloads_are_sound_and_agree(page: "Page", server: str) -> None:
    start(page, server)
    now = shown(page)
    told = json.loads(saved(page, "a[data-form=json]"))
    assert [node["id"] for node in told["nodes"]] == now["nodes"]
    assert len(told["edges"]) == len(now["edges"])
    base = re.sub(r"id/[^/]*$", "", next(iter(parse_terms(server))))
    triples = {q.triple for q in parse(saved(page, "a[data-form=turtle]"), format=RdfFormat.TURTLE)}
    ends = {f"{base}id/{name}" for name in now["nodes"]}
    joined = [t for t in triples if t.subject.value in ends and str(t.object)[1:-1] in ends]
    assert len(joined) == len(now["edges"])
    svg = ElementTree.fromstring(saved(page, "a[data-form=svg]"))
    tags = [element.tag.rpartition("}")[2] for element in svg.iter()]
    assert tags.count("circle") == len(now["nodes"])
    assert tags.count("line") == len(now["edges"])
    assert "script" not in tags
    png = saved(page, "#png")
    size = page.evaluate(
        "b => createImageBitmap(new Blob([Uint8Array.from(b)])).then(i => [i.width, i.height])",
        list(png),
    )
    assert min(size) > 200
    html = saved(page, "a[data-form=html]").decode()
    at = {(int(x), int(y)) for x, y in re.findall(r'"x": ?(-?\d+), ?"y": ?(-?\d+)', html)}
    assert at >= {(place["x"], place["y"]) for place in now["places"].values()}
    assert "Sanae Takaichi" in html
    assert html.endswith("</html>\n") or html.endswith("</html>")


def parse_terms(server: str) -> list[str]:
    with urlopen(f"{server}api/search?q=meti&limit=1") as answer:
        return [hit["iri"] for hit in json.load(answer)["results"]]


HOSTILE = (
    "#n=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E:1:1,takaichi-sanae:0:0,meti:9e9:1,x:1:javascript:1",
    "#n=takaichi-sanae:0:0&types=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&since=x&review=__proto__",
)


@pytest.mark.parametrize("fragment", HOSTILE)
def test_a_hostile_address_does_nothing(page: "Page", server: str, fragment: str) -> None:
    page.goto(f"{server}explore{fragment}")
    page.wait_for_selector("#nodes tr[data-key='takaichi-sanae']")
    assert shown(page)["nodes"] == ["takaichi-sanae"]
    assert page.locator("main img[src=x], main script").count() == 0


def test_without_javascript_there_are_search_neighbours_and_paths(
    chromium: "Browser", server: str
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}explore?lang=ja")
    page.fill("#explore-q", "経済産業省")
    page.press("#explore-q", "Enter")
    page.click(".hits a >> nth=0")
    page.wait_for_load_state()
    assert page.locator("#plain details a[data-claim]").count() > 0
    assert page.locator("#plain img").evaluate("image => image.naturalWidth") > 0
    page.fill("#path [name=to]", "takaichi-sanae")
    page.press("#path [name=to]", "Enter")
    page.wait_for_load_state()
    assert page.locator(".path li a[data-claim]").count() > 0
    context.close()


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_nothing_overflows(chromium: "Browser", server: str, width: int) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 844})
    start(page, server)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


MANY = """async () => { const s = await import('/static/explore/state.js');
  const size = 2000;
  for (let i = 0; i < size; i += 1) {
    const id = `made-${i}`;
    s.known.nodes.set(id, { id, en: `Entity ${i}`, ja: `項目${i}`, type: `Type${i % 9}` });
    const edge = { source: id, target: `made-${(i * 7 + 1) % size}`, predicate: 'p',
      en: 'p', ja: 'p', review: 'accepted', claims: [] };
    s.known.edges.set(s.keyOf(edge), edge);
    s.known.at.set(id, [edge]);
    s.places.set(id, { x: (i % 50) * 150, y: Math.floor(i / 50) * 80 });
  }
  s.changed(); }"""
COLOURS = """() => { const c = document.querySelector('#graph canvas');
  const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
  const seen = new Set(); for (let i = 0; i < d.length; i += 400) seen.add(`${d[i]} ${d[i + 1]}`);
  return seen.size }"""


def test_two_thousand_entities_are_drawn_and_listed(page: "Page", server: str) -> None:
    start(page, server)
    before = int(page.inner_text("#count").split()[0])
    page.evaluate(MANY)
    page.click("#fit")
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert page.evaluate(COLOURS) > 5
    assert page.inner_text("#count").startswith(f"{before + 2000} ")
    assert rows(page, "nodes") == 200
    page.click("#nodes-more button")
    assert rows(page, "nodes") == 400

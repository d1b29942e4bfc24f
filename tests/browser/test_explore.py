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

import kg.edges.web
from kg.outlets.theme import COLOURS as COLOURS_OF
from kg.outlets.theme import shapes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

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
    kinds = page.locator("#legend li:not(.sign)").all_inner_texts()
    shown_types = page.locator("#nodes tbody tr td:nth-child(2)").all_inner_texts()
    assert {kind.strip() for kind in kinds} == set(shown_types)
    assert page.locator("#legend li:not(.sign) svg path").count() == len(kinds)
    assert page.locator("#legend .sign").inner_text().strip().startswith("contested")
    page.click(".sieve summary")
    page.uncheck("#types input[value='Meeting']")
    assert page.locator("#legend li:not(.sign)").count() == len(kinds) - 1


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
    assert len(svg.findall(".//*[@class='node']")) == len(now["nodes"])
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
    assert page.locator("#graph img").evaluate("image => image.naturalWidth") > 0
    page.fill("#path [name=to]", "takaichi-sanae")
    page.press("#path [name=to]", "Enter")
    page.wait_for_load_state()
    assert page.locator("#way .path li a[data-claim]").count() > 0
    for tool in (".tools", "#walk", "#twin", ".sieve"):  # they need a script
        assert not page.locator(tool).first.is_visible()
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


SHIFTS = """() => { window.shifts = 0;
  new PerformanceObserver((list) => { for (const e of list.getEntries())
    if (!e.hadRecentInput) window.shifts += e.value;
  }).observe({ type: 'layout-shift', buffered: true }) }"""
SIZE = """() => { const box = document.querySelector('#graph').getBoundingClientRect();
  return [box.width, box.height] }"""
UNTIL = "async () => {{ while (!({})) await new Promise(requestAnimationFrame) }}"
STYLED = UNTIL.format("getComputedStyle(document.querySelector('.stage')).display === 'grid'")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("address", ["explore?node=meti", "explore?node=takaichi-sanae&to=low-pay"])
def test_the_page_does_not_jump_when_the_canvas_comes(
    chromium: "Browser", server: str, address: str, lang: str, width: int
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.add_init_script(f"({SHIFTS})()")
    held: list[Route] = []
    page.route("**/explore/main.js", lambda route: held.append(route))
    with page.expect_request("**/explore/main.js"):
        page.goto(f"{server}{address}&lang={lang}", wait_until="commit")
    page.evaluate(STYLED)
    assert page.locator("#graph img").evaluate("image => image.decode().then(() => true)")
    before = page.evaluate(SIZE)
    held[0].continue_()
    page.wait_for_selector(DRAWN)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")
    assert page.evaluate("window.shifts") <= 0.05
    assert page.evaluate(SIZE) == before
    assert page.locator("#graph canvas").count() == 1
    page.close()


def test_the_canvas_begins_where_the_picture_of_the_server_stands(
    page: "Page", server: str
) -> None:
    start(page, server, "explore?node=meti")
    with urlopen(f"{server}explore.svg?node=meti") as answer:
        svg = ElementTree.fromstring(answer.read())
    nodes = svg.findall(".//*[@class='node']")
    drawn = {tuple(map(int, re.findall(r"-?\d+", n.get("transform") or "")[:2])) for n in nodes}
    assert drawn == {(p["x"], p["y"]) for p in shown(page)["places"].values()}


@pytest.mark.parametrize("name", ["meti", "takaichi-sanae", "industry/animation", "gate"])
def test_no_edge_of_a_first_picture_passes_through_a_stranger(
    page: "Page", server: str, name: str
) -> None:
    start(page, server, f"explore?node={name}")
    places = [(p["x"], p["y"]) for p in shown(page)["places"].values()]
    for x, y in places[1:]:
        for a, b in places[1:]:
            along = (a * x + b * y) / (x * x + y * y)
            if (a, b) != (x, y) and 0 < along < 1:
                assert abs(a * y - b * x) / (x * x + y * y) ** 0.5 > 11


INK_AT_THE_EDGE = """() => { const c = document.querySelector('#graph canvas');
  const pen = c.getContext('2d'); let ink = 0;
  const parts = [[0, 0, c.width, 2], [0, c.height - 2, c.width, 2],
    [0, 0, 2, c.height], [c.width - 2, 0, 2, c.height]];
  for (const part of parts) { const { data } = pen.getImageData(...part);
    for (let i = 3; i < data.length; i += 4) if (data[i]) ink += 1 }
  return ink }"""


@pytest.mark.parametrize("name", ["meti", "takaichi-sanae", "ai-basic-plan"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_name_is_cut_by_the_edge(
    chromium: "Browser", server: str, name: str, width: int
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 900})
    for lang in ("en", "ja"):
        start(page, server, f"explore?node={name}&lang={lang}")
        page.click("#fit")
        page.evaluate("() => new Promise(requestAnimationFrame)")
        assert page.evaluate(INK_AT_THE_EDGE) == 0
        page.goto(f"{server}explore.svg?node={name}&lang={lang}")
        outside = page.evaluate("""() => { const box = document.documentElement.viewBox.baseVal;
          return [...document.querySelectorAll('text')].map((t) => t.getBBox()).filter((b) =>
            b.x < box.x || b.y < box.y || b.x + b.width > box.x + box.width ||
            b.y + b.height > box.y + box.height).length }""")
        assert outside == 0
    page.close()


MARKED = """async () => { const s = await import('/static/explore/state.js');
  return { nodes: [...s.way.nodes], edges: s.way.edges.size } }"""


def test_a_found_path_is_told_above_the_graph_and_marked_in_it(page: "Page", server: str) -> None:
    start(page, server)
    page.fill("#path [name=to]", "low-pay")
    page.press("#path [name=to]", "Enter")
    page.wait_for_selector("#way .path")
    stops = page.get_attribute("#way .path", "data-nodes") or ""
    above = page.locator("#way").bounding_box()
    graph = page.locator("#graph").bounding_box()
    assert above
    assert graph
    assert above["y"] + above["height"] <= graph["y"]
    marked = page.evaluate(MARKED)
    assert marked["nodes"] == stops.split(",")
    assert marked["edges"] >= len(marked["nodes"]) - 1
    page.click("#clear")
    assert page.evaluate(MARKED) == {"nodes": [], "edges": 0}
    assert page.locator("#way .path").count() == 0


def test_contested_edges_are_those_without_an_accepted_claim(server: str) -> None:
    with urlopen(f"{server}api/steps?nodes=animator-pay-mean-japan,meti") as answer:
        edges = json.load(answer)["edges"]
    assert {edge["contested"] for edge in edges} == {True, False}
    assert all(edge["contested"] for edge in edges if edge["review"] != "accepted")


def test_one_finger_scrolls_past_the_graph(chromium: "Browser", server: str) -> None:
    context = chromium.new_context(
        viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    start(page, server)
    box = "getComputedStyle(document.querySelector('#graph{}')).touchAction"
    assert page.evaluate(box.format("")) == "pan-y"
    assert page.evaluate(box.format(" canvas")) == "pan-y"
    top = "document.querySelector('#graph').getBoundingClientRect().top"
    page.evaluate(f"scrollTo(0, {top} - 200)")
    before = page.evaluate("scrollY")
    finger = page.context.new_cdp_session(page)
    for kind, y in [("Start", 550), *(("Move", 550 - 15 * n) for n in range(1, 16)), ("End", 0)]:
        points = [] if kind == "End" else [{"x": 60, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    page.evaluate(UNTIL.format(f"scrollY > {before} + 100"))
    context.close()


def test_colours_and_shapes_are_those_of_the_standalone_page(server: str) -> None:
    """The style sheet repeats the colours; shapes come from the server."""
    sheet = (Path(kg.edges.web.__file__).parent / "static/explore.css").read_text("utf-8")
    light = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", sheet.partition("@media")[0]))
    other = {"money": "fiscal", "sources": "documents"}
    assert {family: light[other.get(family, family)] for family in COLOURS_OF} == COLOURS_OF
    with urlopen(f"{server}api/steps?nodes=meti,takaichi-sanae") as answer:
        kinds = json.load(answer)["kinds"]
    looks = [(kind["family"], kind["shape"]) for kind in kinds.values()]
    assert len(set(looks)) == len(looks)
    assert kinds["Person"]["shape"] == shapes(["Person"])["Person"]

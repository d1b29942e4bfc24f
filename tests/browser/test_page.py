"""The standalone graph page in a real browser."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg.outlets.page import write_page
from kg.views.network.picture import Card, Edge, Evidence, Fact, Kind, Node, Picture

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page, expect
else:
    expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

ID = "https://w3id.org/jsip/id/"
HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    "<a href=javascript:alert(3)>x</a>"
)


def claim(name: str, quote: str, value: str, review: str = "accepted") -> Card:
    evidence = Evidence(
        quote, "A report", "https://example.org/report", "Jiji Press", "2025-12-21", "Body",
        "quoted", "Secondary", "ja",
    )  # fmt: skip
    asserter = ("Jiji Press", "時事通信社")
    return Card(
        ID + name, *asserter, "planned", value, review, "Preferred", (evidence,), "2025-12-21"
    )


def node(name: str, en: str, ja: str, kind: str, *names: str) -> Node:
    return Node(name, ID + name, en, ja, kind, (), names)


AMOUNT = Fact("amount", "金額", "1 trillion yen", (claim("c-1", "５年間で１兆円規模", "１兆円"),))
SUPPORT = Node(
    "domestic-ai-support-5y", ID + "domestic-ai-support-5y", "Five-year AI support",
    "国産AI開発の5年間支援", "PlannedInvestment", (AMOUNT,),
)  # fmt: skip
NODES = (
    node(
        "takaichi-sanae", "Sanae Takaichi", "高市早苗", "Person", "たかいち さなえ", "Sanae Takashi"
    ),
    SUPPORT,
    node("government-of-japan", "Government of Japan", "日本国政府", "Government"),
    node("meti", "Ministry of Economy, Trade and Industry", "経済産業省", "PublicBody"),
)


def edge(source: str, target: str, term: str, en: str, ja: str, *claims: Card) -> Edge:
    return Edge(source, target, f"https://w3id.org/jsip/ns#{term}", en, ja, claims)


SMALL = Picture(
    "AI support", "AI支援", NODES,
    (
        edge(SUPPORT.id, "government-of-japan", "announcedBy", "announced by", "発表者",
             claim("c-2", "政府が発表", "")),
        edge(SUPPORT.id, "takaichi-sanae", "announcedBy", "announced by", "発表者",
             claim("c-3", "首相が表明", "", "candidate")),
        edge(SUPPORT.id, "meti", "responsibleBody", "responsible body", "所管"),
    ),
    "sha256:0123", (Kind("Person", "Person", "人物"),), "2026-01-13",
)  # fmt: skip


def hostile() -> Picture:
    text = HOSTILE
    evidence = Evidence(text, text, "javascript:alert(4)", text, text, text, text, text, text)
    card = Card("javascript:alert(5)", text, text, text, text, text, text, (evidence,), text, text)
    nodes = [
        Node(
            name,
            "javascript:alert(6)",
            text,
            text,
            text,
            (Fact(text, text, text, (card,)),),
            (text,),
        )
        for name in (text, "__proto__")
    ]
    return Picture(
        text, text, tuple(nodes), (Edge(text, "__proto__", text, text, text, (card,)),), text
    )


def crowd(count: int) -> Picture:
    """A tree with as many cross links."""
    nodes = tuple(node(f"n{i}", f"Sample {i}", f"見本{i}", f"Kind{i % 9}") for i in range(count))
    pairs = [(i, i // 3) for i in range(1, count)] + [(i, i * 7 % count) for i in range(1, count)]
    edges = [
        edge(f"n{a}", f"n{b}", "links", "links", "関係", claim(f"c{a}", "例", "")) for a, b in pairs
    ]
    return Picture(f"{count} samples", f"見本{count}件", nodes, tuple(edges), "v")


@dataclass
class Watched:
    """A page with all it asked for and complained of."""

    page: "Page"
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def place_of(self, what: str) -> dict[str, Any]:
        """Where on the screen a node (`0`) or the middle of two (`0,1`) is drawn."""
        found: dict[str, Any] = self.page.evaluate(
            """(ids) => {
              const places = ids.map((id) => graphPage.network.getPosition(id));
              const mean = (key) => places.reduce((sum, p) => sum + p[key], 0) / places.length;
              const spot = graphPage.network.canvasToDOM({ x: mean("x"), y: mean("y") });
              const box = document.getElementById("graph").getBoundingClientRect();
              return { x: spot.x + box.x, y: spot.y + box.y };
            }""",
            [int(number) for number in what.split(",")],
        )
        return found


Opener = Callable[..., Watched]


@pytest.fixture
def open_page(chromium: "Browser", tmp_path: Path) -> Iterator[Opener]:
    """Writes a picture and opens it offline; afterwards nothing may have been asked or wrong."""
    context = None
    watched: list[Watched] = []

    def opened(picture: Picture, width: int = 1280, height: int = 800, **options: Any) -> Watched:
        nonlocal context
        out = tmp_path / "page.html"
        write_page(picture, out)
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        page = context.new_page()
        found = Watched(page)
        watched.append(found)
        page.on("request", lambda request: found.requests.append(request.url))
        page.on("console", lambda message: found.complaints.append(message.text))
        page.on("pageerror", lambda error: found.complaints.append(str(error)))

        def dismiss(dialog: "Dialog") -> None:
            found.complaints.append(dialog.message)
            dialog.dismiss()

        page.on("dialog", dismiss)
        context.route(
            "**/*",
            lambda route: route.continue_() if route.request.url == out.as_uri() else route.abort(),
        )
        page.goto(out.as_uri())
        if options.get("java_script_enabled", True):
            page.wait_for_selector("html[data-drawn]")
        return found

    yield opened
    for found in watched:
        asked = [url for url in found.requests if not url.startswith("data:")]
        assert len(asked) == 1, f"the page asked for {asked[1:]}"
        assert found.complaints == []
    if context:
        context.close()


def rows(page: "Page", table: str) -> list[str]:
    return [
        text.replace("\t", " | ")
        for text in page.locator(f"#{table}-table tbody tr").all_inner_texts()
    ]


def test_hostile_texts_run_nothing(open_page: Opener) -> None:
    opened = open_page(hostile())
    page = opened.page
    for what in ("0", "1", "0,1"):
        place = opened.place_of(what)
        page.mouse.move(**place)
        page.mouse.click(**place)
        expect(page.locator("#panel")).to_have_class("live open")
        assert page.locator("#panel a").count() == 0
    page.fill("#search", "script")
    expect(page.locator("#search-results button")).to_have_count(2)
    page.keyboard.press("Enter")
    page.click("button[lang=ja]")
    assert page.locator("script").count() == 3
    assert page.locator("img").count() == 0
    assert "alert(1)" in page.title()


def test_clicking_a_node_shows_its_evidence(open_page: Opener) -> None:
    opened = open_page(SMALL)
    panel = opened.page.locator("#panel")
    opened.page.mouse.click(**opened.place_of("1"))
    expect(panel.locator("h3")).to_have_text("Five-year AI support")
    for text in (
        "1 trillion yen",
        "５年間で１兆円規模",
        "Jiji Press",
        "planned",
        "accepted",
        "secondary source",
        "2025-12-21",
    ):
        expect(panel).to_contain_text(text)
    link = panel.get_by_role("link", name="A report")
    assert link.get_attribute("href") == "https://example.org/report"
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_clicking_an_edge_shows_its_evidence(open_page: Opener) -> None:
    opened = open_page(SMALL)
    opened.page.mouse.click(**opened.place_of("1,0"))
    panel = opened.page.locator("#panel")
    expect(panel.locator("h3")).to_contain_text("announced by")
    expect(panel.locator("blockquote")).to_have_text("首相が表明")
    expect(panel.locator(".review-candidate")).to_contain_text("candidate")
    expect(opened.page.locator("tr[aria-current]")).to_contain_text("Sanae Takaichi")


def test_search_knows_kanji_kana_romaji_and_damaged_names(open_page: Opener) -> None:
    page = open_page(SMALL).page
    for text in ("高市", "タカイチ", "takaichi s", "Takashi", "TAKAICHI-SANAE", "ｔａｋａｉｃｈｉ"):
        page.fill("#search", text)
        expect(page.locator("#search-results button")).to_have_text(["Sanae Takaichi高市早苗"])
    page.fill("#search", "nobody")
    expect(page.locator("#search-count")).to_have_text("Nothing found")


def test_filters_keep_the_tables_in_step(open_page: Opener) -> None:
    opened = open_page(SMALL)
    page = opened.page
    page.get_by_role("button", name="Government 1").click()
    expect(page.locator("#entities-count")).to_have_text("3 of 4")
    expect(page.locator("#edges-count")).to_have_text("2 of 3")
    drawn = "graphPage.network.body.data.nodes.get().filter((node) => !node.hidden).length"
    assert page.evaluate(drawn) == 3
    page.locator("#types").get_by_role("button", name="Show all").click()
    page.locator("details.filter summary").click()
    page.get_by_role("button", name="announced by 2").click()
    expect(page.locator("#edges-count")).to_have_text("1 of 3")
    assert rows(page, "edges") == [
        "Five-year AI support | responsible body | Ministry of Economy, Trade and Industry |  | "
    ]


def test_only_the_neighbours_of_a_node_and_back(open_page: Opener) -> None:
    page = open_page(SMALL).page
    page.get_by_role("button", name="Sanae Takaichi").click()
    page.get_by_role("button", name="Show only its neighbours").click()
    expect(page.locator("#entities-count")).to_have_text("2 of 4")
    page.locator("#around button").click()
    expect(page.locator("#entities-count")).to_have_text("4 of 4")


def test_tables_sort_and_open_evidence(open_page: Opener) -> None:
    page = open_page(SMALL).page
    links = page.locator("#entities-table").get_by_role("button", name="Links")
    links.click()
    links.click()
    expect(page.locator("#entities-table th").nth(3)).to_have_attribute("aria-sort", "descending")
    assert rows(page, "entities")[0].startswith("Five-year AI support")
    page.locator("#edges-table tbody tr").nth(2).click()
    expect(page.locator("#panel")).to_contain_text("No claim is recorded for this.")


def test_the_page_turns_japanese(open_page: Opener) -> None:
    opened = open_page(SMALL)
    page = opened.page
    opened.page.mouse.click(**opened.place_of("1"))
    spy = """CanvasRenderingContext2D.prototype.fillText = function (text) {
      (window.written ??= []).push(text);
    }"""
    page.evaluate(spy)
    page.click("button[lang=ja]")
    page.wait_for_function("window.written?.includes('高市早苗')")
    expect(page.locator("h1")).to_have_text("AI支援")
    assert page.evaluate("document.documentElement.lang") == "ja"
    expect(page.locator("#panel h3")).to_have_text("国産AI開発の5年間支援")
    expect(page.locator("#panel")).to_contain_text("採用")
    expect(page.locator("#entities-table thead")).to_contain_text("名称")
    expect(page.get_by_role("button", name="人物 1")).to_be_visible()
    assert page.locator("#search").get_attribute("placeholder") == "名称・読み・識別子"
    assert "高市早苗" in " ".join(rows(page, "entities"))


def test_everything_can_be_done_by_keyboard(open_page: Opener) -> None:
    page = open_page(SMALL).page
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.focus("#search")
    page.keyboard.type("経済")
    page.keyboard.press("Enter")
    expect(page.locator("#panel-heading")).to_be_focused()
    expect(page.locator("#panel h3")).to_have_text("Ministry of Economy, Trade and Industry")
    page.keyboard.press("Escape")
    expect(page.locator("#search")).to_be_focused()
    expect(page.locator("#panel h3")).to_have_count(0)
    page.locator("#edges-table tbody button").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#edges-table tbody button").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#panel h3")).to_contain_text("announced by")
    page.keyboard.press("Escape")
    expect(page.locator("#edges-table tbody button").nth(1)).to_be_focused()
    before = page.evaluate("graphPage.network.getScale()")
    page.locator("#graph").press("+")
    page.wait_for_function("(before) => graphPage.network.getScale() > before", arg=before)


def test_every_control_has_a_name(open_page: Opener) -> None:
    page = open_page(SMALL).page
    page.get_by_role("button", name="Sanae Takaichi").click()
    unnamed = """() => [...document.querySelectorAll("button, input, a, summary, [tabindex='0']")]
      .filter((e) => e.checkVisibility())
      .filter((e) => !(e.ariaLabel || e.textContent.trim() || e.labels?.length))
      .map((e) => e.outerHTML)"""
    assert page.evaluate(unnamed) == []
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_phone_needs_no_sideways_scrolling(open_page: Opener, lang: str) -> None:
    opened = open_page(SMALL, 390, 844, has_touch=True)
    page = opened.page
    page.click(f"button[lang={lang}]")
    width = "document.documentElement.scrollWidth"
    assert page.evaluate(width) == 390
    page.evaluate("graphPage.choose('node', 1)")
    expect(page.locator("#panel h3")).to_be_in_viewport()
    assert page.evaluate(width) == 390
    page.locator("#panel-close").tap()
    expect(page.locator("#panel")).to_be_hidden()


def test_two_thousand_nodes_are_drawn(open_page: Opener) -> None:
    opened = open_page(crowd(2000))
    page = opened.page
    colours = """() => {
      const canvas = document.querySelector("#graph canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    }"""
    assert page.evaluate(colours) > 100
    assert page.evaluate("performance.getEntriesByName('drawn')[0].startTime") < 4000
    expect(page.locator("#edges-count")).to_have_text("3998 of 3998")
    assert page.locator("#edges-table tbody tr").count() == 100
    page.locator("#edges-more button").click()
    expect(page.locator("#edges-table tbody tr")).to_have_count(200)


def test_a_picture_of_nothing_opens(open_page: Opener) -> None:
    page = open_page(Picture("Nothing", "なし", (), (), "v")).page
    expect(page.locator("#entities-more")).to_have_text("Nothing is left by these filters.")
    page.click("#zoom-fit")


def test_dark_and_light_differ(open_page: Opener) -> None:
    page = open_page(SMALL, color_scheme="dark").page
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)
    page.emulate_media(color_scheme="light")
    assert page.evaluate(background) != dark


def test_without_javascript_the_tables_are_there(open_page: Opener) -> None:
    page = open_page(SMALL, java_script_enabled=False).page
    expect(page.locator("noscript table")).to_have_count(2)
    page.locator("noscript summary").first.click()
    expect(page.locator("noscript q").first).to_be_visible()
    expect(page.locator("#search")).to_be_hidden()

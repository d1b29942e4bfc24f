"""Charts, and the pages around them, as a reader meets them in Chromium."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from outside import ask

pytestmark = pytest.mark.long

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

PAGES = ("/money", "/series/digital-deficit-japan", "/series", "/timeline", "/queries/cq15")
MARKS = "figure.chart svg:visible a"


@contextmanager
def visit(chromium: "Browser", address: str, **context: Any) -> "Iterator[Page]":
    """A page in a fresh profile; fails on any console message, page error or outside request."""
    told: list[str] = []
    opened = chromium.new_context(**context)
    page = opened.new_page()
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))

    def note_outside(request: "Request") -> None:
        if is_outside(request.url):
            told.append(request.url)

    page.on("request", note_outside)
    page.goto(address)
    yield page
    opened.close()
    assert told == []


def is_outside(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1"


@pytest.mark.parametrize(
    ("width", "scheme", "lang"), [(390, "dark", "ja"), (768, "light", "ja"), (1440, "dark", "en")]
)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_draws_without_a_violation_and_fits(
    chromium: "Browser", server: str, path: str, width: int, scheme: Any, lang: str
) -> None:
    size: Any = {"width": width, "height": 900}
    address = f"{server.rstrip('/')}{path}?lang={lang}"
    with visit(chromium, address, viewport=size, color_scheme=scheme) as page:
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0
        assert page.get_attribute("html", "lang") == lang


def test_from_four_countries_to_the_evidence_and_the_query(
    chromium: "Browser", server: str
) -> None:
    with visit(
        chromium, f"{server}money", permissions=["clipboard-read", "clipboard-write"]
    ) as page:
        page.locator(MARKS).filter(has_text="617.6 billion yen").first.click()
        dialog = page.get_by_role("dialog")
        dialog.wait_for()
        dialog.get_by_text("米国は6176億円").first.wait_for()
        page.keyboard.press("Escape")
        page.get_by_role("link", name="How large are other countries’ budgets").click()
        page.get_by_text("curl", exact=True).click()
        page.get_by_role("button", name="Copy").first.click()
        page.get_by_role("button", name="Copied").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert "content-budget-japan" in copied
        page.get_by_role("link", name="Run it in the editor").click()
        page.wait_for_url("**/sparql?**")
        assert "content-budget-japan" in page.content()


def test_a_chart_is_walked_and_opened_with_the_keyboard(chromium: "Browser", server: str) -> None:
    with visit(chromium, f"{server}series/anime-market-japan") as page:
        marks = page.locator(MARKS)
        assert marks.count() > 12
        marks.first.focus()
        first = page.evaluate("document.activeElement.textContent.trim()")
        page.keyboard.press("Tab")
        second = page.evaluate("document.activeElement.textContent.trim()")
        assert re.match(r"\d{4}", first)
        assert first != second
        page.keyboard.press("Enter")
        page.get_by_role("dialog").wait_for()
        assert "#c-" in page.url
        page.go_back()
        page.get_by_role("dialog").wait_for(state="hidden")


def test_a_break_interrupts_the_drawn_line(chromium: "Browser", server: str) -> None:
    with visit(chromium, f"{server}series/mcst-content-budget-south-korea") as page:
        assert page.get_by_text("The definition or method changes with 2025").count() == 1
        lines = page.locator("figure.chart svg:visible path.line")
        drawn = [lines.nth(n).get_attribute("d") or "" for n in range(lines.count())]
        assert [path.count("L") for path in drawn] == [1]
        assert page.locator("figure.chart svg:visible rect.band").count() == 1


def test_a_refused_total_says_why(chromium: "Browser", server: str) -> None:
    with visit(chromium, f"{server}money?topic=ai") as page:
        assert page.get_by_text("Counted once under this topic: 1.2483 trillion yen").is_visible()
        refused = page.get_by_text("no source says whether this money is public or private")
        assert refused.first.is_visible()


def test_without_javascript_every_page_is_whole(chromium: "Browser", server: str) -> None:
    for path in PAGES:
        address = f"{server.rstrip('/')}{path}"
        with visit(chromium, address, java_script_enabled=False) as page:
            shown = page.locator("figure.chart svg.wide-only")
            for number in range(shown.count()):
                assert shown.nth(number).is_visible()
            link = page.locator("main a[data-claim]").first
            if link.count():
                claim = link.get_attribute("data-claim")
                page.goto(f"{server.rstrip('/')}{link.get_attribute('href')}")
                assert claim
                assert claim in page.content()


def test_a_name_is_suggested_while_it_is_typed(chromium: "Browser", server: str) -> None:
    with visit(chromium, f"{server}queries/cq05") as page:
        page.get_by_label("the person or organisation asked about").press_sequentially("tohkama")
        page.wait_for_function(
            "() => [...document.querySelectorAll('#choices-who option')]"
            ".some((option) => option.value === 'karakama-daisuke')"
        )


def test_a_page_with_a_chart_loads_no_library(chromium: "Browser", server: str) -> None:
    opened = chromium.new_context()
    page = opened.new_page()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(f"{server}money")
    page.locator(MARKS).first.wait_for()
    names = {urlsplit(address).path.rpartition("/")[2] for address in loaded}
    assert names == {"money", "site.css", "drawer.js", "search_box.js", "root.js"}
    opened.close()


def test_a_hostile_answer_runs_nothing(chromium: "Browser", server: str) -> None:
    asked = "%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"
    assert ask(server, f"/queries/cq21?day={asked}").status == 400
    opened = chromium.new_context()
    page = opened.new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    page.goto(f"{server}queries/cq21?day={asked}")
    page.get_by_role("alert").wait_for()
    opened.close()
    assert dialogs == []

"""Every page as a reader's browser has it: accessible, quiet, whole at every width."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from browser.every_page import PAGES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.long

RULES: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
}


@pytest.fixture(scope="module", params=["light-en", "dark-ja"])
def reading(chromium: "Browser", server: str, request: pytest.FixtureRequest) -> Iterator["Page"]:
    """A page in one scheme and language; axe is let past the content security policy."""
    scheme, lang = request.param.split("-")
    context = chromium.new_context(
        base_url=server, bypass_csp=True, color_scheme=scheme, locale=lang
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_fault_of_access(reading: "Page", path: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    reading.goto(path)
    found = Axe().run(reading, options=RULES).response["violations"]
    told = [
        (v["id"], n["html"][:160], n["failureSummary"][:200]) for v in found for n in v["nodes"]
    ]
    assert told == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_and_asks_nobody_else(chromium: "Browser", server: str, path: str) -> None:
    context = chromium.new_context(base_url=server, viewport={"width": 390, "height": 844})
    page, faults, own = context.new_page(), list[str](), urlsplit(server).netloc
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request",
        lambda r: (
            faults.append(r.url)
            if r.url.startswith("http") and urlsplit(r.url).netloc != own
            else None
        ),
    )
    for width in (390, 768, 1440):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
    assert faults == []


def test_a_damaged_name_leads_to_a_person_a_tenure_and_its_quote(page: "Page") -> None:
    for name in ("高市早苗", "Sanae Takashi"):
        page.goto("/")
        page.get_by_role("combobox", name="Search").fill(name)
        page.keyboard.press("Enter")
        page.locator(".hits a").first.click()
        page.wait_for_url("**/entity/takaichi-sanae")
    page.get_by_role("region", name="holds post").locator("a[data-claim]").first.click()
    quote = page.locator("dialog[open] blockquote q").first
    quote.wait_for()
    assert quote.inner_text()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.claim")


def test_from_the_trillion_to_its_conflict_both_readings_and_their_sources(
    chromium: "Browser", server: str
) -> None:
    context = chromium.new_context(base_url=server, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    words = page.locator("main").inner_text()
    assert "100 million yen" in words
    assert "１兆円規模" in words
    page.get_by_role("link", name="All statements and passages").click()
    page.locator("blockquote small a").first.click()
    assert "/sources/src-" in page.url
    assert "What would fall without it" in page.locator("main").inner_text()
    context.close()

"""How pages look and hold still; each one's screenshots stay in `artefacts/screenshots`."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from browser.every_page import PAGES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.long
SHOTS = Path(__file__).parents[2] / "artefacts" / "screenshots"
VIEWS: tuple[tuple[int, Any, str], ...] = ((390, "dark", "ja"), (1360, "light", "en"))
SHIFTS = """() => new Promise((done) => { let sum = 0;
  new PerformanceObserver((list) => { for (const e of list.getEntries()) sum += e.value; })
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => done(sum), 200)); })"""
# Links that stand in a row and have one name, but lead to different places.
ALIKE = """() => { const found = [];
  const name = (a) => (a.getAttribute("aria-label") || a.textContent).trim();
  for (const row of document.querySelectorAll("main li, main tr, main p")) {
    const links = [...row.querySelectorAll("a[href]")].filter(
      (a) => a.closest("li, tr, p") === row && a.checkVisibility());
    links.forEach((a, i) => { const b = links[i + 1];
      if (b && name(a) === name(b) && a.getAttribute("href") !== b.getAttribute("href"))
        found.push(name(a)); }); }
  return found; }"""


@pytest.mark.parametrize(("width", "scheme", "lang"), VIEWS)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_holds_still_and_names_its_links(
    chromium: "Browser", server: str, path: str, width: int, scheme: Any, lang: str
) -> None:
    context = chromium.new_context(
        base_url=server, locale=lang, color_scheme=scheme,
        viewport={"width": width, "height": 900},
    )  # fmt: skip
    page = context.new_page()
    page.goto(path, wait_until="networkidle")
    assert page.evaluate(SHIFTS) <= 0.05
    assert page.evaluate(ALIKE) == []
    SHOTS.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W+", "-", path).strip("-") or "home"
    page.screenshot(path=SHOTS / f"{name}-{width}-{scheme}-{lang}.png", full_page=True)
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_320_pixels_and_keeps_its_words_in_forced_colours(
    chromium: "Browser", server: str, path: str
) -> None:
    """320 CSS pixels are 1,280 at a zoom of 400 % (WCAG 2.2, 1.4.10)."""
    context = chromium.new_context(
        base_url=server, viewport={"width": 320, "height": 640}, forced_colors="active"
    )
    page = context.new_page()
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for verdict in page.locator("main .verdict").all()[:3]:
        assert verdict.evaluate("e => getComputedStyle(e).borderTopStyle") != "none"
        assert verdict.inner_text().strip()
    context.close()


def test_print_leaves_out_what_paper_cannot_do(chromium: "Browser", server: str) -> None:
    context = chromium.new_context(base_url=server)
    page = context.new_page()
    page.goto("/conflicts/conflict-53d29cce3f19")
    page.emulate_media(media="print")
    assert not page.locator(".top").is_visible()
    assert page.locator(".reading .figure").first.is_visible()
    assert page.locator(".print-card .say").is_visible()
    context.close()

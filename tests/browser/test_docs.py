"""`/docs` in a real browser: quiet, offline, as narrow as a phone, and without JavaScript."""

from typing import TYPE_CHECKING, Literal

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

WATCH = """window.refused = [];
document.addEventListener("securitypolicyviolation", (e) => refused.push(e.effectiveDirective));"""


def watched(page: "Page", server: str) -> list[str]:
    """Opens the page; the list grows with every request elsewhere and every console error."""
    heard: list[str] = []

    def console(message: "ConsoleMessage") -> None:
        asked_by_the_browser = message.location["url"].endswith("/favicon.ico")
        if message.type == "error" and not asked_by_the_browser:
            heard.append(message.text)

    own = (server, "data:")
    page.on("request", lambda r: None if r.url.startswith(own) else heard.append(r.url))
    page.on("console", console)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.add_init_script(WATCH)
    page.goto(f"{server}docs")
    return heard


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_quiet_and_fits(
    chromium: "Browser", server: str, width: int, scheme: Literal["dark", "light"]
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    heard = watched(page, server)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("refused") == []
    assert heard == []
    page.close()


def test_a_route_is_tried_by_keyboard_without_javascript(chromium: "Browser", server: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}docs")
    page.locator("[id='api-neighbours-name.name']").fill("industry/animation")
    page.locator("[id='api-neighbours-name.limit']").fill("2")
    page.locator("[id='api-neighbours-name.limit']").press("Enter")
    page.wait_for_url(f"{server}api/neighbours/industry%2Fanimation?limit=2")
    assert '"industry/animation"' in page.content()
    context.close()

"""A checked text as a reader has it: accessible, whole without JavaScript, at every width."""

from typing import TYPE_CHECKING, Literal

import pytest

from browser.test_pages import RULES
from test_verify_http import TEXTS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.long


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", TEXTS)
def test_a_checked_text_has_no_fault_of_access_at_any_width(
    chromium: "Browser", server: str, lang: str, scheme: Literal["light", "dark"]
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(
        base_url=server, bypass_csp=True, color_scheme=scheme, locale=lang
    )
    page = context.new_page()
    page.goto("/verify")
    page.locator("#text").fill(TEXTS[lang] + "\n" + "千億" * 200)
    page.locator("form.verify button").click()
    page.locator(".checked").wait_for()
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], n["html"][:160]) for v in found for n in v["nodes"]] == []
    for width in (390, 1360):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


@pytest.mark.parametrize("lang", TEXTS)
def test_without_javascript_a_text_is_checked_and_may_be_checked_again(
    chromium: "Browser", server: str, lang: str
) -> None:
    context = chromium.new_context(base_url=server, java_script_enabled=False, locale=lang)
    page = context.new_page()
    page.goto("/verify")
    for text in (TEXTS[lang], TEXTS["en"]):
        page.locator("#text").fill(text)
        page.locator("form.verify button").click()
        page.locator(".checked").wait_for()
        assert page.locator("#text").input_value() == text
        assert "c-qazinform-20251121-001" in page.locator("#report-text").input_value()
    page.locator("#t1").click()
    assert page.url.endswith("#f1")
    context.close()

"""The search field suggests while somebody types, by keys and pointer, and is plain without."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page


def typed(page: "Page", text: str, path: str = "/") -> "Locator":
    """The first suggestion, once it is there."""
    page.goto(path)
    page.locator("#find").click()
    page.keyboard.type(text)
    option = page.get_by_role("option").first
    option.wait_for()
    return option


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_figure_is_suggested_and_opened_by_keys(page: "Page", lang: str) -> None:
    option = typed(page, "45 trillion", f"/?lang={lang}")
    field = page.get_by_role("combobox")
    assert field.get_attribute("aria-expanded") == "true"
    assert page.get_by_role("listbox").count() == 1
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    assert option.get_attribute("aria-selected") == "true"
    page.keyboard.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/claims/c-*")
    assert page.locator("html").get_attribute("lang") == lang


def test_escape_closes_and_keeps_what_is_typed(page: "Page") -> None:
    option = typed(page, "takaichi")
    page.keyboard.press("Escape")
    option.wait_for(state="hidden")
    field = page.get_by_role("combobox")
    assert field.get_attribute("aria-expanded") == "false"
    assert field.input_value() == "takaichi"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=takaichi")


def test_a_pointer_opens_a_suggestion(page: "Page") -> None:
    typed(page, "高市早苗", "/?lang=ja").click()
    page.wait_for_url("**/entity/takaichi-sanae?lang=ja")


def test_without_scripts_the_field_leads_to_the_page(chromium: "Browser", server: str) -> None:
    context = chromium.new_context(base_url=server, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("searchbox").fill("45兆円")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert page.locator(".reading q").count() > 1
    context.close()

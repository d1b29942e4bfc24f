"""One Chromium for all browser tests; where there is none, they are skipped and say why."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="package")
def chromium() -> Iterator["Browser"]:
    """A running Chromium with a fresh profile."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing: install Chromium to run the browser tests")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def listening(chromium: "Browser") -> Iterator[tuple["Page", list[str]]]:
    """A page, and every error, broken policy, foreign request and dialog that it meets."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    heard: list[str] = []
    opened.on("console", lambda m: heard.append(m.text) if m.type == "error" else None)
    opened.on("pageerror", lambda error: heard.append(str(error)))
    opened.on("dialog", lambda dialog: heard.append(dialog.message))
    own = ("http://127.0.0.1:", "data:", "blob:")
    opened.on("request", lambda r: None if r.url.startswith(own) else heard.append(r.url))
    yield opened, heard
    context.close()


@pytest.fixture
def page(chromium: "Browser", server: str) -> Iterator["Page"]:
    """A page in a context of its own; its addresses are relative to the server of the tests."""
    context = chromium.new_context(base_url=server)
    yield context.new_page()
    context.close()

"""Makes the pictures of README.md from the running product: scripts/pictures.py [FOLDER].

Each view in a light and a dark scheme, by Chromium at /usr/bin/chromium; needs `make test` once.
"""

import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, ViewportSize, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from outside import running_server  # noqa: E402 the tests' server is what readers get

# Name of the picture, address, what stands still before it is taken.
VIEWS = (
    ("home", "/", ".reading"),
    ("question", "/conflicts/conflict-8b9e93f479db", ".chart svg"),
    ("graph", "/explore?node=domestic-ai-support-5y", "#graph canvas"),
)
SIZE: ViewportSize = {"width": 1200, "height": 800}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def main() -> None:
    """Writes the pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with running_server() as (address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        for scheme in SCHEMES:
            take(browser, address, scheme, folder)
        browser.close()


def take(browser: Browser, address: str, scheme: Scheme, folder: Path) -> None:
    """The pictures of one scheme."""
    context = browser.new_context(base_url=address, viewport=SIZE, color_scheme=scheme)
    page = context.new_page()
    for name, path, shown in VIEWS:
        page.goto(path)
        page.locator(shown).first.wait_for()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"{name}-{scheme}.png")
    context.close()


if __name__ == "__main__":
    main()

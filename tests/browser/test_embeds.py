"""Embeds in a page of another origin, as a reader's browser frames them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest

from browser.test_pages import RULES
from outside import ask
from test_embeds import CLAIM, EMBEDS, OPEN, REJECTED, SERIES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.long


class _Article(BaseHTTPRequestHandler):
    """One page of another site, with a strict policy of its own."""

    def __init__(self, body: str, policy: str, *arguments: Any) -> None:
        self._body, self._policy = body.encode(), policy
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", self._policy)
        self.end_headers()
        self.wfile.write(self._body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@contextmanager
def article(body: str, frames_from: str) -> Iterator[str]:
    """The address of a page on another port that may frame one site."""
    policy = f"default-src 'none'; style-src 'unsafe-inline'; frame-src {frames_from}"
    handler = partial(_Article, f"<!doctype html><title>Article</title>{body}", policy)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as other:
        running = Thread(target=other.serve_forever, daemon=True)
        running.start()
        yield f"http://127.0.0.1:{other.server_port}/"
        other.shutdown()
        running.join()


@pytest.fixture
def framing(chromium: "Browser", server: str) -> Iterator[Callable[[str], "Page"]]:
    """Opens an article that holds some HTML and may frame the server alone."""
    context = chromium.new_context(viewport={"width": 1000, "height": 900})
    page, site = context.new_page(), urlsplit(server)
    with ExitStack() as stack:

        def opened(body: str) -> "Page":
            page.goto(stack.enter_context(article(body, f"{site.scheme}://{site.netloc}")))
            return page

        yield opened
        context.close()


@pytest.mark.parametrize(
    ("path", "shows"),
    [
        (f"/claims/{CLAIM}", ".verdict"),
        (f"/claims/{REJECTED}", ".struck"),
        (f"/conflicts/{OPEN}", ".readings .reading q"),
        (f"/series/{SERIES}?lang=ja", ".chart svg .line"),
    ],
)
def test_an_embed_draws_in_a_page_of_another_origin(
    framing: Callable[[str], "Page"], server: str, path: str, shows: str
) -> None:
    told = ask(server, f"/oembed?url={quote(path, safe='')}").json
    page = framing(told["html"])
    page.wait_for_load_state("networkidle")
    frame = page.frame_locator("iframe")
    frame.locator(shows).first.wait_for()
    line = frame.locator("footer p").inner_text()
    assert line.startswith("出典：" if "lang=ja" in path else "Source: ")
    size = frame.locator("h1").evaluate("e => getComputedStyle(e).fontSize")
    assert size == "22px"  # the style sheet of the site reached the frame
    frame.locator("footer a").click()
    page.wait_for_url(lambda url: urlsplit(url).path == urlsplit(path).path)
    assert page.locator("nav").count()  # the full page, not in the frame


def test_no_other_page_of_ours_is_framed(framing: Callable[[str], "Page"], server: str) -> None:
    base = server.rstrip("/")
    page = framing(
        f'<iframe src="{base}/claims/{CLAIM}"></iframe><iframe src="{base}{EMBEDS[0]}"></iframe>'
    )
    page.frame_locator("iframe >> nth=1").locator("footer a").wait_for()
    page.wait_for_load_state("networkidle")
    assert page.frame_locator("iframe >> nth=0").locator(".card, nav").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", EMBEDS)
def test_an_embed_has_no_fault_of_access(
    chromium: "Browser", server: str, path: str, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(base_url=server, bypass_csp=True)
    page = context.new_page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for width in (320, 720):
        page.set_viewport_size({"width": width, "height": 500})
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], n["html"][:160]) for v in found for n in v["nodes"]] == []
    context.close()


@pytest.mark.parametrize("path", ["/", "/about", f"/claims/{REJECTED}", *EMBEDS[:1]])
def test_the_data_of_a_page_breaks_no_policy(
    listening: tuple["Page", list[str]], server: str, path: str
) -> None:
    page, heard = listening
    page.goto(server.rstrip("/") + path)
    page.wait_for_load_state("networkidle")
    assert heard == []


@pytest.mark.parametrize("path", EMBEDS[:5])
def test_a_picture_is_drawn_alone(
    listening: tuple["Page", list[str]], server: str, path: str
) -> None:
    page, heard = listening
    page.goto(f"{server.rstrip('/')}{path}.svg")
    room = page.evaluate(
        "() => [...document.querySelectorAll('text')].map(t => t.getBBox().x + t.getBBox().width)"
    )
    wide = page.evaluate("() => document.documentElement.viewBox.baseVal.width")
    assert room
    if "/series/" not in path:
        assert max(room) <= wide
    assert heard == []

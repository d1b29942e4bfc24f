"""A review by keyboard alone: what a person sees, presses and gets, in a real browser."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from browser.test_pages import RULES
from inboxes import declare_agents, hostile_inbox, make_inbox, many
from kg.build.snapshot import Snapshot
from made import HOSTILE
from outside import running_server
from surfaces import EXAMPLE, kg

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

OPEN = "document.querySelector('.open-card h2 bdi').textContent === words"
TOKEN = "a token of some length"
Heard = tuple["Page", list[str]]
SHOTS = Path(__file__).parents[2] / "artefacts" / "screenshots"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("tables", "triples"):
        shutil.copytree(EXAMPLE / name, tmp_path / name)
    declare_agents(tmp_path / "tables")
    (tmp_path / "token").write_text(TOKEN, encoding="utf-8")
    make_inbox(tmp_path / "inbox")
    return tmp_path


@pytest.fixture
def serve(place: Path, example_snapshot: Snapshot) -> Iterator[str]:
    with running_server(*arguments(example_snapshot)) as (address, _):
        yield address


def arguments(snapshot: Snapshot) -> tuple[object, ...]:
    return (
        "--store", snapshot.folder.parents[1], "--inbox", "inbox", "--tables", "tables",
        "--token-file", "token",
    )  # fmt: skip


def enter(page: "Page", address: str, agent: str = "ann", asked: str = "") -> None:
    """Through the entrance by keyboard, to the first card."""
    page.goto(f"{address}review{asked}")
    page.locator("#token").focus()
    page.keyboard.type(TOKEN)
    page.keyboard.press("Tab")
    page.keyboard.type(agent)
    page.keyboard.press("Enter")
    if page.locator("form.enter").count():
        page.locator("form.enter button").press("Enter")
    page.wait_for_selector("#review[data-ready]")


def said(page: "Page", words: str) -> None:
    """Waits until the page says something."""
    comes_to_hold(page, "document.getElementById('said').textContent.includes(words)", words)


def comes_to_hold(page: "Page", condition: str, words: str = "") -> None:
    """Waits until a condition of the page holds."""
    page.wait_for_function(f"words => {condition}", arg=words)


def title(page: "Page") -> str:
    return page.locator(".open-card h2 bdi").inner_text()


def lines(place: Path) -> list[Any]:
    text = (place / "inbox" / "journal.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_an_article_is_reviewed_by_keyboard_alone(
    listening: Heard, serve: str, place: Path
) -> None:
    page, heard = listening
    enter(page, serve)
    assert title(page) == "26.1 billion yen"
    page.keyboard.press("a")
    said(page, "26.1 billion yen: accepted")
    page.keyboard.press("a")
    said(page, "Inferred and not looked at yet: Subject, Period")
    page.keyboard.press("c")
    page.keyboard.press("e")  # the period: as it is, by its editor
    page.locator(".chip-editor input").wait_for()
    page.keyboard.press("Enter")
    comes_to_hold(page, "!document.querySelector('.chip.untouched')")
    page.keyboard.press("2")
    comes_to_hold(page, "document.querySelector('.basis.given')")
    page.keyboard.press("a")
    page.keyboard.press("r")
    said(page, "Why is it rejected?")
    page.keyboard.press("1")
    said(page, "twelve people: rejected")
    page.keyboard.press("m")
    said(page, "same as c-jiji-20251221-001")
    page.keyboard.press("s")
    said(page, "put off")
    page.keyboard.press("a")
    said(page, "Not accepted; the tables would refuse it: asserted_by is empty")
    page.keyboard.press("e")
    page.keyboard.type("jiji")  # goes into the editor, however fast
    page.locator(".chip-editor li").wait_for()
    page.locator(".chip-editor input").fill("時事")
    page.locator(".chip-editor li", has_text="jiji-press").wait_for()
    page.keyboard.press("Enter")
    said(page, "Who says it: jiji-press")
    page.keyboard.press("a")
    said(page, "All are decided")
    page.keyboard.press("u")
    said(page, "undo: 41 billion yen")
    page.keyboard.press("a")
    page.keyboard.press("w")
    said(page, "Written: 1 sources, 3 claims, 1 evidence, 3 reviews")
    assert heard == []
    done = [line["do"] for line in lines(place)]
    assert done == [
        "open", "accept", "touch", "touch", "suggest", "accept", "reject", "same", "skip", "edit",
        "accept", "undo", "accept", "write", "written",
    ]  # fmt: skip
    assert kg("compile", "--tables", "tables", "--out", "triples").code == 0


def test_marks_lead_to_cards_and_cards_to_marks(listening: Heard, serve: str) -> None:
    """Positions count code points: an emoji stands before every figure."""
    page, heard = listening
    enter(page, serve)
    marks = page.locator("#text mark")
    assert marks.all_inner_texts() == [
        "26.1 billion yen", "24.8 billion yen", "twelve people", "1 trillion yen", "３８０億円",
        "41 billion yen",
    ]  # fmt: skip
    marks.nth(4).click()
    assert title(page) == "３８０億円"
    page.keyboard.press("j")
    comes_to_hold(page, "document.querySelector('mark[aria-current]')?.textContent[0] === '4'")
    for _ in range(6):
        page.keyboard.press("k")
    comes_to_hold(page, "document.querySelector('.open-card h2').textContent.includes('Desk')")
    assert heard == []


def test_keys_do_nothing_while_one_types_holds_or_has_them_off(
    listening: Heard, serve: str, place: Path
) -> None:
    page, _ = listening
    enter(page, serve)
    page.locator("#find").focus()
    page.keyboard.type("arms")
    page.locator(".open-card").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("?")
    comes_to_hold(page, "document.getElementById('keys').open")
    page.locator("#keys-switch").press("Enter")
    for key in "asrj":
        page.keyboard.press(key)
    page.locator("#keys-switch").press("Enter")
    assert not (place / "inbox" / "journal.jsonl").exists()
    page.locator(".open-card").focus()
    page.keyboard.down("s")
    page.keyboard.down("s")  # held down: the second event is a repetition
    page.keyboard.down("s")
    page.keyboard.up("s")
    page.keyboard.press("j")
    comes_to_hold(page, "document.querySelector('.open-card h2 bdi').textContent[0] === 't'")
    assert [line["do"] for line in lines(place)] == ["open", "skip"]


def test_what_is_out_of_sight_is_not_accepted(listening: Heard, serve: str, place: Path) -> None:
    page, _ = listening
    page.set_viewport_size({"width": 390, "height": 500})
    enter(page, serve)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.keyboard.press("a")
    said(page, "It was out of sight")
    assert not (place / "inbox" / "journal.jsonl").exists()
    page.keyboard.press("a")
    said(page, "26.1 billion yen: accepted")


def test_two_tabs_do_not_overtake_each_other(chromium: "Browser", serve: str, place: Path) -> None:
    contexts = [chromium.new_context() for _ in range(2)]
    one, other = (context.new_page() for context in contexts)
    enter(one, serve)
    enter(other, serve, "cho")
    other.keyboard.press("r")
    other.keyboard.press("3")
    said(other, "rejected")
    one.keyboard.press("a")
    said(one, "Somebody else decided meanwhile")
    assert "rejected" in one.locator(".open-card h2").inner_text()
    assert [line["do"] for line in lines(place)] == ["open", "reject"]
    for context in contexts:
        context.close()


def test_keys_that_come_while_the_server_is_away_are_told_and_can_be_repeated(
    chromium: "Browser", place: Path, example_snapshot: Snapshot
) -> None:
    context = chromium.new_context()
    page = context.new_page()
    with running_server(*arguments(example_snapshot)) as (address, process):
        enter(page, address)
        page.keyboard.press("a")
        said(page, "26.1 billion yen: accepted")
        process.kill()
        process.wait()
    page.keyboard.press("s")
    said(page, "the server does not answer")
    port = re.search(r":(\d+)/", address)
    assert port
    with running_server(*arguments(example_snapshot), "--port", port[1]):
        page.keyboard.press("s")
        said(page, "24.8 billion yen: put off")
    assert [line["do"] for line in lines(place)] == ["open", "accept", "skip"]
    context.close()


def test_two_readers_in_the_browser(chromium: "Browser", serve: str, place: Path) -> None:
    contexts = [chromium.new_context() for _ in range(2)]
    first, second = (context.new_page() for context in contexts)
    enter(first, serve)
    first.keyboard.press("a")
    first.keyboard.press("w")
    said(first, "Written: 1 sources, 1 claims, 1 reviews")
    enter(second, serve, "ben", "?second")
    assert "are not shown" in second.locator("main .advice").first.inner_text()
    assert "accepted" not in second.locator("#candidates").inner_text()
    second.keyboard.press("a")
    said(second, "26.1 billion yen: accepted")
    second.keyboard.press("w")
    said(second, "1 of 1 readings agree; open disagreements: 0")
    enter_again = first.goto(f"{serve}review?second")
    assert enter_again
    assert "ann has decided here as first reader" in first.locator("[role=alert]").inner_text()
    for context in contexts:
        context.close()


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_pages_have_no_fault_of_access_at_any_width(
    chromium: "Browser", serve: str, lang: str, scheme: Literal["light", "dark"]
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(bypass_csp=True, color_scheme=scheme, locale=lang)
    page = context.new_page()

    def check(name: str) -> None:
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(name, v["id"], n["html"][:160]) for v in found for n in v["nodes"]] == []
        for width in (320, 390, 1360):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            SHOTS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=SHOTS / f"review-{name}-{width}-{scheme}-{lang}.png")

    page.goto(f"{serve}review")
    check("enter")
    enter(page, serve)
    check("open")
    page.keyboard.press("j")
    page.keyboard.press("r")
    page.locator(".asking li").first.wait_for()
    check("reject")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.keyboard.type("japan")
    page.locator(".chip-editor li").first.wait_for()
    check("edit")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    check("keys")
    context.close()


def test_without_javascript_the_page_says_what_it_needs(chromium: "Browser", serve: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{serve}review")
    page.locator("#token").fill(TOKEN)
    page.locator("form.enter button").click()
    assert "needs JavaScript" in page.locator("main").inner_text()
    context.close()


def test_a_hostile_document_runs_nothing(
    listening: Heard, place: Path, example_snapshot: Snapshot
) -> None:
    page, heard = listening
    shutil.rmtree(place / "inbox")
    make_inbox(place / "inbox", hostile_inbox(HOSTILE))
    with running_server(*arguments(example_snapshot)) as (address, _):
        enter(page, address)
        assert page.locator("#text").inner_text().startswith("<script>alert(1)</script>")
        for key in "cejkrm":
            page.keyboard.press(key)
            page.keyboard.press("Escape")
        assert page.locator("#review script, #review img, #review iframe").count() == 0
    assert heard == []


@pytest.mark.long
def test_many_candidates_stay_usable(
    listening: Heard, place: Path, example_snapshot: Snapshot
) -> None:
    """33 candidates, eleven of them inferred: 11 × `c`, 33 × `a`, one `w`."""
    page, heard = listening
    shutil.rmtree(place / "inbox")
    make_inbox(place / "inbox", many(33))
    with running_server(*arguments(example_snapshot)) as (address, _):
        enter(page, address)
        pressed = 0
        for number in range(33):
            comes_to_hold(page, OPEN, f"{20 + number / 10:.1f} billion yen")
            for key in "a" if number % 3 else "ca":
                page.keyboard.press(key)
                pressed += 1
        said(page, "All are decided")
        page.keyboard.press("w")
        said(page, "33 claims")
    assert pressed == 44
    assert heard == []

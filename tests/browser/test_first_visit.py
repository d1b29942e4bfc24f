"""A first visit without a manual: what people ask first is answered in three clicks, visibly."""

from typing import TYPE_CHECKING

import pytest

pytestmark = pytest.mark.long

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

IN_VIEW = """e => { const box = e.getBoundingClientRect();
  return box.width > 0 && box.top < innerHeight && box.bottom > 0; }"""
# What is clicked from the first page on, and words that then stand in view.
VISITS = {
    "en": (
        ([], "about 1 trillion yen (FY2026 to FY2030)"),
        (["Which number for AI should I print, and why?"], "The editors prefer it"),
        (["Which number for AI should I print, and why?"], "Do not print 100 million yen"),
        (["Who disagrees with whom on the trillion?"], "100 million yen"),
        (["Where does a number come from? The passage behind one"], "Passage"),
        (["Is “accepted” true?"], "It may be false; two accepted claims may contradict"),
        (["What is not covered?"], "What is absent here is not read yet"),
        (["Can I compare yen with won?"], "Only where a source converted"),
        (["Who is Kimi Onoda, and which posts did she hold?"], "holds post"),
        (["How do I cite a figure?"], "By the claim's address and the dataset version"),
        (["How do I take a table into a spreadsheet?"], "Every table has a CSV link"),
        (["How current is this?"], "newest source was issued on"),
    ),
    "ja": (
        ([], "約1兆円（2026年度から2030年度）"),
        (["AIの金額はどれを書くべきか、なぜか"], "編集部が優先する値"),
        (["1兆円について誰と誰が食い違うか"], "1億円"),
        (["数字の出どころは（該当箇所の例）"], "該当箇所"),
        (["「採用」は真実という意味か"], "出典がそう述べていると編集部が確認した"),
        (["収録していないものは"], "立法過程の全体"),
        (["円とウォンを比べてよいか"], "出典が換算した場合に限り"),
        (["小野田紀美とは誰で、どの役職に就いたか"], "役職に就く"),
        (["数字を引用するには"], "主張の所在とデータの版で引用する"),
        (["表を表計算ソフトで使うには"], "表にはCSV"),
        (["いつ時点の内容か"], "最も新しい出典の発行日"),
    ),
}
ASKED = [(lang, *visit) for lang, visits in VISITS.items() for visit in visits]


def in_view(found: "Locator") -> bool:
    """Whether any of these stands in the window."""
    return any(found.nth(number).evaluate(IN_VIEW) for number in range(found.count()))


@pytest.mark.parametrize(("lang", "clicks", "answer"), ASKED)
@pytest.mark.parametrize("width", [390, 1440])
def test_a_first_question_is_answered_in_view(
    chromium: "Browser", server: str, lang: str, clicks: list[str], answer: str, width: int
) -> None:
    context = chromium.new_context(
        base_url=server, locale=lang, viewport={"width": width, "height": 844}
    )
    page = context.new_page()
    page.goto("/")
    for click in clicks:
        page.get_by_role("link", name=click, exact=True).click()
        page.wait_for_load_state()
    words = page.locator("main").get_by_text(answer)
    if not clicks:  # on the first page one may scroll
        words.first.scroll_into_view_if_needed()
    assert in_view(words)
    context.close()


def test_a_figure_on_the_first_page_leads_to_its_passage_and_how_to_cite_it(page: "Page") -> None:
    page.goto("/")
    page.locator("#flagship + p ~ .wide a[data-claim]").first.click()
    drawer = page.get_by_role("dialog")
    drawer.locator("blockquote q").first.wait_for()
    assert "dataset version" in drawer.inner_text()
    assert "https://w3id.org/jsip/id/c-" in drawer.inner_text()


@pytest.mark.parametrize("typed", ["Onoda Kimi", "小野田紀美", "おのだきみ"])
def test_a_person_and_her_posts_are_two_steps_away(page: "Page", typed: str) -> None:
    page.goto("/")
    page.get_by_role("combobox", name="Search").fill(typed)
    page.keyboard.press("Enter")
    page.locator(".hits a").first.click()
    posts = page.get_by_role("region", name="holds post").first
    assert "Minister" in posts.inner_text()
    assert in_view(posts)


def test_the_trillion_leads_to_every_conflict_about_it_and_to_a_table(page: "Page") -> None:
    page.goto("/")
    page.get_by_role("link", name="See the conflict").click()
    others = page.get_by_role(
        "region", name="Other conflicts, questions and cautions about the same"
    )
    assert "Not settled" in others.inner_text()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download as CSV").first.click()
    assert waiting.value.suggested_filename == "conflict-53d29cce3f19.csv"

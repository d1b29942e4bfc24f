"""A first visit without a manual: what people ask first is answered in two clicks."""

from typing import TYPE_CHECKING

import pytest

pytestmark = pytest.mark.long
PATIENCE = 8000  # ms for what must be on the page at once

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# What is clicked from the first page on, and words that then can be read.
VISITS = {
    "en": (
        ([], "about 1 trillion yen (FY2026 to FY2030), according to Jiji Press"),
        ([], "Do not print 100 million yen"),
        ([], "“Accepted” means that the source says so, not that it is true."),
        (["Cite"], "dataset version"),
        (["About"], "What is absent here is not read yet"),
        (["Compare sums of money"], "Only where a source converted"),
        (["5.8 trillion overseas sales"], "5.8 trillion yen"),
        (["animators’ pay"], "million yen"),
        (
            ["Sources", "Japan announces aid for domestic AI development project"],
            "What would fall without it",
        ),
        (["People & bodies", "Kyodo News"], "It said"),
        (["Follow a person or body", "Sanae Takaichi"], "It said"),
        (["Take the data"], "gexf"),
        (["Check a text"], "The text, in English or Japanese"),
        (["Report an error"], "Each claim’s page has a text that names the claim"),
    ),
    "ja": (
        ([], "国産AI開発の5年間支援は約1兆円（2026年度から2030年度）"),
        (["引用する"], "データ版"),
        (["案内"], "立法過程の全体"),
        (["金額を比べる"], "出典が換算した場合に限り"),
        (["海外売上5.8兆円"], "5兆8000億円"),
        (["人物・組織", "共同通信社"], "これによる主張"),
        (["文章を照合する"], "公表日"),
        (["データを持ち出す"], "gexf"),
    ),
}
ASKED = [(lang, *visit) for lang, visits in VISITS.items() for visit in visits]


@pytest.mark.parametrize(("lang", "clicks", "answer"), ASKED)
@pytest.mark.parametrize("width", [390, 1440])
def test_a_first_question_is_answered_in_two_clicks(
    chromium: "Browser", server: str, lang: str, clicks: list[str], answer: str, width: int
) -> None:
    context = chromium.new_context(
        base_url=server, locale=lang, viewport={"width": width, "height": 844}
    )
    page = context.new_page()
    page.goto("/")
    for click in clicks:
        page.get_by_role("link", name=click).first.click(timeout=PATIENCE)
        page.wait_for_load_state()
    page.locator("body").get_by_text(answer).locator("visible=true").first.wait_for(
        timeout=PATIENCE
    )
    context.close()


def test_a_figure_on_the_first_page_leads_to_its_passage_and_how_to_cite_it(page: "Page") -> None:
    page.goto("/")
    page.locator(".reading .figure a").first.click()
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


def test_the_trillion_leads_to_every_conflict_about_it_and_to_a_table(page: "Page") -> None:
    page.goto("/")
    page.get_by_role("link", name="All statements and passages").click()
    others = page.get_by_role(
        "region", name="Other conflicts, questions and cautions about the same"
    )
    assert "Settled for" in others.inner_text()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download as CSV").first.click()
    assert waiting.value.suggested_filename == "conflict-ai-trillion-one-or-several.csv"


def test_evidence_has_an_address_and_back_closes_it(page: "Page") -> None:
    page.goto("/conflicts/conflict-53d29cce3f19")
    page.locator(".reading .figure a").first.click()
    page.locator("dialog[open] blockquote q").first.wait_for()
    assert page.url.endswith("#c-jiji-20251221-001")
    page.go_back()
    page.locator("dialog").wait_for(state="hidden")
    assert "#" not in page.url
    page.go_forward()
    page.locator("dialog[open] blockquote q").first.wait_for()
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="hidden")
    page.goto("/conflicts/conflict-53d29cce3f19#c-gate-ai-content-002")
    page.reload()
    page.locator("dialog[open] .verdict.do-not-print").first.wait_for()

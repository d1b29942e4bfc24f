"""The pages of the record: readings, the ledger by facets, people, references, what to print."""

import csv
import io
import json
import re
from urllib.parse import parse_qs

import pytest

from kg.edges.web.rendering import language_of
from kg.outlets.references import FORMS, Reference, link_to_words
from outside import Page, ask, post

ROWS = "application/sparql-results+json"
TRILLION = "/conflicts/conflict-53d29cce3f19"


def readings_of(text: str) -> list[str]:
    """The rows of readings of a page, as words."""
    rows = re.findall(r'<li class="reading.*?</li>\s*(?=<li class="reading|</ol>)', text, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)) for row in rows]


def test_equal_statements_are_one_row_with_its_witnesses(server: str) -> None:
    rows = readings_of(ask(server, TRILLION).text)
    assert "100 million yen" in rows[-1]
    assert "do not print" in rows[-1]
    assert not any("100 million" in row for row in rows[:-1])
    together = next(row for row in rows if "FY2026 to FY2030" in row)
    assert "Also Yomiuri Shimbun, livedoor News" in together


def test_figures_of_two_years_are_no_witnesses_of_each_other(server: str) -> None:
    """The same value of 2022, accepted, and of 2023, disputed."""
    rows = readings_of(ask(server, "/search?q=4.7%E5%85%86%E5%86%86").text)
    both = [row for row in rows if "Overseas sales" in row or "2022" in row or "2023" in row]
    assert not any("2022" in row and "Intellectual Property Strategy" in row for row in both)


def test_what_is_printed_says_of_what_and_whose(server: str) -> None:
    page = ask(server, "/conflicts/conflict-ai-trillion-one-or-several").text
    said = "Five-year support for domestic AI models: about 1 trillion yen (FY2026 to FY2030)"
    assert f'data-copy="{said}, according to Jiji Press' in page
    assert "100 million yen" in page


def test_a_rejected_claim_says_so_wherever_it_is_named(server: str) -> None:
    page = ask(server, "/claims/c-gate-ai-content-002").text
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert title
    assert "do not print" in title[1]
    assert "rejected" in ask(server, "/claims/c-gate-ai-content-002?format=bib").text


def test_cautions_have_no_axis_of_rivals(server: str) -> None:
    cautions = [c["id"] for c in ask(server, "/api/conflicts?kind=caution").json]
    assert cautions
    for caution in cautions[:6]:
        assert "<figure" not in ask(server, f"/conflicts/{caution}").text


def test_the_first_page_opens_an_open_question_and_not_a_settled_one(server: str) -> None:
    page = ask(server, "/").text
    rows = readings_of(page)
    assert any("private" in row for row in rows)
    assert any("public" in row for row in rows)
    assert any("payer not named" in row for row in rows)
    assert "Not settled" in page
    open_ones = {c["id"] for c in ask(server, "/api/conflicts?open=true").json}
    shown = set(re.findall(r'href="/conflicts/(conflict-[^"]+)"', page))
    assert shown <= open_ones


def test_a_rejected_claim_cannot_be_taken_for_a_true_one(server: str) -> None:
    words = ask(server, "/claims/c-gate-ai-content-002").text
    assert words.index("do not print") < words.index("100 million yen</span>")
    assert '<span class="struck">100 million yen</span>' in words


@pytest.mark.parametrize(
    "query",
    ["", "speaker=jiji-press", "tier=jsip:Primary", "review=review-status/rejected",
     "property=jsip:amount&publisher=yomiuri-shimbun", "conflict=jsip:IdentityQuestion",
     "period=period-2024&status=assertion-status/reported"],
)  # fmt: skip
def test_a_choice_of_facets_has_a_table_and_a_query_of_just_these(server: str, query: str) -> None:
    page = ask(server, f"/claims?{query}").text
    table = ask(server, f"/claims?{query}&format=csv").body.decode("utf-8-sig")
    listed = {row["claim"] for row in csv.DictReader(io.StringIO(table))}
    counted = re.search(r'role="status">([\d,]+) claims', page)
    assert counted
    assert int(counted[1].replace(",", "")) == len(listed) > 0
    link = re.search(r'href="(/sparql\?show=[^"]+)">Open this as a query', page)
    assert link
    (sparql,) = parse_qs(link[1].replace("&amp;", "&").partition("?")[2])["show"]
    answer = post(server, "/sparql", sparql.encode(), "application/sparql-query", Accept=ROWS)
    rows = answer.json["results"]["bindings"]
    assert {row["claim"]["value"].rpartition("/")[2] for row in rows} == listed


def test_a_facet_that_no_claim_has_names_the_nearest(server: str) -> None:
    answer = ask(server, "/claims?speaker=jiji-pres")
    assert answer.status == 404
    assert "jiji-press" in answer.text


def test_no_speaker_has_an_empty_page(server: str) -> None:
    people = ask(server, "/people").text
    speakers = re.findall(r'href="/entity/([^"#]+)#said"', people)
    assert len(speakers) > 100
    for name in speakers[:: len(speakers) // 20]:
        assert 'id="said"' in ask(server, f"/entity/{name}").text, name


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "path", ["/claims/c-jiji-20251221-001", TRILLION, "/entity/meti", "/about"]
)
def test_a_page_is_cited_in_the_forms_of_reference_managers(
    server: str, path: str, form: str
) -> None:
    answer = ask(server, f"{path}?format={form}")
    assert answer.status == 200
    assert answer.kind.startswith(FORMS[form][0])
    assert "https://w3id.org/jsip/" in answer.text
    if form == "csl":
        (item,) = json.loads(answer.text)
        assert item["type"] == "dataset"
        assert item["version"] == ask(server, "/ready").json["version"]


def test_an_unknown_form_of_citation_names_those_there_are(server: str) -> None:
    answer = ask(server, "/claims/c-jiji-20251221-001?format=bibtex")
    assert answer.status == 404
    assert "bib" in answer.text


def test_a_reference_holds_hostile_words_in_their_fields() -> None:
    ref = Reference("c-1", "a} , url = {http://evil\r\nER  - \r\n", "x & y", "http://a/}", "v", "")
    bib, ris, csl = (FORMS[form][1](ref) for form in ("bib", "ris", "csl"))
    assert bib.count("\n}") == 1
    assert ris.count("ER  - ") == 1
    assert json.loads(csl)[0]["title"] == ref.title


def test_a_link_leads_to_the_words(server: str) -> None:
    assert link_to_words("https://a.example/x.pdf", "words") == "https://a.example/x.pdf"
    page = ask(server, "/claims/c-yomiuri-20251221-001").text
    assert "#:~:text=about%20%C2%A51%20trillion" in page


def test_questions_stand_by_task_in_plain_words(server: str) -> None:
    page = ask(server, "/queries").text
    tasks = re.findall(r'<h2 id="task-(\w+)">', page)
    assert tasks[0] == "first"
    assert len(tasks) == 9
    assert not re.search(r"\b(?:measure|person|post|policy|industry|source|article) [A-Z]\b", page)


def test_old_addresses_lead_on(server: str) -> None:
    answer = ask(server, "/?format=csv")
    assert answer.status == 308
    assert answer.headers["location"] == "/figures?format=csv"


def test_an_error_is_reported_without_any_setting(server: str) -> None:
    page = Page(ask(server, "/claims/c-jiji-20251221-001").text)
    assert "https://w3id.org/jsip/id/c-jiji-20251221-001" in page.words
    assert "/about#error" in page.addresses


@pytest.mark.parametrize(("path", "name"), [("/about", "Kioxia"), ("/about?lang=ja", "キオクシア")])
def test_what_no_document_tells_of_is_named(server: str, path: str, name: str) -> None:
    text = Page(ask(server, path).text).words
    assert name in text
    assert "left-out.csv" in text


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("a sum of 1 億 yen", "en"),
        ("約1兆円", "ja"),
        ("AI予算", "ja"),
        ("Rapidus", "en"),
        ("", "en"),
    ],
)
def test_the_language_of_words_is_that_of_most_of_them(text: str, lang: str) -> None:
    assert language_of(text) == lang


def test_the_box_of_facts_has_no_line_without_a_value(server: str) -> None:
    """Also where every claim of a property was rejected."""
    table = ask(server, "/claims?review=review-status/rejected&format=csv").body.decode("utf-8-sig")
    names = {row["subject"] for row in csv.DictReader(io.StringIO(table))}
    assert names
    for name in sorted(names):
        assert not re.search(r"<dd>\s*</dd>", ask(server, f"/entity/{name}").text), name

"""Tables for people: what a spreadsheet may not run, numbers and days to calculate with."""

import csv
import io

import pytest

from kg.outlets.tables import CLAIM_COLUMNS, CONFLICT_COLUMNS, guarded
from outside import ask

pytestmark = pytest.mark.fast

FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@SUM(1)", "\uff1d1+1", "\uff0b1", "\uff0d1+1", "\uff20SUM(1)",
    "\ufe661", "\ufe62a", "\n=1+1", "\r\n=1", "\t1", " =1+1", "\u3000\uff1d1", "\ufeff=1",
    "\u200b=1", "-5%", "+81-3-1234", "--1", "-1-1", "\n1",
)  # fmt: skip
PLAIN = (
    "",
    "a=1",
    "-5",
    "+5",
    "-5.25",
    "-1e5",
    "-.5",
    "５兆円",
    "45兆円",
    "— no",
    "2025-12",
    "“=1”",
)


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_would_run_stands_behind_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", PLAIN)
def test_numbers_and_words_stay(text: str) -> None:
    assert guarded(text) == text


def rows_of(server: str, path: str) -> list[dict[str, str]]:
    body = ask(server, path).body
    assert body.startswith(b"\xef\xbb\xbf"), path
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def test_every_table_of_claims_has_the_same_columns(server: str) -> None:
    paths = ("/figures", "/money", "/timeline", "/entity/domestic-ai-support-5y",
             "/sources/src-gate-ai-content")  # fmt: skip
    for path in paths:
        assert rows_of(server, f"{path}?format=csv")[0].keys() >= set(CLAIM_COLUMNS), path
    assert list(rows_of(server, "/conflicts?format=csv")[0]) == list(CONFLICT_COLUMNS)


def test_a_claim_has_its_number_its_days_and_its_passages_counted(server: str) -> None:
    rows = rows_of(server, "/entity/domestic-ai-support-5y?format=csv")
    claim = next(r for r in rows if r["claim"] == "c-gate-ai-content-001")
    assert (claim["number"], claim["printed"]) == ("1000000000000", "1 trillion yen")
    assert claim["passage_number"] == "1"
    year = next(r for r in rows_of(server, "/money?format=csv") if r["period"] == "period-fy2025")
    assert (year["start"], year["end"]) == ("2025-04-01", "2026-03-31")
    counted: dict[str, list[str]] = {}
    for row in rows_of(server, "/figures?format=csv"):
        counted.setdefault(row["claim"], []).append(row["passage_number"])
    for numbers in counted.values():
        assert numbers in ([""], [str(n + 1) for n in range(len(numbers))])
    assert any(len(numbers) > 1 for numbers in counted.values())


def test_the_export_is_as_the_pages(server: str) -> None:
    rows = rows_of(server, "/export/csv?entity=domestic-ai-support-5y")
    claim = next(r for r in rows if r["claim"].endswith("c-gate-ai-content-001"))
    assert claim["number"] == "1000000000000"
    assert claim["passage_number"] == "1"
    span = next(r for r in rows_of(server, "/export/csv") if r["period"] == "period-fy2025")
    assert (span["period_start"], span["period_end"]) == ("2025-04-01", "2026-03-31")


def cells(server: str, select: str) -> list[str]:
    from html import unescape
    from re import findall
    from urllib.parse import quote

    page = ask(server, f"/sparql?query={quote(select)}", "text/html").text
    return [unescape(c) for c in findall(r'<td[^>]* class="number">(.*?)</td>', page)]


def test_a_year_is_no_amount_and_a_number_is_copied_as_it_is(server: str) -> None:
    query = """SELECT ?n { VALUES ?n { 2025 10000001 0.0000001 1E-7 -12345.5 9999 } }"""
    assert cells(server, query) == [
        "2025", "<span>10</span><span>000</span><span>001</span>", "0.0000001", "0.0000001",
        "<span>-12</span><span>345.5</span>", "9999",
    ]  # fmt: skip

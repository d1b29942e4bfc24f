"""Periods by their slugs, and the words that name them."""

import doctest

import pytest

from kg.text import period_words, periods
from kg.text.period_words import names_period
from kg.text.periods import fault_of_period, mint_period

pytestmark = pytest.mark.fast

MINTED = {
    "2024": ("CalendarYear", "2024-01-01", "2024-12-31", "2024", "2024年"),
    "fy2025": ("FiscalYear", "2025-04-01", "2026-03-31", "FY2025", "2025年度"),
    "2024-02": ("CalendarMonth", "2024-02-01", "2024-02-29", "February 2024", "2024年2月"),
    "2025q1": (
        "MonthSpan", "2025-01-01", "2025-03-31", "first quarter of 2025", "2025年第1四半期",
    ),
    "2024q4": (
        "MonthSpan", "2024-10-01", "2024-12-31", "fourth quarter of 2024", "2024年第4四半期",
    ),
    "2025q1-2025q3": (
        "MonthSpan", "2025-01-01", "2025-09-30",
        "first quarter of 2025 to third quarter of 2025",
        "2025年第1四半期から2025年第3四半期",
    ),
    "2026-10-2028-09": (
        "MonthSpan", "2026-10-01", "2028-09-30",
        "October 2026 to September 2028", "2026年10月から2028年9月",
    ),
    "2021-2023": ("MultiYear", "2021-01-01", "2023-12-31", "2021 to 2023", "2021年から2023年"),
    "fy2026-fy2030": (
        "MultiYear", "2026-04-01", "2031-03-31", "FY2026 to FY2030", "2026年度から2030年度",
    ),
    "5y": ("MultiYear", "", "", "5 years, start not stated", "5年間（始期の記載なし）"),
}  # fmt: skip
REFUSED = {
    "2023-13": "month is outside 01 to 12",
    "2023-00-2023-02": "month is outside 01 to 12",
    "2025q5": "quarter is outside q1 to q4",
    "2028-09-2026-10": "the earlier one first",
    "2023-10-2023-10": "the earlier one first",
    "2025-2024": "the earlier one first",
    "2025q3-2025q1": "the earlier one first",
    "2025-fy2026": "two ends of one kind",
    "2025q1-2025-09": "two ends of one kind",
    "2021-2023-10": "two ends of one kind",
    "fy2025q1": "two ends of one kind",
    "02y": "is no period; write period-2024",
    "２０２４": "is no period; write period-2024",
}
NAMED = {
    "2025": "2025年の|２０２５年|令和7年|令和７年分|R7年|Reiwa 7|in '25|25年は|2025 alone|2024~25|"
    "2023年、24年、25年|on 2025-05-28",
    "2019": "令和元年|平成31年|Heisei 31|2019",
    "fy2025": "2025年度|令和7年度補正|FY2025|FY25|fiscal 2025|fiscal year 2025|2024・25年度|"
    "fiscal 2024 and 2025|2025 fiscal year|25年度",
    "fy2026-fy2030": "FY2026-2030|2026〜30年度|2026年度から30年度|fiscal 2026 through 2030|"
    "over five years from fiscal 2026|2026年度から5年間",
    "2021-2023": "2021年から23年|2021-23|2021〜2023|three years from 2021",
    "2023-10": "2023年10月|October 2023|Oct. 1, 2023|2023-10-01|令和5年10月|2023/10",
    "2026-10-2028-09": "October 2026 to September 2028|2026年10月から2028年9月|2026年10月～28年9月",
    "2025q1": "2025年第1四半期|Q1 2025|first quarter of 2025|2025年1〜3月期|January-March 2025",
    "2025q1-2025q3": "2025年1-9月|January to September 2025|2025年1月から9月",
    "5y": "5年間|５カ年|五年間|five-year|over the next five years|5 years|今後5年で",
    "10y": "10年で|a decade|ten years",
}
NOT_NAMED = {
    "2025": "2025年度|FY2025|25年間|2025億円|2,025人|12025|last year|同年|20250|2025.5",
    "fy2025": "2025|2025年|this fiscal year|今年度|Fiscal 2024",
    "fy2026-fy2030": "2026年度|5年間|2026-2030年の",
    "2023-10": "2023年|10月|2022年10月|October 2024",
    "2026-10-2028-09": "2026年10月|2026-2028|September 2028",
    "2025q1": "2025年|2024年第1四半期|2025年第2四半期",
    "5y": "2025年|令和5年|平成５年|15年間|5年度|first quarter",
}


@pytest.mark.parametrize("slug", MINTED)
def test_a_slug_gives_class_days_and_names(slug: str) -> None:
    period = mint_period(f"period-{slug}")
    assert period is not None
    found = (period.cls, period.start, period.end, *(label.value for label in period.labels))
    assert found == MINTED[slug]


@pytest.mark.parametrize("slug", REFUSED)
def test_a_bad_slug_is_refused_with_the_rule(slug: str) -> None:
    assert mint_period(f"period-{slug}") is None
    assert REFUSED[slug] in fault_of_period(f"period-{slug}")


@pytest.mark.parametrize("slug", NAMED)
def test_words_name_a_period_in_many_spellings(slug: str) -> None:
    missed = [text for text in NAMED[slug].split("|") if not names_period(f"period-{slug}", text)]
    assert missed == []


@pytest.mark.parametrize("slug", NOT_NAMED)
def test_other_words_do_not_name_it(slug: str) -> None:
    wrong = [text for text in NOT_NAMED[slug].split("|") if names_period(f"period-{slug}", text)]
    assert wrong == []


def test_what_is_no_period_is_named_by_nothing() -> None:
    assert not names_period("period-2023-13", "2023年13月")


@pytest.mark.parametrize("module", [periods, period_words])
def test_the_examples_in_the_docstrings_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]

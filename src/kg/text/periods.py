"""Periods from their slugs: a year, a month, a fiscal year, a span, a length without a start.

`period-2024`, `period-2023-10`, `period-fy2025`, `period-fy2026-fy2030`, `period-5y`.

A Japanese fiscal year runs from 1 April to 31 March (財政法 art. 11).
"""

import calendar
import re

from kg.core.model import Period, Text

_MONTH = re.compile(r"period-(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_SLUG = re.compile(r"period-(?:([1-9]\d?)y|(fy)?(\d{4})(?:-(fy)?(\d{4}))?)", re.ASCII)


def is_period(slug: str) -> bool:
    """True for anything that claims to be a period's slug."""
    return slug.startswith("period-")


def mint_period(slug: str) -> Period | None:
    """The period that a slug names, or None where the slug follows no rule.

    >>> mint_period("period-fy2025").start
    '2025-04-01'
    """
    month = _MONTH.fullmatch(slug)
    if month:
        return _month(slug, int(month[1]), int(month[2]))
    match = _SLUG.fullmatch(slug)
    if match is None:
        return None
    years, fiscal, first, last_fiscal, last = match.groups()
    if years:
        return _unplaced(slug, int(years))
    if last is None:
        return _year(slug, bool(fiscal), int(first))
    if fiscal != last_fiscal or int(last) <= int(first):
        return None
    return _span(slug, bool(fiscal), int(first), int(last))


def _unplaced(slug: str, years: int) -> Period:
    unit = "year" if years == 1 else "years"
    labels = (
        Text(f"{years} {unit}, start not stated", "en"),
        Text(f"{years}年間（始期の記載なし）", "ja"),
    )
    return Period(slug, "MultiYear", labels, years=years)


def _month(slug: str, year: int, month: int) -> Period:
    labels = (Text(f"{calendar.month_name[month]} {year}", "en"), Text(f"{year}年{month}月", "ja"))
    first, last = (
        f"{year}-{month:02}-01",
        f"{year}-{month:02}-{calendar.monthrange(year, month)[1]}",
    )
    return Period(slug, "CalendarMonth", labels, first, last)


def _year(slug: str, fiscal: bool, year: int) -> Period:
    en, ja = _names(fiscal, year)
    start, end = _dates(fiscal, year, year)
    cls = "FiscalYear" if fiscal else "CalendarYear"
    return Period(slug, cls, (Text(en, "en"), Text(ja, "ja")), start, end)


def _span(slug: str, fiscal: bool, first: int, last: int) -> Period:
    (en1, ja1), (en2, ja2) = _names(fiscal, first), _names(fiscal, last)
    start, end = _dates(fiscal, first, last)
    labels = (Text(f"{en1} to {en2}", "en"), Text(f"{ja1}から{ja2}", "ja"))
    return Period(slug, "MultiYear", labels, start, end)


def _names(fiscal: bool, year: int) -> tuple[str, str]:
    return (f"FY{year}", f"{year}年度") if fiscal else (f"{year}", f"{year}年")


def _dates(fiscal: bool, first: int, last: int) -> tuple[str, str]:
    if fiscal:
        return f"{first}-04-01", f"{last + 1}-03-31"
    return f"{first}-01-01", f"{last}-12-31"

"""Periods from their slugs: a year, a month, a quarter, spans of these, a length without a start.

`period-2024`, `period-2023-10`, `period-2025q1`, `period-fy2025`; spans with both ends:
`period-2021-2023`, `period-2026-10-2028-09`, `period-2025q1-2025q3`, `period-fy2026-fy2030`;
`period-5y`. Groups of four digits are years and groups of two are months, so that
`period-2021-2023` is two years, `period-2021-10` a month, `period-2021-10-2023-09` months.
Quarters are those of the calendar year.

A Japanese fiscal year runs from 1 April to 31 March (財政法 art. 11).
"""

import calendar
import re

from kg.core.model import Period, Text

FORMS = (
    "period-2024, period-2023-10, period-2025q1, period-fy2025, a span with its earlier end first "
    "(period-2021-2023, period-2026-10-2028-09, period-2025q1-2025q3, period-fy2026-fy2030) "
    "or period-5y"
)
_POINT = r"(fy)?(\d{4})(?:-(\d\d)(?!\d)|q(\d))?"
_SLUG = re.compile(rf"period-(?:([1-9]\d?)y|{_POINT}(?:-{_POINT})?)", re.ASCII)
_ORDINALS = ("first", "second", "third", "fourth")
MONTHS_IN_QUARTER = 3
_MONTHS_IN_YEAR = 12


def is_period(slug: str) -> bool:
    """True for anything that claims to be a period's slug."""
    return slug.startswith("period-")


def mint_period(slug: str) -> Period | None:
    """The period that a slug names, or None where the slug follows no rule.

    >>> mint_period("period-fy2025").start
    '2025-04-01'
    >>> mint_period("period-2025q1-2025q3").end
    '2025-09-30'
    """
    match = _SLUG.fullmatch(slug)
    if match is None:
        return None
    years, first, last = match[1], match.groups()[1:5], match.groups()[5:]
    if years:
        return _unplaced(slug, int(years))
    start = _Point.read(*first)
    end = _Point.read(*last) if last[1] else start
    if start is None or end is None:
        return None
    return _between(slug, start, end, is_span=bool(last[1]))


def fault_of_period(slug: str) -> str:
    """Why a slug is no period, in words, with the forms that are."""
    match, why = _SLUG.fullmatch(slug), ""
    if match is not None:
        months, quarters = ([m for m in match.group(*g) if m] for g in ((4, 8), (5, 9)))
        if any(not 1 <= int(month) <= _MONTHS_IN_YEAR for month in months):
            why = ": its month is outside 01 to 12"
        elif any(not 1 <= int(quarter) <= len(_ORDINALS) for quarter in quarters):
            why = ": its quarter is outside q1 to q4"
        else:
            why = ": it needs two ends of one kind, the earlier one first"
    return f"{slug!r} is no period{why}; write {FORMS}"


class _Point:
    """One end of a period: a year, a fiscal year, a month or a quarter."""

    def __init__(self, kind: str, year: int, first: int, months: int) -> None:
        self.kind, self.year, self.first, self.months = kind, year, first, months

    @classmethod
    def read(cls, fiscal: str, year: str, month: str, quarter: str) -> "_Point | None":
        """The point of a slug's parts; None for one that no calendar has."""
        number = int(year)
        if fiscal:
            return None if month or quarter else cls("FiscalYear", number, 4, _MONTHS_IN_YEAR)
        if month:
            known = 1 <= int(month) <= _MONTHS_IN_YEAR
            return cls("CalendarMonth", number, int(month), 1) if known else None
        if quarter:
            first = MONTHS_IN_QUARTER * (int(quarter) - 1) + 1
            known = 1 <= int(quarter) <= len(_ORDINALS)
            return cls("MonthSpan", number, first, MONTHS_IN_QUARTER) if known else None
        return cls("CalendarYear", number, 1, _MONTHS_IN_YEAR)

    @property
    def names(self) -> tuple[str, str]:
        """In English and Japanese."""
        year = self.year
        if self.kind == "FiscalYear":
            return f"FY{year}", f"{year}年度"
        if self.kind == "CalendarYear":
            return f"{year}", f"{year}年"
        if self.kind == "CalendarMonth":
            return f"{calendar.month_name[self.first]} {year}", f"{year}年{self.first}月"
        quarter = (self.first - 1) // MONTHS_IN_QUARTER
        return f"{_ORDINALS[quarter]} quarter of {year}", f"{year}年第{quarter + 1}四半期"

    @property
    def start(self) -> str:
        """The first day."""
        return f"{self.year}-{self.first:02}-01"

    @property
    def end(self) -> str:
        """The last day."""
        years, month = divmod(self.first + self.months - 2, _MONTHS_IN_YEAR)
        year = self.year + years
        return f"{year}-{month + 1:02}-{calendar.monthrange(year, month + 1)[1]}"


def _between(slug: str, start: _Point, end: _Point, is_span: bool) -> Period | None:
    (en, ja), cls = start.names, start.kind
    if is_span:
        if start.kind != end.kind or (end.year, end.first) <= (start.year, start.first):
            return None
        en, ja = f"{en} to {end.names[0]}", f"{ja}から{end.names[1]}"
        cls = "MultiYear" if start.months == _MONTHS_IN_YEAR else "MonthSpan"
    return Period(slug, cls, (Text(en, "en"), Text(ja, "ja")), start.start, end.end)


def _unplaced(slug: str, years: int) -> Period:
    unit = "year" if years == 1 else "years"
    labels = (
        Text(f"{years} {unit}, start not stated", "en"),
        Text(f"{years}年間（始期の記載なし）", "ja"),
    )
    return Period(slug, "MultiYear", labels, years=years)

"""One day, month, quarter or year from the words that say it."""

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date

from kg.text.figures.date_patterns import (
    DAYS_AWAY,
    ERAS,
    MONTHS,
    MONTHS_AWAY,
    ORDINALS,
    YEARS_AWAY,
    number,
)

_IN_YEAR, _LONGEST, _APRIL, _LAST_MONTH = 12, 31, 4, 20


@dataclass(frozen=True, slots=True)
class Point:
    """A day, month, year or fiscal year; None and 0 for what is not said."""

    year: int | None = None
    month: int = 0
    day: int = 0
    fiscal: bool = False
    last: int = 0
    """The last month, of a span of months within the year."""
    decade: bool = False

    @property
    def iso(self) -> str:
        """ISO 8601; a fiscal year as `FY2026`, a span of months with both ends."""
        year = "-" if self.year is None else f"{self.year:04}"
        if self.decade:
            return f"{year}/{(self.year or 0) + 9}"
        if self.month == 0:
            return f"FY{year}" if self.fiscal else year
        written = f"{year}-{self.month:02}" + (f"-{self.day:02}" if self.day else "")
        if not self.last:
            return written
        over = self.fiscal and self.last < self.month
        return f"{written}/{(self.year or 0) + over:04}-{self.last:02}" if self.year else written


def is_relative(match: re.Match[str]) -> bool:
    return any(match[group] for group in ("rel", "relmonth", "relday", "relen", "away11"))


def is_plausible(point: Point) -> bool:
    if point.month > _IN_YEAR or point.last > _IN_YEAR or point.day > _LONGEST:
        return False
    if point.year is not None and not 1800 <= point.year <= 2199:
        return False
    return bool(point.year or point.month or point.day)


def _group(match: re.Match[str], *names: str) -> str:
    return next((match[name] for name in names if match[name]), "")


def point_of(match: re.Match[str], published: date | None) -> Point | None:
    """What a match of `POINT` says; None for a relative date where nothing is known of now."""
    if is_relative(match):
        return _relative(match, published) if published else None
    if match["fy"]:
        return _fiscal(match)
    if match["q"]:
        word = _group(match, "q1", "q2", "q3").lower()
        return _quarter(int(match["year14"]), ORDINALS.get(word) or int(word), match["fiscal14"])
    if match["ja"] and match["quarter3"]:
        return _quarter(_year(match) or 0, number(match["quarter3"]), match["fiscal3"])
    return _plain(match)


def _plain(match: re.Match[str]) -> Point:
    """A year, a month, a day, or months of a year, as they stand."""
    year, month, fiscal = _year(match), _month(match), bool(match["fiscal3"])
    if match["days"]:
        return Point(year, month, number(match["first"]))
    day = number(_group(match, "day1", "day3", "day7", "day8", "day10", "day11", "day16") or "0")
    first = number(_group(match, "from3", "from7") or "0")
    if first:
        return Point(year, first, 0, fiscal, last=month)
    if fiscal and month:
        return Point((year or 0) + (month < _APRIL), month, day)
    return Point(year, month, day, fiscal, decade=bool(match["decade"]))


def _month(match: re.Match[str]) -> int:
    name = _group(match, "name9", "name10", "name11").lower().rstrip(".")
    return MONTHS.get(name, 0) or number(
        _group(match, "month1", "month3", "month7", "month18") or "0"
    )


def _year(match: re.Match[str]) -> int | None:
    full = _group(
        match, "year1", "year18", "year2", "year3", "year9", "year10", "year11", "year12", "year17"
    )
    if full:
        return number(full)
    if match["era"]:
        return ERAS[match["era"].lower()] + number(match["nth"])
    if match["reign"]:
        return ERAS[match["reign"].lower()] + int(match["nth2"])
    if match["short2"]:
        return 1900 + int(match["short2"])
    return 2000 + int(match["short"]) if match["short"] else None


def _fiscal(match: re.Match[str]) -> Point:
    written = match["fiscal13"]
    return Point(int(written) if len(written) == 4 else 2000 + int(written), fiscal=True)


def _quarter(year: int, nth: int, fiscal: str | None) -> Point:
    """The months of a quarter; fiscal quarters begin in April."""
    first = (nth - 1) * 3 + 1 + (3 if fiscal else 0)
    if first > _IN_YEAR:
        year, first = year + 1, first - _IN_YEAR
    return Point(year, first, last=first + 2)


def _relative(match: re.Match[str], now: date) -> Point:
    if match["away11"]:
        month = _month(match)
        day = number(match["day11"] or "0")
        return Point(_away(now, month, match["away11"]), month, day)
    if match["relday"]:
        day_of = date.fromordinal(now.toordinal() + DAYS_AWAY[match["relday"].lower()])
        return Point(day_of.year, day_of.month, day_of.day)
    if match["relmonth"] or (match["relen"] and match["unit15"].lower() == "month"):
        word = match["away5"] or match["away15"].lower()
        months = now.year * _IN_YEAR + now.month - 1
        months += MONTHS_AWAY.get(word, YEARS_AWAY.get(word, 0))
        return Point(months // _IN_YEAR, months % _IN_YEAR + 1, number(match["day5"] or "0"))
    return _in_relative_year(match, now)


def _in_relative_year(match: re.Match[str], now: date) -> Point:
    """昨年, 来年度, 昨年12月4日, next fiscal year."""
    away = YEARS_AWAY[(match["away"] or match["away15"]).lower()]
    fiscal = bool(match["fiscal4"]) or "fiscal" in (match["unit15"] or "").lower()
    year = now.year + away - (fiscal and now.month < _APRIL)
    if match["rel"] and match["quarter4"]:
        return _quarter(year, number(match["quarter4"]), match["fiscal4"])
    month, day = number(match["month4"] or "0"), number(match["day4"] or "0")
    first = number(match["from4"] or "0")
    if first:
        return Point(year, first, last=month)
    return Point(year + (fiscal and 0 < month < _APRIL), month, day, fiscal and not month)


def _away(now: date, month: int, word: str) -> int:
    """The year of last, this or next December."""
    if word.lower() == "last":
        return now.year if month < now.month else now.year - 1
    if word.lower() == "next":
        return now.year if month > now.month else now.year + 1
    return now.year


def nearest(point: Point, now: date) -> Point:
    """The point in the year that lies nearest to a day; a day alone is one of its month.

    Only a day at the end of a month is told at the beginning of the next without a month.
    """
    if point.month == 0:
        months = now.year * _IN_YEAR + now.month - 1 - (point.day - now.day > _LAST_MONTH)
        return Point(months // _IN_YEAR, months % _IN_YEAR + 1, point.day)
    places = [replace(point, year=now.year + away) for away in (-1, 0, 1)]
    return min(places, key=lambda place: abs(_ordinal(place) - now.toordinal()))


def _ordinal(point: Point) -> int:
    year = min(max(point.year or 1, 1), 9999)
    most = calendar.monthrange(year, point.month)[1]
    return date(year, point.month, min(point.day or 15, most)).toordinal()

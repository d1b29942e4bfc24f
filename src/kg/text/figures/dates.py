"""Dates of a text: days, months, quarters, years, fiscal years and spans of them.

A date without a year takes it from a date before it in its sentence, or from one with a month in
its paragraph, else from the day of publication: the year that lies nearest. Nothing is carried
over an empty line.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from kg.text.figures.date_patterns import (
    AND,
    BETWEEN,
    DAYS_AWAY,
    ERAS,
    JOINT,
    MONTHS,
    MONTHS_AWAY,
    ORDINALS,
    POINT,
    SECOND,
    YEARS_AWAY,
    number,
)

_IN_YEAR, _IN_QUARTER, _LONGEST = 12, 3, 31
_STOP = re.compile(r"[。！？!?]|[.](?=\s+[A-Z\"“'(])|\n")
_PARAGRAPH = re.compile(r"\n\s*\n")
_AFTER_MAY = re.compile(
    r"(?:\b(?:in|since|by|until|till|from|of|to|between|and|last|next|this|early|mid|late|through"
    r"|during|after|before|for|each|every|or|end-|mid-|on)[ -])$",
    re.IGNORECASE,
)
_NO_YEAR = re.compile(
    r"(?:\b(?:no|nos|number|room|route|act|article|section|page|model|iso|code|id)\.? ?|第|[(](?=\Z))$",
    re.IGNORECASE,
)
_MEASURED = re.compile(r"[~–-]([0-9]{1,2},?[0-9]{3})\s?(?:[兆億万千円人件社%]|[mbt]r?illion|yen)")
_AND_YEAR = re.compile(r"(?:,? and |, |・| or |、)")
_IN = re.compile(r"\b(?:in|for|since|by|until|till|from|of|during|to|the|mid|late|early|after|before)[ -]$", re.I)
_COUNTS = re.compile(
    r"[ -](?!(?:years?|sales|figures|results|news|levels|prices|elections|surveys|reports|has|was"
    r"|is|as|its|this|plans|targets|talks|estimates|numbers|exports|olympics|games|rules|costs"
    r"|revenues|earnings|budgets|series|awards|revisions|amendments|measures)\b)"
    r"(?:people|yen|dollars|won|euros|percent|units|items|[a-z]{3,20}[^s\W]s\b)|\s?[%円人社件億万兆]"
)


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


@dataclass(frozen=True, slots=True)
class Date:
    """A date in a text; `inferred` where its year (or month) is not in its own words."""

    start: int
    end: int
    value: str
    inferred: bool


def dates(text: str, published: str = "") -> Iterator[Date]:
    """Every date of a text in one width, from left to right.

    `published` is the ISO day of publication; without it relative dates are passed over.

    >>> [d.value for d in dates("2026~27年度、10~12月、昨年12月4日", "2026-01-16")]
    ['FY2026/FY2027', '2025-10/2025-12', '2025-12-04']
    """
    return _Reader(text, published).read()


class _Reader:
    """The dates of one text, with what is carried from one to the next."""

    def __init__(self, text: str, published: str) -> None:
        self.text = text
        self.published = date.fromisoformat(published) if published else None
        self.carried: Point | None = None
        self.carried_at = 0

    def read(self) -> Iterator[Date]:
        place = 0
        while match := POINT.search(self.text, place):
            place = match.end()
            point = _point(match, self.published)
            if point is None or not _plausible(point) or self._is_none(match):
                continue
            self._forget(match.start())
            start, end = match.start(), match.end()
            spans = self._second(match, point)
            if spans is not None:
                point, second, end = spans
            point = self._with_fiscal(match, point)
            whole = self._placed(point, start)
            value = whole.iso
            if spans is not None:
                value = f"{value}/{self._after(whole, second).iso}"
            elif match["bare"] and self._counts(match):
                continue
            self.carried, self.carried_at = whole, end
            place = end
            yield Date(start, end, value, whole != point or _is_relative(match))

    def _is_none(self, match: re.Match[str]) -> bool:
        """Words that look like a date and are none: may, march, No. 2024."""
        before = self.text[max(0, match.start() - 12) : match.start()]
        if match["bare"]:
            return bool(_NO_YEAR.search(before)) or self._begins_range(match)
        name = match["name11"] or match["name10"] or match["name9"]
        if not name or not match["monthfirst"]:
            return bool(name and name[0].islower())
        if match["day11"] or match["year11"] or match["year12"] or match["away11"]:
            return name[0].islower()
        short = name.lower() in ("may", "march", "mar", "jan", "dec", "sun", "sat", "jun", "jul")
        return name[0].islower() or (short and not _AFTER_MAY.search(before))

    def _begins_range(self, match: re.Match[str]) -> bool:
        """2000 of 2000~3000億円 is no year; in “2035 – 45 trillion yen” it is one."""
        other = _MEASURED.match(self.text, match.end())
        return other is not None and int(match["year17"]) <= int(other[1].replace(",", ""))

    def _with_fiscal(self, match: re.Match[str], point: Point) -> Point:
        """The second of “fiscal 2026 and 2027” is a fiscal year too."""
        before = self.carried
        joined = match["bare"] and before and before.fiscal and not before.month
        gap = self.text[self.carried_at : match.start()]
        return replace(point, fiscal=True) if joined and _AND_YEAR.fullmatch(gap) else point

    def _counts(self, match: re.Match[str]) -> bool:
        """A number such as 2024 before what it counts, and no preposition of time before it."""
        before = self.text[max(0, match.start() - 12) : match.start()]
        return bool(_COUNTS.match(self.text, match.end())) and not _IN.search(before)

    def _forget(self, place: int) -> None:
        if self.carried and _PARAGRAPH.search(self.text, self.carried_at, place):
            self.carried = None

    def _second(self, match: re.Match[str], first: Point) -> tuple[Point, Point, int] | None:
        """The other end of a span that begins with this date, both as far as they are said."""
        if match["days"]:
            return first, replace(first, day=number(match["day9"])), match.end()
        if match["until"]:
            until = int(match["until"]) % 100
            return first, replace(first, year=(first.year or 0) // 100 * 100 + until), match.end()
        joint = JOINT.match(self.text, match.end())
        if joint is None and BETWEEN.search(self.text[max(0, match.start() - 9) : match.start()]):
            joint = AND.match(self.text, match.end())
        if joint is None or match["decade"]:
            return None
        whole = POINT.match(self.text, joint.end())
        point = _point(whole, self.published) if whole else None
        if whole and point and _plausible(point) and not self._is_none(whole):
            return self._joined(first, point, whole.end(), bool(whole["bare"] or whole["short"]))
        part = SECOND.match(self.text, joint.end())
        return self._partial(first, part) if part else None

    def _joined(
        self, first: Point, second: Point, end: int, plain: bool
    ) -> tuple[Point, Point, int] | None:
        if not first.month and not second.month:
            fiscal = first.fiscal or second.fiscal
            first, second = replace(first, fiscal=fiscal), replace(second, fiscal=fiscal)
        if first.year is None and second.year is not None:
            over = second.month and first.month > second.month
            first = replace(first, year=second.year - bool(over))
        if first.year and second.year and second.year < first.year:
            return None
        if plain and bool(first.month) and not second.month and not first.year:
            return None
        return first, second, end

    def _partial(self, first: Point, part: re.Match[str]) -> tuple[Point, Point, int] | None:
        """A second end that needs the first: 27 of 2026-27, 15日 of 7月1日, 23 of Dec. 19-23."""
        if part["month"] and first.month:
            month = number(part["month"])
            second = replace(first, month=month, day=number(part["mday"] or "0"))
            return (first, second, part.end()) if 1 <= month <= _IN_YEAR else None
        if not part["day"]:
            return None
        found = number(part["day"])
        if first.day and found > first.day and (part["sign"] or part["day"]):
            if part["dyear"]:
                first = replace(first, year=int(part["dyear"]))
            return first, replace(first, day=found), part.end()
        year = first.year
        if year and not first.month and len(part["day"]) == 2 and found > year % 100:
            fiscal = first.fiscal or bool(part["fiscal2"])
            second = Point(year // 100 * 100 + found, fiscal=fiscal)
            return replace(first, fiscal=fiscal), second, part.end()
        return None

    def _placed(self, point: Point, place: int) -> Point:
        """The point with its year, and its month where only a day is said."""
        if point.year is not None:
            return point
        carried = self.carried
        if carried and carried.year and self._lends(carried, place, point):
            if point.month == 0:
                return replace(point, year=carried.year, month=carried.month)
            return replace(point, year=carried.year + (carried.fiscal and point.month < 4))
        if self.published is None:
            lent = carried.year if carried else None
            return replace(point, year=lent) if point.month else point
        return _nearest(point, self.published)

    def _lends(self, carried: Point, place: int, point: Point) -> bool:
        if point.month == 0:
            return bool(carried.month)
        if carried.month and not carried.fiscal:
            return True
        return not _STOP.search(self.text, self.carried_at, place)

    def _after(self, first: Point, second: Point) -> Point:
        """The second end with the year of the first, or the one after."""
        if second.year is not None or first.year is None:
            return second
        month = second.month or first.month
        return replace(second, year=first.year + (month < first.month), month=month)


def _is_relative(match: re.Match[str]) -> bool:
    return any(match[group] for group in ("rel", "relmonth", "relday", "relen", "away11"))


def _plausible(point: Point) -> bool:
    if point.month > _IN_YEAR or point.last > _IN_YEAR or point.day > _LONGEST:
        return False
    if point.year is not None and not 1800 <= point.year <= 2199:
        return False
    return bool(point.year or point.month or point.day)


def _group(match: re.Match[str], *names: str) -> str:
    return next((match[name] for name in names if match[name]), "")


def _point(match: re.Match[str], published: date | None) -> Point | None:
    """What a match of `POINT` says; None for a relative date where nothing is known of now."""
    if match["rel"] or match["relmonth"] or match["relday"] or match["relen"]:
        return _relative(match, published) if published else None
    if match["fy"]:
        return _fiscal(match)
    if match["q"]:
        word = _group(match, "q1", "q2", "q3").lower()
        return _quarter(int(match["year14"]), ORDINALS.get(word) or int(word), match["fiscal14"])
    year = _year(match)
    if match["away11"]:
        if published is None:
            return None
        year = _away(published, MONTHS[match["name11"].lower().rstrip(".")], match["away11"])
    name = _group(match, "name9", "name10", "name11").lower().rstrip(".")
    month = number(_group(match, "month1", "month3", "month7") or "0") or MONTHS.get(name, 0)
    day = number(_group(match, "day1", "day3", "day7", "day8", "day10", "day11", "day16") or "0")
    if match["ja"] and match["quarter3"]:
        return _quarter(year or 0, number(match["quarter3"]), match["fiscal3"])
    if match["days"]:
        return Point(year, month, number(match["first"]))
    from_month = number(_group(match, "from3", "from7") or "0")
    fiscal = bool(match["fiscal3"])
    if from_month:
        return Point(year, from_month, 0, fiscal, last=month)
    if fiscal and month:
        return Point((year or 0) + (month < 4), month, day)
    return Point(year, month, day, fiscal, decade=bool(match["decade"]))


def _year(match: re.Match[str]) -> int | None:
    full = _group(
        match, "year1", "year2", "year3", "year9", "year10", "year11", "year12", "year17"
    )
    if full:
        return number(full)
    if match["era"]:
        return ERAS[match["era"].lower()] + number(match["nth"])
    if match["reign"]:
        return ERAS[match["reign"].lower()] + int(match["nth2"])
    return 2000 + int(match["short"]) if match["short"] else None


def _fiscal(match: re.Match[str]) -> Point:
    written = match["fiscal13"]
    return Point(int(written) if len(written) == 4 else 2000 + int(written), fiscal=True)


def _quarter(year: int, nth: int, fiscal: str | None) -> Point:
    """The months of a quarter; fiscal quarters begin in April."""
    first = (nth - 1) * _IN_QUARTER + 1 + (3 if fiscal else 0)
    if first > _IN_YEAR:
        year, first = year + 1, first - _IN_YEAR
    return Point(year, first, last=first + 2)


def _relative(match: re.Match[str], now: date) -> Point:
    if match["relday"]:
        day = date.fromordinal(now.toordinal() + DAYS_AWAY[match["relday"].lower()])
        return Point(day.year, day.month, day.day)
    if match["relmonth"] or (match["relen"] and match["unit15"].lower() == "month"):
        word = match["away5"] or match["away15"].lower()
        months = now.year * _IN_YEAR + now.month - 1
        months += MONTHS_AWAY.get(word, YEARS_AWAY.get(word, 0))
        return Point(months // _IN_YEAR, months % _IN_YEAR + 1, number(match["day5"] or "0"))
    away = YEARS_AWAY[(match["away"] or match["away15"]).lower()]
    fiscal = bool(match["fiscal4"]) or "fiscal" in (match["unit15"] or "").lower()
    year = now.year + away - (fiscal and now.month < 4)
    if match["rel"] and match["quarter4"]:
        return _quarter(year, number(match["quarter4"]), match["fiscal4"])
    month, day = number(match["month4"] or "0"), number(match["day4"] or "0")
    first = number(match["from4"] or "0")
    if first:
        return Point(year, first, last=month)
    return Point(year + (fiscal and 0 < month < 4), month, day, fiscal and not month)


def _away(now: date, month: int, word: str) -> int:
    """The year of last, this or next December."""
    if word.lower() == "last":
        return now.year if month < now.month else now.year - 1
    if word.lower() == "next":
        return now.year if month > now.month else now.year + 1
    return now.year


def _nearest(point: Point, now: date) -> Point:
    """The point in the year, or the month, that lies nearest to a day."""
    if point.month == 0:
        tries = [(now.year * _IN_YEAR + now.month - 1 + away) for away in (-1, 0, 1)]
        places = [Point(m // _IN_YEAR, m % _IN_YEAR + 1, point.day) for m in tries]
    else:
        places = [replace(point, year=now.year + away) for away in (-1, 0, 1)]
    return min(places, key=lambda place: abs(_day(place) - now.toordinal()))


def _day(point: Point) -> int:
    year, month = point.year or 1, point.month
    most = calendar.monthrange(year, month)[1]
    return date(year, month, min(point.day or 15, most)).toordinal()

"""Dates of a text: days, months, quarters, years, fiscal years and spans of them.

A date without a year takes it from a date before it in its sentence, or from one with a month in
its paragraph, else from the day of publication: the year that lies nearest. Nothing is carried
over an empty line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from kg.text.figures.date_patterns import AND, BETWEEN, JOINT, POINT, SECOND, number
from kg.text.figures.date_points import Point, is_plausible, is_relative, nearest, point_of

MOST_TRIES = 60_000
"""Places of one text that are looked at; an article has one in forty words."""
_IN_YEAR = 12
_STOP = re.compile(r"[。！？!?]|[.](?=\s+[A-Z\"“'(])|\n")
_PARAGRAPH = re.compile(r"\n\s*\n|[^A-Za-z0-9,;%)\n-]\n")
_AFTER_MAY = re.compile(
    r"(?:\b(?:in|since|by|until|till|from|of|to|between|and|last|next|this|early|mid|late|through"
    r"|during|after|before|for|each|every|or|end-|mid-|on)[ -])$",
    re.IGNORECASE,
)
_NO_YEAR = re.compile(
    r"(?:\b(?:no|nos|number|room|route|act|article|section|page|model|iso|code|id)\.? ?|第)$",
    re.IGNORECASE,
)
_MEASURED = re.compile(r"[~–-]([0-9]{1,2},?[0-9]{3})\s?(?:[兆億万千円人件社%]|[mbt]r?illion|yen)")
_AND_YEAR = re.compile(r"(?:,? and |, |・| or |、)")
_CAPITAL = re.compile(r"[A-Z][A-Za-z]+ $")
_IN = re.compile(
    r"\b(?:in|for|since|by|until|till|from|of|during|to|the|mid|late|early|after|before)[ -]$", re.I
)
_COUNTS = re.compile(
    r"[ -](?!(?:years?|sales|figures|results|news|levels|prices|elections|surveys|reports|has|was"
    r"|is|as|its|this|plans|targets|talks|estimates|numbers|exports|olympics|games|rules|costs"
    r"|revenues|earnings|budgets|series|awards|revisions|amendments|measures)\b)"
    r"(?:people|yen|dollars|won|euros|percent|units|items|[a-z]{3,20}[^s\W]s\b)"
    r"|\s?[%円人社件億万兆]"
)


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
    ['FY2026/FY2027', '2026-10/2026-12', '2025-12-04']
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
        for _ in range(MOST_TRIES):
            match = POINT.search(self.text, place)
            if match is None:
                return
            place = match.end()
            point = point_of(match, self.published)
            if point is None or not is_plausible(point) or self._is_none(match):
                continue
            self._forget(match.start())
            start, end = match.start(), match.end()
            end -= self.text[end - 1] == "."  # that of a sentence: 5 Jan.
            spans = self._second(match, point)
            if spans is not None:
                point, second, end = spans
            point = self._with_fiscal(match, point)
            months = not point.day and bool(point.last or spans)
            whole = self._placed(point, start, months)
            value = whole.iso
            if spans is not None:
                value = f"{value}/{self._after(whole, second).iso}"
            elif match["bare"] and self._counts(match):
                continue
            self.carried, self.carried_at = whole, end
            place = end
            yield Date(start, end, value, whole != point or is_relative(match))

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
        told = _IN.search(before) or _CAPITAL.search(before)
        return bool(_COUNTS.match(self.text, match.end())) and not told

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
        point = point_of(whole, self.published) if whole else None
        if whole and point and is_plausible(point) and not self._is_none(whole):
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
        if part["year"]:
            fiscal = first.fiscal or bool(part["fiscal1"])
            second = Point(int(part["year"]), fiscal=fiscal)
            ordered = not first.month and (second.year or 0) > (first.year or 9999)
            return (replace(first, fiscal=fiscal), second, part.end()) if ordered else None
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

    def _placed(self, point: Point, place: int, months: bool) -> Point:
        """The point with its year, and its month where only a day is said.

        Months from one to another without a year are past ones, as of a quarter's results.
        """
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
        found = nearest(point, self.published)
        later = months and found.iso[:7] > self.published.isoformat()[:7]
        return replace(found, year=(found.year or 0) - 1) if later else found

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

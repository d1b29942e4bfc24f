"""The period of a figure: what its sentence states, what the sentence before did, or neither."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kg.ledger.candidates import Basis, Words
from kg.text.figures import Quantity
from kg.text.figures.model import DATE, DURATION
from kg.text.periods import mint_period
from kg.views.checking.surroundings import Surroundings
from kg.views.intake.segments import Segment

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_QUARTERS = {"01/03": "q1", "04/06": "q2", "07/09": "q3", "10/12": "q4"}
_QUARTER = re.compile(r"(\d{4})-(\d{2})/(\d{4})-(\d{2})")
_BACK = 1000  # code points of its line before a figure that are looked at
_NOTHING = Words("no period stands near", "近くに期間の記載がない")


@dataclass(frozen=True, slots=True)
class Field:
    """One cell with how it is known and why."""

    cell: str
    basis: Basis
    why: Words


def slug_of(value: str) -> str:
    """The slug of the period that a date of a text is; empty for a day and for none.

    >>> slug_of("FY2026"), slug_of("2025-10/2025-12"), slug_of("5y"), slug_of("2025-12-22")
    ('period-fy2026', 'period-2025q4', 'period-5y', '')
    """
    if _DAY.search(value) or value.startswith("--"):
        return ""
    quarter = _QUARTER.fullmatch(value)
    if quarter and quarter[1] == quarter[3] and (q := _QUARTERS.get(f"{quarter[2]}/{quarter[4]}")):
        return f"period-{quarter[1]}{q}"
    ends = value.lower().split("/")
    if len(ends) == 2 and ends[0].startswith("fy") and not ends[1].startswith("fy"):
        ends[1] = f"fy{ends[1]}"
    slug = f"period-{'-'.join(ends)}"
    return slug if mint_period(slug) else ""


def period_of(context: Surroundings, place: int, part: Segment) -> Field:
    """The period that the text gives a figure.

    A date beside it comes first, then the nearest one before it in the sentence, then one after it
    that belongs to no other figure, a length ("over five years"), a date in a sentence before.
    """
    one, around = context.quantities[place], context.around[place]
    beside = _dates(context, part.start, part.end)
    earlier = _dates(context, around.start, one.start)
    later = [] if _is_followed(context, place) else _dates(context, one.end, around.end)
    for dates in (_by_distance(beside, one), list(reversed(earlier)), later):
        for other in dates:
            if slug := slug_of(str(other.value)):
                return _stated(slug)
    if one.period and one.period.endswith("y") and (slug := slug_of(one.period)):
        return _stated(slug)
    start = max(context.text.rfind("\n", 0, one.start) + 1, one.start - _BACK)
    for other in reversed(_dates(context, start, around.start)):
        if slug := slug_of(str(other.value)):
            en, ja = said(slug, "en"), said(slug, "ja")
            why = Words(f"{en} stands in a sentence before", f"前の文に{ja}とある")
            return Field(slug, "inferred", why)
    return Field("", "missing", _NOTHING)


def _stated(slug: str) -> Field:
    en, ja = said(slug, "en"), said(slug, "ja")
    return Field(slug, "stated", Words(f"{en} stands in the sentence", f"文中に{ja}とある"))


def _dates(context: Surroundings, start: int, end: int) -> list[Quantity]:
    return [one for one in context.quantities_in(start, end) if one.kind == DATE]


def _by_distance(dates: Iterable[Quantity], one: Quantity) -> list[Quantity]:
    return sorted(dates, key=lambda date: max(date.start - one.end, one.start - date.end))


def _is_followed(context: Surroundings, place: int) -> bool:
    """Whether another figure stands after this one in its sentence: later dates are its own."""
    after = context.quantities_in(context.quantities[place].end, context.around[place].end)
    return any(one.kind not in (DATE, DURATION) for one in after)


def said(slug: str, lang: str) -> str:
    """A period in words."""
    period = mint_period(slug)
    assert period is not None
    return next(label.value for label in period.labels if label.lang == lang)

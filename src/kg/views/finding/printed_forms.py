"""Printed forms of figures, compared as readers see them, and found inside of a query.

Width, case, blanks, marks without width and commas between thousands make no difference; decimal
points and signs of per cent do: 9.5億円 is not 95億円.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kg.text.figures import Quantity
from kg.text.folding import one_width

_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_POINT = re.compile(r"(?<=[0-9])・(?=[0-9])")
_DASHES = str.maketrans({"–": "-", "—": "-", "～": "~"})
_UNSEEN = ("Cf", "Cc", "Mn", "Me", "Zs", "Cs")  # controls, marks, blanks
_NUMERIC = re.compile(r"[0-9.]")
_LATIN = re.compile(r"[a-z]")


def plain_figure(text: str) -> str:
    """A printed form as it is compared.

    >>> plain_figure("１兆円 規模") == plain_figure("1兆円規模")
    True
    >>> plain_figure("26・7％"), plain_figure("2,000億"), plain_figure("9.5億円")
    ('26.7%', '2000億', '9.5億円')
    """
    return _plain(text)[0]


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """The compared form, and where each of its signs stands in the text."""
    even = _POINT.sub(".", one_width(text).translate(_DASHES))
    left_out = {found.start() for found in _THOUSANDS.finditer(even)}
    signs, places = [], []
    for place, sign in enumerate(even):
        if place in left_out or unicodedata.category(sign) in _UNSEEN:
            continue
        for small in sign.lower():
            signs.append(small)
            places.append(place)
    return "".join(signs), places


class PrintedForms:
    """Printed forms, each with the numbers of those that bear it."""

    def __init__(self, forms: Iterable[str]) -> None:
        numbers: dict[str, list[int]] = defaultdict(list)
        for number, form in enumerate(forms):
            if plain := plain_figure(form):
                numbers[plain].append(number)
        self._numbers: Mapping[str, Sequence[int]] = dict(numbers)

    def find(self, text: str, quantities: Sequence[Quantity]) -> dict[int, int]:
        """Who bears a form that stands in the text, with the length of the longest such form.

        A form that is only a part of a figure does not stand there: 10 in 10兆円 or in 2010.
        """
        plain, places = _plain(text)
        even = one_width(text)
        found: dict[int, int] = {}
        for form, numbers in self._numbers.items():
            if form in plain and any(
                _whole(even, form, start, end) and not _cuts(start, end, quantities)
                for start, end in _spans(plain, places, form)
            ):
                for number in numbers:
                    found[number] = max(len(form), found.get(number, 0))
        return found


def _spans(plain: str, places: Sequence[int], form: str) -> Iterator[tuple[int, int]]:
    """Where the form stands in the text, its end exclusive."""
    at = plain.find(form)
    while at >= 0:
        yield places[at], places[at + len(form) - 1] + 1
        at = plain.find(form, at + 1)


def _whole(text: str, form: str, start: int, end: int) -> bool:
    """Whether neither digits nor letters go on beyond the form's ends."""
    before, after = text[max(0, start - 1) : start].lower(), text[end : end + 1].lower()
    return not any(
        kind.match(inner) and kind.match(outer)
        for inner, outer in ((form[0], before), (form[-1], after))
        for kind in (_NUMERIC, _LATIN)
    )


def _cuts(start: int, end: int, quantities: Sequence[Quantity]) -> bool:
    return any(
        start < one.end and one.start < end and not (start <= one.start and one.end <= end)
        for one in quantities
    )

"""Names beside the marks of a line chart: at the ends of lines, where there is room."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from kg.outlets.chart import Mark, Shape, short

_Place = tuple[float, float]
_Box = tuple[float, float, float, float]
_LINE, _AWAY, _MOST = 16, 9, 22  # height of a text, its distance from a mark, letters in it


def named(
    marks: Sequence[Mark], strong: Sequence[Mark], place: Callable[[Mark], _Place], width: int
) -> tuple[list[Shape], list[str]]:
    """Texts beside the last mark of each segment, and the tellers that nowhere found room.

    The strong line comes first, with its last figure.
    """
    taken = [_around(place(mark)) for mark in marks]
    shapes, named_tellers = [], set()
    for mark in _last_marks(marks, strong):
        is_strong = mark in strong
        if mark.line in named_tellers and strong and mark.line == strong[-1].line:
            continue
        name = short(mark.line, _MOST)
        text = f"{mark.words} {name}" if is_strong else name
        box = _free_box(place(mark), _length(text), taken, width)
        if box:
            taken.append(box)
            named_tellers.add(mark.line)
            shapes.append(Shape("end", box[0], box[3] - 4, text=text, is_strong=is_strong))
    tellers = dict.fromkeys(mark.line for mark in marks)
    return shapes, [teller for teller in tellers if teller not in named_tellers]


def _last_marks(marks: Sequence[Mark], strong: Sequence[Mark]) -> Iterable[Mark]:
    found = {strong[-1].segment: strong[-1]} if strong else {}
    for mark in sorted(marks, key=lambda mark: mark.when or date.min, reverse=True):
        found.setdefault(mark.segment, mark)
    return found.values()


def _free_box(at: _Place, length: float, taken: Sequence[_Box], width: int) -> _Box | None:
    for left, top in _offers(at, length):
        box = (left, top, left + length, top + _LINE)
        inside = left >= 0 and top >= 0 and box[2] <= width
        if inside and not any(_meet(box, other) for other in taken):
            return box
    return None


def _offers(at: _Place, length: float) -> Iterator[_Place]:
    """Right of a mark, above and below to the right, then to the left."""
    x, y = at
    for left in (x + _AWAY, x - length / 2, x - _AWAY - length):
        for shift in (-_LINE / 2, -_LINE - 5, 6, -2 * _LINE, _LINE + 4):
            if left != x - length / 2 or abs(shift + _LINE / 2) > 4:
                yield left, y + shift


def _around(at: _Place) -> _Box:
    x, y = at
    return (x - 7, y - 7, x + 7, y + 7)


def _meet(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _length(text: str) -> float:
    """About how long a text of 13 units is: a Japanese letter is a square."""
    return sum(13.0 if char > "\u2e7f" else 7.3 for char in text)

"""Figures over time: one strong line, greys, names at the ends of lines, breaks shaded."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from math import floor

from kg.outlets.chart import (
    BOTTOM,
    NARROW,
    WIDE,
    Chart,
    Drawing,
    Mark,
    Shape,
    axis_words,
    nice_step,
    step_of,
)
from kg.outlets.chart.line_labels import named
from kg.outlets.chart.line_spec import HOLLOW, SHAPES, line_spec
from kg.text.bounds import canonical

_TOP = 24
_PERIODS = 2.1  # points further apart than two periods are not joined
_Place = tuple[float, float]


@dataclass(frozen=True)
class _Frame:
    """How large a drawing is, and its room left and right of the marks."""

    width: int
    height: int
    left: int
    right: int
    years: int  # ticks at most


_WIDE, _NARROW = _Frame(WIDE, 330, 64, 150, 10), _Frame(NARROW, 300, 40, 30, 5)


@dataclass(frozen=True)
class _Scale:
    """Where a day and a value stand, and the levels that have a rule."""

    across: Callable[[date], float]
    up: Callable[[Decimal], float]
    levels: Sequence[Decimal]


def lines(marks: Sequence[Mark], unit: str, lang: str, about: str) -> Chart:
    """Figures over time; `segment`s are joined over two periods at most, forecasts dashed."""
    step, word = step_of(max((abs(m.high or m.value) for m in marks), default=Decimal(1)), lang)
    runs = list(_runs([mark for mark in marks if mark.when]))
    marks = [replace(mark, segment=str(i)) for i, run in enumerate(runs) for mark in run]
    joined = _joined(marks)
    tellers = tuple(dict.fromkeys(mark.line for mark in marks))
    title = axis_words(word, unit, lang)
    strong = _strongest(joined)
    single = {mark for mark in marks if mark.segment not in joined}
    shown = [replace(mark, segment="") if mark in single else mark for mark in marks]
    wide, narrow = (_drawing(marks, joined, strong, step, frame) for frame in (_WIDE, _NARROW))
    return Chart(
        spec=line_spec(shown, tellers, title, step, about),
        wide=wide,
        narrow=narrow,
        finding=_finding(joined.get(strong, ()), marks, lang, about),
        about=title,
        tellers=tellers,
    )


def _runs(marks: Iterable[Mark]) -> Iterator[list[Mark]]:
    """The marks of each segment in order of time, parted where two are too far from each other.

    A mark of no segment stands alone.
    """
    members: dict[str, list[Mark]] = defaultdict(list)
    for mark in sorted(marks, key=lambda mark: mark.when or date.min):
        if mark.segment:
            members[mark.segment].append(mark)
        else:
            yield [mark]
    for of in members.values():
        run = [of[0]]
        for before, mark in pairwise(of):
            if _days_between(before, mark) > _PERIODS * mark.days:
                yield run
                run = []
            run.append(mark)
        yield run


def _joined(marks: Iterable[Mark]) -> Mapping[str, Sequence[Mark]]:
    """The runs of two marks or more, by segment."""
    found: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        found[mark.segment].append(mark)
    return {segment: of for segment, of in found.items() if len(of) > 1}


def _days_between(one: Mark, other: Mark) -> int:
    assert one.when
    assert other.when
    return (other.when - one.when).days


def _strongest(joined: Mapping[str, Sequence[Mark]]) -> str:
    """The line to stand out: of what was observed, the longest, then the latest."""
    seen = {s: of for s, of in joined.items() if of[0].look not in HOLLOW} or joined
    return max(seen, key=lambda s: (len(seen[s]), seen[s][-1].when or date.min), default="")


def _finding(line: Sequence[Mark], marks: Sequence[Mark], lang: str, about: str) -> str:
    """What the chart shows, as a sentence."""
    if not line:
        what = about.rstrip("?。か") if about.endswith(("?", "。")) else about
        if lang == "ja":
            return f"{what}：{len(marks)}件の値。一本の線ではない"
        return f"{what}: {len(marks)} figures, not one line"
    first, last = line[0], line[-1]
    if lang == "ja":
        moved = "変わらない" if first.value == last.value else (
            "増えた" if last.value > first.value else "減った"
        )  # fmt: skip
        return (f"{about}は{first.label}の{first.words}から{last.label}の{last.words}へ{moved}"
                f"（{last.line}）")  # fmt: skip
    moved = "stayed the same," if first.value == last.value else (
        "rose" if last.value > first.value else "fell"
    )  # fmt: skip
    return (f"{about} {moved} from {first.words} in {first.label} to {last.words} in "
            f"{last.label}, by {last.line}")  # fmt: skip


def _drawing(
    marks: Sequence[Mark],
    joined: Mapping[str, Sequence[Mark]],
    strong: str,
    step: Decimal,
    frame: _Frame,
) -> Drawing:
    if not marks:
        return Drawing((), frame.width, frame.height)
    scale = _scale(marks, step, frame)

    def place(mark: Mark) -> _Place:
        assert mark.when
        return scale.across(mark.when), scale.up(mark.value / step)

    shapes = [*_ground(marks, scale, frame)]
    for segment, of in joined.items():
        path = "L".join(f"{x} {y}" for x, y in map(place, of))
        shapes.append(Shape("line", d=f"M{path}", look=of[0].look, is_strong=segment == strong))
    leading = joined[strong] if strong else ()
    for mark in marks:
        top = scale.up(mark.high / step) if mark.high is not None else None
        shapes += _mark_shapes(mark, place(mark), top, mark in leading)
    texts, unnamed = named(marks, leading, place, frame.width)
    return Drawing((*shapes, *texts), frame.width, frame.height, tuple(unnamed))


def _ground(marks: Sequence[Mark], scale: _Scale, frame: _Frame) -> Iterator[Shape]:
    """Breaks as bands, levels, years."""
    bottom = frame.height - BOTTOM
    for mark in marks:
        if mark.broken_after and mark.when:
            left, right = scale.across(mark.broken_after), scale.across(mark.when)
            left, right = (left, right) if right - left > 16 else (right - 16, right - 2)
            yield Shape("band", left, _TOP, round(right - left, 1), d=str(bottom))
    for level in scale.levels:
        yield Shape("rule", d=f"M{frame.left} {scale.up(level)}H{frame.width - frame.right}")
        yield Shape("level", frame.left - 8, scale.up(level) + 4, text=canonical(level))
    for year in _years(marks, frame.years):
        at = scale.across(date(year, 7, 1))
        yield Shape("tick", at, frame.height - 8, text=str(year))


def _mark_shapes(mark: Mark, at: _Place, top: float | None, is_strong: bool) -> Iterator[Shape]:
    """A dot, diamond or cross; of a range a bar from end to end too."""
    x, y = at
    if top is not None:
        yield Shape("line", d=f"M{x} {y}V{top}", look=mark.look, is_strong=is_strong)
    kind = SHAPES[mark.look]
    yield Shape(kind, x, y, text=mark.told, look=mark.look, is_strong=is_strong, claim=mark.claim)


def _years(marks: Sequence[Mark], most: int) -> range:
    years = [mark.when.year for mark in marks if mark.when]
    span = max(years) - min(years)
    return range(min(years), max(years) + 1, 1 + span // most)


def _scale(marks: Sequence[Mark], step: Decimal, frame: _Frame) -> _Scale:
    days = [mark.when.toordinal() for mark in marks if mark.when]
    days += [date(year, 7, 1).toordinal() for year in _years(marks, frame.years)]
    first, span = min(days), (max(days) - min(days)) or 1
    most = max(max(mark.high or mark.value for mark in marks) / step, Decimal(0))
    least = min(min(mark.value for mark in marks) / step, Decimal(0))
    gap = nice_step((most - least) / 4 or Decimal(1))
    levels = [gap * i for i in range(floor(least / gap), floor(most / gap) + 2)]
    low, high = levels[0], levels[-1]

    def across(when: date) -> float:
        room = frame.width - frame.left - frame.right - 32
        return round(frame.left + 16 + (when.toordinal() - first) / span * room, 1)

    def up(value: Decimal) -> float:
        room = frame.height - _TOP - BOTTOM
        return round(_TOP + room - float((value - low) / (high - low)) * room, 1)

    return _Scale(across, up, levels)

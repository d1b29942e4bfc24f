"""Charts of series: a line for each provider and scenario, open at breaks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from kg.outlets.chart import Chart, Mark
from kg.outlets.chart.lines import lines
from kg.text.words import currency_words
from kg.views.figures.series_card import Panel, Point
from kg.views.record.cards import Named
from kg.views.record.sentences import bare_words


def panel_chart(panel: Panel, unit: Named, lang: str, about: str) -> Chart | None:
    """A panel's lines; None where there is but one figure, which needs no axes."""
    marks = sorted(_marks(panel, lang), key=lambda mark: (mark.line, mark.when))
    if len(marks) < 2:
        return None
    words = currency_words(panel.unit)[lang == "ja"] if panel.unit.startswith("cur:") else ""
    return lines(marks, words or getattr(unit, lang), lang, about)


def _marks(panel: Panel, lang: str) -> Iterator[Mark]:
    noted: set[tuple[str, date | None]] = set()
    every = [point for line in panel.lines for point in (*line.points, *line.beside)]
    ends = {point.claim.id: point.when for point in every}
    for number, line in enumerate(panel.lines):
        segment = str(number) if len(line.points) > 1 else ""
        for point in (*line.points, *line.beside):
            scenario = getattr(line.scenario, lang) if line.scenario else ""
            note = "" if (scenario, point.when) in noted else scenario  # once at one place
            noted.add((scenario, point.when))
            joined = segment if point in line.points else ""
            mark = _mark(point, line.provider, joined, note, lang)
            yield replace(mark, broken_after=ends.get(point.after))
    for point in panel.superseded:
        yield _mark(point, point.claim.asserter, "", "", lang)


def _mark(point: Point, provider: Named, segment: str, note: str, lang: str) -> Mark:
    line = getattr(provider, lang)
    claim, when = point.claim, point.when
    period = getattr(claim.period, lang) if claim.period else ""
    words, status = getattr(bare_words(claim), lang), getattr(claim.status, lang)
    said = [period, words, status, line, *([note] if note else [])]
    return Mark(
        claim=claim.id,
        label=period,
        value=point.value,
        high=point.high,
        words=words,
        look=point.look,
        when=when,
        line=line,
        segment=segment,
        note=note,
        days=point.days,
        told=("、" if lang == "ja" else ", ").join(said),
    )


@dataclass(frozen=True, slots=True)
class Spark:
    """A line a few words high: an SVG path in a box of 100 by 24, and its last point."""

    d: str
    x: float
    y: float


def spark(points: Iterable[tuple[str, float]]) -> Spark | None:
    """The course of one provider's observations by start of period; None below three."""
    course = dict(sorted(points))
    if len(course) < 3:
        return None
    days = [int(day[:4]) + int(day[5:7]) / 12 for day in course]
    least, most = min(course.values()), max(course.values())
    span, height = (days[-1] - days[0]) or 1, (most - least) or 1
    places = [
        (round(2 + (day - days[0]) / span * 94, 1), round(21 - (value - least) / height * 18, 1))
        for day, value in zip(days, course.values(), strict=True)
    ]
    return Spark("M" + "L".join(f"{x} {y}" for x, y in places), *places[-1])

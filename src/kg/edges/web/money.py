"""The page of money: kinds apart, no total without its ground."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from kg.core.errors import UnknownName
from kg.edges.web.records import as_csv, as_vega
from kg.edges.web.rendering import page, words
from kg.edges.web.snapshot_views import reader_of, serving
from kg.outlets.chart.money import comparison_chart, kind_words, overview_chart
from kg.outlets.tables import CLAIM_COLUMNS, claim_rows, table
from kg.views.figures.money import COMPARATOR, Measure, conversions, kinds, measures
from kg.views.figures.totals import groups
from kg.views.queries.questions import find_question
from kg.views.record.cards import Named
from kg.views.record.claims import Reader
from kg.views.record.sentences import bare_words
from kg.views.record.spans import Span, spans

router = APIRouter(include_in_schema=False)
_Choice = Annotated[str, Query(max_length=100)]
_YEN = "cur:JPY"
_QUESTIONS = ("cq15", "cq20", "cq14", "cq16")


@router.get("/money")
def money(
    request: Request,
    topic: _Choice = "",
    phase: _Choice = "",
    nature: _Choice = "",
    year: _Choice = "",
    format: _Choice = "",
) -> Response:
    """Fiscal measures by kind, with filters; `format=csv` gives the table."""
    reader, spoken = reader_of(request), words(request)
    every, lang = serving(request).cached(measures), spoken.lang
    chosen = {"topic": topic, "phase": phase, "nature": nature, "year": year}
    choices, picked, shown = _shown(every, chosen)
    if format == "csv":
        return _csv(reader, shown)
    grouped = groups(reader, shown, picked["topic"])
    compared = [m for m in shown if m.type.local == COMPARATOR]
    titles = {g.kind: kind_words(g, lang) for g in grouped}
    comparison = comparison_chart(compared, lang, spoken.t("money-countries"))
    overview = overview_chart(grouped, titles, _YEN, lang, spoken.t("money-overview"))
    if format == "vega":
        return as_vega([chart for chart in (comparison, overview) if chart], "money")
    return page(
        request,
        "money.html",
        sparql=find_question("cq14").sparql,
        groups=grouped,
        titles=titles,
        compared=compared,
        comparison=comparison,
        overview=overview,
        conversions=serving(request).cached(conversions),
        kinds=kinds(every),
        choices=choices,
        chosen=chosen,
        count=len(shown),
        questions=[find_question(name) for name in _QUESTIONS],
        in_words=bare_words,
    )


def _shown(
    every: Sequence[Measure], chosen: Mapping[str, str]
) -> tuple[dict[str, list[Named]], Mapping[str, Named | None], list[Measure]]:
    """What each filter offers, what is picked in it, what fits; raises UnknownName."""
    choices = _choices(every)
    picked = {name: _pick(name, value, choices[name]) for name, value in chosen.items()}
    fitting = (m for m in every if all(_fits(m, name, one) for name, one in picked.items()))
    return choices, picked, list(fitting)


def _choices(every: Sequence[Measure]) -> dict[str, list[Named]]:
    """What each filter offers, by label."""
    return {
        "topic": sorted({t for m in every for t in m.topics}, key=lambda n: n.en),
        "phase": sorted({m.phase for m in every if m.phase}, key=lambda n: n.en),
        "nature": sorted({m.nature for m in every if m.nature}, key=lambda n: n.en),
        "year": sorted({m.period for m in every if m.period}, key=lambda n: n.en),
    }


def _pick(name: str, value: str, offered: Sequence[Named]) -> Named | None:
    if not value:
        return None
    by_name = {choice.local: choice for choice in offered}
    if value not in by_name:
        raise UnknownName(name, value, by_name)
    return by_name[value]


def _fits(measure: Measure, name: str, choice: Named | None) -> bool:
    if choice is None:
        return True
    if name == "topic":
        return choice in measure.topics
    return bool(
        {"phase": measure.phase, "nature": measure.nature, "year": measure.period}[name] == choice
    )


def _csv(reader: Reader, shown: Sequence[Measure]) -> Response:
    held = spans(reader, [c for m in shown for c in (*m.claims, *m.conversions)])
    columns = ("kind", "phase", "nature", "fiscal_period", "part_of", "converted", *CLAIM_COLUMNS)
    return as_csv(table(columns, _rows(shown, held)), "money")


def _rows(shown: Sequence[Measure], held: Mapping[str, Span]) -> Iterator[Sequence[object]]:
    for m in shown:
        dimensions = (m.phase, m.nature, m.period, m.whole)
        kind = [m.type.local, *(name.local if name else "" for name in dimensions)]
        for claims, converted in ((m.claims, "no"), (m.conversions, "yes")):
            for claim in claims:
                yield from ([*kind, converted, *row] for row in claim_rows(claim, held))

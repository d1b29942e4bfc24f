"""The pages of series: the list with sparklines, and one series with all that breaks it."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from kg.edges.web.embedding import framed
from kg.edges.web.records import as_csv, as_vega
from kg.edges.web.rendering import page, words
from kg.edges.web.snapshot_views import reader_of, serving
from kg.outlets.chart import Chart
from kg.outlets.chart.series import panel_chart, spark
from kg.outlets.tables import CLAIM_COLUMNS, claim_rows, table
from kg.views.figures.series_card import Panel, SeriesCard, series_card
from kg.views.figures.series_list import SeriesLine, series_list
from kg.views.queries.questions import bind, find_question
from kg.views.record.advice import not_comparable
from kg.views.record.claims import Reader
from kg.views.record.sentences import bare_words
from kg.views.record.spans import spans

router = APIRouter(include_in_schema=False)


@router.get("/series")
def all_series(request: Request, format: Annotated[str, Query(max_length=10)] = "") -> Response:
    """Every series by industry; `format=csv` gives the table."""
    found = serving(request).cached(series_list)
    if format == "csv":
        return _list_csv(found)
    sparks = {line.named.id: spark(line.course) for line in found}
    return page(
        request, "serieses.html", sparql=find_question("cq35").sparql, found=found, sparks=sparks
    )


@router.get("/series/{name:path}")
def one_series(
    request: Request, name: str, format: Annotated[str, Query(max_length=10)] = ""
) -> Response:
    """One series: its figures on axes that they may share, and in a table."""
    reader, lang = reader_of(request), words(request).lang
    iri = serving(request).find(name)
    slug = reader.names.slug(iri)
    if slug != name:
        return RedirectResponse(words(request).url(f"/series/{quote(slug)}"), status_code=303)
    card = series_card(reader, iri)
    if format == "csv":
        return _csv(reader, card)
    charts = charts_of(request, card)
    if format == "vega":
        return as_vega([chart for _, chart in charts if chart], slug)
    return page(
        request,
        "series.html",
        sparql=bind(find_question("cq01"), {"about": iri}, reader.names),
        card=card,
        charts=charts,
        units=reader.units({panel.unit for panel in card.panels}),
        embed=framed(request, "series", slug, getattr(card.named, lang)),
        in_words=bare_words,
        warnings=list(not_comparable([p.claim for p in card.points if p.look != "superseded"])),
    )


def charts_of(request: Request, card: SeriesCard) -> list[tuple[Panel, Chart | None]]:
    """The chart of each panel; None where there is but one figure."""
    lang = words(request).lang
    units = reader_of(request).units({panel.unit for panel in card.panels})
    about = getattr(card.named, lang)
    return [(p, panel_chart(p, units[p.unit], lang, about)) for p in card.panels]


def _csv(reader: Reader, card: SeriesCard) -> Response:
    held = spans(reader, [point.claim for point in card.points])
    columns = (*CLAIM_COLUMNS, "look", "breaks_after", "replaces", "replaced_by")
    rows = (
        [
            *row,
            point.look,
            point.after,
            " ".join(c.iri for c in point.replaces),
            " ".join(c.iri for c in point.replaced_by),
        ]
        for point in card.points
        for row in claim_rows(point.claim, held)
    )
    return as_csv(table(columns, rows), card.named.id)


def _list_csv(found: list[SeriesLine]) -> Response:
    columns = (
        "series",
        "label_en",
        "label_ja",
        "indicator",
        "industry",
        "area",
        "statistic",
        "claims",
    )
    rows = []
    for line in found:
        dimensions = (line.indicator, line.industry, line.area, line.statistic)
        named = (line.named.iri, line.named.en, line.named.ja)
        rows.append([*named, *(n.id if n else "" for n in dimensions), str(line.claims)])
    return as_csv(table(columns, rows), "series")

"""The first page: one promise, a search, an open question with what to print of it, tasks."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from kg.core.errors import UnknownName
from kg.edges.web.embedding import dataset_schema
from kg.edges.web.rendering import page, words
from kg.edges.web.snapshot_views import reader_of, serving
from kg.edges.web.versions.known_releases import counted, history
from kg.outlets.chart import Chart
from kg.outlets.chart.series import panel_chart
from kg.views.figures.series_card import series_card
from kg.views.queries.questions import find_question
from kg.views.record.claims import Reader
from kg.views.record.conflicts import Conflict, conflicts
from kg.views.record.entity import is_entity
from kg.views.record.side_by_side import advice_on, sides_of

router = APIRouter(include_in_schema=False)
_QUESTION = "conflict-ai-trillion-one-or-several"  # shown first as long as it is open
_SERIES = "content-overseas-sales-japan"
_TOTALS = """SELECT (COUNT(DISTINCT ?claim) AS ?claims) (COUNT(DISTINCT ?source) AS ?sources)
WHERE { ?e jsip:supportsClaim ?claim ; oa:hasSource ?source }"""
_TRIES = (
    ("45兆円", "/search", "45兆円"),
    ("try-sales", "/search", "5.8 trillion overseas sales"),
    ("try-pay", "/search", "animators’ pay"),
    ("try-yomiuri", "/entity/yomiuri-shimbun", ""),
)
_TASKS = (
    ("print", "/figures"),
    ("check", "/verify"),
    ("compare", "/money"),
    ("follow", "/people"),
    ("take", "/about#take"),
    ("stories", "/stories"),
    ("report", "/about#error"),
)


@router.get("/")
def home(request: Request, format: Annotated[str, Query(max_length=10)] = "") -> Response:
    """What this is, a search, one open question as readings, what to print, tasks."""
    if format == "csv":
        return RedirectResponse("/figures?format=csv", status_code=308)
    state, reader = serving(request), reader_of(request)
    disputed = state.cached(conflicts)
    asked = open_question(disputed)
    newest = next(iter(history(request).releases), None)
    context: dict[str, Any] = {
        "counted": state.cached(totals),
        "unsettled": sum(still_open(disputed).values()),
        "disputed": len(disputed),
        "asked": asked,
        "readings": sides_of(reader, asked, disputed) if asked else [],
        "advice": advice_on(reader, asked, disputed) if asked else None,
        "chart": _chart(request),
        "series": _SERIES,
        "tasks": _TASKS,
        "schema": dataset_schema(request),
        "newest": newest,
        "newest_changes": counted(words(request), newest) if newest else "",
        "tries": [t for t in _TRIES if _leads(request, t[1])],
    }
    return page(request, "home.html", sparql=find_question("cq01").sparql, **context)


def _chart(request: Request) -> Chart | None:
    """The chart of one series; None where the store has no such series."""
    reader, lang = reader_of(request), words(request).lang
    try:
        card = series_card(reader, reader.names.id(_SERIES))
    except UnknownName:
        return None
    units = reader.units({panel.unit for panel in card.panels})
    about = getattr(card.named, lang)
    charts = (panel_chart(p, units[p.unit], lang, about) for p in card.panels)
    return next((chart for chart in charts if chart), None)


def open_question(disputed: Sequence[Conflict]) -> Conflict | None:
    """An open question of identity, else an open conflict, to show what this record is for."""
    still = [c for c in disputed if c.is_open]
    order = ("identity", "conflict", "caution")
    still.sort(key=lambda c: (c.id != _QUESTION, order.index(c.kind), -len(c.claims), c.id))
    return still[0] if still else None


def totals(reader: Reader) -> dict[str, str]:
    """How many claims there are, from how many sources."""
    return next(reader.rows(_TOTALS))


def still_open(disputed: Sequence[Conflict]) -> dict[str, int]:
    """How many conflicts and questions of identity nobody has settled."""
    counted = Counter(c.kind for c in disputed if c.is_open)
    return {"open": counted["conflict"], "questions": counted["identity"]}


def _leads(request: Request, path: str) -> bool:
    """True where an example leads to something in this store."""
    if not path.startswith("/entity/"):
        return serving(request).has_claims
    reader = reader_of(request)
    return is_entity(reader, reader.names.id(path.removeprefix("/entity/")))

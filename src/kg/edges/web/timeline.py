"""The page of the timeline: what happened when, and how precisely anybody says so."""

from collections.abc import Sequence
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from kg.core.errors import UnknownName
from kg.edges.web.records import as_csv
from kg.edges.web.rendering import page
from kg.edges.web.snapshot_views import serving
from kg.outlets.tables import CLAIM_COLUMNS, claim_rows, table
from kg.views.queries.questions import find_question
from kg.views.record.cards import Named
from kg.views.record.sentences import day_words
from kg.views.record.spans import spans
from kg.views.record.timeline import Moment, entries, timeline

router = APIRouter(include_in_schema=False)
_Choice = Annotated[str, Query(max_length=200)]


@router.get("/timeline")
def timeline_page(
    request: Request,
    policy: _Choice = "",
    actor: _Choice = "",
    topic: _Choice = "",
    kind: _Choice = "",
    format: _Choice = "",
) -> Response:
    """Events, adoptions, stages and tenures, newest first, with filters; `format=csv`."""
    every = serving(request).cached(timeline)
    chosen = {"policy": policy, "actor": actor, "topic": topic}
    choices = {
        "policy": _labelled({n for m in every for n in m.policies}),
        "actor": _labelled({n for m in every for n in m.actors}),
        "topic": _labelled({n for m in every for n in m.topics}),
    }
    picked = {name: _pick(name, value, choices[name]) for name, value in chosen.items()}
    shown = [m for m in every if (not kind or m.kind == kind) and _fits(m, picked)]
    if format == "csv":
        held = spans(serving(request).reader, [c for m in shown for c in m.claims])
        found = ((m, row) for m in shown for c in m.claims for row in claim_rows(c, held))
        rows = ((m.when, m.kind, *row) for m, row in found)
        return as_csv(table(("when", "kind", *CLAIM_COLUMNS), rows), "timeline")
    lines = entries(shown)[::-1]  # newest first
    years = [(year, list(of)) for year, of in groupby(lines, key=lambda e: e.first.when[:4])]
    return page(
        request,
        "timeline.html",
        sparql=find_question("cq27").sparql,
        years=years,
        choices=choices,
        chosen={**chosen, "kind": kind},
        kinds=list(dict.fromkeys(m.kind for m in every)),
        count=len(shown),
        day_words=day_words,
    )


def _labelled(names: set[Named]) -> list[Named]:
    return sorted(names, key=lambda name: (name.en.casefold(), name.id))


def _pick(name: str, value: str, offered: Sequence[Named]) -> Named | None:
    if not value:
        return None
    by_name = {choice.id: choice for choice in offered}
    if value not in by_name:
        raise UnknownName(name, value, by_name)
    return by_name[value]


def _fits(moment: Moment, picked: dict[str, Named | None]) -> bool:
    of = {"policy": moment.policies, "actor": moment.actors, "topic": moment.topics}
    return all(choice is None or choice in of[name] for name, choice in picked.items())

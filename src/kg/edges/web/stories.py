"""The pages of stories: the list, and one story with the parts of the record that it walks over."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.core.errors import UnknownName
from kg.edges.web.answers.question_pages import answered
from kg.edges.web.pages import around
from kg.edges.web.records import conflict_of, line_of
from kg.edges.web.rendering import page, words
from kg.edges.web.series import charts_of
from kg.edges.web.snapshot_views import reader_of, serving
from kg.outlets.chart import Chart
from kg.views.figures.series_card import series_card
from kg.views.queries.questions import bind, find_question
from kg.views.record.cards import Named
from kg.views.record.claims import Reader
from kg.views.record.readings import Reading, alone, readings
from kg.views.stories.held import claim_cards, picture_of, story_problems
from kg.views.stories.model import Step, Story
from kg.views.stories.reading import shipped_stories

router = APIRouter(include_in_schema=False)
_ROWS = 12  # of an answer; its own page has all


@dataclass(frozen=True, slots=True)
class _Shown:
    """A step with what it shows; `where` is the thing that its picture is of."""

    step: Step
    readings: list[Reading]
    charts: list[Chart]
    sides: list[Reading]
    more: Mapping[str, Any]
    where: Named | None = None


@router.get("/stories")
def all_stories(request: Request) -> Response:
    """The stories that this store can tell."""
    found = serving(request).cached(told)
    return page(request, "stories.html", stories=list(found.values()))


@router.get("/stories/{slug}")
def one_story(request: Request, slug: str) -> Response:
    """A walk over the graph, step by step, each with its passages."""
    found = serving(request).cached(told)
    if slug not in found:
        raise UnknownName("story", slug, found)
    story = found[slug]
    steps = [_shown(request, step) for step in story.steps]
    iris = " ".join(f"<{reader_of(request).names.id(id)}>" for id in story.claims)
    sparql = f"SELECT ?claim ?property ?value WHERE {{ VALUES ?claim {{ {iris} }}\n"
    sparql += "  ?claim ?property ?value }"
    return page(request, "story.html", sparql=sparql, story=story, steps=steps)


def told(reader: Reader) -> dict[str, Story]:
    """The stories whose every id and figure the store holds; a store of somebody else may none."""
    stories = shipped_stories()
    return {slug: s for slug, s in stories.items() if not story_problems(reader, [s])}


def _shown(request: Request, step: Step) -> _Shown:
    reader = reader_of(request)
    ids = (*step.claims, *step.rejected)
    cards = claim_cards(reader, ids)
    more: dict[str, Any] = {}
    charts: list[Chart] = []
    sides: list[Reading] = []
    if step.conflict:
        conflict = conflict_of(request, step.conflict)
        sides = readings(reader, conflict.claims)
        line = line_of(request, conflict, sides)
        charts, more["conflict"] = [line] if line else [], conflict
    if step.series:
        card = series_card(reader, reader.names.id(step.series))
        charts = [chart for _, chart in charts_of(request, card) if chart]
        more["series"] = card.named
    if step.query:
        question = find_question(step.query)
        spoken = {p.name for p in question.parameters} & {"lang"}
        sparql = bind(question, {name: words(request).lang for name in spoken}, reader.names)
        more |= answered(request, question, sparql, shown=slice(_ROWS))
        more["question"] = question
    shown = alone(reader, [cards[id] for id in ids])  # a walk tells them one by one
    return _Shown(step, shown, charts, sides, more, _pictured(request, step, more))


def _pictured(request: Request, step: Step, more: dict[str, Any]) -> Named | None:
    if not step.picture:
        return None
    iri = picture_of(reader_of(request), step.picture)
    more["picture"] = around(serving(request), step.picture, words(request).lang)
    return reader_of(request).named([iri])[iri]

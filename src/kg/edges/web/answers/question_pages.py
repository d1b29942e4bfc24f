"""The pages of ready questions: form, answer, the query behind it, how to cite and reuse it."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from pyoxigraph import NamedNode, QueryResultsFormat, QuerySolutions, parse_query_results
from starlette.responses import Response

from kg.core.errors import KgError
from kg.edges.web.answers.columns import AnswerColumns
from kg.edges.web.answers.graph import joined
from kg.edges.web.answers.table import labels
from kg.edges.web.records import as_csv, as_vega
from kg.edges.web.rendering import page, words
from kg.edges.web.snapshot_views import serving
from kg.outlets.chart.answer import Drawer
from kg.outlets.citation import cite
from kg.outlets.snippets import snippets
from kg.outlets.tables import table
from kg.views.finding.lookup import bind_names, named_thing
from kg.views.queries.parameter_choices import default_iri, default_of, documents_of, offered
from kg.views.queries.questions import TASKS, Parameter, Question, find_question, questions
from kg.views.record.cards import Named, SourceCard
from kg.views.record.claims import Reader, values
from kg.views.record.plain_values import day

router = APIRouter(include_in_schema=False)
_PLAIN = ("lang", "format", "offset")  # query parameters that are not the question's
_STEP = 100  # rows of one page


@router.get("/queries")
def all_questions(request: Request) -> Response:
    """The ready questions."""
    return page(request, "queries.html", questions=list(questions().values()), tasks=TASKS)


@router.get("/queries/{name}")
def one_question(
    request: Request, name: str, offset: Annotated[int, Query(ge=0, le=10**9)] = 0
) -> Response:
    """A question with its answer from row `offset` on; `format=csv` gives all of its rows.

    Parameters as in the form.
    """
    question, state = find_question(name), serving(request)
    given = {k: v for k, v in request.query_params.items() if k not in _PLAIN and v}
    given |= _language(request, question)
    try:
        sparql, fault = bind_names(state.reader, question, given), ""
    except KgError as error:
        if request.query_params.get("format") == "csv":
            raise KgError(str(error)) from error
        sparql, fault = question.sparql, str(error)
    if request.query_params.get("format") == "csv":
        return _csv(state.store.query(sparql), name)
    context: dict[str, Any] = _form(state.reader, question, given)
    if not fault:
        context |= answered(request, question, sparql, given, slice(offset, offset + _STEP))
        if request.query_params.get("format") == "vega":
            return as_vega(context["charts"], name)
        context |= _reuse(request, name, sparql, given)
    context |= {"question": question, "asked": sparql, "fault": fault}
    context |= {"offset": offset, "step": _STEP}
    status = 400 if fault else 200
    return page(request, "query.html", sparql=sparql, status=status, **context)


def _form(reader: Reader, question: Question, given: Mapping[str, str]) -> dict[str, Any]:
    fields = [
        (p, given.get(p.name, ""), default_of(p, reader.names), offered(reader, p))
        for p in question.parameters
        if p.name not in _PLAIN
    ]
    return {"fields": fields, "offers": _offers(reader, question, given)}


def _language(request: Request, question: Question) -> Mapping[str, str]:
    """Words are answered in the page's language; a file has the language that is asked for."""
    is_asked = any(parameter.name == "lang" for parameter in question.parameters)
    is_file = request.query_params.get("format") == "csv"
    if not is_asked or (is_file and "lang" not in request.query_params):
        return {}
    return {"lang": words(request).lang}


def _offers(
    reader: Reader, question: Question, given: Mapping[str, str]
) -> list[tuple[Parameter, Named, list[SourceCard]]]:
    """The documents of each publisher that was given in the place of a document."""
    found = []
    for p in question.parameters:
        if p.kind != "IRI" or p.name not in given:
            continue
        try:
            iri = named_thing(reader, given[p.name])
        except KgError:
            continue
        documents = documents_of(reader, p, iri)
        if documents:
            cards = reader.sources(documents)
            found.append((p, reader.named([iri])[iri], [cards[d] for d in documents if d in cards]))
    return found


def _csv(answer: object, name: str) -> Response:
    assert isinstance(answer, QuerySolutions)
    columns = [variable.value for variable in answer.variables]
    rows = ([getattr(term, "value", "") for term in row] for row in answer)
    return as_csv(table(columns, rows), name)


def answered(
    request: Request,
    question: Question,
    sparql: str,
    given: Mapping[str, str] = MappingProxyType({}),
    shown: slice = slice(None),
) -> dict[str, Any]:
    """The answer of a question as a page shows it: rows, charts, the picture, how to cite it.

    Rows and picture are of what is `shown`, charts and citation of all.
    """
    state, lang = serving(request), words(request).lang
    lines = state.answer_lines(sparql)
    solutions = parse_query_results(lines, format=QueryResultsFormat.TSV)
    assert isinstance(solutions, QuerySolutions)
    columns = [variable.value for variable in solutions.variables]
    rows = [list(row) for row in solutions]
    plain = [
        {c: t.value for c, t in zip(columns, row, strict=True) if t is not None} for row in rows
    ]
    title = {"en": question.title_en, "ja": question.title_ja}
    charts = []
    if question.drawing:
        names = labels(rows, state.reader)
        drawer = Drawer(names, _days(state.reader, question, plain), lang)
        charts = drawer.charts(question.drawing, plain, title[lang])
    return {
        "told": AnswerColumns(
            columns,
            rows[shown],
            state.reader,
            words(request),
            _bound(state.reader, question, given),
        ).told(),
        "total": len(rows),
        "joined": joined(columns, rows[shown], state.reader, state.ground, lang),
        "charts": charts,
        "citation": cite(state.reader, sparql, lines, title),
    }


def _bound(reader: Reader, question: Question, given: Mapping[str, str]) -> list[list[NamedNode]]:
    """What a question asks about, as one row of terms; names that mean nothing are left out."""
    iris = []
    for p in question.parameters:
        if p.kind == "IRI":
            iri = default_iri(p, reader.names)
            iris.append(named_thing(reader, given[p.name]) if p.name in given else iri)
    return [[NamedNode(iri) for iri in iris]]


def _days(reader: Reader, question: Question, rows: Sequence[Mapping[str, str]]) -> dict[str, date]:
    """The middle of each period that a chart of lines needs."""
    assert question.drawing
    column = question.drawing.shows.get("when", "")
    periods = {row[column] for row in rows if column in row}
    days = {}
    for row in reader.rows(_PERIODS.format(values(sorted(periods)))) if periods else ():
        first, last = (day(row[v]) for v in ("from", "to"))
        if first and last:
            days[row["p"]] = first + (last - first) / 2
    return days


_PERIODS = """SELECT ?p ?from ?to WHERE {{ VALUES ?p {{ {} }}
  ?p jsip:startDate ?from ; jsip:endDate ?to }}"""


def _reuse(request: Request, name: str, sparql: str, given: Mapping[str, str]) -> dict[str, Any]:
    base = str(request.base_url).rstrip("/")
    own = f"/queries/{quote(name)}?{urlencode({**given, 'format': 'csv'})}"
    return {
        "snippets": snippets(f"{base}/sparql", sparql, base + own),
        "csv": own,
    }

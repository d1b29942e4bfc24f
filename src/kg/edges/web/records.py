"""Pages of the record: claims with their evidence, conflicts."""

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from kg.core.errors import UnknownName
from kg.edges.web.embedding import claim_schema, claim_title, conflict_schema, framed
from kg.edges.web.references import as_reference
from kg.edges.web.rendering import page, words
from kg.edges.web.snapshot_views import reader_of, serving
from kg.edges.web.versions.change_words import ChangeWords
from kg.edges.web.versions.known_releases import history, withdrawn
from kg.outlets.chart import Chart, specification
from kg.outlets.chart.number_line import number_line
from kg.outlets.tables import CONFLICT_COLUMNS, TABLE, conflict_rows, table
from kg.text.words import currency_words
from kg.views.queries.questions import find_question
from kg.views.record.advice import advise
from kg.views.record.cards import ClaimCard
from kg.views.record.claims import Reader
from kg.views.record.conflicts import KINDS, Conflict, conflicts, rivals
from kg.views.record.corrections import corrections
from kg.views.record.disagreements import disagreements
from kg.views.record.documents import (
    mentions,
    revisions,
    superseded,
)
from kg.views.record.readings import Reading, headline, readings, verdict_on
from kg.views.record.side_by_side import advice_on, sides_of
from kg.views.record.why import beside, claims_behind

router = APIRouter(include_in_schema=False)
_CONFLICTS = 20
Format = Annotated[str, Query(alias="format", max_length=10)]
Offset = Annotated[int, Query(alias="from", ge=0, le=10**6)]


def as_csv(data: bytes, name: str) -> Response:
    """A table to download."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(data, media_type=TABLE.header, headers=headers)


@router.get("/claims/{slug}")
def claim(request: Request, slug: str, part: bool = False, format: Format = "") -> Response:
    """All that lets a reader believe or doubt one claim; `part` leaves out the page around it.

    `format` is one of kg.outlets.references.FORMS.
    """
    reader = reader_of(request)
    try:
        found = claim_of(reader, slug)
    except UnknownName as error:
        return withdrawn(request, "claims", slug, error)
    if format:
        return as_reference(request, format, found.id, _title(found))
    disputes = conflicts(reader, about=found.subject.iri)
    asked = beside(reader, found)
    context: dict[str, Any] = {
        "claim": found,
        "stands": verdict_on(found, disputes),
        "advice": advise(asked, disputes),
        "rivals": readings(reader, rivals(found, disputes)),
        "agreeing": readings(reader, _agreeing(found, asked, disputes)),
        "revisions": revisions(reader, found),
        "disputes": [d for d in disputes if found in d.claims],
        **_judged(reader, found.iri),
        **_earlier(request, slug),
        "citation": words(request).t(
            "cite-how", id=found.id, iri=found.iri, version=reader.store.version
        ),
        "report": _report(request, found),
        "report_text": _report_text(request, found),
        "q": "",
        "embed": framed(request, "claim", found.id, claim_title(found, words(request).lang)),
        "schema": {} if part else claim_schema(request, found, disputes),
    }
    template = "evidence.html" if part else "claim_page.html"
    return page(request, template, sparql=_ABOUT.format(found.iri), **context)


def _judged(reader: Reader, claim: str) -> dict[str, Any]:
    """What was corrected in a claim, and where its reviewers differ."""
    return {
        "corrections": corrections(reader, claim),
        "differing": disagreements(reader, claim),
    }


def _earlier(request: Request, slug: str) -> dict[str, Any]:
    """What releases changed of a claim, the newest first, and their words."""
    events = history(request).of.get(slug, ())
    return {"events": events, "shown": ChangeWords(request, [event.change for event in events])}


def as_vega(charts: Sequence[Chart], name: str) -> Response:
    """Charts as a Vega-Lite specification to download; raises UnknownName where there are none."""
    if not charts:
        raise UnknownName("chart", name, [])
    headers = {"Content-Disposition": f'attachment; filename="{name}.vl.json"'}
    return JSONResponse(specification(charts), headers=headers)


def _title(found: ClaimCard) -> str:
    """A claim in the title of a reference; what is not accepted says so first."""
    title = f"{found.subject.en}: {found.words_en} ({found.asserter.en})"
    return title if found.is_accepted else f"[{found.review.en}] {title}"


def _agreeing(
    found: ClaimCard, asked: Sequence[ClaimCard], disputes: Sequence[Conflict]
) -> list[ClaimCard]:
    """Other claims on the same question that do not disagree."""
    against = rivals(found, disputes)
    return [c for c in asked if c.id != found.id and c not in against]


_ABOUT = "SELECT ?property ?value WHERE {{ <{0}> ?property ?value }}"


def claim_of(reader: Reader, slug: str) -> ClaimCard:
    """The claim of that id; raises UnknownName with the nearest."""
    iri = reader.names.id(slug)
    is_slug = slug.replace("-", "").isalnum() and slug.isascii()
    found = claims_behind(reader, iri) if is_slug else []
    if len(found) != 1 or found[0].id != slug:
        stem = slug.rpartition("-")[0] if is_slug else ""
        near = reader.rows(
            "SELECT DISTINCT ?c WHERE { ?c jsip:assertionStatus ?a "
            f'FILTER(STRSTARTS(STR(?c), "{reader.names.id(stem)}")) }} LIMIT 2000'
        )
        raise UnknownName("claim", slug, [reader.names.slug(row["c"]) for row in near])
    return found[0]


def _report(request: Request, found: ClaimCard) -> str:
    """The address for reporting an error, the claim filled in; empty where there is none."""
    to = serving(request).settings.report_to
    if not to.startswith(("mailto:", "https://")):
        return ""
    mark = "&" if "?" in to else "?"
    name = "subject" if to.startswith("mailto:") else "title"
    body = quote(_report_text(request, found) + "\n")
    return f"{to}{mark}{name}={quote(f'JSIP: {found.id}')}&body={body}"


def _report_text(request: Request, found: ClaimCard) -> str:
    """What to send to report an error in a claim."""
    told = f"{found.subject.en} | {found.predicate.en} | {found.words_en} | {found.asserter.en}"
    version = serving(request).store.version
    return f"{found.iri}\n{told}\n{words(request).t('report-version', version=version)}"


@router.get("/conflicts")
def conflict_list(
    request: Request,
    kind: Annotated[str, Query(max_length=20)] = "",
    type: Annotated[str, Query(max_length=40)] = "",
    open: bool = False,
    offset: Offset = 0,
    format: Format = "",
) -> Response:
    """Conflicts, questions of identity, cautions; superseded figures; misrendered names."""
    reader = reader_of(request)
    everything = serving(request).cached(conflicts)
    found = [
        c
        for c in sorted(everything, key=lambda c: (not c.is_open, c.kind != "identity"))
        if kind in ("", c.kind) and type in ("", c.type) and (c.is_open or not open)
    ]
    if format == "csv":
        return as_csv(_conflicts_table(found), "conflicts")
    first = not (kind or type or open or offset)
    context: dict[str, Any] = {
        "found": found[offset : offset + _CONFLICTS],
        "matching": len(found),
        "offset": offset,
        "step": _CONFLICTS,
        "total": len(everything),
        "kinds": [k for k in KINDS if any(c.kind == k for c in everything)],
        "chosen": kind,
        "types": sorted({c.type for c in everything if c.type}),
        "chosen_type": type,
        "only_open": open,
        "readings": {c.id: readings(reader, c.claims) for c in found[offset : offset + _CONFLICTS]},
        "superseded": superseded(reader) if first else (),
        "misrendered": mentions(reader, quality="Misrendered") if first else (),
    }
    return page(request, "conflicts.html", sparql=find_question("cq08").sparql, **context)


def _conflicts_table(found: list[Conflict]) -> bytes:
    return table(CONFLICT_COLUMNS, conflict_rows(found))


def conflict_of(request: Request, slug: str) -> Conflict:
    """The conflict, question of identity or caution of that id; raises UnknownName."""
    by_id = {c.id: c for c in serving(request).cached(conflicts)}
    if slug not in by_id:
        raise UnknownName("conflict", slug, by_id)
    return by_id[slug]


@router.get("/conflicts/{slug}")
def conflict(request: Request, slug: str, format: Format = "") -> Response:
    """One conflict, question of identity or caution with every passage."""
    try:
        found = conflict_of(request, slug)
    except UnknownName as error:
        return withdrawn(request, "conflicts", slug, error)
    if format == "csv":
        return as_csv(_conflicts_table([found]), slug)
    if format:
        return as_reference(request, format, slug, headline(found).en)
    reader, lang = reader_of(request), words(request).lang
    about = {c.subject.iri for c in found.claims}
    disputed = serving(request).cached(conflicts)
    read = sides_of(reader, found, disputed)
    context: dict[str, Any] = {
        "conflict": found,
        "readings": read,
        "line": line_of(request, found, read),
        "advice": advice_on(reader, found, disputed),
        "others": [c for c in disputed if c != found and about & {m.subject.iri for m in c.claims}],
        "embed": framed(request, "conflict", found.id, getattr(headline(found), lang)),
        "schema": conflict_schema(request, found),
    }
    sparql = _ABOUT.format(found.iri)
    return page(request, "conflict_page.html", sparql=sparql, **context)


def line_of(request: Request, found: Conflict, read: Sequence[Reading]) -> Chart | None:
    """The readings on one axis, where they are figures of one unit."""
    lang, unit = words(request).lang, read[0].claim.unit if read else ""
    if not unit or found.kind == "caution":
        return None
    word = currency_words(unit)[lang == "ja"] if unit.startswith("cur:") else ""
    word = word or getattr(reader_of(request).units([unit])[unit], lang)
    return number_line(read, word, lang, getattr(headline(found), lang))

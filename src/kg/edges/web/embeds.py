"""What other pages may show: a claim, a conflict, a series in a frame; as a picture; oEmbed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qs, unquote, urlsplit

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from kg.core.errors import Refusal, UnknownName
from kg.edges.web.embedding import claim_title, framed, full_page
from kg.edges.web.records import claim_of, conflict_of, line_of
from kg.edges.web.rendering import page, words
from kg.edges.web.series import charts_of
from kg.edges.web.snapshot_views import reader_of, serving
from kg.outlets.chart import Chart
from kg.outlets.embed.cards import ClaimPicture, Line, claim_svg, lines_svg
from kg.outlets.embed.chart_svg import chart_svg
from kg.outlets.embed.frame import oembed
from kg.views.figures.series_card import series_card
from kg.views.record.cards import ClaimCard, Named
from kg.views.record.conflicts import Conflict, conflicts
from kg.views.record.readings import Reading, headline, nearest_passage, readings, verdict_on

router = APIRouter(include_in_schema=False)
_NAMED, _SHOWN = 3, 12  # publishers in a source line; characters of a version there
_PATH = re.compile(r"/(claims|conflicts|series|id|embed/(?:claim|conflict|series))/([^/]+)")
_KINDS = {"claims": "claim", "conflicts": "conflict", "series": "series"}
_UNFIT = re.compile(r"[\x00-\x20\x7f<>\"\\^`{|}]")


@dataclass(frozen=True, slots=True)
class _Shown:
    """A thing to embed: its title, who says so, its page, and its readings or charts."""

    kind: str
    id: str
    title: str
    folder: str
    tellers: Sequence[str]
    readings: Sequence[Reading]
    charts: Sequence[Chart] = ()
    conflict: Conflict | None = None
    verdict: str = ""


@router.get("/embed/{kind}/{slug}.svg")
def picture(request: Request, kind: str, slug: str) -> Response:
    """The same as the page to be framed, as a standalone SVG."""
    shown = _find(request, kind, slug)
    drawn = _claim_picture if kind == "claim" else _picture
    return Response(drawn(request, shown), media_type="image/svg+xml")


@router.get("/embed/{kind}/{slug}")
def embed(request: Request, kind: str, slug: str) -> Response:
    """A small page with its source line; of all pages these alone may be framed by others."""
    shown = _find(request, kind, slug)
    context: dict[str, Any] = {
        "shown": shown,
        "source": _source_line(request, shown),
        "full": words(request).url(f"/{shown.folder}/{shown.id}"),
        "claim": shown.readings[0].claim if kind == "claim" else None,
    }
    return page(request, "embed.html", **context)


@router.get("/oembed")
def provider(
    request: Request,
    url: Annotated[str, Query(max_length=2000)],
    format: Annotated[str, Query(max_length=10)] = "json",
    maxwidth: Annotated[int, Query(ge=1, le=10**5)] = 10**5,
    maxheight: Annotated[int, Query(ge=1, le=10**5)] = 10**5,
) -> Response:
    """oEmbed 1.0: how to frame the page at an address of ours."""
    if format != "json":
        detail = "Only format=json is answered; oEmbed's XML is not."
        raise Refusal(501, "Not implemented", detail)
    path, lang = _own_path(request, url)
    found = _PATH.fullmatch(path)
    if not found:
        raise Refusal(404, "Not found", f"{url} has no embed; claims, conflicts and series have.")
    folder = found[1].removeprefix("embed/")
    slug = found[2].removesuffix(".svg" if found[1] != folder else ".html")
    kind = _kind_of(slug) if folder == "id" else _KINDS.get(folder, folder)
    lang = lang or words(request).lang
    about = framed(request, kind, slug, _title(request, kind, slug, lang), lang)
    return JSONResponse(oembed(about, str(request.base_url), maxwidth, maxheight))


def _kind_of(slug: str) -> str:
    """What an own IRI leads to, by the beginning of its name."""
    kinds = {"c-": "claim", "conflict-": "conflict", "caution-": "conflict"}
    return next((kind for start, kind in kinds.items() if slug.startswith(start)), "series")


def _title(request: Request, kind: str, slug: str, lang: str) -> str:
    """What something is called that can be embedded; raises UnknownName where nothing is."""
    reader = reader_of(request)
    if kind == "claim":
        return claim_title(claim_of(reader, slug), lang)
    if kind == "conflict":
        return str(getattr(headline(conflict_of(request, slug)), lang))
    return str(getattr(series_card(reader, reader.names.id(slug)).named, lang))


def _own_path(request: Request, url: str) -> tuple[str, str]:
    """The path of an own address below the site's beginning, and its language.

    Raises Refusal: 400 for what is no address, 404 for the address of somebody else.
    """
    fault = Refusal(400, "Bad request", "url must be a web address of this site, or its path.")
    if _UNFIT.search(url):
        raise fault
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise fault from error
    lang = parse_qs(parts.query).get("lang", [""])[0]
    known = lang if lang in ("en", "ja") else ""
    here, base = urlsplit(str(request.base_url)), serving(request).names.base
    if url.startswith(base):
        return unquote(f"/{parts.path.removeprefix(urlsplit(base).path)}"), known
    is_whole = parts.scheme in ("http", "https") and parts.netloc
    if not is_whole and (parts.scheme or parts.netloc or not parts.path.startswith("/")):
        raise fault
    is_below = parts.path.startswith(here.path)
    if is_whole and (parts.netloc != here.netloc or not is_below):
        raise Refusal(404, "Not found", f"{url} is no address of this site.")
    return unquote(f"/{parts.path.removeprefix(here.path)}" if is_below else parts.path), known


def _find(request: Request, kind: str, slug: str) -> _Shown:
    """What is to be embedded; raises UnknownName where nothing has that name."""
    finders = {"claim": _claim, "conflict": _conflict, "series": _series}
    if kind not in finders:
        raise UnknownName("kind of embed", kind, finders)
    return finders[kind](request, slug)


def _claim(request: Request, slug: str) -> _Shown:
    reader, lang = reader_of(request), words(request).lang
    claim = claim_of(reader, slug)
    return _Shown(
        kind="claim",
        id=claim.id,
        title=claim_title(claim, lang),
        folder="claims",
        tellers=_publishers([claim], lang),
        readings=readings(reader, [claim]),
        verdict=verdict_on(claim, conflicts(reader, about=claim.subject.iri)),
    )


def _conflict(request: Request, slug: str) -> _Shown:
    reader, lang = reader_of(request), words(request).lang
    found = conflict_of(request, slug)
    read = readings(reader, found.claims)
    line = line_of(request, found, read)
    title, tellers = getattr(headline(found), lang), _publishers(found.claims, lang)
    charts = [line] if line else []
    return _Shown("conflict", found.id, title, "conflicts", tellers, read, charts, found)


def _series(request: Request, slug: str) -> _Shown:
    reader, lang = reader_of(request), words(request).lang
    card = series_card(reader, reader.names.id(slug))
    claims = [point.claim for point in card.points]
    charts = [chart for _, chart in charts_of(request, card) if chart]
    read = [] if charts else readings(reader, claims)
    title, tellers = getattr(card.named, lang), _publishers(claims, lang)
    return _Shown("series", card.named.id, title, "series", tellers, read, charts)


def _publishers(claims: Sequence[ClaimCard], lang: str) -> list[str]:
    """Who published the passages that are shown, each once."""
    passages = [nearest_passage(claim) for claim in claims]
    return list(dict.fromkeys(getattr(p.source.publisher, lang) for p in passages if p))


def _source_line(request: Request, shown: _Shown) -> str:
    spoken = words(request)
    who = spoken.t("comma").join(shown.tellers[:_NAMED])
    if len(shown.tellers) > _NAMED:
        who = spoken.t("embed-more", names=who, n=len(shown.tellers) - _NAMED)
    version = serving(request).store.version[:_SHOWN]
    return spoken.t("embed-source", who=who or spoken.t("embed-nobody"), version=version)


def _printed_source(request: Request, shown: _Shown) -> str:
    address = full_page(request, shown.folder, shown.id)
    return f"{_source_line(request, shown)}{words(request).t('stop')}{address}"


def _line(request: Request, claim: ClaimCard, is_about: bool = True) -> Line:
    """A claim in words, without markup; not `is_about` leaves out what all lines are about."""
    spoken, lang = words(request), words(request).lang
    passage = nearest_passage(claim)
    about: list[Named | None] = [claim.subject, claim.predicate] if is_about else [claim.status]
    about += [claim.period or claim.fiscal_period, *claim.about]
    by = [getattr(claim.asserter, lang)]
    by += [spoken.day(claim.asserted_on)] if claim.asserted_on else []
    if passage and passage.source.publisher.id != claim.asserter.id:
        by.append(spoken.t("embed-via", who=getattr(passage.source.publisher, lang)))
    return Line(
        figure=claim.words_ja if lang == "ja" else claim.words_en,
        what=" · ".join(getattr(named, lang) for named in about if named),
        by=spoken.t("comma").join(by),
        is_struck=claim.is_rejected,
    )


def _claim_picture(request: Request, shown: _Shown) -> str:
    spoken, claim = words(request), shown.readings[0].claim
    passage, verdict = nearest_passage(claim), shown.verdict
    return claim_svg(
        ClaimPicture(
            verdict=verdict,
            stands=f"{spoken.t(f'sign-{verdict}')} {spoken.t(f'stands-{verdict}')}",
            line=_line(request, claim),
            passage=spoken.t("quoted", words=passage.quote) if passage else "",
            source=_printed_source(request, shown),
            lang=spoken.lang,
        )
    )


def _picture(request: Request, shown: _Shown) -> str:
    """The chart of a series, else the readings as lines."""
    spoken, source = words(request), _printed_source(request, shown)
    if shown.kind == "series" and shown.charts:
        return chart_svg(shown.charts, source, spoken.lang)
    found = shown.conflict
    kick = spoken.t("series-chart")
    if found:
        key = "stands-caution" if found.kind == "caution" else f"res-{found.resolution}"
        kick = f"{spoken.said('kind', found.kind)} · {spoken.t(key)}"
    is_about = not (found and found.key)
    lines = [_line(request, reading.claim, is_about) for reading in shown.readings]
    return lines_svg(kick, shown.title, lines, source, spoken.lang)

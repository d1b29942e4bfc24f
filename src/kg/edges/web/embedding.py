"""What a page says of itself to other pages: its frame, its picture, schema.org."""

from collections.abc import Sequence
from urllib.parse import quote

from fastapi import Request

from kg.edges.web.rendering import words
from kg.edges.web.snapshot_views import reader_of, serving
from kg.outlets.embed.frame import Framed
from kg.outlets.embed.schema_org import (
    Download,
    Node,
    claim_node,
    dataset,
    document,
    people,
    review_node,
    reviewed,
)
from kg.outlets.export import EXPORTERS
from kg.views.record.cards import ClaimCard
from kg.views.record.conflicts import Conflict


def framed(request: Request, kind: str, slug: str, title: str, lang: str = "") -> Framed:
    """How a claim, conflict or series is shown by others, in a language or that of the page."""
    base, lang = str(request.base_url), lang or words(request).lang
    asked = "" if lang == "en" else f"?lang={lang}"
    path = f"embed/{kind}/{quote(slug)}"
    page = f"{base}{path}{asked}"
    return Framed(
        kind=kind,
        id=slug,
        title=title,
        page=page,
        picture=f"{base}{path}.svg{asked}",
        oembed=f"{base}oembed?url={quote(page, safe='')}&format=json",
    )


def claim_title(claim: ClaimCard, lang: str) -> str:
    """What a claim says and of what; what is not accepted says so first."""
    said, subject = getattr(claim, f"words_{lang}"), getattr(claim.subject, lang)
    if not claim.is_accepted:
        said = f"[{getattr(claim.review, lang)}] {said}"
    return f"{said}、{subject}" if lang == "ja" else f"{said}, {subject}"


def full_page(request: Request, folder: str, slug: str) -> str:
    """The whole address of a page, in the language of the request."""
    path = words(request).url(f"{folder}/{quote(slug)}")
    return f"{request.base_url}{path}"


def claim_schema(request: Request, claim: ClaimCard, disputes: Sequence[Conflict]) -> Node:
    """A claim as schema.org has it; with the verdict on it where it was rejected in a conflict."""
    reader, lang = reader_of(request), words(request).lang
    judged = [d for d in disputes if claim in reviewed(d) and claim.review.local == "rejected"]
    persons = people(reader, [claim])
    reviews = [_review(request, claim, dispute) for dispute in judged]
    return document([claim_node(claim, persons, lang), *reviews])


def conflict_schema(request: Request, conflict: Conflict) -> Node:
    """The verdicts of a conflict that is judged for one side; nothing of any other."""
    return document([_review(request, claim, conflict) for claim in reviewed(conflict)])


def _review(request: Request, claim: ClaimCard, conflict: Conflict) -> Node:
    spoken = words(request)
    verdicts = {True: spoken.t("favoured"), False: spoken.t("stands-do-not-print")}
    page = full_page(request, "conflicts", conflict.id)
    persons = people(reader_of(request), [claim])
    return review_node(claim, conflict, page, verdicts, persons, spoken.lang)


def dataset_schema(request: Request) -> Node:
    """The whole record as schema.org has it; nothing of a store that is not the record."""
    state, spoken = serving(request), words(request)
    version = state.store.version
    iri, name = f"{state.names.base}dataset/{version}", spoken.t("site")
    if not any(state.reader.rows(f"SELECT ?title WHERE {{ <{iri}> dct:title ?title }} LIMIT 1")):
        return {}
    files = [
        Download(f"{request.base_url}export/{form.name}", form.media.type)
        for form in EXPORTERS.values()
        if form.is_ready
    ]
    return dataset(iri, name, spoken.t("home-intro"), version, state.as_of, files)

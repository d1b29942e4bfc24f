"""Atom feeds (RFC 4287): of releases and corrections, of one entity, of conflicts."""

from collections.abc import Iterable, Sequence

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.edges.web.rendering import words
from kg.edges.web.snapshot_views import reader_of, serving
from kg.edges.web.versions.change_words import ChangeWords
from kg.edges.web.versions.known_releases import counted, history
from kg.outlets.atom import Entry, Feed
from kg.views.record.corrections import CorrectionNote, corrections
from kg.views.versions.history import Event

router = APIRouter(include_in_schema=False)
_MOST = 200  # entries of one feed: readers ask for all of it each time


@router.get("/changes.atom")
def changes_feed(request: Request) -> Response:
    """The releases, and each correction of a claim."""
    entries = [*_releases(request), *_corrections(request, corrections(reader_of(request)))]
    return _feed(request, f"{serving(request).names.base}dataset", "changes", "/changes", entries)


@router.get("/conflicts.atom")
def conflicts_feed(request: Request) -> Response:
    """What releases changed of conflicts, questions of identity and cautions."""
    known = history(request)
    events = (e for of in known.of.values() for e in of if e.what in ("conflicts", "cautions"))
    iri = f"{serving(request).names.base}dataset#conflicts"
    return _feed(request, iri, "conflicts", "/conflicts", _events(request, events))


@router.get("/entity/{slug:path}.atom")
def entity_feed(request: Request, slug: str) -> Response:
    """What releases changed of one entity: its own words, claims about it and by it, conflicts."""
    state, reader = serving(request), reader_of(request)
    iri = state.find(slug)
    known = state.names.slug(iri)
    title = getattr(reader.named([iri])[iri], words(request).lang)
    about = f"?claim rdf:subject|rdf:object|jsip:assertedBy <{iri}> ."
    claims = {claim.iri for claim in reader.claims(about)}
    noted = [note for note in corrections(reader) if note.claim.iri in claims]
    events = _events(request, history(request).about.get(known, ()))
    entries = [*events, *_corrections(request, noted)]
    return _feed(request, iri, "changes-of", f"/entity/{known}", entries, title)


def _feed(
    request: Request, iri: str, title: str, path: str, entries: Sequence[Entry], of: str = ""
) -> Response:
    """A feed of entries, the newest first; an empty one is of the day of the newest release."""
    base, spoken = str(request.base_url).rstrip("/"), words(request)
    releases = history(request).releases
    made = Feed(
        iri=iri,
        title=f"JSIP{spoken.t('colon')}{spoken.t(title, of=of)}",
        author=spoken.t("changes-author"),
        address=f"{base}{request.url.path}",
        page=f"{base}{path}",
        day=releases[0].day if releases else "",
        entries=sorted(entries, key=lambda entry: entry.day, reverse=True)[:_MOST],
    )
    return Response(made.document(), media_type="application/atom+xml")


def _releases(request: Request) -> list[Entry]:
    base, names = str(request.base_url).rstrip("/"), serving(request).names
    return [
        Entry(
            iri=f"{names.base}dataset/{release.version}",
            title=release.name,
            day=release.day,
            summary=counted(words(request), release),
            page=f"{base}/changes/{release.name}",
        )
        for release in history(request).releases
    ]


def _corrections(request: Request, notes: Iterable[CorrectionNote]) -> list[Entry]:
    base, spoken = str(request.base_url).rstrip("/"), words(request)
    return [
        Entry(
            iri=note.iri,
            title=f"{spoken.t('correction')}{spoken.t('colon')}{getattr(note.claim, spoken.lang)}",
            day=note.on,
            summary=getattr(note.what, spoken.lang),
            page=f"{base}/claims/{note.claim.id}",
        )
        for note in notes
    ]


def _events(request: Request, events: Iterable[Event]) -> list[Entry]:
    found = sorted(events, key=lambda event: event.release.order, reverse=True)[:_MOST]
    shown = ChangeWords(request, [event.change for event in found])
    return [_entry(request, event, shown) for event in found]


def _entry(request: Request, event: Event, shown: ChangeWords) -> Entry:
    spoken, change = words(request), event.change
    japanese = spoken.lang == "ja"
    how = f"{spoken.t(f'changes-{event.what}')} {spoken.t(f'changes-{event.how}')}"
    version = f"{serving(request).names.base}dataset/{event.release.version}"
    return Entry(
        iri=f"{version}#{event.how}-{change.id}{f'-{change.by}' if change.by else ''}",
        title=f"{how}{spoken.t('colon')}{change.label[japanese]}",
        day=event.release.day,
        summary=shown.sentence(change) or event.release.name,
        page=f"{str(request.base_url).rstrip('/')}{event.path}",
    )

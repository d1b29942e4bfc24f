"""The releases that the server knows, and what they tell of one thing."""

from pathlib import Path

from fastapi import Request
from starlette.responses import Response

from kg.core.bundle import find_bundle
from kg.core.errors import UnknownName
from kg.edges.web.rendering import Words, page
from kg.edges.web.snapshot_views import serving
from kg.edges.web.versions.change_words import ChangeWords
from kg.views.versions.history import History, history_of
from kg.views.versions.releases import Release


def history(request: Request) -> History:
    """Every release that the server knows, the newest first, and what each changed."""
    return history_of(releases_folder_of(request), serving(request).store.version)


def releases_folder_of(request: Request) -> Path | None:
    """Where the files of releases are; None where there are none."""
    return serving(request).settings.releases or find_bundle().releases


def files_here(request: Request, release: Release) -> list[str]:
    """The names of a release's files that are on this machine."""
    folder = release.folder_below(releases_folder_of(request))
    return [f.name for f in release.files if folder and (folder / f.name).is_file()]


def release_at(request: Request, name: str) -> Release | None:
    """The release of a name or of a version; None where there is none."""
    return next((r for r in history(request).releases if name in (r.name, r.version)), None)


def counted(spoken: Words, release: Release) -> str:
    """One sentence on how much a release changed."""
    if not release.changes:
        return spoken.t("changes-first")
    parts = (
        f"{spoken.t(f'changes-{what}')} {spoken.t(f'changes-{how}')} {number}"
        for what, lists in release.counts.items()
        for how, number in lists.items()
        if number
    )
    return spoken.t("comma").join(parts) or spoken.t("changes-none")


def withdrawn(request: Request, what: str, slug: str, error: UnknownName | None = None) -> Response:
    """The page of what was withdrawn: which release did it, what it was, where that is kept.

    An address that was cited must not end in nothing. Raises the error where it never was.
    """
    found = history(request)
    event = found.withdrawn(what, slug)
    if event is None:
        raise error or UnknownName(what, slug, [])
    events = found.of[slug]
    return page(
        request,
        "withdrawn.html",
        event=event,
        events=events,
        kept=found.before(event.release),
        iri=serving(request).names.id(slug),
        shown=ChangeWords(request, [one.change for one in events]),
    )

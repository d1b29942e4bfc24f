"""Releases of the record: the list, what each changed, and a feed of them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from kg.core.bundle import find_bundle
from kg.core.errors import UnknownName
from kg.edges.web.rendering import page, words
from kg.edges.web.snapshot_views import serving
from kg.outlets.atom import Entry, Feed
from kg.views.versions.changes import read_changes
from kg.views.versions.releases import Release, releases_of
from kg.views.versions.words import value_text

router = APIRouter(include_in_schema=False)
_MOST = 200  # changes of one list on a page; its JSON has all


def releases(request: Request) -> list[Release]:
    """Every release that the server knows, the newest first."""
    state = serving(request)
    return releases_of(state.settings.releases or find_bundle().releases, state.store.version)


def release_at(request: Request, name: str) -> Release | None:
    """The release of a name or of a version; None where there is none."""
    return next((r for r in releases(request) if name in (r.name, r.version)), None)


@router.get("/changes")
def all_changes(request: Request, format: Annotated[str, Query(max_length=10)] = "") -> Response:
    """Every release: its day, what it holds, how much it changed."""
    found = releases(request)
    if format == "json":
        return JSONResponse({"releases": [release.brief() for release in found]})
    served = serving(request).store.version
    current = next((release for release in found if release.version == served), None)
    return page(request, "changes.html", releases=found, current=current)


@router.get("/changes.atom")
def feed(request: Request) -> Response:
    """The releases as an Atom feed (RFC 4287)."""
    base, names = str(request.base_url).rstrip("/"), serving(request).names
    spoken = words(request)
    entries = [
        Entry(
            iri=f"{names.base}dataset/{release.version}",
            title=release.name,
            day=release.day,
            summary=_counted(request, release),
            page=f"{base}/changes/{release.name}",
        )
        for release in releases(request)
    ]
    title, author = spoken.t("changes"), spoken.t("changes-author")
    addresses = f"{base}/changes.atom", f"{base}/changes"
    made = Feed(f"{names.base}dataset", title, author, *addresses, entries)
    return Response(made.document(), media_type="application/atom+xml")


def _counted(request: Request, release: Release) -> str:
    """One sentence on how much changed."""
    spoken = words(request)
    if not release.changes:
        return spoken.t("changes-first")
    parts = (
        f"{spoken.t(f'changes-{what}')} {spoken.t(f'changes-{how}')} {number}"
        for what, lists in release.counts.items()
        for how, number in lists.items()
        if number
    )
    return spoken.t("comma").join(parts) or spoken.t("changes-none")


@router.get("/changes/{name}")
def one_release(
    request: Request, name: str, format: Annotated[str, Query(max_length=10)] = ""
) -> Response:
    """What a release was, where it is kept, how to get it, and what it changed."""
    release = release_at(request, name)
    if release is None:
        raise UnknownName("release", name, [known.name for known in releases(request)])
    if release.name != name:
        return RedirectResponse(words(request).url(f"/changes/{release.name}"), status_code=303)
    if format == "json":
        return JSONResponse(release.summary())
    changes = read_changes(release.changes) if release.changes else None
    return page(
        request,
        "change.html",
        release=release,
        iri=f"{serving(request).names.base}dataset/{release.version}",
        most=_MOST,
        lists=list(changes.filled()) if changes else [],
        is_served=release.version == serving(request).store.version,
        shown=value_text,
    )

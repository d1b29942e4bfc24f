"""Releases of the record: the list, and what each changed."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from kg.core.errors import UnknownName
from kg.edges.web.rendering import page, words
from kg.edges.web.snapshot_views import reader_of, serving
from kg.edges.web.versions.change_words import ChangeWords
from kg.edges.web.versions.known_releases import counted, files_here, history, release_at
from kg.views.record.corrections import corrections
from kg.views.versions.changes import read_changes

router = APIRouter(include_in_schema=False)
_MOST, _MOST_NOTED = 60, 200  # changes of one list, corrections on a page; the JSON has all
Format = Annotated[str, Query(max_length=10)]


@router.get("/changes")
def all_changes(
    request: Request, format: Format = "", since: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """Every release, or those after the one of a name or version, and all corrections."""
    known = history(request)
    found = known.since(since) if since else known.releases
    if format == "json":
        return JSONResponse({"releases": [release.brief() for release in found]})
    served = serving(request).store.version
    current = next((release for release in known.releases if release.version == served), None)
    noted = corrections(reader_of(request))
    return page(
        request,
        "changes.html",
        releases=found,
        current=current,
        since=since,
        counted=partial(counted, words(request)),
        corrections=noted[:_MOST_NOTED],
        noted=len(noted),
    )


@router.get("/changes/{name}")
def one_release(request: Request, name: str, format: Format = "") -> Response:
    """What a release was, where it is kept, how to get it, and what it changed."""
    release = release_at(request, name)
    if release is None:
        raise UnknownName("release", name, [known.name for known in history(request).releases])
    if release.name != name:
        return RedirectResponse(words(request).url(f"/changes/{release.name}"), status_code=303)
    if format == "json":
        return JSONResponse(release.summary())
    changes = read_changes(release.changes) if release.changes else None
    lists = list(changes.filled()) if changes else []
    return page(
        request,
        "change.html",
        release=release,
        iri=f"{serving(request).names.base}dataset/{release.version}",
        most=_MOST,
        at_hand=files_here(request, release),
        lists=lists,
        is_served=release.version == serving(request).store.version,
        shown=ChangeWords(request, [change for *_, found in lists for change in found]),
    )

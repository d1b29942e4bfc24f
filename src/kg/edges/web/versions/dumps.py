"""Dumps of the whole record with checksums: of what is served, and of releases that are here."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from starlette.responses import FileResponse, Response

from kg.core.errors import KgError, UnknownName
from kg.edges.web.computed import Computed
from kg.edges.web.rendering import page
from kg.edges.web.snapshot_views import serving
from kg.edges.web.versions.known_releases import (
    files_here,
    history,
    release_at,
    releases_folder_of,
)
from kg.outlets.release.dumps import LOSSLESS, dump_name

router = APIRouter(include_in_schema=False)
_SUMS = "SHA256SUMS"
_NO_VERSION = "This store has no version, so it has no dumps. Use /export/nquads or /export/trig."
Name = Annotated[str, InPath(max_length=100)]


@router.get("/dumps")
@router.get("/dumps/")
def dumps(request: Request) -> Response:
    """What can be downloaded whole, with checksums, and what each release is kept as."""
    name = _served_name(request)
    return page(
        request,
        "dumps.html",
        served=name,
        files=[dump_name(name, form) for form in LOSSLESS] if name else [],
        releases=[(release, files_here(request, release)) for release in history(request).releases],
    )


@router.get("/dumps/{file}")
def dump(request: Request, file: Name) -> Response:
    """One dump of what is served, or the checksums of all."""
    name = _served_name(request)
    if not name:
        raise KgError(_NO_VERSION)
    forms = {dump_name(name, form): form for form in LOSSLESS}
    if file == _SUMS:
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        return Computed("checksums", headers, _SUMS, name=name)
    if file not in forms:
        raise UnknownName("dump", file, [*forms, _SUMS])
    headers = {
        "Content-Type": "application/gzip",
        "Content-Disposition": f'attachment; filename="{file}"',
    }
    return Computed("dump", headers, file, form=forms[file])


@router.get("/dumps/{name}/{file}")
def released_file(request: Request, name: Name, file: Name) -> Response:
    """One file of a release's bundle, where the bundle lies beside its record."""
    release = release_at(request, name)
    if release is None:
        raise UnknownName("release", name, [one.name for one in history(request).releases])
    here = files_here(request, release)
    if file not in here:
        raise UnknownName(f"file of release {release.name} that is here", file, here)
    folder = release.folder_below(releases_folder_of(request))
    assert folder is not None
    release.checked(folder / file)
    return FileResponse(folder / file, filename=file)


def _served_name(request: Request) -> str:
    """The name of the release that is served, else its version, short; empty without one."""
    version = serving(request).store.version
    release = release_at(request, version) if version else None
    return release.name if release else version[:12]

"""The pages of the guide: the list, and one document."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from kg.core.errors import UnknownName
from kg.edges.web.guide.documents import documents, text_of
from kg.edges.web.guide.markdown import html
from kg.edges.web.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/guide")
def guide(request: Request) -> Response:
    """What there is to read, in reading order."""
    return page(request, "guide.html", document=None, documents=documents())


@router.get("/guide/{slug}")
def document(request: Request, slug: Annotated[str, Path(max_length=100)]) -> Response:
    """One document of the guide."""
    if slug not in documents():
        raise UnknownName("page of the guide", slug, documents())
    found = documents()[slug]
    return page(
        request, "guide.html", document=found, documents=documents(), text=html(text_of(found))
    )


@router.get("/guide/")
def guide_with_slash(request: Request) -> Response:
    """Leads to the list."""
    return RedirectResponse("/guide", status_code=308)

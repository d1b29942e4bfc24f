"""An own thing as an entry for reference managers, to download."""

from fastapi import Request
from starlette.responses import Response

from kg.core.errors import UnknownName
from kg.edges.web.snapshot_views import serving
from kg.outlets.references import FORMS, Reference
from kg.views.record.plain_values import is_when


def as_reference(request: Request, form: str, slug: str, title: str, iri: str = "") -> Response:
    """An own thing as an entry for reference managers; raises UnknownName for another form."""
    if form not in FORMS:
        raise UnknownName("form", form, FORMS)
    state = serving(request)
    kind, write = FORMS[form]
    version = state.store.version
    day = state.as_of if is_when(state.as_of) else ""  # of a store of somebody else anything
    name = slug.replace("/", "-")
    ref = Reference(name, title, "JSIP", iri or state.names.id(slug), version, day)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(write(ref), media_type=f"{kind}; charset=utf-8", headers=headers)

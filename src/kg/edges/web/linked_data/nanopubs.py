"""`/np/{code}`: the nanopublication of a claim, found by its trusty URI (Trusty URIs, §2).

A code cannot be reckoned back to a claim, so all nanopublications of what is served are written
once, as for `/export/nanopub`, and the one that bears the code is cut out of them.
"""

import asyncio
import os
from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from pyoxigraph import RdfFormat, parse, serialize
from starlette.responses import Response

from kg.core.errors import Refusal
from kg.core.media import JSONLD, NQUADS, TRIG, MediaType, best
from kg.edges.web.answers.cell import page_of
from kg.edges.web.computed import Computed, Computing, KeptFile
from kg.edges.web.linked_data.dereferencing import HTML
from kg.server.exchange import HttpExchange
from kg.server.spooling import spooled

router = APIRouter(include_in_schema=False)
OFFERS: Final = (TRIG, NQUADS, JSONLD, HTML)
_FORMATS = {"nq": RdfFormat.N_QUADS, "jsonld": RdfFormat.JSON_LD}
_BY_SUFFIX = {offer.suffix: offer for offer in OFFERS}


@router.get("/np/{code}")
def nanopublication(
    request: Request, code: Annotated[str, Path(pattern=r"^[A-Za-z0-9_.-]{1,100}$")]
) -> Response:
    """303 by Accept; with a suffix, the quads themselves, or for people the page of the claim."""
    bare, _, suffix = code.partition(".")
    if suffix in _BY_SUFFIX:
        return OneNanopublication(bare, _BY_SUFFIX[suffix])
    offer = best(request.headers.get("accept"), OFFERS)
    if offer is None:
        types = ", ".join(offer.type for offer in OFFERS)
        raise Refusal(406, "Not acceptable", f"/np/{code} is to be had as {types}.")
    return OneNanopublication(code, offer, to=f"/np/{code}.{offer.suffix}")


class OneNanopublication(Computed):
    """One of the nanopublications that the export writes; with `to`, a redirection there."""

    def __init__(self, code: str, offer: MediaType, to: str = "") -> None:
        super().__init__("export", {}, "nanopub", form="nanopub", entity="", hops=1)
        self._code, self._offer, self._to = code, offer, to

    async def _send(self, exchange: HttpExchange, begin: Callable[[], Computing]) -> None:
        async with spooled(begin()) as answer:
            written = b"".join([piece async for piece in answer.pieces()])
        await self._answer(exchange, written)

    async def _send_kept(self, exchange: HttpExchange, kept: KeptFile) -> None:
        async with kept.held() as file:
            size = os.fstat(file.fileno()).st_size
            written = await asyncio.to_thread(os.pread, file.fileno(), size, 0)
        await self._answer(exchange, written)

    async def _answer(self, exchange: HttpExchange, written: bytes) -> None:
        slug, trig = self._found(written)
        to = self._to or (page_of(slug) if self._offer == HTML else "")
        if to:
            await exchange.respond(303, {"Location": to, "Content-Length": "0"}, b"")
            return
        body = self._as_asked(trig)
        fields = {"Content-Type": self._offer.header, "Content-Length": str(len(body))}
        await exchange.respond(200, fields, body)

    def _found(self, written: bytes) -> tuple[str, bytes]:
        """The slug of the claim and the block of the nanopublication; raises a 404."""
        place = written.find(f"np/{self._code}#Head>".encode())
        if place < 0:
            raise Refusal(
                404,
                "No such nanopublication",
                f"No nanopublication of this version has the code {self._code}: a claim that "
                "changes gets another one. /export/nanopub has all, /changes what changed.",
            )
        start = written.rfind(b"\n\n", 0, place) + 1
        end = written.find(b"\n\n", place)
        block = written[start : end + 1 if end >= 0 else None].lstrip()
        slug = next(line[2:] for line in block.splitlines() if line.startswith(b"# "))
        return slug.decode(), block

    def _as_asked(self, trig: bytes) -> bytes:
        form = _FORMATS.get(self._offer.suffix)
        return serialize(parse(trig, RdfFormat.TRIG), format=form) or b"" if form else trig

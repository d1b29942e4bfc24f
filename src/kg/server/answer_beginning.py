"""The beginning of an answer to anybody's query, as much as a page shows."""

from dataclasses import dataclass

from kg.server.exchange import Sent

SHOWN = "kg.shown"  # of an ASGI scope: the Shown of a query, or the Refusal instead
MOST = 500  # rows
_MOST_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Shown:
    """Lines of SPARQL TSV or N-Triples, and whether there are more of them."""

    kind: str
    lines: bytes
    is_cut: bool


async def beginning(answer: Sent) -> Shown:
    """As many whole lines of an answer as a page shows; raises Failure."""
    body, most = bytearray(), MOST + (answer.kind == "results")
    async for piece in answer.pieces():
        body += piece
        if body.count(b"\n") > most or len(body) > _MOST_BYTES:
            whole = bytes(body).split(b"\n")[:-1][:most]
            return Shown(answer.kind, b"".join(line + b"\n" for line in whole), True)
    return Shown(answer.kind, bytes(body), False)

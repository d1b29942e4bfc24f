"""Another SPARQL 1.1 engine that answers instead of workers of our own (SPARQL 1.1 Protocol).

It is asked for exactly the formats that the client wants; its answer is passed on as it comes.
Only its operator's address is ever asked, never one that a query names.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx2

from kg.core.media import GRAPH_OFFERS, GRAPHS, RESULT_OFFERS, RESULTS
from kg.store.workers import Failure, Limits, Question

logging.getLogger("httpx2").setLevel(logging.WARNING)  # it tells of every request
_TYPES = {media.name: media.type for media in (*RESULTS, *GRAPHS)}
_RESULTS = frozenset(media.type for media in RESULT_OFFERS)
_GRAPHS = frozenset(media.type for media in GRAPH_OFFERS) - _RESULTS
_PIECE = 65536
_TOLD = 400  # characters of what the other engine says of an error


class RemoteAnswer:
    """One answer on its way from the other engine."""

    def __init__(self, kind: str, response: httpx2.Response, most: int) -> None:
        self.kind, self._response, self._most = kind, response, most
        self.length: int | None = None

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body as it comes; raises Failure where it breaks off or is too large."""
        taken = 0
        try:
            async for piece in self._response.aiter_bytes(_PIECE):
                taken += len(piece)
                if taken > self._most:
                    raise Failure("size", str(self._most))
                yield piece
        except httpx2.HTTPError as error:
            raise Failure("upstream", f"its answer broke off: {error}") from error


class Remote:
    """An engine at an address: `start`, then `ask` as often as you like, then `close`."""

    def __init__(self, url: str, limits: Limits | None = None) -> None:
        self.url, self.limits = url, limits or Limits()
        self._more: Mapping[str, str] = {}
        self._slots = asyncio.Semaphore(self.limits.workers * 4)
        self._waiting = 0

    async def start(self) -> None:
        """Makes sure that it answers over the union of its graphs; raises Failure."""
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=32)
        self._client = httpx2.AsyncClient(
            timeout=None, limits=limits, trust_env=False, follow_redirects=False
        )
        for more in ({}, {"union-default-graph": ""}):  # the second is Oxigraph's own
            self._more = more
            if await self._says("ASK { ?s ?p ?o }"):
                return
        if await self._says("ASK { GRAPH ?g { ?s ?p ?o } }"):
            raise Failure("upstream", "its default graph is not the union of its graphs")

    async def _says(self, query: str) -> bool:
        async with self.ask(Question(query, results="json", graph=None)) as answer:
            return b"true" in b"".join([piece async for piece in answer.pieces()])

    async def close(self, patience: float = 5.0) -> None:
        """Ends all connections."""
        await self._client.aclose()

    @asynccontextmanager
    async def ask(self, question: Question) -> AsyncIterator[RemoteAnswer]:
        """One answer within the time limit; leaving early ends the request. Raises Failure."""
        limit = min(question.timeout or self.limits.timeout_s, self.limits.timeout_s)
        if self._slots.locked() and self._waiting >= self.limits.queue:
            raise Failure("busy")
        self._waiting += 1
        try:
            async with (
                asyncio.timeout(limit),
                self._slots,
                self._client.stream(
                    "POST", self.url, data=self._form(question), headers=self._accept(question)
                ) as response,
            ):
                yield RemoteAnswer(
                    await _kind(response, question), response, self.limits.answer_bytes
                )
        except TimeoutError:
            raise Failure("overrun", f"{limit:g}") from None
        except httpx2.HTTPError as error:
            raise Failure("upstream", f"it cannot be asked: {error}") from error
        finally:
            self._waiting -= 1

    def _form(self, question: Question) -> dict[str, str | list[str]]:
        form: dict[str, str | list[str]] = {"query": question.query, **self._more}
        if not question.union:
            form.pop("union-default-graph", None)
        if question.default_graphs:
            form["default-graph-uri"] = list(question.default_graphs)
        if question.named_graphs:
            form["named-graph-uri"] = list(question.named_graphs)
        return form

    @staticmethod
    def _accept(question: Question) -> dict[str, str]:
        wanted = (question.results, question.graph)
        return {"Accept": ", ".join(_TYPES[name] for name in wanted if name)}


async def _kind(response: httpx2.Response, question: Question) -> str:
    """What the answer is; raises Failure where it is none, or not of the type asked for."""
    if response.status_code != 200:
        text = (await response.aread()).decode("utf-8", "replace").strip()[:_TOLD]
        kinds = {400: "syntax", 403: "outside", 406: "type", 503: "busy"}
        found = kinds.get(response.status_code)
        if found == "syntax":
            raise Failure("query", text or "the other engine refuses it")
        if found == "type":
            raise Failure("type", "graph" if question.results is None else "results")
        if found == "busy":
            raise Failure("busy")
        raise Failure("upstream", f"it answers {response.status_code}: {text}")
    given = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given in _RESULTS and question.results:
        return "results"
    if given in _GRAPHS and question.graph:
        return "graph"
    raise Failure("type", "graph" if given in _GRAPHS else "results")

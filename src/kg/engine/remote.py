"""Another SPARQL 1.1 engine that answers instead of workers of our own (SPARQL 1.1 Protocol).

It is asked for exactly the formats that the client wants; its answer is passed on as it comes.
Only its operator's address is ever asked, never one that a query names. An engine that deviates
from the standard has a module of its own, such as `virtuoso`.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

import httpx2

from kg.core.media import GRAPH_OFFERS, GRAPHS, RESULT_OFFERS, RESULTS
from kg.engine import virtuoso
from kg.engine.pool import EngineRequest, Failure, Limits
from kg.engine.slots import Slots
from kg.sparql.guard import CheckedQuery, guard

logging.getLogger("httpx2").setLevel(logging.WARNING)  # it tells of every request
_TYPES = {media.name: media.type for media in (*RESULTS, *GRAPHS)}
_RESULTS = frozenset(media.type for media in RESULT_OFFERS)
_GRAPHS = frozenset(media.type for media in GRAPH_OFFERS) - _RESULTS
_PIECE = 65536
_QUICK = 10_000  # characters that are looked through on the event loop itself
_OUT_OF_TIME = re.compile(
    r"tim(?:ed?|ing)[ -]?out|time[ -]?limit|limit of (?:execution )?time|deadline exceeded|"
    r"took too long|"
    r"exceeded\b.{0,40}\btime|time\b.{0,40}\bexceeded",
    re.IGNORECASE,
)
_NOT_UNION = (
    "its default graph is not the union of its graphs; have it be that "
    "(Fuseki: tdb2:unionDefaultGraph true in the description of the dataset)"
)
_TOLD = 400  # characters of what the other engine says of an error


class RemoteAnswer:
    """One answer on its way from the other engine."""

    def __init__(self, kind: str, response: httpx2.Response, most: int) -> None:
        self.kind, self._response, self._most = kind, response, most
        self.headers = response.headers
        self.is_repeatable = True
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


class WrittenAnew:
    """An answer that had to be read to its end, in the format that the client wants."""

    def __init__(self, kind: str, file: BinaryIO) -> None:
        self.kind, self._file = kind, file
        self.is_repeatable = True
        self.length: int | None = file.seek(0, 2)
        file.seek(0)

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body."""
        with self._file:
            while piece := self._file.read(_PIECE):
                yield piece


class Remote:
    """An engine at an address: `start`, then `ask` as often as you like, then `close`."""

    def __init__(self, url: str, limits: Limits | None = None) -> None:
        self.url, self.limits = url, limits or Limits()
        self._more: Mapping[str, str] = {}
        self._is_virtuoso = False
        at_once, seconds = self.limits.workers * 4, 2 * self.limits.timeout_s
        self._slots = Slots(at_once, self.limits.queue, seconds)

    async def start(self) -> None:
        """Makes sure that it answers over the union of its graphs; raises Failure."""
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=32)
        self._client = httpx2.AsyncClient(
            timeout=None, limits=limits, trust_env=False, follow_redirects=False
        )
        self._is_virtuoso = virtuoso.is_virtuoso(await self._server())
        for more in ({}, {"union-default-graph": ""}):  # the second is Oxigraph's own
            self._more = more
            if await self._says("ASK { ?s ?p ?o }"):
                return
        if await self._says("ASK { GRAPH ?g { ?s ?p ?o } }"):
            raise Failure("upstream", _NOT_UNION)

    async def _server(self) -> str:
        """What the engine calls itself; raises Failure."""
        try:
            async with asyncio.timeout(self.limits.timeout_s):
                answer = await self._client.post(self.url, data={"query": "ASK {}"})
        except (TimeoutError, httpx2.HTTPError) as error:
            raise Failure("upstream", f"it cannot be asked: {error}") from error
        return str(answer.headers.get("server", ""))

    async def _says(self, query: str) -> bool:
        async with self.ask(EngineRequest(query, results="json", graph=None)) as answer:
            return b"true" in b"".join([piece async for piece in answer.pieces()])

    async def close(self, patience: float = 5.0) -> None:
        """Ends all connections."""
        await self._client.aclose()

    @asynccontextmanager
    async def ask(self, question: EngineRequest) -> AsyncIterator[RemoteAnswer | WrittenAnew]:
        """One answer within the time limit; leaving early ends the request.

        Raises Failure, and Refusal for what is never asked.
        """
        limit = min(question.timeout or self.limits.timeout_s, self.limits.timeout_s)
        guarded = await _guarded(question.query)
        asked = replace(question, query=guarded.text)
        asked = replace(asked, union=asked.union and not guarded.names_dataset)
        sent = virtuoso.asked(asked) if self._is_virtuoso else asked
        async with self._slots.taken():
            try:
                async with (
                    asyncio.timeout(limit),
                    self._client.stream(
                        "POST", self.url, data=self._form(sent), headers=self._accept(sent)
                    ) as response,
                ):
                    kind = await _kind(response, sent)
                    answer = RemoteAnswer(kind, response, self.limits.answer_bytes)
                    whole = await _anew(answer, question) if self._is_virtuoso else answer
                    whole.is_repeatable = guarded.repeatable
                    yield whole
            except TimeoutError:
                raise Failure("overrun", f"{limit:g}") from None
            except httpx2.HTTPError as error:
                raise Failure("upstream", f"it cannot be asked: {error}") from error

    def _form(self, question: EngineRequest) -> dict[str, str | list[str]]:
        form: dict[str, str | list[str]] = {"query": question.query, **self._more}
        if not question.union:
            form.pop("union-default-graph", None)
        if question.default_graphs:
            form["default-graph-uri"] = list(question.default_graphs)
        if question.named_graphs:
            form["named-graph-uri"] = list(question.named_graphs)
        return form

    @staticmethod
    def _accept(question: EngineRequest) -> dict[str, str]:
        wanted = (question.results, question.graph)
        return {"Accept": ", ".join(_TYPES[name] for name in wanted if name)}


async def _anew(answer: RemoteAnswer, question: EngineRequest) -> WrittenAnew:
    """The answer of an engine whose own formats will not do; raises Failure."""
    virtuoso.refuse_part(answer.headers)
    form = question.graph if answer.kind == "graph" else question.results
    assert form
    with SpooledTemporaryFile(max_size=virtuoso.IN_MEMORY) as body:
        async for piece in answer.pieces():
            body.write(piece)
        body.seek(0)
        file = cast("BinaryIO", body)
        return WrittenAnew(
            answer.kind, await asyncio.to_thread(virtuoso.written_anew, file, answer.kind, form)
        )


async def _kind(response: httpx2.Response, question: EngineRequest) -> str:
    """What the answer is; raises Failure where it is none, or not of the type asked for."""
    if response.status_code != 200:
        text = (await response.aread()).decode("utf-8", "replace").strip()[:_TOLD]
        raise _failure(response, text, question)
    given = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given in _RESULTS and question.results:
        return "results"
    if given in _GRAPHS and question.graph:
        return "graph"
    raise Failure("type", "graph" if given in _GRAPHS else "results")


def _failure(response: httpx2.Response, text: str, question: EngineRequest) -> Failure:
    """What a refusal of the other engine means; they tell of their time limits in many ways."""
    status = response.status_code
    if status in (408, 504) or (status in (429, 500, 503) and _OUT_OF_TIME.search(text)):
        return Failure("stopped", text.partition("\n")[0].rstrip(".") or f"status {status}")
    if status == 400 or virtuoso.is_of_the_query(text):
        text = text.partition("\n\nSPARQL query:")[0]
        return Failure("query", text.rstrip(".") or "the other engine refuses it")
    if status == 403 and "SERVICE" in text:  # else the engine does not let us in
        return Failure("outside", text)
    if status == 406:
        return Failure("type", "graph" if question.results is None else "results")
    if status in (429, 503):
        delay = response.headers.get("retry-after", "")
        return Failure("busy", delay if delay.isdecimal() else "")
    return Failure("upstream", f"it answers {status}: {text}")


async def _guarded(query: str) -> CheckedQuery:
    """The query as another engine may see it; a long one is read beside everything else."""
    if len(query) > _QUICK:
        return await asyncio.to_thread(guard, query)
    return guard(query)

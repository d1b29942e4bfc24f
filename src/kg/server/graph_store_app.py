"""/store: SPARQL 1.1 Graph Store HTTP Protocol, section 5."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from kg.core.errors import Refusal
from kg.core.media import GRAPH_OFFERS, GRAPHS, best, shortcut
from kg.engine.pool import EngineRequest, Failure
from kg.server.active_snapshot import ActiveSnapshot
from kg.server.change_request import Change
from kg.server.protocol.content_coding import CODINGS, coding
from kg.server.protocol.problems import refusal_for
from kg.server.protocol.request import content_type, decode_form, not_acceptable, text_of
from kg.server.protocol.response_cache import etag, is_known
from kg.server.protocol.update_request import (
    MULTIPART,
    UPDATE,
    condition,
    graph_named,
    parts_of,
    triples_type,
    unsupported,
)
from kg.server.spooling import spooled

_STORE_METHODS = "GET, HEAD, PUT, POST, DELETE, PATCH, OPTIONS"
_READS = ("GET", "HEAD")


class GraphExchange(Change):
    """SPARQL 1.1 Graph Store HTTP Protocol, section 5."""

    methods = _STORE_METHODS

    async def answer(self) -> None:
        """Reads or changes one graph."""
        pairs = decode_form(self.scope["query_string"])
        self._pairs = pairs
        graph = graph_named(pairs, self.scope["path"], self.site)
        verbs: dict[str, Callable[[str], Awaitable[None]]] = {
            "PUT": self._put, "POST": self._post, "DELETE": self._delete, "PATCH": self._patch,
        }  # fmt: skip
        if self.method == "OPTIONS":
            await self.options()
        elif graph is None and self.method != "POST":
            self.method in _READS or self.admitted()
            detail = "Name the graph with ?graph=IRI, or ask for ?default."
            raise Refusal(400, "No graph", detail)
        elif self.method in _READS:
            await self._get(graph or "")
        else:
            self._changes = self.admitted()
            if graph is None:
                graph = f"{self.site}/store/{uuid4()}"
                self._created = graph
            await verbs[self.method](graph)

    _created = ""

    async def _get(self, graph: str) -> None:
        chosen = self._form()
        if chosen is None:
            raise not_acceptable(GRAPHS, "a graph")
        served, encoding = self.app.served(), coding(self.headers.get("accept-encoding"), CODINGS)
        if not await _exists(served, graph):
            raise Refusal(404, "No such graph", f"There is no graph <{graph}> in this store.")
        tag = _tag(served, graph, chosen.type, encoding)
        headers = {"ETag": tag, "Cache-Control": "no-cache", "Content-Type": chosen.header}
        if is_known(self.headers.get("if-none-match"), tag):
            await self.respond(304, headers)
            return
        where = f"GRAPH <{graph}> {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
        question = EngineRequest(
            f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {where} }}",
            union=served.union and not graph,
            results=None,
            graph=chosen.name,
            only_head=self.method == "HEAD",
            folder=served.folder,
        )
        await self.unless_hung_up(self._sent(served, question, headers, encoding))

    async def _sent(
        self,
        served: ActiveSnapshot,
        question: EngineRequest,
        headers: Mapping[str, str],
        encoding: str,
    ) -> None:
        try:
            async with spooled(served.pool.ask(question)) as answer:
                await self.stream(answer, headers, encoding)
        except Failure as failure:
            raise refusal_for(failure.kind, failure.detail) from None

    def _form(self) -> Any:
        for known in (shortcut(value) for key, value in self._pairs if key == "format"):
            if known is not None:
                return known[1]
        return best(self.headers.get("accept"), GRAPH_OFFERS)

    async def _change(self, op: str, graph: str, body: bytes = b"", **said: Any) -> Any:
        """Does a change of one graph under the condition of the request; raises 412.

        The writer judges it between two changes (RFC 9110, section 13.2.1). Here only the tags
        are read, of the state that is served when all of the request has come.
        """
        served = self.app.served()
        tags = {
            _tag(served, graph, offer.type, encoding)
            for offer in GRAPH_OFFERS
            for encoding in ("identity", *CODINGS)
        }
        given = condition(self.headers, served.version, tags)
        base = graph or self.site + "/store"
        return await self._changes.change(
            op, body, graph=graph, base=base, match=given.match, none=given.none, **said
        )

    async def _put(self, graph: str) -> None:
        parts, body = await self._triples()
        await self._done(graph, await self._change("put", graph, body, parts=parts))

    async def _post(self, graph: str) -> None:
        parts, body = await self._triples()
        await self._done(graph, await self._change("post", graph, body, parts=parts))

    async def _delete(self, graph: str) -> None:
        await self._done(graph, await self._change("delete", graph))

    async def _patch(self, graph: str) -> None:
        if content_type(self.headers.get("content-type")) != UPDATE:
            raise unsupported(f"A graph is patched with {UPDATE}.")
        text = text_of(await self.plain_body(), "body")
        await self._done(graph, await self._change("patch", graph, text.encode()))

    async def _triples(self) -> tuple[list[tuple[str, int]], bytes]:
        """The formats and sizes of the body's parts, and the parts in one."""
        header = self.headers.get("content-type")
        body = await self.plain_body()
        if content_type(header) == MULTIPART:
            files = parts_of(header or "", body)
            return [(m.name, len(part)) for m, part in files], b"".join(p for _, p in files)
        return [(triples_type(header).name, len(body))], body

    async def _done(self, graph: str, done: Mapping[str, Any]) -> None:
        """201 with the address of what is new (RFC 9110, section 15.3.2), else 204."""
        headers = {"Cache-Control": "no-store"}
        if self._created:
            headers["Location"] = self._created
        elif done.get("created"):
            headers["Location"] = f"/store?graph={quote(graph, safe='')}"
        await self.respond(201 if "Location" in headers else 204, headers)


def _tag(served: ActiveSnapshot, graph: str, kind: str, encoding: str) -> str:
    return etag(served.version, ("graph", graph, kind), encoding)


async def _exists(served: ActiveSnapshot, graph: str) -> bool:
    if not graph:
        return True
    ask = EngineRequest(
        f"ASK {{ GRAPH <{graph}> {{}} }}", union=False, results="csv", folder=served.folder
    )
    try:
        async with served.pool.ask(ask) as answer:
            return b"".join([piece async for piece in answer.pieces()]) == b"true"
    except Failure as failure:
        raise refusal_for(failure.kind, failure.detail) from None

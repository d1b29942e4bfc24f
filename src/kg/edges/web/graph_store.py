"""/store: SPARQL 1.1 Graph Store HTTP Protocol, section 5."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from kg.core.errors import Refusal
from kg.core.media import GRAPH_OFFERS, GRAPHS, best, shortcut
from kg.edges.web.changes import Change
from kg.edges.web.served import Served
from kg.outlets.protocol.caching import etag, is_known
from kg.outlets.protocol.coding import CODINGS, coding
from kg.outlets.protocol.failures import refusal_for
from kg.outlets.protocol.request import content_type, decode_form, not_acceptable, text_of
from kg.outlets.protocol.writing import (
    MULTIPART,
    UPDATE,
    graph_named,
    parts_of,
    triples_type,
    unsupported,
)
from kg.store.workers import Failure, Question

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
            await self._unless_changed(graph)
            await verbs[self.method](graph)

    _created = ""

    async def _get(self, graph: str) -> None:
        chosen = self._form()
        if chosen is None:
            raise not_acceptable(GRAPHS, "a graph")
        served, encoding = self.app.served(), coding(self.headers.get("accept-encoding"), CODINGS)
        if not await self._exists(graph):
            raise Refusal(404, "No such graph", f"There is no graph <{graph}> in this store.")
        tag = self._tag(graph, chosen.type, encoding)
        headers = {"ETag": tag, "Cache-Control": "no-cache", "Content-Type": chosen.header}
        if is_known(self.headers.get("if-none-match"), tag):
            await self.respond(304, headers)
            return
        where = f"GRAPH <{graph}> {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
        question = Question(
            f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {where} }}",
            union=False,
            results=None,
            graph=chosen.name,
            only_head=self.method == "HEAD",
            folder=served.folder,
        )
        await self.unless_hung_up(self._sent(served, question, headers, encoding))

    async def _sent(
        self, served: Served, question: Question, headers: Mapping[str, str], encoding: str
    ) -> None:
        try:
            async with served.pool.ask(question) as answer:
                await self.stream(answer, headers, encoding)
        except Failure as failure:
            raise refusal_for(failure.kind, failure.detail) from None

    def _form(self) -> Any:
        name = next((value for key, value in self._pairs if key == "format"), None)
        if name is None:
            return best(self.headers.get("accept"), GRAPH_OFFERS)
        known = shortcut(name)
        return known[1] if known else None

    async def _exists(self, graph: str) -> bool:
        if not graph:
            return True
        served = self.app.served()
        ask = Question(
            f"ASK {{ GRAPH <{graph}> {{}} }}", union=False, results="csv", folder=served.folder
        )
        try:
            async with served.pool.ask(ask) as answer:
                return b"".join([piece async for piece in answer.pieces()]) == b"true"
        except Failure as failure:
            raise refusal_for(failure.kind, failure.detail) from None

    def _tag(self, graph: str, kind: str, encoding: str) -> str:
        return etag(self.app.served().version, ("graph", graph, kind), encoding)

    async def _unless_changed(self, graph: str) -> None:
        """If-Match and If-None-Match of a change (RFC 9110, section 13.1); raises 412."""
        match, none = self.headers.get("if-match"), self.headers.get("if-none-match")
        if match is None and none is None:
            return
        exists = await self._exists(graph)
        tags = {
            self._tag(graph, offer.type, encoding)
            for offer in GRAPH_OFFERS
            for encoding in ("identity", *CODINGS)
        }
        held = {item.strip() for item in (match or none or "").split(",")}
        found = exists and bool(held & tags or "*" in held)
        if found is (match is None):
            detail = "The graph is not as the condition says; read it again before you change it."
            raise Refusal(412, "Changed meanwhile", detail)

    async def _put(self, graph: str) -> None:
        parts, body = await self._triples()
        done = await self._changes.change(
            "put", body, graph=graph, parts=parts, base=graph or self.site + "/store"
        )
        await self._done(201 if done["created"] else 204)

    async def _post(self, graph: str) -> None:
        parts, body = await self._triples()
        done = await self._changes.change(
            "post", body, graph=graph, parts=parts, base=graph or self.site + "/store"
        )
        await self._done(201 if done["created"] else 204)

    async def _delete(self, graph: str) -> None:
        if not await self._exists(graph):
            raise Refusal(404, "No such graph", f"There is no graph <{graph}> in this store.")
        await self._changes.change("delete", graph=graph)
        await self._done(204)

    async def _patch(self, graph: str) -> None:
        if content_type(self.headers.get("content-type")) != UPDATE:
            raise unsupported(f"A graph is patched with {UPDATE}.")
        text = text_of(await self.plain_body(), "body")
        done = await self._changes.change("patch", text.encode(), graph=graph, base=graph)
        if not done["existed"]:
            raise Refusal(404, "No such graph", f"There is no graph <{graph}> in this store.")
        await self._done(204)

    async def _triples(self) -> tuple[list[tuple[str, int]], bytes]:
        """The formats and sizes of the body's parts, and the parts in one."""
        header = self.headers.get("content-type")
        body = await self.plain_body()
        if content_type(header) == MULTIPART:
            files = parts_of(header or "", body)
            return [(m.name, len(part)) for m, part in files], b"".join(p for _, p in files)
        return [(triples_type(header).name, len(body))], body

    async def _done(self, status: int) -> None:
        headers = {"Cache-Control": "no-store"}
        if self._created:
            headers["Location"] = self._created
        elif status == 201:
            headers["Location"] = quote(f"{self.scope['path']}", safe="/")
        await self.respond(status, headers)

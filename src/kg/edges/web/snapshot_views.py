"""What routes need from the server: a reader of the snapshot that the request began with."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.requests import HTTPConnection

from kg.core.names import Names
from kg.core.settings import Settings
from kg.engine.engine_store import EngineStore
from kg.outlets.citation import lines_of
from kg.server.protocol.response_cache import CachedResponse, ResponseCache
from kg.views.finding.finder import Finder, Parts
from kg.views.finding.lookup import find_entity
from kg.views.finding.search import SearchIndex
from kg.views.network.explorer_graph import ExplorerGraph
from kg.views.network.measures import NetworkStats, network_stats
from kg.views.network.network import network
from kg.views.quality import served_quality
from kg.views.queries.terms import Term, terms
from kg.views.record.claims import Reader

if TYPE_CHECKING:
    import networkx as nx

_KEPT_BYTES = 40_000_000  # the ready questions of ten records need half of it
Of = TypeVar("Of")


@dataclass
class SnapshotViews:
    """One snapshot in service, and what is computed from it once; replaced whole by the next."""

    settings: Settings
    names: Names
    store: EngineStore
    union: bool = True  # the default graph of /sparql is the union of all
    writable: bool = False
    search: Parts | None = None  # as it lay beside the snapshot
    one_task: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    _files: dict[str, Any] = field(default_factory=dict)
    _computed: dict[Callable[[Reader], Any], Any] = field(default_factory=dict)
    _answers: ResponseCache = field(default_factory=lambda: ResponseCache(_KEPT_BYTES))
    _lock: Lock = field(default_factory=Lock)
    _requests: int = 0
    _left: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def reader(self) -> Reader:
        """A reader of views."""
        return Reader(self.store, self.names)

    @cached_property
    def finder(self) -> Finder:
        """The search of figures, names, passages and ids, built on first use where none is kept."""
        return Finder(self.reader, self.search)

    def answer_lines(self, sparql: str) -> bytes:
        """The lines of an answer of a ready question, as `lines_of` gives them.

        Those asked last are kept: a question that goes through the whole record is asked once.
        """
        with self._lock:
            kept = self._answers.get((sparql,))
        if kept:
            return kept.body
        lines = lines_of(self.store.query(sparql))
        if self.store.version:
            with self._lock:
                self._answers.put((sparql,), CachedResponse({}, lines))
        return lines

    @property
    def index(self) -> SearchIndex:
        """The search of names alone."""
        return self.finder.names

    @cached_property
    def network(self) -> "nx.MultiDiGraph[str]":
        """The network of accepted edges, built on first use and never changed."""
        return network(self.reader)

    @cached_property
    def network_stats(self) -> NetworkStats:
        """Measures of the network, taken on first use."""
        return network_stats(self.network)

    @cached_property
    def ground(self) -> ExplorerGraph:
        """What an explorer walks, made on first use and never changed."""
        return ExplorerGraph.of(self.reader)

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The words of the graph, for whoever writes a query."""
        return terms(self.reader)

    @cached_property
    def quality(self) -> dict[str, Any]:
        """The measures of quality, taken on first use."""
        return served_quality(self.store).summary()

    @cached_property
    def as_of(self) -> str:
        """The day of the newest review, as the age of the editors' judgement; empty if none."""
        found = self.reader.rows("SELECT (MAX(?on) AS ?day) WHERE { ?r jsip:reviewedOn ?on }")
        return next(found, {}).get("day", "")

    @cached_property
    def has_claims(self) -> bool:
        """Whether there are claims as views read them, each in a graph; a user's store may not."""
        claim = "GRAPH ?graph { ?claim a ?class ; rdf:subject ?about }"
        asked = f"SELECT ?claim WHERE {{ {claim} ?claim jsip:assertionStatus ?any }} LIMIT 1"
        return any(self.reader.rows(asked))

    def cached(self, compute: Callable[[Reader], Of]) -> Of:
        """What a view computes from the whole snapshot, computed once for all requests."""
        if compute not in self._computed:
            self._computed[compute] = compute(self.reader)
        found: Of = self._computed[compute]
        return found

    def once_written(self, name: str, make: Callable[[], Of]) -> Of:
        """What holds the file of that name, made once for all requests."""
        found: Of = self._files.setdefault(name, make())
        return found

    def find(self, name: str) -> str:
        """The IRI of the entity that a name means; raises UnknownName with the nearest."""
        return find_entity(self.reader, name, lambda: self.index)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Around one request that reads this snapshot."""
        self._requests += 1
        try:
            yield
        finally:
            self._requests -= 1
            self._left.set()

    async def unused(self) -> None:
        """Returns when no request reads this snapshot any more."""
        while self._requests:
            self._left.clear()
            await self._left.wait()


def serving(connection: HTTPConnection) -> SnapshotViews:
    """The snapshot that was in service when the request began, for all of the request."""
    found: SnapshotViews = connection.state.serving
    return found


def reader_of(connection: HTTPConnection) -> Reader:
    """A reader of the request's snapshot."""
    return serving(connection).reader

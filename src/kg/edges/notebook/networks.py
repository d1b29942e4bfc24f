"""A graph as a network, in Python: connections, edges, pictures."""

from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING

from kg.edges.notebook.displays import Drawing
from kg.views.network.network import network
from kg.views.network.paths import Path as Connection
from kg.views.network.paths import paths
from kg.views.network.pictures import neighbourhood, whole_picture
from kg.views.record.claims import Reader

if TYPE_CHECKING:
    import networkx as nx


class Networks(ABC):
    """What a graph shows of its accepted edges; a part of `kg.Graph`."""

    _reader: Reader

    @abstractmethod
    def _find(self, name: str) -> str:
        """The IRI of the entity that a name means."""

    @cached_property
    def _network(self) -> "nx.MultiDiGraph[str]":
        return network(self._reader)

    def path(self, start: str, end: str, hops: int = 4) -> list[Connection]:
        """The shortest documented connections, evidence on each hop; empty where there is none.

        >>> import kg
        >>> [stop.id for stop in kg.open().path("takaichi-sanae", "issue/low-pay")[0].stops][0]
        'takaichi-sanae'
        """
        return paths(self._network, self._find(start), self._find(end), hops)

    def network(self) -> "nx.MultiDiGraph[str]":
        """Accepted edges, each with the IRIs of its claims and evidence."""
        return network(self._reader)

    def picture(self, entity: str | None = None, hops: int = 2) -> Drawing:
        """An interactive picture of the whole graph or of an entity's neighbourhood."""
        if entity is None:
            return Drawing(whole_picture(self._reader))
        iri = self._find(entity)
        return Drawing(neighbourhood(self._reader, self._reader.named([iri])[iri], hops))

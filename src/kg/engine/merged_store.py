"""The default graph of several graphs as a set of triples (SPARQL 1.1, section 13.2.1).

The engine (pyoxigraph up to 0.5.13) reads several graphs one after another, so that a triple that
two of them hold counts twice. Where no triple is in two of them that makes no difference; where
one is, the query is asked of a copy, whose default graph is their merge.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store

from kg.engine.evaluation import evaluated
from kg.sparql.dataset import Dataset

Graph = NamedNode | BlankNode | DefaultGraph
_IN_TWO = "GRAPH ?one { ?s ?p ?o } GRAPH ?other { ?s ?p ?o } FILTER(?one != ?other)"
_IN_DEFAULT_TOO = "?s ?p ?o . GRAPH ?one { ?s ?p ?o }"


class MergedStore:
    """A store that does not change, asked over any dataset."""

    def __init__(self, store: Store, is_disjoint: bool = False) -> None:
        """`is_disjoint` promises that no triple is in two of its graphs."""
        self.store = store
        self._shares: dict[tuple[str, ...], bool] = {}  # by the graphs; all of them: ()
        self._copies: dict[Dataset, Store] = {}
        if is_disjoint:
            self._shares[()] = False

    def query(
        self,
        text: str,
        dataset: Dataset,
        base: str | None = None,
        prefixes: Mapping[str, str] | None = None,
    ) -> Any:
        """The engine's answer to a query over a dataset; raises as the engine does."""
        known: dict[str, Any] = {"prefixes": dict(prefixes)} if prefixes else {}
        if not self.is_shared(dataset):
            return evaluated(self.store, text, base, **known, **dataset.arguments())
        named = {"default_graph": [DefaultGraph()], "named_graphs": self._named(dataset)}
        only: dict[str, Any] = {} if dataset.is_union else named
        return evaluated(self._copy(dataset), text, base, **known, **only)

    def is_shared(self, dataset: Dataset) -> bool:
        """Whether a triple is in two of the graphs that make the default graph."""
        if self._shares.get(()) is False:
            return False
        graphs = tuple(sorted({*dataset.default_graphs}))
        if not (dataset.is_union or len(graphs) > 1):
            return False
        if graphs not in self._shares:
            self._shares[graphs] = self._is_any_in_two(graphs)
        return self._shares[graphs]

    def _is_any_in_two(self, graphs: Sequence[str]) -> bool:
        if not graphs:
            return self._holds(_IN_TWO) or self._holds(_IN_DEFAULT_TOO)
        names = " ".join(str(NamedNode(graph)) for graph in graphs)
        return self._holds(f"VALUES ?one {{ {names} }} VALUES ?other {{ {names} }} {_IN_TWO}")

    def _holds(self, pattern: str) -> bool:
        return bool(self.store.query(f"ASK {{ {pattern} }}"))

    def _copy(self, dataset: Dataset) -> Store:
        """The merge as default graph, beside the named graphs that may be asked."""
        if dataset not in self._copies:
            self._copies.clear()  # only one: it may be as large as the store
            copy = Store()
            copy.bulk_extend(self._merged(dataset))
            for graph in self._named(dataset):
                copy.add_graph(graph)
            self._copies[dataset] = copy
        return self._copies[dataset]

    def _merged(self, dataset: Dataset) -> Iterator[Quad]:
        named = self._named(dataset)
        graphs = [NamedNode(graph) for graph in dataset.default_graphs]
        for quad in self._quads((DefaultGraph(), *named) if dataset.is_union else graphs):
            yield Quad(quad.subject, quad.predicate, quad.object)
        yield from self._quads(named)

    def _named(self, dataset: Dataset) -> Sequence[NamedNode | BlankNode]:
        if dataset.is_union:
            return list(self.store.named_graphs())
        return [NamedNode(graph) for graph in dataset.named_graphs]

    def _quads(self, graphs: Iterable[Graph]) -> Iterator[Quad]:
        return chain.from_iterable(
            self.store.quads_for_pattern(None, None, None, graph) for graph in graphs
        )

"""Puts a graph together in memory: the ontology, the asserted graphs, and what rules derive."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Store

from kg.build.overlay import add_overlay
from kg.build.reader_layer import add_reader_layer
from kg.build.ready_questions import ready_questions
from kg.build.rules import derive
from kg.core.bundle import Bundle, shown
from kg.core.errors import BuildRefused, KgError
from kg.core.names import Names, load_names
from kg.core.problems import Problem
from kg.engine.graph_store import GraphStore
from kg.ledger.compile import Compiled
from kg.ledger.vocabulary import ontology_files


@dataclass(frozen=True)
class Assembled:
    """Everything a snapshot holds but `dataset`, still in memory."""

    store: Store
    names: Names
    said: str | None = None  # its version, where somebody else says it

    @cached_property
    def nquads(self) -> bytes:
        """Sorted N-Quads, written when they are asked for: a check has no use for them."""
        return sorted_nquads(self.store)

    @cached_property
    def version(self) -> str:
        """What was said, else the SHA-256 of the sorted N-Quads in hex."""
        return sha256(self.nquads).hexdigest() if self.said is None else self.said


def assemble(bundle: Bundle, overlay: Compiled | None = None) -> Assembled:
    """Loads the asserted graphs, the ontology and the schemes, and derives the rest.

    An overlay is added before anything is derived, so rules see both as one.
    """
    names = load_names(bundle.ontology / "config" / "base.yaml")
    store = Store()
    for graph, files in zip(("ontology", "schemes"), ontology_files(bundle.ontology), strict=True):
        for file in files:
            _load(store, file, RdfFormat.TURTLE, NamedNode(names.graph(graph)))
    triples = sorted(bundle.triples.glob("*.trig"))
    if not triples:
        raise KgError(f"{shown(bundle.triples)} holds no triples; run `kg compile` first.")
    for file in triples:
        _load(store, file, RdfFormat.TRIG, None)
    if overlay is not None:
        add_overlay(store, overlay)
    store.extend(ready_questions(bundle.ontology / "queries", names))
    derive(store, bundle.ontology / "rules", names)
    add_reader_layer(store, bundle.ontology / "rules", names)
    return Assembled(store, names)


def held_by(store: GraphStore, bundle: Bundle) -> Assembled:
    """What another store holds in its named graphs, without `dataset`, read out of it."""
    names = load_names(bundle.ontology / "config" / "base.yaml")
    asserted = f"FILTER(?g != <{names.graph('dataset')}>)"
    rows = store.query(f"SELECT ?s ?p ?o ?g {{ GRAPH ?g {{ ?s ?p ?o }} {asserted} }}")
    assert isinstance(rows, QuerySolutions)
    copy = Store()
    copy.extend(Quad(*row) for row in rows)
    return Assembled(copy, names, store.version)


def _load(store: Store, file: Path, form: RdfFormat, graph: NamedNode | None) -> None:
    try:
        store.load(path=str(file), format=form, to_graph=graph)
    except SyntaxError as error:
        where = f"{shown(file)}:{error.lineno or 1}"
        raise BuildRefused([Problem(where, f"cannot be parsed: {error.msg}")]) from error


def sorted_nquads(store: Store) -> bytes:
    """The store's quads as sorted N-Quads lines, the engine's canonical literals."""
    dumped = store.dump(format=RdfFormat.N_QUADS)
    return b"".join(sorted(dumped.splitlines(keepends=True))) if dumped else b""

"""Private tables on top of the shipped graph: compiled in memory, never written among its triples.

A store holds either the graph alone or an overlay as well, for good: neither can take the other's
place by accident, so private rows are never served as the published graph.
"""

from hashlib import sha256
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from kg.build.snapshot import refuse_mixing
from kg.core.bundle import Bundle, default_store, shown
from kg.core.errors import KgError
from kg.core.names import Names, load_names
from kg.ledger.base_graph import read_ground
from kg.ledger.compile import Compiled, compile_tables

_STANDING = ("jsip:reviewStatus", "jsip:rank", "jsip:reviewedIn", "jsip:confirmedBy")


def overlay_store() -> Path:
    """Where an overlay is built if no store is named: beside the shipped one, never in it."""
    shipped = default_store()
    return shipped.with_name(f"{shipped.name}-private")


def compile_overlay(tables: Path, bundle: Bundle) -> Compiled:
    """The tables on top of the bundle's triples; raises TablesRefused with every fault."""
    if not tables.is_dir():
        raise KgError(f"{shown(tables)} is no folder of tables; give one with --with.")
    names = load_names(bundle.ontology / "config" / "base.yaml")
    compiled = compile_tables(tables, bundle.ontology, read_ground(bundle.triples, names))
    if not compiled.places:
        raise KgError(f"{shown(tables)} holds no rows; give a folder of tables with --with.")
    return compiled


def add_overlay(store: Store, compiled: Compiled) -> None:
    """Adds the overlay's quads; a claim that it reviews keeps only the new standing."""
    for data in compiled.files.values():
        quads = list(parse(data, format=RdfFormat.TRIG))
        _clear_standing(store, quads, compiled.names)
        store.extend(quads)


def _clear_standing(store: Store, quads: list[Quad], names: Names) -> None:
    standing = {NamedNode(names.iri(curie)) for curie in _STANDING}
    about = NamedNode(names.iri("jsip:disagreementOn"))
    for subject in {quad.subject for quad in quads if quad.predicate in standing}:
        stale = [q for p in standing for q in store.quads_for_pattern(subject, p, None, None)]
        for found in list(store.quads_for_pattern(None, about, subject, None)):
            stale += store.quads_for_pattern(found.subject, None, None, None)
        for old in stale:
            store.remove(old)


def overlay_digest(compiled: Compiled) -> str:
    """A digest of what the overlay adds, in hex: what a manifest says of it."""
    digest = sha256()
    for name, data in sorted(compiled.files.items()):
        digest.update(f"{name}\0".encode() + sha256(data).digest())
    return digest.hexdigest()


def refuse_public(store: Path) -> None:
    """Raises KgError where a store is the shipped one or holds a graph without overlay."""
    if store.resolve() == default_store().resolve():
        raise KgError(f"{shown(store)} is the shipped store; an overlay needs another --store.")
    refuse_mixing(store, overlay=True)


def keep_from_git(store: Path) -> None:
    """Makes the folder; git passes over a new one."""
    store.mkdir(parents=True, exist_ok=True)
    if not any(store.iterdir()):
        (store / ".gitignore").write_text("*\n", encoding="utf-8")

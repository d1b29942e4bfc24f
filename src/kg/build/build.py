"""Builds a snapshot from ontology and triples alone: assemble, check, describe, switch."""

from hashlib import sha256
from pathlib import Path

from kg.build.assemble import assemble
from kg.build.check import at_rows, gate_problems
from kg.build.description import describe
from kg.build.overlay import compile_overlay, keep_from_git, overlay_digest, refuse_public
from kg.build.snapshot import Snapshot, open_snapshot, publish, refuse_database
from kg.core.bundle import Bundle
from kg.core.errors import BuildRefused, SnapshotMissing


def build(bundle: Bundle, folder: Path) -> Snapshot:
    """Builds and switches to a new snapshot; raises BuildRefused and keeps the old one.

    Raises KgError where the folder holds a user's own store.
    """
    refuse_database(folder)
    inputs = inputs_digest(bundle)
    assembled = assemble(bundle)
    violations = [p for p in gate_problems(assembled, bundle.ontology) if p.severity == "Violation"]
    if violations:
        raise BuildRefused(violations)
    description = describe(assembled.store, assembled.names, assembled.version)
    return publish(folder, assembled.version, assembled.nquads + description, inputs)


def build_overlay(bundle: Bundle, tables: Path, folder: Path) -> Snapshot:
    """Builds the bundle's graph with private tables on top, into a store for overlays alone.

    Raises BuildRefused with the `file:line` of the tables where a row of theirs is at fault.
    """
    refuse_database(folder)
    refuse_public(folder)
    inputs = inputs_digest(bundle)
    overlay = compile_overlay(tables, bundle)
    assembled = assemble(bundle, overlay)
    violations = [p for p in gate_problems(assembled, bundle.ontology) if p.severity == "Violation"]
    if violations:
        raise BuildRefused(list(at_rows(violations, overlay.places, assembled.names)))
    description = describe(assembled.store, assembled.names, assembled.version, private=True)
    digest = overlay_digest(overlay)
    keep_from_git(folder)
    inputs = sha256(f"{inputs} {digest}".encode()).hexdigest()
    return publish(folder, assembled.version, assembled.nquads + description, inputs, digest)


def current_snapshot(bundle: Bundle, folder: Path) -> Snapshot:
    """The snapshot of a store folder, built first where it is missing, damaged or stale."""
    try:
        snapshot = open_snapshot(folder)
    except SnapshotMissing:
        return build(bundle, folder)
    stale = snapshot.manifest.inputs != inputs_digest(bundle)
    return build(bundle, folder) if stale else snapshot


def inputs_digest(bundle: Bundle) -> str:
    """A digest of every file that a build reads: a snapshot is stale when it differs."""
    digest = sha256()
    for root in (bundle.ontology, bundle.triples):
        for file in sorted(
            p for p in root.rglob("*") if p.suffix in (".ttl", ".trig", ".rq", ".yaml")
        ):
            digest.update(f"{file.relative_to(root)}\0".encode())
            digest.update(sha256(file.read_bytes()).digest())
    return digest.hexdigest()

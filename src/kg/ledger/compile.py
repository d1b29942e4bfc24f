"""Tables to `data/triples/`: one TriG file per asserted graph, byte-stable (ontology.md §8)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from kg.core.files import replace_files
from kg.core.model import Ledger
from kg.core.names import Names
from kg.core.problems import Problem
from kg.ledger.base_graph import NO_GROUND, BaseGraph
from kg.ledger.rdf import graphs
from kg.ledger.reader import read_ledger
from kg.ledger.trig import graph_trig
from kg.ledger.vocabulary import load_vocabulary


@dataclass(frozen=True)
class Compiled:
    """What the tables compile to, before anything is written."""

    ledger: Ledger
    places: Mapping[str, str]
    names: Names
    files: Mapping[str, bytes]
    doubts: tuple[Problem, ...] = ()  # warnings at rows


@dataclass(frozen=True, slots=True)
class Difference:
    """How compiled files differ from those on disk; claims by slug."""

    files: tuple[str, ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.files)

    def __str__(self) -> str:
        lines = [f"differs: {name}" for name in self.files]
        for word, claims in (
            ("added", self.added),
            ("changed", self.changed),
            ("removed", self.removed),
        ):
            shown = ", ".join(claims[:10]) + (" …" if len(claims) > 10 else "")
            lines.append(f"claims {word}: {len(claims)}{f' ({shown})' if claims else ''}")
        return "\n".join(lines)


def compile_tables(tables: Path, ontology: Path, ground: BaseGraph = NO_GROUND) -> Compiled:
    """Reads and checks every table; raises TablesRefused with all faults.

    On a ground, the tables are an overlay: they compile to what they add to it.
    """
    vocabulary = load_vocabulary(ontology)
    doubts: list[Problem] = []
    ledger, places = read_ledger(tables, vocabulary, ground, doubts)
    files = {
        f"{name}.trig": graph_trig(name, quads, vocabulary.names).encode()
        for name, quads in sorted(graphs(ledger, vocabulary.names, ground).items())
    }
    return Compiled(ledger, places, vocabulary.names, files, tuple(doubts))


def difference(compiled: Compiled, folder: Path) -> Difference:
    """What writing would change in the folder."""
    on_disk = {path.name: path.read_bytes() for path in sorted(folder.glob("*.trig"))}
    names = sorted(on_disk.keys() | compiled.files.keys())
    differing = tuple(n for n in names if on_disk.get(n) != compiled.files.get(n))
    prefix = compiled.names.prefixes["id"] + "c-"
    old = _claims((on_disk[n] for n in differing if n in on_disk), prefix)
    new = _claims((compiled.files[n] for n in differing if n in compiled.files), prefix)
    return Difference(
        differing,
        tuple(sorted(new.keys() - old.keys())),
        tuple(sorted(c for c in new.keys() & old.keys() if new[c] != old[c])),
        tuple(sorted(old.keys() - new.keys())),
    )


def _claims(files: Iterable[bytes], prefix: str) -> Mapping[str, set[tuple[str, str]]]:
    """What is said of each claim in TriG files; a file that does not parse holds none."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for data in files:
        for quad in _quads(data):
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(prefix):
                slug = "c-" + quad.subject.value[len(prefix) :]
                found[slug].add((quad.predicate.value, str(quad.object)))
    return found


def _quads(data: bytes) -> list[Quad]:
    try:
        return list(parse(data, format=RdfFormat.TRIG))
    except SyntaxError:
        return []


def write_triples(compiled: Compiled, folder: Path) -> None:
    """Replaces the files of the folder that differ and removes orphaned ones."""
    folder.mkdir(parents=True, exist_ok=True)
    on_disk = {path.name: path.read_bytes() for path in folder.glob("*.trig")}
    replace_files(folder, {n: data for n, data in compiled.files.items() if on_disk.get(n) != data})
    for name in on_disk.keys() - compiled.files.keys():
        (folder / name).unlink()

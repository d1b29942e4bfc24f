"""A reasoner agrees with the ontology: no class is empty, the graph's entities are consistent."""

import shutil
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from kg.build.snapshot import Snapshot
from outside import ask

pytestmark = [
    pytest.mark.consumers,
    pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs Java"),
]
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
BASE = "https://w3id.org/jsip/"


@pytest.fixture
def tbox(server: str, tmp_path: Path) -> Path:
    """The ontology as /ns gives it, in N-Triples."""
    file = tmp_path / "ns.nt"
    file.write_bytes(ask(server, "/ns.nt").body)
    return file


def inconsistent(*files: Path) -> list[str]:
    """Classes that cannot have members, by HermiT; raises where the whole is inconsistent."""
    import owlready2

    world = owlready2.World()
    ontology = world.get_ontology(f"{BASE}ns")
    for file in files:
        with file.open("rb") as triples:
            ontology.load(fileobj=triples, reload=True)
    with ontology:
        owlready2.sync_reasoner_hermit(world, debug=0)
    names = [str(cls).rpartition(".")[2] for cls in world.inconsistent_classes()]
    return [name for name in names if name != "Nothing"]


def test_no_class_is_empty(tbox: Path) -> None:
    assert inconsistent(tbox) == []


def test_a_class_that_cannot_have_members_is_found(tbox: Path) -> None:
    with tbox.open("ab") as more:
        for parent in ("Person", "Organisation"):
            more.write(
                f"<{BASE}ns#Both> <http://www.w3.org/2000/01/rdf-schema#subClassOf> "
                f"<{BASE}ns#{parent}> .\n".encode()
            )
        more.write(f"<{BASE}ns#Both> {RDF_TYPE} <http://www.w3.org/2002/07/owl#Class> .\n".encode())
    assert inconsistent(tbox) == ["Both"]


def test_the_entities_of_the_graph_are_consistent(tbox: Path, shipped_snapshot: Snapshot) -> None:
    """Kinds and simple edges; claims use reserved rdf: terms and lie outside OWL 2 DL."""
    graphs = [NamedNode(f"{BASE}graph/{name}") for name in ("entities", "derived-edges")]
    kept = [q for q in shipped_quads(shipped_snapshot) if q.graph_name in graphs and is_plain(q)]
    with tbox.open("ab") as file:
        file.write(serialize([q.triple for q in kept], format=RdfFormat.N_TRIPLES) or b"")
    assert inconsistent(tbox) == []


def shipped_quads(snapshot: Snapshot) -> list[Quad]:
    return list(parse(path=str(snapshot.quads), format=RdfFormat.N_QUADS))


def is_plain(quad: Quad) -> bool:
    """True of a kind of ours, and of an edge between entities."""
    value = quad.object
    if not isinstance(value, NamedNode):
        return False
    return value.value.startswith(f"{BASE}ns#" if quad.predicate == RDF_TYPE else f"{BASE}id/")

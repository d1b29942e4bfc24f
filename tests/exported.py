"""What the tests of exports share: bytes of a part, and a graph whose names are hostile."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from kg.build.snapshot import Snapshot
from kg.core.names import Names
from kg.engine.graph_store import Answer, ask
from kg.outlets.export import Part, export
from kg.views.record.claims import Reader

HOSTILE = [
    "<script>alert(1)</script>",
    "\"double\" 'single' & &amp; ]]>",
    "two\nlines\r\nand\ttab",
    "bell \x07, escape \x1b, nothing \x00, no character \uffff",
    "=1+1",
    "{{ braces }} {0} %s \\u0041 \\",
    "日本語 🏯 \u202eright to left",
    " spaces around ",
    "",
]


class HeldStore:
    """A store of quads that a test puts in."""

    version = "example"
    has_default = True

    def __init__(self, snapshot: Snapshot | None = None) -> None:
        self.held = Store()
        if snapshot:
            self.held.bulk_load(path=str(snapshot.quads), format=RdfFormat.N_QUADS)

    def query(self, sparql: str, union: bool = True) -> Answer:
        return ask(self.held, sparql, union)


WORDS = ("rdfs:label", "oa:exact")


def hostile_facts(number: int, text: str) -> Iterator[tuple[str, str, str, str]]:
    who, claim, evidence = f"id:person-{number}", f"id:c-bad-{number}", f"id:e-bad-{number}"
    yield who, "rdf:type", "jsip:Person", "g:entities"
    yield who, "rdfs:label", text, "g:entities"
    yield "id:takaichi-sanae", "jsip:memberOf", who, "g:derived-edges"
    yield claim, "rdf:type", "jsip:RelationClaim", "g:source-gate-ai-content"
    yield claim, "rdf:subject", "id:takaichi-sanae", "g:source-gate-ai-content"
    yield claim, "rdf:predicate", "jsip:memberOf", "g:source-gate-ai-content"
    yield claim, "rdf:object", who, "g:source-gate-ai-content"
    yield claim, "jsip:assertedBy", "id:gate", "g:source-gate-ai-content"
    yield claim, "jsip:reviewStatus", "rv:accepted", "g:editorial"
    yield evidence, "jsip:supportsClaim", claim, "g:source-gate-ai-content"
    yield evidence, "oa:hasSource", "id:src-gate-ai-content", "g:source-gate-ai-content"
    yield evidence, "oa:hasSelector", f"{evidence}-quote", "g:source-gate-ai-content"
    yield f"{evidence}-quote", "oa:exact", text, "g:source-gate-ai-content"


def node(curie: str, names: Names) -> NamedNode:
    return NamedNode(names.iri(curie))


def written(part: Part, name: str) -> bytes:
    out = io.BytesIO()
    export(part, name, out)
    return out.getvalue()


def texts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """A text as it is; of a zip each member with its name, Parquet as lines of JSON."""
    if not data.startswith(b"PK"):
        yield ("", data) if not data.startswith(b"PAR1") else (".jsonl", as_lines(data))
        return
    with ZipFile(io.BytesIO(data)) as zipped:
        for name in zipped.namelist():
            member = zipped.read(name)
            if name.endswith(".parquet"):
                yield f"/{name}.jsonl", as_lines(member)
            else:
                yield f"/{name}", member


def as_lines(data: bytes) -> bytes:
    """The rows of a Parquet file as lines of JSON."""
    from pyarrow import parquet

    rows = parquet.read_table(io.BytesIO(data)).to_pylist()
    lines = (json.dumps(row, ensure_ascii=False, default=str) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode()


def unzipped(part: Part, name: str, folder: Path) -> Path:
    """The folder with the members of an export that is a zip."""
    with ZipFile(io.BytesIO(written(part, name))) as zipped:
        zipped.extractall(folder)
    return folder


def hostile_reader(example: Snapshot, names: Names) -> Reader:
    """The example, with a person of each hostile name, and a claim that quotes it."""
    store = HeldStore(example)
    for number, text in enumerate(HOSTILE):
        for line in hostile_facts(number, text):
            subject, predicate, value, graph = line
            term = Literal(value, language="en") if predicate in WORDS else node(value, names)
            store.held.add(
                Quad(node(subject, names), node(predicate, names), term, node(graph, names))
            )
    return Reader(store, names)

"""What a writer can do to a store: each change is done wholly or not at all."""

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse, serialize

from kg.core.errors import Refusal
from kg.database.rdf_reader import Sound, Unfit
from kg.database.sound_lines import Faults, SoundLines
from kg.sparql.formats import GRAPH_FORMATS
from kg.sparql.updates import guarded_update
from kg.sparql.using import with_merged_graphs

_LARGE = 1_000_000  # bytes of a file that is worth sorting before it is stored
_LOOKED_AT = 200_000  # quads of a file among which relative IRIs are looked for
_LINES = ("ntriples", "nquads")
Message = dict[str, Any]
Graph = NamedNode | DefaultGraph


def graph_of(message: Message) -> Graph:
    """The graph that a message is about."""
    return NamedNode(message["graph"]) if message["graph"] else DefaultGraph()


def exists(store: Store, graph: Graph) -> bool:
    """The default graph always does."""
    return isinstance(graph, DefaultGraph) or store.contains_named_graph(graph)


def _existing(store: Store, message: Message) -> Graph:
    graph = graph_of(message)
    if not exists(store, graph):
        raise Refusal(404, "No such graph", f"There is no graph {graph} in this store.")
    return graph


def quads_of(message: Message, body: bytes) -> list[Quad]:
    """The triples of a body's parts as quads of the message's graph; raises Unfit."""
    graph, base, found, start = graph_of(message), message["base"] or None, list[Quad](), 0
    for name, size in message["parts"]:
        part, start = body[start : start + size], start + size
        with parsing(part):
            parsed = parse(
                cast("IO[bytes]", Sound(BytesIO(part), name)),
                format=GRAPH_FORMATS[name],
                base_iri=base,
                without_named_graphs=True,
                rename_blank_nodes=True,
            )
            found += [Quad(q.subject, q.predicate, q.object, graph) for q in parsed]
    return found


@contextmanager
def parsing(start: bytes) -> Iterator[None]:
    """Whatever is wrong with a text is Unfit; `start` is where a context of JSON-LD may stand."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Unfit(f"it is no whole gzip file: {error}") from error
    except (SyntaxError, ValueError) as error:
        if "LoadDocumentCallback" in str(error):
            raise Unfit(_remote_context(start)) from error
        raise Unfit(str(error)) from error


def _remote_context(start: bytes) -> str:
    """What to do about a context of JSON-LD that lies elsewhere (JSON-LD 1.1, section 3.1)."""
    at = start.find(b'"@context"')
    address = start[at + 10 : at + 4096].partition(b"http")[2].partition(b'"')[0]
    named = f" at http{address.decode(errors='replace')}" if at >= 0 and address else ""
    return (
        f"it names a context{named}, and nothing is fetched here; put the context itself into the "
        "file, or expand the file first"
    )


def replace(store: Store, graph: Graph, quads: Iterable[Quad]) -> None:
    """Makes the quads the content of a graph, in one transaction."""
    triples = " ".join(f"{q.subject} {q.predicate} {q.object} ." for q in quads)
    if isinstance(graph, NamedNode):
        into = f"GRAPH {graph} {{ {triples} }}"
        store.update(f"DROP SILENT GRAPH {graph} ; CREATE GRAPH {graph} ; INSERT DATA {{ {into} }}")
    else:
        store.update(f"CLEAR DEFAULT ; INSERT DATA {{ {triples} }}")


def update(store: Store, message: Message, body: bytes) -> Message:
    """SPARQL 1.1 Update; all operations or none."""
    base = message["base"]
    text = guarded_update(body.decode(), message["using"], message["named"], base)
    store.update(with_merged_graphs(text, base), base_iri=base or None)
    return {}


def put(store: Store, message: Message, body: bytes) -> Message:
    """Replaces a graph (Graph Store HTTP Protocol, section 5.3)."""
    quads, graph = quads_of(message, body), graph_of(message)
    created = not exists(store, graph)
    replace(store, graph, quads)
    return {"created": created}


def post(store: Store, message: Message, body: bytes) -> Message:
    """Merges into a graph (section 5.5); blank nodes of the body are new ones."""
    quads, graph = quads_of(message, body), graph_of(message)
    created = not exists(store, graph)
    store.extend(quads)  # one transaction, which makes the graph where there is a quad
    if created and not quads and isinstance(graph, NamedNode):
        store.add_graph(graph)
    return {"created": created}


def delete(store: Store, message: Message, body: bytes) -> Message:
    """Removes a graph (section 5.4); raises Refusal (404)."""
    graph = _existing(store, message)
    if isinstance(graph, DefaultGraph):
        store.clear_graph(graph)
    else:
        store.remove_graph(graph)
    return {}


def patch(store: Store, message: Message, body: bytes) -> Message:
    """Applies an update to one graph alone (section 5.7): it sees and changes nothing else."""
    graph, base = _existing(store, message), message["base"]
    alone = Store()
    alone.extend(
        Quad(q.subject, q.predicate, q.object)
        for q in store.quads_for_pattern(None, None, None, graph)
    )
    alone.update(guarded_update(body.decode(), base=base), base_iri=base or None)
    if list(alone.named_graphs()):
        raise Unfit("it names another graph; a patch is about its own graph alone")
    replace(store, graph, (Quad(q.subject, q.predicate, q.object, graph) for q in alone))
    return {}


def load(store: Store, message: Message, body: bytes) -> Message:
    """Loads a file, a large one in bulk; `keep_going` leaves out the lines that are not sound.

    `relative` says whether names in it hang on where the file lies.
    """
    path, before = Path(message["path"]), len(store)
    form = _format_of(message)
    into = store.bulk_load if path.stat().st_size > _LARGE else store.load
    with opened(path) as raw:
        start = raw.read(_LARGE)
    if message["keep_going"] and message["format"] not in _LINES:
        _tried(path, message, start)
    with opened(path) as raw, parsing(start):
        text, faults = _sound(raw, message)
        graph = NamedNode(message["graph"]) if message["graph"] else None
        into(text, format=form, base_iri=message["base"] or None, to_graph=graph)
    left = {"count": faults.count, "told": faults.told}
    relative = message["format"] not in _LINES and _is_relative(path, message)
    return {"quads": len(store) - before, "left_out": left, "relative": relative}


def _sound(raw: BinaryIO, message: Message) -> tuple[Any, Faults]:
    """The text of a file as it is loaded, and the faults of it that are left out."""
    text = Sound(raw, message["format"])
    if message["keep_going"] and message["format"] in _LINES:
        lines = SoundLines(text, _format_of(message))
        return lines, lines.faults
    return text, Faults()


def lines(store: Store, message: Message, body: bytes) -> Message:
    """Appends the quads of a file to another as N-Quads, as they come, in no memory to speak of.

    What is said twice stands there twice: a store that reads it holds it once.
    """
    path, form = Path(message["path"]), _format_of(message)
    graph, base = graph_of(message), message["base"] or None
    with opened(path) as raw, parsing(b""), Path(message["into"]).open("ab") as out:
        text, _ = _sound(raw, message)
        quads: Iterable[Quad] = parse(text, format=form, base_iri=base, rename_blank_nodes=True)
        if message["graph"]:
            quads = (Quad(q.subject, q.predicate, q.object, graph) for q in quads)
        serialize(quads, cast("IO[bytes]", out), format=RdfFormat.N_QUADS)
    return {}


def _format_of(message: Message) -> RdfFormat:
    return GRAPH_FORMATS.get(message["format"], RdfFormat.N3)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked; raises Unfit where they cannot be."""
    with parsing(b""), gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        yield cast("BinaryIO", file)


def _tried(path: Path, message: Message, start: bytes) -> None:
    """Reads it to its end and keeps nothing; raises Unfit."""
    with opened(path) as raw, parsing(start):
        text = cast("IO[bytes]", Sound(raw, message["format"]))
        for _ in parse(text, format=_format_of(message), base_iri=message["base"] or None):
            pass


def _is_relative(path: Path, message: Message) -> bool:
    """Whether a file that could be read cannot without a base (RFC 3986, section 5.1)."""
    with opened(path) as raw:
        text = cast("IO[bytes]", Sound(raw, message["format"]))
        try:
            for _ in islice(parse(text, format=_format_of(message)), _LOOKED_AT):
                pass
        except (SyntaxError, ValueError):
            return True
    return False


def copy(store: Store, message: Message, body: bytes) -> Message:
    """Copies the whole store to a new directory."""
    store.backup(message["path"])
    return {"quads": len(store)}


def dump(store: Store, message: Message, body: bytes) -> Message:
    """Writes the whole store as N-Quads, for readers that hold it in memory."""
    store.dump(message["path"], RdfFormat.N_QUADS)
    return {"quads": len(store)}


def verify(store: Store, message: Message, body: bytes) -> Message:
    """Reads and writes anew all there is, by which the engine looks at every checksum."""
    store.optimize()
    return {"quads": sum(1 for _ in store)}


def nothing(store: Store, message: Message, body: bytes) -> Message:
    """Changes nothing; it says how much there is, all of it on the disk."""
    store.flush()
    return {"quads": len(store)}


Operation = Callable[[Store, Message, bytes], Message]
CHANGES: dict[str, Operation] = {
    "update": update, "put": put, "post": post, "delete": delete, "patch": patch, "load": load,
}  # fmt: skip
OPERATIONS: dict[str, Operation] = {
    **CHANGES, "copy": copy, "dump": dump, "lines": lines, "verify": verify, "nothing": nothing,
}  # fmt: skip


def failed(error: BaseException) -> Message:
    """A failed operation as a reply: of what kind, and what was said."""
    if isinstance(error, Refusal):
        problem = {"status": error.status, "title": error.title, "more": dict(error.more)}
        return {"failed": "refused", "detail": error.detail, **problem}
    if isinstance(error, Unfit | SyntaxError):
        return {"failed": "syntax", "detail": str(error)}
    if isinstance(error, MemoryError):
        return {"failed": "memory", "detail": ""}
    if isinstance(error, OSError):
        return {"failed": "disk", "detail": str(error)}
    return {"failed": "query", "detail": str(error)}

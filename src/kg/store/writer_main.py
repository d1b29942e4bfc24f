"""The program that alone writes a user's store: one message, one change, one published state.

Started as `python -m kg.store.writer_main DIR PARENT`, in memory where DIR is empty. On stdin come
messages: four bytes of length, JSON with `op`, `state` (where to publish) and `body` (how many
bytes follow; `parts` says what they are), then these bytes. On stdout go replies as four bytes of
length and JSON:
`{"done": …}` when the change is durable or `{"failed": kind, "detail": …}`; after a change also
`{"state": …}` when queries may read it.
"""

import gzip
import json
import resource
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from kg.core.errors import Refusal
from kg.store.confine import die_with_parent, limit, without_network
from kg.store.serialise import GRAPH_FORMATS
from kg.store.updates import guarded_update

_LARGE = 1_000_000  # bytes of a file that is worth sorting before it is stored
Message = dict[str, Any]
Graph = NamedNode | DefaultGraph


class Unfit(Exception):
    """A body that is not what it says it is."""


def graph_of(message: Message) -> Graph:
    """The graph that a message is about."""
    return NamedNode(message["graph"]) if message["graph"] else DefaultGraph()


def exists(store: Store, graph: Graph) -> bool:
    """The default graph always does."""
    return isinstance(graph, DefaultGraph) or store.contains_named_graph(graph)


def quads_of(message: Message, body: bytes) -> list[Quad]:
    """The triples of a body's parts as quads of the message's graph; raises Unfit."""
    graph, base, found, start = graph_of(message), message["base"] or None, list[Quad](), 0
    for name, size in message["parts"]:
        part, start = body[start : start + size], start + size
        try:
            parsed = parse(
                part,
                format=GRAPH_FORMATS[name],
                base_iri=base,
                without_named_graphs=True,
                rename_blank_nodes=True,
            )
            found += [Quad(q.subject, q.predicate, q.object, graph) for q in parsed]
        except (SyntaxError, ValueError) as error:
            raise Unfit(str(error)) from error
    return found


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
    text = guarded_update(body.decode(), message["using"], message["named"])
    store.update(text, base_iri=message["base"] or None)
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
    store.extend(quads)
    if isinstance(graph, NamedNode):
        store.add_graph(graph)
    return {"created": created}


def delete(store: Store, message: Message, body: bytes) -> Message:
    """Removes a graph (section 5.4)."""
    graph = graph_of(message)
    found = exists(store, graph)
    if isinstance(graph, DefaultGraph):
        store.clear_graph(graph)
    else:
        store.remove_graph(graph)
    return {"existed": found}


def patch(store: Store, message: Message, body: bytes) -> Message:
    """Applies an update to one graph alone (section 5.7): it sees and changes nothing else."""
    graph = graph_of(message)
    if not exists(store, graph):
        return {"existed": False}
    alone = Store()
    alone.extend(
        Quad(q.subject, q.predicate, q.object)
        for q in store.quads_for_pattern(None, None, None, graph)
    )
    alone.update(guarded_update(body.decode()), base_iri=message["base"] or None)
    if list(alone.named_graphs()):
        raise Unfit("it names another graph; a patch is about its own graph alone")
    replace(store, graph, (Quad(q.subject, q.predicate, q.object, graph) for q in alone))
    return {"existed": True}


def load(store: Store, message: Message, body: bytes) -> Message:
    """Loads a file, a large one in bulk."""
    path, before = Path(message["path"]), len(store)
    graph = NamedNode(message["graph"]) if message["graph"] else None
    into = store.bulk_load if path.stat().st_size > _LARGE else store.load
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        into(
            cast("IO[bytes]", file),
            format=GRAPH_FORMATS.get(message["format"], RdfFormat.N3),
            base_iri=message["base"] or None,
            to_graph=graph,
        )
    return {"quads": len(store) - before}


def copy(store: Store, message: Message, body: bytes) -> Message:
    """Copies the whole store to a new directory."""
    store.backup(message["path"])
    return {"quads": len(store)}


def dump(store: Store, message: Message, body: bytes) -> Message:
    """Writes the whole store as N-Quads, for readers that hold it in memory."""
    store.dump(message["path"], RdfFormat.N_QUADS)
    return {"quads": len(store)}


def nothing(store: Store, message: Message, body: bytes) -> Message:
    """Changes nothing; the state is published all the same."""
    return {"quads": len(store)}


Operation = Callable[[Store, Message, bytes], Message]
OPERATIONS: dict[str, Operation] = {
    "update": update, "put": put, "post": post, "delete": delete, "patch": patch,
    "load": load, "copy": copy, "dump": dump, "nothing": nothing,
}  # fmt: skip


def read(inbox: BinaryIO) -> tuple[Message, bytes] | None:
    """The next message and its body; None when the parent has closed the pipe."""
    size = inbox.read(4)
    if len(size) < 4:
        return None
    message: Message = json.loads(inbox.read(int.from_bytes(size, "big")))
    return message, inbox.read(message["body"])


def tell(reply: Message) -> None:
    """One reply to the parent."""
    data = json.dumps(reply).encode()
    sys.stdout.buffer.write(len(data).to_bytes(4, "big") + data)
    sys.stdout.buffer.flush()


def answer(store: Store, message: Message, body: bytes) -> None:
    """Does what a message says; a state is published only of what is done."""
    try:
        done = OPERATIONS[message["op"]](store, message, body)
        if message["op"] != "load":  # many files are flushed once
            store.flush()
    except (Unfit, SyntaxError) as error:
        tell({"failed": "syntax", "detail": str(error)})
        return
    except Refusal as refusal:
        more = {"status": refusal.status, "title": refusal.title}
        tell({"failed": "refused", "detail": refusal.detail, **more})
        return
    except (RuntimeError, ValueError, OSError) as error:
        tell({"failed": "query", "detail": str(error)})
        return
    tell({"done": done})
    if message["state"]:
        store.backup(message["state"])
        tell({"state": message["state"]})


def main() -> None:
    """Opens the store, then writes until the parent closes a pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent(int(sys.argv[2]))
    without_network()
    try:
        store = Store(sys.argv[1]) if sys.argv[1] else Store()
    except OSError as error:
        tell({"failed": "start", "detail": str(error)})
        return
    limit(resource.RLIMIT_CORE, 0)
    tell({"done": {"quads": len(store)}})
    while (said := read(sys.stdin.buffer)) is not None:
        answer(store, *said)


if __name__ == "__main__":
    main()

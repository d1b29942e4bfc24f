"""What one query worker does: answers one question after another, over its socket alone.

A template forks it (`template_main`). On stdin come questions (four bytes of length, then JSON).
On stdout go frames: one byte of kind, four bytes of length, then the payload.

    R  ready
    H  the answer starts {"kind": "results" | "graph", "length": bytes, or null if not yet known}
    B  a piece of the body
    E  the answer ends  "retire" where this process should not be used again
    F  no answer, or no more of it: {"kind", "detail"}

It may be killed at any moment: it holds nothing that matters.
"""

import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)

from kg.core.names import Names
from kg.store.serialise import GRAPH_FORMATS, RESULT_FORMATS, serialised

FIRST_PIECE = 8192
PIECE = 65536
KEPT_KB = 256 * 1024  # who ever needed so much more than when loaded may never give it back
SORTED_UP_TO = 200_000  # triples; longer graphs are sent in the engine's order
_MB = 1 << 20
_NO_MORE_FILES = 3
_FILES_OF_A_STORE = 1024
_PARENT_DIED = 1  # PR_SET_PDEATHSIG of prctl(2)


class Refused(Exception):
    """A question without an answer; `kind` is one of `workers.FailureKind`."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


class Enough(Exception):
    """Nobody wants the rest of this answer."""


class Sink:
    """The body of one answer, cut into frames; the file object that the engine writes to."""

    def __init__(self, kind: str, only_head: bool, most: int) -> None:
        self._kind, self._only_head, self._most = kind, only_head, most
        self._pending = bytearray()
        self._begun = False
        self._written = 0

    def write(self, piece: bytes) -> int:
        """Takes bytes from the engine; raises to make it stop."""
        self._written += len(piece)
        if self._written > self._most:
            raise Refused("size", str(self._most))
        self._pending += piece
        if len(self._pending) >= (PIECE if self._begun else FIRST_PIECE):
            put(self._taken(self._head(None)))
            if self._only_head:
                raise Enough
        return len(piece)

    def flush(self) -> None:
        """Nothing: frames are sent when full and at the end."""

    def end(self, last: bytes) -> bytes:
        """What is left and the closing frame."""
        return self._taken(self._head(len(self._pending))) + frame(b"E", last)

    def _head(self, length: int | None) -> bytes:
        if self._begun:
            return b""
        self._begun = True
        return frame(b"H", json.dumps({"kind": self._kind, "length": length}).encode())

    def _taken(self, head: bytes) -> bytes:
        body = b"" if self._only_head else bytes(self._pending)
        self._pending.clear()
        return head + (frame(b"B", body) if body else b"")


def frame(kind: bytes, payload: bytes) -> bytes:
    """A frame as it goes over the pipe."""
    return kind + len(payload).to_bytes(4, "big") + payload


def put(data: bytes) -> None:
    """Writes everything to stdout, waiting while the reader is behind."""
    view = memoryview(data)
    while view:
        view = view[os.write(1, view) :]


def next_message(inbox: BinaryIO) -> dict[str, Any] | None:
    """The next message of the parent; None when it has closed the pipe."""
    size = inbox.read(4)
    if len(size) < 4:
        return None
    message: dict[str, Any] = json.loads(inbox.read(int.from_bytes(size, "big")))
    return message


def confine(memory_mb: int) -> None:
    """From here on: so much more memory and no more, no core files, no new file or socket.

    A process that cannot open a descriptor can neither fetch what SERVICE names nor read
    `file:`, whatever the text of a query got past the guard in front.
    """
    limit(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit(resource.RLIMIT_AS, pages * resource.getpagesize() + memory_mb * _MB)
    limit(resource.RLIMIT_NOFILE, _NO_MORE_FILES)


def unconfine() -> None:
    """Room for the engine to open a store on disk: files, threads, their stacks."""
    limit(resource.RLIMIT_AS, resource.getrlimit(resource.RLIMIT_AS)[1])
    limit(resource.RLIMIT_NOFILE, _FILES_OF_A_STORE)


def limit(what: int, most: int) -> None:
    """Sets a soft limit, no higher than the machine's hard one."""
    hard = resource.getrlimit(what)[1]
    unlimited = resource.RLIM_INFINITY in (most, hard)
    allowed = most if unlimited else min(most, hard)
    resource.setrlimit(what, (allowed, hard))


def die_with_parent() -> None:
    """The kernel kills this process when its parent dies, even in the middle of a query."""
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PARENT_DIED, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit()


def evaluate(store: Store, question: Mapping[str, Any]) -> Any:
    """Runs the query over the dataset asked for (SPARQL 1.1 Protocol, section 2.1.4)."""
    dataset: dict[str, Any] = {"use_default_graph_as_union": question["union"]}
    if question["default_graphs"] or question["named_graphs"]:
        dataset = {
            "default_graph": [_graph(iri) for iri in question["default_graphs"]],
            "named_graphs": [_graph(iri) for iri in question["named_graphs"]],
        }
    return store.query(question["query"], **dataset)


def _graph(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise Refused("dataset", f"`{iri}` is not an absolute IRI: {error}") from error


def send_graph(triples: QueryTriples, out: IO[bytes], form: RdfFormat, names: Names) -> None:
    """Sorted and without repetition, unless there are too many to hold."""
    first = list(islice(triples, SORTED_UP_TO + 1))
    if len(first) > SORTED_UP_TO:
        serialize(chain(first, triples), out, form, prefixes=dict(names.prefixes))
    else:
        out.write(serialised(set(first), form, names))


@dataclass
class Desk:
    """Where questions are answered: the snapshot, and what is known since it was loaded.

    `folder` is the directory on disk that the store was opened from, if any.
    """

    store: Store
    names: Names
    loaded_kb: int
    memory_mb: int
    folder: str = ""

    def reply(self, question: Mapping[str, Any]) -> bytes:
        """Answers one question; returns the last frames, a failure where there is no answer."""
        limit_cpu(question["timeout"])
        try:
            self._turn_to(question["folder"])
            return self._answer(question)
        except SyntaxError as error:
            return failure("syntax", str(error))
        except Refused as error:
            return failure(error.kind, str(error))
        except BrokenPipeError:
            raise
        except OSError as error:
            return failure("outside", str(error))
        except MemoryError:
            return failure("memory", "")
        except (RuntimeError, ValueError) as error:
            return failure("query", str(error))

    def _turn_to(self, folder: str) -> None:
        """Opens the state on disk that the question is about, unless it is open."""
        if folder == self.folder:
            return
        unconfine()
        try:
            self.store, self.folder = Store.read_only(folder), folder
        except OSError as error:
            raise Refused("start", str(error)) from error
        finally:
            confine(self.memory_mb)

    def _answer(self, question: Mapping[str, Any]) -> bytes:
        result = evaluate(self.store, question)
        kind = "graph" if isinstance(result, QueryTriples) else "results"
        name = question[kind]
        if name is None:
            raise Refused("type", kind)
        sink = Sink(kind, question["only_head"], question["most"])
        out = cast("IO[bytes]", sink)
        with suppress(Enough):
            if isinstance(result, QuerySolutions | QueryBoolean):
                result.serialize(out, format=RESULT_FORMATS[name])
            else:
                send_graph(result, out, GRAPH_FORMATS[name], self.names)
        return sink.end(b"retire" if peak_kb() - self.loaded_kb > KEPT_KB else b"")


def failure(kind: str, detail: str) -> bytes:
    """The frame that says why there is no answer, or no more of it."""
    return frame(b"F", json.dumps({"kind": kind, "detail": detail}).encode())


def peak_kb() -> int:
    """The most memory this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def limit_cpu(seconds: float) -> None:
    """A last resort should nobody be left to kill this process: RLIMIT_CPU is of the whole life."""
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    limit(resource.RLIMIT_CPU, int(used + seconds + 10))


def work(store: Store, setup: Mapping[str, Any]) -> None:
    """Answers until the parent closes the socket."""
    inbox = sys.stdin.buffer
    confine(setup["memory_mb"])
    desk = Desk(store, Names("", setup["prefixes"]), peak_kb(), setup["memory_mb"])
    with suppress(BrokenPipeError, ConnectionResetError):
        put(frame(b"R", b""))
        while (question := next_message(inbox)) is not None:
            put(desk.reply(question))

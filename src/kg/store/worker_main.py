"""What one query worker does: it answers one question after another.

It is forked by `template_main`; only one socket leads to it, as stdin and stdout. In come
questions (four bytes of length, then JSON), out go frames: one byte of kind, four bytes of
length, then the payload.

    R  ready
    H  the answer starts {"kind": "results" | "graph", "by_columns": whether they helped,
       "length": bytes, or null if not yet known}
    B  a piece of the body
    E  the answer ends  "retire" where this process should not be used again
    F  no answer, or no more of it: {"kind", "detail"}

Plain look-ups come on another way, on client connections that it is lent: see `store.lent`.

It may be killed at any moment: it holds nothing that matters.
"""

import json
import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from itertools import chain, islice
from mmap import mmap
from typing import IO, TYPE_CHECKING, Any, cast

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
from kg.store.confine import confine, descriptors, limit_cpu, peak_kb
from kg.store.serialise import GRAPH_FORMATS, RESULT_FORMATS, serialised

if TYPE_CHECKING:
    from kg.store.columns import Rewriter

FIRST_PIECE = 8192
PIECE = 65536
KEPT_KB = 256 * 1024  # who ever needed so much more than when loaded may never give it back
SORTED_UP_TO = 200_000  # triples; longer graphs are sent in the engine's order


class Refused(Exception):
    """A question without an answer; `kind` is one of `workers.FailureKind`."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


class Enough(Exception):
    """Nobody wants the rest of this answer."""


class Short:
    """The body of a short answer."""

    def __init__(self) -> None:
        self.body = bytearray()

    def write(self, piece: bytes) -> int:
        """Takes bytes from the engine; raises where there are too many."""
        self.body += piece
        if len(self.body) > PIECE:
            raise Enough
        return len(piece)

    def flush(self) -> None:
        """Nothing."""


class Sink:
    """The body of one answer, cut into frames; the file object that the engine writes to."""

    def __init__(self, told: Mapping[str, Any], only_head: bool, most: int) -> None:
        self._told, self._only_head, self._most = told, only_head, most
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
        return frame(b"H", json.dumps({**self._told, "length": length}).encode())

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


def next_message(inbox: socket.socket) -> bytes | None:
    """The next message of the front; None when it has closed its end."""
    size = inbox.recv(4, socket.MSG_WAITALL)
    if len(size) < 4:
        return None
    return inbox.recv(int.from_bytes(size, "big"), socket.MSG_WAITALL)


def evaluate(store: Store, question: Mapping[str, Any], base: str | None) -> Any:
    """Runs the query over the dataset asked for (SPARQL 1.1 Protocol, section 2.1.4).

    Relative IRIs are resolved against a base of the application's own (RFC 3986, section 5.1.4).
    """
    dataset: dict[str, Any] = {"use_default_graph_as_union": question["union"]}
    if question["default_graphs"] or question["named_graphs"]:
        dataset = {
            "default_graph": [_graph(iri) for iri in question["default_graphs"]],
            "named_graphs": [_graph(iri) for iri in question["named_graphs"]],
        }
    return store.query(question["query"], base_iri=base, **dataset)


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


class Desk:
    """Where questions are answered: the store loaded before the fork, or a folder opened since."""

    def __init__(
        self, loaded: Store | None, folder: str, names: Names, columns: mmap | None = None
    ) -> None:
        self._loaded, self._home, self._names = loaded, folder, names
        self._columns, self._rewriter = columns, cast("Rewriter | None", None)
        self._base = names.prefixes.get("id")
        self._folder, self._opened = "", loaded
        self._memory_mb, self._first_kb = 0, peak_kb()
        self._limited_until = 0.0  # the time for which the limit of processor time will do

    def confine(self, memory_mb: int, on_disk: bool = False) -> None:
        """Takes away what a query must not have; it is so much memory that it may have."""
        self._memory_mb = memory_mb
        confine(memory_mb, on_disk)
        self._first_kb = peak_kb()

    def _store(self, folder: str) -> Store:
        """The store to ask; a RocksDB directory other than the last one is opened first."""
        if self._loaded is not None and folder in ("", self._home):
            return self._loaded
        folder = folder or self._home
        if folder != self._folder or self._opened is None:
            self._opened = None  # closes it
            try:
                with descriptors():
                    self._opened = Store.read_only(folder)
            except (OSError, ValueError) as error:
                raise Refused("start", str(error)) from error
            finally:
                self.confine(self._memory_mb, on_disk=True)
            self._folder = folder
        return self._opened

    def found(self, query: str, form: str, served: Mapping[str, Any]) -> bytes | None:
        """A short answer to a SELECT or ASK; None where there is none, for whatever reason."""
        if time.monotonic() > self._limited_until:
            limit_cpu(served["timeout"])
            self._limited_until = time.monotonic() + 1
        short = Short()
        try:
            result = self._store(served["folder"]).query(
                query, base_iri=self._base, use_default_graph_as_union=served["union"]
            )
            if isinstance(result, QueryTriples):
                return None
            result.serialize(cast("IO[bytes]", short), format=RESULT_FORMATS[form])
        except (Enough, Refused, SyntaxError, OSError, MemoryError, RuntimeError, ValueError):
            return None  # who asks again is told why
        return bytes(short.body)

    def is_swollen(self) -> bool:
        """Whether a query needed so much memory that this process may never give it back."""
        return peak_kb() - self._first_kb > KEPT_KB

    def reply(self, question: Mapping[str, Any]) -> bytes:
        """Answers one question; returns the last frames, a failure where there is no answer."""
        limit_cpu(question["timeout"])
        try:
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

    def _answer(self, question: Mapping[str, Any]) -> bytes:
        result, by_columns = self._evaluated(self._store(question["folder"]), question)
        kind = "graph" if isinstance(result, QueryTriples) else "results"
        name = question[kind]
        if name is None:
            raise Refused("type", kind)
        told = {"kind": kind, "by_columns": by_columns}
        sink = Sink(told, question["only_head"], question["most"])
        out = cast("IO[bytes]", sink)
        with suppress(Enough):
            if isinstance(result, QuerySolutions | QueryBoolean):
                result.serialize(out, format=RESULT_FORMATS[name])
            else:
                send_graph(result, out, GRAPH_FORMATS[name], self._names)
        return sink.end(b"retire" if self.is_swollen() else b"")

    def _evaluated(self, store: Store, question: Mapping[str, Any]) -> tuple[Any, bool]:
        """The result, and whether the columns have answered its pattern."""
        if store is self._loaded and not (question["default_graphs"] or question["named_graphs"]):
            text = self._by_columns(question["query"], question["union"])
            if text:
                with suppress(SyntaxError, ValueError, RuntimeError):
                    return evaluate(store, {**question, "query": text}, self._base), True
        return evaluate(store, question, self._base), False

    def _by_columns(self, query: str, is_union: bool) -> str | None:
        if self._rewriter is None and self._columns is not None:
            columns = import_module("kg.store.columns")  # the template has loaded it
            if (found := columns.read(self._columns)) is not None:
                self._rewriter = columns.Rewriter(found)
        return self._rewriter.rewritten(query, is_union) if self._rewriter else None


def failure(kind: str, detail: str) -> bytes:
    """The frame that says why there is no answer, or no more of it."""
    return frame(b"F", json.dumps({"kind": kind, "detail": detail}).encode())


def answer_one(desk: Desk, inbox: socket.socket) -> bool:
    """Answers the question that has come; False where the front has closed its end instead."""
    with suppress(BrokenPipeError, ConnectionError):
        if (message := next_message(inbox)) is not None:
            put(desk.reply(json.loads(message)))
            return True
    return False

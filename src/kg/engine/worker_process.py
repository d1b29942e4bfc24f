"""What one query worker does: it answers one question after another.

It is forked by `zygote_process`; only one socket leads to it, as stdin and stdout. In come
questions (four bytes of length, then JSON), out go frames: one byte of kind, four bytes of
length, then the payload.

    R  ready
    H  the answer starts {"kind": "results" | "graph", "by_columns": whether they gave it,
       "length": bytes, or null if not yet known}
    B  a piece of the body
    E  the answer ends  "retire" where this process should not be used again
    F  no answer, or no more of it: {"kind", "detail"}

Plain look-ups come on another way, on client connections that are handed to it: see
`server.worker_connections`.

It may be killed at any moment: it holds nothing that matters.
"""

import json
import os
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from importlib import import_module
from itertools import chain, islice
from mmap import mmap
from typing import IO, TYPE_CHECKING, Any, BinaryIO, cast

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from kg.core.errors import KgError, Refusal, as_refusal
from kg.core.names import Names
from kg.engine.answer_sink import FIRST_OF_XML, Enough, FrameSink, ShortBody, TooLarge, frame
from kg.engine.graph_store import GraphStore, LocalStore
from kg.engine.merged_store import MergedStore
from kg.engine.sandbox import confine, descriptors, files, limit_cpu, peak_kb
from kg.sparql.dataset import Dataset, dataset_of
from kg.sparql.formats import GRAPH_FORMATS, RESULT_FORMATS, serialised, writable
from kg.sparql.guard import CheckedQuery, guard
from kg.sparql.syntax import explained
from kg.sparql.xml_output import XmlFile

if TYPE_CHECKING:
    from kg.engine.columns import Answerer, Solutions

# Computes something of a store, by arguments, and writes it; raises KgError.
Task = Callable[[GraphStore, Names, Mapping[str, Any], BinaryIO], None]
KEPT_KB = 256 * 1024  # who ever needed so much more than when loaded may never give it back
SORTED_UP_TO = 200_000  # triples; longer graphs are sent in the engine's order


class Refused(Exception):
    """A question without an answer; `kind` is one of `FailureKind`."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


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


def dataset_asked(question: Mapping[str, Any]) -> Dataset:
    """The dataset of the request, else that of the query (SPARQL 1.1 Protocol, section 2.1.4)."""
    graphs = [tuple(_graph(iri) for iri in question[k]) for k in ("default_graphs", "named_graphs")]
    return Dataset(question["union"], *graphs)


def _graph(iri: str) -> str:
    try:
        return NamedNode(iri).value
    except ValueError as error:
        raise Refused("dataset", f"`{iri}` is not an absolute IRI: {error}") from error


def send_graph(triples: QueryTriples, out: IO[bytes], form: RdfFormat, names: Names) -> None:
    """Sorted and without repetition, unless there are too many to hold."""
    first = list(islice(triples, SORTED_UP_TO + 1))
    if len(first) <= SORTED_UP_TO:
        out.write(serialised(set(first), form, names))
        return
    rest: Iterable[Triple] = chain(first, triples)
    if form == RdfFormat.RDF_XML:
        rest, out = writable(rest), cast("IO[bytes]", XmlFile(out, "turtle or jsonld"))
    serialize(rest, out, form, prefixes=dict(names.prefixes))


def send_rows(rows: QuerySolutions | QueryBoolean, out: IO[bytes], name: str) -> None:
    """Rows, or yes or no, in the format of that name."""
    if name == "xml":
        out = cast("IO[bytes]", XmlFile(out, "json, csv or tsv"))
    rows.serialize(out, format=RESULT_FORMATS[name])


class QueryExecutor:
    """Where questions are answered: the store loaded before the fork, or a folder opened since."""

    def __init__(
        self,
        loaded: MergedStore | None,
        folder: str,
        names: Names,
        base: str | None,
        columns: mmap | None = None,
        tasks: str = "",
    ) -> None:
        """Relative IRIs of queries are resolved against `base` (RFC 3986, section 5.1.4)."""
        self._loaded = loaded
        self._home, self._names = folder, names
        self._columns, self._answerer = columns, cast("Answerer | None", None)
        self._base, self._tasks = base, tasks
        self._folder, self._opened = "", self._loaded
        self._memory_mb, self._first_kb = 0, peak_kb()
        self._limited_until = 0.0  # the time for which the limit of processor time will do

    def confine(self, memory_mb: int, on_disk: bool = False) -> None:
        """Takes away what a query must not have; it is so much memory that it may have."""
        self._memory_mb = memory_mb
        confine(memory_mb, on_disk)
        self._first_kb = peak_kb()

    def _store(self, folder: str) -> MergedStore:
        """The store to ask; a RocksDB directory other than the last one is opened first."""
        if self._loaded is not None and folder in ("", self._home):
            return self._loaded
        folder = folder or self._home
        if folder != self._folder or self._opened is None:
            self._opened = None  # closes it
            try:
                with descriptors():
                    self._opened = MergedStore(Store.read_only(folder))
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
        short = ShortBody()
        try:
            asked = self._store(served["folder"])
            result = asked.query(query, Dataset(served["union"]), self._base)
            if isinstance(result, QueryTriples):
                return None
            send_rows(result, cast("IO[bytes]", short), form)
        except (
            *(Enough, Refused, Refusal, SyntaxError, OSError, MemoryError),
            *(RuntimeError, ValueError),
        ):
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
            refusal = explained(
                question["query"], str(error), self._base, known=self._names.prefixes
            )
            return failure("refused", refusal.as_json())
        except (KgError, Refused, TooLarge) as error:
            return failure(*_kind_and_detail(error))
        except BrokenPipeError:
            raise
        except MemoryError:
            return failure("memory", "")
        except OSError as error:  # without SERVICE, only reading the store can have failed
            called = "SERVICE" in question["query"].upper()
            return failure("outside" if called else "start", str(error))
        except (RuntimeError, ValueError) as error:
            return failure("query", str(error))

    def _answer(self, question: Mapping[str, Any]) -> bytes:
        if question["task"]:
            return self._computed(question)
        guarded = guard(question["query"])
        result, by_columns = self._evaluated(question, guarded)
        kind = "graph" if isinstance(result, QueryTriples) else "results"
        name = question[kind]
        if name is None:
            raise Refused("type", kind)
        head = {"kind": kind, "by_columns": by_columns, "is_repeatable": guarded.repeatable}
        sink = FrameSink(head, question["only_head"], question["most"], put)
        if name in ("xml", "rdfxml"):
            sink.first_piece = FIRST_OF_XML
        out = cast("IO[bytes]", sink)
        with suppress(Enough):
            if isinstance(result, QueryTriples):
                send_graph(result, out, GRAPH_FORMATS[name], self._names)
            else:
                send_rows(result, out, name)
        return sink.end(b"retire" if self.is_swollen() else b"")

    def _computed(self, question: Mapping[str, Any]) -> bytes:
        """What a task writes; the query that it may have is evaluated before, as any other."""
        arguments = {**question["arguments"], "home": self._home}
        if question["query"]:
            result, _ = self._evaluated(question, guard(question["query"]))
            if not isinstance(result, QueryTriples):
                raise KgError(
                    "Only what CONSTRUCT or DESCRIBE gives can be written so; this is not."
                )
            arguments["triples"] = list(result)
        sink = FrameSink({"kind": "file"}, question["only_head"], question["most"], put)
        store = LocalStore(self._store(question["folder"]), arguments["version"])
        with files(), suppress(Enough):  # for the modules that it loads
            tasks: Mapping[str, Task] = import_module(self._tasks).TASKS
            tasks[question["task"]](store, self._names, arguments, cast("BinaryIO", sink))
        return sink.end(b"retire" if self.is_swollen() else b"")

    def _evaluated(self, question: Mapping[str, Any], guarded: CheckedQuery) -> tuple[Any, bool]:
        """The result, and whether the columns have given it."""
        store = self._store(question["folder"])
        dataset = dataset_asked(question)
        if guarded.names_dataset and not dataset.is_given:
            dataset = dataset_of(guarded.text, self._base) or Dataset()
        can_count = store is self._loaded and not dataset.is_given
        if can_count and not guarded.names_dataset and not store.is_shared(dataset):
            found = self._by_columns(guarded.text, dataset.is_union)
            if found is not None:
                return found, True
        return store.query(guarded.text, dataset, self._base), False

    def _by_columns(self, query: str, is_union: bool) -> "Solutions | None":
        if self._answerer is None and self._columns is not None:
            columns = import_module("kg.engine.columns")  # the template has loaded it
            if (found := columns.read(self._columns)) is not None:
                self._answerer = columns.Answerer(found)
        return self._answerer.answer(query, is_union) if self._answerer else None


def _kind_and_detail(error: KgError | Refused | TooLarge) -> tuple[str, str]:
    """Kind and detail of a failure."""
    if isinstance(error, KgError):
        return "refused", as_refusal(error).as_json()
    return ("size" if isinstance(error, TooLarge) else error.kind), str(error)


def failure(kind: str, detail: str) -> bytes:
    """The frame that says why there is no answer, or no more of it."""
    return frame(b"F", json.dumps({"kind": kind, "detail": detail}).encode())


def answer_one(executor: QueryExecutor, inbox: socket.socket) -> bool:
    """Answers the question that has come; False where the front has closed its end instead."""
    with suppress(BrokenPipeError, ConnectionError):
        if (message := next_message(inbox)) is not None:
            put(executor.reply(json.loads(message)))
            return True
    return False

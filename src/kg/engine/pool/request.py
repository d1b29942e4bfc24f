"""What is asked of workers, within which limits, and why there may be no answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

FailureKind = Literal[
    "busy",  # as many questions wait as may; detail may be the seconds to wait
    "overrun",  # the time limit; detail is the limit
    "stopped",  # another engine stopped it at its own time limit; detail is what it says
    "died",  # the process died; detail is the signal's name
    "start",  # the snapshot cannot be loaded
    "closed",  # the pool is shutting down
    "syntax",  # a change that the engine cannot parse; detail is what it says
    "refused",  # the worker says why; detail is a Refusal as JSON
    "dataset",  # a graph is not named by an IRI
    "type",  # no acceptable type for what the query gives; detail is "results" or "graph"
    "query",  # the engine cannot evaluate the query
    "outside",  # the query reached for something outside the snapshot
    "memory",  # the memory limit
    "upstream",  # another engine that should answer does not; detail is what it says
    "size",  # the answer is larger than the limit in detail
    "killed",  # the process was ended over something else
    "disk",  # a change could not be stored; nothing is changed
    "doubt",  # a change could not be stored for certain: it may have happened
]


@dataclass(eq=False)
class Failure(Exception):
    """A question that got no answer, or only the beginning of one."""

    kind: FailureKind
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a pool and one query may take."""

    timeout_s: float = 30.0
    memory_mb: int = 2048  # of one query, beside the loaded snapshot
    queue: int = 32
    workers: int = 2
    body_bytes: int = 1_000_000
    answer_bytes: int = 2_000_000_000


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """A query, its dataset, and the names of the formats that will do."""

    query: str
    union: bool = True  # the default graph is the union of all
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    results: str | None = "json"  # for SELECT and ASK
    graph: str | None = "turtle"  # for CONSTRUCT and DESCRIBE
    only_head: bool = False
    timeout: float | None = None  # may only lower the limit
    folder: str = ""  # a RocksDB directory, opened read-only; the pool's own folder if empty
    is_own: bool = False  # a page of ours needs it: it has a worker more, and goes first
    task: str = ""  # what to compute instead of a query, by name, from
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def message(self, limit: float, most: int) -> bytes:
        """The question as a worker reads it: so many seconds, so many bytes at most."""
        return json.dumps(
            {
                "query": self.query,
                "union": self.union,
                "default_graphs": self.default_graphs,
                "named_graphs": self.named_graphs,
                "results": self.results,
                "graph": self.graph,
                "only_head": self.only_head,
                "folder": self.folder,
                "task": self.task,
                "arguments": self.arguments,
                "timeout": limit,
                "most": most,
            }
        ).encode("utf-8", "surrogatepass")

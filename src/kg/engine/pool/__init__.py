"""Query workers: processes that may be killed, because a running query cannot be stopped.

    client ──TCP── front ──────────── control socket ───── zygote (has loaded the snapshot)
              │      ├─ question, frames ──── worker ◄──── fork ┘     more workers …
              │      ├─ handoff: datagrams ──── │
              │      └─ shared page: epoch, ─── │
              │         request at work, tallies│
              └───── reads and answers look-ups ┘ on the sockets handed to it

| module | what it is |
|---|---|
| `pool` | which worker is asked, who waits, who is replaced |
| `supervisor`, `zygote`, `zygote_process` | so many processes, forked from one that never queries |
| `worker`, `request` | a question and its answer in frames (`engine.worker_process` answers) |
| `handoff`, `dispatch` | connections that a worker reads itself (`server.worker_connections`) |
| `monitor`, `deadline` | a long look-up costs the others nothing; a query ends at its limit |

**A connection is at one of three places**, and only there is it read:

| at | until | then |
|---|---|---|
| the front | a short request comes that may be a look-up | handed off to the worker with fewest |
| the front, waiting | a worker is free, or the time limit | handed off, or asked as a question |
| a worker | no look-up comes, one asked before, or nothing for 1 s | given back: `B`, `K` |
| | the client hangs up | given up: `C` |
| | the worker is to answer a question; 5 ms of work on one; a switch | reclaimed |
| | the worker's process ends | settled |

Datagrams say what happens (`server.worker_connections`): `L`, a connection comes, with its socket
and the request that has arrived; `R`, all are reclaimed; back come `B`, a connection with what is
unsent or unread; `K`, the same with an answer that the front is to keep; `C`, its client is gone;
`D`, what was reclaimed is left; `E`, the process has grown too large.

**Reclaiming.** The epoch counts how often that happened. The front takes the lock of the shared
page, raises the epoch and reads which handoff is being served. A worker takes a request only under
that lock and at the epoch it knows, so from then on it takes none: all connections but the one
being served are the front's at once, also those of a process that is stopped, or deep in a query.
The worker drains: it ends the one answer, says `D`, and may be asked again.

**Settling.** The shared page outlives the process: requests not begun are handed off again, the one
at work is asked once more, as a question, unless its time was over. That waits for the process's
real end (`Worker.gone`), for until then it may read; its place does not (`Worker.cut`): on a busy
machine a killed process needs half a second to end, so two may be there beside their successors.

A question (`Pool.ask`) is what a look-up is not: pages, tasks, other formats, long queries. There
are two processes more than may answer questions at once: one is left for look-ups, one replaces the
next that is killed.
"""

from kg.engine.pool.handoff import HandoffConnection
from kg.engine.pool.pool import Pool
from kg.engine.pool.request import EngineRequest, Failure, FailureKind, Limits
from kg.engine.pool.worker import EngineAnswer

__all__ = [
    "EngineAnswer",
    "EngineRequest",
    "Failure",
    "FailureKind",
    "HandoffConnection",
    "Limits",
    "Pool",
]

"""The zygote: a process with one thread that loads a folder once and forks workers.

Started as `python -m kg.engine.pool.zygote_process SETUP` by `engine.pool.zygote`, or as a program
that gives its workers more to do; stdin is a socket to the front. Once it is ready it never asks
its store anything, so that its memory stays shared with its children. In come messages of five
bytes, `F` (fork; two sockets and a page of memory for the child come along) or `K` and a process
to kill; out go lines of JSON: `ready` or `failed` once, then `born` and `gone`.
"""

import gc
import json
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, Store, parse

from kg.core.names import Names
from kg.engine.answer_sink import frame
from kg.engine.merged_store import MergedStore
from kg.engine.sandbox import die_with_parent, without_network
from kg.engine.shared_page import SharedPage
from kg.engine.worker_process import QueryExecutor, answer_one, put
from kg.sparql.dataset import Dataset

_MESSAGE = 5
_LAST = 19  # of nice(2)


def load(folder: str) -> Store | None:
    """The quads in memory, blank nodes with their labels; None for a RocksDB directory.

    Without a folder there are no quads: each question names the directory that it is about.
    Forked before it is opened, a RocksDB directory would be shared under one lock.
    """
    if folder and (Path(folder) / "CURRENT").exists():
        return None
    store = Store()
    if folder:
        file = Path(folder) / "quads.nq"
        if _names_blank_nodes(file):
            store.bulk_extend(parse(path=str(file), format=RdfFormat.N_QUADS))
        else:  # takes a quarter less memory, but would give blank nodes other labels
            # lenient: the engine has written the terms itself, and a quarter of the time is saved
            store.load(path=str(file), format=RdfFormat.N_QUADS, lenient=True)
    return store


def _names_blank_nodes(file: Path) -> bool:
    """Whether that might be so: the two characters may also stand in a literal."""
    if not file.stat().st_size:
        return False
    with file.open("rb") as quads, mmap(quads.fileno(), 0, access=ACCESS_READ) as content:
        return content.find(b"_:") >= 0


Ask = Callable[[], bool]  # answers the question that has come; False where no more will come
Prepare = Callable[[QueryExecutor, Mapping[str, Any], int, SharedPage], Callable[[Ask], None]]


def questions_alone(
    executor: QueryExecutor, setup: Mapping[str, Any], handoff: int, shared_page: SharedPage
) -> Callable[[Ask], None]:
    """What a worker does to which no connections are handed: one question after another."""

    def serve(ask: Ask) -> None:
        while ask():
            pass

    return serve


class ZygoteMain:
    """The children of this process."""

    def __init__(
        self,
        setup: dict[str, Any],
        front: socket.socket,
        prepare: Prepare = questions_alone,
        tasks: str = "",
    ) -> None:
        """`prepare` gives what a worker does; `tasks` names the module of tasks."""
        self._setup, self._front = setup, front
        self._prepare, self._tasks = prepare, tasks
        self._children: set[int] = set()
        self._loaded: MergedStore | None = None
        self._columns: mmap | None = None
        self._woken, wakes = socket.socketpair()
        for end in (self._woken, wakes):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wakes.fileno())
        self._wakes = wakes

    def run(self) -> None:
        """Loads, then serves the front until it closes its end."""
        try:
            store = load(self._setup["folder"])
        except (OSError, SyntaxError) as error:
            self._say({"failed": str(error)})
            return
        if store is not None:
            self._loaded = MergedStore(store, self._setup["is_disjoint"])
            if self._setup["columns"] and self._setup["folder"]:
                self._make_columns(Path(self._setup["folder"]) / "quads.nq")
            # for all that are forked, since it takes long of many quads:
            self._loaded.is_shared(Dataset(is_union=True))
        gc.collect()
        gc.freeze()
        self._say({"ready": 0 if store is None else len(store)})
        with suppress(ConnectionError):
            self._serve()
        for pid in self._children:
            os.kill(pid, signal.SIGKILL)
        for pid in self._children:
            os.waitpid(pid, 0)

    def _make_columns(self, quads: Path) -> None:
        """A child makes them, behind everything else; workers see them when they are there."""
        columns = import_module("kg.engine.columns")  # once, here, for all that are forked
        with suppress(OSError):  # without them the engine does it all
            self._columns = columns.reserve(columns.room_for(quads.stat().st_size))
            parent, pid = os.getpid(), os.fork()
            if pid == 0:
                try:
                    die_with_parent(parent)
                    os.nice(_LAST)
                    columns.make(quads, self._columns)
                finally:
                    os._exit(0)
            self._children.add(pid)

    def _serve(self) -> None:
        while True:
            for ready in select.select([self._front, self._woken], [], [])[0]:
                if ready is self._woken:
                    self._reap()
                elif not self._obey():
                    return

    def _obey(self) -> bool:
        message, ends, _, _ = socket.recv_fds(self._front, _MESSAGE, 3)
        if message[:1] == b"F":
            self._fork(ends)
        elif message[:1] == b"K":
            pid = int.from_bytes(message[1:], "big")
            if pid in self._children:
                os.kill(pid, signal.SIGKILL)
        return bool(message)

    def _fork(self, ends: Sequence[int]) -> None:
        parent, pid = os.getpid(), os.fork()
        if pid == 0:
            self._become_worker(ends, parent)
        for end in ends:
            os.close(end)
        self._children.add(pid)
        self._say({"born": pid})

    def _become_worker(self, ends: Sequence[int], parent: int) -> None:
        """Answers questions for the rest of its life."""
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            die_with_parent(parent)
            questions, handoff, page = ends
            os.dup2(questions, 0)
            os.dup2(questions, 1)
            for number in range(3, max(ends) + 1):
                if number not in (handoff, page):
                    with suppress(OSError):
                        os.close(number)
            self._work(handoff, SharedPage(page))
        except (BrokenPipeError, ConnectionResetError):
            pass  # the front has gone while this worker still wrote to it: nobody reads on
        except BaseException:
            traceback.print_exc()  # a fault of ours: the log has it
            raise
        finally:
            os._exit(0)

    def _work(self, handoff: int, shared_page: SharedPage) -> None:
        setup = self._setup
        names = Names(setup["names_base"], setup["prefixes"])
        executor = QueryExecutor(
            self._loaded,
            setup["folder"],
            names,
            setup["base"],
            self._columns,
            self._tasks,
        )
        inbox = socket.socket(fileno=0)
        serve = self._prepare(executor, setup, handoff, shared_page)
        executor.confine(setup["memory_mb"])
        put(frame(b"R", b""))
        serve(lambda: answer_one(executor, inbox))

    def _reap(self) -> None:
        with suppress(BlockingIOError):
            while self._woken.recv(4096):
                pass
        for pid in list(self._children):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                self._children.discard(pid)
                self._say({"gone": pid, "code": os.waitstatus_to_exitcode(status)})

    def _say(self, news: dict[str, Any]) -> None:
        self._front.sendall(json.dumps(news).encode() + b"\n")


def main(prepare: Prepare = questions_alone, tasks: str = "") -> None:
    """Loads, then forks until the front is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    setup = json.loads(sys.argv[1])
    die_with_parent(setup["front"])
    without_network()
    front = socket.socket(fileno=os.dup(0))
    devnull = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):
        os.dup2(devnull, number)
    os.close(devnull)
    ZygoteMain(setup, front, prepare, tasks).run()


if __name__ == "__main__":
    main()

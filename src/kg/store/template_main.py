"""The program of a template: loads a snapshot once, then forks a query worker whenever asked.

Started as `python -m kg.store.template_main` with a socket as stdin. It has one thread and never
answers a query itself, so that a fork of it is whole. Over the socket come the setup (four bytes
of length, then JSON), then for each wanted worker one byte with the worker's own socket attached
(SCM_RIGHTS). Back go nine bytes each: a letter, a process id and a number.

    R  ready            number of quads
    P  a worker started its process id
    X  a worker ended   its process id and its exit code, negative for a signal
    F  not ready        as many bytes as the number says, with the reason, follow; then it ends
"""

import gc
import json
import os
import selectors
import signal
import socket
from typing import Any

from pyoxigraph import RdfFormat, Store, parse

from kg.store.worker_main import die_with_parent, work

_SIZE = 4


def word(letter: bytes, pid: int, number: int) -> bytes:
    """One message to the parent."""
    return letter + pid.to_bytes(_SIZE, "big") + number.to_bytes(_SIZE, "big", signed=True)


def load(quads: str) -> Store:
    """The snapshot in memory; blank nodes keep their labels, so that restarts agree."""
    store = Store()
    if quads:
        store.bulk_extend(parse(path=quads, format=RdfFormat.N_QUADS))
    return store


def setup_of(control: socket.socket) -> dict[str, Any] | None:
    """The first message; None where the parent is gone."""
    with control.makefile("rb", buffering=0) as inbox:
        size = inbox.read(_SIZE)
        if not size or len(size) < _SIZE:
            return None
        wanted, data = int.from_bytes(size, "big"), b""
        while len(data) < wanted and (piece := inbox.read(wanted - len(data))):
            data += piece
    found: dict[str, Any] = json.loads(data)
    return found


class Template:
    """A loaded store and the loop that forks workers over it."""

    def __init__(self, control: socket.socket, store: Store, setup: dict[str, Any]) -> None:
        self._control, self._store, self._setup = control, store, setup
        self._alarm = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._alarm[1])

    def run(self) -> None:
        """Forks and reaps until the parent closes its end."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            selector.register(self._alarm[0], selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self._control:
                        if not self._fork():
                            return
                    else:
                        os.read(self._alarm[0], 4096)
                        self._reap()

    def _fork(self) -> bool:
        data, ends, _, _ = socket.recv_fds(self._control, 1, 1)
        if not data:
            return False
        pid = os.fork()
        if not pid:
            self._become_worker(ends[0])
        os.close(ends[0])
        self._control.sendall(word(b"P", pid, 0))
        return True

    def _become_worker(self, end: int) -> None:
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(end, 0)
            os.dup2(end, 1)
            os.closerange(3, 64)
            die_with_parent()
            work(self._store, self._setup)
            code = 0
        finally:
            os._exit(code)  # nothing of the template is run or flushed a second time

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            self._control.sendall(word(b"X", pid, os.waitstatus_to_exitcode(status)))


def main() -> None:
    """Loads, then forks until the parent closes the socket."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent()
    control = socket.socket(fileno=0)
    setup = setup_of(control)
    if setup is None:
        return
    try:
        store = load(setup["quads"])
    except (OSError, SyntaxError, MemoryError) as error:
        reason = (str(error) or "out of memory").encode()
        control.sendall(word(b"F", 0, len(reason)) + reason)
        return
    gc.collect()
    gc.freeze()  # the collector never touches what workers share
    control.sendall(word(b"R", 0, min(len(store), 2**31 - 1)))
    Template(control, store, setup).run()


if __name__ == "__main__":
    main()

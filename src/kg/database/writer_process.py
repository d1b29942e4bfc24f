"""The program that alone writes a user's store: changes one after another, states when asked for.

Started as `python -m kg.database.writer_process SETUP`, JSON with `directory` (in memory where it
is empty), `parent` (a process), `state` (the state that the directory is at, if known) and
`memory_mb`. On stdin come messages: four bytes of length, JSON with `id`, `op` and `body` (how many
bytes follow; `parts` says what they are), then these bytes. On stdout go replies as four bytes of
length and JSON, each with the `id` of its message: `{"done": …}` or `{"failed": kind, …}`.

A change that is done is not yet durable: it is when a `publish` that came after it is done. One
publish may come while a change runs, so that others need not wait for that one. Whatever goes wrong
with the disk or the memory, this process is not to be used again.
"""

import json
import os
import resource
import signal
import sys
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import BinaryIO

from pyoxigraph import Store

from kg.core.errors import Refusal
from kg.database.operations import CHANGES, OPERATIONS, Message, exists, failed, graph_of
from kg.engine.sandbox import confine, die_with_parent, limit, without_network

_MOST_FILES = 65536


class Published:
    """The state that was published last, and whether the store is still as it was there."""

    def __init__(self, state: str) -> None:
        self._state, self._changes, self._at = state, 0, 0

    def changed(self) -> None:
        """A change is done."""
        self._changes += 1

    def publish(self, store: Store, state: str) -> None:
        """Makes an immutable copy of all that is done; every file of it is on the disk then.

        A change that is being done meanwhile may be in it or not; it counts as after it.
        """
        done = self._changes
        store.flush()
        store.backup(state)
        self._state, self._at = Path(state).name, done

    def judge(self, store: Store, message: Message) -> None:
        """If-Match and If-None-Match in the order of RFC 9110, section 13.2.2; raises Refusal."""
        match, none = message["match"], message["none"]
        if match is None and none is None:
            return
        found = exists(store, graph_of(message))
        current = (self._state or None) if self._changes == self._at else None
        is_met = match is None or (found and match in ("*", current))
        if not is_met or (found and none is not None and none in ("*", current)):
            detail = "The graph is not as the condition says; read it again before you change it."
            raise Refusal(412, "Changed meanwhile", detail)


class Program:
    """One thread reads messages and publishes, another does everything else."""

    def __init__(self, store: Store, state: str) -> None:
        self._store, self._published = store, Published(state)
        self._work: SimpleQueue[tuple[Message, bytes]] = SimpleQueue()
        self._speaking = Lock()

    def run(self, inbox: BinaryIO) -> None:
        """Works until the parent closes its end."""
        Thread(target=self._worker, daemon=True).start()
        while (said := read(inbox)) is not None:
            if said[0]["op"] == "publish":
                self._publish(said[0])
            else:
                self._work.put(said)

    def tell(self, reply: Message) -> None:
        """One reply to the parent."""
        data = json.dumps(reply).encode()
        with self._speaking:
            sys.stdout.buffer.write(len(data).to_bytes(4, "big") + data)
            sys.stdout.buffer.flush()

    def _worker(self) -> None:
        try:
            while True:
                message, body = self._work.get()
                self.tell({"id": message["id"], **self._done(message, body)})
        finally:
            os._exit(1)  # a program without its worker would only make the parent wait

    def _done(self, message: Message, body: bytes) -> Message:
        try:
            if message["op"] in CHANGES:
                self._published.judge(self._store, message)
            done = OPERATIONS[message["op"]](self._store, message, body)
        except Exception as error:
            return failed(error)
        if message["op"] in CHANGES:
            self._published.changed()
        return {"done": done}

    def _publish(self, message: Message) -> None:
        try:
            self._published.publish(self._store, message["state"])
        except Exception as error:
            self.tell({"id": message["id"], **failed(error)})
        else:
            self.tell({"id": message["id"], "done": {"state": message["state"]}})


def read(inbox: BinaryIO) -> tuple[Message, bytes] | None:
    """The next message and its body; None when the parent has closed the pipe."""
    size = inbox.read(4)
    if len(size) < 4:
        return None
    message: Message = json.loads(inbox.read(int.from_bytes(size, "big")))
    return message, inbox.read(message["body"])


def opened(directory: str) -> Store:
    """The store; raises OSError, also where the directory is gone: an empty one is no store."""
    if not directory:
        return Store()
    if not Path(directory).is_dir():
        raise OSError(f"{directory} is gone")
    return Store(directory)


def main() -> None:
    """Opens the store, then writes until the parent closes a pipe."""
    setup = json.loads(sys.argv[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent(setup["parent"])
    without_network()
    limit(resource.RLIMIT_NOFILE, _MOST_FILES)
    try:
        program = Program(opened(setup["directory"]), setup["state"])
    except Exception as error:  # whatever the engine says of a damaged directory
        reply = json.dumps({"id": 0, "failed": "start", "detail": str(error)}).encode()
        sys.stdout.buffer.write(len(reply).to_bytes(4, "big") + reply)
        return
    confine(setup["memory_mb"], on_disk=True)
    program.tell({"id": 0, "done": {}})
    program.run(sys.stdin.buffer)


if __name__ == "__main__":
    main()

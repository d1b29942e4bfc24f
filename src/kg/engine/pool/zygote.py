"""The zygote as the front sees it: it holds a folder in memory and forks workers."""

import asyncio
import json
import os
import platform
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from kg.core.names import Names
from kg.engine.pool.handoff import Handoff
from kg.engine.pool.request import Failure
from kg.engine.pool.worker import Worker
from kg.engine.shared_page import SharedPage

_JEMALLOC = (
    f"/usr/lib/{platform.machine()}-linux-gnu/libjemalloc.so.2",  # Debian, Ubuntu
    "/usr/lib64/libjemalloc.so.2",  # Fedora
    "/usr/lib/libjemalloc.so.2",  # Alpine, Arch
)
_HUGE_PAGES = "thp:always,metadata_thp:always"  # a fork of a million quads takes 1 ms, not 13
_PATIENCE = 5.0  # seconds that it may take to end its workers


class Zygote:
    """One zygote; a fork of it is a worker that has everything loaded already."""

    def __init__(self, process: "subprocess.Popen[bytes]", control: socket.socket) -> None:
        self._process, self._control = process, control
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[None] = self._loop.create_future()
        self._births: deque[asyncio.Future[int]] = deque()
        self._workers: dict[int, Worker] = {}
        self._said = bytearray()
        self.gone: asyncio.Future[None] = self._loop.create_future()
        control.setblocking(False)
        self._loop.add_reader(control, self._hear)

    @classmethod
    async def start(cls, program: str, setup: dict[str, Any]) -> "Zygote":
        """A zygote that has loaded its folder; raises Failure where it cannot."""
        ours, theirs = socket.socketpair()
        command = (sys.executable, "-P", "-m", program, json.dumps(setup))
        with theirs:
            process = subprocess.Popen(
                command, stdin=theirs.fileno(), start_new_session=True, env=_environment()
            )
        zygote = cls(process, ours)
        try:
            await asyncio.shield(zygote._ready)
        except BaseException:
            await zygote.end()
            raise
        return zygote

    async def fork(self, done: Callable[[Worker], None]) -> Worker:
        """One more worker, ready to be asked; raises Failure where the zygote is gone.

        `done` is told when a worker from which all was reclaimed has answered the last one.
        """
        worker, birth = Worker(), self._loop.create_future()
        (ours, theirs), (front_end, worker_end) = socket.socketpair(), _datagrams()
        worker.handoff = Handoff(front_end, SharedPage.new(), lambda: done(worker))
        try:
            with theirs, worker_end:
                ends = [theirs.fileno(), worker_end.fileno(), worker.handoff.shared_page.file]
                socket.send_fds(self._control, [_message(b"F", 0)], ends)
            self._births.append(birth)
            await self._loop.create_unix_connection(lambda: worker, sock=ours)
            worker.pid = await asyncio.shield(birth)
            self._workers[worker.pid] = worker
            await worker.frame()
        except BaseException as error:
            worker.dismiss()
            if not worker.is_connected:
                ours.close()
            worker.handoff.settle(Failure("closed"))
            if isinstance(error, OSError):
                raise Failure("start", "the zygote is gone") from error
            raise
        return worker

    def kill(self, worker: Worker) -> None:
        """Kills a worker whatever it is doing; the zygote does, who alone knows its children."""
        with suppress(OSError):
            self._control.send(_message(b"K", worker.pid))

    def _hear(self) -> None:
        try:
            said = self._control.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            said = b""
        if not said:
            self._lose()
            return
        self._said += said
        *lines, rest = self._said.split(b"\n")
        self._said = bytearray(rest)
        for line in lines:
            self._take(json.loads(line))

    def _take(self, news: dict[str, Any]) -> None:
        if "ready" in news and not self._ready.done():
            self._ready.set_result(None)
        elif "failed" in news and not self._ready.done():
            self._ready.set_exception(Failure("start", news["failed"]))
        elif "born" in news:
            self._births.popleft().set_result(news["born"])
        elif "gone" in news:
            worker = self._workers.pop(news["gone"], None)
            if worker and not worker.gone.done():
                worker.gone.set_result(_cause(news["code"]))

    def _lose(self) -> None:
        self._loop.remove_reader(self._control)
        if not self._ready.done():
            self._ready.set_exception(Failure("start", "the zygote died"))
            self._ready.exception()
        for birth in self._births:
            birth.set_exception(Failure("start", "the zygote died"))
            birth.exception()
        for worker in self._workers.values():
            if not worker.gone.done():
                worker.gone.set_result("with its zygote")
        self._births.clear()
        self._workers.clear()
        if not self.gone.done():
            self.gone.set_result(None)

    async def end(self) -> None:
        """Ends the process, and with it all of its workers."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)
        await asyncio.to_thread(self._wait)
        self._lose()
        self._control.close()

    def _wait(self) -> None:
        try:
            self._process.wait(_PATIENCE if self._ready.done() else 0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def setup_of(
    folder: Path | None, memory_mb: int, names: Names | None, flags: Mapping[str, Any]
) -> dict[str, Any]:
    """What a zygote has to know, beside flags that its program knows by name."""
    return {
        "folder": str(folder) if folder else "",
        "front": os.getpid(),
        "memory_mb": memory_mb,
        "names_base": names.base if names else "",
        "prefixes": dict(names.prefixes) if names else {},
        **flags,
    }


def _environment() -> dict[str, str]:
    """Ours, with jemalloc where it is installed: it halves the time of look-ups.

    Without the threads of numpy's linear algebra, so that a fork is safe.
    """
    ours = {"OPENBLAS_NUM_THREADS": "1", **os.environ}
    library = next((file for file in _JEMALLOC if Path(file).exists()), None)
    if library is None or "LD_PRELOAD" in os.environ:
        return ours
    return {"MALLOC_CONF": _HUGE_PAGES, **ours, "LD_PRELOAD": library}


def _datagrams() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)


def _message(kind: bytes, pid: int) -> bytes:
    return kind + pid.to_bytes(4, "big")


def _cause(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"

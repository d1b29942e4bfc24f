"""The template process as its parent sees it: start it, fork workers from it, end it."""

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

_WORD = 9  # bytes: a letter, a process id, a number


class TemplateGone(Exception):
    """The template could not load the snapshot, or died."""


@dataclass(eq=False)
class Twig:
    """A forked worker: its socket as streams, and its exit code when it has ended."""

    pid: int
    handle: int  # a file descriptor that means this process and no later one (pidfd_open(2))
    inbox: asyncio.StreamReader
    outbox: asyncio.StreamWriter
    ended: "asyncio.Future[int]"

    def kill(self) -> None:
        """Kills the process, whatever it is doing."""
        if not self.ended.done() and self.handle >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.handle, signal.SIGKILL)


class Template:
    """One running template."""

    def __init__(self, process: Process, control: socket.socket) -> None:
        self._process, self._control = process, control
        self._twigs: dict[int, Twig] = {}
        self._ends: dict[int, int] = {}  # exits heard of before their fork was
        self._forked: asyncio.Queue[int] = asyncio.Queue()
        self._forking = asyncio.Lock()
        self._listener: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, setup: Mapping[str, object]) -> "Template":
        """Returns when the snapshot is loaded; raises TemplateGone where it cannot be."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        program = (sys.executable, "-P", "-m", "kg.store.template_main")
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *program, stdin=theirs.fileno(), stdout=DEVNULL, start_new_session=True
            )
        template = cls(process, ours)
        data = json.dumps(setup).encode()
        try:
            await template._send(len(data).to_bytes(4, "big") + data)
            letter, _, number = await template._word()
            if letter != b"R":
                raise TemplateGone((await template._exactly(number)).decode())
        except BaseException:
            await template.close()
            raise
        template._listener = asyncio.create_task(template._listen())
        return template

    @property
    def is_gone(self) -> bool:
        """Whether no more workers can be had from it."""
        return self._listener is None or self._listener.done()

    async def fork(self) -> Twig:
        """A new worker; raises TemplateGone."""
        ours, theirs = socket.socketpair()
        async with self._forking:
            with theirs:
                if self.is_gone:
                    ours.close()
                    raise TemplateGone("it died")
                socket.send_fds(self._control, [b"F"], [theirs.fileno()])
            pid = await self._forked.get()
            if not pid:
                ours.close()
                raise TemplateGone("it died")
            return await self._twig(pid, ours)

    async def _twig(self, pid: int, end: socket.socket) -> Twig:
        inbox, outbox = await asyncio.open_connection(sock=end)
        ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:  # it died at once, and the template has told or will tell so
            handle = -1
        twig = self._twigs[pid] = Twig(pid, handle, inbox, outbox, ended)
        if pid in self._ends:
            self._end(pid, self._ends.pop(pid))
        return twig

    async def close(self) -> None:
        """Ends the template, and with it all that were forked from it."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        if self._listener:
            await asyncio.gather(self._listener, return_exceptions=True)
        self._control.close()

    async def _listen(self) -> None:
        try:
            while True:
                letter, pid, number = await self._word()
                if letter == b"P":
                    self._forked.put_nowait(pid)
                else:
                    self._end(pid, number)
        except (TemplateGone, OSError):
            self._forked.put_nowait(0)
            for pid in list(self._twigs):
                self._end(pid, -signal.SIGKILL)  # they die with their parent

    def _end(self, pid: int, code: int) -> None:
        twig = self._twigs.pop(pid, None)
        if twig is None:
            self._ends[pid] = code
        elif not twig.ended.done():
            twig.ended.set_result(code)
            if twig.handle >= 0:
                os.close(twig.handle)

    async def _word(self) -> tuple[bytes, int, int]:
        data = await self._exactly(_WORD)
        return (
            data[:1],
            int.from_bytes(data[1:5], "big"),
            int.from_bytes(data[5:], "big", signed=True),
        )

    async def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = await asyncio.get_running_loop().sock_recv(self._control, size - len(data))
            if not piece:
                raise TemplateGone("it died while it loaded")
            data += piece
        return data

    async def _send(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self._control, data)

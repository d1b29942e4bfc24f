"""Client connections handed to one worker, as the front sees them.

A worker that holds a client's socket reads and answers plain requests itself: nothing is copied
through the front, and nobody is woken twice. The front keeps the socket too, so that no client is
lost with a worker. Only one of the two reads: the front stops when it hands off, and goes on when
the worker gives the connection back or when it has reclaimed it (see `engine.shared_page`). All of
this is drawn in `engine.pool`.

The worker's side, and the datagrams between the two, are in `server.worker_connections`.
"""

import asyncio
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Protocol

from kg.engine.pool.request import Failure
from kg.engine.shared_page import SharedPage

HEAD = struct.Struct("!cQQ")  # of a datagram: kind, number of a handoff, an epoch or a length
NEWLINE = b"\n"
LARGEST_REQUEST = 32_768
_LARGEST = 1 << 18
_MOST = 256  # connections handed to one worker
_numbers = count(1)


class HandoffConnection(Protocol):
    """A connection that can be handed off."""

    def fileno(self) -> int:
        """Its socket."""

    def written(self) -> int | None:
        """Bytes that the kernel took for it so far; None where that is not told."""

    def returned(self, unsent: bytes, unread: bytes) -> None:
        """It is the front's again: first to be sent, and then to be answered."""

    def untouched(self, request: bytes) -> None:
        """It is the front's again, with what nobody has read, and may be handed off again."""

    def kept(self, answer: bytes, request: bytes) -> None:
        """It is the front's again, with an answer to a request that may come again."""

    def hung_up(self) -> None:
        """It is over: the client has closed it, or nobody knows what has left on it."""

    def awaited(self) -> None:
        """The answer takes long: whether the client hangs up is now the front's to see."""

    def failed(self, failure: Failure, request: bytes, seconds: float) -> None:
        """There will be no answer to a request that was taken so long ago."""


@dataclass(frozen=True, slots=True)
class _Out:
    connection: HandoffConnection
    request: bytes  # that it was handed off with
    written: int | None  # before it was handed off


class Handoff:
    """What was handed to one worker."""

    def __init__(
        self, channel: socket.socket, shared_page: SharedPage, done: Callable[[], None]
    ) -> None:
        self.shared_page = shared_page
        self._channel, self._done = channel, done
        self.is_retiring = False  # another process should take the worker's place
        self._epoch = 0
        self._out: dict[int, _Out] = {}  # by number
        self._left = 0  # the last epoch that the worker has begun
        self.is_draining = False  # all is reclaimed but one request, which is still being answered
        channel.setblocking(False)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(channel, self._hear)

    def __len__(self) -> int:
        return len(self._out)

    @property
    def request(self) -> bytes:
        """The request that the worker is at; empty where it is at none that is known."""
        return self.shared_page.request

    def hand_off(self, connection: HandoffConnection, line: bytes, request: bytes) -> bool:
        """Hands a connection over, with the request that has arrived; False where it cannot."""
        if (
            self.is_draining
            or self.is_retiring
            or len(self._out) >= _MOST
            or len(request) > LARGEST_REQUEST
        ):
            return False
        number = next(_numbers)
        head = HEAD.pack(b"L", number, self._epoch)
        written = connection.written()
        try:
            socket.send_fds(self._channel, [head, line, NEWLINE, request], [connection.fileno()])
        except OSError:
            return False
        self._out[number] = _Out(connection, request, written)
        return True

    def reclaim(self, patience: float) -> bool:
        """Takes everything back; False where one request is being answered and stays till then.

        Raises Stuck after so many seconds.
        """
        if self._out and not self.is_draining:
            serving, begun = self.shared_page.reclaim(self._epoch + 1, patience)
            self._epoch += 1
            self._hear()  # what it gave back before
            with suppress(OSError):
                self._channel.send(HEAD.pack(b"R", 0, self._epoch))
            taken, self._out = self._out, {}
            if serving in taken and self._left != self._epoch:
                self._out[serving] = taken.pop(serving)
                self.is_draining = True
            for number, out in taken.items():
                out.connection.untouched(out.request if number > begun else b"")
        return not self._out

    def await_it(self) -> None:
        """Tells the connection whose request is being answered that this takes long."""
        for out in self._out.values():
            out.connection.awaited()

    def forget(self, connection: HandoffConnection) -> bool:
        """Nobody waits for that connection any more; whether it was handed off here."""
        for number, out in self._out.items():
            if out.connection is connection:
                del self._out[number]
                return True
        return False

    def settle(self, why: Failure) -> None:
        """The worker is gone; the request it was at is asked again, unless it had its time."""
        self._hear()
        self._loop.remove_reader(self._channel)
        self._channel.close()
        serving, begun = self.shared_page.serving, self.shared_page.begun
        taken, self._out = self._out, {}
        for number, out in taken.items():
            if number == serving:
                self._settle_one(out, why)
            else:
                out.connection.untouched(out.request if number > begun else b"")
        self.shared_page.close()

    def _settle_one(self, out: _Out, why: Failure) -> None:
        """The request that the worker was at: it may have ended before, behind or amid its write.

        On a busy machine it waits between the two for milliseconds; the kernel knows what has left.
        """
        shared_page, now = self.shared_page, out.connection.written()
        size, before = shared_page.sending
        known = now is not None and out.written is not None
        sent = now - out.written - before if known else None  # type: ignore[operator]
        if size and sent == size:
            out.connection.returned(b"", b"")
        elif size and sent != 0:
            out.connection.hung_up()
        elif why.kind == "overrun" or not shared_page.request:
            seconds = (time.monotonic_ns() - shared_page.since) / 1e9
            out.connection.failed(why, shared_page.request, seconds)
        else:
            out.connection.returned(b"", shared_page.request)

    def _hear(self) -> None:
        while True:
            try:
                said = self._channel.recv(_LARGEST)
            except OSError:  # nothing more, or the worker is gone, which its own socket tells
                return
            if not said:
                return
            self._take(said)

    def _take(self, said: bytes) -> None:
        kind, number, word = HEAD.unpack_from(said)
        if kind == b"D":
            self._left = word
            if word == self._epoch and self.is_draining:
                self._end_draining()
            return
        if kind == b"E":
            self.is_retiring = True
            self._done()
            return
        out = self._out.pop(number, None)
        if out is None:
            return
        connection = out.connection
        first, second = said[HEAD.size : HEAD.size + word], said[HEAD.size + word :]
        if kind == b"C":
            connection.hung_up()
        elif kind == b"K":
            connection.kept(first, second)
        else:
            connection.returned(first, second)

    def _end_draining(self) -> None:
        self.is_draining = False
        taken, self._out = self._out, {}
        for out in taken.values():
            out.connection.returned(b"", b"")
        self._done()

"""What a worker does with the client connections handed to it (see `engine.pool.handoff`).

Datagrams go both ways. To the worker: L, number, epoch, a line about what is served, and the
request that has arrived, with the socket; R and the epoch of a reclaim. From it: B, number, how
many bytes of an answer are still to be sent, those bytes, and what was read and not answered; K,
the same of a whole answer that the front is to keep, and the request it answers; C and number,
where the client hung up; D and an epoch, when it has left all that it had before; E, when it
holds so much memory that another process had better take its place.

It reads a request only while it holds the lock and nothing was reclaimed, answers it if it is a
plain look-up with a short answer, and gives back, with the bytes, whatever is not.
"""

import os
import select
import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from kg.engine.pool.handoff import HEAD, LARGEST_REQUEST, NEWLINE
from kg.engine.sandbox import one_more, put_away
from kg.engine.shared_page import SharedPage

_SECOND_PIECE_MS = 2  # a body may come so long after its head
_IDLE = 1.0  # seconds without a request, after which the front has the connection again
_LONG = 50_000_000  # nanoseconds of an answer that may have taken much memory


class Response(NamedTuple):
    """An answer as it goes to the client."""

    data: bytes
    body_size: int
    is_repeated: bool  # the request was seen before: worth keeping


class LookupHandler(Protocol):
    """Who knows HTTP: a layer above the store."""

    def lacks(self, data: bytes) -> int:
        """How many bytes of a request are still to come; 0 where that cannot be told."""

    def answer(self, data: bytes, line: bytes) -> Response | None:
        """The answer to a request; None where the front has to look at it after all."""

    def log(self, data: bytes, response: Response, took: int) -> None:
        """Tells the log of an answered request, which took so many nanoseconds."""


@dataclass(slots=True)
class _HandedConnection:
    number: int
    line: bytes  # what is served, for the handler to understand
    last: float
    written: int = 0  # bytes of answers


class WorkerConnections:
    """The connections, by descriptor."""

    def __init__(
        self,
        channel: int,
        shared_page: SharedPage,
        handler: LookupHandler,
        is_swollen: Callable[[], bool],
    ):
        self._channel = socket.socket(fileno=channel)
        self._shared_page, self._handler, self._is_swollen = shared_page, handler, is_swollen
        self._handed: dict[int, _HandedConnection] = {}
        self._spare: list[int] = []  # descriptors put away
        self._epoch = 0
        self._looked = 0.0
        self._ready = selectors.DefaultSelector()
        self._ready.register(self._channel, selectors.EVENT_READ)

    def serve(self, questions: int, ask: Callable[[], bool]) -> None:
        """Answers until the front is gone; `ask` is for a question that has come, False ends."""
        self._ready.register(questions, selectors.EVENT_READ)
        while True:
            for key, _ in self._ready.select(_IDLE if self._handed else None):
                if key.fd == questions:
                    if not ask():
                        return
                elif key.fd == self._channel.fileno():
                    self._hear()
                elif key.fd in self._handed:
                    self._next_request(key.fd)
            self._return_idle()

    def _hear(self) -> None:
        """What the front says: a connection comes, or all are reclaimed."""
        said, descriptor = self._receive()
        kind, number, epoch = HEAD.unpack_from(said)
        self._drop_reclaimed()
        if kind != b"L":
            return
        line, _, request = said[HEAD.size :].partition(NEWLINE)
        if descriptor is None:  # there was no number for it
            self._channel.send(HEAD.pack(b"B", number, 0) + request)
        else:
            self._take_up(
                descriptor, _HandedConnection(number, line, time.monotonic()), epoch, request
            )

    def _drop_reclaimed(self) -> None:
        """As the shared page says: the datagram that wakes this process may have found no room."""
        epoch = self._shared_page.epoch
        if epoch == self._epoch:
            return
        for descriptor in list(self._handed):
            self._drop(descriptor)
        self._epoch = epoch
        self._channel.send(HEAD.pack(b"D", 0, epoch))

    def _receive(self) -> tuple[bytes, int | None]:
        if self._spare:
            os.close(self._spare.pop())
        with one_more():
            said, descriptors, _, _ = socket.recv_fds(self._channel, 2 * LARGEST_REQUEST, 1)
        return said, descriptors[0] if descriptors else None

    def _take_up(
        self, descriptor: int, connection: _HandedConnection, epoch: int, request: bytes
    ) -> None:
        shared_page = self._shared_page
        shared_page.lock()
        is_mine = shared_page.epoch == epoch
        began = shared_page.take(connection.number, is_new=True) if is_mine else 0
        shared_page.hold(request)
        shared_page.unlock()
        if not is_mine:  # the front has it again
            self._put_away(descriptor)
            return
        self._handed[descriptor] = connection
        self._ready.register(descriptor, selectors.EVENT_READ)
        self._answer(descriptor, connection, request, began)
        shared_page.leave()

    def _next_request(self, descriptor: int) -> None:
        connection, shared_page = self._handed[descriptor], self._shared_page
        shared_page.lock()
        if shared_page.epoch != self._epoch:
            shared_page.unlock()
            self._drop_reclaimed()
            return
        began = shared_page.take(connection.number, is_new=False)
        try:
            data = os.read(descriptor, LARGEST_REQUEST)
            shared_page.hold(data)
        except BlockingIOError:
            shared_page.leave()
            return
        except OSError:
            data = b""
        finally:
            shared_page.unlock()
        connection.last = began / 1e9
        self._answer(descriptor, connection, data, began)
        shared_page.leave()

    def _answer(
        self, descriptor: int, connection: _HandedConnection, data: bytes, began: int
    ) -> None:
        if not data:
            self._give_back(descriptor, b"C")
            return
        response = self._handler.answer(data, connection.line)
        if response is None and (lacking := self._handler.lacks(data)):
            data += self._second_piece(descriptor, data, lacking)
            response = self._handler.answer(data, connection.line)
        if response is None:
            self._give_back(descriptor, b"B", unread=data)
            return
        took = self._shared_page.tell(began, response.body_size)  # who reads it finds it counted
        if response.is_repeated:  # the front is quicker with what is asked again and again
            self._give_back(descriptor, b"K", response.data, data)
        else:
            self._send(descriptor, connection, response.data)
        self._handler.log(data, response, took)
        if took > _LONG and self._is_swollen():
            self._retire()

    def _send(self, descriptor: int, connection: _HandedConnection, data: bytes) -> None:
        self._shared_page.send(len(data), connection.written)
        try:
            sent = os.write(descriptor, data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._give_back(descriptor, b"C")
            return
        connection.written += sent
        if sent < len(data):
            self._give_back(descriptor, b"B", data[sent:])

    def _second_piece(self, descriptor: int, first: bytes, lacking: int) -> bytes:
        """The body, where that comes at once behind its head."""
        coming = select.poll()
        coming.register(descriptor, select.POLLIN)
        if not coming.poll(_SECOND_PIECE_MS):
            return b""
        self._shared_page.lock()
        try:
            if self._shared_page.epoch != self._epoch:
                return b""
            second = os.read(descriptor, lacking)
            self._shared_page.hold(first + second)
            return second
        except OSError:
            return b""
        finally:
            self._shared_page.unlock()

    def _give_back(
        self, descriptor: int, kind: bytes, unsent: bytes = b"", unread: bytes = b""
    ) -> None:
        number = self._handed[descriptor].number
        self._channel.send(HEAD.pack(kind, number, len(unsent)) + unsent + unread)
        self._drop(descriptor)

    def _drop(self, descriptor: int) -> None:
        del self._handed[descriptor]
        self._ready.unregister(descriptor)
        self._put_away(descriptor)

    def _put_away(self, descriptor: int) -> None:
        put_away(descriptor)
        self._spare.append(descriptor)

    def _return_idle(self) -> None:
        now = time.monotonic()
        if now - self._looked < _IDLE:
            return
        self._looked = now
        for descriptor, connection in list(self._handed.items()):
            if now - connection.last > _IDLE:
                self._give_back(descriptor, b"B")

    def _retire(self) -> None:
        for descriptor in list(self._handed):
            self._give_back(descriptor, b"B")
        self._channel.send(HEAD.pack(b"E", 0, 0))  # and the front ends this one

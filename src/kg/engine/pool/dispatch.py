"""Which worker gets which client connection, and which have to wait for a moment."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from kg.core.recent import RecentSet
from kg.engine.pool.handoff import HandoffConnection
from kg.engine.pool.monitor import LongRequestMonitor
from kg.engine.pool.request import Limits
from kg.engine.pool.worker import Worker

_REMEMBERED = 1000  # requests that took long; they are asked as questions from then on


class Workers(Protocol):
    """The pool."""

    limits: Limits

    @property
    def idle(self) -> Collection[Worker]:
        """Those that answer no question; they may have connections."""

    @property
    def at_work(self) -> Collection[Worker]:
        """Those that answer one, or a long request on a connection."""

    def kill(self, worker: Worker) -> None:
        """Ends a process whatever it is doing."""


@dataclass(frozen=True, slots=True)
class _Parked:
    line: bytes
    request: bytes
    patience: asyncio.TimerHandle  # after which it is asked as a question


class Dispatcher:
    """The connections of a pool."""

    def __init__(self, pool: Workers, monitor: LongRequestMonitor) -> None:
        self._pool, self._monitor = pool, monitor
        self._parked: dict[HandoffConnection, _Parked] = {}  # to be handed off as soon as possible
        self._long = RecentSet(_REMEMBERED)
        self._is_over = False

    def __len__(self) -> int:
        return len(self._parked)

    def hand_off(self, connection: HandoffConnection, line: bytes, request: bytes) -> bool:
        """Lets a worker answer what comes on a connection; False where none will.

        `line` is what the worker's handler has to know of what is served.
        """
        if self._is_over or request in self._long:
            return False
        worker = self._free_worker()
        if worker is None:
            if len(self._parked) >= self._pool.limits.queue:
                return False
            loop = asyncio.get_running_loop()
            patience = loop.call_later(self._pool.limits.timeout_s, self._return, connection)
            self._parked[connection] = _Parked(line, request, patience)
            return True
        if not worker.handoff.hand_off(connection, line, request):
            return False
        self._monitor.walk()
        return True

    def _free_worker(self) -> Worker | None:
        """Who has the fewest connections; one worker is left for questions, where there are two."""
        able = [w for w in self._pool.idle if w.is_alive and not w.handoff.is_draining]
        most = max(1, self._pool.limits.workers - len(self._pool.at_work))
        able.sort(key=lambda w: len(w.handoff), reverse=True)
        return min(able[:most], key=lambda w: len(w.handoff), default=None)

    def go_on(self) -> None:
        """A worker may be free for those that wait."""
        while self._parked and self._free_worker():
            connection = next(iter(self._parked))
            parked = self._parked.pop(connection)
            parked.patience.cancel()
            if not self.hand_off(connection, parked.line, parked.request):
                connection.returned(b"", parked.request)

    def give_up(self) -> None:
        """Those that wait are not handed off any more."""
        parked, self._parked = self._parked, {}
        for connection, waiting in parked.items():
            waiting.patience.cancel()
            connection.untouched(waiting.request)

    def _return(self, connection: HandoffConnection) -> None:
        connection.returned(b"", self._parked.pop(connection).request)

    def end(self) -> None:
        """Nothing is handed off any more."""
        self._is_over = True
        self.give_up()

    def remember(self, request: bytes) -> None:
        """That request takes long."""
        self._long.add(request)

    def forget(self, connection: HandoffConnection) -> None:
        """Nobody waits for what is answered on a handed-off connection: its worker is ended."""
        if parked := self._parked.pop(connection, None):
            parked.patience.cancel()
            return
        for worker in self._pool.at_work:
            if worker.handoff.forget(connection):
                self._pool.kill(worker)
                return

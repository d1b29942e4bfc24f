"""Memory that the front shares with one worker: what the worker is at, and its tallies.

Every word is 64 bits and written by one side only; a lock on the file that lies behind it
(`fcntl(2)`, given up by the kernel when its holder dies) makes two words change together.
"""

import fcntl
import mmap
import os
import tempfile
import time
from typing import ClassVar

BOUNDS = (0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0, 60.0)  # seconds, upper ends of the buckets
_BOUNDS_NS = tuple(int(bound * 1e9) for bound in BOUNDS)
_EPOCH, _SERVING, _SINCE, _TAKEN, _SENDING, _LENGTH, _BEFORE, _TALLIES = range(8)
_HITS, _BYTES, _NANOSECONDS, _BUCKETS = 0, 1, 2, 3
_REQUEST, _SIZE = 512, 32_768  # where the request lies, and the bytes of it all


class Stuck(Exception):
    """The worker keeps the lock: it does not run."""


class RequestStats:
    """Answers on handed-off connections: kept ones used again, bytes, seconds, by speed."""

    SIZE: ClassVar[int] = _BUCKETS + len(BOUNDS) + 1

    def __init__(self, words: list[int] | None = None) -> None:
        self.words = words or [0] * self.SIZE

    @property
    def hits(self) -> int:
        """Answers that were kept and used again."""
        return self.words[_HITS]

    @property
    def bytes(self) -> int:
        """Bytes of bodies sent."""
        return self.words[_BYTES]

    @property
    def seconds(self) -> float:
        """From request to answer, all together."""
        return self.words[_NANOSECONDS] / 1e9

    @property
    def buckets(self) -> list[int]:
        """How many took how long, by BOUNDS."""
        return self.words[_BUCKETS:]

    @property
    def answered(self) -> int:
        """How many answers there were."""
        return sum(self.buckets)

    def tell_quick(self, size: int) -> None:
        """Counts an answer that took no time worth telling."""
        self.words[_BYTES] += size
        self.words[_BUCKETS] += 1

    def plus(self, other: "RequestStats") -> "RequestStats":
        """Both together."""
        return RequestStats([a + b for a, b in zip(self.words, other.words, strict=True)])

    def add(self, words: list[int]) -> None:
        """Adds what was counted elsewhere."""
        self.words = self.plus(RequestStats(words)).words


class SharedPage:
    """The memory, as both sides see it."""

    def __init__(self, file: int) -> None:
        self.file = file
        self._page = mmap.mmap(file, _SIZE)
        self._words = memoryview(self._page)[:_REQUEST].cast("Q")
        self._reported = [0] * RequestStats.SIZE

    @classmethod
    def new(cls) -> "SharedPage":
        """All zeros, with a file of its own behind it."""
        if hasattr(os, "memfd_create"):
            file = os.memfd_create("kg-board")
        else:
            with tempfile.TemporaryFile() as temporary:
                file = os.dup(temporary.fileno())
        os.truncate(file, _SIZE)
        return cls(file)

    # what the front says and asks

    def reclaim(self, epoch: int, patience: float) -> tuple[int, int]:
        """No request is taken from now on; the handoff being served (0: none), the last begun.

        Raises Stuck where the worker keeps the lock for so many seconds; it needs microseconds,
        and its turn to run.
        """
        until = time.monotonic() + patience
        while True:
            try:
                fcntl.lockf(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except (BlockingIOError, PermissionError):
                if time.monotonic() > until:
                    raise Stuck from None
                time.sleep(0.0001)
        self._words[_EPOCH] = epoch
        found = self._words[_SERVING], self._words[_TAKEN]
        fcntl.lockf(self.file, fcntl.LOCK_UN)
        return found

    @property
    def serving(self) -> int:
        """The number of the handoff whose request is being answered; 0 for none."""
        return self._words[_SERVING]

    @property
    def begun(self) -> int:
        """The number of the last handoff that the worker has taken up."""
        return self._words[_TAKEN]

    @property
    def request(self) -> bytes:
        """The request being answered; empty where it is not known."""
        return self._page[_REQUEST : _REQUEST + self._words[_LENGTH]]

    @property
    def since(self) -> int:
        """When it was taken, in nanoseconds of the monotonic clock."""
        return self._words[_SINCE]

    @property
    def sending(self) -> tuple[int, int]:
        """Bytes of the answer that leaves (0: none), and of those that left on the same handoff."""
        return self._words[_SENDING], self._words[_BEFORE]

    def news(self) -> list[int]:
        """What was counted since this was asked last."""
        words = list(self._words[_TALLIES : _TALLIES + RequestStats.SIZE])
        before, self._reported = self._reported, words
        return [now - before for now, before in zip(words, before, strict=True)]

    def close(self) -> None:
        """Gives the page and its file back."""
        self._words.release()
        self._page.close()
        os.close(self.file)

    # what the worker says and asks

    def lock(self) -> None:
        """Until `unlock`, the front does not reclaim."""
        fcntl.lockf(self.file, fcntl.LOCK_EX)

    def unlock(self) -> None:
        """The front may reclaim."""
        fcntl.lockf(self.file, fcntl.LOCK_UN)

    @property
    def epoch(self) -> int:
        """How often the front has reclaimed its connections."""
        return self._words[_EPOCH]

    def take(self, number: int, is_new: bool) -> int:
        """Says, under the lock, which handoff is served from now on; gives the time, in ns."""
        words, now = self._words, time.monotonic_ns()
        words[_SENDING] = words[_LENGTH] = 0
        words[_SINCE] = now
        words[_SERVING] = number
        if is_new:
            words[_TAKEN] = number
        return now

    def hold(self, request: bytes) -> None:
        """Shows the request, so that it outlives this process."""
        if len(request) <= _SIZE - _REQUEST:
            self._page[_REQUEST : _REQUEST + len(request)] = request
            self._words[_LENGTH] = len(request)

    def send(self, size: int, before: int) -> None:
        """Says that an answer is about to leave, behind so many bytes on the same handoff."""
        self._words[_BEFORE] = before
        self._words[_SENDING] = size

    def leave(self) -> None:
        """Says that nothing is served."""
        self._words[_SERVING] = 0

    def tell(self, began: int, size: int) -> int:
        """Counts an answer; gives the nanoseconds it took."""
        words, took = self._words, time.monotonic_ns() - began
        bucket = 0
        while bucket < len(_BOUNDS_NS) and took > _BOUNDS_NS[bucket]:
            bucket += 1
        words[_TALLIES + _BYTES] += size
        words[_TALLIES + _NANOSECONDS] += took
        words[_TALLIES + _BUCKETS + bucket] += 1
        return took

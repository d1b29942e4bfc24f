"""What a worker process may not do: the limits that the kernel keeps for it (getrlimit(2))."""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MB = 1 << 20
_STANDARD = 3  # stdin, stdout, stderr
_MOST_FILES = 65536
_PARENT_DIED = 1  # PR_SET_PDEATHSIG of prctl(2)
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # CLONE_NEWUSER, CLONE_NEWNET of unshare(2)


def without_network() -> None:
    """A network namespace of its own, where the kernel lets anyone have one: nothing to reach."""
    if sys.platform == "linux":
        ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NETWORK)


def confine(memory_mb: int, on_disk: bool = False) -> None:
    """From here on: so much more memory and no more, no core files, no new file or socket.

    A process that cannot open a descriptor can neither fetch what SERVICE names nor read
    `file:`, whatever the text of a query got past the guard in front. A store on disk opens its
    files as it needs them, so there the descriptors stay.
    """
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit(resource.RLIMIT_AS, pages * resource.getpagesize() + memory_mb * _MB)
    limit(resource.RLIMIT_CORE, 0)
    if not on_disk:
        _close_descriptors()


@contextmanager
def descriptors() -> Iterator[None]:
    """For as long as it takes to open a store, files and memory are there."""
    limit(resource.RLIMIT_NOFILE, _MOST_FILES)
    if sys.platform == "linux":
        limit(resource.RLIMIT_AS, resource.RLIM_INFINITY)
    yield


@contextmanager
def files() -> Iterator[None]:
    """For as long as work of our own takes, which no text of a stranger steers, there are files."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    limit(resource.RLIMIT_NOFILE, _MOST_FILES)
    try:
        yield
    finally:
        if before != _MOST_FILES:
            _close_descriptors()


@contextmanager
def one_more() -> Iterator[None]:
    """For as long as it takes to be handed a descriptor, there is a number for it."""
    below = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    limit(resource.RLIMIT_NOFILE, below + 1)
    yield
    if not _is_open(below):
        limit(resource.RLIMIT_NOFILE, below)


def put_away(descriptor: int) -> None:
    """Closes it, and keeps its number taken."""
    os.dup2(0, descriptor)


def _close_descriptors() -> None:
    """No number is left for a new descriptor: those between the open ones are taken."""
    highest = max((n for n in range(_STANDARD, _open_below()) if _is_open(n)), default=2)
    for number in range(_STANDARD, highest):
        if not _is_open(number):
            os.dup2(0, number)
    limit(resource.RLIMIT_NOFILE, highest + 1)


def _open_below() -> int:
    """All open descriptors have lower numbers."""
    try:
        return 1 + max(int(entry.name) for entry in Path("/proc/self/fd").iterdir())
    except OSError:
        return 256


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def limit(what: int, most: int) -> None:
    """Sets a soft limit, no higher than the machine's hard one."""
    hard = resource.getrlimit(what)[1]
    if hard != resource.RLIM_INFINITY:
        most = hard if most == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, hard))


def limit_cpu(seconds: float) -> None:
    """A last resort should nobody be left to kill this process: RLIMIT_CPU is of the whole life."""
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    limit(resource.RLIMIT_CPU, int(used + seconds + 10))


def peak_kb() -> int:
    """The most memory this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def die_with_parent(parent: int) -> None:
    """The kernel kills this process when its parent dies, even in the middle of a query."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DIED, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)

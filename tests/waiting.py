"""How tests wait, and how they measure: neither depends on what else the machine does."""

import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

PATIENCE = 180.0  # seconds after which a test gives up; a net under a hang, never a measure


def until(holds: Callable[[], object]) -> None:
    """Returns as soon as something holds; fails where it never comes to hold."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"it did not come to hold in {PATIENCE:.0f} seconds"
        time.sleep(0.01)


def effort(work: Callable[[], object]) -> int:
    """How many functions, Python's and C's, are called by a piece of work: the same each time."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


def least_seconds(work: Callable[[], object], times: int = 3) -> float:
    """The least processor time that a piece of work takes: to be compared with another such."""
    taken = []
    for _ in range(times):
        before = time.process_time()
        work()
        taken.append(time.process_time() - before)
    return min(taken)

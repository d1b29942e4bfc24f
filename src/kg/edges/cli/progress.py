"""Says on a terminal that work goes on, and lets it go on undisturbed; says nothing in a pipe."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


@contextmanager
def working(what: str) -> Iterator[None]:
    """A spinner on stderr while the work lasts."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(what):
        yield


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for garbage in circles: what reads millions of plain values makes none.

    It takes a seventh of the time of a check.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()

"""A binary stream as one of text."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO


@contextmanager
def as_text(out: IO[bytes]) -> Iterator[io.TextIOWrapper]:
    """A stream that takes UTF-8 text, line ends as given, and leaves the caller's stream open."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    try:
        yield text
    finally:
        text.detach()  # the caller closes what the caller opened

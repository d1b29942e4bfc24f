"""Where the sentences of a text stand in a later state of it.

Sentences are compared as wholes; what lies between two equal ones was replaced by what lies between
their like in the later text. Nothing is matched by likeness here.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_STOP = re.compile(r"[。！？!?\n]+|[.](?=\s)")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text: code points, end exclusive."""

    start: int
    end: int


def sentences(text: str) -> list[Part]:
    """The sentences of a text without the blanks around them, in order.

    >>> [(p.start, p.end) for p in sentences("One. Two!\\n三。")]
    [(0, 4), (5, 9), (10, 12)]
    """
    found, start = [], 0
    for stop in [*_STOP.finditer(text), None]:
        end = stop.end() if stop else len(text)
        piece = text[start:end]
        inner = piece.strip()
        if inner:
            low = start + piece.index(inner)
            found.append(Part(low, low + len(inner)))
        start = end
    return found


class Difference:
    """Two states of one text, compared once."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        self._old, self._new = sentences(old), sentences(new)
        self._starts = [part.start for part in self._old]
        # Popular sentences are passed over: without that, many equal lines take quadratic time.
        matcher = SequenceMatcher(
            None,
            [old[p.start : p.end] for p in self._old],
            [new[p.start : p.end] for p in self._new],
        )
        self._codes = matcher.get_opcodes()
        self._begins = [code[1] for code in self._codes]

    def sentence(self, place: int) -> Part | None:
        """The sentence of the old text at a place."""
        at = bisect_right(self._starts, place) - 1
        return self._old[at] if at >= 0 and place < self._old[at].end else None

    def unchanged(self, place: int) -> int | None:
        """Where a place of an unchanged sentence stands now; None where its sentence changed."""
        at = bisect_right(self._starts, place) - 1
        if at < 0 or place >= self._old[at].end:
            return None
        tag, first, _, now, _ = self._code(at)
        if tag != "equal":
            return None
        return self._new[now + at - first].start + place - self._old[at].start

    def replaced(self, place: int) -> Sequence[Part]:
        """The sentences that now stand where the changed sentence of a place stood; maybe none."""
        at = bisect_right(self._starts, place) - 1
        if at < 0:
            return ()
        tag, _, _, low, high = self._code(at)
        return () if tag == "equal" else self._new[low:high]

    def _code(self, at: int) -> tuple[str, int, int, int, int]:
        """The opcode of an old sentence; one that inserts has none of them."""
        place = bisect_right(self._begins, at) - 1
        while self._codes[place][1] == self._codes[place][2]:
            place -= 1
        return self._codes[place]

"""Lines of a page as running text, and where each piece of it stands on its page.

A line goes on in the next one where the first word of that had no room on it, and the next one
follows at the same distance without being indented. Japanese lines join as they are, others by
a blank; a word that a hyphen cuts is made whole.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from kg.text.documents.model import PageRun
from kg.text.documents.plain import normal

_WIDE = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
_ITEM = re.compile(r"[-*•・‣◦●○◆■□▶※]|[(（]?\d{1,2}[.)）]\s|第\d+|[\u3000]")
_KANJI, _SPACE = 2, 1.5  # characters that a line break may push on, and the room before them
_GAP = 1.6  # of the usual distance between lines
_INDENT = 0.6  # of the height of a line
_LEAST = 12  # a shorter line is a heading or a cell
_CUT = re.compile(r"[A-Za-z]-$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page: its characters with their indexes, its edges in points.

    `is_cut` is true where it ends in a hyphen that only breaks a word.
    """

    chars: tuple[tuple[str, int], ...]
    left: float
    right: float
    bottom: float
    top: float
    is_cut: bool = False

    @property
    def words(self) -> str:
        """Its text."""
        return "".join(char for char, _ in self.chars).strip()


@dataclass
class Placed:
    """A text that grows, and the runs of it that stand on pages."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    runs: list[PageRun] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The whole text so far."""
        return "".join(self.pieces)

    def add(self, piece: str) -> None:
        """Adds words that stand on no page: blanks and line ends."""
        self.pieces.append(piece)
        self.length += len(piece)

    def add_line(self, chars: Sequence[tuple[str, int]], page: int) -> None:
        """Adds characters of a page, composed (NFC); marks belong to the one before them."""
        for cluster, index in _clusters(chars):
            made = normal(cluster)
            if made:
                self._note(len(made), page, index, len(cluster))
                self.add(made)

    def _note(self, length: int, page: int, index: int, whole: int) -> None:
        last = self.runs[-1] if self.runs else None
        if (
            last is not None
            and last.page == page
            and last.start + last.length == self.length
            and last.index + last.length == index
            and whole == length
        ):
            self.runs[-1] = PageRun(last.start, last.length + length, page, last.index)
        else:
            self.runs.append(PageRun(self.length, length, page, index))


def _clusters(chars: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for char, index in chars:
        if found and unicodedata.combining(char):
            found[-1] = (found[-1][0] + char, found[-1][1])
        else:
            found.append((char, index))
    return found


def unwrapped(lines: Iterable[Line], page: int, text: Placed) -> None:
    """Adds the lines of a page to a text, joined to paragraphs; the page ends in a line end."""
    found = [line for line in lines if line.words]
    if not found:
        return
    usual = _usual_distance(found)
    edge = max(line.right for line in found)
    for line, after in pairwise([*found, None]):
        assert line is not None
        chars = _trimmed(line.chars)
        glue = _glue(line, after, edge, usual)
        if glue == "" and _CUT.search(line.words):
            chars = chars[:-1]
        text.add_line(chars, page)
        text.add(glue)


def _trimmed(chars: Sequence[tuple[str, int]]) -> Sequence[tuple[str, int]]:
    first = next(n for n, (char, _) in enumerate(chars) if not char.isspace())
    last = next(n for n in range(len(chars), 0, -1) if not chars[n - 1][0].isspace())
    return chars[first:last]


def _usual_distance(lines: Sequence[Line]) -> float:
    apart = [a.bottom - b.bottom for a, b in pairwise(lines) if a.bottom > b.bottom]
    return median(apart) if apart else 0.0


def _glue(line: Line, after: Line | None, edge: float, usual: float) -> str:
    """What stands between a line and the next: nothing, a blank, or a line end."""
    if after is None or not _goes_on(line, after, edge, usual):
        return "\n"
    last, first = line.words[-1], after.words[0]
    cut = line.is_cut or (_CUT.search(line.words) and first.islower())
    if cut or (_WIDE.match(last) and _WIDE.match(first)):
        return ""
    return " "


def _goes_on(line: Line, after: Line, edge: float, usual: float) -> bool:
    height = max(line.top - line.bottom, 1.0)
    distance = line.bottom - after.bottom
    if line.is_cut:
        return True
    if distance <= 0 or (usual and distance > _GAP * usual):
        return False
    if after.left > line.left + _INDENT * height or _ITEM.match(_words_of(after)):
        return False
    return len(line.words) >= _LEAST and not _has_room(line, after, edge)


def _has_room(line: Line, after: Line, edge: float) -> bool:
    """Whether the first word of the next line would have stood on this one too: so it ends here."""
    words = after.words
    first = words[:_KANJI] if _WIDE.match(words) else words.split()[0]
    width = (line.right - line.left) / max(len(line.words), 1)
    return line.right + width * (len(first) + _SPACE) < edge


def _words_of(line: Line) -> str:
    return "".join(char for char, _ in line.chars)

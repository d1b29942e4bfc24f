"""Held source texts: normalised to NFC with LF ends before anything is measured."""

import re
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kg.core.bundle import shown
from kg.core.errors import KgError

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+|(?<=[。！？])|\n+")
_EDGES = " \t\"'“”‘’().!?。！？"


@dataclass(frozen=True, slots=True)
class HeldText:
    """A source's text; positions count code points."""

    text: str

    @property
    def digest(self) -> str:
        """`sha256:` and the digest of the UTF-8 bytes."""
        return "sha256:" + sha256(self.text.encode()).hexdigest()

    def is_whole_sentence(self, quote: str) -> bool:
        """True where the quote is no phrase but a sentence or a line of its own."""
        bare = quote.strip(_EDGES)
        return any(bare == part.strip(_EDGES) for part in _SENTENCE_END.split(self.text) if part)

    def positions(self, quote: str) -> list[int]:
        """Where the quote starts, each time it stands in the text."""
        return [match.start() for match in re.finditer(f"(?={re.escape(quote)})", self.text)]


def read_held_text(folder: Path, source: str) -> HeldText | None:
    """The text of `src-{name}` from `{name}.txt`, or None where it is not there.

    Raises KgError for a file that is not UTF-8.
    """
    path = folder / f"{source.removeprefix('src-')}.txt"
    return held_text(path) if path.exists() else None


def held_text(path: Path) -> HeldText:
    """The text of a file; raises KgError for one that is not UTF-8."""
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise KgError(f"{shown(path)}: byte {error.start} is not UTF-8; save as UTF-8.") from error
    return HeldText(unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))

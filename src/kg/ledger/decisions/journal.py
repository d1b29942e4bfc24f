"""The journal of an inbox: one line a decision, appended and flushed, never changed.

`journal.jsonl` holds one JSON object a line:

| member | of | holds |
|---|---|---|
| `n` | every line | its number: 1, 2, 3 … without a gap |
| `at` | every line | when, in UTC: `2026-11-30T04:50:00Z` |
| `agent` | every line | who: a handle of `agents.csv` |
| `as` | every line | `first`, or `second`: a reader who does not see the first one's decisions |
| `do` | every line | what, as in the table below |
| `candidate` | where one is meant | its id; `document` is the row of the source |

| `do` | means | further members |
|---|---|---|
| `open` | the first line | `format` of the journal, `inbox`: digest of what is decided on |
| `edit` | cells are changed, and so looked at | `cells`: column to new cell |
| `suggest` | a suggestion is taken | `suggestion`: its number, from 1 |
| `touch` | inferred cells are looked at | `columns` |
| `accept` | it becomes a claim | `seen`: digest of the cells that were shown |
| `reject` | it does not | `reason`: a word of `REASONS` |
| `same` | it is one more passage of a claim | `claim`, `seen` |
| `skip` | not now | |
| `undo` | a line holds no longer | `of`: its number |
| `write` | rows are about to be written | `tables`, `files`: digests before, after; `rows` |
| `written` | they stand there | `of`: the number of the `write` |
| `abandon` | none of them does | `of` |

A line that a crash tore ends where the crash came; the next writer closes it, and it counts for
nothing: who sent it got no answer. Any other damage shows in the numbers and is an error. Writers
take an exclusive lock of the folder (flock(2)), so several pages and programs may decide at once.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Any, BinaryIO, Literal

from kg.core.bundle import shown
from kg.core.errors import KgError
from kg.core.files import locked_folder
from kg.ledger.inbox import JOURNAL

FORMAT = 1
"""The form of the journal that this program reads and writes."""
Role = Literal["first", "second"]
_NEEDS = {
    "edit": ("cells",), "suggest": ("suggestion",), "touch": ("columns",), "reject": ("reason",),
    "same": ("claim",), "undo": ("of",), "write": ("tables", "files", "rows"), "written": ("of",),
    "abandon": ("of",),
}  # fmt: skip
_OWN = ("n", "at", "agent", "as", "do", "candidate")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who decides: a handle of `agents.csv`, and whether as first reader or as another."""

    agent: str
    role: Role = "first"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a journal; `given` has the members that depend on what is done."""

    number: int
    at: str
    reader: Reader
    do: str
    candidate: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)


class Journal:
    """The journal in a folder; `subject` is the digest of what its decisions are about.

    Raises KgError for a journal of another inbox or form, or one with lines missing.
    """

    def __init__(self, folder: Path, subject: str) -> None:
        self.folder = folder
        self._file, self._subject = folder / JOURNAL, subject
        self._lines: list[Line] = []
        self._offset = self._read = 0  # bytes, and lines of the file, that were read
        self._lock = RLock()
        self.torn: list[int] = []
        """Lines of the file, from 1, that a crash tore."""
        self.lines()

    def lines(self) -> Sequence[Line]:
        """Every whole line so far, those of other processes too."""
        with self._lock:
            try:
                with self._file.open("rb") as file:
                    self._catch_up(file)
            except FileNotFoundError:
                self._catch_up(None)
            return tuple(self._lines)

    def _catch_up(self, file: BinaryIO | None) -> None:
        size = os.fstat(file.fileno()).st_size if file else 0
        if size < self._offset:
            raise KgError(
                f"{shown(self._file)} has become shorter: decisions are lost. Restore it from a "
                "backup, then start again."
            )
        if file is None or size == self._offset:
            return
        file.seek(self._offset)
        whole, end, _ = file.read().rpartition(b"\n")
        for line in (whole + end).splitlines(keepends=True):
            self._read += 1
            self._take(line)
        self._offset += len(whole) + len(end)

    def _take(self, line: bytes) -> None:
        where = f"{shown(self._file)}:{self._read}"
        made = _line(line)
        if made is None:
            self.torn.append(self._read)
            return
        last = self._lines[-1].number if self._lines else 0
        if made.number != last + 1:
            raise KgError(
                f"{where}: is line {made.number} of the journal, after line {last}: what stood "
                "between them is missing or damaged. Restore the file from a backup."
            )
        if not self._lines:
            self._check_subject(made, where)
        self._lines.append(made)

    def _check_subject(self, made: Line, where: str) -> None:
        if made.do != "open" or made.given.get("format") != FORMAT:
            found = made.given.get("format")
            raise KgError(
                f"{where}: is a journal of format {found!r}, this kg reads {FORMAT}; finish the "
                "review with the kg that began it."
            )
        if made.given.get("inbox") != self._subject:
            raise KgError(
                f"{where}: its decisions are about other candidates than those in this folder. "
                "Restore them, or move the journal away and decide again."
            )

    @contextmanager
    def writing(self) -> Iterator["Journal"]:
        """The right to append, for one thread of one process at a time."""
        with self._lock, locked_folder(self._file.parent):
            self.lines()
            yield self

    def mend(self) -> None:
        """Closes a line that a crash tore, so that `torn` tells it; else the next writer does."""
        with self.writing():
            if self._file.exists():
                with self._file.open("a+b") as file:
                    _close_torn_line(file)
                    self._catch_up(file)

    def append(self, reader: Reader, do: str, candidate: str = "", **given: Any) -> Line:
        """Appends one line, on the disk when it returns; inside `writing` only."""
        return self.append_all(reader, [(do, candidate, given)])[0]

    def append_all(
        self, reader: Reader, entries: Sequence[tuple[str, str, Mapping[str, Any]]]
    ) -> Sequence[Line]:
        """Appends lines of one reader in one piece, on the disk when it returns."""
        if not entries:
            return []
        about: Mapping[str, Any] = {"format": FORMAT, "inbox": self._subject}
        opening = [] if self._lines else [(Reader("kg"), "open", "", about)]
        with self._file.open("a+b") as file:
            _close_torn_line(file)
            self._catch_up(file)
            self._append(file, [*opening, *((reader, *entry) for entry in entries)])
        if opening:
            _flush_folder(self._file.parent)
        return self._lines[-len(entries) :]

    def _append(
        self, file: BinaryIO, entries: Sequence[tuple[Reader, str, str, Mapping[str, Any]]]
    ) -> None:
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        first = self._lines[-1].number + 1 if self._lines else 1
        lines = (Line(number, at, *entry) for number, entry in enumerate(entries, first))
        try:
            file.write(b"".join(map(_bytes, lines)))
            file.flush()
            os.fsync(file.fileno())
        except OSError as error:
            with suppress(OSError):
                file.truncate(self._offset)
            what = f"{shown(self._file)}: the decision cannot be stored: {error.strerror or error}."
            raise KgError(f"{what} It does not count; make room, then decide again.") from error
        self._catch_up(file)


def _line(data: bytes) -> Line | None:
    """The line that some bytes hold; None where they are torn."""
    try:
        given = json.loads(data)
        number, at, agent, role, do = (given.pop(name) for name in _OWN[:-1])
        candidate = given.pop("candidate", "")
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return None
    is_whole = all(name in given for name in _NEEDS.get(str(do), ()))
    if type(number) is not int or role not in ("first", "second") or not is_whole:
        return None
    return Line(number, str(at), Reader(str(agent), role), str(do), str(candidate), given)


def _bytes(line: Line) -> bytes:
    whole = {"n": line.number, "at": line.at, "agent": line.reader.agent, "as": line.reader.role}
    whole |= {"do": line.do} | ({"candidate": line.candidate} if line.candidate else {})
    text = json.dumps(whole | dict(line.given), ensure_ascii=False, separators=(",", ":"))
    return text.encode() + b"\n"


def _close_torn_line(file: BinaryIO) -> None:
    """Ends a line that a crash left without its end; what it says is read like any other."""
    size = os.fstat(file.fileno()).st_size
    if size and os.pread(file.fileno(), 1, size - 1) != b"\n":
        file.write(b"\n")
        file.flush()


def _flush_folder(folder: Path) -> None:
    """So that the name of a new file outlives a crash of the machine."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

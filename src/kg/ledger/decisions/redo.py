"""A writing into the tables that can be taken up again, whenever the machine stops.

| step | what is on the disk | after a crash here |
|---|---|---|
| 1 | rows are made, compiled and judged from a copy of the tables | nothing has happened |
| 2 | the new files lie in `pending/` of the inbox | nothing has happened; it is made anew |
| 3 | the journal has a `write` with the digests of the files before and after | taken up again |
| 4 | each file takes the place of the old one | the next start puts the others in place |
| 5 | the journal has `written`, `pending/` goes | nothing is left to do |
"""

import shutil
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from kg.core.bundle import shown
from kg.core.errors import KgError
from kg.core.files import locked_folder, replace_files
from kg.ledger.decisions.journal import Journal, Line, Reader

PENDING = "pending"
"""The folder of an inbox where files wait that are about to be written."""
FINISHED = "A writing that was cut off has been finished."
GIVEN_UP = "A writing that was cut off had written nothing; it was given up."


def write_files(
    journal: Journal,
    reader: Reader,
    tables: Path,
    files: Mapping[str, tuple[bytes | None, bytes]],
    rows: Mapping[str, str],
) -> None:
    """Writes files of the tables, each given as it was and as it will be; `rows` go to the journal.

    Inside `locked_folder` of the tables and `Journal.writing` only.
    """
    pending = journal.folder / PENDING
    shutil.rmtree(pending, ignore_errors=True)
    pending.mkdir(mode=0o700)
    replace_files(pending, {str(n): new for n, (_, new) in enumerate(files.values())})
    entry = journal.append(
        reader,
        "write",
        tables=str(tables.resolve()),
        files={name: [digest(old), digest(new)] for name, (old, new) in files.items()},
        rows=rows,
    )
    _replace(journal, entry)


def _replace(journal: Journal, entry: Line) -> None:
    """Puts the files in place that are not there yet, and says so in the journal."""
    tables, pending = Path(entry.given["tables"]), journal.folder / PENDING
    for number, (name, (_, after)) in enumerate(entry.given["files"].items()):
        if digest(bytes_of(tables / name)) != after:
            data = (pending / str(number)).read_bytes()
            (tables / name).parent.mkdir(parents=True, exist_ok=True)
            replace_files(tables, {name: data})
        for left in (tables / name).parent.glob(f".{Path(name).name}.*.tmp"):
            left.unlink()  # of a program that was killed: nobody else writes now
    journal.append(entry.reader, "written", of=entry.number)
    shutil.rmtree(pending, ignore_errors=True)


def recover(journal: Journal) -> str:
    """Finishes a writing that a crash cut off; says what was done, empty where nothing was.

    One that goes on in another program is waited for. Raises KgError where a file has been changed
    in between, and then changes nothing.
    """
    entry = _unfinished(journal)
    if entry is None:
        _tidy(journal)
        return ""
    with locked_folder(Path(entry.given["tables"])), journal.writing():
        return recover_locked(journal)


def _tidy(journal: Journal) -> None:
    """Removes what a program left that was killed after its last step, or before its first."""
    if (journal.folder / PENDING).exists():
        with journal.writing():
            if _unfinished(journal) is None:
                shutil.rmtree(journal.folder / PENDING, ignore_errors=True)


def recover_locked(journal: Journal) -> str:
    """The same, inside `locked_folder` of the tables and `Journal.writing`."""
    entry = _unfinished(journal)
    if entry is None:
        return ""
    tables, pending = Path(entry.given["tables"]), journal.folder / PENDING
    files: Mapping[str, tuple[str | None, str]] = entry.given["files"]
    found = {name: digest(bytes_of(tables / name)) for name in files}
    waiting = {name: digest(bytes_of(pending / str(n))) for n, name in enumerate(files)}
    left = {name: ends for name, ends in files.items() if found[name] != ends[1]}
    if all(found[n] == before and waiting[n] == after for n, (before, after) in left.items()):
        _replace(journal, entry)
        return FINISHED
    if len(left) < len(files):
        raise KgError(
            f"A writing of {shown(journal.folder)} was cut off after "
            f"{', '.join(name for name in files if name not in left)}, and {', '.join(left)} has "
            "changed since. Take the new rows out of the former by hand, or bring back the latter "
            "as they were, then start again."
        )
    journal.append(entry.reader, "abandon", of=entry.number)
    shutil.rmtree(pending, ignore_errors=True)
    return GIVEN_UP


def _unfinished(journal: Journal) -> Line | None:
    lines = journal.lines()
    ended = {line.given["of"] for line in lines if line.do in ("written", "abandon")}
    return next((ln for ln in lines if ln.do == "write" and ln.number not in ended), None)


def bytes_of(path: Path) -> bytes | None:
    """What a file holds; None where there is none."""
    return path.read_bytes() if path.exists() else None


def digest(data: bytes | None) -> str | None:
    """The SHA-256 of the bytes of a file; None of none."""
    return None if data is None else sha256(data).hexdigest()

"""An inbox: what was read from one document, as candidates that a person decides on.

A folder, outside the tables and private, because it holds the whole text:

| file | holds |
|---|---|
| `document.json` | the document, the text stream that positions count in, the run that read it |
| `text.txt` | the held text: UTF-8, positions count its code points |
| `original.bin` | the bytes as they came |
| `candidates.jsonl` | one candidate a line, sorted by start and id |
| `.gitignore` | `*`: git leaves all of it alone |
| `journal.jsonl` | decisions; written by the review alone, never by what reads documents |

The same document, record and version give the same bytes: nothing here knows the time of day.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from kg.core.bundle import shown
from kg.core.errors import KgError
from kg.core.files import replace_files
from kg.ledger.candidates import Candidate, Document, Inbox, Run, check_candidate, from_json

FORMAT = 1
"""The form of the folder that this program reads and writes."""
DOCUMENT, TEXT, ORIGINAL = "document.json", "text.txt", "original.bin"
CANDIDATES, JOURNAL = "candidates.jsonl", "journal.jsonl"
IGNORE = ".gitignore"  # so that no text gets into a repository by mistake, wherever the folder is


def text_digest(text: str) -> str:
    """The SHA-256 of a text in UTF-8, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def read_inbox(folder: Path) -> Inbox:
    """The inbox in a folder; raises KgError that names file, line and field of what is wrong."""
    place = folder / DOCUMENT
    if not place.is_file():
        raise KgError(f"{shown(folder)} is no inbox: it has no {DOCUMENT}; make one by kg ingest.")
    document, run = _described(_bytes(place), shown(place))
    text = _held_text(folder / TEXT, document)
    if sha256(_bytes(folder / ORIGINAL)).hexdigest() != document.sha256:
        raise KgError(f"{shown(folder / ORIGINAL)}: is not what was read; run kg ingest again.")
    return Inbox(document, run, text, list(_candidates(folder / CANDIDATES, text)))


def _described(data: bytes, where: str) -> tuple[Document, Run]:
    try:
        whole = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise KgError(f"{where}: is not valid JSON: {error}.") from None
    if not isinstance(whole, dict) or set(whole) != {"format", "document", "run"}:
        raise KgError(f"{where}: must be an object of format, document and run.")
    if (found := whole["format"]) != FORMAT:
        newer = "update kg" if isinstance(found, int) and found > FORMAT else "run kg ingest again"
        raise KgError(f"{where}: has format {found!r}, this kg reads {FORMAT}; {newer}.")
    document = from_json(Document, json.dumps(whole["document"]), f"{where}: document")
    return document, from_json(Run, json.dumps(whole["run"]), f"{where}: run")


def _held_text(file: Path, document: Document) -> str:
    data = _bytes(file)
    if sha256(data).hexdigest() != document.text_sha256:
        raise KgError(f"{shown(file)}: is not the text that was read; run kg ingest again.")
    text = data.decode("utf-8", "strict")
    if len(text) != document.length:
        raise KgError(f"{shown(file)}: has {len(text)} code points, not {document.length}.")
    return text


def _candidates(file: Path, text: str) -> Iterator[Candidate]:
    seen = (-1, "")
    ids: set[str] = set()
    for number, line in enumerate(_bytes(file).splitlines(), start=1):
        where = f"{shown(file)}:{number}"
        one = from_json(Candidate, line, where)
        check_candidate(one, text, where)
        if (one.start, one.id) <= seen or one.id in ids:
            raise KgError(f"{where}: id {one.id!r} stands twice, or not in the order of the text.")
        seen = (one.start, one.id)
        ids.add(one.id)
        yield one


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise KgError(f"{shown(file)} is missing; run kg ingest again.") from None


def inbox_files(inbox: Inbox, original: bytes) -> dict[str, bytes]:
    """The files of an inbox by name, the same bytes for the same inbox."""
    about = {
        "format": FORMAT,
        "document": asdict(inbox.document),
        "run": asdict(inbox.run),
    }
    ordered = sorted(inbox.candidates, key=lambda one: (one.start, one.id))
    lines = "".join(f"{_line(asdict(one))}\n" for one in ordered)
    return {
        DOCUMENT: f"{json.dumps(about, ensure_ascii=False, indent=1)}\n".encode(),
        TEXT: inbox.text.encode(),
        ORIGINAL: original,
        CANDIDATES: lines.encode(),
        IGNORE: b"*\n",
    }


def _line(data: Mapping[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(", ", ": "))


def write_inbox(folder: Path, inbox: Inbox, original: bytes) -> bool:
    """Writes an inbox whole or not at all; False where the same one is there already.

    An older inbox at that place without decisions is replaced. Raises KgError where the folder is
    no inbox, or where its journal has decisions on another state of it.
    """
    files = inbox_files(inbox, original)
    if folder.exists() and _is_same(folder, files):
        return False
    _refuse_to_replace(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        replace_files(made, files)
        _put(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return True


def _is_same(folder: Path, files: Mapping[str, bytes]) -> bool:
    found = ((folder / name, data) for name, data in files.items())
    return all(path.is_file() and path.read_bytes() == data for path, data in found)


def _refuse_to_replace(folder: Path) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / DOCUMENT).is_file():
        raise KgError(f"{shown(folder)} is there and no inbox; choose another with --out.")
    if (folder / JOURNAL).exists():
        raise KgError(
            f"{shown(folder)} has decisions in {JOURNAL} on another reading; finish the review or "
            "move it away, or choose another place with --out."
        )


def _put(made: Path, folder: Path) -> None:
    """Puts a finished folder in its place; an older one steps aside first and goes last."""
    made.chmod(0o700)  # a whole text of somebody's: for its reader alone
    if not folder.exists():
        made.rename(folder)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent)) / "old"
    folder.rename(aside)
    made.rename(folder)
    shutil.rmtree(aside.parent)

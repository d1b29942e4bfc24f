"""ingest: a document into an inbox of candidates."""

import json
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.core.bundle import shown
from kg.core.errors import KgError
from kg.core.names import shipped_names
from kg.edges.cli.progress import working
from kg.edges.cli.queries import AsJson
from kg.edges.cli.stores import Place, open_store
from kg.edges.cli.verify import Language
from kg.outlets.answers import visible
from kg.views.record.claims import Reader

if TYPE_CHECKING:
    from kg.ledger.candidates import Candidate, Inbox
    from kg.text.documents import ReadDocument

FOLDER = "inbox"
"""Where inboxes go; git leaves it alone."""
_SHORT = 8
_SHOWN = 100  # candidates that a terminal is told
Seconds = Annotated[
    float, typer.Option("--timeout", min=1, max=3600, help="Seconds that reading may take.")
]


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command(
        epilog="Example: kg ingest article.html --publisher jiji-press --issued 2025-12-21"
    )(ingest)


def ingest(
    file: Annotated[Path, typer.Argument(help="A text (UTF-8), HTML or PDF file, to 64 MB")],
    url: Annotated[str, typer.Option(help="Address of the document")] = "",
    issued: Annotated[str, typer.Option(metavar="DATE", help="Day it was published")] = "",
    publisher: Annotated[str, typer.Option(help="Slug or name of who publishes it")] = "",
    lang: Annotated[Language | None, typer.Option(help="Language; told if not given")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the inbox [default: inbox/NAME-DIGEST]")
    ] = None,
    seconds: Seconds = 60.0,
    as_json: AsJson = False,
    store: Place = None,
) -> None:
    """Take a document in: its figures as candidates, in a private folder to review.

    Nothing is fetched, nothing enters the tables. The same document against the same record gives
    the same bytes. Exit 0 where the inbox is there, 2 where the document cannot be read.
    """
    from kg.ledger.inbox import write_inbox
    from kg.views.intake.intake import Given

    given = Given(url, issued, publisher, lang.value if lang else "")
    with working("Reading"):
        inbox, original = _read(file, given, seconds, store)
        folder = out or default_folder(file, inbox)
        is_new = write_inbox(folder, inbox, original)
    if as_json:
        typer.echo(json.dumps(_data(inbox, folder, is_new), indent=1))
    else:
        typer.echo("\n".join(visible(line) for line in _lines(inbox, folder, is_new)))


def _read(file: Path, given: Any, seconds: float, store: str | None) -> tuple["Inbox", bytes]:
    """The inbox of a file with its bytes; raises KgError that names the file."""
    from kg.views.intake.candidates import Proposer
    from kg.views.intake.intake import Program, inbox_of

    data, read = read_file(file, seconds)
    opened = open_store(store)
    reader = Reader(opened, shipped_names())
    program = Program(version("jsip-kg"), opened.version)
    return inbox_of(Proposer(reader), reader, data, read, given, program, seconds), data


def read_file(file: Path, seconds: float) -> "tuple[bytes, ReadDocument]":
    """The bytes and the text of a document; raises KgError that names the file."""
    from kg.text.documents import DocumentRefused, kind_of
    from kg.views.intake.reader_process import read_confined

    data = _bytes(file)
    try:
        return data, read_confined(data, kind_of(data, file.name), seconds)
    except DocumentRefused as refused:
        raise KgError(f"{shown(file)}: {refused}") from None


def _bytes(file: Path) -> bytes:
    from kg.text.documents import LARGEST_FILE

    with file.open("rb") as opened:
        data = opened.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        most = LARGEST_FILE >> 20
        raise KgError(f"{shown(file)}: is over {most} MB; give the part that matters.")
    return data


def default_folder(file: Path, inbox: "Inbox") -> Path:
    """Where an inbox goes that nobody gave a place."""
    return Path(FOLDER) / f"{_stem(file)}-{inbox.document.sha256[:_SHORT]}"


def _stem(file: Path) -> str:
    """A file's name as part of a folder's name."""
    plain = "".join(char if char.isalnum() else "-" for char in file.stem)
    return "-".join(filter(None, plain.split("-")))[:40] or "document"


def _data(inbox: "Inbox", folder: Path, is_new: bool) -> dict[str, Any]:
    return {
        "inbox": shown(folder),
        "written": is_new,
        "source": inbox.document.source.get("source_id", ""),
        "media_type": inbox.document.media_type,
        "lang": inbox.document.lang,
        "length": inbox.document.length,
        "run": inbox.run.id,
        "counts": _counts(inbox.candidates),
    }


def _counts(candidates: Any) -> dict[str, int]:
    found: Counter[str] = Counter()
    for one in candidates:
        found["with a subject"] += "subject" in one.row
        found["another witness"] += bool(one.same_as)
    return {
        "candidates": len(candidates),
        **{k: found[k] for k in ("with a subject", "another witness")},
    }


def _lines(inbox: "Inbox", folder: Path, is_new: bool) -> list[str]:
    from kg.ledger.inbox import CANDIDATES
    from kg.views.intake.candidates import MOST

    document = inbox.document
    title = f" “{document.title}”" if document.title else ""
    lines = [f"{document.media_type}, {document.lang}, {document.length:,} characters{title}"]
    lines += [_line(one, inbox.text) for one in inbox.candidates[:_SHOWN]]
    if len(inbox.candidates) > _SHOWN:
        lines.append(f"… and {len(inbox.candidates) - _SHOWN} more in {CANDIDATES}")
    if len(inbox.candidates) >= MOST:
        lines.append(f"only the first {MOST:,} figures were taken; give the document in parts")
    counts = _counts(inbox.candidates)
    if not inbox.candidates:
        lines.append("no figure in it may be a claim; to record that it was read, add its source")
    lines.append(", ".join(f"{n} {what}" for what, n in counts.items()))
    lines.append(f"{'written' if is_new else 'unchanged'}: {shown(folder)}")
    return lines


def _line(one: "Candidate", text: str) -> str:
    number = 1 + text.count("\n", 0, one.start)
    what = f"{one.row['subject']} {one.row['predicate']}" if "subject" in one.row else "?"
    period = one.row.get("period", "").removeprefix("period-")
    who = one.row.get("asserted_by", "?")
    same = f"  = {one.same_as[0].claim}?" if one.same_as else ""
    return f"line {number}: {one.surface}  {what} {period} by {who}  {one.score:.2f}{same}"

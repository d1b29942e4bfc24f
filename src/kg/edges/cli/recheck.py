"""recheck: a source that may have changed against the passages that the record quotes of it."""

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.core.bundle import shown
from kg.core.errors import CheckFailed, KgError
from kg.core.names import shipped_names
from kg.edges.cli.ingest import Seconds, default_folder, read_file
from kg.edges.cli.lookups import safe_json
from kg.edges.cli.progress import working
from kg.edges.cli.queries import AsJson
from kg.edges.cli.stores import Place, open_store
from kg.outlets.answers import visible
from kg.views.record.claims import Reader

if TYPE_CHECKING:
    from kg.text.documents import ReadDocument
    from kg.views.intake.recheck import Recheck


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    epilog = "Example: kg recheck src-gate-ai-content article.html --held sources"
    app.command(epilog=epilog)(recheck)


def recheck(
    source: Annotated[str, typer.Argument(help="Id of the source, such as src-jiji-20251221")],
    file: Annotated[Path, typer.Argument(help="The document as it is now: text, HTML or PDF")],
    held: Annotated[
        Path | None,
        typer.Option(help="The earlier text: an inbox, a folder of held texts, or a text file"),
    ] = None,
    issued: Annotated[str, typer.Option(metavar="DATE", help="Day of the change")] = "",
    out: Annotated[
        Path | None, typer.Option(help="Inbox for changed figures [default: inbox/NAME-DIGEST]")
    ] = None,
    seconds: Seconds = 60.0,
    as_json: AsJson = False,
    store: Place = None,
) -> None:
    """Look each passage of a source up in its later text: same, moved, changed or gone.

    A changed figure becomes a candidate that supersedes the old claim, in an inbox; of a gone
    passage the claim stays. Nothing enters the tables. Exit 0 where all passages stand, 1 where one
    has changed or gone, 2 where a text cannot be read.
    """
    from kg.views.intake.recheck import CHANGED, GONE, counts

    with working("Comparing"):
        data, read = read_file(file, seconds)
        reader = Reader(open_store(store), shipped_names())
        found = _compared(reader, source, data, read, held)
        folder = _written(reader, found, file, data, read, issued, out, seconds)
    if as_json:
        typer.echo(safe_json(_data(found, folder)))
    else:
        typer.echo("\n".join(visible(line) for line in _lines(found, folder)))
    number = counts(found.passages)
    if number[CHANGED] or number[GONE]:
        raise typer.Exit(CheckFailed.exit_code)


def _compared(
    reader: Reader, source: str, data: bytes, read: "ReadDocument", held: Path | None
) -> "Recheck":
    from kg.ledger.inbox import text_digest
    from kg.views.checking.record import Record
    from kg.views.intake.recheck import Recheck, digests_of, recheck

    known = digests_of(reader, source)
    old = _held_text(held, source, known) if held is not None else None
    same = f"sha256:{text_digest(read.text)}" in known or old == read.text
    if same or _is_original(held, data):
        return Recheck(source, True, ())
    return recheck(reader, Record(reader), source, read, old)


def _is_original(held: Path | None, data: bytes) -> bool:
    """Whether the bytes are those that an inbox was made of."""
    from kg.ledger.inbox import ORIGINAL

    file = held / ORIGINAL if held is not None else None
    return file is not None and file.is_file() and file.read_bytes() == data


def _held_text(held: Path, source: str, known: list[str]) -> str:
    """The earlier text; raises KgError where there is none, or another than the record was read of.

    An inbox is of another text than a verified source only if its digest says so.
    """
    from kg.ledger.inbox import DOCUMENT, read_inbox, text_digest
    from kg.ledger.texts import held_text, read_held_text

    if (held / DOCUMENT).is_file():
        return read_inbox(held).text
    text = read_held_text(held, source) if held.is_dir() else held_text(held)
    if text is None:
        raise KgError(f"{shown(held)} holds no text of {source}; give its file with --held.")
    if known and f"sha256:{text_digest(text.text)}" not in known:
        raise KgError(f"{shown(held)}: is not the text of {source} that the record was read from.")
    return text.text


def _written(
    reader: Reader,
    found: "Recheck",
    file: Path,
    data: bytes,
    read: "ReadDocument",
    issued: str,
    out: Path | None,
    seconds: float,
) -> Path | None:
    """The inbox of the changed figures; None where there is none."""
    from kg.ledger.inbox import write_inbox
    from kg.views.intake.intake import Given, Program, inbox_of_changes
    from kg.views.intake.supersessions import supersessions

    candidates = list(supersessions(found, read.text, issued))
    if not candidates:
        return None
    program = Program(version("jsip-kg"), reader.store.version)
    inbox = inbox_of_changes(
        candidates, reader, data, read, found.source, Given(issued=issued), program, seconds
    )
    folder = out or default_folder(file, inbox)
    write_inbox(folder, inbox, data)
    return folder


def _data(found: "Recheck", folder: Path | None) -> dict[str, Any]:
    from kg.views.intake.recheck import counts

    return {
        "source": found.source,
        "same_text": found.is_same_text,
        "counts": counts(found.passages),
        "inbox": shown(folder) if folder else None,
        "passages": [
            {
                "evidence": one.evidence,
                "claim": one.claim.id,
                "quote": one.quote,
                "verdict": one.verdict,
                "start": one.start,
                "end": one.end,
                "found": one.found,
                "why": {"en": one.why.en, "ja": one.why.ja},
            }
            for one in found.passages
        ],
    }


def _lines(found: "Recheck", folder: Path | None) -> list[str]:
    from kg.views.intake.recheck import CHANGED, GONE, MOVED, counts

    if found.is_same_text:
        return [f"{found.source}: the same text; nothing has changed"]
    lines = [
        f"{one.evidence}: {one.verdict}: {one.why.en} [{one.claim.id}]"
        for one in found.passages
        if one.verdict in (CHANGED, GONE)
    ]
    number = counts(found.passages)
    lines.append(", ".join(f"{n} {verdict}" for verdict, n in number.items()))
    if number[MOVED]:
        lines.append(
            "where the text is held, kg anchor --renew follows what has moved (see --json)"
        )
    if number[GONE]:
        lines.append("claims of gone passages stay: note on each that its source has changed")
    if folder is not None:
        lines.append(f"changed figures to review: {shown(folder)}")
    return lines

"""verify: a text checked against the record, figure by figure."""

import sys
from bisect import bisect_left
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

import kg.edges.cli.terminal_text as terminal_text
from kg.core.errors import KgError
from kg.core.names import shipped_names
from kg.edges.cli.lookups import safe_json
from kg.edges.cli.queries import AsJson
from kg.edges.cli.stores import Place, open_store
from kg.views.record.claims import Reader

if TYPE_CHECKING:
    from kg.views.checking.report import Checked, Report

LARGEST = 1_000_000
"""Bytes of text that one command takes."""


class Language(StrEnum):
    """What a text is written in."""

    en = "en"
    ja = "ja"


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command(epilog="Example: kg verify article.txt --published 2025-12-22")(verify)


def verify(
    file: Annotated[str, typer.Argument(help="A text file (UTF-8, to 1 MB), or - for stdin")],
    lang: Annotated[
        Language | None, typer.Option(help="Language of the text; told from it if not given")
    ] = None,
    published: Annotated[
        str, typer.Option(metavar="DATE", help="Day from which relative dates count: 2025-12-22")
    ] = "",
    as_json: AsJson = False,
    store: Place = None,
) -> None:
    """Check a text: a verdict on each figure, why, and what to print.

    Supported, differs, do not print, unknown to the record, or not checkable. Nothing of the text
    is stored.
    """
    from kg.views.checking.report import as_data
    from kg.views.checking.report import verify as check

    text = _read(file)
    reader = Reader(open_store(store), shipped_names())
    report = check(reader, text, published, lang.value if lang else "")
    if as_json:
        typer.echo(safe_json(as_data(report)))
    else:
        terminal_text.output(lambda out, of: _write(out, of, text), report)


def _read(file: str) -> str:
    """The text of a file or of stdin; raises KgError where it is too long or not UTF-8."""
    if file == "-":
        data = sys.stdin.buffer.read(LARGEST + 1)
    else:
        with Path(file).open("rb") as opened:
            data = opened.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise KgError(f"{file}: longer than {LARGEST:,} bytes; check it in parts.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise KgError(f"{file}: byte {error.start} is not UTF-8; save as UTF-8.") from error


def _write(out: Console, report: "Report", text: str) -> None:
    counts = ", ".join(f"{n} {verdict}" for verdict, n in report.summary.items() if n)
    whole = len(report.quantities)
    figures = f"{whole} figure" + "s" * (whole != 1)
    terminal_text.line(out, figures + (f": {counts}" if counts else ""), "bold")
    breaks = [place for place, char in enumerate(text) if char == "\n"]
    for one in report.quantities:
        if one.verdict != "not-checkable":
            _figure(out, one, 1 + bisect_left(breaks, one.start), report.language)
    damaged = [name for name in report.names if name.damaged and name.id]
    for name in damaged:
        place = 1 + bisect_left(breaks, name.start)
        terminal_text.line(out, f"line {place}: the name {name.surface} is damaged: {name.id}")


def _figure(out: Console, one: "Checked", place: int, language: str) -> None:
    parts = f" in {', '.join(one.differs_in)}" if one.differs_in else ""
    terminal_text.line(out, f"line {place}: {one.surface}  {one.verdict}{parts}", "bold")
    told = [one.why, one.print]
    for sentence in told:
        words = sentence.ja if language == "ja" else sentence.en
        if words:
            terminal_text.line(out, f"    {words}")
    if one.claims:
        terminal_text.line(out, f"    claims: {' '.join(one.claims)}")
    if one.rivals:
        terminal_text.line(out, f"    others say: {' '.join(one.rivals)}")

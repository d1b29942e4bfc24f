"""`kg check --quality` and `--fair`: the report as a table, or as JSON for programs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kg.core.bundle import Bundle
from kg.core.errors import CheckFailed
from kg.edges.cli.progress import working
from kg.outlets.answers import visible

if TYPE_CHECKING:
    from kg.views.quality.measured import Line, Quality

_MARKS = {True: "ok", False: "FAIL", None: "-"}


def check(bundle: Bundle, sources: Path | None, as_json: bool, fair: bool = False) -> None:
    """Prints the report, or its lines on FAIR alone; exits 1 where a threshold is missed."""
    from kg.outlets.quality import full_quality

    with working("Measuring quality"):
        quality = full_quality(bundle, sources)
    if fair:
        quality = quality.fair
    if as_json:
        typer.echo(json.dumps(quality.summary(), ensure_ascii=False, indent=1))
    else:
        typer.echo("\n".join(_table(quality)))
    if quality.failed:
        raise typer.Exit(CheckFailed.exit_code)


def _table(quality: "Quality") -> Iterator[str]:
    """A line for each entry; below one that fails, what spoils it."""
    for line in quality.lines:
        yield _row(line)
        if line.passed is False:
            said = line.summary()
            yield from (f"    {visible(detail)}" for detail in said["details"])
            if said["more"]:
                yield f"    and {said['more']} more"
    judged = [line for line in quality.lines if line.passed is not None]
    open_ = sum(line.found is None or line.found.value is None for line in quality.lines)
    held = len(judged) - len(quality.failed)
    yield f"{held} thresholds held, {len(quality.failed)} missed, {open_} lines not measured"


def _row(line: "Line") -> str:
    said = line.summary()
    limits = (("≥", said["least"]), ("≤", said["most"]))
    threshold = " ".join(f"{sign} {limit:g}" for sign, limit in limits if limit is not None)
    note = f" ({said['note']['en']})" if said["note"] and said["value"] is None else ""
    value = _number(said["value"], said["unit"])
    return (
        f"{said['id']:14}  {_MARKS[line.passed]:4}  {value:>7}  {threshold or '-':6}  "
        f"{said['title']['en']}{note}"
    )


def _number(value: float | None, unit: str) -> str:
    """The value as its unit asks; a share is rounded down, so that 1 means all.

    >>> _number(0.99999, "share"), _number(77, "count"), _number(1.26, "seconds")
    ('0.999', '77', '1.3 s')
    """
    if value is None:
        return "-"
    if unit == "share":
        return f"{int(value * 1000) / 1000:.3f}"
    return f"{value:.1f} s" if unit == "seconds" else f"{value:g}"

"""import: rows of others into the tables, as candidates for review."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.core.bundle import Bundle, shown
from kg.core.errors import CheckFailed
from kg.core.names import load_names
from kg.edges.cli.compile_build import AsJson, Ontology, Tables, Triples
from kg.edges.cli.progress import working
from kg.outlets.answers import visible

if TYPE_CHECKING:
    from kg.ledger.import_batch import Import, Outcome


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command("import", epilog="Example: kg import facts.jsonl --dry-run")(import_)


def import_(
    file: Annotated[Path, typer.Argument(help="JSON lines (.jsonl) or CSV (.csv), UTF-8")],
    tables: Tables = None,
    overlay: Annotated[
        bool, typer.Option(help="The tables are private ones on top of the shipped graph.")
    ] = False,
    wording: Annotated[
        Path | None,
        typer.Option("--map", help="CSV column,given,means: what the file's words mean here."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report, and write nothing.")] = False,
    ontology: Ontology = None,
    triples: Triples = None,
    as_json: AsJson = False,
) -> None:
    """Import rows as candidates for review: all that are valid, in one step, and never twice.

    Exit 0 where a row is new or already there, 1 where every row was refused, 2 where nothing
    can be read.
    """
    from kg.ledger.decisions.known_record import target_of
    from kg.ledger.import_run import write_import

    target = target_of(tables, ontology, triples, overlay)
    folder = target.tables
    bundle = Bundle(target.ontology, target.triples, folder)
    with working("Importing"):
        planned = _planned(file, bundle, folder, overlay, wording)
    if not dry_run:
        write_import(planned, folder)
    if as_json:
        outcome_json = _data(planned, file, folder, dry_run)
        typer.echo(json.dumps(outcome_json, indent=1))  # escaped: nothing that may steer a terminal
    else:
        typer.echo("\n".join(visible(line) for line in _lines(planned, folder, dry_run)))
    if planned.outcomes and len(planned.having("refused")) == len(planned.outcomes):
        raise typer.Exit(CheckFailed.exit_code)


def _planned(
    file: Path, bundle: Bundle, tables: Path, overlay: bool, wording: Path | None
) -> "Import":
    from kg.build.dry_run import violations
    from kg.ledger.base_graph import NO_GROUND, read_ground
    from kg.ledger.import_run import plan_import
    from kg.ledger.import_words import read_wording

    names = load_names(bundle.ontology / "config" / "base.yaml")
    return plan_import(
        file,
        tables,
        bundle.ontology,
        date.today().isoformat(),
        read_ground(bundle.triples, names) if overlay else NO_GROUND,
        read_wording(wording) if wording else {},
        lambda compiled: violations(compiled, bundle, overlay),
    )


def _counts(planned: "Import") -> dict[str, int]:
    return {
        "rows": len(planned.outcomes),
        "created": len(planned.having("created")),
        "already there": len(planned.having("already there")),
        "refused": len(planned.having("refused")),
        "sources": len(planned.sources),
    }


def _matched(planned: "Import") -> dict[str, str]:
    """Each given name and what it was taken for, where they differ."""
    return {
        given: slug
        for outcome in planned.outcomes
        for given, slug in sorted(outcome.matched.items())
    }


def _data(planned: "Import", file: Path, tables: Path, dry_run: bool) -> dict[str, Any]:
    def outcome_json(outcome: "Outcome") -> dict[str, Any]:
        return {
            "where": outcome.where,
            "row": outcome.row,
            "result": outcome.result,
            "claim": outcome.claim,
            "why": list(outcome.why),
            "matched": dict(outcome.matched),
        }

    return {
        "file": shown(file),
        "tables": shown(tables),
        "dry_run": dry_run,
        "counts": _counts(planned),
        "rows": [outcome_json(outcome) for outcome in planned.outcomes],
        "sources": list(planned.sources),
        "files": [] if dry_run else list(planned.files),
    }


def _lines(planned: "Import", tables: Path, dry_run: bool) -> Iterator[str]:
    for outcome in planned.outcomes:
        claim = f" {outcome.claim}" if outcome.claim else ""
        for why in outcome.why or ("",):
            yield f"{outcome.where}: {outcome.result}{claim}{f': {why}' if why else ''}"
    for given, slug in _matched(planned).items():
        yield f"matched {given}: {slug}"
    for slug in planned.sources:
        yield f"new source {slug}"
    faults = Counter(w.partition(":")[0] for o in planned.having("refused") for w in o.why)
    if columns := [f"{name} {n}" for name, n in faults.most_common(8) if name.isidentifier()]:
        yield f"refused for: {', '.join(columns)}"
    counts = _counts(planned)
    yield (
        f"{counts['rows']} rows: {counts['created']} created as candidates, "
        f"{counts['already there']} already there, {counts['refused']} refused"
    )
    if planned.files:
        names = ", ".join(shown(tables / name) for name in planned.files)
        yield f"{'would write' if dry_run else 'written'}: {names}"

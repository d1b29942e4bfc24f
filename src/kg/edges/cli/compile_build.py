"""compile, check, anchor, build: from tables to a checked snapshot."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

import kg.edges.cli.quality as quality_table
from kg.core.bundle import Bundle, default_store, find_bundle, shown
from kg.core.errors import BuildRefused, CheckFailed, KgError
from kg.core.problems import Problem
from kg.edges.cli.progress import uncollected, working
from kg.edges.cli.stores import open_store

Tables = Annotated[Path | None, typer.Option(help="Tables folder [default: data/tables]")]
Ontology = Annotated[Path | None, typer.Option(help="Ontology folder [default: the shipped one]")]
Triples = Annotated[Path | None, typer.Option(help="Triples folder [default: the shipped one]")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON for programs.")]


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command("compile", epilog="Example: kg compile --check")(compile_)
    app.command(epilog="Example: kg check --sources ../shared/sources")(check)
    app.command(epilog="Example: kg anchor --sources ../shared/sources")(anchor)
    app.command(epilog="Example: kg build --store .kg")(build)


def _bundle(tables: Path | None, ontology: Path | None, triples: Path | None) -> Bundle:
    shipped = find_bundle()
    stories = None if tables or triples else shipped.stories  # they tell of the shipped record
    return Bundle(
        ontology or shipped.ontology, triples or shipped.triples, tables or shipped.tables, stories
    )


def _checked(bundle: Bundle, sources: Path | None) -> list[Problem]:
    """What is wrong with tables and triples, and with stories that tell of them."""
    from kg.build.check import examine
    from kg.engine.graph_store import LocalStore
    from kg.views.record.claims import Reader
    from kg.views.stories.held import story_problems
    from kg.views.stories.reading import read_stories

    examined = examine(bundle, sources)
    problems, held = examined.at_rows, examined.assembled
    if bundle.stories is not None and held is not None:
        stories, faults = read_stories(bundle.stories)
        reader = Reader(LocalStore(held.store, held.version), held.names)
        problems += [*faults, *story_problems(reader, stories)]
    return sorted(problems)


def _tables(bundle: Bundle) -> Path:
    if bundle.tables is None or not bundle.tables.is_dir():
        raise KgError("There are no tables here; work in a checkout, or give --tables DIR.")
    return bundle.tables


def compile_(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if stale.")] = False,
    report: Annotated[bool, typer.Option(help="Print each amount in words, to review.")] = False,
    tables: Tables = None,
    ontology: Ontology = None,
    out: Annotated[
        Path | None, typer.Option(help="Where triples go [default: data/triples]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compile data/tables to data/triples, byte-stable and all or nothing."""
    from kg.ledger.compile import compile_tables, difference, write_triples
    from kg.text.words import amounts_in_words

    bundle = _bundle(tables, ontology, out)
    with uncollected():
        compiled = compile_tables(_tables(bundle), bundle.ontology)
        differs = difference(compiled, bundle.triples)
    if not check and differs:
        write_triples(compiled, bundle.triples)
    for doubt in compiled.doubts:
        typer.echo(str(doubt), err=True)
    if report:
        typer.echo(amounts_in_words(compiled.ledger))
    if as_json:
        typer.echo(json.dumps({"claims": len(compiled.ledger.claims), **asdict(differs)}))
    else:
        count = f"{len(compiled.ledger.claims)} claims in {len(compiled.files)} graphs"
        typer.echo(f"{count}\n{differs or 'nothing changed'}")
    if check and differs:
        raise typer.Exit(1)


def check(
    sources: Annotated[Path | None, typer.Option(help="Folder of held source texts")] = None,
    quality: Annotated[
        bool, typer.Option("--quality", help="Measure the whole graph against its thresholds.")
    ] = False,
    fair: Annotated[
        bool, typer.Option("--fair", help="Of --quality only the lines on FAIR: F, A, I and R.")
    ] = False,
    tables: Tables = None,
    ontology: Ontology = None,
    triples: Triples = None,
    remote: Annotated[
        str, typer.Option(help="SPARQL address of an engine whose graphs to check instead")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Check every shape and gate; with --sources also each digest, offset and quote."""
    from kg.build.assemble import held_by
    from kg.build.check import check_held

    bundle = _bundle(tables, ontology, triples)
    if (quality or fair) and remote:
        raise KgError("Quality is measured of a bundle's files; leave out --remote.")
    if quality or fair:
        quality_table.check(bundle, sources, as_json, fair=fair and not quality)
        return
    try:
        with working("Checking shapes and gates"), uncollected():
            problems: Sequence[Problem] = (
                check_held(held_by(open_store(remote), bundle), bundle, sources)
                if remote
                else _checked(bundle, sources)
            )
    except BuildRefused as refused:
        problems = refused.problems
    violations = [p for p in problems if p.severity == "Violation"]
    if as_json:
        typer.echo(json.dumps([asdict(p) for p in problems], ensure_ascii=False, indent=1))
    else:
        for problem in problems:
            typer.echo(str(problem))
        typer.echo(f"{len(violations)} violations, {len(problems) - len(violations)} warnings")
    if violations:
        raise typer.Exit(CheckFailed.exit_code)


def anchor(
    sources: Annotated[Path, typer.Option(help="Folder of held source texts")],
    renew: Annotated[bool, typer.Option(help="Follow a changed text.")] = False,
    tables: Tables = None,
) -> None:
    """Fill or re-check offsets and digests in the tables from held source texts."""
    from kg.ledger.anchor import anchor as run

    result = run(_tables(_bundle(tables, None, None)), sources, renew)
    typer.echo(f"{result.checked} rows of held texts checked, {len(result.changes)} written")


def build(
    store: Annotated[
        Path | None, typer.Option(help="Store folder [default: .kg; of an overlay .kg-private]")
    ] = None,
    overlay: Annotated[
        Path | None,
        typer.Option("--with", help="Private tables on top of the graph, never part of it."),
    ] = None,
    ontology: Ontology = None,
    triples: Triples = None,
    as_json: AsJson = False,
) -> None:
    """Build a snapshot from ontology and triples, check it, and switch to it."""
    from kg.build.build import build as run
    from kg.build.build import build_overlay
    from kg.build.overlay import overlay_store
    from kg.core.names import load_names
    from kg.views.kept import keep

    bundle = _bundle(None, ontology, triples)
    folder = store or (overlay_store() if overlay else default_store())
    with working("Building the snapshot"), uncollected():
        snapshot = build_overlay(bundle, overlay, folder) if overlay else run(bundle, folder)
        keep(snapshot, load_names(bundle.ontology / "config" / "base.yaml"))
    if as_json:
        typer.echo(json.dumps({"store": str(folder), **asdict(snapshot.manifest)}))
    else:
        typer.echo(f"{snapshot.manifest.quads} quads in {shown(folder)}")
        typer.echo(f"version {snapshot.version}")
        if overlay:
            typer.echo(f"with {shown(overlay)}, for you alone: kg serve --store {shown(folder)}")

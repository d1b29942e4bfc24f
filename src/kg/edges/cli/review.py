"""review: decisions on the candidates of an inbox, from a file; what the browser does by keys."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.core.bundle import Bundle, shown
from kg.core.errors import KgError
from kg.edges.cli.compile_build import AsJson, Ontology, Tables, Triples
from kg.edges.cli.lookups import safe_json
from kg.edges.cli.progress import working
from kg.outlets.answers import visible

if TYPE_CHECKING:
    from kg.ledger.decisions.journal import Line, Reader
    from kg.ledger.decisions.known_record import Target
    from kg.ledger.decisions.review_session import Review


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command(epilog="Example: kg review inbox --decisions decisions.csv --agent ann")(review)


def review(
    inbox: Annotated[Path, typer.Argument(help="A folder that `kg ingest` made")],
    decisions: Annotated[
        Path | None, typer.Option(help="CSV: candidate,decision,reason,claim,suggestion,touched …")
    ] = None,
    agent: Annotated[
        str, typer.Option(help="Who decides: a handle of agents.csv [the only one there]")
    ] = "",
    second: Annotated[
        bool, typer.Option("--second", help="As another reader, blind to the first one's decisions")
    ] = False,
    write: Annotated[
        bool, typer.Option(help="Write the rows of all decisions into the tables.")
    ] = True,
    finish_only: Annotated[
        bool, typer.Option("--finish", help="Write the rows of decisions made before, by keys too.")
    ] = False,
    tables: Tables = None,
    overlay: Annotated[
        bool, typer.Option(help="The tables are private ones on top of the shipped graph.")
    ] = False,
    ontology: Ontology = None,
    triples: Triples = None,
    as_json: AsJson = False,
) -> None:
    """Decide on candidates and write the rows, all or nothing; without a file, tell where it is.

    Without --decisions and --finish nothing is changed. In the browser: `kg serve --inbox INBOX`.
    """
    from kg.ledger.decisions.journal import Reader
    from kg.ledger.decisions.known_record import target_of
    from kg.ledger.decisions.review_session import Review
    from kg.ledger.decisions.status import status

    opened = Review(inbox, target_of(tables, ontology, triples, overlay))
    if opened.recovered:
        typer.echo(opened.recovered, err=True)
    told: dict[str, Any] = {}
    if decisions is not None or finish_only:
        reader = Reader(agent or _only_agent(opened), "second" if second else "first")
        told = _decided(opened, reader, decisions, write or finish_only)
    told = {**told, **status(opened)}
    typer.echo(safe_json(told) if as_json else "\n".join(map(visible, _lines(told))))


def gates(target: "Target") -> Any:
    """What a build would say of the new rows, by the ids that it is wrong with."""
    from kg.build.dry_run import violations

    bundle = Bundle(target.ontology, target.triples, target.tables)
    return lambda compiled: violations(compiled, bundle, target.overlay)


def _only_agent(opened: "Review") -> str:
    """The handle that is meant where none is named: the one that there is, tools apart."""
    people = [agent for agent, kind in opened.record.agents.items() if kind != "tool"]
    if len(people) != 1:
        known = f"one of {', '.join(sorted(people))}" if people else "declared in agents.csv"
        raise KgError(f"Who decides? Give --agent, {known}.")
    return people[0]


def _decided(
    opened: "Review", reader: "Reader", decisions: Path | None, writes: bool
) -> dict[str, Any]:
    """Decisions of a file, and their rows; where the rows are refused, nothing is decided."""
    from kg.ledger.decisions.decision_file import read_decisions, take, take_back
    from kg.ledger.decisions.writing import finish

    lines: Sequence[Line] = ()
    with working("Reviewing"):
        if decisions is not None:
            lines = take(opened, reader, read_decisions(decisions))
        try:
            done = finish(opened, reader, gates(opened.record.target)) if writes else {}
        except KgError:
            take_back(opened, lines)
            raise
    return {"agent": reader.agent, "as": reader.role, "taken": len(lines), **done}


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    if "taken" in told:
        yield f"{told['agent']} ({told['as']} reader): {told['taken']} lines in the journal"
    yield from (f"{name}: {slug}" for name, slug in told.get("rows", {}).items())
    if written := told.get("written"):
        counted = ", ".join(f"{n} {table}" for table, n in written.items())
        yield f"written: {counted}; compile and build to serve them"
    if told.get("waiting"):
        yield f"{told['waiting']} decisions wait until the first reading is written"
    yield from (f"judge anew: {what}" for what in told.get("to_judge", ()))
    yield f"{told['document']['title'] or told['inbox']}: {_counted(told['first'])}"
    yield from (f"another reader, {a}: {_counted(c)}" for a, c in told["second"].items())
    if told["compared"]:
        yield f"compared: {told['agreed']} of {told['compared']} agree"
    for one in told["disagreements"]:
        where = one["claim"] or "no claim"
        state = "open" if one["open"] else "closed"
        yield f"disagreement, {state}: {one['candidate']} ({where}; {', '.join(one['agents'])})"
    yield from (f"the source: {fault}" for fault in told["source_faults"])
    for line in told["torn_lines"]:
        place = shown(Path(told["inbox"]) / "journal.jsonl")
        yield f"{place}:{line}: was torn by a crash and decides nothing"


def _counted(counts: Mapping[str, int]) -> str:
    names = {"accept": "accepted", "same": "the same", "reject": "rejected", "skip": "put off"}
    told = [f"{n} {names.get(kind, kind)}" for kind, n in counts.items() if n or kind == "open"]
    return ", ".join(told)

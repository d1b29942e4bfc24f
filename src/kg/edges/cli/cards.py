"""Views as text for a terminal: plain lines that read well in a pipe too."""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kg.views.advice import Advice
from kg.views.claims import ClaimCard, Reader, values
from kg.views.conflicts import Conflict
from kg.views.entity import EntityCard
from kg.views.measures import NetworkStats
from kg.views.paths import Path
from kg.views.search import Hit
from kg.views.stats import Stats

_MARK = {"Preferred": "★", "Normal": "·", "Deprecated": "✗"}


def output(told: Callable[[Console, Any], None], value: Any) -> None:
    """Prints a view; wide and colourless in a pipe."""
    on_terminal = sys.stdout.isatty()
    told(Console(width=None if on_terminal else 160, soft_wrap=True, highlight=False), value)


def entity(out: Console, card: EntityCard) -> None:
    """An entity card."""
    entity = card.entity
    out.print(f"[bold]{escape(entity.en)}[/bold]  {escape(entity.ja)}  ({escape(card.type.en)})")
    out.print(f"  {entity.iri}")
    for label, texts in (("also", card.names), ("see", card.links), ("note", card.notes)):
        if texts:
            out.print(f"  {label}: {escape('; '.join(texts))}")
    before = None
    for group in card.groups:
        if group.predicate != before:
            out.print(f"\n[bold]{escape(group.predicate.en)}[/bold]  {escape(group.predicate.ja)}")
        before = group.predicate
        claims(out, group.claims)
        if group.needs_advice:
            _advice(out, group.advice)
    if card.incoming:
        out.print("\n[bold]said of others[/bold]")
        for claim in card.incoming:
            what = f"{claim.subject.en} — {claim.predicate.en} — {claim.value_en}"
            out.print(f"  {escape(what)}  [{claim.id}]", markup=False)


def claims(out: Console, found: Iterable[ClaimCard]) -> None:
    """Claims with their passages."""
    for claim in found:
        printed = f" “{claim.printed}”" if claim.printed else ""
        about = ", ".join(n.en for n in (claim.period, *claim.about) if n)
        value = f"{claim.value_en} / {claim.value_ja}" if claim.unit else claim.value_en
        qualifier = "" if claim.qualifier in ("", "stated") else f" ({claim.qualifier})"
        out.print(f"  {_MARK[claim.rank]} {value}{qualifier}{printed}", markup=False)
        when = f" on {claim.asserted_on} ({claim.date_basis})" if claim.asserted_on else ""
        said = f"{claim.status.en} by {claim.asserter.en}{when}, {claim.attribution}"
        review = f"{claim.review.en}, {claim.rank}"
        out.print(f"      {said}{f'; {about}' if about else ''}", markup=False)
        out.print(f"      {review}: {claim.reason}  {claim.id}", markup=False)
        if claim.note:
            out.print(f"      note: {claim.note}", markup=False)
        for passage in claim.passages:
            place = f" {passage.start}-{passage.end}" if passage.start is not None else ""
            source = passage.source
            where = f"{source.id}, {passage.role or source.kind}{place}, {source.level}"
            out.print(f"      “{passage.quote}” — {where}", markup=False)


def _advice(out: Console, advice: Advice) -> None:
    chosen = advice.prefer
    head = f"print: {chosen.printed or chosen.value_en}" if chosen else "print no single value"
    out.print(f"  → {head}. {advice.why.en}", markup=False)
    for warning in advice.warnings:
        out.print(f"    ! {warning.en}", markup=False)


def conflicts(out: Console, found: Sequence[Conflict]) -> None:
    """Conflicts side by side."""
    for conflict in found:
        state = "open" if conflict.is_open else conflict.resolution
        out.print(f"{conflict.id}  {conflict.type}, {state}", markup=False)
        if conflict.key:
            out.print(f"  {conflict.key}", markup=False)
        for claim in conflict.claims:
            out.print(f"  {claim.subject.en} — {claim.predicate.en}", markup=False)
            claims(out, [claim])
        if conflict.favours:
            out.print(f"  favours {conflict.favours}", markup=False)
        if conflict.reason:
            out.print(f"  reason: {conflict.reason}", markup=False)
        out.print()
    out.print(f"{len(found)} conflicts, {sum(c.is_open for c in found)} open", markup=False)


def hits(out: Console, found: Sequence[Hit]) -> None:
    """Search hits."""
    for hit in found:
        line = (
            f"{hit.score:.2f}  {hit.id}  {hit.en} / {hit.ja}  ({hit.type}; matched {hit.matched})"
        )
        out.print(line, markup=False)
    if not found:
        out.print("Nothing found; try another spelling, or `kg query` for what claims say.")


def paths(out: Console, found: Sequence[Path], reader: Reader) -> None:
    """Paths as chains, then the claims of each hop with their passages."""
    for number, path in enumerate(found, 1):
        chain = " → ".join(stop.label_en for stop in path.stops)
        out.print(f"{number}. {chain}", markup=False)
        for hop in path.hops:
            for link in hop.links:
                start, end = (hop.start, hop.end) if link.forward else (hop.end, hop.start)
                edge = f"{start.label_en} — {link.label_en} — {end.label_en}"
                out.print(f"   {edge}", markup=False)
                claims(out, reader.claims(f"VALUES ?claim {{ {values(link.claims)} }}"))
    if not found:
        out.print("No documented connection; try more --hops.")


def network(out: Console, found: NetworkStats) -> None:
    """Measures of the network, each with its caveat."""
    out.print(f"{found.nodes} nodes, {found.edges} edges, {found.components} components")
    for measure in found.measures:
        out.print(f"\n{measure.name}: {measure.caveat}", markup=False)
        _table(out, ("", ""), ((r.label_en, f"{r.score:g}") for r in measure.ranked))
    communities = found.communities
    out.print(f"communities (modularity {communities.modularity:g}): {communities.caveat}")
    for group in communities.groups:
        out.print(f"  {', '.join(group)}", markup=False)


def stats(out: Console, found: Stats) -> None:
    """Counts and shares."""
    out.print(f"version {found.version}\n{found.quads} quads, {found.claims} claims")
    out.print(f"{found.conflicts} conflicts, {found.open_conflicts} open")
    for title, counts in (
        ("graph", found.graphs),
        ("class", found.classes),
        ("source", found.sources),
        ("assertion status", found.statuses),
        ("review status", found.reviews),
        ("share of claims", found.shares),
    ):
        _table(out, (title, ""), counts.items())


def _table(out: Console, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    table = Table(*head, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    out.print(table)
    out.print()

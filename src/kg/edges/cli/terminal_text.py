"""Views as text for a terminal: plain lines that read well in a pipe too."""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kg.outlets.answers import visible
from kg.views.finding.results import Findings
from kg.views.network.measures import NetworkStats
from kg.views.network.paths import Path
from kg.views.quality.stats import Stats
from kg.views.record.advice import Advice
from kg.views.record.cards import ClaimCard
from kg.views.record.claims import Reader, values
from kg.views.record.conflicts import Conflict
from kg.views.record.entity import EntityCard
from kg.views.record.held import in_words
from kg.views.record.sentences import Sentence

_MARK = {"Preferred": "★", "Normal": "·", "Deprecated": "✗"}


def output(write: Callable[[Console, Any], None], value: Any) -> None:
    """Prints a view; wide and colourless in a pipe."""
    on_terminal = sys.stdout.isatty()
    write(Console(width=None if on_terminal else 160, soft_wrap=True, highlight=False), value)


def line(out: Console, text: str = "", style: str = "") -> None:
    """One line; what data brings along can neither steer the terminal nor read as markup."""
    out.print(Text(visible(text), style=style))


def entity(out: Console, card: EntityCard) -> None:
    """An entity card."""
    _head(out, card)
    for predicate, groups in groupby(card.groups, key=lambda group: group.predicate):
        line(out)
        line(out, f"{predicate.en}  {predicate.ja}", "bold")
        for group in groups:
            claims(out, group.claims)
            if group.needs_advice:
                _advice(out, group.advice)
        for comparison in (c for c in card.comparisons if c.predicate == predicate):
            line(out, "  → figures of different questions")
            _warn(out, comparison.warnings)
    if card.incoming:
        line(out)
        line(out, "said of others", "bold")
        for claim in card.incoming:
            line(out, f"  {_edge(claim)} — {claim.words_en}  [{claim.id}]")


def _head(out: Console, card: EntityCard) -> None:
    entity = card.entity
    line(out, f"{entity.en}  {entity.ja}  ({card.type.en})", "bold")
    line(out, f"  {entity.iri}")
    for label, texts in (("also", card.names), ("see", card.links), ("note", card.notes)):
        if texts:
            line(out, f"  {label}: {'; '.join(texts)}")
    if card.by_editors:
        line(out, f"  names given by the editors: {', '.join(card.by_editors)}")
    if card.looked_until:
        line(out, f"  nothing later found in the sources read up to {card.looked_until}")


def _edge(claim: ClaimCard) -> str:
    return f"{claim.subject.en} — {claim.predicate.en}"


def about(out: Console, found: Iterable[ClaimCard]) -> None:
    """Claims under what they are about."""
    for edge, members in groupby(found, key=_edge):
        line(out, f"  {edge}", "bold")
        claims(out, members)


def claims(out: Console, found: Iterable[ClaimCard], indent: str = "  ") -> None:
    """Claims with their passages."""
    for claim in found:
        for number, text in enumerate(_claim_lines(claim)):
            line(out, f"{indent}{'    ' if number else ''}{text}")


def _claim_lines(claim: ClaimCard) -> Iterator[str]:
    """A claim line by line: the value first."""
    printed = f" “{claim.printed}”" if claim.printed else ""
    about = ", ".join(n.en for n in (claim.period, *claim.about) if n)
    value = f"{claim.words_en} / {claim.words_ja}" if claim.unit else claim.words_en
    qualifier = f" ({claim.untold})" if claim.untold else ""
    yield f"{_MARK.get(claim.rank, '·')} {value}{qualifier}{printed}"
    when = f" on {claim.asserted_on} ({claim.date_basis})" if claim.asserted_on else ""
    yield f"{claim.said}{when}{f'; {about}' if about else ''}"
    reason = f": {claim.reason}" if claim.reason else ""
    yield f"{claim.review.en}, {claim.rank}{reason}  {claim.id}"
    if claim.note:
        yield f"note: {claim.note}"
    for passage in claim.passages:
        place = f" {passage.start}-{passage.end}" if passage.start is not None else ""
        source = passage.source
        where = f"{source.id}, {passage.role or source.kind}{place}, {source.level}"
        yield f"“{passage.quote}” — {where}"
        if held := in_words(claim, passage):
            yield f"    {held}"


def _advice(out: Console, advice: Advice) -> None:
    chosen = advice.prefer
    head = "print no single value"
    if advice.words and chosen:
        words = " / ".join(dict.fromkeys((advice.words.en, advice.words.ja)))
        head = f"print: {words}"
        head += f" (as printed: “{chosen.printed}”)" if chosen.printed else ""
    line(out, f"  → {head}. {advice.why.en}")
    _warn(out, advice.warnings)


def _warn(out: Console, warnings: Iterable[Sentence]) -> None:
    for warning in warnings:
        line(out, f"    ! {warning.en}")


def conflicts(out: Console, found: Sequence[Conflict]) -> None:
    """Conflicts, questions of identity and cautions, their claims side by side."""
    for conflict in found:
        line(out, f"{conflict.id}  {_heading(conflict)}", "bold")
        about(out, conflict.claims)
        if conflict.reason:
            line(out, f"  reason: {conflict.reason}")
        line(out)
    kinds = Counter(c.kind for c in found)
    still_open = Counter(c.kind for c in found if c.is_open)
    line(
        out,
        f"{kinds['conflict']} conflicts, {still_open['conflict']} open; "
        f"{kinds['identity']} questions of identity, {still_open['identity']} open; "
        f"{kinds['caution']} cautions",
    )


def _heading(found: Conflict) -> str:
    if found.kind == "caution":
        return f"caution: {found.caution.en if found.caution else 'not comparable'}"
    state = "open" if found.is_open else _words(found.resolution)
    favours = f" {found.favours}" if found.favours else ""
    what = f"conflict: {_words(found.type)}" if found.kind == "conflict" else "question of identity"
    return f"{what}, {state}{favours}"


def _words(name: str) -> str:
    """`UnitError` as people write it."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def findings(out: Console, found: Findings) -> None:
    """What a search found: names on one line, claims and passages with what bears them out."""
    for result in found.results:
        label = result.label
        said = label.en if label.en == label.ja else f"{label.en} / {label.ja}"
        about = f"{result.type}; matched {result.matched}"
        line(out, f"{result.score:.2f}  {result.id}  {said}  ({about})")
        if result.claim is not None:
            _stated(out, result.claim)
    if not found.results:
        line(out, "Nothing found; try another spelling, or `kg query` for what claims say.")


def _stated(out: Console, claim: ClaimCard) -> None:
    """Under a claim or a passage: which claim, whose, when, how reviewed, and the first quote."""
    when = f", {claim.asserted_on}" if claim.asserted_on else ""
    line(out, f"      {claim.id}: {claim.said}{when}; {claim.review.en}")
    for passage in claim.passages[:1]:
        line(out, f"      “{passage.quote}” ({passage.source.id})")


def paths(out: Console, found: Sequence[Path], reader: Reader) -> None:
    """Paths as chains, then the claims of each hop with their passages."""
    links = [link for path in found for hop in path.hops for link in hop.links]
    wanted = sorted({claim for link in links for claim in link.claims})
    cards = {c.iri: c for c in reader.claims(f"VALUES ?claim {{ {values(wanted)} }}")}
    for number, path in enumerate(found, 1):
        line(out, f"{number}. {' → '.join(stop.label_en for stop in path.stops)}", "bold")
        for hop in path.hops:
            for link in hop.links:
                start, end = (hop.start, hop.end) if link.forward else (hop.end, hop.start)
                line(out, f"   {start.label_en} — {link.label_en} — {end.label_en}")
                claims(out, (cards[iri] for iri in link.claims), "     ")
    if not found:
        line(out, "No documented connection; try more --hops.")


def network(out: Console, found: NetworkStats) -> None:
    """Measures of the network, each with its caveat."""
    line(out, f"{found.nodes} nodes, {found.edges} edges, {found.components} components")
    for measure in found.measures:
        line(out)
        line(out, f"{measure.name}: {measure.caveat}")
        _table(out, ("", ""), ((r.label_en, f"{r.score:g}") for r in measure.ranked))
    communities = found.communities
    line(out, f"communities (modularity {communities.modularity:g}): {communities.caveat}")
    for group in communities.groups:
        line(out, f"  {', '.join(group)}")


def stats(out: Console, found: Stats) -> None:
    """Counts and shares."""
    line(out, f"version {found.version}")
    line(out, f"{found.quads} quads, {found.claims} claims")
    line(
        out,
        f"{found.conflicts} conflicts, {found.open_conflicts} open; "
        f"{found.identity_questions} questions of identity, {found.open_identity_questions} open; "
        f"{found.cautions} cautions",
    )
    line(
        out,
        f"{found.confirmed} claims confirmed by a second reader, "
        f"{found.open_disagreements} disagreements open",
    )
    line(out)
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
    table = Table(box=None, pad_edge=False)
    for number, title in enumerate(head):
        table.add_column(title, justify="right" if number else "left")
    for row in rows:
        table.add_row(*(Text(visible(str(cell))) for cell in row))
    out.print(table)
    line(out)

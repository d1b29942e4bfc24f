"""show, why, conflicts, search, path, stats: the views, for people or as JSON."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any

import typer

import kg.edges.cli.terminal_text as terminal_text
from kg.core.names import shipped_names
from kg.edges.cli.queries import AsJson
from kg.edges.cli.stores import Place, open_store
from kg.views.record.claims import Reader


class ConflictKind(StrEnum):
    """What claims that are set side by side are to each other."""

    conflict = "conflict"
    identity = "identity"
    caution = "caution"


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command(epilog="Example: kg show 高市早苗")(show)
    app.command(epilog="Example: kg why takaichi-sanae holdsPost prime-minister-of-japan")(why)
    app.command(epilog="Example: kg conflicts --open")(conflicts)
    app.command(epilog="Example: kg search 45兆円")(search)
    app.command(epilog="Example: kg path takaichi-sanae issue/low-pay")(path)
    app.command(epilog="Example: kg stats --network")(stats)


def _reader(store: str | None) -> Reader:
    return Reader(open_store(store), shipped_names())


def _say(value: Any, as_json: bool, write: Any) -> None:
    """JSON for programs, else what `told` prints."""
    if as_json:
        data = value
        if not isinstance(value, Mapping):
            data = [asdict(v) for v in value] if isinstance(value, Sequence) else asdict(value)
        typer.echo(safe_json(data))
    else:
        terminal_text.output(write, value)


def safe_json(data: Any) -> str:
    """JSON in which what may steer a terminal is written as escapes."""
    written = json.dumps(data, ensure_ascii=False, indent=1)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


_UNSEEN = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def show(
    name: Annotated[str, typer.Argument(help="Slug, CURIE, IRI, or a name in any script")],
    as_json: AsJson = False,
    store: Place = None,
) -> None:
    """Show an entity: each claim with asserter, status, source, quote; which figure to print.

    Of a claim, a passage or a source: the claims that it stands for.
    """
    from kg.views.finding.lookup import find_claims, find_entity
    from kg.views.record.entity import entity_card

    reader = _reader(store)
    claims = find_claims(reader, name)
    if claims:
        _say(claims, as_json, terminal_text.about)
    else:
        _say(entity_card(reader, find_entity(reader, name)), as_json, terminal_text.entity)


def why(
    subject: Annotated[str, typer.Argument(help="Slug, CURIE, IRI or name")],
    predicate: Annotated[str, typer.Argument(help="A property such as holdsPost or org:postIn")],
    object_: Annotated[str, typer.Argument(metavar="OBJECT", help="Slug, notation or value")],
    as_json: AsJson = False,
    store: Place = None,
) -> None:
    """Show the claims and passages behind one edge."""
    from kg.views.finding.lookup import find_entity, find_object, find_property
    from kg.views.record.why import why as claims_behind

    reader = _reader(store)
    edge = (
        find_entity(reader, subject),
        find_property(reader, predicate),
        find_object(reader, object_),
    )
    _say(claims_behind(reader, *edge), as_json, terminal_text.claims)


def conflicts(
    only_open: Annotated[bool, typer.Option("--open", help="Only what is not settled.")] = False,
    kind: Annotated[
        ConflictKind | None, typer.Option(help="Only of this kind; all three if not given.")
    ] = None,
    as_json: AsJson = False,
    store: Place = None,
) -> None:
    """Show where sources disagree, what may be one thing, and what is not comparable.

    Claims side by side, with the verdict and its reason.
    """
    from kg.views.record.conflicts import conflicts as found

    _say(
        found(_reader(store), only_open, kind=kind.value if kind else ""),
        as_json,
        terminal_text.conflicts,
    )


def search(
    text: Annotated[
        str, typer.Argument(help="A figure, a name (damaged or misspelt too), quoted words, an id")
    ],
    lang: Annotated[str | None, typer.Option(help="Whose names come first: en or ja")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Most results")] = 10,
    as_json: AsJson = False,
    store: Place = None,
) -> None:
    """Find claims by their figure, and names, passages and ids, in either language."""
    from kg.views.finding.finder import Finder
    from kg.views.finding.results import findings_json

    found = Finder(_reader(store)).find(text, lang, None, limit)
    _say(findings_json(found) if as_json else found, as_json, terminal_text.findings)
    if not found.results:
        raise typer.Exit(1)


def path(
    start: Annotated[str, typer.Argument(help="Slug, CURIE, IRI or name")],
    end: Annotated[str, typer.Argument(help="Slug, CURIE, IRI or name")],
    hops: Annotated[int, typer.Option(min=1, max=8, help="Longest path")] = 4,
    as_json: AsJson = False,
    store: Place = None,
) -> None:
    """Show the shortest documented connections, with evidence on each hop."""
    from kg.views.finding.lookup import find_entity
    from kg.views.network.network import network
    from kg.views.network.paths import paths

    reader = _reader(store)
    first, last = (find_entity(reader, name) for name in (start, end))
    found = paths(network(reader), first, last, hops)
    _say(found, as_json, lambda out, value: terminal_text.paths(out, value, reader))
    if not found:
        raise typer.Exit(1)


def stats(
    network: Annotated[bool, typer.Option(help="Centralities and communities too.")] = False,
    as_json: AsJson = False,
    store: Place = None,
) -> None:
    """Count what there is and how well it is founded."""
    from kg.views.network.measures import network_stats
    from kg.views.network.network import network as view
    from kg.views.quality.stats import stats as counted

    reader = _reader(store)
    if network:
        _say(network_stats(view(reader)), as_json, terminal_text.network)
    else:
        _say(counted(reader), as_json, terminal_text.stats)

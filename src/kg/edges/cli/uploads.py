"""Files into another engine by the Graph Store HTTP Protocol, graph by graph, in pieces."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from kg.core.bundle import shown
from kg.core.errors import KgError
from kg.edges.cli.progress import working

_AT_ONCE = 50_000  # triples of one request


@dataclass(frozen=True, slots=True)
class Options:
    """How files are loaded: into which graph, with which base (their own path if empty)."""

    graph: str = ""
    base: str = ""
    keep_going: bool = False  # load what is sound


def send(url: str, files: list[tuple[Path, str]], options: Options, token_file: Path | None) -> int:
    """Adds the triples of the files; how many were sent. Raises KgError at the first refusal."""
    import httpx2

    headers = {"Content-Type": "application/n-triples"}
    if token_file:
        headers["Authorization"] = f"Bearer {token_file.read_text(encoding='utf-8').strip()}"
    sent = 0
    with httpx2.Client(headers=headers, timeout=600, trust_env=False) as client:
        for file, kind in files:
            with working(f"Sending {file.name}"):
                for name, lines in _batches(file, kind, options):
                    where = {"graph": name} if name else {"default": ""}
                    try:
                        response = client.post(url, params=where, content="".join(lines).encode())
                    except httpx2.HTTPError as error:
                        raise KgError(f"{url} cannot be reached: {error}.") from error
                    if response.status_code >= 300:
                        detail = response.text.strip()[:300]
                        what = f"{url} refuses {shown(file)}: {response.status_code} {detail}"
                        raise KgError(f"{what} ({sent:,} triples were sent before).")
                    sent += len(lines)
    return sent


def _batches(file: Path, kind: str, options: Options) -> Iterator[tuple[str, list[str]]]:
    """Graphs and N-Triples lines of a file, as it is read."""
    from pyoxigraph import NamedNode, RdfFormat, parse

    from kg.database.operations import opened, parsing
    from kg.database.rdf_reader import Sound, Unfit
    from kg.sparql.formats import GRAPH_FORMATS

    waiting: dict[str, list[str]] = defaultdict(list)
    form = GRAPH_FORMATS.get(kind, RdfFormat.N3)
    base = options.base or file.resolve().as_uri()
    try:
        with opened(file) as stream, parsing(b""):
            text = cast("IO[bytes]", Sound(stream, kind))
            for quad in parse(text, format=form, base_iri=base):
                named = isinstance(quad.graph_name, NamedNode)
                own = quad.graph_name.value if named else options.graph
                waiting[own].append(f"{quad.subject} {quad.predicate} {quad.object} .\n")
                if len(waiting[own]) >= _AT_ONCE:
                    yield own, waiting.pop(own)
    except Unfit as error:
        raise KgError(f"{shown(file)}: {error}.") from error
    yield from waiting.items()

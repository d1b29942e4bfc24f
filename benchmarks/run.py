"""Ours and public peers on one graph, interleaved; prints the tables of README.md.

python benchmarks/run.py [QUADS] [--record] [--seconds S] [--rounds N] [--peers NAME…] [--only NAME]

The graph is a generated one of so many quads, asked look-ups, heavy queries and the random shapes;
with --record it is the shipped one, asked its ready questions and the fifteen first questions of
newcomers. The peers are public packages; one that cannot be had is left out and named. Everything
listens on loopback, on free ports. No cache answers what is not called repeated.
"""

import argparse
import asyncio
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from subprocess import DEVNULL
from urllib.error import URLError
from urllib.request import urlopen

sys.path.append(str(Path(__file__).parents[1] / "tests"))  # how the tests start other engines
from generate import BASE, PER_CLAIM, lines

import engines
from engines import free_port
from kg.outlets.bench import Endpoint, Result, Workload, as_summary, as_table, compare
from kg.views.queries.questions import questions
from shapes import PREFIXES as OF_SHAPES
from shapes import shapes

PREFIXES = (
    f"PREFIX id: <{BASE}id/> PREFIX jsip: <{BASE}ns#> "
    "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
    "PREFIX oa: <http://www.w3.org/ns/oa#> "
)
POINT = "SELECT ?p ?o WHERE {{ GRAPH ?g {{ id:c-{} ?p ?o }} }}"
REPEATED = "SELECT ?c ?v WHERE { GRAPH ?g { ?c rdf:subject id:entity-7 ; rdf:object ?v } }"
HEAVY = (
    "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?a jsip:comparisonKey ?x ; jsip:upperBound ?u } "
    "GRAPH ?h { ?b jsip:comparisonKey ?x ; jsip:lowerBound ?l } FILTER(?u < ?l) }",
    "SELECT ?whole (COUNT(?x) AS ?n) WHERE { GRAPH ?g { ?x jsip:partOfMeasure+ ?whole } "
    "FILTER(?whole IN (id:entity-1, id:entity-2, id:entity-3)) } GROUP BY ?whole",
)
AGGREGATES = (
    "SELECT ?who (COUNT(?x) AS ?n) WHERE { GRAPH ?g { ?x jsip:assertedBy ?who } } "
    "GROUP BY ?who ORDER BY DESC(?n) ?who LIMIT 10",
    "SELECT ?year (SUM(?v) AS ?sum) WHERE { GRAPH ?g { ?x jsip:refPeriod ?year ; rdf:object ?v } } "
    "GROUP BY ?year ORDER BY ?year",
    "SELECT (COUNT(?x) AS ?n) WHERE { GRAPH ?g { ?x a jsip:MonetaryClaim ; rdf:object ?v } "
    "FILTER(?v > 500000000000) }",
)
ROWS = "SELECT ?x ?p ?v WHERE { GRAPH ?g { ?x rdf:object ?v ; rdf:predicate ?p } } LIMIT 100000"


@contextmanager
def running(
    command: list[str],
    url: str,
    patience: float = 900,
    environment: Mapping[str, str] = os.environ,
) -> Iterator[float]:
    """A server until the block ends; gives the seconds until it answered its first query."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=DEVNULL, stderr=DEVNULL, env=environment) as process:
        try:
            while not _answers(url):
                if process.poll() is not None or time.perf_counter() - start > patience:
                    raise RuntimeError(f"{command[0]} did not start")
                time.sleep(0.02)
            yield time.perf_counter() - start
        finally:
            process.terminate()


def _until_in_memory(port: int, quads: int) -> None:
    """A large store is served from disk until memory has it, with another version."""

    def version() -> bytes:
        with urlopen(f"http://127.0.0.1:{port}/ready", timeout=60) as answer:
            said: bytes = answer.read()
            return said

    before, end = version(), time.monotonic() + 120
    while 200_000 < quads <= 3_000_000 and version() == before and time.monotonic() < end:
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urlopen(f"{url}?query=ASK%20%7B%7D", timeout=60):
            return True
    except (URLError, OSError):
        return False


def workloads(quads: int) -> list[Workload]:
    """What is asked, at 1 and 16 clients where that differs."""
    claims = quads // (PER_CLAIM + 2)
    numbers = random.Random(1).sample(range(claims), claims)
    asked = tuple(PREFIXES + POINT.format(n) for n in numbers)
    half = len(asked) // 2
    one = (PREFIXES + REPEATED,)
    return [
        Workload("point look-ups, uncached", asked[:half], 8),
        Workload("point look-ups, uncached, 1 client", asked[half:], 1),
        Workload("one question repeated", one, 8, is_new=False),
        Workload("one question repeated, 16 clients", one, 16, is_new=False),
        *(Workload(f"heavy {n}", (PREFIXES + q,), 1) for n, q in enumerate(HEAVY, 1)),
        *(Workload(f"aggregate {n}", (PREFIXES + q,), 1) for n, q in enumerate(AGGREGATES, 1)),
        Workload("100,000 rows", (PREFIXES + ROWS,), 1),
    ]


@contextmanager
def oxigraph(folder: Path, graph: Path) -> Iterator[Endpoint | None]:
    """`oxigraph serve` in memory, of PyPI's package `oxigraph`; its default graph is the union."""
    program, port = Path(sys.executable).parent / "oxigraph", free_port()
    url = f"http://127.0.0.1:{port}"
    command = [str(program), "serve", "--union-default-graph", "--bind", f"127.0.0.1:{port}"]
    with running(command, f"{url}/query"):
        kind = "Content-Type: application/n-quads"
        load = ["curl", "-sS", "-X", "POST", "-H", kind, "-T", str(graph), f"{url}/store"]
        subprocess.run(load, check=True)
        yield Endpoint("oxigraph, memory", f"{url}/query")


@contextmanager
def virtuoso(folder: Path, graph: Path) -> Iterator[Endpoint | None]:
    """Virtuoso 7 of Debian, with buffers for all of the graph."""
    if not engines.VIRTUOSO:
        print(f"left out: {engines.NO_VIRTUOSO}", file=sys.stderr)
        yield None
        return
    home = folder / "virtuoso"
    home.mkdir()
    (home / "load").mkdir()
    os.link(graph, home / "load" / graph.name)
    with engines.running_virtuoso(home, rows=200_000, buffers=200_000) as address:
        load = f"ld_dir('{home / 'load'}', '*.nq', 'urn:none'); rdf_loader_run(); checkpoint;"
        engines.isql(home, load)
        yield Endpoint("Virtuoso 7", f"{address}/sparql", by_get=True)


@contextmanager
def rdflib_endpoint(folder: Path, graph: Path) -> Iterator[Endpoint | None]:
    """PyPI's package `rdflib-endpoint`, which holds the graph in Python."""
    program, port = _package(folder, "rdflib-endpoint[cli]", "bin/rdflib-endpoint"), free_port()
    if not program:
        yield None
        return
    command = [program, "serve", "--port", str(port), str(graph)]
    paths = {**os.environ, "PYTHONPATH": str(Path(program).parents[1])}
    with running(command, f"http://127.0.0.1:{port}/", environment=paths):
        yield Endpoint("rdflib-endpoint", f"http://127.0.0.1:{port}/")


PEERS = {"oxigraph": oxigraph, "virtuoso": virtuoso, "rdflib-endpoint": rdflib_endpoint}


def _package(folder: Path, name: str, program: str) -> str:
    target = folder / name
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--target", str(target), name], check=False
    )
    path = target / program
    if done.returncode or not path.exists():
        print(f"left out: {name} cannot be installed", file=sys.stderr)
        return ""
    path.chmod(0o755)
    return str(path)


@contextmanager
def generated(folder: Path, quads: int) -> Iterator[tuple[Path, Endpoint, str]]:
    """A generated graph, ours over it, and how long that took."""
    graph, port, kg = folder / "graph.nq", free_port(), Path(sys.executable).parent / "kg"
    with graph.open("w", encoding="utf-8") as file:
        file.writelines(lines(quads))
    start, store = time.perf_counter(), str(folder / "store")
    subprocess.run([str(kg), "load", str(graph), "--store", store], check=True)
    loaded, ours = time.perf_counter() - start, f"http://127.0.0.1:{port}/sparql"
    command = [str(kg), "serve", "--store", store, "--union-default-graph", "--port", str(port)]
    with running(command, ours) as ready:
        _until_in_memory(port, quads)
        facts = f"About {quads:,} quads: loaded in {loaded:.1f} s, served {ready:.1f} s after start"
        yield graph, Endpoint("kg", ours), facts


@contextmanager
def record(folder: Path) -> Iterator[tuple[Path, Endpoint, str]]:
    """The shipped graph, ours over it, and what it is."""
    port, kg, store = free_port(), Path(sys.executable).parent / "kg", str(folder / "store")
    subprocess.run([str(kg), "build", "--store", store], check=True, stdout=DEVNULL)
    (graph,) = (folder / "store").rglob("quads.nq")
    ours = f"http://127.0.0.1:{port}/sparql"
    with running([str(kg), "serve", "--store", store, "--port", str(port)], ours):
        yield graph, Endpoint("kg", ours), "The shipped graph"


def asked_of_generated(quads: int) -> dict[str, list[Workload]]:
    """By the title of a table."""
    drawn = [Workload(f"shape, {n}", (OF_SHAPES + query,), 1) for n, query in shapes().items()]
    return {"Workloads": workloads(quads), "Twenty random shapes": drawn}


def asked_of_record() -> dict[str, list[Workload]]:
    """By the title of a table."""
    ready = {name: Workload(name, (q.sparql,), 1) for name, q in questions().items()}
    first = {name: asked for name, asked in ready.items() if name.startswith("n")}
    return {
        "Ready questions": [asked for name, asked in ready.items() if name not in first],
        "Fifteen first questions": list(first.values()),
    }


def as_text(title: str, results: list[Result]) -> str:
    """A table, and how ours stands in it."""
    return f"\n## {title}\n\n{as_table(results)}\n\n{as_summary(results)}"


def main() -> None:
    """Makes the graph, starts everything, measures, prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("quads", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--record", action="store_true", help="the shipped graph instead")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=["oxigraph", "virtuoso"])
    parser.add_argument("--only", default="", help="workloads whose name starts so")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        served = record(folder) if given.record else generated(folder, given.quads)
        graph, ours, facts = stack.enter_context(served)
        peers = [stack.enter_context(PEERS[name](folder, graph)) for name in given.peers]
        endpoints = [ours, *(peer for peer in peers if peer)]
        print(f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores,", end=" ")
        print(f"Python {platform.python_version()}. {facts};", end=" ")
        print(f"{given.rounds} interleaved rounds of {given.seconds:g} s.")
        tables = asked_of_record() if given.record else asked_of_generated(given.quads)
        for title, asked in tables.items():
            chosen = [workload for workload in asked if workload.name.startswith(given.only)]
            if chosen:
                results = asyncio.run(compare(endpoints, chosen, given.seconds, given.rounds))
                print(as_text(title, results), flush=True)


if __name__ == "__main__":
    main()

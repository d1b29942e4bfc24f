"""Ours and public peers on one generated graph, interleaved; prints the table of README.md.

python benchmarks/run.py [QUADS] [--seconds S] [--rounds N]

Peers come from their public packages into a folder of their own (`pip install --target`); a peer
that cannot be had is left out and named. Everything listens on loopback, on free ports.
"""

import argparse
import asyncio
import os
import platform
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from generate import BASE, PER_CLAIM, lines

from kg.outlets.bench import Endpoint, Workload, as_table, compare

PREFIXES = (
    f"PREFIX id: <{BASE}id/> PREFIX jsip: <{BASE}ns#> "
    "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
    "PREFIX oa: <http://www.w3.org/ns/oa#> "
)
POINT = "SELECT ?p ?o WHERE {{ GRAPH ?g {{ id:c-{} ?p ?o }} }}"
REPEATED = "SELECT ?c ?v WHERE { GRAPH ?g { ?c rdf:subject id:entity-7 ; rdf:object ?v } }"
HEAVY = (
    "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?a jsip:comparisonKey ?k ; jsip:upperBound ?u } "
    "GRAPH ?h { ?b jsip:comparisonKey ?k ; jsip:lowerBound ?l } FILTER(?u < ?l) }",
    "SELECT ?whole (COUNT(?part) AS ?n) WHERE { GRAPH ?g { ?part jsip:partOfMeasure+ ?whole } "
    "FILTER(?whole IN (id:entity-1, id:entity-2, id:entity-3)) } GROUP BY ?whole",
)
AGGREGATES = (
    "SELECT ?who (COUNT(?c) AS ?n) WHERE { GRAPH ?g { ?c jsip:assertedBy ?who } } "
    "GROUP BY ?who ORDER BY DESC(?n) ?who LIMIT 10",
    "SELECT ?year (SUM(?v) AS ?sum) WHERE { GRAPH ?g { ?c jsip:refPeriod ?year ; rdf:object ?v } } "
    "GROUP BY ?year ORDER BY ?year",
    "SELECT (COUNT(?c) AS ?n) WHERE { GRAPH ?g { ?c a jsip:MonetaryClaim ; rdf:object ?v } "
    "FILTER(?v > 500000000000) }",
)
ROWS = "SELECT ?c ?p ?v WHERE { GRAPH ?g { ?c rdf:object ?v ; rdf:predicate ?p } } LIMIT 100000"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], url: str, patience: float = 300) -> Iterator[float]:
    """A server until the block ends; gives the seconds until it answered its first query."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            while not _answers(url):
                if process.poll() is not None or time.perf_counter() - start > patience:
                    raise RuntimeError(f"{command[0]} did not start")
                time.sleep(0.02)
            yield time.perf_counter() - start
        finally:
            process.terminate()


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
        Workload("one question repeated", one, 8),
        Workload("one question repeated, 16 clients", one, 16),
        *(Workload(f"heavy {n}", varied(q), 1) for n, q in enumerate(HEAVY, 1)),
        *(Workload(f"aggregate {n}", q, 1) for n, q in enumerate(map(varied, AGGREGATES), 1)),
        Workload("100,000 rows", varied(ROWS), 1),
    ]


def varied(query: str) -> tuple[str, ...]:
    """The same question in many texts that mean it, so that no cache answers it."""
    return tuple(f"{PREFIXES}{query} VALUES ?once{n} {{ 1 }}" for n in range(2000))


def peers(folder: Path, graph: Path) -> Iterator[tuple[str, list[str], str, list[str]]]:
    """Name, command, query address, and what loads the graph where the server does not."""
    port = free_port()
    oxigraph = _package(folder, "oxigraph", "bin/oxigraph")
    if oxigraph:
        serve = [oxigraph, "serve", "--bind", f"127.0.0.1:{port}"]
        load = ["curl", "-sS", "-X", "POST", "-H", "Content-Type: application/n-quads", "-T",
                str(graph), f"http://127.0.0.1:{port}/store"]  # fmt: skip
        yield "oxigraph, memory", serve, f"http://127.0.0.1:{port}/query", load


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


def main() -> None:
    """Makes the graph, starts everything, measures, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("quads", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        graph = folder / "graph.nq"
        with graph.open("w", encoding="utf-8") as file:
            file.writelines(lines(given.quads))
        port, kg = free_port(), Path(sys.executable).parent / "kg"
        start = time.perf_counter()
        store = str(folder / "store")
        subprocess.run([str(kg), "load", str(graph), "--store", store], check=True)
        loaded = time.perf_counter() - start
        ours = f"http://127.0.0.1:{port}/sparql"
        command = [str(kg), "serve", "--store", store, "--port", str(port)]
        ready = stack.enter_context(running(command, ours))
        endpoints = [Endpoint("kg", ours)]
        for peer, serve, url, load in peers(folder, graph):
            stack.enter_context(running(serve, url))
            subprocess.run(load, check=True)
            endpoints.append(Endpoint(peer, url))
        results = asyncio.run(
            compare(endpoints, workloads(given.quads), given.seconds, given.rounds)
        )
    cores = os.cpu_count()
    print(
        f"{date.today()}, {platform.machine()}, {cores} cores, Python {platform.python_version()},"
    )
    print(f"about {given.quads:,} quads; {given.rounds} interleaved rounds of {given.seconds:g} s.")
    print(f"Loaded into a store in {loaded:.1f} s; served {ready:.1f} s after start.\n")
    print(as_table(results))


if __name__ == "__main__":
    main()

"""The benchmark counts every answer, and its graph is the same whoever makes it."""

import json
import subprocess
import sys
from hashlib import sha256

import pytest
from pyoxigraph import RdfFormat, parse

from kg.outlets.bench import Endpoint, Result, Workload, as_summary, as_table, requests
from surfaces import REPOSITORY, kg


def generated(quads: int) -> bytes:
    command = [sys.executable, str(REPOSITORY / "benchmarks" / "generate.py"), str(quads)]
    return subprocess.run(command, capture_output=True, check=True).stdout


def test_the_generated_graph_repeats_and_is_about_as_large_as_asked_for() -> None:
    data = generated(20_000)
    quads = list(parse(data, format=RdfFormat.N_QUADS))
    assert 0.8 * 20_000 < len(quads) < 1.2 * 20_000
    assert len(set(quads)) == len(quads)
    assert sha256(data).digest() == sha256(generated(20_000)).digest()


@pytest.mark.consumers
def test_bench_measures_endpoints_side_by_side(server: str) -> None:
    url = f"{server.rstrip('/')}/sparql"
    flags = ("--seconds", 0.1, "--rounds", 1, "--clients", 2, "--json")
    run = kg("bench", url, "--vs", f"again={url}", *flags)
    assert run.code == 0, run.err
    results = json.loads(run.out)
    assert {r["endpoint"] for r in results} == {"kg", "again"}
    assert {r["errors"] for r in results} == {0}
    assert all(r["per_second"] > 0 and r["bytes"] > 0 for r in results)


def test_a_question_with_errors_on_either_side_is_no_win() -> None:
    def told(workload: str, endpoint: str, per_second: float, errors: int) -> Result:
        return Result(workload, endpoint, per_second, 1.0, 1.0, 10, errors, None)

    results = [
        *(told("a", "kg", 9000, 18_000), told("a", "peer", 100, 0)),
        *(told("b", "kg", 100, 0), told("b", "peer", 100, 0)),
        *(told("c", "kg", 100, 0), told("c", "peer", 10, 0)),
    ]
    assert as_summary(results).splitlines()[-1] == "| peer | 2 | 1 | 1 | 0 | 5.50 |  | 1 |"
    assert "1.00 (tie)" not in as_table(results[2:3])


def test_each_text_is_new_where_that_is_asked_for() -> None:
    endpoint = Endpoint("peer", "http://127.0.0.1:1/sparql")
    new, same = (requests(endpoint, Workload("w", ("ASK {}",), is_new=n)) for n in (True, False))
    assert len({new(n) for n in range(100)}) == 100
    assert len({len(new(n)) for n in (0, 10**9)}) == 1  # as its length says
    assert same(0) == same(1)


def test_bench_says_what_it_cannot_reach() -> None:
    for wrong in (("--vs", "nothing"), ("ftp://x",), ("http://127.0.0.1:99999/",), ("http://",)):
        run = kg("bench", *wrong)
        assert (run.code, "NAME=http" in run.err) == (2, True), wrong
    run = kg("bench", "http://127.0.0.1:9/sparql", "--seconds", 0.1)
    assert run.code == 2
    assert "cannot be reached" in run.err

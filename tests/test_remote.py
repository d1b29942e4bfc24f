"""Another engine that answers: the same pages, API, queries and exports as from our own workers."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from kg.store.snapshot import Snapshot
from outside import ask, running_server
from surfaces import kg

SAME = (
    "/api/entity/takaichi-sanae", "/api/conflicts", "/api/search?q=takaichi", "/api/stats",
    "/api/why?s=takaichi-sanae&p=holdsPost&o=prime-minister-of-japan",
    "/api/path?from=takaichi-sanae&to=low-pay", "/api/series/content-market-japan",
    "/api/queries/cq01", "/api/queries/cq08", "/export/ntriples?entity=meti",
)  # fmt: skip


@pytest.fixture(scope="module")
def remote(server: str) -> Iterator[str]:
    """A front over a server of ours, as if that were another engine."""
    with running_server("--remote", f"{server.rstrip('/')}/sparql") as (address, _):
        yield address


@pytest.mark.parametrize("path", SAME)
def test_the_api_answers_the_same(server: str, remote: str, path: str) -> None:
    ours, theirs = ask(server, path), ask(remote, path)
    assert theirs.status == ours.status == 200
    assert theirs.body == ours.body


@pytest.mark.parametrize("path", ["/", "/conflicts", "/entity/meti", "/sources", "/id/meti.ttl"])
def test_pages_and_data_are_there(remote: str, path: str) -> None:
    assert ask(remote, path).status == 200


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_results_pass_as_they_are_asked_for(server: str, remote: str, form: str) -> None:
    query = quote("SELECT ?s { ?s a <https://w3id.org/jsip/ns#Person> } ORDER BY ?s LIMIT 9")
    path = f"/sparql?query={query}&format={form}"
    ours, theirs = ask(server, path), ask(remote, path)
    assert (theirs.status, theirs.kind, theirs.body) == (200, ours.kind, ours.body)
    assert theirs.headers["etag"]


def test_what_is_refused_is_refused_before_the_engine_is_asked(remote: str) -> None:
    service = quote("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    assert ask(remote, f"/sparql?query={service}").status == 403
    assert ask(remote, f"/sparql?query={quote('SELECT * {')}").status == 400
    assert ask(remote, f"/sparql?query={quote('ASK {}')}", "image/png").status == 406


def test_an_engine_that_is_not_there_is_named() -> None:
    run = kg("serve", "--port", 0, "--remote", "http://127.0.0.1:9/sparql")
    assert run.code == 2
    assert "http://127.0.0.1:9/sparql cannot be served" in run.err
    assert "leave out --store" in kg("serve", "--remote", "http://x/", "--store", ".").err
    assert "no http" in kg("serve", "--remote", "file:///etc/passwd").err


@pytest.fixture(scope="module")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`oxigraph serve` in memory, empty."""
    program = Path(sys.executable).parent / "oxigraph"
    from socket import create_server

    with create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [str(program), "serve", "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as peer:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                urlopen(f"{url}/query?query=ASK%7B%7D", timeout=5).close()
                break
            except (URLError, OSError):
                continue
        yield url
        peer.terminate()


def test_a_real_other_engine_gives_the_same_answers(
    server: str, oxigraph: str, shipped_snapshot: Snapshot
) -> None:
    run = kg("load", shipped_snapshot.quads, "--remote", f"{oxigraph}/store", "--json")
    assert run.code == 0, run.err
    assert json.loads(run.out)["sent"] > 70_000
    with running_server("--remote", f"{oxigraph}/query") as (address, _):
        for path in SAME:
            ours, theirs = ask(server, path), ask(address, path)
            assert (path, theirs.status, theirs.body) == (path, 200, ours.body)
        for name in ("cq02", "cq12", "cq15", "cq20", "cq28", "cq33", "j01"):
            path = f"/api/queries/{name}"
            assert ask(address, path).json["rows"] == ask(server, path).json["rows"], name

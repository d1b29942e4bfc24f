"""Read-write mode over HTTP: update, graph store, the token, what is durable, what is refused."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE
from urllib.parse import quote, urlencode

import httpx2
import pytest

from outside import ask, running_server
from surfaces import REPOSITORY, kg, kg_command
from waiting import PATIENCE

TOKEN = "a token of this test"
TURTLE = {"Content-Type": "text/turtle"}


@dataclass
class Server:
    """A running read-write server and a client that holds its token."""

    process: "subprocess.Popen[str]"
    http: httpx2.Client

    def update(self, text: str, **more: str) -> int:
        data = {"update": text, **more}
        return self.http.post("/update", data=data).status_code

    def rows(self, pattern: str) -> list[str]:
        query = f"SELECT ?o WHERE {{ {pattern} }} ORDER BY ?o"
        told = self.http.get("/sparql", params={"query": query, "format": "csv"})
        assert told.status_code == 200, told.text
        return told.text.split()[1:]


@contextmanager
def serving(store: Path, token: Path, *flags: str) -> Iterator[Server]:
    command = kg_command(
        "serve", "--port", 0, "--store", store, "--read-write", "--token-file", token, *flags
    )
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        line = process.stdout.readline()
        address = line.split("http://")[1].split("/")[0]
        headers = {"Authorization": f"Bearer {TOKEN}"}
        try:
            with httpx2.Client(
                base_url=f"http://{address}", headers=headers, timeout=PATIENCE
            ) as http:
                yield Server(process, http)
        finally:
            process.terminate()


@pytest.fixture
def token(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    return file


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("writing")
    (folder / "token").write_text(TOKEN)
    with serving(folder / "store", folder / "token", "--timeout", "5") as running:
        yield running


@pytest.fixture
def empty(own_server: Server) -> Server:
    assert own_server.update("CLEAR ALL ; DROP ALL") == 204
    return own_server


def test_a_new_store_is_empty_and_has_its_own_default_graph(empty: Server) -> None:
    assert empty.rows("?s ?p ?o") == []
    assert empty.update("INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> 1 } }") == 204
    assert empty.rows("?s ?p ?o") == []
    assert empty.rows("GRAPH ?g { ?s ?p ?o }") == ["1"]
    told = empty.http.get("/sparql", headers={"Accept": "text/turtle"}).text
    assert "SPARQL11Update" in told
    assert "UnionDefaultGraph" not in told


def test_a_write_is_seen_by_the_next_query(empty: Server) -> None:
    for number in range(20):
        assert empty.update(f"INSERT DATA {{ <urn:s> <urn:p> {number} }}") == 204
        assert len(empty.rows("?s ?p ?o")) == number + 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": f"Basic {TOKEN}"}, 401),
        ({"Authorization": f"bearer {TOKEN}"}, 204),
    ],
)
def test_a_change_needs_the_token(empty: Server, headers: dict[str, str], status: int) -> None:
    told = empty.http.post("/update", data={"update": "CLEAR ALL"}, headers=headers)
    assert told.status_code == status
    assert (told.headers.get("www-authenticate") is not None) == (status == 401)


def test_a_changed_token_holds_at_once(tmp_path: Path, token: Path) -> None:
    with serving(tmp_path / "store", token) as running:
        assert running.update("CLEAR ALL") == 204
        token.write_text("another token, of another length")
        assert running.update("CLEAR ALL") == 401


def test_a_server_without_the_mode_changes_nothing(server: str) -> None:
    address = server.rstrip("/")
    for method, path in (
        ("POST", "/update"),
        ("PUT", "/store?default"),
        ("DELETE", "/store?default"),
    ):
        told = httpx2.request(method, address + path, headers=TURTLE, content="")
        assert told.status_code == 403
    told = httpx2.get(address + "/store", params={"graph": "https://w3id.org/jsip/graph/editorial"})
    assert told.status_code == 200


def test_a_graph_is_put_read_merged_patched_and_removed(empty: Server) -> None:
    at = "/store?" + urlencode({"graph": "urn:g"})
    http = empty.http
    assert http.get(at).status_code == 404
    assert (
        http.put(at, content="<urn:s> <urn:p> [ <urn:q> 1 ] .", headers=TURTLE).status_code == 201
    )
    assert http.put(at, content="<urn:s> <urn:p> 1 .", headers=TURTLE).status_code == 204
    assert http.post(at, content="<urn:s> <urn:p> 2 .", headers=TURTLE).status_code == 204
    told = http.get(at, headers={"Accept": "application/n-triples"})
    assert sorted(told.text.split("\n"))[1:] == [
        '<urn:s> <urn:p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .',
        '<urn:s> <urn:p> "2"^^<http://www.w3.org/2001/XMLSchema#integer> .',
    ]
    head = http.head(at, headers={"Accept": "application/n-triples"})
    assert (head.status_code, head.content) == (200, b"")
    update = "DELETE { ?s ?p ?o } INSERT { ?s ?p 3 } WHERE { ?s ?p ?o }"
    patch = {"Content-Type": "application/sparql-update"}
    assert http.patch(at, content=update, headers=patch).status_code == 204
    assert empty.rows("GRAPH <urn:g> { ?s ?p ?o }") == ["3"]
    elsewhere = "INSERT DATA { GRAPH <urn:other> { <urn:s> <urn:p> 1 } }"
    assert http.patch(at, content=elsewhere, headers=patch).status_code == 400
    assert http.delete(at).status_code == 204
    assert http.delete(at).status_code == 404


def test_an_address_below_store_is_the_name_of_a_graph(empty: Server) -> None:
    http = empty.http
    assert http.put("/store/people/1", content="<> <urn:p> 1 .", headers=TURTLE).status_code == 201
    iri = f"{http.base_url}/store/people/1".replace("//store", "/store")
    assert empty.rows(f"GRAPH <{iri}> {{ <{iri}> ?p ?o }}") == ["1"]
    new = http.post("/store", content="<urn:s> <urn:p> 5 .", headers=TURTLE)
    assert new.status_code == 201
    assert "5" in http.get(new.headers["location"]).text


def test_parts_of_a_form_are_loaded_together(empty: Server) -> None:
    files = [
        ("file", ("a.ttl", "<urn:s> <urn:p> 1 .", "text/turtle")),
        ("file", ("b.nt", "<urn:s> <urn:p> <urn:o> .\n", "application/n-triples")),
    ]
    assert empty.http.post("/store?default", files=files).status_code == 204
    assert empty.rows("?s ?p ?o") == ["urn:o", "1"]
    files[1] = ("file", ("b.nt", "broken", "application/n-triples"))
    assert empty.http.post("/store?graph=urn:x", files=files).status_code == 400
    assert empty.http.get("/store?graph=urn:x").status_code == 404


def test_a_condition_keeps_a_changed_graph(empty: Server) -> None:
    http, at = empty.http, "/store?graph=urn:g"
    only_new = {**TURTLE, "If-None-Match": "*"}
    assert http.put(at, content="<urn:s> <urn:p> 1 .", headers=only_new).status_code == 201
    assert http.put(at, content="<urn:s> <urn:p> 2 .", headers=only_new).status_code == 412
    tag = http.get(at).headers["etag"]
    assert http.get(at, headers={"If-None-Match": tag}).status_code == 304
    held = {**TURTLE, "If-Match": tag}
    assert http.put(at, content="<urn:s> <urn:p> 3 .", headers=held).status_code == 204
    assert http.put(at, content="<urn:s> <urn:p> 4 .", headers=held).status_code == 412
    assert empty.rows("GRAPH <urn:g> { ?s ?p ?o }") == ["3"]


@pytest.mark.parametrize(
    ("update", "status"),
    [
        ("INSERT DATA { <urn:s> ", 400),
        ("SELECT * { ?s ?p ?o }", 400),
        ("LOAD <http://127.0.0.1:9/x>", 403),
        ("PREFIX a: <urn:a> LOAD a:b INTO GRAPH a:c", 403),
        ("LOAD SILENT <http://127.0.0.1:9/x> ; CLEAR ALL", 204),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }", 204),
        ("INSERT DATA { <urn:s> <urn:p> " + "[ <urn:p> " * 300 + "1" + "]" * 300 + "}", 400),
        ("INSERT DATA { <urn:s> <urn:p> 'x }", 400),
    ],
)
def test_what_an_update_may_not_do(empty: Server, update: str, status: int) -> None:
    assert empty.update("INSERT DATA { <urn:kept> <urn:p> 1 }") == 204
    assert empty.update(update) == status
    if status != 204:
        assert empty.rows("<urn:kept> ?p ?o") == ["1"]


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status"),
    [
        ("GET", "/update", {}, "", 405),
        ("TRACE", "/store?default", {}, "", 405),
        ("POST", "/update", {"Content-Type": "text/plain"}, "CLEAR ALL", 415),
        ("POST", "/update", {"Content-Type": "application/sparql-update"}, b"\xff", 400),
        ("PUT", "/store?default", {"Content-Type": "text/html"}, "x", 415),
        ("PUT", "/store?default", TURTLE, "<urn:s> <urn:p> .", 400),
        ("PUT", "/store", TURTLE, "", 400),
        ("PUT", "/store?graph=relative", TURTLE, "", 400),
        ("PUT", "/store?graph=urn:g&default", TURTLE, "", 400),
        ("PUT", "/store?graph=" + quote("urn:a b"), TURTLE, "", 400),
        ("PATCH", "/store?default", TURTLE, "", 415),
        ("PUT", "/store?default", {**TURTLE, "Content-Encoding": "br"}, "x", 415),
        ("PUT", "/store?default", {**TURTLE, "Content-Encoding": "gzip"}, "x", 400),
        ("GET", "/store?default", {"Accept": "image/png"}, "", 406),
    ],
)
def test_malformed_requests_are_told_why(
    empty: Server, method: str, path: str, headers: dict[str, str], body: str, status: int
) -> None:
    told = empty.http.request(method, path, headers=headers, content=body)
    assert told.status_code == status
    assert json.loads(told.text)["detail"]


def test_the_dataset_of_the_protocol_is_what_patterns_see(empty: Server) -> None:
    two = "GRAPH <urn:a> { <urn:s> <urn:p> 1 } GRAPH <urn:b> { <urn:s> <urn:p> 2 }"
    assert empty.update(f"INSERT DATA {{ {two} }}") == 204
    copy = "INSERT { <urn:copy> <urn:p> ?o } WHERE { ?s <urn:p> ?o }"
    assert empty.update(copy, **{"using-graph-uri": "urn:a"}) == 204
    assert empty.rows("<urn:copy> ?p ?o") == ["1"]
    both = "INSERT {} USING <urn:b> WHERE { ?s ?p ?o }"
    assert empty.update(both, **{"using-graph-uri": "urn:a"}) == 400


def test_an_update_is_stopped_at_its_limit_and_changes_nothing(empty: Server) -> None:
    values = " ".join(f"<urn:s{i}> <urn:p> {i} ." for i in range(400))
    assert empty.update(f"INSERT DATA {{ {values} }}") == 204
    runaway = "INSERT { <urn:x> <urn:y> ?a } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    assert empty.update(runaway) == 503
    assert len(empty.rows("?s ?p ?o")) == 400
    assert empty.update("INSERT DATA { <urn:s> <urn:p> 'after' }") == 204


def test_nothing_that_was_answered_is_lost_when_everything_is_killed(
    tmp_path: Path, token: Path
) -> None:
    answered = 0
    with serving(tmp_path / "store", token) as running:
        stop = threading.Timer(2.0, os.kill, (running.process.pid, signal.SIGKILL))
        stop.start()
        try:
            while True:
                assert running.update(f"INSERT DATA {{ <urn:s> <urn:p> {answered} }}") == 204
                answered += 1
        except httpx2.HTTPError:
            stop.join()
    with serving(tmp_path / "store", token) as again:
        kept = {int(value) for value in again.rows("<urn:s> <urn:p> ?o")}
    assert answered > 5
    assert set(range(answered)) <= kept <= set(range(answered + 1))


def test_a_store_in_use_is_left_alone(tmp_path: Path, token: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text("<urn:s> <urn:p> 1 .")
    with serving(tmp_path / "store", token):
        run = kg("load", file, "--store", tmp_path / "store")
    assert run.code == 2
    assert "is in use" in run.err


def test_files_are_loaded_all_or_none_backed_up_and_restored(tmp_path: Path) -> None:
    good, bad, store = tmp_path / "good.ttl", tmp_path / "bad.ttl", tmp_path / "store"
    good.write_text("<urn:s> <urn:p> 1, 2 .")
    bad.write_text("<urn:s> <urn:p> 3 .\n<urn:s> <urn:p> .\n")
    assert kg("load", good, "--store", store).code == 0
    run = kg("load", good, bad, "--store", store)
    assert run.code == 2
    assert f"{bad}:2" in run.err
    told = json.loads(kg("load", good, "--store", store, "--graph", "urn:g", "--json").out)
    assert (told["loaded"], told["quads"]) == (2, 4)
    saved = tmp_path / "saved"
    assert json.loads(kg("backup", "--store", store, "--to", saved, "--json").out)["quads"] == 4
    assert kg("load", good, "--store", store, "--graph", "urn:h").code == 0
    assert kg("restore", saved, "--store", store).code == 2
    assert json.loads(kg("restore", saved, "--store", store, "--force", "--json").out)["quads"] == 4


@pytest.mark.long
def test_a_copy_for_readers_is_left_until_somebody_may_write(tmp_path: Path, token: Path) -> None:
    file, store = tmp_path / "a.ttl", tmp_path / "store"
    file.write_text("<urn:s> <urn:p> 1, 2 .")
    assert kg("load", file, "--store", store).code == 0
    assert [left.read_bytes().count(b"\n") for left in store.glob("*.nq")] == [2]
    query = "/sparql?format=csv&query=SELECT%20?o%20%7B%20?s%20?p%20?o%20%7D%20ORDER%20BY%20?o"
    with running_server("--store", store) as (address, _):
        assert ask(address, query).text.split() == ["o", "1", "2"]
    with serving(store, token) as writing:
        assert not list(store.glob("*.nq"))
        writing.update("INSERT DATA { <urn:s> <urn:p> 3 }")
    with running_server("--store", store) as (address, _):
        assert ask(address, query).text.split() == ["o", "1", "2", "3"]
    file.write_text("<urn:s> <urn:p> 4 .")
    assert kg("load", file, "--store", store).code == 0
    assert not list(store.glob("*.nq"))
    with running_server("--store", store) as (address, _):
        assert ask(address, query).text.split() == ["o", "1", "2", "3", "4"]


def test_the_mode_needs_a_store_and_a_token(tmp_path: Path) -> None:
    assert "--store" in kg("serve", "--read-write").err
    assert "--token-file" in kg("serve", "--read-write", "--store", tmp_path / "s").err


@pytest.mark.long
def test_a_large_store_answers_from_disk_until_memory_has_it(tmp_path: Path) -> None:
    graph, store = tmp_path / "graph.nq", tmp_path / "store"
    generate = [sys.executable, str(REPOSITORY / "benchmarks" / "generate.py"), "230000"]
    graph.write_bytes(subprocess.run(generate, capture_output=True, check=True).stdout)
    quads = json.loads(kg("load", graph, "--store", store, "--json").out)["quads"]
    assert quads > 200_000
    query = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    command = kg_command("serve", "--port", 0, "--store", store)
    with subprocess.Popen(command, stdout=PIPE, stderr=PIPE, text=True) as running:
        try:
            assert running.stdout
            assert running.stderr
            address = running.stdout.readline().split("http://")[1].split("/")[0]
            asked = {"query": query, "format": "csv"}
            told = httpx2.get(f"http://{address}/sparql", params=asked, timeout=300)
            assert told.text.split() == ["n", str(quads)]
            while "serving from memory" not in running.stderr.readline():
                assert running.poll() is None
            told = httpx2.get(f"http://{address}/sparql", params=asked, timeout=300)
            assert told.text.split() == ["n", str(quads)]
        finally:
            running.terminate()

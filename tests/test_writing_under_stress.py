"""Changes that race, writers that die and disks that fail: an answer holds, a refusal is none."""

import base64
import json
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from test_writing import TOKEN, TURTLE, Server, serving, token

__all__ = ["token"]
pytestmark = pytest.mark.long
GRAPH = "/store?graph=urn:g"
RUNAWAY = "INSERT { <urn:x> <urn:y> ?a } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
MANY = " ".join(f"<urn:s{i}> <urn:p> {i} ." for i in range(400))
DOUBLING = (
    "INSERT { <urn:x> <urn:y> ?v40 } WHERE { BIND('12345678' AS ?v0) "
    + " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(40))
    + "}"
)


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("stress")
    (folder / "token").write_text(TOKEN)
    with pytest.MonkeyPatch.context() as setting:
        setting.setenv("KG_MEMORY_MB", "400")
        with serving(folder / "store", folder / "token", "--timeout", "8") as running:
            yield running


@pytest.fixture
def empty(own_server: Server) -> Server:
    assert own_server.update("CLEAR ALL ; DROP ALL") == 204
    return own_server


def writer_of(server: Server) -> int:
    """The process that writes for a server."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if parent == server.process.pid and b"writer_process" in command:
                return int(entry.name)
    raise AssertionError("there is no writer")


def all_at_once(count: int, work: Callable[[int], int]) -> list[int]:
    """What each of so many threads gets that begin together."""
    start = threading.Barrier(count)

    def begin(number: int) -> int:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


def test_of_changes_under_one_tag_exactly_one_is_done(empty: Server) -> None:
    http = empty.http
    assert http.put(GRAPH, content="<urn:s> <urn:p> 0 .", headers=TURTLE).status_code == 201
    for round_number in range(10):
        held = {**TURTLE, "If-Match": http.get(GRAPH).headers["etag"]}

        def put(number: int, round_number: int = round_number, held: dict[str, str] = held) -> int:
            content = f"<urn:s> <urn:p> {round_number * 10 + number} ."
            return http.put(GRAPH, content=content, headers=held).status_code

        told = all_at_once(5, put)
        assert sorted(told) == [204, 412, 412, 412, 412]
        done = round_number * 10 + told.index(204)
        assert empty.rows("GRAPH <urn:g> { ?s ?p ?o }") == [str(done)]


def test_of_makers_of_one_graph_exactly_one_makes_it(empty: Server) -> None:
    only_new = {**TURTLE, "If-None-Match": "*"}
    told = all_at_once(
        5,
        lambda n: (
            empty.http.put(GRAPH, content=f"<urn:s> <urn:p> {n} .", headers=only_new).status_code
        ),
    )
    assert sorted(told) == [201, 412, 412, 412, 412]


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE"])
def test_every_change_of_a_graph_keeps_its_condition(empty: Server, method: str) -> None:
    http = empty.http
    kind = "application/sparql-update" if method == "PATCH" else "text/turtle"
    body = "" if method == "PATCH" else "<urn:s> <urn:p> 2 ."
    http.put(GRAPH, content="<urn:s> <urn:p> 1 .", headers=TURTLE)
    tag = http.get(GRAPH, headers={"Accept": "application/n-triples"}).headers["etag"]

    def change(**conditions: str) -> int:
        named = {name.replace("_", "-"): value for name, value in conditions.items()}
        headers = {"Content-Type": kind, **named}
        return http.request(method, GRAPH, content=body, headers=headers).status_code

    assert change(If_Match='"other"') == 412
    assert change(If_Match=f"W/{tag}") == 412
    assert change(If_None_Match=tag) == 412
    assert change(If_None_Match=f'"other", W/{tag}') == 412
    assert change(If_Match=f'"other", {tag}', If_None_Match="*") == 412
    assert change(If_Match=f'"other", {tag}', If_None_Match='"other"') == 204
    assert http.delete(GRAPH, headers={"If-Match": tag}).status_code == 412


def test_an_update_under_a_condition_on_content_is_refused(empty: Server) -> None:
    told = empty.http.post("/update", data={"update": "CLEAR ALL"}, headers={"If-Match": '"a"'})
    assert told.status_code == 412


def test_a_tag_belongs_to_the_bytes_beside_it(empty: Server) -> None:
    http, seen, stop = empty.http, dict[str, str](), threading.Event()
    http.put(GRAPH, content="<urn:s> <urn:p> 0 .", headers=TURTLE)

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            http.put(GRAPH, content=f"<urn:s> <urn:p> {number} .", headers=TURTLE)

    writing = threading.Thread(target=write)
    writing.start()
    try:
        for _ in range(200):
            told = http.get(GRAPH, headers={"Accept": "application/n-triples"})
            assert seen.setdefault(told.headers["etag"], told.text) == told.text
    finally:
        stop.set()
        writing.join()
    assert len(seen) > 2


def test_an_update_that_takes_too_much_memory_changes_nothing(empty: Server) -> None:
    assert empty.update("INSERT DATA { <urn:kept> <urn:p> 1 }") == 204
    told = empty.http.post("/update", data={"update": DOUBLING})
    assert told.status_code == 503
    assert "Nothing was changed" in told.text
    assert empty.rows("?s ?p ?o") == ["1"]
    assert empty.update("INSERT DATA { <urn:kept> <urn:p> 2 }") == 204


def test_who_waits_behind_a_runaway_is_told_to_come_back_and_has_changed_nothing(
    empty: Server,
) -> None:
    assert empty.update(f"INSERT DATA {{ {MANY} }}") == 204

    def send(number: int) -> int:
        if number == 0:
            return empty.update(RUNAWAY)
        told = empty.http.post(
            "/update", data={"update": f"INSERT DATA {{ <urn:new> <urn:q> {number} }}"}
        )
        assert told.status_code == 204 or told.headers["retry-after"]
        return told.status_code

    told = all_at_once(6, send)
    assert told[0] == 503
    assert set(told) <= {204, 503}
    there = {int(value) for value in empty.rows("<urn:new> <urn:q> ?o")}
    assert there == {number for number in range(1, 6) if told[number] == 204}
    assert empty.update("INSERT DATA { <urn:new> <urn:q> 6 }") == 204


def test_each_change_of_a_group_has_its_own_answer(empty: Server) -> None:
    def send(number: int) -> int:
        text = f"INSERT DATA {{ <urn:s> <urn:p> {number} }}"
        return empty.update(text if number % 3 else text + " ; broken")

    told = all_at_once(12, send)
    assert told == [204 if number % 3 else 400 for number in range(12)]
    there = {int(value) for value in empty.rows("<urn:s> <urn:p> ?o")}
    assert there == {number for number in range(12) if number % 3}


def test_a_killed_writer_loses_nothing_and_nobody_notices(empty: Server) -> None:
    stop = threading.Event()

    def write(number: int) -> int:
        done = 0
        while not stop.is_set():
            text = f"INSERT DATA {{ <urn:w{number}> <urn:p> {done}, [] }}"
            told = empty.http.post("/update", data={"update": text})
            assert told.status_code == 204, told.text
            done += 1
        return done

    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(write, number) for number in range(4)]
        try:
            for _ in range(5):
                before = len(empty.rows("?s ?p ?o"))
                while len(empty.rows("?s ?p ?o")) < before + 20:
                    assert not [task.result() for task in writing if task.done()]
                os.kill(writer_of(empty), signal.SIGKILL)
        finally:
            stop.set()
        for number, done in enumerate([task.result() for task in writing]):
            rows = empty.rows(f"<urn:w{number}> <urn:p> ?o FILTER(ISLITERAL(?o))")
            assert sorted(map(int, rows)) == list(range(done))
            blank = empty.rows(f"<urn:w{number}> <urn:p> ?o FILTER(ISBLANK(?o))")
            assert len(blank) == done


def test_a_store_that_is_moved_away_refuses_and_heals(tmp_path: Path, token: Path) -> None:
    store, away = tmp_path / "store", tmp_path / "away"
    with serving(store, token) as running:
        assert running.update("INSERT DATA { <urn:s> <urn:p> 1 }") == 204
        store.rename(away)
        for _ in range(2):
            told = running.http.post(
                "/update", data={"update": "INSERT DATA { <urn:s> <urn:p> 9 }"}
            )
            assert told.status_code == 503
            assert "may have happened" in told.text or "Nothing was changed" in told.text
        assert not store.exists()
        away.rename(store)
        assert running.update("INSERT DATA { <urn:s> <urn:p> 2 }") == 204
        assert running.rows("?s ?p ?o") == ["1", "2"]
    with serving(store, token) as again:
        assert again.rows("?s ?p ?o") == ["1", "2"]


def test_states_that_cannot_be_published_change_nothing(tmp_path: Path, token: Path) -> None:
    store = tmp_path / "store"
    with serving(store, token) as running:
        assert running.update("INSERT DATA { <urn:s> <urn:p> 1 }") == 204
        (store / "states").rename(tmp_path / "states")
        (store / "states").write_text("in the way")
        for number in range(3):
            assert running.update(f"INSERT DATA {{ <urn:s> <urn:p> 9{number} }}") == 503
        (store / "states").unlink()
        (tmp_path / "states").rename(store / "states")
        assert running.update("INSERT DATA { <urn:s> <urn:p> 2 }") == 204
        assert running.rows("?s ?p ?o") == ["1", "2"]
    with serving(store, token) as again:
        assert again.rows("?s ?p ?o") == ["1", "2"]


def test_a_full_disk_refuses_and_heals_and_keeps_what_was_answered(
    tmp_path: Path, token: Path
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(small)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root can make a small disk")
    try:
        kept = 0
        with serving(small / "store", token) as running:
            told = 204
            while told == 204:
                text = " ".join(f"<urn:s{kept}> <urn:p> {kept * 1000 + n} ." for n in range(300))
                told = running.update(f"INSERT DATA {{ {text} }}")
                kept += told == 204
            assert told == 507
            small_one = running.update("INSERT DATA { <urn:small> <urn:p> 1 }")
            assert small_one in (204, 503, 507)  # what the refused one leaves may hold it
            kept_small = [1] * (small_one == 204)
            subprocess.run([*mount[:4], "remount,size=60m", *mount[5:]], check=True)
            assert running.update("INSERT DATA { <urn:new> <urn:p> 2 }") == 204
            assert len(running.rows("?s ?p ?o")) == kept * 300 + 1 + len(kept_small)
        with serving(small / "store", token) as again:
            assert len(again.rows("?s ?p ?o")) == kept * 300 + 1 + len(kept_small)
            assert again.rows("<urn:small> ?p ?o") == list(map(str, kept_small))
            assert again.rows("<urn:new> ?p ?o") == ["2"]
    finally:
        subprocess.run(["umount", "--lazy", str(small)], check=True)


def test_terms_too_deep_for_the_engine_change_nothing(empty: Server) -> None:
    deep = "<<( <urn:s> <urn:p> " * 100_000 + "1" + " )>>" * 100_000
    assert empty.update("INSERT DATA { <urn:kept> <urn:p> 1 }") == 204
    told = empty.http.post("/store?default", content=f"<urn:s> <urn:p> {deep} .", headers=TURTLE)
    assert told.status_code == 400
    assert "nested" in told.text
    assert empty.rows("?s ?p ?o") == ["1"]


def test_the_token_may_come_as_a_password_and_no_other_site_may_use_it(empty: Server) -> None:
    def update(**headers: str) -> httpx2.Response:
        return empty.http.post("/update", data={"update": "CLEAR ALL"}, headers=headers)

    basic = {w: base64.b64encode(f"who:{w}".encode()).decode() for w in (TOKEN, "wrong")}
    assert update(Authorization=f"Basic {basic[TOKEN]}").status_code == 204
    refused = update(Authorization=f"Basic {basic['wrong']}")
    assert refused.status_code == 401
    assert "basic" not in refused.headers["www-authenticate"].lower()
    assert update(Origin="http://evil.example").status_code == 403
    assert update(Origin="null").status_code == 403
    own = str(empty.http.base_url).rstrip("/")
    assert update(Origin=own).status_code == 204


def test_a_preflight_allows_what_clients_send(empty: Server) -> None:
    for path in ("/update", "/store?default"):
        told = empty.http.options(path, headers={"Origin": "http://other.example"})
        allowed = told.headers["access-control-allow-headers"].lower().split(", ")
        wanted = {"authorization", "content-type", "if-match", "if-none-match", "accept"}
        assert {*wanted, "x-requested-with"} <= set(allowed)


def test_what_was_made_is_found_where_the_answer_says(empty: Server) -> None:
    at = "/store?graph=http%3A%2F%2Fe%2Fnew%3Fa%3D1%262"
    told = empty.http.put(at, content="<urn:s> <urn:p> 5 .", headers=TURTLE)
    assert told.status_code == 201
    assert "5" in empty.http.get(told.headers["location"]).text


@pytest.mark.parametrize(
    ("update", "rows"),
    [
        ("PREFIX : <http://e/> INSERT DATA { :x :q 1 } ; PREFIX b: <http://b/> "
         "INSERT DATA { b:y b:q 2. b:z b:q b:a. }",
         ["http://b/y http://b/q 2", "http://b/z http://b/q http://b/a",
          "http://e/x http://e/q 1"]),
        ("PREFIX a: <urn:1:> INSERT DATA { a:s a:p 1 } ; PREFIX a: <urn:2:> "
         "INSERT DATA { a:s a:p 2 } ; INSERT DATA { a:t a:p 3 }",
         ["urn:1:s urn:1:p 1", "urn:2:s urn:2:p 2", "urn:2:t urn:2:p 3"]),
        ("BASE <http://e/a/> INSERT DATA { <x> <p> 1 } ; BASE <../b/> PREFIX c: <c#> "
         "INSERT DATA { <x> c:p\\~1 'c:no <y>' } ;",
         ["http://e/a/x http://e/a/p 1", "http://e/b/x http://e/b/c#p~1 c:no <y>"]),
        ("INSERT DATA { <urn:s> <urn:p> 1 } ; PREFIX never: <urn:used>", ["urn:s urn:p 1"]),
        ("CLEAR GRAPH <urn:absent> ; DROP GRAPH <urn:absent>", []),
        ("PREFIX : <urn:> DROP GRAPH :absent ; CLEAR SILENT GRAPH :absent", []),
    ],
)  # fmt: skip
def test_updates_that_the_grammar_allows(empty: Server, update: str, rows: list[str]) -> None:
    assert empty.update(update) == 204
    query = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o"
    told = empty.http.get("/sparql", params={"query": query, "format": "csv"}).text
    assert [line.replace(",", " ") for line in told.splitlines()[1:]] == rows


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { b:y b:q 2 } ; PREFIX b: <http://b/> CLEAR ALL",
        "LOAD <http://127.0.0.1:9/x> ; INSERT DATA { <urn:s> ",
        "LOAD 5",
        "LOAD SILENT <http://127.0.0.1:9/x> ; LOAD <http://127.0.0.1:9/x> INTO <urn:g>",
        "INSERT DATA { _:a <urn:p> 1 } ; LOAD <urn:x> ; INSERT DATA { _:a <urn:p> 1 }",
    ],
)
def test_a_text_that_is_no_update_is_told_so_first(empty: Server, update: str) -> None:
    told = empty.http.post("/update", data={"update": update})
    assert told.status_code == 400
    assert json.loads(told.text)["title"] == "It cannot be parsed"

"""`kg serve` from start to end: what it says, how it switches snapshots, how it stops."""

import asyncio
import http.client
import re
import signal
import socket
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from kg.build.snapshot import Snapshot, publish
from kg.core.errors import StoreBusy
from kg.core.names import Names
from kg.core.settings import Settings, held_in_memory
from kg.edges.web.snapshot_views import SnapshotViews
from kg.edges.web.warm_up import ADDRESSES
from kg.engine.engine_store import EngineStore
from kg.engine.graph_store import Answer, MemoryStore
from kg.engine.pool import Limits
from kg.engine.remote import Remote
from outside import ask, running_server
from surfaces import kg, kg_process
from waiting import PATIENCE, until

SLOW = "/sparql?" + urlencode(
    {
        "query": "SELECT (COUNT(*) AS ?n) { GRAPH <https://w3id.org/jsip/graph/schemes> "
        "{ ?a ?b ?c } GRAPH <https://w3id.org/jsip/graph/schemes> { ?d ?e ?f } }",
        "format": "csv",
    }
)
READS = (
    "/",
    "/entity/domestic-ai-support-5y",
    "/api/conflicts",
    "/id/gate.ttl",
    "/sparql?query=ASK%7B%7D",
)


def version_of(server: str) -> str:
    version: str = ask(server, "/ready").json["version"]
    return version


def put(store: Path, snapshot: Snapshot, version: str = "") -> str:
    """Publishes a built snapshot in a store folder; a version of its own makes its bytes new."""
    quads = snapshot.quads.read_bytes()
    if version:
        quads += (
            f"<http://x.example/{version}> <http://x.example/p> <http://x.example/o> .\n".encode()
        )
    return publish(store, version or snapshot.version, quads, "").version


# --- starting


def test_settings_are_printed_with_their_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_TIMEOUT", "7.5")
    run = kg("serve", "--print-settings", "--port", "8123")
    printed = dict(re.findall(r"^(KG_\w+)=(\S*)  # \S", run.out, re.MULTILINE))
    assert printed.keys() == {f"KG_{name.upper()}" for name in Settings.model_fields}
    assert (printed["KG_TIMEOUT"], printed["KG_PORT"]) == ("7.5", "8123")


@pytest.mark.parametrize(
    ("arguments", "variables", "says"),
    [
        (["--port", "99999"], {}, "port"),
        (["--workers", "0"], {}, "workers"),
        (["--timeout", "0"], {}, "timeout"),
        ([], {"KG_PORT": "eighty"}, "port"),
        ([], {"KG_WORKERS": "many"}, "workers"),
        (["--port", "eighty"], {}, "--port"),
        (["--host", "no.such.host.invalid", "--port", "0"], {}, "--host and --port"),
    ],
)
def test_bad_settings_are_told(
    arguments: list[str], variables: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch,
    example_snapshot: Snapshot,
) -> None:  # fmt: skip
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    run = kg("serve", *arguments, "--store", example_snapshot.folder.parents[1])
    assert (run.code, run.out) == (2, "")
    assert says in run.err
    assert "Traceback" not in run.err


def test_a_port_in_use_is_told(example_snapshot: Snapshot) -> None:
    store = example_snapshot.folder.parents[1]
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        run = kg_process("serve", "--port", port, "--store", store)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith(f"Cannot listen on 127.0.0.1 port {port}: ")
    assert "Choose another with --host and --port." in run.err


def test_a_missing_store_is_told(tmp_path: Path) -> None:
    run = kg("serve", "--port", "0", "--store", tmp_path / "none")
    assert (run.code, run.out) == (2, "")
    assert "holds neither a built snapshot nor a store of your own; run `kg build" in run.err


# --- stopping


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_after_the_answers_under_way(
    number: signal.Signals, example_snapshot: Snapshot
) -> None:
    store = example_snapshot.folder.parents[1]
    with running_server("--store", store, "--workers", 1) as (server, process):
        slow = http.client.HTTPConnection(urlsplit(server).netloc, timeout=PATIENCE)
        slow.request("GET", SLOW)
        assert ask(server, "/health").status == 200  # what came before has been read
        process.send_signal(number)
        answer = slow.getresponse()
        assert (answer.status, int(answer.read().split()[1]) > 1_000_000) == (200, True)
        slow.close()
        assert process.wait(PATIENCE) == 0
        assert process.stderr
        assert "Traceback" not in process.stderr.read()
        with pytest.raises(ConnectionError):
            ask(server, "/health")


def test_what_still_asks_when_it_has_stopped_is_refused() -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    store = EngineStore(Remote("http://127.0.0.1:9/sparql", Limits()), loop, "")
    with pytest.raises(StoreBusy, match="server stops"):
        store.query("ASK {}")


def test_answers_of_ready_questions_are_kept_up_to_so_many_bytes(
    example_snapshot: Snapshot, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Counted(MemoryStore):
        asked = 0

        def query(self, sparql: str, union: bool = True) -> Answer:
            Counted.asked += 1
            return super().query(sparql, union)

    store: Any = Counted(example_snapshot.quads, example_snapshot.version)
    short, long = "ASK {}", "SELECT * { ?s ?p ?o }"
    for most, times in ((10**8, 2), (1000, 3)):  # the long answer is too long for the second
        monkeypatch.setattr("kg.edges.web.snapshot_views._KEPT_BYTES", most)
        views, Counted.asked = SnapshotViews(Settings.model_validate({}), names, store), 0
        first = [views.answer_lines(query) for query in (short, long)]
        assert [views.answer_lines(query) for query in (short, long)] == first
        assert Counted.asked == times


# --- switching


@pytest.mark.long
def test_a_new_snapshot_is_switched_to_without_failing_a_request(
    tmp_path: Path, example_snapshot: Snapshot, shipped_snapshot: Snapshot
) -> None:
    first = put(tmp_path, example_snapshot)
    with running_server("--store", tmp_path, KG_WARM="1") as (server, process):
        assert version_of(server) == first
        seen: list[int] = []
        stop = threading.Event()

        def read() -> None:
            while not stop.is_set():
                seen.extend(ask(server, path).status for path in READS)

        slow_answers = []
        slow = threading.Thread(target=lambda: slow_answers.append(ask(server, SLOW)))
        readers = [threading.Thread(target=read) for _ in range(2)]
        for thread in (slow, *readers):
            thread.start()
        old_tag = ask(server, "/id/gate.ttl").headers["etag"]
        put(tmp_path, shipped_snapshot)
        process.send_signal(signal.SIGHUP)
        newest = put(tmp_path, shipped_snapshot, "third")  # perhaps while it switches
        process.send_signal(signal.SIGHUP)
        until(lambda: version_of(server) == newest)
        process.send_signal(signal.SIGHUP)  # nothing newer: nothing happens
        enough = len(seen) + 10 * len(READS)
        until(lambda: len(seen) > enough)
        stop.set()
        for thread in (slow, *readers):
            thread.join()
        assert [status for status in seen if status != 200] == []
        assert slow_answers[0].status == 200
        assert ask(server, "/id/gate.ttl").headers["etag"] != old_tag
        assert version_of(server) == newest


def test_a_container_holds_what_its_limit_lets_it(tmp_path: Path) -> None:
    everything = held_in_memory(tmp_path)
    (tmp_path / "memory.max").write_text("max\n")
    assert held_in_memory(tmp_path) == everything > 0
    (tmp_path / "memory.max").write_text("1350000\n")
    assert held_in_memory(tmp_path) == 1000


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_computed_beforehand_is_a_page(server: str, address: str) -> None:
    assert ask(server, address, "text/html").status == 200


def test_a_damaged_snapshot_is_not_switched_to(tmp_path: Path, example_snapshot: Snapshot) -> None:
    first = put(tmp_path, example_snapshot)
    with running_server("--store", tmp_path, "--workers", 1) as (server, process):
        (tmp_path / "manifest.json").write_text("{")
        process.send_signal(signal.SIGHUP)
        assert process.stderr
        assert "still serving the old snapshot" in process.stderr.readline()
        assert version_of(server) == first
        second = put(tmp_path, example_snapshot, "second")
        process.send_signal(signal.SIGHUP)
        until(lambda: version_of(server) == second)

"""The SPARQL endpoint and clients that ask too much, hang up, stop halfway or never listen."""

import asyncio
import http.client
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from urllib.parse import urlencode

import pytest

from kg.engine.pool import Pool
from kg.server.active_snapshot import ActiveSnapshot
from kg.server.zygote_process import PROGRAM
from sparql_endpoint import HUGE, RUNAWAY, Endpoint, call, connection_to, running_endpoint
from waiting import PATIENCE, until


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with running_endpoint(tmp_path_factory.mktemp("snapshot")) as state:
        yield state


def is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def test_a_runaway_query_is_stopped_and_others_feel_nothing(server: Endpoint) -> None:
    until(lambda: len(server.pool.pids) == 4)
    before, answers = set(server.pool.pids), []
    runaway = threading.Thread(
        target=lambda: answers.append(call(server, query=RUNAWAY, timeout="1"))
    )
    runaway.start()
    while runaway.is_alive():
        assert call(server, query="ASK {}").status == 200
    assert answers[0].status == 503
    assert b"limit of 1 seconds" in answers[0].content
    until(lambda: len(before - set(server.pool.pids)) == 1)
    assert not is_alive((before - set(server.pool.pids)).pop())


def test_a_client_that_hangs_up_takes_its_query_along(server: Endpoint) -> None:
    line = f"GET /sparql?{urlencode({'query': RUNAWAY})} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    until(lambda: len(server.pool.pids) == 4)
    before = set(server.pool.pids)
    with connection_to(server, line):
        until(lambda: server.pool.running == 1)
    until(lambda: server.pool.running == 0)
    until(lambda: len(before - set(server.pool.pids)) == 1 and len(server.pool.pids) == 4)


def test_an_answer_cut_short_never_looks_whole(server: Endpoint) -> None:
    answer = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    answer.request("GET", f"/sparql?{urlencode({'query': query, 'timeout': 2})}")
    with pytest.raises(http.client.IncompleteRead):
        answer.getresponse().read()
    answer.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost:",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 100\r\n\r\nASK",
        b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 50_000,
        b"\x16\x03\x01\x00 nonsense\r\n\r\n",
    ],
    ids=["silent", "half a header", "half a body", "header flood", "nonsense"],
)
def test_half_requests_are_ended(server: Endpoint, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as client:
        with suppress(ConnectionError):
            client.sendall(sent)
        answer = b"."
        with suppress(ConnectionError):
            while piece := client.recv(65536):
                answer += piece
    assert answer[:14] in (
            b".", b".HTTP/1.1 408 ", b".HTTP/1.1 400 ", b".HTTP/1.1 431 ",
        )  # fmt: skip
    assert call(server, query="ASK {}").status == 200


def test_a_client_that_takes_nothing_is_let_go(server: Endpoint) -> None:
    line = f"GET /sparql?{urlencode({'query': HUGE})} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with connection_to(server, line):
        until(lambda: server.pool.running == 1)
        until(lambda: server.pool.running == 0)
    until(lambda: not server.server.server_state.connections)


def test_another_snapshot_takes_over_without_dropping_a_request(server: Endpoint) -> None:
    stop, statuses = threading.Event(), []

    def ask() -> None:
        while not stop.is_set():
            statuses.append(call(server, query="ASK {}").status)

    async def switch() -> Pool:
        old = server.pool
        server.pool = Pool(server.folder, old.limits, zygote=PROGRAM)
        await server.pool.start()
        server.app.served = ActiveSnapshot(server.pool, "v2")
        await old.close()
        return old

    clients = [threading.Thread(target=ask) for _ in range(4)]
    for client in clients:
        client.start()
    for _ in range(3):
        old = asyncio.run_coroutine_threadsafe(switch(), server.loop).result(PATIENCE)
        assert old.pids == []
    stop.set()
    for client in clients:
        client.join()
    assert set(statuses) == {200}
    assert len(statuses) > 20


def test_who_does_not_read_holds_no_worker(server: Endpoint) -> None:
    """More slow readers than workers: their answers wait here, and others are answered."""
    rows = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 40000"
    with ExitStack() as stack:
        for number in range(2 * server.pool.limits.workers):
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", server.port))
            target = urlencode({"query": f"{rows} # {number}", "format": "csv"})
            client.sendall(f"GET /sparql?{target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        until(lambda: server.pool.running + server.pool.waiting > 0)
        until(lambda: server.pool.running + server.pool.waiting == 0)
        assert call(server, query="ASK {}").status == 200

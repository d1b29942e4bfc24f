"""Connections handed to workers: look-ups are answered there, no client is lost with a worker."""

import asyncio
import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from kg.core.media import CSV
from kg.engine.pool import Pool
from kg.server.active_snapshot import ActiveSnapshot
from kg.server.metrics import Meter
from kg.server.protocol.fast_request import tag_of
from kg.server.protocol.request import QueryRequest
from kg.server.zygote_process import PROGRAM
from sparql_endpoint import (
    QUERY,
    Endpoint,
    call,
    connection_to,
    running_endpoint,
    serve_from_now_on,
)
from test_lean import answers, line
from waiting import PATIENCE, until

LOOKUP = "SELECT ?p ?o { <https://w3id.org/jsip/id/gate> ?p ?o }"
ALL = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
NAMED = "VALUES ?none { <urn:none> }"  # a filter without any name is no look-up
ENDLESS = f"SELECT * {{ {NAMED} {ALL} FILTER NOT EXISTS {{ {ALL} }} }}"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Endpoint]:
    with running_endpoint(tmp_path, queue=32) as state:  # more clients than wait here
        yield state


def handed_off(server: Endpoint) -> list[int]:
    """How many connections each worker has."""
    return sorted(len(worker.handoff) for worker in server.pool.workers)


def ask(client: socket.socket, query: str = LOOKUP, *fields: str) -> tuple[int, bytes]:
    client.sendall(line(query, "Accept: text/csv", *fields))
    ((status, _, body),) = answers(client, 1)
    return status, body


def clients(server: Endpoint, stack: ExitStack, number: int) -> list[socket.socket]:
    return [stack.enter_context(connection_to(server)) for _ in range(number)]


def hand_off(server: Endpoint, *several: socket.socket) -> None:
    """Asks until workers have all these connections: a process's first answer may take long."""
    numbers = count()

    def are_handed_off() -> bool:
        for client in several:
            assert ask(client, f"{LOOKUP} # hand off {next(numbers)} {id(client)}")[0] == 200
        return sum(handed_off(server)) == len(several)

    until(are_handed_off)


def test_one_worker_is_left_for_questions_and_every_answer_is_counted(server: Endpoint) -> None:
    with ExitStack() as stack:
        several = clients(server, stack, 6)
        hand_off(server, *several)
        assert handed_off(server) == [0, 0, 3, 3]
        before = server.pool.collect()
        answered, size = before.answered, before.bytes
        found = {ask(client, f"{LOOKUP} # {n}") for n, client in enumerate(several)}
        assert len(found) == 1
        stats = server.pool.collect()
        assert stats.answered == answered + 6
        assert stats.bytes == size + 6 * len(found.pop()[1])


def test_what_is_asked_again_is_answered_by_the_front(server: Endpoint) -> None:
    with connection_to(server) as client:
        hand_off(server, client)
        first = ask(client)
        assert (sum(handed_off(server)), server.app.cache.hits) == (1, 0)
        assert ask(client) == first
        assert (sum(handed_off(server)), server.app.cache.hits) == (0, 0)
        assert {ask(client) for _ in range(5)} == {first}
        assert server.app.cache.hits == 5


def test_nobody_waits_behind_a_long_answer(server: Endpoint) -> None:
    with ExitStack() as stack:
        several = clients(server, stack, 6)
        for client in several:
            ask(client)
        several[0].sendall(line(ENDLESS))
        for n in range(20):
            for client in several[1:]:
                assert ask(client, f"{LOOKUP} # {n} {id(client)}")[0] == 200
        until(lambda: server.pool.running == 1)
        ((status, _, body),) = answers(several[0], 1)
    assert status == 503
    assert b"limit of 2 seconds" in body


def test_there_is_always_a_worker_for_what_is_short(server: Endpoint) -> None:
    with ExitStack() as stack:
        long = clients(server, stack, 6)
        for number, client in enumerate(long):
            client.sendall(line(f"{ENDLESS} # {number}"))
        until(lambda: server.pool.running >= 2 and server.pool.waiting >= 2)
        short = stack.enter_context(connection_to(server))
        for number in range(50):
            assert ask(short, f"{LOOKUP} # {number}")[0] == 200
        for client in long[:2]:
            assert answers(client, 1)[0][0] == 503


def test_a_request_is_asked_again_when_its_worker_is_killed(server: Endpoint) -> None:
    slow = f"SELECT * {{ {NAMED} {ALL} FILTER(?i = ?none) }} # slow"
    with connection_to(server) as client:
        ask(client)
        client.sendall(line(slow))
        until(lambda: any(w.handoff.request for w in server.pool.workers))
        until(lambda: server.pool.running == 1)
        for worker in list(server.pool.at_work):
            os.kill(worker.pid, signal.SIGKILL)
        until(lambda: server.pool.running == 1)
        ((status, _, body),) = answers(client, 1)
    assert status == 503
    assert b"limit of 2 seconds" in body  # it was at work until its time was over


def test_who_hangs_up_ends_a_long_answer(server: Endpoint) -> None:
    before = server.pool.killed
    with connection_to(server) as client:
        ask(client)
        client.sendall(line(ENDLESS))
        until(lambda: server.pool.running == 1)
    until(lambda: server.pool.killed == before + 1)
    until(lambda: server.pool.running == 0)


def test_a_killed_worker_costs_no_connection(server: Endpoint) -> None:
    with ExitStack() as stack:
        several = clients(server, stack, 6)
        for client in several:
            ask(client)
        killed = set(server.pool.pids)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        until(lambda: len(server.pool.pids) == 4 and killed.isdisjoint(server.pool.pids))
        assert [ask(client)[0] for client in several[1:]] == [200] * 5


def test_clients_notice_next_to_nothing_of_killed_workers(server: Endpoint) -> None:
    stop, statuses = threading.Event(), list[int]()
    lost, refused = list[int](), list[bytes]()

    def keep_asking(name: int) -> None:
        while not stop.is_set():
            with connection_to(server) as client, suppress(OSError, AssertionError):
                while not stop.is_set():
                    lost.append(name)  # until there is an answer
                    status, body = ask(client, f"{LOOKUP} # {name} {len(statuses)}")
                    statuses.append(status)
                    refused.extend([body] if status != 200 else [])
                    lost.remove(name)

    threads = [threading.Thread(target=keep_asking, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    kills = 0
    for round_ in range(5):
        enough = 100 * round_
        until(partial(lambda n: len(statuses) > n and len(server.pool.pids) == 4, enough))
        until(lambda: sum(handed_off(server)) >= 3)
        busiest = max(server.pool.workers, key=lambda worker: len(worker.handoff))
        with suppress(ProcessLookupError):
            if len(busiest.handoff):  # none that is at a question
                os.kill(busiest.pid, signal.SIGKILL)
                kills += 1
    stop.set()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {200, 503}, refused
    # A worker answers one request at a time; most of those are asked again (see above).
    assert len(refused) + len(lost) <= kills


@contextmanager
def asking(
    server: Endpoint, work: Callable[[socket.socket, int], None], number: int = 4
) -> Iterator[None]:
    """So many clients, each on a connection of its own, that do the same again and again."""
    stop = threading.Event()

    def keep_on(name: int) -> None:
        with connection_to(server) as client:
            while not stop.is_set():
                work(client, name)

    threads = [threading.Thread(target=keep_on, args=(name,)) for name in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_a_switch_mixes_nothing_up_on_connections_that_are_handed_off(server: Endpoint) -> None:
    begun, done = ["v1"], ["v1"]
    found: list[tuple[int, str, str, str, str]] = []

    def work(client: socket.socket, name: int) -> None:
        before, query = done[-1], f"{LOOKUP} # {name} {len(found)}"
        client.sendall(line(query, "Accept: text/csv"))
        ((status, fields, _),) = answers(client, 1)
        found.append((status, before, fields["etag"], begun[-1], query))

    async def switch(version: str) -> None:
        old, pool = server.pool, Pool(server.folder, server.pool.limits, zygote=PROGRAM)
        await pool.start()
        begun.append(version)
        server.pool, server.app.served = pool, ActiveSnapshot(pool, version)
        done.append(version)
        await old.close()

    with asking(server, work):
        for number in range(2, 5):
            until(partial(lambda n: len(found) > n, 100 * number))
            switching = switch(f"v{number}")
            asyncio.run_coroutine_threadsafe(switching, server.loop).result(PATIENCE)
        until(lambda: found[-1][1] == "v4")
    assert {status for status, *_ in found} == {200}
    certain = [(query, tag, before) for _, before, tag, after, query in found if before == after]
    assert {version for *_, version in certain} == {"v1", "v2", "v3", "v4"}
    for query, tag, version in certain:
        asked = QueryRequest(query, results=CSV)
        assert tag == tag_of(asked.identity, version, True, "identity")


def test_an_answer_never_lands_inside_the_one_before_it(server: Endpoint) -> None:
    rows = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 9000"
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(10)
        client.connect(("127.0.0.1", server.port))
        expected = ask(client)
        client.sendall(line(rows, "Accept: text/csv"))
        client.sendall(line(f"{LOOKUP} # behind", "Accept: text/csv"))
        arrived = bytearray()
        while not arrived.endswith(expected[1]) or arrived.count(b"HTTP/1.1 200 OK") < 2:
            piece = client.recv(4096)
            assert piece, arrived[-300:]
            arrived += piece
    _, first, second = bytes(arrived).split(b"HTTP/1.1 200 OK")
    assert first.endswith(b"0\r\n\r\n")
    assert second.partition(b"\r\n\r\n")[2] == expected[1]


@pytest.fixture
def stopped(server: Endpoint) -> Iterator[socket.socket]:
    """A client whose connection is at a worker that is stopped in the middle of its request."""
    with connection_to(server) as client:
        hand_off(server, client)
        client.sendall(line(ENDLESS))
        (worker,) = [w for w in server.pool.workers if len(w.handoff)]
        until(lambda: b"NOT" in worker.handoff.request)
        os.kill(worker.pid, signal.SIGSTOP)
        yield client
        with suppress(ProcessLookupError):
            os.kill(worker.pid, signal.SIGCONT)


def test_the_time_limit_holds_for_a_worker_that_does_not_run(
    server: Endpoint, stopped: socket.socket
) -> None:
    ((status, _, body),) = answers(stopped, 1)
    assert status == 503
    assert b"limit of 2 seconds" in body


def test_a_recall_reaches_a_worker_whose_mailbox_is_full(server: Endpoint) -> None:
    with ExitStack() as stack:
        several = clients(server, stack, 24)
        hand_off(server, several[0])
        (worker,) = [w for w in server.pool.workers if len(w.handoff)]
        os.kill(worker.pid, signal.SIGSTOP)
        for number, client in enumerate(several[1:]):
            client.sendall(line(f"{LOOKUP} # {number}", "Accept: text/csv"))
        serve_from_now_on(server, ActiveSnapshot(server.pool, "v2"))
        os.kill(worker.pid, signal.SIGCONT)
        assert {answers(client, 1)[0][0] for client in several[1:]} == {200}
        for number in range(3):
            assert {ask(c, f"{LOOKUP} # again {number} {id(c)}")[0] for c in several} == {200}
    until(lambda: server.pool.running == 0)


def test_the_log_tells_how_long_a_refused_look_up_took(
    server: Endpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    server.app.meter = meter = Meter("json")  # type: ignore[attr-defined]  # as the whole one has
    with connection_to(server) as client:
        client.sendall(line(ENDLESS))
        assert answers(client, 1)[0][0] == 503
    told = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert (told["method"], told["status"]) == ("GET", 503)
    assert told["ms"] > 1500
    assert 'status="503"} 1' in meter.text()


def test_a_connection_goes_back_and_forth_with_what_is_asked(server: Endpoint) -> None:
    with connection_to(server) as client:
        hand_off(server, client)
        first = ask(client)
        assert sum(handed_off(server)) == 1
        assert ask(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0] == 200
        assert sum(handed_off(server)) == 0
        assert ask(client) == first
        assert ask(client, "SELECT {")[0] == 400
        assert ask(client, LOOKUP, "X-Request-Id: 7") == first
        client.sendall(line(LOOKUP, "Accept: text/csv") * 3)
        assert [body for _, _, body in answers(client, 3)] == [first[1]] * 3


def test_a_body_may_come_behind_its_head(server: Endpoint) -> None:
    body = LOOKUP.encode()
    fields = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {QUERY}\r\nAccept: text/csv\r\n"
    head = f"{fields}Content-Length: {len(body)}\r\n\r\n".encode()
    with connection_to(server) as client:
        first = ask(client)
        for pieces in ((head, body), (head + body[:9], body[9:]), (head[:30], head[30:] + body)):
            for piece in pieces:
                client.sendall(piece)
            ((status, _, answer),) = answers(client, 1)
            assert (status, answer) == first


def test_an_idle_connection_is_the_fronts_again(server: Endpoint) -> None:
    with connection_to(server) as client:
        hand_off(server, client)
        until(lambda: sum(handed_off(server)) == 0)
        assert ask(client)[0] == 200


def test_a_client_that_hangs_up_is_given_up(server: Endpoint) -> None:
    with connection_to(server) as client:
        ask(client)
    until(lambda: sum(handed_off(server)) == 0)


def test_a_worker_with_connections_still_opens_nothing(server: Endpoint) -> None:
    with ExitStack() as stack:
        several = clients(server, stack, 5)
        for client in several:
            ask(client)
        for pid in server.pool.pids:
            numbers = sorted(int(n.name) for n in Path(f"/proc/{pid}/fd").iterdir())
            limits = Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
            soft = next(row.split()[3] for row in limits.splitlines() if "open files" in row)
            assert numbers == list(range(int(soft)))
    assert call(server, query="ASK {}").status == 200

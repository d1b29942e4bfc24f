"""The short way through the server: whole requests, kept answers, and nothing mixed up."""

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from random import Random
from urllib.parse import urlencode

import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions, Store

from kg.server.active_snapshot import ActiveSnapshot
from kg.server.protocol.fast_request import read_call
from kg.server.protocol.response_cache import CachedResponse, ResponseCache
from sparql_endpoint import (
    HUGE,
    QUERY,
    Endpoint,
    call,
    connection_to,
    running_endpoint,
    serve_from_now_on,
)
from waiting import until

Answer = tuple[int, dict[str, str], bytes]  # status, fields, body

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

PAIRED = (
    r"PREFIX e: <http://e/#> SELECT ?x { VALUES ?x { e:a\#b <http://e/#c> 'x # y' } } # z",
    "SELECT (CONCAT('a#b', \"c'd\") AS ?x) (1<2 AS ?y) { FILTER(1<2&&3>2) } # 'end",
    "BASE <http://b/> PREFIX p.q: <r#> SELECT * { BIND(p.q:s AS ?x) BIND('''t\n''u''' AS ?y) }",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with running_endpoint(tmp_path_factory.mktemp("snapshot")) as state:
        yield state


def line(query: str, *fields: str, method: str = "GET", **parameters: object) -> bytes:
    """One request as its bytes."""
    address = urlencode({"query": query, **parameters})
    head = (f"{method} /sparql?{address} HTTP/1.1", "Host: x", *fields)
    return "\r\n".join((*head, "", "")).encode()


def answers(client: socket.socket, number: int) -> list[Answer]:
    """So many responses that say their length: status line, fields, body."""
    arrived, found = b"", list[Answer]()
    while len(found) < number:
        while b"\r\n\r\n" not in arrived or len(arrived) < whole(arrived):
            piece = client.recv(65536)
            assert piece, arrived
            arrived += piece
        head, _, _ = arrived.partition(b"\r\n\r\n")
        status, *fields = head.decode().split("\r\n")
        body, arrived = arrived[len(head) + 4 : whole(arrived)], arrived[whole(arrived) :]
        names = dict(field.lower().split(": ", 1) for field in fields)
        found.append((int(status.split()[1]), names, body))
    return found


def whole(arrived: bytes) -> int:
    """The length of the first response in what arrived."""
    head, _, _ = arrived.partition(b"\r\n\r\n")
    length = [f for f in head.lower().split(b"\r\n") if f.startswith(b"content-length:")]
    return len(head) + 4 + int(length[0].split(b":")[1])


def test_the_same_bytes_get_the_same_answer_again(server: Endpoint) -> None:
    request = line(COUNT, "Accept: text/csv")
    with connection_to(server) as client:
        found = []
        for _ in range(3):
            client.sendall(request)
            found += answers(client, 1)
    fields = [{k: v for k, v in f.items() if k != "date"} for _, f, _ in found]
    assert [status for status, _, _ in found] == [200] * 3
    assert fields[0] == fields[1] == fields[2]
    assert "date" in found[2][1]
    assert len({body for _, _, body in found}) == 1


def test_queries_that_differ_in_any_byte_share_no_answer(server: Endpoint) -> None:
    """What a reader of keys once took for equal (SPARQL 1.1, rule 173: `\\#` is part of a name)."""
    prefix = "PREFIX e: <http://e.org/> SELECT"
    twins = [
        (rf"{prefix} (COUNT(*) AS ?n) {{ VALUES ?x {{ e:d\#1 }} }}",
         rf"{prefix} (COUNT(*) AS ?n) {{ VALUES ?x {{ e:d\#1 e:d\#2 }} }}"),
        (rf"{prefix} ?x {{ VALUES ?x {{ e:z\#1 }} }}", rf"{prefix} ?x {{ VALUES ?x {{ e:z\#1 }}"),
        ("SELECT (<http://e/a\u00a0b> AS ?x) {}", "SELECT (<http://e/a\u2003b> AS ?x) {}"),
        ("SELECT ('a b' AS ?x) {}", "SELECT ('a  b' AS ?x) {}"),
        ("SELECT (1 AS ?x) {} #", "SELECT (1 AS ?x) \u2003{} #"),
    ]  # fmt: skip
    for _ in range(3):  # computed, seen before, kept
        for first, second in twins:
            one, other = call(server, query=first), call(server, query=second)
            assert one.status == 200
            assert one.getheader("ETag") != other.getheader("ETag")
            assert one.content != other.content
            known = {"If-None-Match": one.field("ETag")}
            assert call(server, query=second, headers=known).status != 304


def answer_of_the_engine(query: str) -> bytes | None:
    """Its TSV; None where it refuses the query."""
    with suppress(SyntaxError, RuntimeError):
        rows = Store().query(query)
        assert isinstance(rows, QuerySolutions)
        return rows.serialize(format=QueryResultsFormat.TSV)
    return None


def test_equal_answers_only_for_equal_questions(server: Endpoint) -> None:
    """Pairs of queries that differ in one character, at random: answered as by the engine alone."""
    letters, seeded = " \t\n\u00a0\u3000#\\'\"<>?:.aA1-_%", Random(20261129)
    for _ in range(150):
        query = seeded.choice(PAIRED)
        at = seeded.randrange(len(query))
        other = query[:at] + seeded.choice(letters) + query[at + seeded.randrange(2) :]
        for asked in (query, other, query):
            answer = call(server, query=asked, format="tsv")
            expected = answer_of_the_engine(asked)
            assert (answer.status, answer.content) == (200, expected) or (
                answer.status == 400 and expected is None
            ), asked


def test_requests_sent_in_one_go_are_answered_in_order(server: Endpoint) -> None:
    queries = [f"SELECT ({n} AS ?x) {{}}" for n in range(8)]
    with connection_to(server, b"".join(line(q, "Accept: text/csv") for q in queries)) as client:
        bodies = [body.split()[1] for _, _, body in answers(client, 8)]
    assert bodies == [b"%d" % n for n in range(8)]
    with connection_to(server) as client:
        for query in queries:  # each arrives while the one before it is answered
            client.sendall(line(query, "Accept: text/csv", "X-Other: 1"))
        bodies = [body.split()[1] for _, _, body in answers(client, 8)]
    assert bodies == [b"%d" % n for n in range(8)]


def test_a_body_in_one_piece_or_in_two_is_the_same_request(server: Endpoint) -> None:
    body = COUNT.encode()
    fields = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {QUERY}\r\nContent-Length: "
    head = f"{fields}{len(body)}\r\nAccept: text/csv\r\n\r\n".encode()
    with connection_to(server, head + body) as client:
        found = answers(client, 1)
        client.sendall(head)
        client.sendall(body[:5])
        client.sendall(body[5:])
        found += answers(client, 1)
    assert [status for status, _, _ in found] == [200, 200]
    assert found[0][2] == found[1][2]


def test_a_head_has_the_fields_of_a_get_and_no_body(server: Endpoint) -> None:
    for query in (COUNT, "SELECT (1 AS ?only_by_head) {}"):
        first = call(server, "HEAD", query=query, format="csv")
        whole_answer = call(server, query=query, format="csv")
        again = call(server, "HEAD", query=query, format="csv")
        for head in (first, again):
            assert head.content == b""
            for name in ("ETag", "Content-Type", "Content-Length"):
                assert head.getheader(name) == whole_answer.getheader(name)


def test_errors_and_changing_answers_are_not_kept(server: Endpoint) -> None:
    kept = len(server.app.cache)
    first, second = (call(server, query="SELECT (UUID() AS ?u) {}").content for _ in "12")
    assert first != second
    assert call(server, query="SELECT {").status == 400
    assert call(server, query="ASK {}", headers={"Accept": "image/png"}).status == 406
    assert len(server.app.cache) == kept


def test_a_long_answer_is_kept_and_comes_back_whole(server: Endpoint) -> None:
    query = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"
    computed, kept = (call(server, query=query) for _ in "12")
    assert computed.getheader("Content-Length") is None  # it was streamed
    assert int(kept.field("Content-Length")) == len(kept.content)
    assert computed.content == kept.content
    assert computed.getheader("ETag") == kept.getheader("ETag")


def test_another_version_forgets_what_was_kept(server: Endpoint) -> None:
    request = line("SELECT (2 AS ?x) {}")
    with connection_to(server, request) as client:
        (before,) = answers(client, 1)
        serve_from_now_on(server, ActiveSnapshot(server.pool, "another", union=False))
        try:
            client.sendall(request)
            (after,) = answers(client, 1)
        finally:
            serve_from_now_on(server, ActiveSnapshot(server.pool, "v1"))
    assert before[1]["etag"] != after[1]["etag"]


def test_without_a_version_nothing_is_kept(server: Endpoint) -> None:
    serve_from_now_on(server, ActiveSnapshot(server.pool, ""))
    try:
        kept = len(server.app.cache)
        answer = call(server, query="SELECT (3 AS ?x) {}")
        assert (answer.status, answer.getheader("ETag")) == (200, None)
        assert len(server.app.cache) == kept
    finally:
        serve_from_now_on(server, ActiveSnapshot(server.pool, "v1"))


def test_a_lookup_is_answered_alike_on_every_way(server: Endpoint) -> None:
    query = "SELECT ?p ?o { <https://w3id.org/jsip/id/gate> ?p ?o }"
    accept = ("Accept: text/csv", "Accept-Encoding: gzip")
    found = []
    for fields in ((), ("X-Request-Id: 1",), ("Connection: keep-alive, te",)):
        with connection_to(server, line(query, *accept, *fields)) as client:
            found += answers(client, 1)
    alike = [({k: v for k, v in f.items() if k != "date"}, body) for _, f, body in found]
    assert alike[0] == alike[1] == alike[2]
    assert alike[0][1]


def test_a_lookup_that_overruns_or_kills_its_worker_is_refused(server: Endpoint) -> None:
    all_of_it = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
    endless = f"SELECT * {{ {all_of_it} FILTER NOT EXISTS {{ {all_of_it} }} }}"
    answer = call(server, query=endless)
    assert answer.status == 503
    assert b"limit of 2 seconds" in answer.content
    assert call(server, query="SELECT ?s { ?s a <urn:none> }").status == 200


def test_whoever_hangs_up_takes_along_what_was_asked_behind(server: Endpoint) -> None:
    with connection_to(server, line(HUGE)) as client:
        client.sendall(line(COUNT))
        until(lambda: server.pool.running == 1)
    until(lambda: server.pool.running == 0)
    assert call(server, query="ASK {}").status == 200


def test_a_kept_connection_is_ended_when_nothing_comes(server: Endpoint) -> None:
    with connection_to(server, line("ASK {}")) as client:
        answers(client, 1)
        assert client.recv(100) == b""


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /sparql?query=x HTTP/1.0\r\nHost: h\r\n\r\n",
        b"GET /sparql?query=x HTTP/1.1\r\n\r\n",
        b"GET /sparql?query=x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /sparql?query=x HTTP/1.1\nHost: a\n\n",
        b"GET /sparql?query=x HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET /sparql?query=x HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
        b"GET /sparql?query=x HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n",
        b"GET /sparql?query=x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET /sparql?query=x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n",
        b"GET /sparql?query=x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\n\r\nASK {}",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: +6\r\n\r\nASK {}",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nASK {}",
        b"GET /sparql?query=x HTTP/1.1\r\nHost: a\r\n\r\nGET /",
        b"GET /sparqlx?query=x HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /sparql?a#b HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
def test_whatever_is_unusual_goes_the_strict_way(request_: bytes) -> None:
    assert read_call(request_) is None


def test_the_recall_keeps_what_was_used_last_within_its_bytes() -> None:
    recall = ResponseCache(10_000)
    for number in range(30):
        recall.put((f"{number}",), CachedResponse({}, b"x" * 500))
        recall.get(("0",))
    assert recall.bytes <= 10_000
    assert recall.get(("0",))
    assert recall.get(("29",))
    assert recall.get(("1",)) is None
    recall.put(("large",), CachedResponse({}, b"x" * 2000))
    assert recall.get(("large",)) is None
    recall.clear()
    assert (recall.bytes, len(recall)) == (0, 0)


def test_a_question_waiting_for_a_worker_is_given_up_with_its_client(server: Endpoint) -> None:
    async def waiting() -> int:
        return server.pool.waiting

    long = [line(HUGE, f"X-Client: {n}") for n in range(3)]
    with connection_to(server, long[0]), connection_to(server, long[1]):
        until(lambda: server.pool.running == 2)
        with connection_to(server, long[2]):
            until(lambda: server.pool.waiting == 1)
        until(lambda: server.pool.waiting == 0)
    until(lambda: server.pool.running == 0)
    assert asyncio.run(waiting()) == 0
    assert json.loads(call(server, query="ASK {}").content)["boolean"]

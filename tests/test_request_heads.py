"""Requests as other programs and attackers send them, byte for byte (RFC 9112)."""

import json
import socket
from collections.abc import Iterator

import pytest

from sparql_endpoint import Endpoint, running_endpoint
from waiting import PATIENCE

ASK = b"GET /sparql?query=ASK%7B%7D&format=csv"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with running_endpoint(tmp_path_factory.mktemp("snapshot")) as state:
        yield state


def exchanged(server: Endpoint, *pieces: bytes) -> bytes:
    """All that the server sends until it closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as client:
        for piece in pieces:
            client.sendall(piece)
        arrived = bytearray()
        while piece := client.recv(65536):
            arrived += piece
        return bytes(arrived)


END = b"Host: h\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "pieces",
    [
        (b"\r\n" + ASK + b" HTTP/1.1\r\n" + END,),
        (b"GET http://other.example/sparql?query=ASK%7B%7D&format=csv HTTP/1.1\r\n" + END,),
        (ASK + b" HTTP/1.1\r\nHo", b"st: h\r\nConnection: close\r\n", b"\r\n"),
        (ASK + b"&q=45\xe5\x85\x86\xe5\x86\x86 HTTP/1.1\r\n" + END,),
        (b"GET /sparql?format=csv&query=ASK%7B?\xe6\x97\xa5%20?p%201%7D HTTP/1.1\r\n" + END,),
    ],
)  # fmt: skip
def test_what_is_lawful_or_clear_is_answered(server: Endpoint, pieces: tuple[bytes, ...]) -> None:
    answer = exchanged(server, *pieces)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith((b"true", b"false"))


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /sparql HTTP/1.1\nHost: h\n\n", 400),
        (b"GET /sparql HTTP/1.1\r\nHost: h\nX: y\r\n\r\n", 400),
        (b"GET /sparql HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", 400),
        (b"GET /sparql HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n", 400),
        (b"POST /sparql HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n"
         b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"GET /sparql HTTP/2.0\r\nHost: h\r\n\r\n", 505),
        (b"GET /sparql HTTP/0.9\r\nHost: h\r\n\r\n", 505),
        (b"GET /sparql\x01 HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
        (b"GET /sparql HTTP/1.1\r\n" + b"X: " + b"y" * 70_000, 431),
    ],
)  # fmt: skip
def test_what_proxies_may_read_otherwise_is_refused_and_closed(
    server: Endpoint, request_: bytes, status: int
) -> None:
    head, _, body = exchanged(server, request_).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"content-security-policy: default-src 'none'" in head
    assert json.loads(body)["status"] == status


@pytest.mark.parametrize(
    ("behind", "status"),
    [
        (b"GET /sparql HTTP/1.1\nHost: h\n\n", 400),
        (b"GET /sparql HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", 400),
        (b"GET /sparql HTTP/2.0\r\nHost: h\r\n\r\n", 505),
        (ASK + b" HTTP/1.1\r\n" + END, 200),
        (ASK + b"&q=\xe6\x97\xa5 HTTP/1.1\r\n" + END, 200),
    ],
)
@pytest.mark.parametrize(
    "first",
    [
        b"GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n",
        b"POST /nothing HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
        ASK + b" HTTP/1.1\r\nHost: h\r\n\r\n",
    ],
)
def test_a_request_behind_another_is_read_as_strictly(
    server: Endpoint, first: bytes, behind: bytes, status: int
) -> None:
    answer = exchanged(server, first + behind)
    assert b"HTTP/1.1 %d " % status in answer[12:]

"""A real SPARQL endpoint for tests, over the example's triples, and how to call it."""

import asyncio
import gzip
import http.client
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import brotli
import uvicorn
import zstandard
from pyoxigraph import RdfFormat, Store
from starlette.types import Receive, Scope, Send

from kg.core.names import Names
from kg.engine.pool import Limits, Pool
from kg.server.active_snapshot import ActiveSnapshot
from kg.server.http_protocol import FastHttp
from kg.server.sparql_app import SparqlApp
from kg.server.zygote_process import PROGRAM
from waiting import PATIENCE

TRIPLES = Path(__file__).parent / "example" / "triples"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HUGE = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
QUERY = "application/sparql-query"
UNPACKED: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}


class Hasty(FastHttp):
    """Little patience, so that tests need not wait long; enough for what a busy machine delays."""

    headers_within = 1.5
    body_pause = 1.5
    taken_within = 1.5


@dataclass
class Endpoint:
    """The endpoint that runs in a thread of its own, with its parts to look at."""

    folder: Path
    port: int
    pool: Pool
    app: SparqlApp
    server: uvicorn.Server
    loop: asyncio.AbstractEventLoop


@dataclass(frozen=True)
class Response:
    """One answer, read to its end."""

    status: int
    headers: http.client.HTTPMessage
    content: bytes

    def getheader(self, name: str) -> str | None:
        """The fields of a name, as one."""
        fields = self.headers.get_all(name)
        return None if fields is None else ", ".join(fields)

    def field(self, name: str) -> str:
        """The fields of a name, which must be there."""
        value = self.getheader(name)
        assert value is not None, name
        return value


@dataclass
class _Started:
    """What the thread of the endpoint says when it runs, or when it could not start."""

    event: threading.Event = field(default_factory=threading.Event)
    endpoint: Endpoint | None = None


async def start_page(scope: Scope, receive: Receive, send: Send) -> None:
    """Stands for the editor."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"start"})


async def serve(folder: Path, started: _Started, queue: int) -> None:
    limits = Limits(timeout_s=2.0, memory_mb=200, workers=2, queue=queue)
    names = Names("", {"jsip": "https://w3id.org/jsip/ns#"})
    pool = Pool(folder, limits, names, zygote=PROGRAM)
    await pool.start()
    app = SparqlApp(ActiveSnapshot(pool, "v1"), start_page)
    config = uvicorn.Config(
        app, port=0, http=Hasty, lifespan="off", log_config=None, server_header=False
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    endpoint = Endpoint(folder, port, pool, app, server, asyncio.get_running_loop())
    started.endpoint = endpoint
    started.event.set()
    await task
    await endpoint.pool.close()  # which a test may have changed


@contextmanager
def running_endpoint(folder: Path, queue: int = 8) -> Iterator[Endpoint]:
    """The endpoint on a free port, with its pool and application to look at."""
    store = Store()
    for file in TRIPLES.glob("*.trig"):
        store.bulk_load(path=str(file), format=RdfFormat.TRIG)
    quads = store.dump(format=RdfFormat.N_QUADS)
    assert quads is not None
    (folder / "quads.nq").write_bytes(quads)
    started = _Started()
    thread = threading.Thread(target=lambda: asyncio.run(serve(folder, started, queue)))
    thread.start()
    assert started.event.wait(PATIENCE)
    assert started.endpoint
    try:
        yield started.endpoint
    finally:
        started.endpoint.server.should_exit = True
        thread.join(PATIENCE)


def call(
    server: Endpoint,
    method: str = "GET",
    query: str | None = None,
    body: bytes | str | Iterable[bytes] | None = None,
    headers: Mapping[str, str] | None = None,
    parameters: Mapping[str, object] | None = None,
    **more: object,
) -> Response:
    """One request; the response with its body read. The parameters are all of the address."""
    given = {**(parameters or {}), **more, **({} if query is None else {"query": query})}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    path = "/sparql" + (f"?{urlencode(given, doseq=True)}" if given else "")
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return Response(response.status, response.headers, content)


def post(
    server: Endpoint, body: bytes | str | Iterable[bytes], kind: str, **more: object
) -> Response:
    return call(server, "POST", None, body, {"Content-Type": kind}, more)


@contextmanager
def connection_to(server: Endpoint, *sent: bytes) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as client:
        for piece in sent:
            client.sendall(piece)
        yield client


def serve_from_now_on(server: Endpoint, served: ActiveSnapshot) -> None:
    """Switches, as the server itself would, to something else that is asked."""

    async def switch() -> None:
        server.app.served = served

    asyncio.run_coroutine_threadsafe(switch(), server.loop).result(PATIENCE)

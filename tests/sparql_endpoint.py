"""A real SPARQL endpoint for tests, over the example's triples, and how to call it."""

import asyncio
import gzip
import http.client
import socket
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import brotli
import uvicorn
import zstandard
from pyoxigraph import RdfFormat, Store

from kg.core.names import Names
from kg.edges.web.lean import Lean
from kg.edges.web.served import Served
from kg.edges.web.sparql import SparqlApp
from kg.outlets.protocol.zygote import PROGRAM
from kg.store.workers import Limits, Pool

TRIPLES = Path(__file__).parent / "example" / "triples"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HUGE = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
QUERY = "application/sparql-query"
UNPACKED = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}


class Hasty(Lean):
    """No patience at all, so that tests need not wait."""

    headers_within = 0.5
    body_pause = 0.5
    taken_within = 0.5


async def start_page(scope, receive, send):
    """Stands for the editor."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"start"})


async def serve(folder, ready, state):
    limits = Limits(timeout_s=2.0, memory_mb=200, workers=2, queue=8)
    names = Names("", {"jsip": "https://w3id.org/jsip/ns#"})
    state.pool = Pool(folder, limits, names, zygote=PROGRAM)
    await state.pool.start()
    state.app = SparqlApp(Served(state.pool, "v1"), start_page)
    config = uvicorn.Config(
        state.app, port=0, http=Hasty, lifespan="off", log_config=None, server_header=False
    )
    state.server = uvicorn.Server(config)
    task = asyncio.create_task(state.server.serve())
    while not state.server.started:
        await asyncio.sleep(0.01)
    state.loop = asyncio.get_running_loop()
    state.port = state.server.servers[0].sockets[0].getsockname()[1]
    ready.set()
    await task
    await state.pool.close()


@contextmanager
def running_endpoint(folder):
    """The endpoint on a free port, with its pool and application to look at."""
    store = Store()
    for file in TRIPLES.glob("*.trig"):
        store.bulk_load(path=str(file), format=RdfFormat.TRIG)
    (folder / "quads.nq").write_bytes(store.dump(format=RdfFormat.N_QUADS))
    state, ready = SimpleNamespace(folder=folder), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(serve(folder, ready, state)))
    thread.start()
    assert ready.wait(20)
    try:
        yield state
    finally:
        state.server.should_exit = True
        thread.join(20)


def call(server, method="GET", query=None, body=None, headers=None, **parameters):
    """One request; the response with its body read."""
    if query is not None:
        parameters["query"] = query
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=15)
    path = "/sparql" + (f"?{urlencode(parameters, doseq=True)}" if parameters else "")
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    response.content = response.read()
    connection.close()
    return response


def post(server, body, kind, **more):
    return call(server, "POST", body=body, headers={"Content-Type": kind}, **more)


@contextmanager
def connection_to(server, *sent):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        for piece in sent:
            client.sendall(piece)
        yield client


def serve_from_now_on(server, served):
    """Switches, as the server itself would, to something else that is asked."""

    async def switch():
        server.app.served = served

    asyncio.run_coroutine_threadsafe(switch(), server.loop).result(10)


def until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)

"""Another engine that answers: the same pages, API, queries and exports as from our own workers."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib.parse import parse_qs, quote

import pytest

from kg.core.errors import Refusal
from kg.engine.pool import EngineRequest, Failure
from kg.engine.remote import Remote
from kg.server.protocol.problems import refusal_for
from outside import ask, running_server
from surfaces import kg

pytestmark = pytest.mark.long
Said = tuple[int, bytes, dict[str, str]]

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


COMMANDS = (
    ("show", "takaichi-sanae"), ("conflicts", "--open"), ("search", "経産"), ("stats",),
    ("why", "takaichi-sanae", "holdsPost", "prime-minister-of-japan"),
    ("path", "takaichi-sanae", "issue/low-pay"), ("query", "cq01"),
    ("query", "cq01", "--param", "about=content-budget-japan", "--format", "csv"),
    ("export", "gexf", "--entity", "meti"), ("export", "turtle"),
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_reads_another_engine_as_its_own_store(server: str, command: list[str]) -> None:
    ours, theirs = kg(*command), kg(*command, "--remote", f"{server}sparql")
    assert (theirs.code, ours.code) == (0, 0), theirs.err
    assert theirs.out == ours.out
    assert ours.out


def test_a_graph_of_another_engine_is_exported_and_drawn(server: str, tmp_path: Path) -> None:
    file, picture = tmp_path / "graph.rq", tmp_path / "graph.html"
    file.write_text("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o . ?s a <https://w3id.org/jsip/ns#Person> }")
    elsewhere = ("--query", file, "--remote", f"{server}sparql")
    ours, theirs = kg("export", "ntriples", "--query", file), kg("export", "ntriples", *elsewhere)
    assert (theirs.code, theirs.out) == (0, ours.out), theirs.err
    assert kg("query", file, "--remote", f"{server}sparql", "--format", "ntriples").out == ours.out
    assert kg("page", *elsewhere, "--out", picture).code == 0
    assert picture.stat().st_size > 100_000
    file.write_text("SELECT * { ?s ?p ?o } LIMIT 1")
    assert "Only a CONSTRUCT or DESCRIBE" in kg("export", "turtle", *elsewhere).err


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"head":{"vars":["v"]},"results":{"bindings":[{']
)
def test_an_engine_that_answers_nonsense_is_told(body: bytes) -> None:
    class Nonsense(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(body) or 4))
            self.end_headers()
            self.wfile.write(body or b"true")

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Nonsense) as engine:
        Thread(target=engine.serve_forever, daemon=True).start()
        for command in (("query", "cq01"), ("stats",), ("check",)):
            run = kg(*command, "--remote", f"http://127.0.0.1:{engine.server_port}/")
            assert (run.code, run.out) == (2, "")
            assert run.err
            assert "Traceback" not in run.err
        engine.shutdown()


def test_quality_is_not_measured_of_another_engine(server: str) -> None:
    run = kg("check", "--quality", "--remote", f"{server}sparql")
    assert (run.code, run.out) == (2, "")
    assert "leave out --remote" in run.err


@pytest.mark.long
def test_what_another_engine_holds_is_checked(server: str) -> None:
    here, there = kg("check", "--json"), kg("check", "--remote", f"{server}sparql", "--json")
    assert (there.code, here.code) == (0, 0), there.out[-500:]
    told = [{p["rule"] for p in json.loads(run.out)} for run in (here, there)]
    assert told[0] == told[1] != set()


def test_a_command_names_an_engine_that_is_not_there() -> None:
    for command in (("stats",), ("query", "cq01"), ("check",)):
        run = kg(*command, "--remote", "http://127.0.0.1:9/sparql")
        assert run.code == 2
        assert "http://127.0.0.1:9/sparql: it cannot be asked" in run.err
        assert "Traceback" not in run.err


@contextmanager
def engine_that(answers: Callable[[str], Said]) -> Iterator[str]:
    """The address of an engine that answers a query so."""

    class Engine(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            status, body, fields = answers(form["query"][0])
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **fields}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Engine) as engine:
        Thread(target=engine.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{engine.server_address[1]}/"
        engine.shutdown()


TRUE = (
    200,
    b'{"head":{},"boolean":true}',
    {"Content-Type": "application/sparql-results+json"},
)


# How engines tell of faults, by their sources and documents. QLever: src/engine/Server.cpp
# (composeErrorResponseJson); RDF4J, under GraphDB: SC_SERVICE_UNAVAILABLE where a query is
# interrupted; Fuseki: QueryCancelledException; Neptune: user guide, "Graph Engine Error Messages
# and Codes" and "queryTimeout". Where a text would quote the query it is cut.
JSON = {"Content-Type": "application/json"}
AMAZON = {"Content-Type": "application/x-amz-json-1.0"}
TEXT = {"Content-Type": "text/plain;charset=utf-8"}
FAULTS = [
    ("any", 408, "", {}, "took too long", None),
    ("any", 504, "", {}, "took too long", None),
    ("any", 429, "Too many requests", {"Retry-After": "7"}, "busy", "7"),
    ("any", 503, "Overloaded", {}, "busy", "5"),
    ("any", 500, "Out of cheese", {}, "failed", None),
    ("any", 400, "Parse error", {}, "cannot be evaluated", None),
    (
        "QLever",
        429,
        '{"exception":"Operation timed out.","status":"ERROR"}',
        JSON,
        "took too long",
        None,
    ),
    (
        "QLever",
        400,
        '{"exception":"Invalid SPARQL query: ...","status":"ERROR"}',
        JSON,
        "cannot be evaluated",
        None,
    ),
    (
        "QLever",
        500,
        '{"exception":"Tried to allocate 5 GB, but only 4 GB were available."}',
        JSON,
        "failed",
        None,
    ),
    ("GraphDB", 503, "Query evaluation took too long", TEXT, "took too long", None),
    (
        "GraphDB",
        400,
        'MALFORMED QUERY: Encountered "}" at line 1',
        TEXT,
        "cannot be evaluated",
        None,
    ),
    ("GraphDB", 500, "Query evaluation error: out of memory", TEXT, "failed", None),
    ("Fuseki", 503, "Query timed out", TEXT, "took too long", None),
    (
        "Fuseki",
        400,
        "Parse error: Lexical error at line 1, column 9",
        TEXT,
        "cannot be evaluated",
        None,
    ),
    ("Neptune", 500, '{"code":"TimeLimitExceededException"}', AMAZON, "took too long", None),
    (
        "Neptune",
        500,
        '{"detailedMessage":"Operation terminated (deadline exceeded)"}',
        AMAZON,
        "took too long",
        None,
    ),
    ("Neptune", 400, '{"code":"MalformedQueryException"}', AMAZON, "cannot be evaluated", None),
    ("Neptune", 403, '{"code":"AccessDeniedException"}', AMAZON, "failed", None),
    ("Virtuoso", 500, "Virtuoso 42000 Error The estimated time exceeds the limit", {}, "", None),
]


@pytest.mark.parametrize(("engine", "status", "text", "fields", "title", "delay"), FAULTS)
def test_what_another_engine_refuses_is_told_as_what_it_is(
    engine: str, status: int, text: str, fields: dict[str, str], title: str, delay: str | None
) -> None:
    said = [TRUE]

    async def refused(url: str) -> Refusal:
        remote = Remote(url)
        await remote.start()
        said[0] = (status, text.encode(), fields)
        try:
            with pytest.raises(Failure) as caught:
                async with remote.ask(EngineRequest("ASK {}")):
                    pass
        finally:
            await remote.close()
        return refusal_for(caught.value.kind, caught.value.detail)

    with engine_that(lambda query: said[0]) as url:
        refusal = asyncio.run(refused(url))
    assert title in refusal.title
    assert refusal.headers.get("Retry-After") == delay


@pytest.mark.parametrize(
    ("engine", "is_union"),
    [("QLever", True), ("GraphDB", True), ("Neptune", True), ("Fuseki", False)],
)
def test_an_engine_whose_default_graph_is_no_union_is_refused(engine: str, is_union: bool) -> None:
    """Fuseki's default graph is its own unless tdb2:unionDefaultGraph says otherwise."""
    false = (200, TRUE[1].replace(b"true", b"false"), TRUE[2])

    async def started(url: str) -> None:
        remote = Remote(url)
        try:
            await remote.start()
        finally:
            await remote.close()

    with engine_that(lambda query: TRUE if is_union or "GRAPH" in query else false) as url:
        if is_union:
            asyncio.run(started(url))
            return
        with pytest.raises(Failure) as caught:
            asyncio.run(started(url))
    assert "tdb2:unionDefaultGraph" in caught.value.detail


def test_as_many_wait_for_another_engine_as_may() -> None:
    """At the defaults eight are asked at once and 32 wait: the next one is refused."""
    begun, go_on = Event(), Event()
    go_on.set()

    def answer(query: str) -> Said:
        begun.set()
        go_on.wait(60)
        return TRUE

    async def one(remote: Remote) -> bool:
        async with remote.ask(EngineRequest("ASK {}")) as found:
            return b"true" in b"".join([piece async for piece in found.pieces()])

    async def all_of_them(url: str) -> None:
        remote = Remote(url)
        await remote.start()
        go_on.clear()
        asked = [asyncio.ensure_future(one(remote)) for _ in range(40)]
        await asyncio.to_thread(begun.wait, 60)
        for _ in range(3):  # every task has come to its turn or to its wait
            await asyncio.sleep(0)
        with pytest.raises(Failure) as caught:
            await one(remote)
        assert caught.value.kind == "busy"
        go_on.set()
        assert await asyncio.gather(*asked) == [True] * 40
        await remote.close()

    with engine_that(answer) as url:
        asyncio.run(all_of_them(url))

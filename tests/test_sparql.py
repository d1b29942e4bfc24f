"""The SPARQL endpoint over real HTTP: forms, formats, statuses, errors, validators."""

import csv
import json
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, parse, parse_query_results

from kg.core.media import GRAPHS, RESULTS, MediaType
from kg.server.active_snapshot import ActiveSnapshot
from kg.server.protocol.content_coding import CODINGS
from sparql_endpoint import (
    HUGE,
    QUERY,
    RUNAWAY,
    UNPACKED,
    Endpoint,
    call,
    connection_to,
    post,
    running_endpoint,
    serve_from_now_on,
)

GRAPH = "https://w3id.org/jsip/graph/entities"
DESCRIBE = "DESCRIBE <https://w3id.org/jsip/id/gate>"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with running_endpoint(tmp_path_factory.mktemp("snapshot")) as state:
        yield state


def test_all_forms_of_a_request_get_the_same_answer(server: Endpoint) -> None:
    query = 'SELECT ?label { ?s ?p ?label FILTER(STR(?label) = "日本国政府") }'
    answers = [
        call(server, query=query),
        post(server, urlencode({"query": query}), FORM),
        post(server, query.encode(), QUERY),
    ]
    assert {answer.status for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert "日本国政府".encode() in answers[0].content


@pytest.mark.parametrize("media", RESULTS, ids=lambda media: media.name)
def test_results_in_every_format(server: Endpoint, media: MediaType) -> None:
    select = "SELECT * { ?s a ?type } ORDER BY ?s LIMIT 3"
    by_accept = call(server, query=select, headers={"Accept": media.type})
    by_name = call(server, query=select, format=media.name)
    assert by_accept.getheader("Content-Type") == media.header
    assert by_accept.content == by_name.content
    if media.name == "csv":
        assert len(list(csv.reader(by_accept.content.decode().splitlines()))) == 4
    else:
        form = getattr(QueryResultsFormat, media.name.upper())
        rows = parse_query_results(by_accept.content, format=form)
        assert isinstance(rows, QuerySolutions)
        assert len(list(rows)) == 3
    assert b"true" in call(server, query="ASK {}", format=media.name).content


@pytest.mark.parametrize("media", GRAPHS, ids=lambda media: media.name)
def test_graphs_in_every_format(server: Endpoint, media: MediaType) -> None:
    answer = call(server, query=DESCRIBE, headers={"Accept": media.type})
    assert answer.getheader("Content-Type") == media.header
    form = RdfFormat.from_media_type(media.type)
    assert len(list(parse(answer.content, format=form))) == 3


def test_the_query_decides_which_kind_of_type_counts(server: Endpoint) -> None:
    accept = {"Accept": "text/csv, text/turtle;q=0.1"}
    turtle = call(server, query=DESCRIBE, headers=accept)
    assert turtle.field("Content-Type").startswith("text/turtle")
    assert call(server, query="ASK {}", headers=accept).getheader("Content-Type") == (
        "text/csv; charset=utf-8"
    )


@pytest.mark.parametrize(
    ("method", "parameters", "headers", "status"),
    [
        ("GET", {"query": "SELECT * {"}, {}, 400),
        ("GET", {"query": "CLEAR ALL"}, {}, 400),
        ("GET", {"query": "ASK {}", "default-graph-uri": "no iri"}, {}, 400),
        ("GET", {"query": "ASK " + "{" * 10_000}, {}, 400),
        ("GET", {"query": "ASK { FILTER(" + "!" * 20_000 + "true) }"}, {}, 400),
        ("GET", {"query": "ASK { SERVICE <http://127.0.0.1:9/> { } }"}, {}, 403),
        ("GET", {"query": "ASK {}"}, {"Accept": "image/png"}, 406),
        ("GET", {"query": DESCRIBE, "format": "csv"}, {}, 406),
        ("PUT", {"query": "ASK {}"}, {}, 405),
        ("POST", {"query": "ASK {}"}, {"Content-Type": "text/plain"}, 415),
        ("GET", {"query": RUNAWAY, "timeout": "0.2"}, {}, 503),
    ],
)
def test_what_cannot_be_answered_is_explained(
    server: Endpoint,
    method: str,
    parameters: Mapping[str, object],
    headers: Mapping[str, str],
    status: int,
) -> None:
    answer = call(server, method, headers=headers, parameters=parameters)
    assert answer.status == status
    assert answer.getheader("Content-Type") == "application/problem+json"
    problem = json.loads(answer.content)
    assert problem["status"] == status
    assert problem["title"]
    assert len(problem["detail"]) > 20
    assert "Traceback" not in answer.content.decode()
    if status == 405:
        assert answer.getheader("Allow") == "GET, HEAD, POST, OPTIONS"


@pytest.mark.parametrize(
    ("query", "line", "column", "says"),
    [
        ("SELEC * { }", 1, 1, "SELEC"),
        ("SELECT * {\n ?s ?p \n}", 3, 1, "}"),
        ("SELECT *\n{ ?s ex:p ?o }", 2, 6, "PREFIX ex:"),
        ("SELECT * { ?s ?p '日本語' , 日本 }", 1, 26, "日本"),
        ("SELECT * { ?s ?p ?o FILTER(?o > ) }", 1, 33, ")"),
        ("SELECT * { ?s ?p ?o", 1, 20, "never closed"),
        ("SELECT * { ?s ?p ?o } }", 1, 23, "closes nothing"),
        ("SELECT * { BIND(1 AS ?x) BIND(2 AS ?x) }", 1, 36, "in use"),
        ("SELECT * { ?s <p> 1 }", 1, 15, "absolute"),
        ("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }", 1, 40, "unbound"),
    ],
)
def test_a_syntax_error_is_placed(
    server: Endpoint, query: str, line: int, column: int, says: str
) -> None:
    problem = json.loads(call(server, query=query).content)
    assert (problem["line"], problem["column"]) == (line, column)
    assert says in problem["detail"]
    assert query.split("\n")[line - 1] in problem["excerpt"]


def test_people_are_answered_in_html(server: Endpoint) -> None:
    accept = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    answer = call(server, query="ASK { <script> }", format="json", headers=accept)
    assert (answer.status, answer.getheader("Content-Type")) == (400, "text/html; charset=utf-8")
    assert b"<script>" not in answer.content


@pytest.mark.parametrize(
    "accept",
    ["*/*", "text/*", "", "text/html;q=0.5, application/sparql-results+json",
     "application/sparql-results+xml, text/html;q=0.9",
     "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"],  # Java's URLConnection, unasked
)  # fmt: skip
def test_programs_get_no_page(server: Endpoint, accept: str) -> None:
    answer = call(server, query="ASK {}", headers={"Accept": accept} if accept else {})
    assert answer.status == 200
    assert "html" not in answer.field("Content-Type")


def test_an_answer_is_revalidated(server: Endpoint) -> None:
    first = call(server, query=DESCRIBE)
    tag = first.field("ETag")
    assert tag.startswith('"')
    assert first.getheader("Cache-Control") == "public, max-age=0, must-revalidate"
    assert first.getheader("Vary") == "Accept, Accept-Encoding"
    again = call(server, query=DESCRIBE, headers={"If-None-Match": tag})
    assert (again.status, again.content, again.getheader("ETag")) == (304, b"", tag)
    other = {"If-None-Match": tag, "Accept": "application/n-triples"}
    assert call(server, query=DESCRIBE, headers=other).status == 200
    serve_from_now_on(server, ActiveSnapshot(server.pool, "v2"))
    assert call(server, query=DESCRIBE, headers={"If-None-Match": tag}).status == 200
    serve_from_now_on(server, ActiveSnapshot(server.pool, "v1"))
    changing = call(server, query="SELECT (NOW() AS ?t) {}")
    assert changing.getheader("ETag") is None
    assert changing.getheader("Cache-Control") == "no-store"


def test_head_tells_what_get_would(server: Endpoint) -> None:
    for query in (DESCRIBE, HUGE, "SELECT * {"):
        head = call(server, "HEAD", query=query)
        assert head.content == b""
        if query != HUGE:
            get = call(server, query=query)
            assert head.status == get.status
            same = ("Content-Type", "Content-Length", "ETag")
            assert [head.getheader(n) for n in same] == [get.getheader(n) for n in same]


@pytest.mark.parametrize("name", CODINGS)
def test_answers_are_coded_as_the_client_likes_best(server: Endpoint, name: str) -> None:
    for query in ("SELECT * { ?s ?p ?o }", "SELECT * { ?s ?p ?o } LIMIT 30"):
        plain = call(server, query=query)
        for _ in ("computed", "kept"):
            packed = call(server, query=query, headers={"Accept-Encoding": f"{name}, *;q=0.1"})
            assert packed.getheader("Content-Encoding") == name
            assert UNPACKED[name](packed.content) == plain.content
            assert packed.getheader("ETag") != plain.getheader("ETag")
    assert call(server, query=query, headers={"Accept-Encoding": f"{name};q=0"}).content == (
        plain.content
    )


def test_other_origins_may_ask(server: Endpoint) -> None:
    for method in ("GET", "OPTIONS", "PUT"):
        assert call(server, method, query="ASK {}").getheader("Access-Control-Allow-Origin") == "*"
    preflight = call(server, "OPTIONS")
    assert preflight.status == 204
    assert "POST" in preflight.field("Access-Control-Allow-Methods")
    assert "Content-Type" in preflight.field("Access-Control-Allow-Headers")


def test_a_get_without_a_query_goes_elsewhere(server: Endpoint) -> None:
    assert call(server).content == b"start"
    assert post(server, "", FORM).status == 400


def test_the_dataset_of_the_request_replaces_the_querys(server: Endpoint) -> None:
    def count(query: str, **parameters: object) -> int:
        return int(
            call(server, query=query, format="csv", parameters=parameters).content.split()[1]
        )

    everything = count("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    one = count("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", **{"default-graph-uri": GRAPH})
    assert 0 < one < everything
    assert count(f"SELECT (COUNT(*) AS ?n) FROM <{GRAPH}> {{ ?s ?p ?o }}") == one
    assert count(f"SELECT (COUNT(*) AS ?n) FROM NAMED <{GRAPH}> {{ ?s ?p ?o }}") == 0
    elsewhere = "SELECT (COUNT(*) AS ?n) FROM <file:///etc/passwd> { ?s ?p ?o }"
    assert count(elsewhere) == 0
    assert count(elsewhere, **{"default-graph-uri": GRAPH}) == one


def test_a_silent_service_yields_nothing_quietly(server: Endpoint) -> None:
    query = "SELECT ?x { BIND(1 AS ?x) SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }"
    assert call(server, query=query, format="csv").content.split() == [b"x", b"1"]


def test_a_huge_body_is_refused_however_it_is_sent(server: Endpoint) -> None:
    body = b"ASK {}" + b" " * 1_000_000
    assert post(server, body, QUERY).status == 413
    assert post(server, iter([body]), QUERY).status == 413
    assert post(server, b"ASK {}" + b" " * 999_000, QUERY).status == 200
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\n" % QUERY.encode()
    expecting = b"Expect: 100-continue\r\nContent-Length: 2000000\r\n\r\n"
    with connection_to(server, head, expecting) as client:
        assert client.recv(100).startswith(b"HTTP/1.1 413")

"""Answers that were wrong once, or refused though the question was lawful: the right ones."""

import gzip
import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from kg.core.errors import Refusal
from kg.engine.merged_store import MergedStore
from kg.sparql.dataset import Dataset, dataset_of
from kg.sparql.lexer import tokens
from kg.sparql.updates import guarded_update
from sparql_endpoint import QUERY, Endpoint, call, post, running_endpoint
from surfaces import kg

E = "http://ex.org/"
BOTH = f"PREFIX : <{E}> SELECT (SUM(?o) AS ?s) (COUNT(*) AS ?n) FROM :g1 FROM :g2 {{ ?x :yen ?o }}"
PLAIN = f"PREFIX : <{E}> SELECT (SUM(?o) AS ?s) (COUNT(*) AS ?n) {{ ?x :yen ?o }}"
TRIG = f"@prefix : <{E}> . :g1 {{ :b :yen 10, 2 }} :g2 {{ :b :yen 10, 3 }}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with running_endpoint(tmp_path_factory.mktemp("snapshot")) as state:
        yield state


# A default graph of several graphs is a set (SPARQL 1.1, section 13.2.1)


def shared_quads(seed: int) -> Iterator[Quad]:
    """Graphs that share many triples, also with the default graph."""
    seeded = random.Random(seed)
    graphs = [None, *(NamedNode(f"{E}g{n}") for n in range(4))]
    for _ in range(200):
        subject, value = NamedNode(f"{E}s{seeded.randrange(5)}"), Literal(seeded.randrange(6))
        graph = seeded.choice(graphs)
        quad = (subject, NamedNode(f"{E}p{seeded.randrange(2)}"), value)
        yield Quad(*quad, graph) if graph else Quad(*quad)


def stored(quads: Iterable[Quad]) -> Store:
    store = Store()
    store.extend(quads)
    return store


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    "query",
    [
        "SELECT (COUNT(*) AS ?n) (SUM(?o) AS ?s) { ?x ?p ?o }",
        "SELECT ?x (COUNT(?o) AS ?n) { ?x ?p ?o . ?x ?q ?o } GROUP BY ?x ORDER BY ?x",
        "SELECT ?x ?o { ?x ?p ?o OPTIONAL { ?y ?q ?x } MINUS { ?x ?r 3 } } ORDER BY ?x ?o",
        "SELECT ?x (COUNT(*) AS ?n) { ?x (<http://ex.org/p0>|<http://ex.org/p1>) ?o } GROUP BY ?x",
    ],
)
def test_a_default_graph_of_several_graphs_is_their_merge(seed: int, query: str) -> None:
    store = stored(shared_quads(seed))
    merged = MergedStore(store)
    for graphs in ((), (f"{E}g1", f"{E}g2"), (f"{E}g0", f"{E}g1", f"{E}g2", f"{E}g3")):
        wanted = {NamedNode(g) for g in graphs}
        alone = stored(
            Quad(q.subject, q.predicate, q.object)
            for q in store
            if not graphs or q.graph_name in wanted
        )
        dataset = Dataset(not graphs, graphs)
        found, expected = merged.query(query, dataset), alone.query(query)
        assert isinstance(expected, QuerySolutions)
        assert sorted(map(str, found)) == sorted(map(str, expected))


def test_from_is_read_as_the_engine_reads_it() -> None:
    prologue = "PREFIX e: <http://e/> BASE <http://b/>"
    names = Dataset(False, ("http://e/a", "http://b/c"), ("http://e/d",))
    for text in (
        f"{prologue} SELECT * FROM e:a FROM <c> FROM NAMED e:d {{}}",
        f"{prologue} ASKFROMe:a FROM#x\n<c>FROMNAMEDe:d{{}}",
        f"{prologue} SELECT (1<2&&3>2 AS ?from) FROM e:a FROM <c> FROM NAMED e:d {{}}",
    ):
        assert dataset_of(text) == names
    assert dataset_of("PREFIX from: <a:> SELECT ?from { ?s from:x 'FROM <b:>' } # FROM") is None


@pytest.fixture(scope="module")
def overlapping(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("overlap")
    (folder / "a.trig").write_text(TRIG)
    assert kg("load", folder / "a.trig", "--store", folder / "S").code == 0
    (folder / "q.rq").write_text(BOTH)
    return folder


def test_a_store_of_ones_own_counts_a_triple_once(overlapping: Path) -> None:
    run = kg("query", overlapping / "q.rq", "--store", overlapping / "S", "--format", "csv")
    assert run.out.split() == ["s,n", "15,3"]


# XML that parsers read (XML 1.0, sections 2.2 and 2.11; RDF 1.1 XML Syntax)


def test_xml_gives_the_text_back_or_says_what_does(server: Endpoint) -> None:
    fine = "a\\rb\\tc\\nd]]>&<\\u0085\\U0001F600"
    select = call(server, query=f"SELECT ('{fine}' AS ?x) {{}}", format="xml").content
    construct = call(
        server, query=f"CONSTRUCT {{ <a:s> <a:p> '{fine}' }} {{}}", format="rdf"
    ).content
    for body in (select, construct):
        texts = [element.text for element in ElementTree.fromstring(body).iter() if element.text]
        assert fine.encode().decode("unicode_escape") in texts
    for escape in ("\\u0000", "\\u0007", "\\u001F", "\\uFFFE", "\\uFFFF"):
        for query, others in (
            (f"SELECT ('x{escape}' AS ?x) {{}}", "json"),
            (f"CONSTRUCT {{ <a:s> <a:p> 'x{escape}' }} {{}}", "turtle"),
        ):
            answer = call(server, query=query, format="xml")
            assert (answer.status, others in answer.content.decode()) == (406, True)
            assert f"U+{escape[2:]}" in answer.content.decode()
            assert call(server, query=query, format=others).status == 200


@pytest.mark.parametrize("name", ["123", "", "p?x=1", "ns#", "a/"])
def test_a_predicate_without_a_name_is_refused_for_rdf_xml_alone(
    server: Endpoint, name: str
) -> None:
    query = f"CONSTRUCT {{ <a:s> <{E}{name}> 1 }} {{}}"
    answer = call(server, query=query, format="rdfxml")
    assert answer.status == 406
    assert f"<{E}{name}>" in json.loads(answer.content)["detail"]
    assert call(server, query=query, format="turtle").status == 200


def test_403_is_for_what_reaches_outside_alone(server: Endpoint) -> None:
    li = "CONSTRUCT { <a:s> <http://www.w3.org/1999/02/22-rdf-syntax-ns#li> 1 } {}"
    answer = call(server, query=li, format="rdfxml")
    assert (answer.status, b"SERVICE" in answer.content) == (406, False)
    for query in (
        "PREFIX service: <a:> SELECT * FROM service:g1 { ?s ?p ?o }",
        "PREFIX webservice: <a:> SELECT * { ?s a webservice:T { ?s ?p 2 } }",
        "PREFIX service: <a:> DESCRIBE service:l1 { }",
        "PREFIX service: <a:> ASK FROM NAMED service:g1 { GRAPH service:g1 { ?s ?p ?o } }",
        "SELECT * { ?service <a:service> 'SERVICE <a:b> {}' }",
    ):
        assert call(server, query=query).status == 200, query


def test_an_unknown_function_is_an_error_of_its_expression(server: Endpoint) -> None:
    rows = call(server, query="SELECT (<a:f>(1) AS ?x) (2 AS ?y) {}", format="csv").content
    assert rows.decode().split() == ["x,y", ",2"]
    none = "SELECT ?x { VALUES ?x { 1 2 } FILTER(<a:f>(<a:g>(?x)) = 1) }"
    assert call(server, query=none, format="csv").content.decode().split() == ["x"]


# Requests as clients send them


@pytest.mark.parametrize(
    ("query", "parameters", "accept", "kind"),
    [
        ("ASK {}", "format=tsv&format=&output=tsv", "*/*", "text/tab-separated-values"),
        ("ASK {}", "format=&timeout=&default-graph-uri=", "text/csv", "text/csv"),
        ("ASK {}", "format=yaml", "text/csv", "text/csv"),
        ("ASK {}", "format=srj", "*/*", "application/sparql-results+json"),
        ("ASK {}", "format=application/sparql-results%2Bxml", "*/*",
         "application/sparql-results+xml"),
        ("DESCRIBE <a:b>", "format=rdf%2Bxml&format=application/rdf%2Bxml", "*/*",
         "application/rdf+xml"),
        ("DESCRIBE <a:b>", "format=json-ld&format=application/ld%2Bjson,application/x-json%2Bld",
         "*/*", "application/ld+json"),
        ("DESCRIBE <a:b>", "format=n3", "*/*", "text/turtle"),
        ("DESCRIBE <a:b>", "format=rdf", "*/*", "application/rdf+xml"),
        ("DESCRIBE <a:b>", "", "text/n3", "text/n3"),
    ],
)  # fmt: skip
def test_formats_are_asked_for_in_many_ways(
    server: Endpoint, query: str, parameters: str, accept: str, kind: str
) -> None:
    body = f"query={quote(query)}&{parameters}"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept}
    answer = call(server, "POST", body=body, headers=headers)
    assert (answer.status, str(answer.getheader("Content-Type")).partition(";")[0]) == (200, kind)


def test_xml_says_its_charset_and_a_gzipped_query_is_read(server: Endpoint) -> None:
    query = "SELECT ('日本' AS ?x) {}"
    xml = call(server, query=query, format="xml")
    assert xml.getheader("Content-Type") == "application/sparql-results+xml; charset=utf-8"
    headers = {"Content-Type": QUERY, "Content-Encoding": "gzip"}
    packed = call(server, "POST", body=gzip.compress(query.encode()), headers=headers)
    assert (packed.status, "日本" in packed.content.decode()) == (200, True)
    bomb = gzip.compress(b" " * 20_000_000)
    assert call(server, "POST", body=bomb, headers=headers).status == 413
    assert call(server, "POST", body=b"x", headers=headers).status == 400


def test_a_page_of_another_origin_may_ask_as_libraries_do(server: Endpoint) -> None:
    allowed = str(call(server, "OPTIONS").getheader("Access-Control-Allow-Headers")).lower()
    for name in ("authorization", "x-requested-with", "content-type", "if-none-match"):
        assert name in allowed


def test_an_update_sent_as_a_query_names_its_address(server: Endpoint) -> None:
    update = "CLEAR ALL"
    for answer in (
        post(server, update.encode(), "application/sparql-update"),
        post(server, urlencode({"update": update}), "application/x-www-form-urlencoded"),
        call(server, query=update),
    ):
        assert answer.status in (400, 415)
        assert "/update" in answer.content.decode()


# Less-than and IRIs, names and dots (SPARQL 1.1, section 19.8)


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("ASK { FILTER(?a<5&&?b>1) }", ["?a", "<", "5", "&&", "?b", ">", "1"]),
        ("ASK { ?a<b:c>?d }", ["?a", "<b:c>", "?d"]),
        ("ASK { ?s e:p (?a<b:c>) }", ["(", "?a", "<b:c>", ")"]),
        ("SELECT (?a<?b AS ?c) {}", ["?a", "<", "?b", "AS"]),
        ("ASK { } GROUP BY (?a<?b&&?c>1)", ["?a", "<", "?b", "&&"]),
        ("ASK { BIND(IF(?a<=?b,<x:>,<y:>) AS ?z) }", ["?a", "<=", "?b", ",", "<x:>", ",", "<y:>"]),
        ("ASK { VALUES (?a ?b) { (<a:><b:>) } }", ["(", "<a:>", "<b:>", ")"]),
        ("ASK { FILTER(?a<<http://x>) }", ["?a", "<", "<http://x>"]),
        ("ASK { ?s e:p.q e:a\\.b. ?t ?u 1. }", ["e:p.q", "e:a\\.b", ".", "?t", "?u", "1", "."]),
    ],
)
def test_tokens_are_those_of_the_grammar(query: str, part: list[str]) -> None:
    found = [token.text for token in tokens(query)]
    assert any(found[at : at + len(part)] == part for at in range(len(found)))


def test_now_hidden_behind_less_than_is_not_kept(server: Endpoint) -> None:
    query = "SELECT ?a { VALUES ?a { 1 } FILTER(?a<NOW()||?a>0) }"
    assert call(server, query=query).getheader("ETag") is None
    assert call(server, query="SELECT * { FILTERNOW() }").getheader("ETag") is None


def test_a_graph_named_twice_counts_once(server: Endpoint) -> None:
    graph = "https://w3id.org/jsip/graph/entities"
    once, twice = (
        call(server, query=f"SELECT (COUNT(*) AS ?n) {f'FROM <{graph}> ' * n} {{ ?s ?p ?o }}")
        for n in (1, 2)
    )
    assert once.content == twice.content


@pytest.mark.parametrize(
    "update",
    [
        "DELETEWHERE { ?s ?p ?o }",
        "PREFIX e: <a:> WITHe:a DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "PREFIX e: <a:> DELETE { ?s ?p ?o } USINGe:a WHERE { ?s ?p ?o }",
    ],
)
def test_a_touching_keyword_does_not_lose_the_dataset_of_an_update(update: str) -> None:
    with pytest.raises(Refusal) as caught:
        guarded_update(update, using=("a:g",))
    assert caught.value.status == 400


def test_a_head_costs_no_worker(server: Endpoint) -> None:
    call(server, query="ASK {}")
    before = server.pool.killed
    for number in range(5):
        head = call(
            server, "HEAD", query=f"SELECT * {{ ?a ?b ?c . ?d ?e ?f }} LIMIT 9000 #{number}"
        )
        assert head.status == 200
    assert call(server, query="ASK { }").status == 200
    assert server.pool.killed == before

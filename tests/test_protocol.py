"""The protocol's pure parts: requests read, queries guarded, errors placed, validators."""

import json
import random
from contextlib import suppress
from functools import partial

import pytest

from kg.core.errors import Refusal
from kg.core.media import RESULTS
from kg.server.protocol.content_coding import CODINGS, coder, coding
from kg.server.protocol.problem_response import problem_response
from kg.server.protocol.problems import refusal_for
from kg.server.protocol.request import FORM, QUERY, HttpRequest, QueryRequest, read_request
from kg.server.protocol.response_cache import etag, is_known
from kg.sparql.guard import MAX_DEPTH, guard, is_lookup
from kg.sparql.lexer import tokens
from kg.sparql.syntax import explain, spread
from sparql_endpoint import UNPACKED
from waiting import least_seconds

pytestmark = pytest.mark.fast

ASK = "query=ASK%7B%7D"


def refused(request: HttpRequest) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_request(request)
    return caught.value


def asked(request: HttpRequest) -> QueryRequest:
    found = read_request(request)
    assert found
    return found


def guarded_status(query: str) -> int:
    with pytest.raises(Refusal) as caught:
        guard(query)
    return caught.value.status


# Requests


@pytest.mark.parametrize(
    "request_",
    [
        HttpRequest("GET", ASK.encode()),
        HttpRequest("HEAD", ASK.encode()),
        HttpRequest("POST", b"", FORM, body=ASK.encode()),
        HttpRequest("POST", b"", f"{FORM}; charset=UTF-8", body=ASK.encode()),
        HttpRequest("POST", b"", QUERY, body=b"ASK{}"),
        HttpRequest("POST", b"format=csv", f"{QUERY};charset=utf-8", body=b"ASK{}"),
    ],
)
def test_all_forms_of_a_request_ask_the_same(request_: HttpRequest) -> None:
    assert asked(request_).query == "ASK{}"


def test_graphs_formats_and_patience_are_read() -> None:
    problem_response = asked(
        HttpRequest(
            "POST",
            b"default-graph-uri=a%3Ab&default-graph-uri=a:c&named-graph-uri=a:d&timeout=2.5"
            b"&format=xml&unknown=1",
            QUERY,
            "text/csv",
            "ASK { ?日本 ?p 1 }".encode(),
        )
    )
    assert problem_response.default_graphs == ("a:b", "a:c")
    assert problem_response.named_graphs == ("a:d",)
    assert problem_response.timeout == 2.5
    assert problem_response.results
    assert problem_response.graphs
    assert (problem_response.results.name, problem_response.graphs.name) == ("xml", "rdfxml")


def test_a_get_without_a_query_is_nobodys_fault() -> None:
    assert read_request(HttpRequest("GET", b"")) is None


@pytest.mark.parametrize(
    ("request_", "status", "says"),
    [
        (HttpRequest("POST", b"", FORM, body=b"update=CLEAR+ALL"), 400, "/update"),
        (HttpRequest("POST", b"", "text/plain", body=b"ASK{}"), 415, QUERY),
        (HttpRequest("POST", b"", None, body=b"ASK{}"), 415, FORM),
        (HttpRequest("POST", b"", f"{QUERY}; charset=shift_jis", body=b"ASK{}"), 415, QUERY),
        (HttpRequest("POST", ASK.encode(), QUERY, body=b"ASK{}"), 400, "only"),
        (HttpRequest("GET", f"{ASK}&{ASK}".encode()), 400, "one query only"),
        (HttpRequest("GET", b"query=%zz"), 400, "%25"),
        (HttpRequest("GET", b"query=%F"), 400, "%25"),
        (HttpRequest("GET", b"query=%FF"), 400, "UTF-8"),
        (HttpRequest("GET", b"query=%ED%A0%80"), 400, "UTF-8"),
        (HttpRequest("GET", b"query=ASK%00"), 400, "U+0000"),
        (HttpRequest("POST", b"", QUERY, body=b"\xff"), 400, "UTF-8"),
        (HttpRequest("GET", b"update=CLEAR+ALL"), 400, "/update"),
        (HttpRequest("POST", b"", "application/sparql-update", body=b"CLEAR ALL"), 415, "/update"),
        (HttpRequest("GET", f"{ASK}&timeout=soon".encode()), 400, "seconds"),
        (HttpRequest("GET", f"{ASK}&timeout=-1".encode()), 400, "seconds"),
        (HttpRequest("GET", f"{ASK}&timeout=nan".encode()), 400, "seconds"),
        (HttpRequest("GET", b"&a=1" * 1000), 400, "at most"),
    ],
)
def test_a_bad_request_is_told_what_to_do(request_: HttpRequest, status: int, says: str) -> None:
    refusal = refused(request_)
    assert refusal.status == status
    assert says in refusal.detail


# The guard


@pytest.mark.parametrize(
    "query",
    [
        "ASK { SERVICE <http://example.org/> { ?s ?p ?o } }",
        "ASK { ?s ?p ?o . service ?endpoint {} }",
        "ASK { ?s ?p true.SERVICE<http://example.org/>{} }",
        "ASK { ?s ?p trueSERVICE <http://example.org/> {} }",
        "PREFIX : <http://example.org/> ASK { SERVICE:x { } }",
        "ASK { # SERVICE SILENT\nSERVICE <http://example.org/> {} }",
        "ASK { SERVICE SILENT <http://example.org/> { SERVICE <http://example.org/> {} } }",
        "ASK { ?s ?p '\\'' SERVICE <http://example.org/> {} }",
        "ASK { ?s ?p '''a''b''' SERVICE <http://example.org/> {} }",
        "ASK { ?s ?p '' SERVICE <http://example.org/> {} }",
        "LOAD <http://example.org/>",
        "PREFIX a: <b:> LOAD SILENT <file:///etc/passwd>",
    ],
)
def test_nothing_is_asked_of_others(query: str) -> None:
    assert guarded_status(query) == 403


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?service ?p $SERVICE }",
        "ASK { ?s <http://example.org/service> 'SERVICE <x> {}' }",
        'ASK { ?s ?p """ " SERVICE <x> {} "" """ }',
        "ASK { ?s ?p ?o } # SERVICE <x> {}",
        "PREFIX service: <a:> ASK { ?s service:p 'x'@service . GRAPH service:g { } }",
        "ASK { ?s ?p _:SERVICE . ?s ex:service ?o }",
        "ASK { ?s ex:o\\'neil ?o . ?s ?p ex:it\\'s }",
        "ASK { ?s <http://example.org/o'neil> ?o }",
        "SELECT ?insert { ?insert ?delete ?load }",
    ],
)
def test_honest_queries_pass_unchanged(query: str) -> None:
    assert guard(query).text == query


def test_a_silent_service_is_an_empty_pattern_in_the_same_place() -> None:
    query = "ASK { SERVICE SILENT <a:b> {\n ?s ?p '}' . SERVICE SILENT ?x { } }\n ?a ?b ?c }"
    text = guard(query).text
    assert [t.text for t in tokens(text)] == ["ASK", "{", "{", "}", "?a", "?b", "?c", "}"]
    assert text.index("?a") == query.index("?a")
    assert text.count("\n") == query.count("\n")


@pytest.mark.parametrize("verb", ["INSERT DATA {}", "delete where {}", "BASE <a:> WITH <b> x"])
def test_an_update_is_no_query(verb: str) -> None:
    assert guarded_status(verb) == 400


def test_a_dataset_clause_and_changing_functions_are_noticed() -> None:
    assert guard("SELECT * FROM <a:b> { }").names_dataset
    assert not guard("SELECT ?from { ?from ex:FROM 'FROM' } # FROM").names_dataset
    assert not guard("SELECT (NOW() AS ?t) { }").repeatable
    assert not guard("CONSTRUCT { [] ?p ?o } WHERE { ?s ?p ?o }").repeatable
    assert guard("SELECT * { ?now ex:rand 'NOW()' }").repeatable


FRAGMENTS = (
    *(
        "SERVICE",
        "SILENT",
        "FROM",
        "NAMED",
        "<a:b>",
        "ex:FROM",
        ":with",
        "?from",
        "$now",
        "NOW()",
        "?",
        "#",
    ),
    *(
        "\n",
        "\r",
        "\n#",
        "\n #",
        '"',
        "'",
        '"""',
        "'''",
        '"it"',
        "'s'",
        "{",
        "}",
        "ASK",
        "SELECT",
        "*",
        "x:",
    ),
    *(
        "CONSTRUCT",
        "INSERT",
        "LOAD",
        "prefix",
        "true",
        "\\u0053",
        "日",
        ".",
        "RAND",
        "()",
        "_:b",
        "[]",
        "-",
    ),
)


def test_what_is_told_without_tokens_is_what_tokens_tell() -> None:
    """Behind a long comment a query is read token by token."""
    made = random.Random(20261130)
    for _ in range(20_000):
        signs = (
            made.choice(FRAGMENTS) + made.choice(("", " ")) for _ in range(made.randrange(1, 9))
        )
        query = "".join(signs)
        found = [_told(text) for text in (f"{query}\n", f"{query}\n#{5000 * 'x'}")]
        assert found[0] == found[1], query


def _told(query: str) -> tuple[object, ...]:
    try:
        guarded = guard(query)
    except Refusal as refusal:
        return refusal.status, refusal.title
    return guarded.text.partition("xx")[0].rstrip("\n#"), guarded.names_dataset, guarded.repeatable


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s a ex:Border ; ex:country 'it''s known' }",
        "SELECT * { ?s ex:country ex:japan FILTER(?s > 1) }",
        "SELECT * { GRAPH ?g { ex:gate ?p ?o } FILTER(LANG(?o) = 'en') }",
        "SELECT * { ?s ex:in <x:y> . ?s ex:on ?o FILTER(?o > 1) }",
        "PREFIX a: <urn:x#> ASK { ?discounted a:norandom ?minute }",
    ],
)
def test_patterns_alone_are_a_lookup(query: str) -> None:
    assert is_lookup(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT*FROM<a:b>{}",
        "SELECT * { ?s a ex:Border ; ex:size ?o FILTER(?o > 1) }",
        "SELECT * { ?s ex:key ?k . ?t ex:key ?k FILTER(?s != ex:it) }",
        "SELECT * FROMNAMED <a:b> {}",
        "SELECT * FROMex:g {}",
        "select (count(*)as ?n) {}",
        "SELECT DISTINCT?s {}",
        "SELECT * {} order by ?s",
        "ASK { trueSERVICE <a:b> {} }",
        "ASK { \\u0053ERVICE <a:b> {} }",
        "SELECT (STRUUID() AS ?u) {}",
        "SELECT (NOW() AS ?t) {}",
        "CONSTRUCT { ?s ?p ?o } {}",
        "ASK " + (MAX_DEPTH + 1) * "{",
        "ASK { '" + 5000 * "x" + "' }",
    ],
)
def test_whatever_else_is_in_it_makes_it_none(query: str) -> None:
    assert not is_lookup(query)


@pytest.mark.parametrize(("opening", "closing"), ["{}", "()", "[]"])
def test_nesting_has_a_limit(opening: str, closing: str) -> None:
    assert guard(f"ASK {opening * MAX_DEPTH}{closing * MAX_DEPTH}").text
    assert guarded_status(f"ASK {opening * 10_000}{closing * 10_000}") == 400
    assert guard(f"ASK {{ ?s ?p '{opening * 1000}' }}").text


@pytest.mark.parametrize(
    "piece",
    """SERVICE " ' \"""\\ '''\\
       a. a.: _:a. < <a <a\\ \\u0041 {| @a- 1. ? # % a:\\ 日 1e [] '' "" """.split(),
)
def test_a_hostile_query_takes_time_by_its_length_only(piece: str) -> None:
    def guarded(letters: int) -> None:
        with suppress(Refusal):
            guard("ASK { " + piece * (letters // len(piece)))

    few, many = (least_seconds(partial(guarded, size)) for size in (10_000, 40_000))
    assert many < 10 * few + 0.02  # four times if linear; looking back from each place: sixteen


# Errors


def test_an_error_is_placed_at_the_token_not_where_the_engine_looked() -> None:
    query = "SELECT * {\n  ?日本 ex:p ?o }"
    apart = spread(query)
    at = apart.text.index("ex:p") + 4
    refusal = explain(
        query, "error at 2:14: expected OPTIONAL", apart, f"error at 1:{at + 1}: expected OPTIONAL"
    )
    assert refusal.status == 400
    assert (refusal.more["line"], refusal.more["column"]) == (2, 7)
    assert "PREFIX ex:" in refusal.detail
    assert refusal.detail.endswith("  ?日本 ex:p ?o }\n        ^")


def test_without_a_second_opinion_the_engines_word_stands() -> None:
    refusal = explain("ASK {\n ?s }", "error at 2:5: expected [_]", None, None)
    assert (refusal.more["line"], refusal.more["column"]) == (2, 5)


def test_a_long_line_is_cut_around_the_place() -> None:
    query = "ASK { " + "?s ?p ?o . " * 1000
    refusal = explain(query, "error at 1:9000: expected [_]", None, None)
    excerpt = refusal.more["excerpt"]
    assert isinstance(excerpt, str)
    assert len(excerpt) < 400


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "application/problem+json"),
        ("text/turtle", "application/problem+json"),
        ("text/html,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
        ("text/plain", "text/plain; charset=utf-8"),
    ],
)
def test_a_refusal_speaks_to_whom_it_may_concern(accept: str, kind: str) -> None:
    refusal = Refusal(400, "<b>Title</b>", "detail <script>", more={"line": 3})
    told_kind, body = problem_response(refusal, accept)
    assert told_kind == kind
    if "html" in kind:
        assert b"<script>" not in body
        assert b"<b>" not in body
    elif "json" in kind:
        assert json.loads(body)["line"] == 3


def test_a_missing_type_is_answered_with_what_there_is() -> None:
    refusal = refusal_for("type", "results")
    assert refusal.status == 406
    assert refusal.more["available"] == [offer.type for offer in RESULTS]


# Validators and codings


def test_validators_differ_by_version_request_and_coding() -> None:
    tags = {
        etag("v1", ["a", "b"], "identity"),
        etag("v2", ["a", "b"], "identity"),
        etag("v1", ["ab", ""], "identity"),
        etag("v1", ["a", "b"], "gzip"),
    }
    assert len(tags) == 4
    assert is_known('"x", W/"y"', '"y"')
    assert not is_known('"x"', '"y"')
    assert not is_known(None, '"y"')


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        (None, "identity"),
        ("gzip, deflate, br", "gzip"),
        ("x-gzip", "gzip"),
        ("*", "gzip"),
        ("br", "identity"),
        ("gzip;q=0, *", "identity"),
        ("gzip;q=0.1, identity", "identity"),
    ],
)
def test_the_coding(accepted: str, chosen: str | None) -> None:
    assert coding(accepted) == chosen


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("zstd;q=0.5, br;q=0.8, gzip;q=0.9", "gzip"),
        ("zstd;q=0, *;q=0.5", "br"),
        ("identity, gzip;q=0.9, zstd;q=0.9", "identity"),
        ("zstd;q=0", "identity"),
        ("deflate", "identity"),
    ],
)
def test_the_coding_among_all(accepted: str, chosen: str | None) -> None:
    assert coding(accepted, CODINGS) == chosen


@pytest.mark.parametrize("name", CODINGS)
def test_each_coding_streams_and_repeats(name: str) -> None:
    def packed() -> bytes:
        stream = coder(name)
        first = stream.add(b"first")
        assert first, "nothing is ready at once"
        return b"".join([first, stream.add(b" and last"), stream.end()])

    assert UNPACKED[name](packed()) == b"first and last"
    assert packed() == packed()

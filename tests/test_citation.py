"""A citation of an answer: anybody can compute its digest from what the endpoint sends."""

import os
import subprocess
from hashlib import sha256
from urllib.parse import urlencode

import pytest

from kg.core.names import Names
from kg.engine.graph_store import MemoryStore
from kg.outlets.citation import cite, lines_of, result_digest
from kg.views.queries.questions import questions
from kg.views.record.claims import Reader
from outside import ask

MONEY = questions()["cq15"].sparql
FORMS = {
    "rows": (MONEY, "text/tab-separated-values"),
    "yes": ("ASK { ?s ?p ?o }", "text/tab-separated-values"),
    "nothing": ("SELECT ?s WHERE { ?s a <urn:none> }", "text/tab-separated-values"),
    "graph": ("CONSTRUCT WHERE { ?s <urn:none> ?o }", "application/n-triples"),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_digest_is_what_sort_and_sha256sum_give(server: str, form: str) -> None:
    query, kind = FORMS[form]
    asked = urlencode({"query": query})
    sent = ask(server, f"/sparql?{asked}", kind)
    environment = os.environ | {"LC_ALL": "C"}
    lines = subprocess.run(
        ["sort"], input=sent.body, capture_output=True, env=environment, check=True
    ).stdout
    cited = ask(server, f"/api/citation?{asked}").json
    assert cited["result_digest"] == sha256(lines).hexdigest()
    assert cited["query"] == query
    assert cited["version"] == ask(server, "/ready").json["version"]


def test_a_citation_names_publisher_version_question_and_digest(
    shipped_store: MemoryStore, names: Names
) -> None:
    reader = Reader(shipped_store, names)
    lines = lines_of(shipped_store.query(MONEY))
    cited = cite(reader, MONEY, lines, {"en": "How large?", "ja": "いくらか"})
    assert cited.rows == len(lines.splitlines()) - 1
    assert cited.dataset == f"https://w3id.org/jsip/dataset/{shipped_store.version}"
    for lang, words in (("en", ("JSIP editors", "How large?")), ("ja", ("JSIP編集部", "いくらか"))):
        assert all(word in cited.text[lang] for word in words)
        assert cited.result_digest in cited.text[lang]
        assert cited.dataset in cited.text[lang]


def test_the_order_of_rows_does_not_change_a_digest_and_their_number_does() -> None:
    assert result_digest(b"?x\n2\n1\n") == result_digest(b"?x\n1\n2\n")
    assert result_digest(b"?x\n1\n1\n") != result_digest(b"?x\n1\n")


def test_a_bad_query_has_no_citation(server: str) -> None:
    assert ask(server, "/api/citation?query=SELEC").status == 400


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403),
        ("SELECT * { " + "{ " * 3000 + "}" * 3000 + " }", 400),
        ("INSERT DATA { <urn:s> <urn:p> 1 }", 400),
        ("SELECT * {", 400),
    ],
)
def test_a_query_to_cite_is_guarded_like_one_to_answer(
    server: str, query: str, status: int
) -> None:
    assert ask(server, f"/api/citation?{urlencode({'query': query})}").status == status


def test_a_query_that_names_its_dataset_is_cited_over_that_dataset(server: str) -> None:
    graph = "https://w3id.org/jsip/graph/editorial"
    query = f"SELECT (COUNT(*) AS ?n) FROM <{graph}> WHERE {{ ?s ?p ?o }}"
    told = ask(server, f"/api/citation?{urlencode({'query': query})}").json
    sent = ask(server, f"/sparql?{urlencode({'query': query, 'format': 'tsv'})}").body
    lines = b"".join(sorted(sent.splitlines(keepends=True)))
    assert told["result_digest"].removeprefix("sha256:") == sha256(lines).hexdigest()

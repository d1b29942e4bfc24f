"""A store of one's own: every command and `kg.open` read what `kg serve` of it serves.

And no page of it, whatever it holds, is a fault of the server.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx2
import pytest
from pyoxigraph import Quad, RdfFormat, Store, Triple, parse, serialize

import kg as package
from broken import broken
from kg.build.snapshot import Snapshot
from kg.core.errors import KgError
from kg.outlets.export import EXPORTERS
from kg.views.queries.questions import questions
from outside import ask, post, running_server
from surfaces import files_below, kg

DATA = "<http://x/a> <http://x/p> 1, 2 . <http://x/g> { <http://x/a> <http://x/p> 2, 3 }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
IN_GRAPHS = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A store with two triples in its default graph and two in a named one."""
    (tmp_path / "data.trig").write_text(DATA, encoding="utf-8")
    (tmp_path / "count.rq").write_text(COUNT, encoding="utf-8")
    assert kg("load", tmp_path / "data.trig", "--store", tmp_path / "own").code == 0
    return tmp_path / "own"


def counted(store: Path, query: str = COUNT) -> str:
    (store.parent / "asked.rq").write_text(query, encoding="utf-8")
    run = kg("query", store.parent / "asked.rq", "--store", store, "--format", "csv")
    assert run.code == 0, run.err
    return run.out.split()[1]


def served(server: str, query: str = COUNT) -> str:
    return ask(server, f"/sparql?format=csv&query={quote(query)}").text.split()[1]


def test_commands_read_the_plain_dataset_that_is_served(own: Path) -> None:
    with running_server("--store", own) as (server, _):
        assert served(server) == counted(own) == "2"
        assert served(server, IN_GRAPHS) == counted(own, IN_GRAPHS) == "2"
        graph = package.open(own)
        assert list(graph.query(COUNT).n) == [2]
    assert counted(own) == "2"  # and when nobody serves it


def test_a_store_is_read_while_another_process_writes_it(own: Path, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("secret", encoding="utf-8")
    flags = ("--store", own, "--read-write", "--token-file", token)
    with running_server(*flags) as (server, _):
        assert counted(own) == served(server) == "2"
        for number in range(3):
            update = f"INSERT DATA {{ <http://x/b> <http://x/p> {number} }}"
            rights = {"Authorization": "Bearer secret"}
            done = httpx2.post(f"{server}update", data={"update": update}, headers=rights)
            assert done.status_code in (200, 204), done.text
            assert counted(own) == served(server) == str(3 + number)
        assert not list((own / "states").glob("read-*"))


def test_a_store_that_is_being_loaded_says_so(own: Path) -> None:
    from kg.database.database import Database

    with Database(own).alone():
        run = kg("stats", "--store", own)
    assert run.code == 2
    assert "is being written by another kg process; try again" in run.err


def test_a_build_leaves_a_users_store_alone(own: Path) -> None:
    before = files_below(own)
    run = kg("build", "--store", own)
    assert run.code == 2
    assert str(own) in run.err
    assert "holds a store of your own" in run.err
    assert "another --store" in run.err
    assert {n: d for n, d in files_below(own).items() if n != "lock"} == {
        n: d for n, d in before.items() if n != "lock"
    }
    assert counted(own) == "2"


def test_a_folder_with_neither_names_both_remedies(tmp_path: Path) -> None:
    for command in (["stats"], ["query", "cq01"], ["serve", "--port", 0]):
        run = kg(*command, "--store", tmp_path)
        assert run.code == 2
        assert "neither a built snapshot nor a store of your own" in run.err
        assert "kg build --store" in run.err
        assert "kg load FILE --store" in run.err
    with pytest.raises(KgError, match="neither"):
        package.open(tmp_path)


def test_counts_include_the_default_graph(own: Path) -> None:
    told = kg("stats", "--store", own).out
    assert "4 quads" in told
    assert re.search(r"default graph +2", told)


def all_quads(store: Path) -> set[Quad]:
    run = kg("export", "nquads", "--store", store)
    return set(parse(run.out, format=RdfFormat.N_QUADS))


@pytest.mark.parametrize("name", ["nquads", "trig"])
def test_an_export_keeps_every_graph(own: Path, name: str) -> None:
    expected = set(parse(DATA, format=RdfFormat.TRIG))
    form = {"nquads": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG}[name]
    assert set(parse(kg("export", name, "--store", own).out, format=form)) == expected
    with running_server("--store", own) as (server, _):
        told = ask(server, f"/export/{name}")
        assert set(parse(told.body, format=form)) == expected
        assert told.text == kg("export", name, "--store", own).out


@pytest.mark.parametrize("name", ["turtle", "ntriples", "rdfxml", "jsonld"])
def test_an_export_without_graphs_is_their_set(own: Path, name: str) -> None:
    form = {
        "turtle": RdfFormat.TURTLE, "ntriples": RdfFormat.N_TRIPLES,
        "rdfxml": RdfFormat.RDF_XML, "jsonld": RdfFormat.JSON_LD,
    }[name]  # fmt: skip
    told = list(parse(kg("export", name, "--store", own).out, format=form))
    assert sorted(str(quad.object) for quad in told) == sorted(
        {str(quad.object) for quad in parse(DATA, format=RdfFormat.TRIG)}
    )


def test_an_export_loaded_into_another_store_is_the_same(own: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.trig"
    kg("export", "trig", "--store", own, "--out", out)
    assert kg("load", out, "--store", tmp_path / "other").code == 0
    assert all_quads(tmp_path / "other") == all_quads(own)


def test_data_of_somebody_else_bear_no_licence_of_ours(own: Path) -> None:
    for name in ("graphml", "gexf"):
        assert "CC BY" not in kg("export", name, "--store", own).out
        assert "CC BY" in kg("export", name, "--entity", "meti").out


# What is asked of every server, beside the first links of each page.
_FIXED = (
    *"/ /explore /money /series /timeline /conflicts /sources /queries /sparql".split(),
    *"/quality /about /verify".split(),
    *"/search?q=a /docs /openapi.json /dataset /ns /shapes /scheme /ontology /graph /id".split(),
    *"/dumps/ /sitemap.xml /robots.txt /.well-known/void /health /ready /store?default".split(),
    *(f"{p}?format=csv" for p in "/ /money /series /timeline /conflicts /sources /quality".split()),
    *"/entity/x /entity/meti /claims/x /conflicts/x /sources/x /sources/src-x /series/x".split(),
    *"/id/x /id/x.ttl /graph/x /scheme/issue /ns.ttl /ns.html /dataset.ttl /id/meti.html".split(),
    *"/api/search?q=a /api/entity/x /api/neighbours/x /api/why?s=a&p=b&o=c".split(),
    *"/api/path?from=a&to=b /api/conflicts /api/claims?limit=5 /money?lang=ja".split(),
    *(f"/queries/{name}" for name in questions()),
    *(f"/api/queries/{name}" for name in questions()),
    *(f"/export/{name}" for name in EXPORTERS),
    *(f"/export/{name}?entity=takaichi-sanae" for name in EXPORTERS),
)  # fmt: skip
_TEXT = """The government will invest 1 trillion yen over five years in domestic AI support.
“100 million yen investment in AI”. Sanae Takaichi said so in 2025; METI asked for 55 billion yen.
国産AI開発に5年間で約1兆円を支援する。アニメとゲームに550億円。高市早苗首相。"""
_OF_A_KIND = 4  # links followed, of those that begin alike


def faults_of(server: str) -> list[str]:
    """The addresses that a server could not answer."""
    todo, found = list(_FIXED), []
    seen, kinds = set(todo), Counter[str]()
    while todo:
        path = todo.pop(0)
        told = ask(server, path, "text/html, */*;q=0.5")
        if told.status >= 500:
            found.append(f"{told.status} {path}")
        links = (
            re.findall(r'(?:href|src)="(/[^"#]*)', told.text) if told.kind == "text/html" else ()
        )
        for link in links:
            link = link.replace("&amp;", "&")
            kind = link.split("?")[0].split("/")[1]
            if link not in seen and kinds[kind] < _OF_A_KIND:
                kinds[kind] += 1
                seen.add(link)
                todo.append(link)
    for path, body, kind in (
        ("/verify", urlencode({"text": _TEXT}), "application/x-www-form-urlencoded"),
        ("/api/verify", json.dumps({"text": _TEXT}), "application/json"),
    ):
        status = post(server, path, body.encode(), kind).status
        found += [f"{status} {path} of a text"] if status >= 500 else []
    return found


def quads_of(snapshot: Snapshot) -> list[Quad]:
    return list(parse(path=str(snapshot.quads), format=RdfFormat.N_QUADS))


def nquads(quads: Iterable[Quad] | Iterable[Triple] | Store) -> bytes:
    return serialize(quads, format=RdfFormat.N_QUADS) or b""


# What somebody's store may hold, made of the example.
CONTENTS: dict[str, Callable[[list[Quad]], bytes]] = {
    "one": lambda _: b'<http://x/a> <http://x/p> "c" .\n',
    "without-graphs": lambda example: nquads({quad.triple for quad in example}),
    "with-graphs": nquads,
    "broken-0": lambda example: nquads(broken(example, 0)),
    "broken-1": lambda example: nquads(broken(example, 1)),
    "broken-6": lambda example: nquads(broken(example, 6)),
}


@pytest.mark.spread
@pytest.mark.long
@pytest.mark.parametrize("content", CONTENTS)
def test_no_page_of_any_store_is_a_fault_of_the_server(
    example_snapshot: Snapshot, tmp_path: Path, content: str
) -> None:
    file, store = tmp_path / "content.nq", tmp_path / "store"
    file.write_bytes(CONTENTS[content](quads_of(example_snapshot)))
    assert kg("load", file, "--store", store).code == 0
    with running_server("--store", store) as (server, _):
        assert faults_of(server) == []
        says_so = "holds no claims as these pages read them" in ask(server, "/").text
        assert says_so == (content in ("one", "without-graphs"))


@pytest.mark.spread
def test_no_page_of_an_empty_store_is_a_fault_of_the_server(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("secret", encoding="utf-8")
    flags = ("--store", tmp_path / "new", "--read-write", "--token-file", token)
    with running_server(*flags) as (server, _):
        assert faults_of(server) == []
        assert counted(tmp_path / "new") == "0"

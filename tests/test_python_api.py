"""`kg.Graph`: the functions of the command line in Python, with natural types and clear faults."""

import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from importlib.metadata import version
from math import isnan
from pathlib import Path

import pytest
import rdflib

import kg
from kg.build.snapshot import Snapshot
from kg.core.errors import KgError, Refusal, UnknownName
from kg.outlets.export import EXPORTERS
from surfaces import kg as command


@pytest.fixture(scope="module")
def graph(shipped_snapshot: Snapshot) -> kg.Graph:
    return kg.open(shipped_snapshot.folder.parents[1])


@pytest.fixture(scope="module")
def store(shipped_snapshot: Snapshot) -> Path:
    return shipped_snapshot.folder.parents[1]


def test_the_version_is_that_of_the_package() -> None:
    assert kg.__version__ == version("jsip-kg")


@pytest.mark.parametrize(
    "day", ["2025-12-19", date(2025, 12, 19), datetime(2025, 12, 19, 8, 30)], ids=repr
)
def test_a_day_may_be_a_day(graph: kg.Graph, day: object) -> None:
    assert list(graph.query("cq21", day=day).person) == ["takaichi-sanae"]


@pytest.mark.parametrize("least", ["55000000000", 55_000_000_000, 55e9, Decimal("5.5E10")])
def test_a_number_may_be_a_number(graph: kg.Graph, least: object) -> None:
    from kg.views.queries.questions import questions

    numbers = [(q.name, p.name) for q in questions().values() for p in q.parameters
               if p.kind == "number"]  # fmt: skip
    for question, name in numbers:
        expected = graph.query(question, **{name: "55000000000"})
        assert graph.query(question, **{name: least}).equals(expected)
    assert numbers


def test_an_unknown_question_names_the_nearest(graph: kg.Graph) -> None:
    with pytest.raises(UnknownName, match="No question is called 'cq99'; nearest: cq"):
        graph.query("cq99")


def test_prefixes_of_the_project_are_known(graph: kg.Graph) -> None:
    rows = graph.query("SELECT ?name { id:takaichi-sanae rdfs:label ?name } ORDER BY ?name")
    assert "Sanae Takaichi" in set(rows.name)
    own = "PREFIX id: <http://example.org/> ASK { id:takaichi-sanae ?p ?o }"
    assert graph.ask(own) is False  # what the query declares holds
    assert graph.ask("ASK { <takaichi-sanae> a jsip:Person }")  # as /sparql resolves it


def test_a_citation_names_a_query_that_stands_for_itself(graph: kg.Graph) -> None:
    from kg.core.names import shipped_names
    from kg.edges.notebook.queries import declared

    query = "SELECT ?s\n{ ?s a jsip:Person }"
    told = declared(query, shipped_names())
    assert told == f"PREFIX jsip: <{shipped_names().prefixes['jsip']}> {query}"
    assert declared(told, shipped_names()) == told
    apart = "ASK { ?s <http://x/jsip:a> 'jsip:b' } # jsip:c"
    assert declared(apart, shipped_names()) == apart


@pytest.mark.parametrize(
    ("query", "line", "says"),
    [
        ("SELECT ?x {\n  ?x a jsip:Person .\n  ?x nope:p ?y }", 3, "`nope:` is not declared"),
        ("SELECT ?s { ?s jsip:a ?o", 1, "is never closed"),
        ("SELECT ?x {\n ?x ?p ?y ]", 2, "`]`"),
    ],
)
def test_a_fault_is_told_as_over_http(graph: kg.Graph, query: str, line: int, says: str) -> None:
    for method in (graph.query, graph.ask, graph.construct):
        with pytest.raises(Refusal) as caught:
            method(query)
        assert caught.value.more["line"] == line
        assert says in str(caught.value)
        assert "^" in str(caught.value)


def test_each_form_has_its_method(graph: kg.Graph) -> None:
    assert graph.ask("ASK { ?s a jsip:Person }") is True
    made = graph.construct("CONSTRUCT { ?s a jsip:Person } WHERE { ?s a jsip:Person }")
    assert isinstance(made, rdflib.Graph)
    assert len(made) == graph.query("SELECT DISTINCT ?s { ?s a jsip:Person }").s.nunique()
    assert "jsip:Person" in made.serialize(format="turtle")
    for method, query, says in (
        (graph.ask, "SELECT * { ?s ?p ?o } LIMIT 1", "ask it with ASK"),
        (graph.construct, "ASK {}", "CONSTRUCT"),
        (graph.query, "ASK {}", "use .ask"),
    ):
        with pytest.raises(KgError, match=says):
            method(query)


def test_views_are_those_of_the_command_line(graph: kg.Graph, store: Path) -> None:
    import json

    told = json.loads(command("search", "経産", "--json", "--store", store).out)
    assert [hit.id for hit in graph.search("経産")] == [hit["id"] for hit in told["results"]]
    assert len(graph.search("経産", limit=2)) == 2
    found = graph.path("takaichi-sanae", "low-pay", hops=4)
    told = json.loads(command("path", "takaichi-sanae", "low-pay", "--json", "--store", store).out)
    assert [len(path.hops) for path in found] == [len(path["hops"]) for path in told]
    counted = json.loads(command("stats", "--json", "--store", store).out)
    assert graph.stats().claims == counted["claims"]
    assert graph.version == counted["version"]


def test_claims_are_filtered_by_names_as_people_write_them(graph: kg.Graph) -> None:
    found = graph.claims("国産AI開発の5年間支援", predicate="amount", review="accepted")
    assert found
    assert {c.subject.id for c in found} == {"domestic-ai-support-5y"}
    assert {c.predicate.local for c in found} == {"amount"}
    by_jiji = graph.claims(asserter="Jiji Press")
    assert {c.asserter.id for c in by_jiji} == {"jiji-press"}
    assert len(graph.claims()) == graph.stats().claims
    assert len(graph.claims(limit=3)) == 3
    wrongs = ({"predicate": "amuont"}, {"review": "acepted"}, {"asserted": "x"})
    for wrong in wrongs:
        with pytest.raises(KgError, match="nearest: a"):
            graph.claims(**wrong)  # type: ignore[arg-type]


def test_a_table_of_claims_has_numbers(graph: kg.Graph) -> None:
    table = graph.claims("domestic-ai-support-5y").to_frame()
    assert table.number.max() == 10**12
    assert {"claim", "printed", "start", "end", "asserter", "passage", "source"} <= {*table}


def test_conflicts_are_a_table_too(graph: kg.Graph) -> None:
    found = graph.conflicts()
    table = found.to_frame()
    assert len(table) == sum(len(conflict.claims) for conflict in found)
    assert set(table.conflict) == {conflict.id for conflict in found}
    trillion = table[table.claim == "c-gate-ai-content-001"].iloc[0]
    assert isnan(trillion.low)  # its rounding; only the ends of a printed range are told
    assert trillion.passage.startswith("invest 1 trillion yen")
    assert "<iframe" in found._repr_html_()


def test_a_series_is_ready_to_plot(graph: kg.Graph) -> None:
    table = graph.series("content-market-japan").to_frame()
    assert table.value.dtype.kind in "if"
    assert (table.start.str.len() == 10).all()
    with pytest.raises(UnknownName):
        graph.series("no such series at all")


@pytest.mark.parametrize("name", list(EXPORTERS))
def test_exports_are_those_of_the_command_line(
    graph: kg.Graph, store: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "by-command"
    run = command("export", name, "--entity", "meti", "--out", out, "--store", store)
    assert run.code == 0, run.err
    assert graph.export(name, entity="meti", out=tmp_path / "by-python") == out.read_bytes()
    assert (tmp_path / "by-python").read_bytes() == out.read_bytes()


def test_a_query_can_be_exported(graph: kg.Graph) -> None:
    data = graph.export("ntriples", query="CONSTRUCT { id:meti a ?c } { id:meti a ?c }")
    assert data.startswith(b"<https://w3id.org/jsip/id/meti>")
    with pytest.raises(UnknownName, match="nearest: turtle"):
        graph.export("turtel")
    with pytest.raises(KgError, match="not both"):
        graph.export("turtle", entity="meti", query="ASK {}")


def run_without(library: str, script: str) -> "subprocess.CompletedProcess[str]":
    """Runs a script where a library cannot be imported."""
    blocked = f"import sys; sys.modules[{library!r}] = None\n{script}"
    return subprocess.run([sys.executable, "-c", blocked], capture_output=True, text=True)


def test_without_pandas_the_error_says_which_extra(store: Path) -> None:
    script = f"import kg; g = kg.open({str(store)!r})\n"
    works = "print(g.search('METI')[0].id, g.ask('ASK {}'), len(g.conflicts()) > 0)\n"
    run = run_without("pandas", script + works + "g.query('cq21', day='2025-12-19')")
    assert run.stdout == "meti True True\n"
    assert "KgError: Tables need pandas" in run.stderr
    assert 'pip install "jsip-kg[notebook]"' in run.stderr


def test_importing_the_package_loads_next_to_nothing() -> None:
    script = "import kg, sys; print(len([m for m in sys.modules if m.split('.')[0] in LIST]))"
    slow = "('pandas', 'pyvis', 'IPython', 'networkx', 'rdflib', 'pyoxigraph', 'fastapi')"
    run = subprocess.run(
        [sys.executable, "-c", script.replace("LIST", slow)], capture_output=True, text=True
    )
    assert (run.stdout, run.stderr) == ("0\n", "")

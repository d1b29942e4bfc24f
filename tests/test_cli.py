"""The command line as people and programs use it: views, questions, faults, hostile data."""

import csv
import io
import json
import os
import pty
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rdflib import Graph
from typer.main import get_command

from kg.build.snapshot import Snapshot, publish
from kg.core.names import Names
from kg.edges.cli import app
from kg.outlets.answers import FORMATS, visible
from made import HOSTILE, hostile
from surfaces import Run, kg, kg_command, kg_process

Kg = Callable[..., Run]
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
COMMANDS = sorted(get_command(app).commands)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def ask(example_snapshot: Snapshot) -> Kg:
    """Runs a command on the worked example."""
    store = example_snapshot.folder.parents[1]
    return lambda *arguments: kg(*arguments, "--store", store)


@pytest.fixture(scope="module")
def ask_hostile(
    example_snapshot: Snapshot, names: Names, tmp_path_factory: pytest.TempPathFactory
) -> Kg:
    """Runs a command on the example with every text made hostile."""
    store = tmp_path_factory.mktemp("hostile")
    publish(store, "hostile", hostile(example_snapshot.quads, names), "")
    return lambda *arguments: kg(*arguments, "--store", store)


# --- show, why, conflicts, search, path, stats


def test_show_says_what_to_print_why_and_what_not(ask: Kg) -> None:
    run = ask("show", "国産AI開発の5年間支援")
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith(
        "Five-year support for domestic AI models  国産AI開発の5年間支援  (planned investment)\n"
        "  https://w3id.org/jsip/id/domestic-ai-support-5y\n"
    )
    assert (
        "  → print: about 1 trillion yen (FY2026 to FY2030) / 約1兆円（2026年度から2030年度） "
        "(as printed: “１兆円規模”). The editors prefer it: nearest to the origin; says five years "
        "and about.\n"
    ) in run.out
    assert "\n    ! Do not print 100 million yen: contradicted by the same article" in run.out
    assert "\n    ! Not every source says it: src-gate-ai-content does not.\n" in run.out
    assert (
        "  ✗ 100 million yen / 1億円 “100 million yen”\n      Gate writes (as announced)\n"
    ) in run.out
    assert "      “５年間で１兆円規模の支援” — src-jiji-20251221, NewsArticle, quoted\n" in run.out


def test_show_of_a_claim_or_a_source_shows_its_claims(ask: Kg) -> None:
    assert ask("show", "c-gate-ai-content-002").out.splitlines()[:2] == [
        "  Five-year support for domestic AI models — amount",
        "  ✗ 100 million yen / 1億円 “100 million yen”",
    ]
    assert ask("show", "src-jiji-20251206").out.count("c-jiji-20251206-00") == 2


def test_conflicts_stand_side_by_side(ask: Kg) -> None:
    out = ask("conflicts").out
    assert out.splitlines()[-1] == (
        "2 conflicts, 0 open; 1 questions of identity, 1 open; 0 cautions"
    )
    assert out.startswith(
        "conflict-53d29cce3f19  conflict: unit error, resolved for c-jiji-20251221-001\n"
    )
    assert out.count("Five-year support for domestic AI models — amount") == 1
    only_open = ask("conflicts", "--open").out
    assert "conflict-ai-trillion-public-or-private  question of identity, open\n" in only_open
    closing = "0 conflicts, 0 open; 1 questions of identity, 1 open; 0 cautions"
    assert only_open.splitlines()[-1] == closing
    assert "no source says whether they are one measure" in only_open


def test_why_shows_claims_and_passages(ask: Kg) -> None:
    run = ask("why", "高市早苗", "holdsPost", "prime-minister-of-japan")
    assert "“第１０４代首相に指名” — src-livedoor-20251021, NewsArticle, quoted" in run.out
    number = ask("why", "domestic-ai-support-5y", "amount", "1e8")
    assert "c-gate-ai-content-002" in number.out
    nobody = ask("why", "takaichi-sanae", "holdsPost", "gate")
    assert (nobody.code, nobody.out) == (2, "")
    assert "known: prime-minister-of-japan" in nobody.err


def test_a_path_shows_the_claims_of_each_hop_or_ends_with_1(ask: Kg) -> None:
    run = ask("path", "takaichi-sanae", "prime-minister-of-japan")
    assert run.out.splitlines()[0] == "1. Sanae Takaichi → Prime Minister of Japan"
    assert "     · Prime Minister of Japan\n" in run.out
    assert "“第１０４代首相に指名”" in run.out
    none = ask("path", "takaichi-sanae", "domestic-ai-support-5y", "--hops", "1")
    assert (none.code, none.out) == (1, "No documented connection; try more --hops.\n")


def test_search_ends_with_1_where_nothing_is_found(ask: Kg) -> None:
    found = ask("search", "たかいち")
    assert re.match(r"\d\.\d\d  takaichi-sanae  Sanae Takaichi / 高市早苗  \(Person;", found.out)
    assert ask("search", "zzzzqq").code == 1


def test_stats_count(ask: Kg) -> None:
    out = ask("stats").out
    assert re.search(r"^\d+ quads, 16 claims\n2 conflicts, 0 open; 1 questions", out, re.MULTILINE)
    assert re.search(r"^jsip:MonetaryClaim +11$", out, re.MULTILINE)
    assert "betweenness" in ask("stats", "--network").out


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "takaichi-sanae"],
        ["show", "c-gate-ai-content-001"],
        ["why", "takaichi-sanae", "holdsPost", "prime-minister-of-japan"],
        ["conflicts"],
        ["search", "高市"],
        ["path", "takaichi-sanae", "prime-minister-of-japan"],
        ["stats"],
        ["stats", "--network"],
    ],
    ids=" ".join,
)
def test_programs_get_json(ask: Kg, arguments: list[str]) -> None:
    run = ask(*arguments, "--json")
    assert (run.code, run.err) == (0, "")
    assert json.loads(run.out)


def test_json_of_an_entity_holds_what_a_program_needs(ask: Kg) -> None:
    card = json.loads(ask("show", "domestic-ai-support-5y", "--json").out)
    (amounts,) = [g for g in card["groups"] if g["predicate"]["id"] == "jsip:amount"]
    assert amounts["advice"]["prefer"]["id"] == "c-jiji-20251221-001"
    assert amounts["advice"]["words"]["ja"].startswith("約1兆円")
    passage = amounts["claims"][0]["passages"][0]
    assert passage["source"]["url"].startswith("https://www.nippon.com/ja/")


# --- query, queries


def test_queries_lists_each_question_in_both_languages() -> None:
    listed = json.loads(kg("queries", "--json").out)
    assert {"name", "title", "parameters"} <= set(listed[0])
    out = kg("queries").out
    for question in listed:
        assert f"{question['name']}  {question['title']['en']}" in out
        assert question["title"]["ja"] in out
        for parameter in question["parameters"]:
            assert f"--param {parameter['name']}=" in out


@pytest.mark.parametrize("form", FORMATS)
def test_rows_are_written_in_every_format_for_rows(ask: Kg, form: str) -> None:
    run = ask("query", "cq01", "--param", "about=domestic-ai-support-5y", "--format", form)
    readers: dict[str, Callable[[str], object]] = {
        "table": lambda text: int(text.split()[-2]),
        "json": lambda text: len(json.loads(text)["results"]["bindings"]),
        "xml": lambda text: len(ElementTree.fromstring(text)[1]),
        "csv": lambda text: len(list(csv.DictReader(io.StringIO(text)))),
        "tsv": lambda text: len(text.splitlines()) - 1,
    }
    if form in readers:
        assert run.code == 0
        assert readers[form](run.out) == 7
    else:
        assert (run.code, run.out) == (2, "")
        assert f"which {form} cannot hold; choose table, json, xml, csv, tsv." in run.err


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize("form", FORMATS)
def test_a_graph_is_written_in_every_format_for_graphs(ask: Kg, form: str, tmp_path: Path) -> None:
    file = tmp_path / "graph.rq"
    file.write_text("CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } } LIMIT 40")
    run = ask("query", file, "--format", form)
    if form in ("json", "xml", "csv", "tsv"):
        assert run.code == 2
        assert "The query gives a graph" in run.err
        return
    rdflib = {"table": "turtle", "ntriples": "nt", "rdfxml": "xml", "jsonld": "json-ld"}
    graph = Graph().parse(data=run.out, format=rdflib.get(form, form))
    if form not in ("trig", "nquads"):
        assert len(graph) == 40
    assert ask("query", file, "--format", form).out == run.out


def test_a_yes_or_no_is_one_word(ask: Kg, tmp_path: Path) -> None:
    file = tmp_path / "yes.rq"
    file.write_text("ASK { ?s ?p ?o }")
    assert ask("query", file).out == "true\n"
    assert json.loads(ask("query", file, "--format", "json").out)["boolean"] is True


def test_queries_come_from_a_pipe_too(example_snapshot: Snapshot) -> None:
    store = example_snapshot.folder.parents[1]
    command = ("query", "-", "--store", store, "--format", "csv")
    run = kg_process(*command, stdin="﻿SELECT (1 AS ?一) {}".encode(), env={"LC_ALL": "C"})
    assert (run.code, run.out.split(), run.err) == (0, ["一", "1"], "")


# --- faults: a message that says what to do, on stderr, exit 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "takaichi-sanai"], "No entity is called 'takaichi-sanai'; nearest: takaichi"),
        (["show", ""], "No entity is called ''"),
        (["show", "x> ?p ?o . <y"], "No entity is called"),
        (["why", "takaichi-sanae", "holdPost", "x"], "nearest: holdsPost"),
        (["path", "takaichi-sanae", "zzzz"], "No entity is called 'zzzz'"),
        (["query", "cq0l"], "No question is called 'cq0l'; nearest: cq"),
        (["query", "no/such.rq"], "There is no file 'no/such.rq'; `kg queries` lists"),
        (["query", "cq01", "--param", "about"], "write --param name=value"),
        (["query", "cq01", "--param", "abuot=x"], "nearest: about"),
        (["query", "cq01", "--param", "about=x y"], "No entity is called 'x y'"),
        (["query", "cq01", "--format", "jsn"], "No format is called 'jsn'; nearest: json"),
        (["search", "x", "--limit", "0"], "--limit"),
        (["path", "a", "b", "--hops", "99"], "--hops"),
    ],
)
def test_a_fault_is_told_on_stderr(ask: Kg, arguments: list[str], says: str) -> None:
    run = ask(*arguments)
    assert (run.code, run.out) == (2, "")
    assert says in run.err
    assert "Traceback" not in run.err


def test_a_query_that_cannot_be_parsed_says_where(ask: Kg, tmp_path: Path) -> None:
    file = tmp_path / "bad.rq"
    file.write_text("SELECT *\nWHERE { ?s ?p }")
    run = ask("query", file)
    assert run.code == 2
    assert "cannot be parsed" in run.err
    assert "Line 2, column" in run.err
    file.write_bytes(b"ASK { ?s ?p '\xff' }")
    assert "is not UTF-8" in ask("query", file).err
    file.write_text("SELECT * { ?s jsip:amount ?o }")
    declared = "add PREFIX jsip: <https://w3id.org/jsip/ns#> at the start"
    assert declared in ask("query", file).err


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (f"ASK {{ FILTER({'!' * 60_000}true) }}", "too long: One chain in it overran the stack"),
        (
            "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
            "at its limit of 0.5 seconds",
        ),
        ("ASK { SERVICE <http://127.0.0.1:9/> {} }", "SERVICE is refused"),
    ],
    ids=["deep", "endless", "service"],
)
def test_a_query_too_much_for_the_engine_is_stopped(
    ask: Kg, tmp_path: Path, query: str, says: str
) -> None:
    file = tmp_path / "much.rq"
    file.write_text(query)
    run = ask("query", file, "--timeout", 0.5)
    assert (run.code, run.out) == (2, "")
    assert says in run.err
    assert "Traceback" not in run.err


def test_a_query_is_explained(ask: Kg, tmp_path: Path) -> None:
    file = tmp_path / "sum.rq"
    file.write_text(
        f"SELECT ?p (COUNT(*) AS ?n) {{ ?s ?p ?o FILTER(?p = <{RDF}type>) }} GROUP BY ?p"
    )
    run = ask("query", file, "--explain")
    assert run.code == 0
    done = "patterns: 1, filters: 1, aggregates: 1"
    assert run.out == f"# By columns, nothing is left for the engine: {done}.\n"
    assert ask("query", "cq01", "--explain").out.startswith("# By the engine alone: ")
    assert "ask it to explain" in kg("query", "cq01", "--explain", "--remote", "http://x/").err


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("empty", "holds neither a built snapshot nor a store of your own; run `kg build"),
        ("damaged", "is damaged"),
    ],
)
def test_a_store_without_a_snapshot_says_what_to_do(name: str, says: str, tmp_path: Path) -> None:
    if name == "damaged":
        (tmp_path / "manifest.json").write_text("{")
    for command in (["show", "x"], ["stats"], ["query", "cq01"], ["serve", "--port", "0"]):
        run = kg(*command, "--store", tmp_path)
        assert (run.code, run.out) == (2, "")
        assert says in run.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    run = kg(command, "--help")
    assert run.code == 0
    assert f"Example: kg {command}" in run.out


def test_an_unknown_command_is_a_usage_error() -> None:
    run = kg("shwo")
    assert run.code == 2
    assert "shwo" in run.err


# --- hostile data


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "takaichi-sanae"],
        ["show", "domestic-ai-support-5y"],
        ["show", "c-gate-ai-content-001"],
        ["conflicts"],
        ["why", "takaichi-sanae", "holdsPost", "prime-minister-of-japan"],
        ["path", "takaichi-sanae", "prime-minister-of-japan"],
        ["search", "takaichi"],
        ["stats"],
        ["stats", "--network"],
        ["query", "cq01"],
    ],
    ids=" ".join,
)
def test_no_text_steers_the_terminal(ask_hostile: Kg, arguments: list[str]) -> None:
    run = ask_hostile(*arguments)
    assert run.code == 0
    assert STEERING.search(run.out) is None
    if arguments[0] in ("show", "conflicts", "why", "path"):
        assert "<script>alert(1)</script>" in run.out
        assert "[red]" in run.out


def test_json_is_still_the_text_itself(ask_hostile: Kg) -> None:
    run = ask_hostile("show", "takaichi-sanae", "--json")
    assert STEERING.search(run.out) is None
    assert json.loads(run.out)["entity"]["en"] == HOSTILE + "Sanae Takaichi"


def test_hostile_text_stays_within_its_cell(ask_hostile: Kg) -> None:
    found = ask_hostile("query", "cq01", "--format", "csv").out
    table = ask_hostile("query", "cq01").out
    assert table.splitlines()[-1] == f"{len(list(csv.DictReader(io.StringIO(found))))} rows"


def test_what_is_visible_keeps_its_words() -> None:
    assert visible("５年間で　１兆円規模") == "５年間で　１兆円規模"
    assert visible("a\nb\tc") == "a b c"
    assert visible("\u202eabc\u200f") == "abc"


def test_only_our_own_colours_reach_a_terminal(
    example_snapshot: Snapshot, names: Names, tmp_path: Path
) -> None:
    publish(tmp_path, "hostile", hostile(example_snapshot.quads, names), "")
    here, there = pty.openpty()
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "120"}
    command = kg_command("show", "takaichi-sanae", "--store", tmp_path)
    with subprocess.Popen(command, stdout=there, stderr=there, env=environment) as running:
        os.close(there)
        shown = b"".join(iter(lambda: _read(here), b""))
    os.close(here)
    assert running.returncode == 0
    assert set(re.findall(rb"\x1b[^m]*m", shown)) <= {b"\x1b[1m", b"\x1b[0m"}
    assert STEERING.search(re.sub(rb"\x1b\[[01]m|\r", b"", shown).decode()) is None


def _read(terminal: int) -> bytes:
    """What a terminal shows next; nothing when its program is gone."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""

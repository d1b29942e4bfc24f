"""Ready questions: they parse everywhere, bind safely, and answer as the golden files say."""

import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions, Store
from rdflib.plugins.sparql import prepareQuery

from kg.build.snapshot import Snapshot
from kg.core.errors import KgError, QueryRefused, UnknownName
from kg.core.names import Names
from kg.engine.graph_store import MemoryStore, ask
from kg.outlets.answers import rendered
from kg.views.queries.questions import (
    TASKS,
    Question,
    bind,
    find_question,
    questions,
    read_question,
)
from surfaces import ONTOLOGY, REPOSITORY, kg, kg_process

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
NAMES = sorted(questions())
PARAMETERS = [(name, p.name) for name in NAMES for p in questions()[name].parameters]
OF_PAGES = ("format", "offset")  # parameters of an address that no question may take for itself
EXAMPLES = {"IRI": "takaichi-sanae", "date": "2025-12-19", "text": "AI", "number": "25.2"}


FIRST = [f"n{number:02}" for number in range(1, 16)]


def lines(name: str) -> list[str]:
    return (ONTOLOGY / "queries" / f"{name}.rq").read_text(encoding="utf-8").splitlines()


# --- their form


def test_every_query_file_is_a_question() -> None:
    assert sorted(path.stem for path in (ONTOLOGY / "queries").glob("*.rq")) == NAMES
    assert list(questions())[:15] == FIRST
    assert {"cq01", "cq07", "cq08", "cq09", "cq21"} <= set(NAMES)


def test_no_parameter_is_one_of_its_page() -> None:
    assert [p for p in PARAMETERS if p[1] in OF_PAGES] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_question_begins_with_itself_in_english_and_japanese(name: str) -> None:
    english, japanese = lines(name)[:2]
    assert re.match("# [A-Z][a-z]* [a-z]", english)
    assert JAPANESE.search(japanese)
    assert (find_question(name).title_en, find_question(name).title_ja) == (
        english[2:],
        japanese[2:],
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_question_parses_in_both_engines(name: str) -> None:
    sparql = find_question(name).sparql
    prepareQuery(sparql)
    assert isinstance(ask(Store(), sparql), QuerySolutions)


@pytest.mark.parametrize("name", NAMES)
def test_rows_of_a_question_have_a_fixed_order(name: str) -> None:
    assert "ORDER BY" in find_question(name).sparql


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
def test_a_parameter_binds_in_both_engines(name: str, parameter: str, names: Names) -> None:
    question = find_question(name)
    kind = next(p.kind for p in question.parameters if p.name == parameter)
    sparql = bind(question, {parameter: EXAMPLES[kind]}, names)
    assert sparql != question.sparql
    prepareQuery(sparql)
    ask(Store(), sparql)


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
def test_binding_a_default_changes_no_answer(
    name: str, parameter: str, names: Names, shipped_store: MemoryStore
) -> None:
    question = find_question(name)
    default = next(p.default for p in question.parameters if p.name == parameter)
    value = default.partition('"^^')[0].strip('"<>')
    bound = shipped_store.query(bind(question, {parameter: value}, names))
    assert rendered(bound, "csv", names) == answer(name, names, shipped_store)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("SELECT ?s WHERE { ?s ?p ?o }", "the first two lines must be the question"),
        ("# one line\nSELECT ?s WHERE { ?s ?p ?o }", "the first two lines"),
        ("# q\n# 問\n# ?s IRI it\nSELECT ?s WHERE { ?s ?p ?o }", "?s needs `VALUES ?s"),
        ("# q\n# 問\n# ?s IRI it\nSELECT ?s WHERE { VALUES ?s { <x:y> } }", "日本語で"),
    ],
)
def test_a_question_that_declares_itself_badly_is_refused(text: str, says: str) -> None:
    with pytest.raises(KgError, match=re.escape(says)):
        read_question("new", text)


# --- hostile values

ECHO = """# What was said?
# 何と言ったか。
# ?first {kind} one / 一つ
# ?second {kind} two / 二つ
SELECT ?first ?second WHERE {{ VALUES ?first {{ {default} }} VALUES ?second {{ {default} }} }}
"""
DEFAULTS = {
    "IRI": "<urn:x>",
    "date": '"2025-12-19"^^<http://www.w3.org/2001/XMLSchema#date>',
    "text": '"x"',
    "number": '"1"^^<http://www.w3.org/2001/XMLSchema#decimal>',
}
HOSTILE = [
    '"', '""', '"""', "'", "\\", '\\"', "\\\\", '" }', '"} . ?s ?p ?o . {"', "> }", "> } #",
    "x> } UNION { ?a ?b ?c } #", "<urn:x>", "urn:x> <urn:y", "urn:a b", "urn:a\nb", "urn:a\tb",
    "urn:{x}", "urn:\u200bx", "urn:\\u003e", "urn:%3E", "id:../../x", "id:a/b", "id:a>b", "id:",
    ":", "/", "a/b/c", "industry/ai", "industry/../ai", "\n", "\r\n", "\t", "\x00", "\x0b", "\x85",
    "\u2028", "# comment", "\n# } INSERT", "?first", "$first", "?x }", "VALUES ?second { z }",
    "VALUES ?first { z }", "} VALUES ?first { 1", "{", "}", "{}", "\\g<0>", "\\1", "%s", "{0}",
    "2025-12-19", '2025-12-19"^^xsd:date', "2025-12-19T00:00:00", "20251219", "2025-W51-5",
    "１２", "1e9", "1.5.2", "--1", "+1", "-0", "1 }", "25.2", "9" * 400, "NaN", "", " ", "高市早苗",
    "🏗", "e\u0301", "\ud800", "\udc80", "a" * 5000, "\ufeff", "\u202e", "BASE <urn:x>", "SERVICE",
]  # fmt: skip


def echoed(kind: str, value: str, names: Names) -> list[tuple[str, str]] | None:
    """What a question of two parameters says back when both are the value; None if refused."""
    question = read_question("echo", ECHO.format(kind=kind, default=DEFAULTS[kind]))
    try:
        answer = ask(Store(), bind(question, {"first": value, "second": value}, names))
    except KgError:
        return None
    assert isinstance(answer, QuerySolutions)
    return [(row["first"].value, row["second"].value) for row in answer]


@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
def test_a_hostile_value_stays_one_term_or_is_refused(value: str, names: Names) -> None:
    """One row, both values equal: nothing broke out, nothing was looked at twice."""
    for kind in DEFAULTS:
        rows = echoed(kind, value, names)
        if rows is not None:
            assert len(rows) == 1, kind
            assert rows[0][0] == rows[0][1]
            if kind == "text":
                assert rows[0][0] == value
    if value.isprintable() and "\ud800" not in value:
        assert echoed("text", value, names), "any text that can be written is a text"


def test_random_texts_come_back_unchanged(names: Names) -> None:
    chance = random.Random(20251219)
    signs = "\"'\\{}<>?$#\n\r\t ;.,/:abc高\u2028^@_-%&|"
    for _ in range(500):
        value = "".join(chance.choices(signs, k=chance.randint(1, 12)))
        assert echoed("text", value, names) == [(value, value)]
        for kind in ("IRI", "date", "number"):
            rows = echoed(kind, value, names)
            assert rows is None or (len(rows) == 1 and rows[0][0] == rows[0][1])


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_value_never_widens_a_ready_question(name: str, names: Names) -> None:
    question = find_question(name)
    for parameter in question.parameters:
        for value in HOSTILE:
            try:
                sparql = bind(question, {parameter.name: value}, names)
                ask(Store(), sparql)
            except (KgError, QueryRefused):
                continue
            assert skeleton(sparql) == skeleton(question.sparql)


def skeleton(sparql: str) -> list[str]:
    """The punctuation of a query and its variables, without strings and IRIs."""
    bare = re.sub(r'"(?:[^"\\\n]|\\.)*"(\^\^\S+)?|<[^<>\s]*>|#[^\n]*', "term", sparql)
    bare = re.sub(r"\{\s*[\w-]+:[\w.-]*\s*\}|\{\s*term\s*\}", "{ term }", bare)
    return re.findall(r"[{}()]|[?$]\w+|\b(?:UNION|SERVICE|GRAPH|FILTER|INSERT)\b", bare)


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        ("IRI", "Takaichi Sanae", "names nothing; write a slug"),
        ("date", "19 December", "is no date; write YYYY-MM-DD"),
        ("number", "55bn", "is no decimal number; write 55000000000"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_advice(
    kind: str, value: str, says: str, names: Names
) -> None:
    question = read_question("echo", ECHO.format(kind=kind, default=DEFAULTS[kind]))
    with pytest.raises(KgError, match=says):
        bind(question, {"first": value}, names)


@pytest.mark.parametrize(
    ("value", "iri"),
    [
        ("takaichi-sanae", "https://w3id.org/jsip/id/takaichi-sanae"),
        ("industry/animation", "https://w3id.org/jsip/scheme/industry/animation"),
        ("jsip:Claim", "https://w3id.org/jsip/ns#Claim"),
        ("cur:JPY", "http://publications.europa.eu/resource/authority/currency/JPY"),
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("https://example.org/高市", "https://example.org/高市"),
    ],
)
def test_an_entity_may_be_named_in_every_way(value: str, iri: str, names: Names) -> None:
    assert echoed("IRI", value, names) == [(iri, iri)]


def test_an_unknown_parameter_names_the_nearest(names: Names) -> None:
    with pytest.raises(UnknownName, match="No parameter of cq01 is called 'abuot'; nearest: about"):
        bind(find_question("cq01"), {"abuot": "gate"}, names)


# --- answers


def answer(name: str, names: Names, store: MemoryStore) -> bytes:
    return rendered(store.query(find_question(name).sparql), "csv", names)


@pytest.mark.parametrize("name", NAMES)
def test_a_question_answers_on_the_shipped_graph_as_recorded(
    name: str, names: Names, shipped_store: MemoryStore, golden: Callable[[str, bytes], None]
) -> None:
    golden(f"queries/{name}.csv", answer(name, names, shipped_store))


@pytest.mark.parametrize("name", NAMES)
def test_a_question_has_an_answer_of_readable_size(
    name: str, names: Names, shipped_store: MemoryStore
) -> None:
    """Narrow the default rather than ship an answer that nobody reads."""
    rows = answer(name, names, shipped_store)
    assert rows.count(b"\n") > 1
    assert len(rows) < 100_000


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("j")])
def test_a_journalists_question_leads_to_claim_asserter_source_and_passage(name: str) -> None:
    """The source may be the one that was asked for."""
    select = find_question(name).sparql.partition("SELECT")[2].partition("WHERE")[0].lower()
    asked = {parameter.name for parameter in find_question(name).parameters}
    for wanted in ("claim", "who", "source", "passage"):
        assert wanted in asked or f"{wanted} " in select.replace("\n", " "), wanted


def test_no_golden_answer_outlives_its_question() -> None:
    recorded = {path.stem for path in (REPOSITORY / "tests/golden/queries").glob("*.csv")}
    assert recorded == set(NAMES)


# --- the command line


@pytest.fixture(scope="module")
def store(example_snapshot: Snapshot) -> Path:
    return example_snapshot.folder.parents[1]


def test_a_ready_question_is_asked_by_its_name(store: Path) -> None:
    run = kg("query", "cq21", "--store", store, "--format", "csv")
    assert (run.code, run.err) == (0, "")
    assert run.out.replace("\r\n", "\n") == (
        "person,held,from,to,claim,source,passage\n"
        "https://w3id.org/jsip/id/takaichi-sanae,on that day,2025-10-21,,"
        "https://w3id.org/jsip/id/c-livedoor-20251021-001,"
        "https://w3id.org/jsip/id/src-livedoor-20251021,第１０４代首相に指名\n"
    )


def test_parameters_are_given_by_name(store: Path) -> None:
    arguments = ("query", "cq21", "--store", store, "--format", "csv", "--param")
    assert "takaichi-sanae" in kg(*arguments, "day=2025-10-21").out
    assert "takaichi-sanae" not in kg(*arguments, "?day=2025-10-20").out
    assert kg(*arguments, "post=gate").out.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["cq201"], "No question is called 'cq201'; nearest: cq21"),
        (["nothing.rq"], "There is no file 'nothing.rq'; `kg queries` lists"),
        (["cq21", "--param", "day"], "--param 'day' has no value; write --param name=value."),
        (
            ["cq21", "--param", "dya=2025-10-21"],
            "No parameter of cq21 is called 'dya'; nearest: day",
        ),
        (["cq21", "--param", "day=tomorrow"], "'tomorrow' is no date; write YYYY-MM-DD."),
        (["cq21", "--format", "cvs"], "No format is called 'cvs'; nearest: csv"),
        (["cq21", "--format", "turtle"], "which turtle cannot hold; choose table, json"),
        (
            ["cq21", "--store", "nowhere"],
            "nowhere holds neither a built snapshot nor a store of your own",
        ),
    ],
)
def test_a_wrong_question_is_answered_with_what_to_do(
    store: Path, arguments: list[str], says: str
) -> None:
    arguments = arguments if "--store" in arguments else [*arguments, "--store", str(store)]
    run = kg("query", *arguments)
    assert (run.code, run.out) == (2, "")
    assert says in run.err


def test_a_query_may_come_from_a_file_or_from_stdin(store: Path, tmp_path: Path) -> None:
    sparql = "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c a <https://w3id.org/jsip/ns#MonetaryClaim> }"
    file = tmp_path / "count.rq"
    file.write_text(f"\ufeff{sparql}", encoding="utf-8")
    from_file = kg("query", file, "--store", store, "--format", "csv")
    from_stdin = kg_process(
        "query", "-", "--store", store, "--format", "csv", stdin=sparql.encode()
    )
    assert from_file.out.split() == from_stdin.out.split() == ["n", "11"]


def test_a_syntax_error_names_its_place(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "broken.rq"
    file.write_text("SELECT ?s WHERE {\n  ?s ?p ;;; }\n", encoding="utf-8")
    run = kg("query", file, "--store", store)
    assert run.code == 2
    assert re.search(r"\b2[:,]", run.err)
    assert "Traceback" not in run.err


def test_a_table_in_a_pipe_is_plain_and_keeps_japanese_under_any_locale(store: Path) -> None:
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "TERM": "xterm-256color"}
    run = kg_process("query", "cq01", "--store", store, env=env)
    assert run.code == 0, run.err
    assert "５年間で１兆円規模の支援" in re.sub(r"\s", "", run.out)
    assert "\x1b" not in run.out


def test_questions_are_listed_for_people_and_for_programs() -> None:
    text, listed = kg("queries").out, json.loads(kg("queries", "--json").out)
    further = sorted(set(NAMES) - set(FIRST))
    assert [question["name"] for question in listed] == [*FIRST, *further]
    assert text.index("First questions / ") < text.index(FIRST[0]) < text.index("Print a figure / ")
    places = [text.index(f"{en} / {ja}\n") for en, ja in TASKS.values()]
    assert places == sorted(places)
    for name in NAMES:
        question: Question = find_question(name)
        assert f"{name}  {question.title_en}\n      {question.title_ja}\n" in text
    first = next(question for question in listed if question["name"] == "cq21")
    assert [(p["name"], p["kind"]) for p in first["parameters"]] == [
        ("post", "IRI"),
        ("day", "date"),
    ]

"""The reader's layer: what is current, its words, years, topics; the gate; the first questions."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store
from rdflib.plugins.sparql import prepareQuery

from kg.build.reader_layer import add_reader_layer, reader_problems
from kg.build.snapshot import Snapshot
from kg.core.names import Names
from kg.engine.graph_store import MemoryStore
from kg.text.words import day_in_words, figure_in_words, spoken
from kg.views.queries.questions import bind, find_question, questions
from outside import ask
from surfaces import ONTOLOGY, kg

YEN, PERCENT = ("cur:JPY", "JPY", "JPY"), ("unit/percent", "percent", "パーセント")
RULES = ONTOLOGY / "rules"
FIRST = sorted(name for name, question in questions().items() if question.is_first)


def rows(store: MemoryStore, names: Names, sparql: str) -> list[tuple[str, ...]]:
    """Rows as short names and plain words; empty where unbound."""
    answer = store.query(names.sparql_prologue() + sparql)
    assert isinstance(answer, QuerySolutions)
    return [tuple(short(term, names) for term in row) for row in answer]


def short(term: object, names: Names) -> str:
    if isinstance(term, NamedNode):
        return names.slug(term.value)
    return getattr(term, "value", "")


# --- words


@pytest.mark.fast
@pytest.mark.parametrize(
    ("value", "unit", "qualifier", "low", "high", "en", "ja"),
    [
        ("55e9", YEN, "stated", "54.5e9", "55.5e9", "55 billion yen", "550億円"),
        ("55e9", YEN, "over", "55e9", None, "more than 55 billion yen", "550億円超"),
        ("1e12", YEN, "approximately", "9e11", "1.1e12", "about 1 trillion yen", "約1兆円"),
        ("60", PERCENT, "under", None, "60", "less than 60 percent", "60パーセント未満"),
        ("15e12", YEN, "range", "15e12", "20e12", "15–20 trillion yen", "15兆円〜20兆円"),
        (
            "333370388130", YEN, "range", "333370388130", "430031420514",
            "333.4–430 billion yen", "3334億円〜4300億円",
        ),
        ("1e11", YEN, "order-of-magnitude", "1e11", "1e12", "100 billion–1 trillion yen",
         "1000億円〜1兆円"),
        ("27", PERCENT, "range", "27", "28", "27–28 percent", "27パーセント〜28パーセント"),
        ("27", PERCENT, "range", "27", "27", "27 percent", "27パーセント"),
    ],
)  # fmt: skip
def test_a_figure_keeps_its_hedge_and_both_ends_of_a_range(
    value: str, unit: tuple[str, str, str], qualifier: str, low: str, high: str, en: str, ja: str
) -> None:
    ends = [Decimal(end) if end else None for end in (low, high)]
    assert figure_in_words(Decimal(value), unit, qualifier, *ends) == (en, ja)


@pytest.mark.fast
@pytest.mark.parametrize(
    ("value", "unit", "label", "says"),
    [
        (1, "unit/items", "items", "1 item"),
        (1_607, "unit/firms", "firms", "1,607 firms"),
        (4, "unit/items", "items", "4 items"),
        (1, "unit/people", "people", "1 person"),
        (1, "unit/hours-per-day", "hours per day", "1 hour per day"),
        (1, "unit/percentage-points", "percentage points", "1 percentage point"),
        (1, "unit/percent", "percent", "1 percent"),
        (11, "unit/rank", "place", "11th"),
        (22, "unit/rank", "place", "22nd"),
        (3, "cur:USD", "US dollar", "US$3"),
        (-9_300_000_000, "cur:USD", "US dollar", "-US$9.3 billion"),
        (400_000, "cur:TWD", "New Taiwan dollar", "400,000 New Taiwan dollars"),
        (1, "cur:EUR", "euro", "1 euro"),
        (3, "cur:KRW", "South Korean won", "3 won"),
    ],
)
def test_one_of_a_thing_is_singular(value: int, unit: str, label: str, says: str) -> None:
    assert spoken(Decimal(value), unit, label, label)[0] == says


@pytest.mark.fast
def test_what_is_no_day_stays_as_it_is() -> None:
    assert day_in_words("2025-13-01") == ("2025-13-01", "2025-13-01")
    assert day_in_words("soon") == ("soon", "soon")


# --- the layer of the shipped graph


@pytest.mark.parametrize(
    ("claim", "en", "ja"),
    [
        ("c-coda-2020-001", "333.4–430 billion yen", "3334億円〜4300億円"),
        ("c-gate-ai-content-006", "more than 55 billion yen", "550億円超"),
        ("c-livedoor-20251219-002", "19 December 2025", "2025年12月19日"),
        ("c-kyodo-202404-002", "low pay", "低賃金"),
    ],
)
def test_a_claim_says_what_to_print(
    claim: str, en: str, ja: str, names: Names, shipped_store: MemoryStore
) -> None:
    said = rows(shipped_store, names, f"SELECT ?v {{ id:{claim} jsip:displayValue ?v }}")
    assert {words for (words,) in said} == {en, ja}


def test_a_label_names_subject_property_period_value_and_asserter(
    names: Names, shipped_store: MemoryStore
) -> None:
    said = "SELECT ?v { id:c-branc-20240408-001 rdfs:label ?v FILTER(LANG(?v) = 'en') }"
    assert rows(shipped_store, names, said) == [
        (
            "Animation workers with under 2 million yen a year (JANICA surveys), 2022: 9 percent "
            "(Japan Animation Creators Association)",
        )
    ]


def test_every_claim_concept_source_and_conflict_has_a_label_in_both_languages(
    names: Names, shipped_store: MemoryStore
) -> None:
    missing = """SELECT ?x { { ?x rdf:subject ?s } UNION { ?x jsip:sourceTier ?t }
      UNION { ?x skos:inScheme ?scheme } UNION { ?x jsip:involves ?claim }
      VALUES ?lang { "en" "ja" }
      FILTER NOT EXISTS { ?x rdfs:label ?label FILTER(LANG(?label) = ?lang) } }"""
    assert rows(shipped_store, names, missing) == []


def test_current_claims_are_those_that_stand(names: Names, shipped_store: MemoryStore) -> None:
    """Each reason to be left out, counted from the tables' own triples."""
    left_out = """SELECT ?c { ?c a jsip:CurrentClaim .
      { ?newer jsip:supersedes ?c } UNION { ?c a jsip:AbsenceNote }
      UNION { ?c jsip:endDate ?end FILTER(STR(?end) < "2026-11-01") }
      UNION { ?c jsip:convertedFrom ?o } UNION { ?c jsip:rank jsip:Deprecated }
      UNION { ?c jsip:reviewStatus ?s FILTER(?s != rv:accepted) } }"""
    assert rows(shipped_store, names, left_out) == []
    kept = """SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c jsip:reviewStatus rv:accepted ; jsip:rank ?rank
      FILTER(?rank != jsip:Deprecated) MINUS { ?newer jsip:supersedes ?c }
      MINUS { ?c jsip:endDate ?e FILTER(STR(?e) < "2026-11-01") } MINUS { ?c jsip:convertedFrom ?o }
      MINUS { ?c a jsip:AbsenceNote } }"""
    current = "SELECT (COUNT(?c) AS ?n) { ?c a jsip:CurrentClaim }"
    assert rows(shipped_store, names, kept) == rows(shipped_store, names, current)


@pytest.mark.parametrize(
    ("claim", "is_current"), [("c-freee-20260619-001", False), ("c-freee-20260619-002", True)]
)
def test_what_ends_after_the_latest_review_is_current(
    names: Names, shipped_store: MemoryStore, claim: str, is_current: bool
) -> None:
    """The deduction of 80 percent ended in September 2026, that of 70 runs to 2028."""
    current = f"SELECT ?c {{ BIND(id:{claim} AS ?c) ?c a jsip:CurrentClaim }}"
    assert bool(rows(shipped_store, names, current)) is is_current


@pytest.mark.parametrize(
    ("claim", "year"),
    [
        ("c-branc-20240408-001", "2022"),  # its own period
        ("c-gate-ai-content-006", "2025"),  # the fiscal period of its measure
        ("c-kyodo-20240604-003", "2033"),  # the deadline of its target
        ("c-kyodo-20240604-004", "2033"),  # the period that it states
        ("c-livedoor-20251219-002", "2025"),  # the day that it states
    ],
)
def test_a_claim_has_the_year_that_it_is_about(
    claim: str, year: str, names: Names, shipped_store: MemoryStore
) -> None:
    assert rows(shipped_store, names, f"SELECT ?y {{ id:{claim} jsip:year ?y }}") == [(year,)]


def test_topics_come_from_index_claims_and_dimensions_and_reach_broader_ones(
    names: Names, shipped_store: MemoryStore
) -> None:
    def topics(thing: str) -> set[str]:
        return {
            t for (t,) in rows(shipped_store, names, f"SELECT ?t {{ id:{thing} jsip:topic ?t }}")
        }

    assert topics("content-budget-south-korea") == {"industry/content"}
    assert topics("domestic-ai-project") == {"industry/ai-models", "industry/ai"}
    assert topics("anime-market-japan") == {"industry/animation", "industry/content"}
    assert {"issue/invoice-system-burden", "issue/tax-burden", "group/animators"} <= topics(
        "invoice-system"
    )
    assert topics("c-kyodo-202404-002") >= {"group/anime-workforce", "issue/low-pay"}
    assert topics("strong-economy") == set()


def test_an_observation_says_what_its_claim_says(names: Names, shipped_store: MemoryStore) -> None:
    differs = """SELECT ?o ?p { ?o jsip:fromClaim ?c ; a qb:Observation .
      VALUES ?p { rdfs:label jsip:displayValue jsip:year jsip:topic jsip:statedIn jsip:quotation }
      { ?c ?p ?v FILTER NOT EXISTS { ?o ?p ?v } }
      UNION { ?o ?p ?v FILTER NOT EXISTS { ?c ?p ?v } } }"""
    assert rows(shipped_store, names, differs) == []


@pytest.mark.fast
@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("2025-10-21", "2026-02-18", "2025-10-21", "2026-02-18"),
        ("2025-10", "2026-02", "2025-10-01", "2026-02-28"),
        ("2023-04", "2024-02", "2023-04-01", "2024-02-29"),
        ("2023", "2024", "2023-01-01", "2024-12-31"),
        ("2023-01", "2024-04", "2023-01-01", "2024-04-30"),
    ],
)
def test_a_tenure_has_days(names: Names, start: str, end: str, first: str, last: str) -> None:
    kinds = {4: "gYear", 7: "gYearMonth", 10: "date"}
    store, graph = Store(), NamedNode(names.graph("derived-edges"))
    tenure = NamedNode(names.id("t-1"))

    def say(curie: str, value: NamedNode | Literal) -> None:
        store.add(Quad(tenure, NamedNode(names.iri(curie)), value, graph))

    say("rdf:type", NamedNode(names.iri("org:Membership")))
    for curie, day in (("jsip:startDate", start), ("jsip:endDate", end)):
        say(curie, Literal(day, datatype=NamedNode(names.iri(f"xsd:{kinds[len(day)]}"))))
    add_reader_layer(store, RULES, names)
    date = NamedNode(names.iri("xsd:date"))
    for curie, day in (("jsip:firstDay", first), ("jsip:lastDay", last)):
        found = store.quads_for_pattern(tenure, NamedNode(names.iri(curie)), None, None)
        assert [quad.object for quad in found] == [Literal(day, datatype=date)]


# --- the gate


@pytest.fixture
def copy(example_snapshot: Snapshot) -> Store:
    store = Store()
    store.bulk_load(path=str(example_snapshot.quads), format=RdfFormat.N_QUADS)
    return store


def test_the_gate_is_silent_on_what_was_built(copy: Store, names: Names) -> None:
    assert list(reader_problems(copy, RULES, names)) == []


def test_the_gate_names_what_is_missing_and_what_is_too_much(copy: Store, names: Names) -> None:
    graph = NamedNode(names.graph("derived-reader"))
    claim = NamedNode(names.id("c-gate-ai-content-001"))
    shown = NamedNode(names.iri("jsip:displayValue"))
    lost = next(
        q for q in copy.quads_for_pattern(claim, shown, None, graph) if "en" in str(q.object)
    )
    copy.remove(lost)
    copy.add(Quad(claim, shown, Literal("100 million yen", language="en"), graph))
    found = list(reader_problems(copy, RULES, names))
    assert {(p.where, p.rule, p.severity) for p in found} == {(claim.value, "S39", "Violation")}
    missing, added = sorted((p.what for p in found), reverse=True)
    assert missing.startswith(
        f"misses in the reader's layer: jsip:displayValue '{short(lost.object, names)}'"
    )
    assert added.startswith(
        "has too much in the reader's layer: jsip:displayValue '100 million yen'"
    )


def test_a_changed_layer_fails_the_check_of_a_store(
    tmp_path: Path, example_snapshot: Snapshot
) -> None:
    text = example_snapshot.quads.read_text(encoding="utf-8")
    shown = '<https://w3id.org/jsip/ns#displayValue> "1 trillion yen"@en '
    assert shown in text
    file = tmp_path / "changed.nq"
    file.write_text(text.replace(shown, shown.replace("1 tr", "9 tr")), encoding="utf-8")
    assert kg("load", file, "--store", tmp_path / "own").code == 0
    run = kg("check", "--remote", tmp_path / "own")
    assert run.code == 1
    assert "c-gate-ai-content-001: misses in the reader's layer: jsip:displayValue" in run.out
    assert "'9 trillion yen'; build again [S39]" in run.out


def test_a_graph_without_the_layer_is_told_in_one_line(copy: Store, names: Names) -> None:
    graph = NamedNode(names.graph("derived-reader"))
    copy.remove_graph(graph)
    (problem,) = reader_problems(copy, RULES, names)
    assert (problem.where, problem.rule) == (graph.value, "S39")


# --- the first questions

EXPECTED: dict[str, tuple[str, ...]] = {
    "n01": ("2025", "fy2025-supplementary-content", "more than 55 billion yen", "takaichi-sanae",
            "o-gate-ai-content-006"),
    "n02": ("takaichi-sanae", "2025-10-21", ""),
    "n03": ("area/south-korea", "76.2 billion yen", "gate", "o-gate-ai-content-046"),
    "n05": ("2013", "1.113 million yen", "Mean yearly pay of in-between animators, 2013: 1.113 "
            "million yen (Japan Animation Creators Association)", "o-ann-20150515-002"),
    "n06": ("issue/tax-burden", "tax burden", "invoice-system", "Qualified invoice system"),
    "n07": ("jftc-creator-guidelines",
            "JFTC guidelines on dealings with creators of films and animation",
            "jsip:responsibleBody", "jftc", "Japan Fair Trade Commission"),
    "n08": ("funding-nature/public", "15859820000000", "17"),
    "n10": ("jftc", "jftc-creator-guidelines",
            "JFTC guidelines on dealings with creators of films and animation",
            "industry/animation", "issue/long-hours"),
    "n11": ("src-kyodo-202404", "c-kyodo-202404-002", "anime workforce, faces issue: low pay "
            "(Nippon Anime & Film Culture Association)"),
    "n12": ("ai-basic-plan", "3", "2025-12-19 decided by a headquarters",
            "2025-12-23 decided by the Cabinet"),
    "n13": ("c-livedoor-20251219-002", "rdf:object",
            "AI Basic Plan, adopted on: 19 December 2025 (livedoor News)"),
    "n14": ("2024", "Anime industry market in the broad sense, 2024: 3.8407 trillion yen "
            "(The Association of Japanese Animations)", "src-ann-20251031", "o-ann-20251031-001"),
    "n15": ("2023", "3.3465 trillion yen", "aja", "3.3465 trillion yen", "o-ann-20250108-001"),
}  # fmt: skip


def patterns(node: Any) -> int:
    """Triple patterns of a query's algebra, those of EXISTS included; a path counts as one."""
    name = getattr(node, "name", "")
    if name == "TriplesBlock":
        return sum(len(block) // 3 for block in node["triples"])
    if isinstance(node, dict):
        own = len(node["triples"]) if name == "BGP" else 0
        return own + sum(patterns(part) for key, part in node.items() if key != "triples")
    return sum(map(patterns, node)) if isinstance(node, list | tuple) else 0


@pytest.mark.fast
@pytest.mark.parametrize("name", FIRST)
def test_a_first_question_has_at_most_five_patterns(name: str) -> None:
    assert len(FIRST) == 15
    assert 1 <= patterns(prepareQuery(find_question(name).sparql).algebra) <= 5


@pytest.mark.parametrize("name", EXPECTED)
def test_a_first_question_gives_what_the_tables_say(
    name: str, names: Names, shipped_store: MemoryStore
) -> None:
    asked = bind(find_question(name), {}, names)
    answer = shipped_store.query(asked)
    assert isinstance(answer, QuerySolutions)
    assert EXPECTED[name] in [tuple(short(term, names) for term in row) for row in answer]


def test_documents_are_counted_by_tier(names: Names, shipped_store: MemoryStore) -> None:
    answer = shipped_store.query(bind(find_question("n09"), {}, names))
    assert isinstance(answer, QuerySolutions)
    tiers = {short(row[1], names) for row in answer if short(row[0], names) == "industry/animation"}
    assert tiers == {"jsip:Primary", "jsip:Secondary", "jsip:Tertiary"}


def test_money_by_nature_leaves_out_parts_and_requests(
    names: Names, shipped_store: MemoryStore
) -> None:
    """188.1 trillion yen are called public; 142.2 are without parts and requests."""
    everything = """SELECT (SUM(?a) AS ?total) { ?m jsip:fundingNature fn:public ; jsip:amount ?a ;
      jsip:currency cur:JPY }"""
    assert rows(shipped_store, names, everything) == [("188064370000000",)]


def test_a_ready_question_is_data_too(
    names: Names, shipped_store: MemoryStore, server: str
) -> None:
    held = """SELECT ?q ?text ?en ?target { GRAPH g:queries { ?q a sh:SPARQLExecutable ,
      sh:SPARQLSelectExecutable ; sh:select ?text ; rdfs:comment ?en ; schema:target ?target
      FILTER(LANG(?en) = "en") } } ORDER BY ?q"""
    found = rows(shipped_store, names, held)
    wanted = [find_question(name) for name in sorted(questions())]
    assert found == [(f"qry:{q.name}", q.sparql, q.title_en, f"{names.base}sparql") for q in wanted]
    assert find_question("n02").title_en in ask(server, "/query/n02.ttl").text
    page = ask(server, "/query/n02", "text/html")
    assert (page.status, page.headers["location"]) == (303, "/query/n02.html")
    assert find_question("n02").title_ja in ask(server, "/query/n02.html?lang=ja").text
    assert ask(server, "/graph/queries.ttl").status == 200
    assert ask(server, "/query.nt").text.count("SPARQLSelectExecutable") == len(wanted)
    assert ask(server, "/query/n16.ttl").status == 404


def test_a_first_question_is_listed_where_queries_are_written(server: str) -> None:
    page = ask(server, "/sparql", "text/html").text
    assert page.index("First questions") < page.index("question=n01") < page.index("question=cq01")


def test_words_come_in_the_language_that_is_asked_for(example_snapshot: Snapshot) -> None:
    store = example_snapshot.folder.parents[1]
    run = kg("query", "n01", "--param", "topic=industry/ai", "--param", "lang=ja", "--store", store,
             "--format", "csv")  # fmt: skip
    assert run.code == 0
    assert "1兆円" in run.out
    assert "trillion" not in run.out

"""The quality report: what each line measures, what fails it, and things under two names."""

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from pyoxigraph import RdfFormat, Store

from kg.build.assemble import Assembled, assemble
from kg.build.check import Examined, examine
from kg.build.duplicates import duplicate_problems
from kg.build.quality_rules import QualityRules, load_quality_rules
from kg.build.snapshot import Snapshot
from kg.core.bundle import Bundle, find_bundle
from kg.core.errors import KgError
from kg.core.names import Names
from kg.engine.graph_store import Answer, ask
from kg.ledger.vocabulary import Vocabulary
from kg.outlets.quality import formats
from kg.views.quality import Measured, measured, report
from kg.views.quality.contents import answers, counts, described, figures, licence, traces
from kg.views.quality.files import detector, problems, repeats, used_terms
from kg.views.quality.vocabulary import base, labels, modules, reuse, schemes, terms
from kg.views.record.claims import Reader
from surfaces import ONTOLOGY, kg, replace_once, small_ledger
from waiting import PATIENCE, effort

RULES = load_quality_rules(ONTOLOGY)
NOT_MEASURED = {
    "A2-negotiation",
    "R1-sentences",
    "R2-agreement",
    "Q3-round-trips",
    "Q6-anchors",
}
Check = Callable[[Reader, QualityRules], Iterable[Measured]]


class Changed:
    """A snapshot in memory that a test may damage."""

    version = "changed"
    has_default = True

    def __init__(self, quads: Path | None = None) -> None:
        self.store = Store()
        if quads:
            self.store.bulk_load(path=str(quads), format=RdfFormat.N_QUADS)

    def query(self, sparql: str, union: bool = True) -> Answer:
        return ask(self.store, sparql, union)


def by_id(found: Iterable[Measured]) -> dict[str, Measured]:
    return {one.id: one for one in found}


# --- the report on what is shipped


TIMED = {"Q1-fast"}  # what a busy machine may miss


def untimed(told: Mapping[str, Any]) -> list[Any]:
    """The version, and every line but those that measure time."""
    return [told["version"], *(line for line in told["checks"] if line["id"] not in TIMED)]


@pytest.mark.long  # builds, compiles and checks everything again, in half a minute
def test_the_shipped_graph_holds_every_threshold() -> None:
    run = kg("check", "--quality", "--json")
    told = json.loads(run.out)
    failed = {line["id"] for line in told["checks"] if line["pass"] is False} - TIMED
    assert failed == set()
    assert run.code == (0 if told["pass"] else 1)
    assert {line["id"] for line in told["checks"] if line["value"] is None} == NOT_MEASURED


def test_every_line_of_the_design_is_in_the_report() -> None:
    """The identifiers are those of the checklist in ontology.md §9."""
    design = "F1 F2 F3 F4 F5 A1 A2 I1 I4 R1 R2 R3 Q1 Q2 Q3 Q4 Q5 Q6 Q7 Q8".split()
    assert list(dict.fromkeys(name.partition("-")[0] for name in RULES.demands)) == design
    for demand in RULES.demands.values():
        assert demand.title["en"], demand.id
        assert demand.title["ja"], demand.id


def test_no_two_shipped_things_seem_to_be_one() -> None:
    bundle = find_bundle()
    assert not list(duplicate_problems(assemble(bundle), RULES, {}))


def test_the_server_tells_the_same(server: str, shipped_snapshot: Snapshot, names: Names) -> None:
    with urlopen(f"{server}api/quality", timeout=PATIENCE) as answer:
        told = json.load(answer)
    reader = Reader(Changed(shipped_snapshot.quads), names)
    here = report(shipped_snapshot.version, measured(reader, RULES), RULES)
    assert untimed(told) == untimed(here.summary())
    assert {line["id"] for line in told["checks"] if line["pass"] is False} <= TIMED
    by_files = {line["id"]: line for line in told["checks"]}["Q2-violations"]
    assert (by_files["value"], by_files["pass"]) == (None, None)
    assert "kg check --quality" in by_files["note"]["en"]


# --- what fails a line that a snapshot shows by itself

CLASH = 'ind:music skos:altLabel "Animation"@en'
CIRCULAR = """DELETE { GRAPH g:ontology { jsip:amount skos:definition ?en } }
INSERT { GRAPH g:ontology { jsip:amount skos:definition "Amount."@en } }
WHERE { GRAPH g:ontology { jsip:amount skos:definition ?en FILTER(LANG(?en) = "en") } }"""
FAULTS: dict[str, tuple[Check, str, str, str]] = {
    "a foreign entity": (base, "F1-base", "+ g:entities <http://x.org/1> a jsip:Person", "x.org"),
    "http for https": (base, "F1-base", "+ g:x id:meti a <http://w3id.org/jsip/ns#X>", "ns#X"),
    "no version IRI": (modules, "F2-version", "- g:ontology ont:money owl:versionIRI ?v", "money"),
    "another version": (
        modules,
        "F2-version",
        "- g:ontology ont:claim owl:versionInfo ?v",
        "claim",
    ),
    "no rights": (modules, "F3-header", "- g:ontology ont:money dct:rights ?r", "dct:rights"),
    "no titles": (modules, "F3-header", "- g:ontology ont:money dct:title ?t", "no dct:title@ja"),
    "no label": (terms, "F4-documented", "- g:ontology jsip:amount rdfs:label ?l", "jsip:amount"),
    "a circular definition": (terms, "F4-documented", CIRCULAR, "jsip:amount"),
    "no examples": (terms, "F4-example", "- g:ontology ?t skos:example ?e", "jsip:amount"),
    "no module": (terms, "F4-defined", "- g:ontology jsip:amount rdfs:isDefinedBy ?m", "amount"),
    "no superclass": (reuse, "I1-classes", "- g:ontology ?c rdfs:subClassOf ?s", "jsip:Person"),
    "no superproperty": (reuse, "I1-properties", "- g:ontology ?p rdfs:subPropertyOf ?s", "jsip:"),
    "an orphan": (schemes, "I4-orphans", "- g:schemes ind:animation skos:broader ?b", "animation"),
    "no top": (schemes, "I4-tops", "- g:schemes scheme:issue skos:hasTopConcept ?c", "issue"),
    "a name twice": (schemes, "I4-clashes", f"+ g:schemes {CLASH}", "animation and industry/music"),
    "kanji in English": (
        labels,
        "Q7-english",
        '+ g:x id:meti rdfs:label "経産省"@en',
        "meti: 経産省",
    ),
    "Latin in Japanese": (
        labels,
        "Q7-japanese",
        '+ g:x id:meti rdfs:label "METI"@ja',
        "meti: METI",
    ),
    "no licence": (described, "F5-described", "- g:dataset ?d dct:license ?l", "dct:license"),
    "one more Person": (counts, "F5-counts", "+ g:entities id:meti a jsip:Person", "jsip:Person"),
    "one more graph": (counts, "F5-counts", "+ g:new id:meti a jsip:PublicBody", "graph g:new"),
    "a module unlicensed": (
        licence,
        "R1-licence",
        "- g:ontology ont:money dct:license ?l",
        "money",
    ),
    "a long quote": (licence, "R1-quotes", f'+ g:x id:e-1 oa:exact "{"字" * 81}"', "e-1: 81"),
    "no digest": (traces, "R2-traced", "- ?g ?s jsip:textDigest ?d", "c-gate-ai-content-001"),
    "no address": (
        traces,
        "R2-traced",
        "- ?g id:src-jiji-20251221 schema:url ?d",
        "c-jiji-20251221",
    ),
    "no review": (
        traces,
        "R2-reviewed",
        "- ?g id:c-jiji-20251221-001 jsip:reviewedIn ?r",
        "c-jiji",
    ),
    "a sum from nowhere": (
        figures,
        "R3-figures",
        "+ g:derived-edges id:meti jsip:amount 7.5",
        "7.5",
    ),
    "a cell from nowhere": (figures, "R3-figures", "- g:derived-cube ?o jsip:dimClaim ?c", "o-"),
}


def update(damage: str) -> str:
    """`+ graph triple` and `- graph triple` as SPARQL; anything else is SPARQL already."""
    sign, graph, triple = damage.split(" ", 2)
    verb = {"+": "INSERT DATA", "-": "DELETE WHERE"}.get(sign)
    return f"{verb} {{ GRAPH {graph} {{ {triple} }} }}" if verb else damage


@pytest.mark.parametrize("fault", FAULTS)
def test_damage_fails_its_line(fault: str, shipped_snapshot: Snapshot, names: Names) -> None:
    check, name, damage, says = FAULTS[fault]
    changed = Changed(shipped_snapshot.quads)
    changed.store.update(names.sparql_prologue() + update(damage))
    found = by_id(check(Reader(changed, names), RULES))[name]
    assert RULES.demands[name].judge(found.value) is False
    assert any(says in offender for offender in found.offenders), found.offenders


def test_a_slow_answer_fails_the_questions(shipped_snapshot: Snapshot, names: Names) -> None:
    reader = Reader(Changed(shipped_snapshot.quads), names)
    found = by_id(answers(reader, replace(RULES, question_seconds=-1)))
    assert found["Q1-fast"].value == 0
    assert found["Q1-questions"].value == len(found["Q1-fast"].offenders)


def test_nothing_is_measured_of_an_empty_store(names: Names) -> None:
    found = by_id(measured(Reader(Changed(), names), RULES))
    for name in ("F2-version", "F4-documented", "R1-quotes", "R2-traced", "R3-figures"):
        assert found[name].value is None
        assert RULES.demands[name].judge(found[name].value) is None


def test_a_value_without_an_entry_is_refused() -> None:
    with pytest.raises(KgError, match="no entry for F9-new"):
        report("v", [Measured("F9-new", 1)], RULES)


# --- what needs files

HERE = ("--tables", "tables", "--triples", "triples")


@pytest.mark.usefixtures("anchored")
def test_what_is_wrong_is_shown_at_its_row() -> None:
    run = kg("check", "--quality", *HERE, "--sources", "sources")
    assert run.code == 1
    lines = run.out.splitlines()
    (at,) = (n for n, line in enumerate(lines) if line.startswith("Q2-S24"))
    assert lines[at].split()[1] == "FAIL"
    assert lines[at + 1].startswith("    tables/entities/all.yaml:14: warning: ")
    assert any(line.startswith("R1-sentences    ok") for line in lines)
    assert lines[-1].endswith("lines not measured")


@pytest.mark.usefixtures("anchored")
def test_the_lines_on_fair_are_judged_alone(tmp_path: Path) -> None:
    run = kg("check", "--fair", *HERE, "--json")
    told = json.loads(run.out)
    wanted = [name for name in RULES.demands if name[0] in "FAIR"]
    assert [line["id"] for line in told["checks"]] == wanted
    missed = [line["id"] for line in told["checks"] if line["pass"] is False]
    assert (run.code, told["pass"]) == (int(bool(missed)), not missed)
    shutil.copytree(ONTOLOGY, tmp_path / "ontology")
    module = tmp_path / "ontology" / "modules" / "event.ttl"
    replace_once(module, "licenses/by/4.0", "licenses/by/3.0")
    unlicensed = kg("check", "--fair", *HERE, "--ontology", tmp_path / "ontology")
    assert unlicensed.code == 1
    (line,) = (x for x in unlicensed.out.splitlines() if x.startswith("R1-licence"))
    assert line.split()[1] == "FAIL"
    assert "R1-licence" not in missed
    assert "Q2" not in unlicensed.out


@pytest.mark.usefixtures("anchored")
def test_refused_tables_are_not_measured() -> None:
    replace_once(Path("tables/claims/yard.csv"), "3e9,JPY", "3e9,JPYEN")
    run = kg("check", "--quality", *HERE)
    assert (run.code, run.out, run.places) == (1, "", ["tables/claims/yard.csv:2"])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bundle, Examined]:
    """The small ledger, examined once."""
    folder = tmp_path_factory.mktemp("small")
    small_ledger(folder)
    tables, triples = folder / "tables", folder / "triples"
    assert kg("anchor", "--tables", tables, "--sources", folder / "sources").code == 0
    assert kg("compile", "--tables", tables, "--out", triples).code == 0
    bundle = Bundle(ONTOLOGY, triples, tables)
    return bundle, examine(bundle)


def of_files(
    check: Callable[..., Iterable[Measured]],
    small: tuple[Bundle, Examined],
    rules: QualityRules = RULES,
) -> dict[str, Measured]:
    bundle, examined = small
    return by_id(check(examined.assembled, bundle, examined, rules))


def test_warnings_are_held_against_the_baseline_of_their_shape(
    small: tuple[Bundle, Examined],
) -> None:
    found = of_files(problems, small)
    values = [found[f"Q2-{name}"].value for name in ("violations", "S24", "S08")]
    assert values == [0, 1, None]
    assert any("nobody has judged it" in told for told in found["Q2-other"].offenders)
    assert "all.yaml:14: warning: " in found["Q2-S24"].offenders[0]
    listed = {"S24": "?x a jsip:FiscalMeasure", "S16": "?x a jsip:Conflict"}
    listed |= {"S38": "?x a jsip:FiscalMeasure", "S42": "?x a jsip:Review"}
    found = of_files(problems, small, replace(RULES, concerned=listed))
    assert (found["Q2-S16"].value, found["Q2-other"].value) == (1, 0)


def test_a_file_that_differs_when_made_again_is_named(
    small: tuple[Bundle, Examined], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, examined = small
    assert of_files(repeats, small)["Q4-repeat"].value == 0
    shutil.copytree(bundle.triples, tmp_path / "triples")
    with (tmp_path / "triples" / "entities.trig").open("a", encoding="utf-8") as file:
        file.write("\n")
    monkeypatch.chdir(tmp_path)
    stale = replace(bundle, triples=Path("triples"))
    assert of_files(repeats, (stale, examined))["Q4-repeat"].offenders == ("triples/entities.trig",)


def test_terms_without_a_use_are_named(small: tuple[Bundle, Examined]) -> None:
    found = of_files(used_terms, small)["I1-used"]
    assert "jsip:Company" in found.offenders
    assert not {"jsip:amount", "jsip:Claim", "jsip:MultiValued"} & set(found.offenders)


PAIRS = (
    "a,b,kind,reason,half,note\n"
    "c-gazette-002,c-gazette-001,conflict,,development,\n"
    "c-gazette-001,c-gazette-003,{},,{},\n"
)
NONE, MISSED = ("none", "frozen"), ("conflict", "development")


def judged(small: tuple[Bundle, Examined], folder: Path, text: str) -> dict[str, Measured]:
    """What the detector's check finds where a file of judged pairs stands beside the tables."""
    (folder / "quality").mkdir()
    (folder / "quality" / "conflict-pairs.csv").write_text(text, encoding="utf-8")
    return of_files(detector, (replace(small[0], tables=folder / "tables"), small[1]))


def test_the_conflict_detector_is_held_against_judged_pairs(
    small: tuple[Bundle, Examined], tmp_path: Path
) -> None:
    assert of_files(detector, small) == {}
    found = judged(small, tmp_path, PAIRS.format(*NONE))
    values = [found[f"Q5-{name}"].value for name in ("pairs", "precision", "recall")]
    assert values == [2, 1, 1]


@pytest.mark.parametrize("kind", ["none", "caution", "identity"])
def test_only_a_conflict_may_be_found(
    kind: str, small: tuple[Bundle, Examined], tmp_path: Path
) -> None:
    text = PAIRS.format(*NONE).replace(",conflict,", f",{kind},")
    found = judged(small, tmp_path, text)
    assert (found["Q5-precision"].value, found["Q5-recall"].value) == (0, None)
    (where,) = found["Q5-precision"].offenders
    assert "quality/conflict-pairs.csv:2 " in where


def test_the_frozen_half_is_counted_apart_and_its_rows_are_not_named(
    small: tuple[Bundle, Examined], tmp_path: Path
) -> None:
    found = judged(small, tmp_path, PAIRS.format("conflict", "frozen"))
    assert (found["Q5-precision"].value, found["Q5-recall"].value) == (1, 0.5)
    frozen = found["Q5-frozen-recall"]
    assert (found["Q5-frozen-precision"].value, frozen.value) == (None, 0)
    assert (found["Q5-recall"].offenders, frozen.offenders) == ((), ())


def test_a_missed_conflict_is_named_at_its_row(
    small: tuple[Bundle, Examined], tmp_path: Path
) -> None:
    found = judged(small, tmp_path, PAIRS.format(*MISSED))
    assert (found["Q5-precision"].value, found["Q5-recall"].value) == (1, 0.5)
    (where,) = found["Q5-recall"].offenders
    assert "quality/conflict-pairs.csv:3 " in where


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (PAIRS.format("maybe", "frozen"), 3),
        (PAIRS.format("none", "third"), 3),
        (PAIRS.replace("c-gazette-003", "c-gazette-009").format(*NONE), 3),
        (PAIRS.replace("c-gazette-003", "c-gazette-002").format(*NONE), 3),
        (PAIRS.replace(",c-gazette-003,{},,{},", ""), 3),
        (PAIRS.replace("half,note", "half"), 1),
    ],
)
def test_a_judgement_that_cannot_be_read_is_refused(
    text: str, line: int, small: tuple[Bundle, Examined], tmp_path: Path
) -> None:
    with pytest.raises(KgError, match=rf"conflict-pairs\.csv:{line}"):
        judged(small, tmp_path, text)


def test_a_file_that_one_engine_cannot_read_fails_the_formats(tmp_path: Path, names: Names) -> None:
    (tmp_path / "odd.ttl").write_text("<urn:a> <urn:b> <<( <urn:c> <urn:d> <urn:e> )>> .")
    (tmp_path / "torn.trig").write_text("<urn:g> { <urn:a> ")
    found = by_id(formats(Reader(Changed(), names), Bundle(tmp_path, tmp_path)))["A1-formats"]
    assert found.value is not None
    assert found.value < 1
    assert any("odd.ttl: 1 in pyoxigraph, none" in offender for offender in found.offenders)
    assert any("torn.trig: none" in offender for offender in found.offenders)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("distinct:\n", "distinct:\n  - {pair: [a, b], reason: ''}\n", "a reason"),
        ("distinct:\n", "distinct:\n  - {pair: [a, a], reason: same}\n", "two ids"),
        ("    least: 39", "    least: many", "Q1-questions"),
        ("question_seconds: 1", "", "question_seconds"),
    ],
)
def test_rules_that_cannot_be_read_are_refused(
    old: str, new: str, says: str, tmp_path: Path
) -> None:
    text = (ONTOLOGY / "config" / "quality.yaml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "quality.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(KgError, match=says):
        load_quality_rules(tmp_path)


# --- one thing under two names


def entity(slug: str, cls: str, en: str, ja: str, *more: str) -> tuple[str, str, str]:
    """An entity's id and class, and its triples; more names come as `property name`."""
    said = [f'rdfs:label "{en}"@en , "{ja}"@ja', *more]
    return slug, cls, f"id:{slug} a jsip:{cls} ; {' ; '.join(said)} ."


KNOWN = (
    entity("harbour-gazette", "NewsOrganisation", "Harbour Gazette", "港新聞"),
    entity("tanaka", "Person", "Tanaka Hanako", "田中花子", 'skos:hiddenLabel "Hannako"@en'),
)
CONCEPT = 'ind:cranes skos:inScheme scheme:industry ; skos:prefLabel "Cranes"@en , "クレーン"@ja .'


@pytest.fixture(scope="session")
def suspected(names: Names, vocabulary: Vocabulary) -> Callable[..., list[tuple[str, str]]]:
    """What is suspected among known and given entities and one concept: where, and what."""

    def found(
        *added: tuple[str, str, str], rules: QualityRules = RULES, more: str = ""
    ) -> list[tuple[str, str]]:
        entities = [*KNOWN, *added]
        types = [
            f"id:{slug} a jsip:{wider} ."
            for slug, cls, _ in entities
            for wider in vocabulary.superclasses[cls]
            if ":" not in wider
        ]
        data = f"g:entities {{ {' '.join(text for _, _, text in entities)} }} g:schemes {{ "
        data += f"{CONCEPT} }} g:derived-inferred {{ {' '.join(types)} }} {more}"
        store = Store()
        store.load((names.sparql_prologue() + data).encode(), format=RdfFormat.TRIG)
        places = {slug: f"all.yaml:{line}" for line, (slug, _, _) in enumerate(entities, 9)}
        problems = list(duplicate_problems(Assembled(store, names), rules, places))
        assert all((p.severity, p.rule) == ("Warning", "S21") for p in problems)
        return [(names.slug(p.where), p.what) for p in problems]

    return found


ONE = {
    "case and hyphens": entity("new", "Company", "HARBOUR-GAZETTE", "別の新聞"),
    "width and spaces": entity("new", "Company", "Ｈａｒｂｏｕｒ　Gazette", "別の新聞"),
    "a macron": entity("new", "Person", "Tanaka Hanakō", "別人"),
    "the other order": entity("new", "Person", "Hanako Tanaka", "別人"),
    "a legal form": entity("new", "Company", "The Harbour Gazette Co., Ltd.", "別の新聞"),
    "a Japanese legal form": entity("new", "Company", "Another", "株式会社港新聞"),
    "a short legal form": entity("new", "Company", "Another", "港新聞㈱"),
    "an alias": entity(
        "new", "Company", "Another", "別の新聞", 'skos:altLabel "Harbour Gazette"@en'
    ),
    "the same label, another class": entity("new", "Company", "Harbour Gazette", "別の新聞"),
    "a wrong rendering as its own entity": entity("new", "Person", "Hannako", "別人"),
    "a letter added": entity("new", "Company", "Harbour Gazettee", "別の新聞"),
    "a letter lost": entity("new", "Company", "Harbor Gazette", "別の新聞"),
    "letters swapped": entity("new", "Company", "Harbour Gaztete", "別の新聞"),
    "a letter changed": entity("new", "Company", "Harbour Gasette", "別の新聞"),
}
TWO = {
    "two numbers": (
        entity("plan-1", "Plan", "Port scheme of fiscal 2025", "2025年度港湾計画"),
        entity("plan-2", "Plan", "Port scheme of fiscal 2026", "2026年度港湾計画"),
    ),
    "two countries": (
        entity("trade-1", "Programme", "Port support in China", "中国の港湾支援予算"),
        entity("trade-2", "Programme", "Port support in Chile", "米国の港湾支援予算"),
    ),
    "opposites": (
        entity("way-1", "Programme", "Support for exports of cranes", "クレーンの輸出支援"),
        entity("way-2", "Programme", "Support for imports of cranes", "クレーンの輸入支援"),
    ),
    "a programme and its money": (
        entity("aid-1", "Programme", "Crane support", "クレーン支援"),
        entity("aid-2", "FiscalMeasure", "Crane support", "クレーン支援"),
    ),
    "the order of words": (
        entity("turn-1", "Programme", "From rail to road", "鉄道から道路へ"),
        entity("turn-2", "Programme", "From road to rail", "道路から鉄道へ"),
    ),
}


Suspected = Callable[..., list[tuple[str, str]]]


@pytest.mark.parametrize("how", ONE)
def test_a_thing_under_two_names_is_suspected_at_the_later(how: str, suspected: Suspected) -> None:
    ((where, what),) = suspected(ONE[how])
    assert where == "new"
    assert what.startswith("new seems to be ")
    assert "(all.yaml:" in what


@pytest.mark.parametrize("which", TWO)
def test_two_things_with_like_names_are_left_alone(which: str, suspected: Suspected) -> None:
    assert suspected(*TWO[which]) == []


def test_long_japanese_names_may_differ_in_kana_alone(suspected: Suspected) -> None:
    found = suspected(
        entity("media-1", "Company", "First", "ヒューマンメディア"),
        entity("media-2", "Company", "Second", "ヒューマンメデイア"),
        entity("media-3", "Company", "Third", "株式会社ヒューマン・メディア"),
    )
    assert [where for where, _ in found] == ["media-3", "media-2"]


def test_a_reading_tells_that_two_are_one(suspected: Suspected) -> None:
    found = suspected(
        entity("hall-1", "Company", "First", "港会館", 'skos:altLabel "みなと かいかん"@ja-Hira'),
        entity("hall-2", "Company", "Second", "湊会館", 'skos:altLabel "みなとかいかん"@ja-Hira'),
    )
    assert [where for where, _ in found] == ["hall-2"]


@pytest.mark.parametrize("identifier", ["schema:sameAs wd:Q1", 'dct:identifier "isni:1"'])
def test_one_identifier_is_one_thing_whatever_its_class(
    identifier: str, suspected: Suspected
) -> None:
    ((where, what),) = suspected(
        entity("first", "Person", "One", "一", identifier),
        entity("second", "Company", "Another", "二", identifier),
    )
    assert where == "second"
    assert "both have the identifier" in what


def test_an_entity_that_is_a_concept_is_suspected(suspected: Suspected) -> None:
    ((where, what),) = suspected(entity("lifting", "PolicyAgenda", "CRANES", "起重機"))
    assert where == "lifting"
    assert "industry/cranes" in what


def test_one_label_in_one_class_is_left_to_the_shape(suspected: Suspected) -> None:
    same = entity("new", "NewsOrganisation", "Harbour Gazette", "別の新聞")
    assert suspected(same) == []


def test_a_pair_that_is_two_on_purpose_is_left_alone(suspected: Suspected) -> None:
    pair = frozenset({frozenset({"new", "harbour-gazette"})})
    assert suspected(ONE["a legal form"], rules=replace(RULES, distinct=pair)) == []


def test_a_pair_that_the_editors_left_open_is_left_alone(suspected: Suspected) -> None:
    money = (
        entity("sum-1", "FiscalMeasure", "Crane money", "資金"),
        entity("sum-2", "FiscalMeasure", "Crane-money", "基金"),
    )
    link = "rdf:predicate jsip:possiblySameMeasureAs ; rdf:subject id:sum-2 ; rdf:object id:sum-1"
    assert [where for where, _ in suspected(*money)] == ["sum-2"]
    assert suspected(*money, more=f"g:x {{ id:c-1 {link} }}") == []


def test_a_merged_entity_is_not_suspected(suspected: Suspected) -> None:
    assert suspected(entity("new", "Company", "Harbour-Gazette", "旧", "owl:deprecated true")) == []


@pytest.mark.usefixtures("anchored")
def test_check_warns_at_the_row_and_only_warns() -> None:
    file = Path("tables/entities/all.yaml")
    text = file.read_text(encoding="utf-8")
    row = "- {id: new, type: Company, label: {en: Harbour Gazette Inc., ja: 別}}\n"
    file.write_text(text + row, encoding="utf-8")
    assert kg("compile", "--tables", "tables", "--out", "triples").code == 0
    run = kg("check", *HERE)
    assert run.code == 0
    (warning,) = (found for found in run.out.splitlines() if "seems to be" in found)
    at = f"{file}:{text.count(chr(10)) + 1}"
    assert warning.startswith(f"{at}: warning: new seems to be harbour-gazette ({file}:1): both")
    assert warning.endswith("[S21]")


def test_four_times_as_many_entities_take_little_more_than_four_times_as_long(
    suspected: Suspected,
) -> None:
    many = [
        entity(f"e-{n}", "Company", f"Company of street {n}", f"{n}番地会社") for n in range(1000)
    ]
    assert suspected(*many) == []
    few, all_ = (effort(partial(suspected, *some)) for some in (many[:250], many))
    assert all_ < 6 * few  # each with each would be sixteen times

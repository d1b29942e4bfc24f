"""`kg build --with`: private tables on top of the graph, in a store of their own."""

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions

from kg.build.build import build, build_overlay, current_snapshot
from kg.build.overlay import compile_overlay, overlay_store
from kg.build.snapshot import Snapshot, open_snapshot, publish
from kg.core.bundle import Bundle, default_store
from kg.core.errors import KgError, SnapshotMissing
from kg.core.model import Entity
from kg.engine.graph_store import MemoryStore
from kg.ledger.base_graph import read_ground
from kg.ledger.reader import read_ledger
from kg.ledger.tables import COLUMNS
from kg.ledger.vocabulary import Vocabulary
from surfaces import EXAMPLE, EXAMPLE_BUNDLE, ONTOLOGY, Run, files_below, kg, kg_command

WHEEL = Bundle(ONTOLOGY, EXAMPLE / "triples")  # a wheel has no tables
ENTITY = """\
- id: my-institute
  type: ResearchOrganisation
  label: {en: My institute, ja: 私の研究所}
"""
SOURCE = (
    "src-my-memo,SurveyReport,A memo,en,my-institute,2026-01-20,stated,en,Primary,quoted,"
    "https://example.org/memo,,,,,"
)
CLAIM = (
    "c-my-memo-001,content-budget-japan,amount,26e9,JPY,stated,,,26 billion yen,,,,,,,,,estimated,"
    "my-institute,2026-01-20,stated,,AuthorVoice,1,src-my-memo,26 billion yen,,,,value,"
)


def revalued(row: str, billions: int) -> str:
    return row.replace("26e9", f"{billions}e9").replace("26 billion", f"{billions} billion")


JAPANESE = ("note_ja", "object_ja", "reason_ja")  # columns that may be missing
ACCEPTED = "review-900001,src-my-memo,accepted,Normal,mine,1.0.0,my-institute,2026-01-21,"
PREFIXES = (
    "PREFIX jsip: <https://w3id.org/jsip/ns#> PREFIX id: <https://w3id.org/jsip/id/> "
    "PREFIX rv: <https://w3id.org/jsip/scheme/review-status/> "
    "PREFIX g: <https://w3id.org/jsip/graph/> "
)


def add(table: str, *rows: str) -> None:
    """Adds rows to a private table."""
    kind = "claims" if table.startswith("claims/") else table.removesuffix(".csv")
    path = Path("private", table)
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = [name for name in COLUMNS[kind].split() if name not in JAPANESE]
    head = "" if path.exists() else ",".join(columns) + "\n"
    with path.open("a", encoding="utf-8") as file:
        file.write(head + "".join(f"{row}\n" for row in rows))


@pytest.fixture
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a private folder: one entity, one source, one accepted claim."""
    monkeypatch.chdir(tmp_path)
    entities = tmp_path / "private" / "entities"
    entities.mkdir(parents=True)
    (entities / "own.yaml").write_text(ENTITY, encoding="utf-8")
    add("sources.csv", SOURCE)
    add("claims/own.csv", CLAIM)
    add("reviews.csv", ACCEPTED)
    return tmp_path


def overlaid(store: str = "store") -> Snapshot:
    return build_overlay(WHEEL, Path("private"), Path(store).absolute())


def asked(snapshot: Snapshot, sparql: str) -> list[list[str]]:
    rows = MemoryStore(snapshot.quads, snapshot.version).query(PREFIXES + sparql)
    assert isinstance(rows, QuerySolutions)
    return [[term.value for term in row] for row in rows]


def refused() -> str:
    """The message of a refused overlay; no store is made."""
    with pytest.raises(KgError) as error:
        overlaid()
    assert not Path("store").exists()
    return str(error.value)


def command(*more: object) -> Run:
    return kg("build", "--with", "private", "--triples", EXAMPLE / "triples", *more)


# --- the ground: what triples say, read back


def test_triples_say_all_that_the_tables_say_of_claims_sources_and_reviews(
    vocabulary: Vocabulary,
) -> None:
    ledger, places = read_ledger(EXAMPLE / "tables", vocabulary)
    ground = read_ground(EXAMPLE / "triples", vocabulary.names)
    assert {c.slug: c for c in ground.claims} == {c.slug: c for c in ledger.claims}
    assert {s.slug: asdict(s) for s in ground.sources} == {
        s.slug: asdict(s) for s in ledger.sources
    }
    assert set(ground.reviews) == set(ledger.reviews)
    assert {e.slug: e.cls for e in ground.entities} == {
        **{entity.slug: entity.cls for entity in ledger.entities},
        **{period.slug: period.cls for period in ledger.periods},
    }
    assert places.keys() <= ground.places.keys()


def test_names_of_entities_are_read_back(vocabulary: Vocabulary) -> None:
    ledger, _ = read_ledger(EXAMPLE / "tables", vocabulary)
    ground = {e.slug: e for e in read_ground(EXAMPLE / "triples", vocabulary.names).entities}

    def told(entity: Entity) -> list[str]:
        texts = (*entity.labels, *entity.alt_labels, *entity.hidden_labels)
        return sorted(text.value for text in texts)

    assert all(told(entity) == told(ground[entity.slug]) for entity in ledger.entities)


# --- what an overlay does


def test_an_overlay_is_seen_only_in_its_store(private: Path, example_snapshot: Snapshot) -> None:
    before = files_below(EXAMPLE / "triples"), files_below(private / "private")
    snapshot = overlaid()
    ask = "SELECT ?s { id:c-my-memo-001 jsip:reviewStatus ?s }"
    assert asked(snapshot, ask) == [["https://w3id.org/jsip/scheme/review-status/accepted"]]
    assert asked(example_snapshot, ask) == []
    assert (files_below(EXAMPLE / "triples"), files_below(private / "private")) == before
    assert b"my-" not in build(WHEEL, private / "plain").quads.read_bytes()


def test_rules_and_conflicts_see_both_as_one(private: Path) -> None:
    found = asked(
        overlaid(),
        "SELECT ?other { GRAPH g:derived-conflicts { "
        "?conflict jsip:involves id:c-my-memo-001 , ?other } "
        "FILTER(?other != id:c-my-memo-001) } ORDER BY ?other",
    )
    assert [row[0].rpartition("/")[2] for row in found] == [
        "c-gate-ai-content-008",
        "c-jiji-20260113-002",
    ]


def test_the_manifest_says_that_there_is_an_overlay(private: Path) -> None:
    first = overlaid()
    assert len(first.manifest.overlay) == 64
    assert open_snapshot(private / "store") == first
    assert overlaid().manifest == first.manifest
    add(
        "claims/own.csv",
        revalued(CLAIM, 27).replace("-001", "-002"),
    )
    second = overlaid()
    assert second.manifest.overlay != first.manifest.overlay
    assert second.version != first.version
    plain = build(WHEEL, private / "plain")
    assert plain.manifest.overlay == ""
    assert json.loads((private / "plain/manifest.json").read_text())["overlay"] == ""


def test_an_overlay_names_neither_our_licence_nor_us_as_its_publisher(
    private: Path, example_snapshot: Snapshot
) -> None:
    ask = "SELECT ?o { GRAPH g:dataset { ?d <http://purl.org/dc/terms/%s> ?o } }"
    snapshot = overlaid()
    for predicate in ("license", "publisher"):
        assert asked(example_snapshot, ask % predicate)
        assert asked(snapshot, ask % predicate) == []
    assert all("overlay" in t or "非公開" in t for (t,) in asked(snapshot, ask % "title"))


def test_a_review_of_a_shipped_claim_decides_here_and_nowhere_else(
    private: Path, example_snapshot: Snapshot
) -> None:
    add(
        "reviews.csv",
        "review-900002,c-jiji-20260113-001,rejected,Deprecated,no,1.0.0,my-institute,2026-11-30,",
        "review-900003,src-livedoor-20251021,disputed,Normal,no,1.0.0,my-institute,2026-11-30,",
    )
    ask = (
        "SELECT ?s ?r { id:%s jsip:reviewStatus ?status ; jsip:rank ?rank . "
        'BIND(REPLACE(STR(?status), ".*/", "") AS ?s) BIND(REPLACE(STR(?rank), ".*#", "") AS ?r) }'
    )
    snapshot = overlaid()
    assert asked(snapshot, ask % "c-jiji-20260113-001") == [["rejected", "Deprecated"]]
    assert asked(snapshot, ask % "c-jiji-20260113-002") == [["accepted", "Normal"]]
    assert asked(snapshot, ask % "c-livedoor-20251021-001") == [["disputed", "Normal"]]
    assert asked(example_snapshot, ask % "c-jiji-20260113-001") == [["accepted", "Normal"]]


def test_a_passage_for_a_shipped_claim_and_a_claim_from_a_shipped_source(private: Path) -> None:
    add("evidence.csv", "e-my-memo-x01,c-jiji-20260113-002,src-my-memo,25.3 billion,,,,value")
    shipped = CLAIM.replace("c-my-memo-001", "c-jiji-20260113-9001").replace(
        "src-my-memo", "src-jiji-20260113"
    )
    add(
        "claims/own.csv",
        revalued(shipped, 28)
        .replace("2026-01-20", "2026-01-13")
        .replace("AuthorVoice", "NamedAgent"),
    )
    homes = asked(
        overlaid(),
        "SELECT ?x ?g { VALUES ?x { id:e-my-memo-x01 id:c-jiji-20260113-9001 } "
        "GRAPH ?g { ?x a ?class } FILTER(!CONTAINS(STR(?g), 'derived')) } ORDER BY ?x",
    )
    assert [[part.rpartition("/")[2] for part in row] for row in homes] == [
        ["c-jiji-20260113-9001", "source-jiji-20260113"],
        ["e-my-memo-x01", "source-my-memo"],
    ]


def test_a_period_of_the_graph_is_not_said_again(private: Path) -> None:
    add(
        "claims/own.csv",
        CLAIM.replace("-001", "-002")
        .replace("stated,,,26 billion yen,,,", "stated,,,26 billion yen,period-5y,inferred,")
        .replace("value,", "value,period as planned"),
    )
    add(
        "claims/own.csv",
        CLAIM.replace("-001", "-003")
        .replace("stated,,,26 billion yen,,,", "stated,,,26 billion yen,period-2031,inferred,")
        .replace("value,", "value,period as planned"),
    )
    compiled = compile_overlay(Path("private"), WHEEL)
    entities = compiled.files["entities.trig"].decode()
    assert "id:period-2031 a" in entities
    assert "id:period-5y a" not in entities
    assert not set(compiled.places) & {"period-5y", "gate", "c-jiji-20260113-001"}


# --- what is refused


@pytest.mark.parametrize(
    ("table", "row", "says"),
    [
        ("claims/x.csv", CLAIM.replace("c-my-memo-001", "c-jiji-20260113-001")
            .replace("src-my-memo", "src-jiji-20260113"), "source-jiji-20260113.trig"),
        ("sources.csv", SOURCE.replace("src-my-memo", "src-jiji-20260113"), "jiji-20260113.trig"),
        ("reviews.csv", ACCEPTED.replace("900001", "0001"), "editorial.trig"),
    ],
    ids=["claim", "source", "review"],
)  # fmt: skip
@pytest.mark.usefixtures("private")
def test_an_id_of_the_graph_is_taken(table: str, row: str, says: str) -> None:
    add(table, row)
    message = refused()
    assert f"private/{table}:" in message
    assert "is already given at" in message
    assert says in message


@pytest.mark.usefixtures("private")
def test_an_entity_of_the_graph_is_taken() -> None:
    with Path("private/entities/own.yaml").open("a", encoding="utf-8") as file:
        file.write("- id: gate\n  type: Company\n  label: {en: Gate, ja: 門}\n")
    assert "private/entities/own.yaml:4: id 'gate' is already given at" in refused()


@pytest.mark.usefixtures("private")
def test_what_the_graph_says_is_not_claimed_again() -> None:
    said = (
        "c-jiji-20260113-9001,content-budget-japan,amount,25.3e9,JPY,stated,,,25.3 billion,,,,"
        ",,,,,reported,jiji-press,2026-01-13,stated,,AuthorVoice,1,"
        "src-jiji-20260113,25.3 billion,,,,value,"
    )
    add("claims/x.csv", said)
    assert "c-jiji-20260113-9001 says what c-jiji-20260113-002 says" in refused()


@pytest.mark.usefixtures("private")
def test_unknown_names_and_gates_are_reported_at_the_private_row() -> None:
    add("claims/x.csv", CLAIM.replace("-001", "-002").replace("content-budget-japan", "contnt"))
    assert "private/claims/x.csv:2: subject: no entity is called 'contnt'" in refused()
    Path("private/claims/x.csv").unlink()
    add("claims/x.csv", CLAIM.replace("-001", "-002").replace("2026-01-20", "2026-05-20"))
    message = refused()
    assert message.startswith("private/claims/x.csv:2: ")
    assert "[S26]" in message


@pytest.mark.usefixtures("private")
def test_no_tables_and_empty_ones_are_explained() -> None:
    for name in ("nowhere", "empty"):
        Path("empty").mkdir(exist_ok=True)
        with pytest.raises(KgError, match=f"{name} (is no folder of tables|holds no rows)"):
            build_overlay(WHEEL, Path(name), Path("store"))
    assert not Path("store").exists()


# --- no mixing of stores


def test_neither_kind_of_snapshot_takes_the_others_store(private: Path) -> None:
    overlaid("mine")
    build(WHEEL, private / "plain")
    before = files_below(private / "mine"), files_below(private / "plain")
    with pytest.raises(KgError, match="mine holds a private overlay; choose another --store"):
        build(WHEEL, private / "mine")
    with pytest.raises(KgError, match="plain holds a snapshot without overlay"):
        overlaid("plain")
    with pytest.raises(KgError, match="plain holds a snapshot without overlay"):
        publish(private / "plain", "v", b"", "", overlay="digest")
    assert (files_below(private / "mine"), files_below(private / "plain")) == before


def test_the_shipped_store_never_takes_an_overlay(private: Path) -> None:
    with pytest.raises(KgError, match="is the shipped store"):
        build_overlay(WHEEL, private / "private", default_store())
    assert overlay_store() != default_store()
    assert overlay_store().parent == default_store().parent


def test_an_overlay_is_never_served_as_the_shipped_graph(private: Path) -> None:
    """Even where somebody copies a private store over the default one."""
    overlaid()
    with pytest.raises(KgError, match="holds a private overlay"):
        current_snapshot(EXAMPLE_BUNDLE, private / "store")


def test_git_passes_over_a_new_private_store(private: Path) -> None:
    overlaid()
    assert (private / "store/.gitignore").read_text(encoding="utf-8") == "*\n"
    (private / "mine").mkdir()
    (private / "mine" / ".gitignore").write_text("x\n", encoding="utf-8")
    overlaid("mine")
    assert (private / "mine/.gitignore").read_text(encoding="utf-8") == "x\n"


def test_a_refused_overlay_keeps_the_last_good_one(private: Path) -> None:
    good = overlaid()
    add("reviews.csv", ACCEPTED)
    with pytest.raises(KgError):
        overlaid()
    assert open_snapshot(private / "store") == good
    with pytest.raises(SnapshotMissing):
        open_snapshot(private / "other")


# --- the commands


def test_the_command_builds_and_says_how_to_serve(private: Path) -> None:
    run = command("--store", "mine")
    assert (run.code, run.err) == (0, "")
    assert run.out.endswith("with private, for you alone: kg serve --store mine\n")
    told = json.loads(command("--store", "mine", "--json").out)
    assert told["overlay"] == open_snapshot(private / "mine").manifest.overlay
    add("reviews.csv", ACCEPTED)
    run = command("--store", "mine")
    assert (run.code, run.places) == (2, ["private/reviews.csv:3"])


@pytest.fixture
def served(private: Path) -> Iterator[str]:
    overlaid()
    arguments = kg_command("serve", "--port", 0, "--store", private / "store", "--workers", 1)
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        line = running.stdout.readline()
        yield line[line.index("http://") :].split()[0].rstrip("/")
        running.terminate()


def test_a_private_store_is_served(served: str) -> None:
    with urllib.request.urlopen(f"{served}/api/entity/my-institute") as answer:
        assert "私の研究所" in json.loads(answer.read())["entity"]["ja"]


def test_imports_go_into_private_tables_too(private: Path) -> None:
    """In a wheel as well: names and ids come from the triples."""
    row = {
        "subject": "日本のコンテンツ支援予算", "predicate": "金額", "value": 27000000000,
        "unit": "円", "asserted_by": "My institute", "status": "estimated",
        "phrase": "27 billion yen", "source_url": "https://english.adnkronos.com/?p=12695",
    }  # fmt: skip
    Path("facts.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    arguments = ("import", "facts.jsonl", "--overlay", "--tables", "private")
    run = kg(*arguments, "--triples", EXAMPLE / "triples")
    assert (run.code, run.err) == (0, "")
    assert "created c-jiji-20260113-9001" in run.out
    review = (private / "private/reviews.csv").read_text(encoding="utf-8").splitlines()[-1]
    assert review.startswith("review-900002,c-jiji-20260113-9001,candidate,")
    status = asked(overlaid(), "SELECT ?s { id:c-jiji-20260113-9001 jsip:reviewStatus ?s }")
    assert status == [["https://w3id.org/jsip/scheme/review-status/candidate"]]
    again = kg(*arguments, "--triples", EXAMPLE / "triples")
    assert (again.code, "1 already there" in again.out) == (0, True)
    shipped = Path("again.jsonl")
    known = {
        "value": 25300000000,
        "phrase": "25.3 billion yen",
        "asserted_by": "時事通信社",
        "as_of": "2026-01-13",
    }
    shipped.write_text(json.dumps(row | known | {"status": "reported"}) + "\n", encoding="utf-8")
    run = kg("import", shipped, *arguments[2:], "--triples", EXAMPLE / "triples")
    assert "already there c-jiji-20260113-002: a claim says the same" in run.out
    assert kg("import", "facts.jsonl", "--overlay").code == 2

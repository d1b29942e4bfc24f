"""`kg build`: one version everywhere, gates before the switch, whole snapshots whatever happens."""

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, parse

from kg.build.build import build, current_snapshot
from kg.build.snapshot import Snapshot, open_snapshot, publish
from kg.core.bundle import Bundle
from kg.core.errors import SnapshotMissing
from kg.core.names import Names
from kg.engine.graph_store import MemoryStore
from surfaces import (
    EXAMPLE,
    EXAMPLE_BUNDLE,
    ONTOLOGY,
    files_below,
    kg,
    kg_command,
    kg_process,
    replace_once,
)

TRIPLES = EXAMPLE / "triples"
GATE = "triples/source-gate-ai-content.trig"
REIFICATION = {"subject", "predicate", "object"}


def quads(snapshot: Snapshot) -> list[Quad]:
    return list(parse(path=str(snapshot.quads), format=RdfFormat.N_QUADS))


def graph(quad: Quad) -> str:
    assert isinstance(quad.graph_name, NamedNode)
    return quad.graph_name.value.rpartition("/")[2]


def claims_in(snapshot: Snapshot) -> int:
    store = MemoryStore(snapshot.quads, snapshot.version)
    rows = store.query(
        "SELECT (COUNT(DISTINCT ?c) AS ?n) "
        "{ ?c <http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate> ?p }"
    )
    assert isinstance(rows, QuerySolutions)
    return int(next(rows)["n"].value)


# --- one version everywhere


@pytest.mark.parametrize("seed", ["1", "4711"])
def test_a_build_repeats_in_any_folder_under_any_hash_seed(
    tmp_path: Path, example_snapshot: Snapshot, seed: str
) -> None:
    copy = tmp_path / "elsewhere"
    shutil.copytree(EXAMPLE / "triples", copy / "triples")
    shutil.copytree(ONTOLOGY, copy / "ontology")
    folders = ("--ontology", copy / "ontology", "--triples", copy / "triples")
    env = {"PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    run = kg_process("build", "--store", tmp_path / "store", "--json", *folders, env=env)
    assert run.code == 0, run.err
    assert json.loads(run.out)["version"] == example_snapshot.version
    built = open_snapshot(tmp_path / "store")
    assert built.quads.read_bytes() == example_snapshot.quads.read_bytes()
    assert built.manifest == example_snapshot.manifest


def test_the_version_changes_with_the_content_and_only_with_it(
    workplace: Path, example_snapshot: Snapshot
) -> None:
    bundle = Bundle(ONTOLOGY, workplace / "triples")
    trig = workplace / GATE
    trig.write_text("# a remark\n\n" + trig.read_text(encoding="utf-8"), encoding="utf-8")
    same = build(bundle, workplace / "store")
    assert same.version == example_snapshot.version
    assert same.manifest.inputs != example_snapshot.manifest.inputs
    replace_once(trig, '"no year printed"@en', '"no year is printed"@en')
    assert build(bundle, workplace / "store").version != example_snapshot.version


# --- what a snapshot holds


def test_derived_graphs_reify_nothing_and_repeat_nothing(shipped_snapshot: Snapshot) -> None:
    derived = [quad for quad in quads(shipped_snapshot) if graph(quad).startswith("derived-")]
    assert {graph(quad) for quad in derived} >= {
        "derived-conflicts",
        "derived-cube",
        "derived-edges",
        "derived-inferred",
    }
    assert not {q.predicate.value.rpartition("#")[2] for q in derived} & REIFICATION
    times = Counter(q.triple for q in quads(shipped_snapshot) if graph(q) != "dataset")
    assert [str(triple) for triple, number in times.items() if number > 1] == []


def test_a_snapshot_describes_itself_with_true_counts(shipped_snapshot: Snapshot) -> None:
    found = [quad for quad in quads(shipped_snapshot) if graph(quad) != "dataset"]
    store = MemoryStore(shipped_snapshot.quads, shipped_snapshot.version)
    void = "http://rdfs.org/ns/void#"
    rows = store.query(
        f"SELECT ?graph ?n {{ ?d <{void}subset> ?graph . ?graph <{void}triples> ?n }}"
    )
    assert isinstance(rows, QuerySolutions)
    stated = {row["graph"].value.rpartition("/")[2]: int(row["n"].value) for row in rows}
    assert stated == Counter(map(graph, found))
    dataset = f"<https://w3id.org/jsip/dataset/{shipped_snapshot.version}>"
    assert bool(store.query(f"ASK {{ {dataset} <{void}triples> {len(found)} }}"))
    assert shipped_snapshot.manifest.quads == len(quads(shipped_snapshot))


def test_quads_on_disk_are_sorted_within_content_and_description(
    example_snapshot: Snapshot, names: Names
) -> None:
    lines = example_snapshot.quads.read_bytes().splitlines()
    described = f"<{names.graph('dataset')}> .".encode()
    content = [line for line in lines if not line.endswith(described)]
    assert content == sorted(content)
    assert lines == content + sorted(line for line in lines if line.endswith(described))


# --- gates before the switch


REFUSALS: dict[str, tuple[str, Callable[[str], str], str]] = {
    "offsets beyond the text": (GATE, lambda t: t.replace('"1117"', '"9999"'), "[S10]"),
    "a blank node": (GATE, lambda t: t.replace("publisher id:gate", "publisher [ ]"), "[S30]"),
    "a claim reviewed in its source's graph": (
        GATE,
        lambda t: t.replace("a jsip:MonetaryClaim", "jsip:rank jsip:Normal ; a jsip:MonetaryClaim"),
        "[S29]",
    ),
    "a triple in two graphs": (
        "triples/entities.trig",
        lambda t: t.replace("id:gate a", "id:src-jiji-20251206 a jsip:NewsArticle .\n  id:gate a"),
        "[S29]",
    ),
    "an entity that nothing defines": (
        GATE,
        lambda t: t.replace("jsip:assertedBy id:gate ", "jsip:assertedBy id:nobody "),
        "[S30]",
    ),
    "a graph that ends early": (GATE, lambda t: t[: len(t) // 2], "cannot be parsed"),
    "no TriG at all": (GATE, lambda t: "<html>" + t, f"{GATE}:1: cannot be parsed"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refused_build_exits_1_and_keeps_the_old_snapshot(
    workplace: Path, example_snapshot: Snapshot, case: str
) -> None:
    shutil.copytree(example_snapshot.folder.parents[1], workplace / "store")
    before = files_below(workplace / "store")
    file, change, says = REFUSALS[case]
    text = (workplace / file).read_text(encoding="utf-8")
    assert change(text) != text
    (workplace / file).write_text(change(text), encoding="utf-8")
    run = kg("build", "--store", "store", "--triples", "triples")
    assert (run.code, run.out) == (1, "")
    assert says in run.err
    assert files_below(workplace / "store") == before


def test_triples_that_are_not_utf8_are_named(workplace: Path) -> None:
    (workplace / "triples" / "editorial.trig").write_bytes(b"\xff\xfe\x00<")
    run = kg("build", "--store", "store", "--triples", "triples")
    assert run.code == 1
    assert "triples/editorial.trig:1: cannot be parsed" in run.err


def test_a_folder_without_triples_is_explained(tmp_path: Path) -> None:
    run = kg("build", "--store", tmp_path / "store", "--triples", tmp_path)
    assert run.code == 2
    assert "run `kg compile` first" in run.err


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "the rule names no graph"),
        ("# graph: derived-edges\nSELECT ?s WHERE { ?s ?p ?o }", "is no CONSTRUCT query"),
        ("# graph: derived-edges\nCONSTRUCT { ?s ?p }", "Rule r9-new: The query cannot be parsed"),
    ],
)
def test_a_rule_that_cannot_run_is_named(workplace: Path, rule: str, says: str) -> None:
    shutil.copytree(ONTOLOGY, workplace / "ontology")
    (workplace / "ontology" / "rules" / "r9-new.rq").write_text(rule, encoding="utf-8")
    run = kg("build", "--store", "store", "--ontology", "ontology", "--triples", "triples")
    assert run.code == 2
    assert "r9-new" in run.err
    assert says in run.err
    assert not (workplace / "store").exists()


@pytest.mark.parametrize("taken", ["store", "store/snapshots"])
def test_a_store_folder_that_cannot_be_written_is_explained(workplace: Path, taken: str) -> None:
    (workplace / taken).parent.mkdir(exist_ok=True)
    (workplace / taken).write_text("a file in place of the folder", encoding="utf-8")
    run = kg("build", "--store", "store", "--triples", "triples")
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("Cannot use 'store")


# --- damage


def test_a_store_without_a_snapshot_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        SnapshotMissing,
        match="holds neither a built snapshot nor a store of your own; run `kg build",
    ):
        open_snapshot(tmp_path)


DAMAGE: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "one bit of the quads": ("quads.nq", lambda data: bytes([data[0] ^ 1]) + data[1:]),
    "quads cut off": ("quads.nq", lambda data: data[: len(data) // 2]),
    "no quads": ("quads.nq", lambda data: b""),
    "a line more": ("quads.nq", lambda data: data + data.splitlines(keepends=True)[0]),
    "empty manifest": ("manifest.json", lambda data: b""),
    "manifest cut off": ("manifest.json", lambda data: data[:40]),
    "manifest of another shape": ("manifest.json", lambda data: b"[]"),
    "manifest with another field": ("manifest.json", lambda data: data.replace(b"quads", b"rows")),
    "manifest of another folder": ("manifest.json", lambda data: data.replace(b': "', b': "../')),
    "manifest not UTF-8": ("manifest.json", lambda data: b"\xff" + data),
}  # fmt: skip


@pytest.fixture
def damaged(tmp_path: Path, example_snapshot: Snapshot, request: pytest.FixtureRequest) -> Path:
    """A copy of the example's store with one file changed."""
    store = tmp_path / "store"
    shutil.copytree(example_snapshot.folder.parents[1], store)
    name, change = DAMAGE[request.param]
    file = next(store.rglob(name))
    file.write_bytes(change(file.read_bytes()))
    return store


@pytest.mark.parametrize("damaged", DAMAGE, indirect=True)
def test_damage_is_seen_and_explained(damaged: Path) -> None:
    run = kg("query", "cq21", "--store", damaged)
    assert (run.code, run.out) == (2, "")
    assert "is damaged" in run.err
    assert "run `kg build`" in run.err


@pytest.mark.parametrize("damaged", ["one bit of the quads", "empty manifest"], indirect=True)
def test_damage_is_mended_by_a_build(damaged: Path, example_snapshot: Snapshot) -> None:
    assert current_snapshot(EXAMPLE_BUNDLE, damaged).version == example_snapshot.version
    assert open_snapshot(damaged).quads.read_bytes() == example_snapshot.quads.read_bytes()
    times = {path: path.stat().st_mtime_ns for path in damaged.rglob("*")}
    current_snapshot(EXAMPLE_BUNDLE, damaged)
    assert {path: path.stat().st_mtime_ns for path in damaged.rglob("*")} == times


def test_a_snapshot_is_built_again_when_its_inputs_changed(workplace: Path) -> None:
    bundle = Bundle(ONTOLOGY, workplace / "triples")
    first = current_snapshot(bundle, workplace / "store")
    replace_once(workplace / GATE, '"no year printed"@en', '"no year is printed"@en')
    assert current_snapshot(bundle, workplace / "store").version != first.version


def test_the_snapshot_before_is_kept_for_who_still_reads_it(workplace: Path) -> None:
    bundle, built = Bundle(ONTOLOGY, workplace / "triples"), []
    for word in ("printed", "is printed", "was printed"):
        text = (EXAMPLE / GATE).read_text(encoding="utf-8")
        text = text.replace('"no year printed"@en', f'"no year {word}"@en')
        (workplace / GATE).write_text(text, encoding="utf-8")
        built.append(build(bundle, workplace / "store"))
    assert [snapshot.folder.exists() for snapshot in built] == [False, True, True]
    assert len(set(built)) == 3


# --- killed, or not alone


@pytest.fixture
def smaller(tmp_path: Path) -> Bundle:
    """The example without one of its sources' claims: another version."""
    shutil.copytree(EXAMPLE / "tables", tmp_path / "smaller" / "tables")
    tenures = tmp_path / "smaller" / "tables" / "claims" / "tenures.csv"
    tenures.unlink()
    triples = tmp_path / "smaller" / "triples"
    run = kg("compile", "--tables", tmp_path / "smaller" / "tables", "--out", triples)
    assert run.code == 0
    return Bundle(ONTOLOGY, triples)


# Repeats a step of this program in copies of a store, each time in a forked process that kills
# itself a little later: before the next line that it has not been at, until one comes to
# its end. What a line writes is given to the kernel by that line or by a later one, so that these
# are the states of the disk that a kill can leave. Prints how many were killed.
KILLED = """
import os, shutil, signal, sys
from itertools import count
from pathlib import Path
what, every, first, stores, *rest = sys.argv[1:]
from kg.edges.cli import main
from kg.build.build import build
from kg.build.snapshot import open_snapshot, publish

def step(store):
    if what == "publish":
        new = open_snapshot(Path(rest[0]))
        nquads = new.quads.read_bytes()
        return lambda: publish(store, new.version, nquads, new.manifest.inputs)
    sys.argv = ["kg", "build", "--store", str(store), "--triples", rest[0]]
    return main

def killed_before(number, run):
    seen = set()
    def trace(frame, event, _):
        if frame.f_globals.get("__name__", "").partition(".")[0] != "kg":
            return None
        seen.add((frame.f_code, frame.f_lineno))
        if len(seen) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace
    sys.settrace(trace)
    try:
        run()
    except SystemExit as ended:
        assert not ended.code, ended.code

for killed in count():
    store = Path(stores) / str(killed)
    shutil.copytree(first, store)
    (store / "lock").unlink()
    child = os.fork()
    if not child:
        try:
            killed_before(1 + killed * int(every), step(store))
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code != -signal.SIGKILL:
        sys.exit(code or print(killed))
"""


def assert_whole(store: Path, claims: dict[str, int]) -> str:
    """The version that a killed build left, which is whole and which the next build takes over."""
    snapshot = open_snapshot(store)
    assert claims_in(snapshot) == claims[snapshot.version]
    publish(store, "later", snapshot.quads.read_bytes() * 2, "")
    assert not list(store.rglob(".*")), "a later build clears what was left"
    return snapshot.version


@pytest.mark.spread
@pytest.mark.long
@pytest.mark.parametrize("how", ["build", "publish"])
def test_a_build_killed_at_any_moment_leaves_a_whole_snapshot(
    tmp_path: Path, smaller: Bundle, example_snapshot: Snapshot, how: str
) -> None:
    """Killed before each line of its last step, and as a whole before some."""
    first, new = build(smaller, tmp_path / "first"), example_snapshot
    every, source = 1, str(new.folder.parents[1])
    if how == "build":
        every, source = 100, str(TRIPLES)
        assert kg("build", "--store", tmp_path / "whole", "--triples", TRIPLES).code == 0
        new = open_snapshot(tmp_path / "whole")
    claims = {snapshot.version: claims_in(snapshot) for snapshot in (first, new)}
    assert len(set(claims.values())) == 2
    stores = tmp_path / "stores"
    command = [sys.executable, "-c", KILLED, how, every, tmp_path / "first", stores, source]
    run = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    killed = int(run.stdout.splitlines()[-1])
    left = [assert_whole(stores / str(number), claims) for number in range(killed + 1)]
    assert killed >= (20 if how == "publish" else 3)
    assert (left[0], left[-1]) == (first.version, new.version)
    assert left == sorted(left, key=list(claims).index)  # once switched, it stays switched


def test_two_builds_at_once_both_end_well(tmp_path: Path, smaller: Bundle) -> None:
    store = tmp_path / "store"
    folders = [EXAMPLE / "triples", smaller.triples, EXAMPLE / "triples"]
    processes = [
        subprocess.Popen(
            kg_command("build", "--store", store, "--triples", folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for folder in folders
    ]
    ended = [(*process.communicate(), process.returncode) for process in processes]
    assert [(err, code) for _, err, code in ended] == [(b"", 0)] * 3
    assert claims_in(open_snapshot(store)) in (15, 16)


def test_many_publishers_of_one_folder_never_break_it(tmp_path: Path) -> None:
    """Each of three processes publishes twenty small snapshots, some of equal content."""
    script = (
        "import sys\nfrom pathlib import Path\nfrom kg.build.snapshot import publish\n"
        "for n in range(20):\n"
        "    data = f'<a:{n % 3}> <b:p> <c:{sys.argv[1]}> <d:g> .\\n'.encode()\n"
        "    publish(Path(sys.argv[2]), str(n), data * 200, 'inputs')\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", script, kind, tmp_path], stderr=subprocess.PIPE)
        for kind in ("x", "x", "y")
    ]
    assert [process.communicate()[1] for process in processes] == [b"", b"", b""]
    assert open_snapshot(tmp_path).manifest.quads == 200
    assert len(list((tmp_path / "snapshots").iterdir())) <= 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["lock", "manifest.json", "snapshots"]

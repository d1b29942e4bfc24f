"""`kg compile`: tables to triples, byte for byte, all or nothing."""

import json
import shutil
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, RdfFormat, parse

from surfaces import EXAMPLE, ONTOLOGY, files_below, kg, kg_process, replace_once

pytestmark = pytest.mark.fast

SLIP = (
    "25.2e9,JPY,stated,,,25.2 billion yen",
    "25.2e9,JPY,approximately,,,25.2 billion yen",
)


def compiled(tables: Path, out: Path, *more: object) -> dict[str, bytes]:
    run = kg("compile", "--tables", tables, "--out", out, *more)
    assert run.code == 0, run.err
    return files_below(out)


def test_example_tables_give_the_example_triples_byte_for_byte(tmp_path: Path) -> None:
    assert compiled(EXAMPLE / "tables", tmp_path / "out") == files_below(EXAMPLE / "triples")


def test_shipped_triples_are_what_the_tables_compile_to() -> None:
    run = kg("compile", "--check")
    assert (run.code, run.err) == (0, "")
    assert run.out.endswith("nothing changed\n")


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONHASHSEED": "1", "LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0"},
        {"PYTHONHASHSEED": "4711", "LC_ALL": "ja_JP.eucJP", "TZ": "Asia/Tokyo"},
        {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "America/New_York"},
    ],
    ids=["C", "eucJP", "UTF-8"],
)
def test_compiling_gives_equal_bytes_under_any_hash_seed_and_locale(
    tmp_path: Path, env: dict[str, str]
) -> None:
    run = kg_process(
        "compile", "--report", "--tables", EXAMPLE / "tables", "--out", tmp_path / "out", env=env
    )
    assert run.code == 0, run.err
    assert files_below(tmp_path / "out") == files_below(EXAMPLE / "triples")
    assert "c-gate-ai-content-001: 1 trillion yen / 1兆円 (stated; “1 trillion yen”)" in run.out


def test_order_of_rows_and_files_does_not_matter(workplace: Path) -> None:
    claims = workplace / "tables" / "claims"
    for file in claims.glob("*.csv"):
        header, *rows = file.read_text(encoding="utf-8").splitlines()
        file.write_text("\n".join([header, *reversed(rows), ""]), encoding="utf-8")
    (claims / "tenures.csv").rename(claims / "a-first.csv")
    assert compiled(workplace / "tables", workplace / "out") == files_below(EXAMPLE / "triples")


def test_compiling_again_writes_no_file_again(workplace: Path) -> None:
    def times() -> dict[str, int]:
        return {p.name: p.stat().st_mtime_ns for p in (workplace / "triples").iterdir()}

    before = times()
    compiled(workplace / "tables", workplace / "triples")
    assert times() == before


def test_byte_order_mark_and_crlf_do_not_matter(workplace: Path) -> None:
    for file in (workplace / "tables").rglob("*.*"):
        data = b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n")
        file.write_bytes(data)
    assert compiled(workplace / "tables", workplace / "out") == files_below(EXAMPLE / "triples")


def test_check_of_fresh_triples_exits_0(workplace: Path) -> None:
    run = kg("compile", "--check", "--tables", "tables", "--out", "triples")
    assert (run.code, run.out) == (0, "16 claims in 9 graphs\nnothing changed\n")


def test_check_of_stale_triples_exits_1_with_a_summary_and_writes_nothing(workplace: Path) -> None:
    money = workplace / "tables" / "claims" / "content-money.csv"
    replace_once(money, *SLIP)
    shutil.copy(money, workplace / "tables" / "claims" / "new.csv")
    new = workplace / "tables" / "claims" / "new.csv"
    header, *rows = new.read_text(encoding="utf-8").splitlines()
    row = (
        rows[2]
        .replace("content-008", "content-009")
        .replace("reported,gate", "reported,jiji-press")
        .replace("AuthorVoice", "NamedAgent")
    )
    new.write_text(f"{header}\n{row}\n", encoding="utf-8")
    tenures = workplace / "tables" / "claims" / "tenures.csv"
    tenures.write_text(header + "\n", encoding="utf-8")
    before = files_below(workplace)

    run = kg("compile", "--check", "--tables", "tables", "--out", "triples")

    assert run.code == 1
    assert run.out.splitlines() == [
        "16 claims in 9 graphs",
        "differs: editorial.trig",
        "differs: source-gate-ai-content.trig",
        "differs: source-livedoor-20251021.trig",
        "claims added: 1 (c-gate-ai-content-009)",
        "claims changed: 1 (c-gate-ai-content-008)",
        "claims removed: 1 (c-livedoor-20251021-001)",
    ]
    assert files_below(workplace) == before


def test_json_of_a_check_names_files_and_claims(workplace: Path) -> None:
    replace_once(
        workplace / "tables" / "claims" / "content-money.csv",
        "25.2e9,JPY,stated,,,25.2 billion yen",
        "25.2e9,JPY,approximately,,,25.2 billion yen",
    )
    run = kg("compile", "--check", "--json", "--tables", "tables", "--out", "triples")
    assert (run.code, json.loads(run.out)) == (
        1,
        {
            "claims": 16,
            "files": ["source-gate-ai-content.trig"],
            "added": [],
            "changed": ["c-gate-ai-content-008"],
            "removed": [],
        },
    )


@pytest.mark.parametrize("damage", [b"", b"not TriG {", b"\xff\xfe\x00"])
def test_damaged_triples_are_stale_and_compiling_mends_them(workplace: Path, damage: bytes) -> None:
    (workplace / "triples" / "editorial.trig").write_bytes(damage)
    run = kg("compile", "--check", "--tables", "tables", "--out", "triples")
    assert run.code == 1
    assert "differs: editorial.trig" in run.out
    assert compiled(workplace / "tables", workplace / "triples") == files_below(EXAMPLE / "triples")


def test_orphaned_triples_are_removed_and_other_files_are_left(workplace: Path) -> None:
    (workplace / "triples" / "source-gone.trig").write_text("", encoding="utf-8")
    (workplace / "triples" / "README.md").write_text("kept", encoding="utf-8")
    after = compiled(workplace / "tables", workplace / "triples")
    assert after == files_below(EXAMPLE / "triples") | {"README.md": b"kept"}


def test_nothing_is_left_beside_the_triples(workplace: Path) -> None:
    replace_once(
        workplace / "tables" / "claims" / "content-money.csv",
        "25.2e9,JPY,stated,,,25.2 billion yen",
        "25.2e9,JPY,approximately,,,25.2 billion yen",
    )
    compiled(workplace / "tables", workplace / "triples")
    assert {p.suffix for p in (workplace / "triples").iterdir()} == {".trig"}


def test_triples_have_no_blank_nodes_and_one_graph_a_file(tmp_path: Path) -> None:
    for name, data in compiled(EXAMPLE / "tables", tmp_path / "out").items():
        quads = list(parse(data, format=RdfFormat.TRIG))
        assert {quad.graph_name.value.rpartition("/")[2] + ".trig" for quad in quads} == {name}
        assert not any(isinstance(t, BlankNode) for q in quads for t in (q.subject, q.object))


def test_a_folder_without_tables_is_explained(tmp_path: Path) -> None:
    run = kg("compile", "--tables", tmp_path / "none", "--out", tmp_path / "out")
    assert run.code == 2
    assert "There are no tables here" in run.err
    (tmp_path / "empty").mkdir()
    run = kg("compile", "--tables", tmp_path / "empty", "--out", tmp_path / "out")
    assert run.code == 2
    assert "is this a tables folder?" in run.err
    assert not (tmp_path / "out").exists()


def test_a_file_in_place_of_the_triples_folder_is_explained(workplace: Path) -> None:
    (workplace / "taken").write_text("", encoding="utf-8")
    run = kg("compile", "--tables", "tables", "--out", "taken")
    assert run.code == 2
    assert "'taken'" in run.err


def test_an_ontology_that_cannot_be_parsed_is_named_with_its_line(workplace: Path) -> None:
    shutil.copytree(ONTOLOGY, workplace / "ontology")
    with (workplace / "ontology" / "modules" / "money.ttl").open("a", encoding="utf-8") as file:
        file.write("\nthis is no Turtle\n")
    run = kg("compile", "--tables", "tables", "--ontology", "ontology", "--out", "out")
    lines = (ONTOLOGY / "modules" / "money.ttl").read_text(encoding="utf-8").count("\n")
    assert run.code == 2
    assert run.places == [f"ontology/modules/money.ttl:{lines + 2}"]


def test_the_usage_is_shown_with_an_example() -> None:
    run = kg("compile", "--help")
    assert run.code == 0
    assert "Example: kg compile --check" in run.out
    assert kg("compile", "--tabels", "x").code == 2

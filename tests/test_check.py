"""`kg check`: every shape and gate, held texts too, each problem at its row."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from surfaces import GAZETTE, REPOSITORY, Run, files_below, kg, kg_process, replace_once

HELD_TEXTS = REPOSITORY.parent / "shared" / "sources"
YARD = "tables/claims/yard.csv"
GAZETTE_TRIPLES = "triples/source-gazette.trig"


def check(*more: str) -> Run:
    return kg("check", "--tables", "tables", "--triples", "triples", *more)


def check_sources(*more: str) -> Run:
    """Compiles what the test changed, then checks it with the held texts."""
    assert kg("compile", "--tables", "tables", "--out", "triples").code == 0
    return check("--sources", "sources", *more)


def violations(run: Run) -> list[str]:
    return [line for line in run.out.splitlines()[:-1] if "warning: " not in line]


def test_the_shipped_data_passes_every_shape_and_gate() -> None:
    run = kg_process("check")
    assert (run.code, run.err) == (0, "")
    assert run.out.splitlines()[-1].startswith("0 violations, ")


@pytest.mark.skipif(not HELD_TEXTS.is_dir(), reason="held article texts are not part of the data")
@pytest.mark.long
def test_the_shipped_data_agrees_with_the_held_articles() -> None:
    run = kg("check", "--sources", HELD_TEXTS)
    assert run.code == 0, run.out
    assert not any("no text " in line for line in run.out.splitlines())


@pytest.mark.usefixtures("anchored")
def test_a_sound_ledger_passes_with_its_texts_and_nothing_is_written() -> None:
    before = files_below(Path.cwd())
    run = check("--sources", "sources")
    assert run.code == 0, run.out
    assert violations(run) == []
    assert files_below(Path.cwd()) == before


@pytest.mark.usefixtures("anchored")
def test_passages_that_differ_from_the_text_are_found_at_their_rows() -> None:
    """Faults that no other check can see: offsets, lengths and digests all still agree."""
    replace_once(Path(YARD), "set aside 3 billion yen", "lay aside 3 billion yen")
    replace_once(Path("tables/evidence.csv"), "about 200 million yen", "round 200 million yen")
    replace_once(Path("tables/mentions.csv"), "Tanaka Hannako,", "Tanaka Hannaka,")
    start, quote = GAZETTE.index("Nobody voted"), "Nobody voted against it"
    row = Path(YARD).read_text(encoding="utf-8").splitlines()[1]
    row = row.replace("001,", "004,", 1).replace("3e9", "5e9").replace("3 billion", "5 billion")
    place = [quote, str(start), str(start + len(quote)), "Body", "", "phrase without the value\n"]
    row = ",".join([*row.split(",")[:-6], *place])
    with Path(YARD).open("a", encoding="utf-8") as file:
        file.write(row)
    run = check_sources()
    assert run.code == 1
    found = [line for line in violations(run) if line.endswith(("[S12]", "[S32]"))]
    assert list(dict.fromkeys(line.partition(": ")[0] for line in found)) == [
        f"{YARD}:2",
        f"{YARD}:5",
        "tables/evidence.csv:3",
        "tables/mentions.csv:2",
    ]
    assert "the text has 'set aside 3 billion yen' at" in found[0]
    assert "the quote is 'lay aside 3 billion yen'" in found[0]
    assert "'Nobody voted against it' is a whole sentence" in found[1]


@pytest.mark.usefixtures("anchored")
def test_a_corrupted_digest_is_found_at_the_row_of_its_source() -> None:
    digest = Path("tables/sources.csv").read_text(encoding="utf-8").partition("sha256:")[2][:64]
    replace_once(Path("tables/sources.csv"), digest, digest[::-1])
    run = check_sources("--json")
    assert (run.code, len(violations(run)) > 0) == (1, True)
    found = [p for p in json.loads(run.out) if p["severity"] == "Violation"]
    assert [(p["where"], p["rule"]) for p in found] == [("tables/sources.csv:2", "S12")]
    assert digest in found[0]["what"]
    assert "run `kg anchor --renew`" in found[0]["what"]


@pytest.mark.usefixtures("anchored")
def test_a_wrong_length_is_found_at_the_row_of_its_source() -> None:
    replace_once(Path("tables/sources.csv"), f",{len(GAZETTE)},", f",{len(GAZETTE) + 1},")
    run = check_sources()
    assert run.code == 1
    assert [line.partition(": ")[0] for line in violations(run)] == ["tables/sources.csv:2"]


@pytest.mark.usefixtures("anchored")
def test_a_text_that_is_not_held_is_a_warning() -> None:
    Path("sources/gazette.txt").rename("sources/other.txt")
    run = check("--sources", "sources")
    assert (run.code, violations(run)) == (0, [])
    assert "tables/sources.csv:2: warning: src-gazette no text gazette.txt in sources" in run.out


def test_a_missing_folder_of_sources_is_explained(anchored: Path) -> None:
    run = check("--sources", "nowhere")
    assert (run.code, run.out) == (2, "")
    assert "nowhere is no folder of source texts" in run.err


@pytest.mark.usefixtures("anchored")
def test_faults_of_the_tables_are_violations_at_their_rows() -> None:
    replace_once(Path(YARD), "4e9,JPY", "4e9,yen")
    run = check()
    assert run.code == 1
    assert run.places == [f"{YARD}:3"]
    assert run.out.endswith("1 violations, 0 warnings\n")


@pytest.mark.usefixtures("anchored")
def test_stale_triples_are_found() -> None:
    replace_once(Path(YARD), "4e9,JPY,over,", "4e9,JPY,at-least,")
    run = check()
    assert run.code == 1
    assert f"{GAZETTE_TRIPLES}:1: is not what the tables compile to; run `kg compile`" in run.out


END = GAZETTE.index("set aside") + len("set aside 3 billion yen")
DAMAGE: dict[str, tuple[Callable[[str], str], str]] = {
    "cut off": (lambda text: text[: len(text) // 2], "cannot be parsed"),
    "a bracket lost": (lambda text: text.replace(" {\n", "\n", 1), "cannot be parsed"),
    "a value changed": (
        lambda text: text.replace('"3000000000"', '"3000000001"'),
        "run `kg compile`",
    ),
    "a float": (
        lambda text: text.replace('"3000000000"^^xsd:decimal', '"3e9"^^xsd:double'),
        "write an exact decimal",
    ),
    "not canonical": (
        lambda text: text.replace('"3000000000"', '"3000000000.0"'),
        "no canonical decimal",
    ),
    "beyond the text": (lambda text: text.replace(f'oa:end "{END}"', 'oa:end "9999"'), "[S10]"),
}


@pytest.mark.usefixtures("anchored")
@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_triples_are_found(damage: str) -> None:
    change, says = DAMAGE[damage]
    file = Path(GAZETTE_TRIPLES)
    text = file.read_text(encoding="utf-8")
    assert change(text) != text
    file.write_text(change(text), encoding="utf-8")
    run = check()
    assert (run.code, run.err) == (1, "")
    assert says in run.out
    assert "Traceback" not in run.out


@pytest.mark.usefixtures("anchored")
def test_an_answer_for_programs_is_json_even_where_nothing_can_be_checked() -> None:
    Path(GAZETTE_TRIPLES).write_text("no TriG {", encoding="utf-8")
    run = check("--json")
    assert run.code == 1
    assert {"where", "what", "rule", "severity"} == set(json.loads(run.out)[0])

"""`corrections.csv`: dated notes on what a claim had told wrongly."""

import shutil
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from surfaces import EXAMPLE, Run, files_below, kg

ROW = "correction-0001,c-gate-ai-content-001,2026-12-01,the year was 2024,年を2024年としていた,desk"
AGENTS = "agent,kind,version,note\njsip-editors,group,,editors\ndesk,group,,a reader’s desk\n"


def compiled(place: Path, *rows: str) -> Run:
    tables = shutil.copytree(EXAMPLE / "tables", place / "tables")
    (tables / "agents.csv").write_text(AGENTS, encoding="utf-8")
    head = "correction_id,claim,on,what,what_ja,told_by"
    (tables / "corrections.csv").write_text("\n".join((head, *rows, "")), encoding="utf-8")
    return kg("compile", "--tables", tables, "--out", place / "triples")


def test_a_correction_is_said_of_its_claim(tmp_path: Path) -> None:
    assert compiled(tmp_path, ROW).code == 0
    said = {
        (quad.predicate.value.rpartition("#")[2], quad.object)
        for quad in parse(path=str(tmp_path / "triples" / "editorial.trig"), format=RdfFormat.TRIG)
        if quad.subject == NamedNode("https://w3id.org/jsip/id/correction-0001")
    }
    claim = NamedNode("https://w3id.org/jsip/id/c-gate-ai-content-001")
    assert ("correctionOf", claim) in said
    assert ("toldBy", NamedNode("https://w3id.org/jsip/id/desk")) in said
    assert ("comment", Literal("the year was 2024", language="en")) in said


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("c-gate-ai-content-001", "c-gate-ai-content-999", "no claim is called"),
        ("2026-12-01", "2026-13-01", "on: '2026-13-01' is no date"),
        ("the year was 2024", "", "what is empty"),
        (",desk", ",dask", "told_by: 'dask' is not declared in agents.csv; nearest: desk"),
        ("correction-0001", "note-1", "must have the form correction-nnnn"),
    ],
)
def test_a_faulty_row_is_told_with_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in ROW
    done = compiled(tmp_path, ROW.replace(old, new))
    assert done.code != 0
    assert told in done.err
    assert "corrections.csv:2" in done.err
    assert files_below(tmp_path / "triples") == {}


def test_a_correction_is_a_change_of_its_claim(tmp_path: Path) -> None:
    assert compiled(tmp_path, ROW).code == 0
    done = kg("diff", EXAMPLE / "triples", tmp_path / "triples")
    assert done.code == 0, done.err
    assert "~ c-gate-ai-content-001" in done.out
    assert "correction-0001: none → jsip:correctedOn 2026-12-01" in done.out

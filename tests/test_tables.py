"""Every kind of broken row: exit 2, its `file:line`, a text that helps, and nothing written."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from kg.core.errors import TablesRefused
from kg.ledger.reader import read_ledger
from kg.ledger.vocabulary import Vocabulary
from surfaces import TESTS, files_below, kg, kg_process, replace_once

pytestmark = pytest.mark.fast

AI = "claims/ai-trillion.csv"
MONEY = "claims/content-money.csv"
TENURES = "claims/tenures.csv"
PERSON = "entities/person.yaml"
ORGANISATION = "entities/organisation.yaml"
HEADER = (
    "claim_id,subject,predicate,object,unit,qualifier,low,high,printed,period,period_basis,area,group,scenario,"
    "statistic,start_date,end_date,status,asserted_by,asserted_on,date_basis,event,attribution,"
    "confidence,source,quote,start,end,role,supports,note"
)


@dataclass(frozen=True)
class Fault:
    """One change of the example's tables, where it must be reported, and words of the report."""

    name: str
    at: str
    old: str
    new: str
    says: tuple[str, ...]
    spreads: bool

    @property
    def place(self) -> str:
        """`file:line` as it is reported from the folder above the tables."""
        return f"tables/{self.at}"

    def make(self) -> None:
        """Breaks the row in the working directory's tables."""
        replace_once(Path(self.place.rpartition(":")[0]), self.old, self.new)


def load_faults() -> Iterator[Fault]:
    """The faults of `faults.yaml`; a lost entity or id takes other rows with it."""
    groups = yaml.safe_load((TESTS / "faults.yaml").read_text(encoding="utf-8"))
    for group, faults in groups.items():
        for fault in faults:
            spreads = group == "ids" or "entities/" in fault["at"] or "quotation" in fault["name"]
            yield Fault(**fault | {"says": tuple(fault["says"])}, spreads=spreads)


FAULTS = list(load_faults())


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.usefixtures("workplace")
def test_a_fault_is_reported_where_it_stands(vocabulary: Vocabulary, fault: Fault) -> None:
    fault.make()
    with pytest.raises(TablesRefused) as refusal:
        read_ledger(Path("tables"), vocabulary)
    found = [problem.what for problem in refusal.value.problems if problem.where == fault.place]
    for text in fault.says:
        assert text in "\n".join(found), str(refusal.value)
    if not fault.spreads:
        assert len(found) == len(refusal.value.problems), str(refusal.value)


@pytest.mark.parametrize("fault", FAULTS[5::13], ids=lambda fault: fault.name)
def test_a_fault_ends_the_command_with_exit_2_and_nothing_is_written(
    workplace: Path, fault: Fault
) -> None:
    fault.make()
    before = files_below(workplace)
    run = kg("compile", "--tables", "tables", "--out", "triples")
    assert (run.code, run.out) == (2, "")
    assert fault.place in run.places
    assert "Traceback" not in run.err
    assert files_below(workplace) == before


def refused(workplace: Path, place: str, *says: str) -> None:
    """Compiling exits 2, names this place and no other, and writes nothing."""
    before = files_below(workplace)
    run = kg("compile", "--tables", "tables", "--out", "triples")
    assert (run.code, run.out) == (2, "")
    assert set(run.places) == {place}, run.err
    for text in says:
        assert text in run.err
    assert "Traceback" not in run.err
    assert files_below(workplace) == before


BYTES: dict[str, tuple[str, Callable[[bytes], bytes], int, str]] = {
    "not UTF-8": (MONEY, lambda data: data.replace(b"early", b"d\xe9but"), 2, "is not UTF-8"),
    "UTF-16": (MONEY, lambda data: data.decode().encode("utf-16"), 1, "is not UTF-8"),
    "YAML not UTF-8": (PERSON, lambda data: data.decode().encode("cp932"), 3, "is not UTF-8"),
    "empty table": ("evidence.csv", lambda data: b"", 1, "is empty; its first line must be"),
    "only blank lines": ("evidence.csv", lambda data: b"\n\n", 1, "is empty"),
    "empty claims": ("claims/new.csv", lambda data: b"", 1, "is empty; its first line must be"),
}  # fmt: skip


@pytest.mark.parametrize("name", BYTES)
def test_a_file_of_wrong_bytes_is_reported(workplace: Path, name: str) -> None:
    file, change, line, says = BYTES[name]
    path = workplace / "tables" / file
    path.write_bytes(change(path.read_bytes() if path.exists() else b""))
    before = files_below(workplace)
    run = kg("compile", "--tables", "tables", "--out", "triples")
    assert run.code == 2
    assert f"tables/{file}:{line}: {says}" in run.err
    assert files_below(workplace) == before


@pytest.mark.parametrize(
    "name", ["claim.csv", "claims/new.tsv", "entities/person.yml", "notes.txt"]
)
def test_a_stray_file_is_not_lost_in_silence(workplace: Path, name: str) -> None:
    (workplace / "tables" / name).write_text("x", encoding="utf-8")
    refused(workplace, f"tables/{name}:1", "no table is read from this file")


def test_all_faults_are_listed_at_once_in_order(workplace: Path) -> None:
    tables = workplace / "tables"
    replace_once(tables / "relations.csv", "corroborates", "supports")
    replace_once(tables / "reviews.csv", "rejected,Deprecated", "rejected,Normal")
    replace_once(tables / MONEY, "25.2e9,JPY", "25.2e9,yen")
    replace_once(tables / MONEY, "34,77,", "34,78,")
    replace_once(tables / PERSON, "type: Person", "type: Human")
    replace_once(tables / "sources.csv", "en,Tertiary", "en,Fourth")
    run = kg("compile", "--tables", "tables", "--out", "triples")
    assert run.code == 2
    assert set(run.places) == {
        f"tables/{MONEY}:2",  # a Human is no Person or Organisation
        f"tables/{MONEY}:3",
        f"tables/{MONEY}:4",
        f"tables/{PERSON}:1",
        f"tables/{TENURES}:2",  # nor is holdsPost said of one
        "tables/relations.csv:2",
        "tables/reviews.csv:9",
        "tables/sources.csv:2",
    }
    assert run.places == sorted(run.places)


def test_faults_reach_a_process_of_its_own_on_stderr_with_exit_2(workplace: Path) -> None:
    replace_once(workplace / "tables" / PERSON, "ja: 高市早苗", "ja: ''")
    env = {"LC_ALL": "C", "PYTHONUTF8": "0"}
    run = kg_process("compile", "--tables", "tables", "--out", "triples", env=env)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith(f"tables/{PERSON}:1: label: needs {{en: …, ja: …}}; ja is missing")


def test_a_missing_table_is_an_empty_one(workplace: Path) -> None:
    for name in ("relations.csv", "mentions.csv"):
        (workplace / "tables" / name).unlink()
    assert kg("compile", "--tables", "tables", "--out", "triples").code == 0


def test_a_folder_in_place_of_a_table_is_explained(workplace: Path) -> None:
    (workplace / "tables" / "mentions.csv").unlink()
    (workplace / "tables" / "mentions.csv").mkdir()
    run = kg("compile", "--tables", "tables", "--out", "triples")
    assert run.code == 2
    assert "mentions.csv" in run.err


@pytest.mark.parametrize("mark", ["", "0", "-", "é", "\ufeff", '"', "'", ",", ";", "{", "\\"])
def test_no_single_character_anywhere_ends_in_a_traceback(
    workplace: Path, vocabulary: Vocabulary, mark: str
) -> None:
    """Four cells of each table's first row in turn, replaced or followed by one character."""
    tables = workplace / "tables"
    files = ["sources.csv", TENURES, "evidence.csv", "mentions.csv", "reviews.csv",
             "conflicts.csv", "relations.csv"]  # fmt: skip
    original = {name: (tables / name).read_text(encoding="utf-8") for name in files}
    for turn in range(4):
        for name, text in original.items():
            head, row, *rest = text.splitlines(keepends=True)
            cells = re.findall(r'"[^"]*"|[^,\n]+', row)
            cell = cells[turn * len(cells) // 4]
            changed = row.replace(cell, f"{cell}{mark}" if turn % 2 else mark, 1)
            (tables / name).write_text("".join([head, changed, *rest]), encoding="utf-8")
        told: list[str] = []
        try:
            read_ledger(tables, vocabulary)
        except TablesRefused as refused:
            told = str(refused).splitlines()
        assert all(re.match(r"\S+\.(csv|yaml):\d+: ", line) for line in told), told


@pytest.mark.parametrize(
    ("start", "end"), [("2025-10-21", ""), ("2025-10", "2026-03"), ("2025", "2025")]
)
def test_dates_of_a_tenure_are_as_precise_as_the_source(
    workplace: Path, start: str, end: str
) -> None:
    replace_once(workplace / "tables" / TENURES, ",,2025-10-21,,", f",,{start},{end},")
    run = kg("compile", "--tables", "tables", "--out", "triples")
    assert run.code == 0, run.err
    data = (workplace / "triples" / "source-livedoor-20251021.trig").read_text(encoding="utf-8")
    kind = {10: "date", 7: "gYearMonth", 4: "gYear"}[len(start)]
    assert f'jsip:startDate "{start}"^^xsd:{kind}' in data
    assert (f'jsip:endDate "{end}"^^xsd:{kind}' in data) == bool(end)


def test_a_claim_may_be_made_of_a_concept_and_end_in_silence(workplace: Path) -> None:
    row = (
        "c-livedoor-20251021-002,industry/animation,facesIssue,low-pay,,,,,,,,,,,,,,reported,"
        "livedoor-news,2025-10-21,stated,,AuthorVoice,1,src-livedoor-20251021,首相に指名,,,,,"
    )
    path = workplace / "tables" / "claims" / "issues.csv"
    path.write_text(f"{HEADER}\n{row}\n", encoding="utf-8")
    assert kg("compile", "--tables", "tables", "--out", "triples").code == 0
    data = (workplace / "triples" / "source-livedoor-20251021.trig").read_text(encoding="utf-8")
    assert 'jsip:comparisonKey "industry/animation|facesIssue|low-pay"' in data


def test_who_names_a_refused_row_is_not_reported_for_it(workplace: Path) -> None:
    table = workplace / "tables" / "claims" / "ai-trillion.csv"
    text = table.read_text(encoding="utf-8")
    row = "c-gate-ai-content-002,domestic-ai-support-5y,amount,1e8"
    assert row in text  # evidence, a review and a verdict name it
    table.write_text(text.replace(row, row.replace("1e8", "1x8")), encoding="utf-8")
    run = kg("compile", "--tables", "tables", "--out", "triples")
    assert run.code == 2
    assert run.err.strip().splitlines() == [
        "tables/claims/ai-trillion.csv:3: object: '1x8' is no quantity that amount takes [S02]"
    ]

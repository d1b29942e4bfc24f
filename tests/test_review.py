"""`kg review`: decisions by file become rows, all or nothing; two readers are compared."""

import csv
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inboxes import AGENTS, CANDIDATES, declare_agents, inbox, make_inbox
from kg.build.quality_rules import load_quality_rules
from kg.build.snapshot import open_snapshot
from kg.core.errors import KgError, Refusal
from kg.core.names import Names
from kg.engine.graph_store import MemoryStore
from kg.ledger.decisions.asked import Asked
from kg.ledger.decisions.journal import Journal, Reader
from kg.ledger.decisions.known_record import Target
from kg.ledger.decisions.review_session import Review
from kg.ledger.decisions.writing import finish
from kg.views.quality.contents import second_readers
from kg.views.record.claims import Reader as RecordReader
from kg.views.record.disagreements import disagreements
from outside import ask, running_server
from surfaces import ONTOLOGY, Run, files_below, kg, kg_command, kg_process
from test_reviews import standing_of
from waiting import PATIENCE

ANN, BEN = Reader("ann"), Reader("ben", "second")
NEW = "c-jiji-press-20260120-001"
FIRST = """candidate,decision,reason,claim,touched,asserted_by
k-1,accept,,,,
k-2,accept,,,subject;period,
k-3,reject,no-claim,,,
k-4,same,,c-jiji-20251221-001,,
k-5,skip,,,,
k-6,accept,,,,jiji-press
"""


@pytest.fixture
def place(workplace: Path) -> Path:
    """A working directory with the example's tables, agents that may review, and an inbox."""
    declare_agents(workplace / "tables")
    make_inbox(workplace / "inbox")
    return workplace


def reviewed(*arguments: object, decisions: str = "", agent: str = "ann") -> Run:
    """`kg review inbox` on the example's tables, with decisions as text."""
    given: Sequence[object] = ()
    if decisions:
        Path("decisions.csv").write_text(decisions, encoding="utf-8")
        given = ("--decisions", "decisions.csv", "--agent", agent)
    where = ("--tables", "tables", "--triples", "triples")
    return kg("review", "inbox", *where, *given, *arguments)


def told(run: Run) -> Any:
    """The answer of `kg review --json`."""
    assert run.code == 0, run.err
    return json.loads(run.out)


def table(name: str) -> list[dict[str, str]]:
    with Path("tables", name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def opened(tables: str = "tables") -> Review:
    return Review(Path("inbox"), Target(Path(tables), ONTOLOGY, Path("triples")))


def compiled() -> None:
    run = kg("compile", "--tables", "tables", "--out", "triples")
    assert run.code == 0, run.err
    run = kg("check", "--triples", "triples", "--tables", "tables")
    assert run.code == 0, run.out + run.err


# --- by file


def test_decisions_become_claims_passages_sources_and_reviews(place: Path) -> None:
    status = told(reviewed("--json", decisions=FIRST))
    assert status["written"] == {"sources": 1, "claims": 3, "reviews": 3, "evidence": 1}
    assert status["first"] == {
        "candidates": 6, "open": 0, "skip": 1, "accept": 3, "same": 1, "reject": 1, "written": 4,
    }  # fmt: skip
    claims = table("claims/reviewed-jiji-press-20260120.csv")
    assert [row["claim_id"] for row in claims] == [
        f"c-jiji-press-20260120-00{n}" for n in (1, 2, 3)
    ]
    first = claims[0]
    assert (first["start"], first["role"], first["attribution"]) == ("43", "Body", "AuthorVoice")
    assert first["supports"] == "value;subject;period;asserter;nature"
    (passage,) = (row for row in table("evidence.csv") if "jiji-press" in row["source"])
    assert (passage["claim_id"], passage["supports"]) == (
        "c-jiji-20251221-001",
        "value;subject;asserter",
    )
    review = table("reviews.csv")[-3]
    assert (review["target"], review["status"], review["agent"]) == (NEW, "accepted", "ann")
    assert review["fields"].split(";")[:3] == ["subject", "predicate", "value"]
    compiled()
    assert standing_of(Path("triples"), NEW) == (
        "ann", "accepted", set(), set(),
    )  # fmt: skip


def test_passages_alone_bring_their_source_too(place: Path) -> None:
    text = "candidate,decision,claim\nk-4,same,c-jiji-20251221-001\n"
    reviewed("--no-write", decisions=text)
    status = told(reviewed("--finish", "--agent", "ann", "--json"))
    assert status["written"] == {"sources": 1, "evidence": 1}
    compiled()


def test_a_file_that_was_taken_changes_nothing_when_it_is_taken_again(place: Path) -> None:
    assert reviewed(decisions=FIRST).code == 0
    before = files_below(place)
    status = told(reviewed("--json", decisions=FIRST))
    assert (status["taken"], status["written"]) == (0, {})
    assert files_below(place) == before


BAD: Mapping[str, tuple[str, str]] = {
    "unknown column": ("candidate,decision,confidense\n", "1: unknown column 'confidense'"),
    "no decision": ("candidate,reason\n", "1: needs the columns candidate and decision"),
    "unknown decision": ("candidate,decision\nk-1,take\n", "2: decision: 'take' is unknown"),
    "unknown candidate": ("candidate,decision\nk-1,skip\nk-9,skip\n", "3: No candidate"),
    "unknown reason": ("candidate,decision,reason\nk-3,reject,dull\n", "2: 'dull' is none of"),
    "no reason": ("candidate,decision\nk-3,reject\n", "2: '' is none of no-claim"),
    "inferred": ("candidate,decision\nk-1,accept\nk-2,accept\n", "3: Inferred and not looked at"),
    "half looked at": (
        "candidate,decision,touched\nk-2,accept,subject\n",
        "2: Inferred and not looked at yet: period",
    ),
    "not sound": ("candidate,decision\nk-3,accept\n", "2: The tables would refuse it"),
    "no speaker": ("candidate,decision\nk-6,accept\n", "2: The tables would refuse it: asserted"),
    "no such claim": ("candidate,decision,claim\nk-4,same,c-none-001\n", "2: It is no passage"),
    "of another figure": (
        "candidate,decision,claim\nk-4,same,c-gate-ai-content-006\n",
        "2: It is no passage of c-gate-ai-content-006: supports: a phrase without the number",
    ),
    "no such suggestion": (
        "candidate,decision,suggestion\nk-2,skip,3\n",
        "2: k-2 has 2 suggestions; there is no number 3",
    ),
    "formula": ("candidate,decision,note\nk-1,accept,=1+1\n", "2: note: '=1+1' begins like"),
    "id": ("candidate,decision,claim_id\nk-1,accept,c-x-001\n", "1: unknown column 'claim_id'"),
    "twice": ("candidate,decision\nk-1,skip\nk-1,accept\n", "3: 'k-1' is decided on at"),
    "cells": ("candidate,decision\nk-1\n", "2: has 1 cells, the header 2"),
    "quote": ('candidate,decision\n"k-1,skip\n', "2: is not valid CSV"),
    "two alike": (
        "candidate,decision,subject,object,printed,touched\nk-1,accept,,,,\n"
        "k-2,accept,,,,subject;period\n"
        "k-5,accept,content-budget-japan,26.1e9,26.1 billion yen,\n",
        "4: The tables would refuse it",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_decision_is_refused_at_its_line_and_nothing_is_written(
    place: Path, case: str
) -> None:
    text, expected = BAD[case]
    before = files_below(place)
    run = reviewed(decisions=text)
    assert (run.code, run.out) == (2, "")
    assert f"decisions.csv:{expected}" in run.err
    assert files_below(place) == {**before, "decisions.csv": text.encode()}


def test_what_a_build_would_refuse_leaves_no_decision(place: Path) -> None:
    """The gates see the whole: a stage that is over before it began, say."""
    text = FIRST.replace("asserted_by", "asserted_by,asserted_on,status").replace(
        "k-6,accept,,,,jiji-press", "k-6,accept,,,,jiji-press,2027-01-20,surveyed"
    )
    text = text.replace("k-1,accept,,,,", "k-1,accept,,,,,,")
    before = files_below(place / "tables")
    run = reviewed(decisions=text)
    assert (run.code == 2 and "decisions.csv" in run.err) or "refuse" in run.err
    assert files_below(place / "tables") == before
    assert told(reviewed("--json"))["first"]["accept"] == 0


def test_a_source_that_says_too_little_is_mended_first(place: Path) -> None:
    make_inbox(place / "poor", inbox(publisher="", source_id="", tier=""))
    (place / "inbox").rename(place / "rich")
    (place / "poor").rename(place / "inbox")
    assert "source: " in reviewed(decisions="candidate,decision\nk-1,accept\n").err
    text = "candidate,decision,tier,kind\ndocument,,Secondary,NewsArticle\nk-1,accept,,\n"
    status = told(reviewed("--json", decisions=text))
    assert status["written"] == {"sources": 1, "claims": 1, "reviews": 1}
    assert table("sources.csv")[-1]["publisher"] == "jiji-press"


def test_who_decides_is_declared_and_no_tool_by_default(place: Path) -> None:
    run = reviewed("--finish")
    assert run.code == 2
    assert "Give --agent, one of ann, ben, cho, jsip-editors" in run.err
    run = reviewed(decisions=FIRST, agent="an")
    assert run.code == 2
    assert "'an' is not in agents.csv; nearest: ann" in run.err
    declare_agents(place / "tables", AGENTS.split("ann", maxsplit=1)[0])
    Path("decisions.csv").write_text("candidate,decision\nk-1,accept\n", encoding="utf-8")
    run = kg("review", "inbox", "--tables", "tables", "--decisions", "decisions.csv", "--json")
    assert (told(run)["agent"], run.err) == ("jsip-editors", "")


def test_an_inbox_of_another_format_is_refused_with_what_to_do(place: Path) -> None:
    about = place / "inbox" / "document.json"
    text = about.read_text(encoding="utf-8")
    about.write_text(text.replace('"format": 1', '"format": 0'), encoding="utf-8")
    run = reviewed()
    assert run.code == 2
    assert "has format 0, this kg reads 1; run kg ingest again" in run.err


def test_private_tables_take_rows_with_numbers_of_their_own(place: Path) -> None:
    declare_agents(place / "tables", "agent,kind,version,note\njsip-editors,group,,\n")
    (place / "private").mkdir()
    declare_agents(place / "private", "agent,kind,version,note\nann,person,,\n")
    Path("decisions.csv").write_text("candidate,decision\nk-1,accept\n", encoding="utf-8")
    where = ("--tables", "private", "--overlay", "--triples", "triples")
    run = kg("review", "inbox", *where, "--decisions", "decisions.csv", "--agent", "ann", "--json")
    assert told(run)["rows"] == {"k-1": "c-jiji-press-20260120-9001"}
    assert b"review-900001" in (place / "private" / "reviews.csv").read_bytes()


def test_what_follows_from_an_edited_cell_is_found_anew(place: Path) -> None:
    """The speaker decides whose words they are, the subject what the phrase holds of the claim."""
    extra = {"attribution": "AuthorVoice", "confidence": "0.5"}
    one = CANDIDATES[1]
    given = replace(
        one, row={**one.row, **extra}, evidence={**one.evidence, "supports": "value;asserter"}
    )
    shutil.rmtree(place / "inbox")
    make_inbox(place / "inbox", inbox(candidates=(given,)))
    text = "candidate,decision,touched,asserted_by\nk-2,accept,subject;period,yomiuri-shimbun\n"
    assert reviewed(decisions=text).code == 0
    (row,) = table("claims/reviewed-jiji-press-20260120.csv")
    assert (row["attribution"], row["supports"], row["confidence"]) == ("NamedAgent", "value", "1")


# --- the journal


def test_a_torn_line_is_closed_told_and_decides_nothing(place: Path) -> None:
    review = opened()
    review.decide(ANN, Asked("skip", "k-5"))
    journal = place / "inbox" / "journal.jsonl"
    with journal.open("ab") as file:
        file.write(b'{"n":3,"at":"2026-11-30T0')
    again = opened()
    assert again.states(ANN)["k-5"].decision == "skip"
    again.decide(ANN, Asked("reject", "k-3", reason="no-claim"))
    status = told(reviewed("--json"))
    assert (status["torn_lines"], status["first"]["reject"]) == ([3], 1)
    assert "journal.jsonl:3: was torn by a crash and decides nothing" in reviewed().out


def test_a_line_without_its_end_is_read_when_it_is_whole(place: Path) -> None:
    review = opened()
    review.decide(ANN, Asked("skip", "k-5"))
    journal = place / "inbox" / "journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-1])
    again = opened()
    again.decide(ANN, Asked("reject", "k-3", reason="no-claim"))
    assert again.states(ANN)["k-5"].decision == "skip"
    assert not again.journal.torn


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda lines: [lines[0], b"{}\n", lines[2]], ":3: is line 3 of the journal, after line 1"),
        (lambda lines: [lines[0], lines[2]], ":2: is line 3 of the journal, after line 1"),
        (lambda lines: [lines[0], lines[2], lines[1]], "is line 3 of the journal, after line 1"),
        (
            lambda lines: [lines[0], lines[1].replace(b"skip", b"edit"), lines[2]],
            ":3: is line 3 of the journal, after line 1",
        ),
        (lambda lines: lines[1:], ":1: is line 2 of the journal, after line 0"),
        (lambda lines: [lines[0].replace(b'"format":1', b'"format":7')], "this kg reads 1"),
        (lambda lines: [lines[0].replace(b'"inbox":"', b'"inbox":"0')], "about other candidates"),
    ],
)
def test_a_damaged_journal_is_refused_by_its_line(place: Path, damage: Any, expected: str) -> None:
    review = opened()
    for name in ("k-3", "k-5"):
        review.decide(ANN, Asked("skip", name))
    journal = place / "inbox" / "journal.jsonl"
    journal.write_bytes(b"".join(damage(journal.read_bytes().splitlines(keepends=True))))
    with pytest.raises(KgError, match=expected):
        opened()


def test_two_programs_at_once_lose_and_reorder_nothing(place: Path) -> None:
    """Each skips and takes back many times; every line is whole and numbered in order."""
    script = """
import sys
from pathlib import Path
from kg.core.bundle import find_bundle
from kg.ledger.decisions.asked import Asked
from kg.ledger.decisions.journal import Reader
from kg.ledger.decisions.known_record import Target
from kg.ledger.decisions.review_session import Review
review = Review(Path("inbox"), Target(Path("tables"), find_bundle().ontology, Path("triples")))
who, name = Reader(sys.argv[1]), sys.argv[2]
for turn in range(40):
    review.decide(who, Asked("skip", name))
    review.decide(who, Asked("reject", name, reason="no-claim"))
"""
    running = [
        subprocess.Popen([sys.executable, "-c", script, agent, name])
        for agent, name in (("ann", "k-3"), ("ben", "k-5"), ("ann", "k-6"))
    ]
    assert [process.wait(PATIENCE) for process in running] == [0, 0, 0]
    lines = Journal(Path("inbox"), opened().journal._subject).lines()
    assert [line.number for line in lines] == list(range(1, 242))
    for name in ("k-3", "k-5", "k-6"):
        assert [line.do for line in lines if line.candidate == name] == ["skip", "reject"] * 40


def test_what_another_page_decided_meanwhile_is_not_overtaken(place: Path) -> None:
    one, other = opened(), opened()
    known = one.decide(ANN, Asked("skip", "k-5")).number
    other.decide(Reader("cho"), Asked("reject", "k-3", reason="misread"))
    with pytest.raises(Refusal, match="Somebody else has just decided on k-3") as refused:
        one.decide(ANN, Asked("skip", "k-3", known=known))
    assert refused.value.status == 409
    with pytest.raises(Refusal, match="is not as it was shown"):
        one.decide(ANN, Asked("accept", "k-1", seen="0123456789abcdef"))


def test_undo_takes_back_the_last_of_ones_own(place: Path) -> None:
    review = opened()
    review.decide(ANN, Asked("edit", "k-6", cells={"asserted_by": "jiji-press"}))
    review.decide(Reader("cho"), Asked("skip", "k-3"))
    assert review.decide(ANN, Asked("undo")).candidate == "k-6"
    assert "asserted_by" not in review.states(ANN)["k-6"].cells
    assert review.states(ANN)["k-3"].decision == "skip"
    with pytest.raises(Refusal, match="Nothing to undo"):
        review.decide(ANN, Asked("undo"))


def test_what_is_written_is_not_decided_again(place: Path) -> None:
    assert reviewed(decisions="candidate,decision\nk-1,accept\n").code == 0
    review = opened()
    for do in ("skip", "accept"):
        with pytest.raises(Refusal, match="stands in the tables as c-jiji-press-20260120-001"):
            review.decide(ANN, Asked(do, "k-1"))
    with pytest.raises(Refusal, match="Nothing to undo"):
        review.decide(ANN, Asked("undo"))


# --- killed


KILLED = """
import os, shutil, signal, sys
from itertools import count
from pathlib import Path
from kg.edges.cli import main
from kg.ledger.decisions import journal, writing
PLACES = {journal.__file__, writing.__file__, sys.modules["kg.core.files"].__file__}

def killed_before(number):
    seen = [0]
    def trace(frame, event, _):
        if frame.f_code.co_filename not in PLACES:
            return None
        seen[0] += event == "line"
        if seen[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace
    sys.settrace(trace)
    main()

for killed in count():
    place = Path(f"killed-{killed}")
    place.mkdir()
    for name in ("tables", "inbox", "triples"):
        shutil.copytree(name, place / name)
    child = os.fork()
    if not child:
        os.chdir(place)
        sys.stdout = sys.stderr = open(os.devnull, "w")
        sys.argv = ["kg", "review", "inbox", "--tables", "tables", "--triples", "triples",
                    "--decisions", "../decisions.csv", "--agent", "ann"]
        try:
            killed_before(1 + killed * 40)
        except SystemExit as ended:
            os._exit(ended.code or 0)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code != -signal.SIGKILL:
        sys.exit(code or print(killed))
"""


@pytest.mark.spread
@pytest.mark.long
def test_killed_at_any_moment_nothing_is_lost_and_nothing_is_half(place: Path) -> None:
    """Killed before each fortieth line that touches the disk; then the file is taken again."""
    Path("decisions.csv").write_text(FIRST, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-c", KILLED], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
    killed = int(run.stdout)
    assert killed > 10
    whole: dict[str, bytes] | None = None
    for number in (killed, *range(killed)):
        folder = place / f"killed-{number}"
        target = Target(folder / "tables", ONTOLOGY, folder / "triples")
        Review(folder / "inbox", target)
        again = kg(
            "review", folder / "inbox", "--tables", folder / "tables", "--triples",
            folder / "triples", "--decisions", "decisions.csv", "--agent", "ann", "--json",
        )  # fmt: skip
        assert told(again)["first"]["written"] == 4
        found = files_below(folder / "tables")
        whole = whole or found
        assert found == whole, f"killed-{number}"
        assert not (folder / "inbox" / "pending").exists()


def test_a_writing_cut_off_between_two_files_is_taken_up_again(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies for good between two renames; the next start puts the rest in place."""
    script = """
import os, signal
from pathlib import Path
from kg.edges.cli import main
rename, done = Path.replace, []
def replace(self, target):
    if Path(target).parent.name == "tables" and len(done) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    done.extend([1] if Path(target).parent.name == "tables" else [])
    return rename(self, target)
Path.replace = replace
main()
"""
    Path("decisions.csv").write_text(FIRST, encoding="utf-8")
    arguments = [
        "review", "inbox", "--tables", "tables", "--triples", "triples", "--decisions",
        "decisions.csv", "--agent", "ann",
    ]  # fmt: skip
    ended = subprocess.run([sys.executable, "-c", script, *arguments], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert "src-jiji-press-20260120" in (place / "tables/sources.csv").read_text(encoding="utf-8")
    assert not (place / "tables/claims/reviewed-jiji-press-20260120.csv").exists()
    run = reviewed(decisions=FIRST)
    assert (run.code, run.err) == (0, "A writing that was cut off has been finished.\n")
    assert told(reviewed("--json"))["first"]["written"] == 4
    compiled()


def test_a_writing_cut_off_is_not_forced_upon_a_table_that_changed(place: Path) -> None:
    review = opened()
    review.decide_all(ANN, [Asked("touch", "k-2", columns=["period", "subject"])])
    assert reviewed(decisions="candidate,decision\nk-1,accept\n").code == 0
    journal = place / "inbox" / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-1]))  # as if `written` had not come to the disk
    with (place / "tables/reviews.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    run = reviewed("--finish", "--agent", "ann")
    assert run.code == 2
    assert "reviews.csv has changed since" in run.err
    assert "sources.csv" in run.err


def test_rows_that_are_outdated_are_not_written(place: Path) -> None:
    from kg.ledger.decisions.writing import plan, write

    one, other = opened(), opened()
    (line,) = one.decide_all(ANN, [Asked("accept", "k-1", seen=_seen(one, "k-1"))])
    planned = plan(one, ANN)
    other.decide(Reader("cho"), Asked("reject", "k-1", reason="outside", known=line.number))
    with pytest.raises(Refusal, match="changed while the rows were checked"):
        write(one, planned)
    assert finish(one, ANN, lambda made: {})["written"] == {}


def _seen(review: Review, name: str) -> str:
    from kg.ledger.decisions.candidate_state import seen

    return seen(review.states(ANN)[name].cells)


# --- second readers

ALIKE = "candidate,decision\nk-1,accept\n"


def test_a_second_reader_who_finds_the_same_confirms(place: Path) -> None:
    reviewed(decisions=FIRST)
    status = told(reviewed("--second", "--json", decisions=ALIKE, agent="ben"))
    assert (status["compared"], status["agreed"], status["disagreements"]) == (1, 1, [])
    compiled()
    assert standing_of(Path("triples"), NEW) == ("ann", "accepted", {"ann", "ben"}, set())


def test_a_second_reader_who_differs_in_a_field_opens_a_disagreement(place: Path) -> None:
    reviewed(decisions=FIRST)
    text = "candidate,decision,qualifier,printed\nk-1,accept,exact,\n"
    status = told(reviewed("--second", "--json", decisions=text, agent="ben"))
    assert status["disagreements"] == [
        {"candidate": "k-1", "claim": NEW, "agents": ["ann", "ben"], "open": True}
    ]
    review = table("reviews.csv")[-1]
    assert (review["agent"], review["status"]) == ("ben", "accepted")
    assert "!qualifier" in review["fields"].split(";")
    assert review["reason"] == "another reading differs in qualifier"
    compiled()
    assert standing_of(Path("triples"), NEW) == (
        "ann", "accepted", set(), {("ann", "ben")},
    )  # fmt: skip
    third = told(reviewed("--second", "--json", decisions=ALIKE, agent="cho"))
    assert [one["open"] for one in third["disagreements"]] == [False]
    compiled()
    assert standing_of(Path("triples"), NEW)[3] == {("ann", "ben", "cho")}


def test_a_third_reader_who_differs_from_two_opens_a_disagreement(place: Path) -> None:
    reviewed(decisions=FIRST)
    reviewed("--second", decisions=ALIKE, agent="ben")
    text = "candidate,decision,qualifier,printed\nk-1,accept,exact,\n"
    status = told(reviewed("--second", "--json", decisions=text, agent="cho"))
    assert status["disagreements"] == [
        {"candidate": "k-1", "claim": NEW, "agents": ["ann", "cho"], "open": True}
    ]
    compiled()
    assert standing_of(Path("triples"), NEW) == (
        "ann", "accepted", {"ann", "ben"}, {("ann", "cho")},
    )  # fmt: skip


def test_a_second_reader_who_rejects_leaves_the_status(place: Path) -> None:
    reviewed(decisions=FIRST)
    text = "candidate,decision,reason\nk-1,reject,unsupported\n"
    assert reviewed("--second", decisions=text, agent="ben").code == 0
    compiled()
    assert standing_of(Path("triples"), NEW) == (
        "ann", "accepted", set(), {("ann", "ben")},
    )  # fmt: skip


def test_two_who_take_what_the_first_rejected_make_it_a_claim(place: Path) -> None:
    first = FIRST.replace("k-5,skip,,", "k-5,reject,outside,")
    reviewed(decisions=first)
    text = "candidate,decision\nk-5,accept\n"
    status = told(reviewed("--second", "--json", decisions=text, agent="ben"))
    assert status["disagreements"] == [
        {"candidate": "k-5", "claim": "", "agents": ["ann", "ben"], "open": True}
    ]
    assert status["written"] == {}
    status = told(reviewed("--second", "--json", decisions=text, agent="cho"))
    assert status["written"] == {"claims": 1, "reviews": 3}
    assert [one["open"] for one in status["disagreements"]] == [False]
    compiled()
    new = "c-jiji-press-20260120-004"
    agent, result, confirmed, differ = standing_of(Path("triples"), new)
    assert (agent, result, confirmed) == ("cho", "accepted", {"ben", "cho"})
    assert differ == {("ann", "ben", "cho")}


def test_the_second_reader_is_another_agent_than_the_first(place: Path) -> None:
    reviewed(decisions=FIRST)
    before = files_below(place / "inbox")
    run = reviewed("--second", decisions=ALIKE, agent="ann")
    assert run.code == 2
    assert "ann has decided here as first reader" in run.err
    reviewed("--second", "--no-write", decisions=ALIKE, agent="ben")
    run = reviewed(decisions="candidate,decision\nk-5,skip\n", agent="ben")
    assert run.code == 2
    assert "ben has decided here as second reader" in run.err
    assert files_below(place / "inbox") != before


def test_a_second_reading_waits_for_the_first_and_is_not_dated_before_it(place: Path) -> None:
    status = told(reviewed("--second", "--json", decisions=ALIKE, agent="ben"))
    assert (status["written"], status["compared"], status["waiting"]) == ({}, 0, 1)
    reviewed(decisions=FIRST)
    status = told(reviewed("--second", "--finish", "--agent", "ben", "--json"))
    assert status["written"] == {"reviews": 1}
    compiled()
    assert standing_of(Path("triples"), NEW) == ("ann", "accepted", {"ann", "ben"}, set())


def test_a_second_reader_begins_with_the_candidates_as_they_came(place: Path) -> None:
    """Neither the first one's edits, nor a duplicate that only their claim makes, shows."""
    review = opened()
    review.decide(ANN, Asked("edit", "k-5", cells={"status": "announced"}))
    reviewed(decisions=FIRST)
    state = opened().states(BEN)
    assert state["k-5"].cells["status"] == "forecast"
    assert {one.decision for one in state.values()} == {""}
    assert not opened().tried(state["k-1"], BEN).faults


def test_pages_and_quality_tell_where_readers_differ(place: Path, names: Names) -> None:
    reviewed(decisions=FIRST)
    text = "candidate,decision,reason\nk-1,reject,unsupported\n"
    assert reviewed("--second", decisions=text, agent="ben").code == 0
    text = "candidate,decision,touched\nk-2,accept,subject;period\n"
    assert reviewed("--second", decisions=text, agent="ben").code == 0
    compiled()
    assert kg("build", "--triples", "triples", "--store", "store").code == 0
    snapshot = open_snapshot(Path("store"))
    reader = RecordReader(MemoryStore(snapshot.quads, snapshot.version), names)
    (found,) = disagreements(reader)
    assert (found.claim, found.settled_by) == (NEW, None)
    assert {(who.id, status.local) for who, status in found.sides} == {
        ("ann", "accepted"),
        ("ben", "rejected"),
    }
    measured = {one.id: one for one in second_readers(reader, load_quality_rules(ONTOLOGY))}
    assert measured["R2-agreement"].value == 0.5
    assert measured["R2-confirmed"].value == 1
    with running_server("--store", "store") as (address, _):
        for path in ("/quality", f"/claims/{NEW}"):
            told = ask(address, path, "text/html").text
            assert "open, a third review decides" in told


def test_the_shipped_record_has_one_agent_and_nothing_confirmed() -> None:
    run = kg_process("stats")
    assert "0 claims confirmed by a second reader, 0 disagreements open" in run.out


def test_a_lock_goes_with_the_program_that_held_it(place: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from kg.core.files import locked_folder\n"
        "with locked_folder(Path('inbox')):\n    print('locked', flush=True); sys.stdin.read()"
    )
    Path("decisions.csv").write_text(FIRST, encoding="utf-8")
    command = kg_command(
        "review", "inbox", "--tables", "tables", "--triples", "triples", "--decisions",
        "decisions.csv", "--agent", "ann",
    )  # fmt: skip
    holding = [sys.executable, "-c", script]
    with subprocess.Popen(holding, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"locked\n"
        with subprocess.Popen(command, stdout=subprocess.PIPE) as waiting:
            holder.kill()
            assert waiting.communicate(timeout=PATIENCE)[0].startswith(b"ann (first reader)")


def test_a_verdict_that_has_one_more_claim_now_is_told(place: Path) -> None:
    text = "candidate,decision,suggestion,period,period_basis,note,note_ja\nk-2,accept,1,-,-,-,-\n"
    run = reviewed(decisions=text)
    assert run.code == 0
    assert "judge anew: conflict-" in run.out

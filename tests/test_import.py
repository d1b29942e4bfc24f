"""`kg import`: rows of others become candidates, once, or are refused with the reason."""

import csv
import json
import os
import random
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from kg.core.errors import KgError
from kg.ledger.import_batch import Batch, Outcome
from kg.ledger.import_mapping import period_slug
from kg.ledger.import_rows import read_incoming
from kg.ledger.import_run import plan_import, write_import
from kg.ledger.import_sources import normal_url
from kg.ledger.import_words import read_wording
from kg.ledger.names import Unmapped
from kg.ledger.vocabulary import Vocabulary
from surfaces import ONTOLOGY, Run, files_below, kg, replace_once

pytestmark = pytest.mark.fast

ON = "2026-12-01"
NIPPON = "https://www.nippon.com/ja/news/yjj2025122100305/"
FACT: Mapping[str, Any] = {
    "id": "support-26",
    "statement": "The support is put at 26.1 billion yen.",
    "subject": "Public content-support budget of Japan",
    "predicate": "amount",
    "value": 26100000000,
    "unit": "JPY",
    "period": "FY2025",
    "as_of": "2025-12-20",
    "asserted_by": "Yomiuri Shimbun",
    "status": "reported",
    "source_url": NIPPON,
    "source_title": None,
    "publisher": "Jiji Press",
    "published": "2025-12-21",
    "phrase": "261億円",
    "note": "",
}
NEW = {
    "id": "tenure",
    "subject": "高市早苗",
    "predicate": "役職に就く",
    "object": "Prime Minister of Japan",
    "value": None,
    "unit": None,
    "period": "2025-10-21/",
    "as_of": "2025-10",
    "asserted_by": "Jiji Press",
    "source_url": "https://example.org/a",
    "source_title": "高市内閣が発足",
    "publisher": "時事通信社",
    "published": "2025-10-22 (inferred)",
    "phrase": "首相に指名",
}


def fact(**changed: Any) -> dict[str, Any]:
    """A fact that is valid but for what is changed."""
    if "value" in changed and "phrase" not in changed and isinstance(changed["value"], int):
        changed["phrase"] = f"{changed['value']}円"
    return {**FACT, **changed}


def jsonl(path: Path, *facts: Mapping[str, Any]) -> Path:
    lines = (json.dumps(each, ensure_ascii=False) + "\n" for each in facts)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def table(name: str) -> list[dict[str, str]]:
    with Path("tables", name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def imported(file: Path, *more: object) -> Run:
    return kg("import", file, "--tables", "tables", *more)


def outcomes(file: Path, vocabulary: Vocabulary) -> list[Outcome]:
    """What becomes of the rows of a file, before the gates."""
    batch = Batch(Path("tables"), vocabulary, ON)
    for row in read_incoming(file):
        batch.take(row)
    return list(batch.plan(file).outcomes)


def why(vocabulary: Vocabulary, **changed: Any) -> str:
    """Why one changed fact is refused; empty where it is not."""
    found = outcomes(jsonl(Path("facts.jsonl"), fact(**changed)), vocabulary)
    assert [each.where for each in found] == ["facts.jsonl:1"]
    return "\n".join(found[0].why) if found[0].result == "refused" else ""


def standing(claim: str) -> str:
    assert kg("compile", "--tables", "tables", "--out", "triples").code == 0
    text = Path("triples/editorial.trig").read_text(encoding="utf-8")
    return next(block for block in text.split(" .\n") if block.strip().startswith(f"id:{claim} "))


# --- what an import does


@pytest.mark.parametrize(
    ("note", "note_ja", "kept"),
    [
        ("a repost", "転載", "転載。期間は元データのもので、引用箇所にはない"),
        ("a repost", "", ""),  # half a rendering would pass for the whole
    ],
)
def test_a_note_in_japanese_is_kept_and_goes_on_in_japanese(
    workplace: Path, note: str, note_ja: str, kept: str
) -> None:
    facts = jsonl(workplace / "facts.jsonl", fact(note=note, note_ja=note_ja))
    assert imported(facts).code == 0
    (row,) = table("claims/imported-facts.csv")
    assert row["note"] == "a repost; period as in the row, not in the phrase"
    assert row["note_ja"] == kept


def test_a_row_becomes_a_candidate_though_its_source_is_accepted(workplace: Path) -> None:
    run = imported(jsonl(workplace / "facts.jsonl", FACT))
    assert (run.code, run.err) == (0, "")
    assert "facts.jsonl:1: created c-jiji-20251221-002\n" in run.out
    assert "1 rows: 1 created as candidates, 0 already there, 0 refused\n" in run.out
    (row,) = table("claims/imported-facts.csv")
    assert {name: cell for name, cell in row.items() if cell} == {
        "claim_id": "c-jiji-20251221-002",
        "subject": "content-budget-japan",
        "predicate": "amount",
        "object": "26100000000",
        "unit": "JPY",
        "qualifier": "stated",
        "printed": "261億円",
        "period": "period-fy2025",
        "period_basis": "inferred",
        "status": "reported",
        "asserted_by": "yomiuri-shimbun",
        "asserted_on": "2025-12-20",
        "date_basis": "stated",
        "attribution": "NamedAgent",
        "confidence": "0.5",
        "source": "src-jiji-20251221",
        "quote": "261億円",
        "supports": "value",
        "note": "period as in the row, not in the phrase",
        "note_ja": "期間は元データのもので、引用箇所にはない",
    }
    assert "reviewStatus rv:candidate" in standing("c-jiji-20251221-002")
    assert "reviewStatus rv:accepted" in standing("c-jiji-20251221-001")


def test_an_editor_accepts_a_candidate_by_a_review_of_its_own(workplace: Path) -> None:
    imported(jsonl(workplace / "facts.jsonl", FACT))
    review = table("reviews.csv")[-1]
    assert (review["target"], review["agent"]) == ("c-jiji-20251221-002", "jsip-importer")
    assert review["reason"].startswith("kg import 0.1.0 of facts, row support-26, digest ")
    with (workplace / "tables/reviews.csv").open("a", encoding="utf-8") as file:
        file.write(
            f"review-0100,c-jiji-20251221-002,accepted,Normal,read,1.0.0,jsip-editors,{review['on']},\n"
        )
    assert "reviewStatus rv:accepted" in standing("c-jiji-20251221-002")


def test_an_unknown_source_is_described_as_a_quoted_one(workplace: Path) -> None:
    run = imported(jsonl(workplace / "facts.jsonl", fact(**NEW)), "--json")
    told = json.loads(run.out)
    assert told["sources"] == ["src-jiji-press-20251022"]
    source = table("sources.csv")[-1]
    assert (source["kind"], source["level"], source["tier"]) == (
        "NewsArticle",
        "quoted",
        "Tertiary",
    )
    assert (source["issued"], source["issued_basis"]) == ("2025-10-22", "inferred")
    assert (source["title"], source["title_lang"]) == ("高市内閣が発足", "ja")
    (claim,) = table("claims/imported-facts.csv")
    assert (claim["start_date"], claim["period"]) == ("2025-10-21", "")
    assert (claim["asserted_on"], claim["date_basis"]) == ("", "unknown")
    assert (claim["note"], claim["note_ja"]) == ("asserted 2025-10", "主張の日付は2025-10")
    assert claim["attribution"] == "AuthorVoice"
    assert told["rows"][0]["matched"]["predicate '役職に就く'"] == "holdsPost"
    assert kg("compile", "--tables", "tables", "--out", "triples").code == 0
    assert kg("build", "--triples", "triples", "--store", "store").code == 0


def test_one_new_source_serves_all_of_its_rows(workplace: Path, vocabulary: Vocabulary) -> None:
    rows = [
        fact(**NEW),
        fact(**{**NEW, "object": "no such post"}),
        fact(**NEW | {"phrase": "新首相"}),
    ]
    rows[2]["status"] = "announced"
    batch = Batch(Path("tables"), vocabulary, ON)
    for row in read_incoming(jsonl(workplace / "facts.jsonl", *rows)):
        batch.take(row)
    planned = batch.plan(workplace / "facts.jsonl")
    assert planned.sources == ("src-jiji-press-20251022",)
    assert [each.claim for each in planned.outcomes] == [
        "c-jiji-press-20251022-001", "", "c-jiji-press-20251022-002",
    ]  # fmt: skip


def test_a_refused_row_leaves_no_source_behind(workplace: Path) -> None:
    before = files_below(workplace / "tables")
    run = imported(jsonl(workplace / "facts.jsonl", fact(**NEW | {"asserted_by": "nobody"})))
    assert run.code == 1
    assert files_below(workplace / "tables") == before


def test_csv_gives_what_json_lines_give(workplace: Path, vocabulary: Vocabulary) -> None:
    with (workplace / "facts.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, FACT, lineterminator="\r\n")
        writer.writeheader()
        writer.writerow(FACT)
    (row,) = outcomes(workplace / "facts.csv", vocabulary)
    (same,) = outcomes(jsonl(workplace / "facts.jsonl", FACT), vocabulary)
    assert (row.result, row.claim, row.matched) == ("created", same.claim, same.matched)
    assert row.where.endswith("facts.csv:2")


def test_the_ledgers_own_columns_are_taken_and_its_own_claims_known(
    workplace: Path, vocabulary: Vocabulary
) -> None:
    source = workplace / "tables/claims/content-money.csv"
    header, first, *rest = source.read_text(encoding="utf-8").splitlines()
    other = first.replace("55e9", "56e9").replace("55 billion", "56 billion")
    own = other.replace("c-gate-ai-content-006", "c-gate-ai-content-500")
    own = own.replace("56e9", "57e9").replace("56 billion", "57 billion")
    file = workplace / "mine.csv"
    file.write_text("\n".join([header, first, *rest, other, own, ""]), encoding="utf-8")
    *known, taken, free = outcomes(file, vocabulary)
    assert {row.result for row in known} == {"already there"}
    assert {row.claim for row in known} >= {"c-gate-ai-content-006", "c-jiji-20260113-002"}
    assert taken.result == "refused"
    assert "'c-gate-ai-content-006' is given to another claim at tables/claims" in taken.why[0]
    assert (free.result, free.claim) == ("created", "c-gate-ai-content-500")


def test_declared_words_are_mapped_and_no_others(workplace: Path) -> None:
    (workplace / "map.csv").write_text(
        "column,given,means\npredicate,Annual  Budget,amount\nsubject,Japan,content-budget-japan\n",
        encoding="utf-8",
    )
    file = jsonl(workplace / "facts.jsonl", fact(predicate="annual budget", subject="Japan"))
    assert imported(file, "--dry-run").code == 1
    run = imported(file, "--map", "map.csv")
    assert run.code == 0, run.out
    again = imported(file)
    assert "this very row was imported before" in again.out


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("a,b\n", 1, "first line must be column,given,means"),
        ("column,given,means\nsubject,x\n", 2, "has 2 cells"),
        (
            "column,given,means\npredikate,x,y\n",
            2,
            "unknown column 'predikate'; nearest: predicate",
        ),
        ("column,given,means\nunit,x,JPY\nunit,Ｘ,USD\n", 3, "already means 'JPY'"),
        ("column,given,means\nnote,x,=1+1\n", 2, "formula"),
    ],
)
def test_a_wrong_map_is_refused_with_its_line(
    workplace: Path, text: str, at: int, says: str
) -> None:
    (workplace / "map.csv").write_text(text, encoding="utf-8")
    with pytest.raises(KgError, match=f"map.csv:{at}: .*{says}"):
        read_wording(Path("map.csv"))


# --- once only, all or nothing


def test_a_second_import_writes_nothing(workplace: Path) -> None:
    file = jsonl(workplace / "facts.jsonl", FACT, fact(**NEW), FACT, fact(id="other"))
    run = imported(file)
    assert "2 created as candidates, 2 already there, 0 refused" in run.out
    before = files_below(workplace / "tables")
    times = {p: p.stat().st_mtime_ns for p in (workplace / "tables").rglob("*")}
    again = imported(file)
    assert again.code == 0
    assert "0 created as candidates, 4 already there, 0 refused" in again.out
    assert files_below(workplace / "tables") == before
    assert {p: p.stat().st_mtime_ns for p in (workplace / "tables").rglob("*")} == times


def test_a_row_is_known_again_after_an_editor_corrected_its_claim(
    workplace: Path, vocabulary: Vocabulary
) -> None:
    file = jsonl(workplace / "facts.jsonl", FACT)
    planned = plan_import(file, Path("tables"), ONTOLOGY, ON)
    write_import(planned, Path("tables"))
    replace_once(Path("tables/claims/imported-facts.csv"), "period-fy2025", "period-2025")
    (row,) = outcomes(file, vocabulary)
    assert (row.result, row.claim) == ("already there", "c-jiji-20251221-002")
    (row,) = outcomes(jsonl(workplace / "facts.jsonl", fact(value=27100000000)), vocabulary)
    assert (row.result, row.claim) == ("created", "c-jiji-20251221-003")


def test_the_same_said_in_another_source_is_named_as_a_passage_to_add(
    workplace: Path, vocabulary: Vocabulary
) -> None:
    other = fact(source_url="https://news.livedoor.com/topics/detail/29824455/")
    _, row = outcomes(jsonl(workplace / "facts.jsonl", FACT, other), vocabulary)
    assert (row.result, row.claim) == ("already there", "c-jiji-20251221-002")
    assert "may be added to evidence.csv" in row.why[0]


def test_rows_are_added_and_every_byte_before_them_stays(workplace: Path) -> None:
    reviews = workplace / "tables/reviews.csv"
    text = reviews.read_text(encoding="utf-8").rstrip("\n").replace("\n", "\r\n")
    reviews.write_bytes(b"\xef\xbb\xbf" + text.encode())
    before = files_below(workplace / "tables")
    imported(jsonl(workplace / "facts.jsonl", FACT))
    imported(jsonl(workplace / "facts.jsonl", fact(value=27100000000)))
    after = files_below(workplace / "tables")
    assert all(after[name].startswith(data) for name, data in before.items())
    assert after["reviews.csv"].count(b"\r\n") == after["reviews.csv"].count(b"\n")
    assert set(after) - set(before) == {"claims/imported-facts.csv", "entities/tools.yaml"}
    assert kg("compile", "--tables", "tables", "--out", "triples").code == 0
    assert not list((workplace / "tables").rglob(".*"))


def test_a_dry_run_reports_and_writes_nothing(workplace: Path) -> None:
    before = files_below(workplace / "tables")
    run = imported(jsonl(workplace / "facts.jsonl", FACT), "--dry-run")
    assert run.code == 0
    assert "would write: tables/entities/tools.yaml, tables/reviews.csv" in run.out
    assert files_below(workplace / "tables") == before


def test_tables_at_fault_are_named_and_nothing_is_written(workplace: Path) -> None:
    replace_once(workplace / "tables/claims/content-money.csv", "25.2e9,JPY", "25.2e9,yen")
    before = files_below(workplace / "tables")
    run = imported(jsonl(workplace / "facts.jsonl", FACT))
    assert (run.code, run.places) == (2, ["tables/claims/content-money.csv:4"])
    assert files_below(workplace / "tables") == before


def test_a_table_that_changes_meanwhile_is_not_overwritten(workplace: Path) -> None:
    tables = workplace / "tables"
    planned = plan_import(jsonl(workplace / "facts.jsonl", FACT), tables, ONTOLOGY, ON)
    with (tables / "reviews.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    before = files_below(tables)
    with pytest.raises(KgError, match=r"reviews\.csv has changed meanwhile"):
        write_import(planned, tables)
    assert files_below(tables) == before


def test_a_failed_write_leaves_the_tables_as_they_were(
    workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = workplace / "tables"
    planned = plan_import(jsonl(workplace / "facts.jsonl", FACT), tables, ONTOLOGY, ON)
    before, synced = files_below(tables), []

    def full(handle: int) -> None:
        synced.append(handle)
        if len(synced) == 3:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_import(planned, tables)
    assert files_below(tables) == before


def test_a_row_that_the_gates_of_a_build_refuse_is_refused(workplace: Path) -> None:
    """S26: nobody quotes the future, which only the whole graph shows."""
    late = fact(as_of="2026-02-01", value=28100000000)
    run = imported(jsonl(workplace / "facts.jsonl", FACT, late))
    assert run.code == 0
    assert "facts.jsonl:2: refused: " in run.out
    assert "[S26]" in run.out
    assert [row["object"] for row in table("claims/imported-facts.csv")] == ["26100000000"]


# --- what is refused, and why


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("no subject", {"subject": ""}, "subject: is empty"),
    ("unknown subject", {"subject": "content budget japan"}, "nearest: content-budget-japan"),
    ("misrendered name", {"asserted_by": "Sanae Takashi"}, "misrendered name of takaichi-sanae"),
    ("no predicate of ours", {"predicate": "amounts to"}, "no claimable property is called"),
    ("likeness is no match", {"predicate": "Amonut"}, "nearest: amount"),
    ("number in words", {"value": None, "object": "26 billion"}, "write digits such as 55e9"),
    ("number with commas", {"value": "26,100"}, "is no number"),
    ("full-width number", {"value": "２６"}, "is no number"),
    ("too fine a number", {"value": "1e-13"}, "is no number"),
    ("two values", {"object": "27"}, "object is given twice"),
    ("no unit", {"unit": ""}, "unit is empty"),
    ("unknown unit", {"unit": "Yens"}, "no unit is called 'Yens'; nearest: JPY"),
    ("hedged phrase", {"phrase": "約261億円"}, "the phrase says '約'"),
    ("hedged phrase in English", {"phrase": "more than 26 billion"}, "says 'more than'"),
    ("months that run back", {"period": "2024-01/2023-12"}, "is no period"),
    ("open period of a number", {"period": "2025/"}, "is no period"),
    ("mixed years", {"period": "2024/FY2025"}, "is no period"),
    ("status of none", {"status": "disputed"}, "is not in scheme assertion-status"),
    ("asserter is no agent", {"asserted_by": "content-budget-japan"}, "not a Person or Org"),
    ("silence", {"predicate": "fundingNature", "value": "not-stated"}, "silence is found by"),
    ("wrong class", {"subject": "takaichi-sanae"}, "amount is not said of a Person"),
    ("no source", {"source_url": ""}, "no claim without its source"),
    ("unknown source", {"source": "src-jiji-20251222"}, "nearest: src-jiji-20251221"),
    ("not http", {"source_url": "file:///etc/passwd"}, "is no http(s) address"),
    ("script", {"source_url": "javascript:alert(1)"}, "is no http(s) address"),
    ("password", {"source_url": "https://a:b@example.org/"}, "user name or password"),
    ("bad port", {"source_url": "https://example.org:99999/"}, "is no address"),
    ("unknown publisher", {"source_url": "https://a.jp/", "publisher": "Jiji"}, "nearest: jiji-p"),
    ("no publisher", {"source_url": "https://a.jp/", "publisher": ""}, "publisher is empty"),
    ("no kind", {"source_url": "https://a.jp/", "publisher": "jsip-editors"}, "kind is empty"),
    ("wrong kind", {"source_url": "https://a.jp/", "kind": "Rumour"}, "no kind of source"),
    ("wrong tier", {"source_url": "https://a.jp/", "tier": "Best"}, "'Best' is not one of"),
    ("long quote", {"phrase": "あ" * 81}, "quote at most 80"),
    ("no quote", {"phrase": ""}, "quote: is empty"),
    ("no passage in a held text", {"source": "src-gate-ai-content"}, "start, end and role"),
    ("bad id", {"claim_id": "c-gate-001"}, "must have the form c-jiji-20251221-nnn"),
    ("unknown field", {"perid": "2024"}, "unknown field 'perid'; nearest: period"),
    ("formula", {"note": "=HYPERLINK(1)"}, "begins like a spreadsheet formula"),
    ("full-width formula", {"note": "＝1+1"}, "begins like a spreadsheet formula"),
    ("command", {"note": "-2+3+cmd|' /C calc'!A0"}, "begins like a spreadsheet formula"),
    ("control character", {"note": "a\x07"}, "unprintable character U+0007"),
    ("line break", {"note": "a\nb"}, "unprintable character U+000A"),
    ("turned text", {"note": "a\u202eb"}, "unprintable character U+202E"),
    ("long cell", {"note": "x" * 2001}, "has 2001 characters"),
    ("list", {"note": ["x"]}, "must be text or a number"),
    ("truth value", {"value": True}, "must be text or a number"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "says"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
@pytest.mark.usefixtures("workplace")
def test_what_cannot_be_mapped_is_refused(
    vocabulary: Vocabulary, changed: dict[str, Any], says: str
) -> None:
    assert says in why(vocabulary, **changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"phrase": "約261億円", "qualifier": "approximately"},
        {"phrase": "過去最大の261億円"},
        {"phrase": "市場規模は261億円"},
        {"phrase": "+261億円"},
        {"unit": "円"},
        {"subject": "日本のコンテンツ支援予算"},
        {"predicate": "AMOUNT"},
        {"asserted_by": "  ｊｉｊｉ　ｐｒｅｓｓ "},
        {"status": "analysed"},
        {"source_url": "HTTP://WWW.nippon.com:80/ja/news/%79jj2025122100305/#top"},
        {"source_url": "", "source": "src-jiji-20251221"},
        {"period": "2025年度"},
        {"period": ""},
        {"source_title": "[describes]", "source_url": "https://a.jp/", "published": "2025-12"},
    ],
    ids=str,
)
@pytest.mark.usefixtures("workplace")
def test_what_can_be_mapped_is_taken(vocabulary: Vocabulary, changed: dict[str, Any]) -> None:
    assert why(vocabulary, **changed) == ""


def test_a_name_of_two_things_is_refused_with_both(workplace: Path, vocabulary: Vocabulary) -> None:
    with (workplace / "tables/entities/organisation.yaml").open("a", encoding="utf-8") as file:
        file.write("- id: the-gate\n  type: Company\n  label: {en: GATE, ja: 門}\n")
    assert "'gAte' is a name of gate and the-gate" in why(vocabulary, asserted_by="gAte")
    assert why(vocabulary, asserted_by="gate") == ""


def test_every_row_refused_exits_1_and_an_empty_file_0(workplace: Path) -> None:
    run = imported(jsonl(workplace / "facts.jsonl", fact(subject="x"), fact(unit="x")))
    assert (run.code, run.places) == (1, ["facts.jsonl:1", "facts.jsonl:2"])
    assert "refused for: subject 1, unit 1" in run.out
    assert imported(jsonl(workplace / "none.jsonl")).code == 0


# --- files that are hostile or broken


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"subject": ', "is not valid JSON: Expecting value at column 13"),
        ("[" * 50_000, "nested too deep"),
        ('["a"]', "must be a JSON object"),
        ("null", "must be a JSON object"),
        ('{"note": NaN}', "note: must be text or a number"),
        ('{"note": "a", "note": "b"}', "note stands twice"),
        ('{"note": "\\ud800"}', "unprintable character U+D800"),
        ('{"value": ' + "9" * 5000 + "}", "has 5000 characters"),
        ('{"note": "' + "x" * 70_000 + '"}', "the line has over 65536 characters"),
    ],
    ids=["cut", "deep", "list", "null", "NaN", "twice", "surrogate", "digits", "long"],
)
def test_a_broken_line_is_refused_alone(
    workplace: Path, vocabulary: Vocabulary, line: str, says: str
) -> None:
    file = jsonl(workplace / "facts.jsonl", FACT, fact(value=27100000000))
    first, second, _ = file.read_text(encoding="utf-8").split("\n")
    file.write_text(f"{first}\n\n{line}\n{second}\n", encoding="utf-8")
    good, broken, last = outcomes(file, vocabulary)
    assert (good.result, broken.where, last.result) == ("created", "facts.jsonl:3", "created")
    assert says in broken.why[0]


UNREADABLE: dict[str, tuple[str, bytes, int, str]] = {
    "encoding": ("a.jsonl", b"{}\n" + "市場".encode("cp932"), 2, "is not UTF-8"),
    "UTF-16": ("a.csv", "subject".encode("utf-16"), 1, "is not UTF-8"),
    "no header": ("a.csv", b"", 1, "is empty"),
    "column": ("a.csv", b"subject,perid\n", 1, "unknown column 'perid'; nearest: period"),
    "column twice": ("a.csv", b"unit,unit\n", 1, "column 'unit' stands twice"),
    "quotation": ("a.csv", b'subject,note\na,b\n"a,b\n', 3, "is not valid CSV"),
    "huge cell": ("a.csv", b"subject\n" + b"x" * 200_000, 2, "is not valid CSV"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_exits_2_with_its_line(workplace: Path, name: str) -> None:
    file, data, line, says = UNREADABLE[name]
    (workplace / file).write_bytes(data)
    with pytest.raises(KgError, match=f"^{file}:{line}: {says}"):
        read_incoming(Path(file))


def test_exit_2_for_a_missing_file_a_wrong_ending_and_no_tables(workplace: Path) -> None:
    assert imported(workplace / "none.jsonl").code == 2
    (workplace / "facts.xlsx").write_bytes(b"PK")
    run = imported(Path("facts.xlsx"))
    assert (run.code, run.out) == (2, "")
    assert "JSON lines (.jsonl) or CSV (.csv)" in run.err
    run = kg("import", jsonl(workplace / "facts.jsonl", FACT), "--tables", "nowhere")
    assert (run.code, "nowhere is no folder of tables; make it" in run.err) == (2, True)


def test_a_report_cannot_steer_a_terminal(workplace: Path) -> None:
    text = '{"\x1b[2J\u202e": "x"}\n'.replace("\x1b", "\\u001b").replace("\u202e", "\\u202e")
    (workplace / "facts.jsonl").write_text(text, encoding="utf-8")
    for more in ((), ("--json",)):
        run = imported(Path("facts.jsonl"), *more)
        assert run.code == 1
        assert not set(run.out) & set("\x1b\u202e")


def test_no_garbage_ends_in_a_traceback(workplace: Path, vocabulary: Vocabulary) -> None:
    """Cells swapped, cut and replaced at random: every row is created, there, or refused."""
    chance = random.Random(7)
    scraps = [*"x-/0%🙂", "", "2025", "period-5y", "src-", "issue/low-pay", "1e18", "http://",
              "c-1", "https://[", "https://é.jp/%z", "gate", "not-stated", None]  # fmt: skip
    names = [*FACT, *"object qualifier low start role language tier kind area confidence".split(),
             *"claim_id source event date_basis start_date".split()]  # fmt: skip
    rows = []
    for _ in range(400):
        row = dict(FACT)
        for name in chance.sample(names, 3):
            row[name] = chance.choice(scraps)
        rows.append(row)
    found = outcomes(jsonl(workplace / "facts.jsonl", *rows), vocabulary)
    assert len(found) == len(rows)
    assert {each.result for each in found} >= {"created", "refused"}
    assert all(each.why for each in found if each.result == "refused")


def test_a_created_row_always_compiles(workplace: Path) -> None:
    rows = [fact(value=n * 10**8 + 1) for n in range(30)] + [
        fact(note=f'quoted, "{n}"') for n in "a;,"
    ]
    planned = plan_import(jsonl(workplace / "facts.jsonl", *rows), Path("tables"), ONTOLOGY, ON)
    write_import(planned, Path("tables"))
    assert len(planned.having("created")) == 31
    run = kg("compile", "--tables", "tables", "--out", "triples")
    assert (run.code, "claims added: 31 " in run.out) == (0, True)


# --- single rules


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("2024", "period-2024"),
        ("2024年", "period-2024"),
        ("FY2025", "period-fy2025"),
        ("fy 2025", "period-fy2025"),
        ("2025年度", "period-fy2025"),
        ("FY2026/FY2030", "period-fy2026-fy2030"),
        ("2014–2024", "period-2014-2024"),
        ("2024/2024", "period-2024"),
        ("5y", "period-5y"),
        ("2025-12", "period-2025-12"),
        ("2026-10/2028-09", "period-2026-10-2028-09"),
        ("2025Q1/2025q3", "period-2025q1-2025q3"),
        ("period-fy2025", "period-fy2025"),
    ],
)
def test_periods(text: str, slug: str) -> None:
    assert period_slug(text) == slug


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025-13",
        "2025-12/2025-01",
        "2025Q5",
        "2024/2023",
        "25",
        "period-",
        "FY2025/",
        "2024/25",
    ],
)
def test_no_periods(text: str) -> None:
    with pytest.raises(Unmapped):
        period_slug(text)


SAME: Iterable[tuple[str, ...]] = [
    ("http://Example.org", "https://example.org/", "https://EXAMPLE.org:443/#x"),
    ("https://a.jp/人工", "https://a.jp/%E4%BA%BA%e5%b7%a5"),
    ("https://a.jp/?p=1", "https://a.jp?p=1"),
]


@pytest.mark.parametrize("spellings", SAME)
def test_one_address_in_other_spellings(spellings: tuple[str, ...]) -> None:
    assert len({normal_url(url) for url in spellings}) == 1


def test_other_addresses_stay_apart() -> None:
    tails = ["x", "X", "x/", "x?p=1", "x?p=2", "%2F", "/"]
    urls = ["https://a.jp:8080/x", *(f"https://a.jp/{tail}" for tail in tails)]
    assert len({normal_url(url) for url in urls}) == len(urls)

"""kg recheck: the passages of a source looked up in a later text of it.

The texts are in our own words around phrases that the record quotes of one source.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.build.snapshot import Snapshot
from kg.ledger.inbox import read_inbox
from surfaces import Run, files_below, kg

SOURCE = "src-webtan-forum-20251205"
OLD = """推計のまとめ

海外売上が6兆円を突破した。2024年の日本のコンテンツ市場、前年比3.9%増で15兆円を突破とまとめる。
アニメの海外売上は前年比26.0%増だった。

市場は15兆2,602億円に達した。国内総生産に占める割合は日本は2.44%だった。
ほかの国では韓国は3.42%で、比べた国の中で最も高い割合となった。
ヨーロッパの例として、英国は2.60%という割合が挙がる。

米国の規模は90兆円超、中国は40兆円超と見積もられる。英国は14兆円超である。
伸びは約4.0%拡大とされる。
"""
Recheck = Callable[..., Run]


@pytest.fixture
def recheck(shipped_snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recheck:
    """Rechecks the source against a text; with `held`, `OLD` was taken in before."""
    monkeypatch.chdir(tmp_path)
    store = shipped_snapshot.folder.parents[1]

    def run(text: str, *more: str, held: bool = True, source: str = SOURCE) -> Run:
        Path("new.txt").write_text(text, encoding="utf-8")
        if held and not Path("held").exists():
            Path("old.txt").write_text(OLD, encoding="utf-8")
            assert kg("ingest", "old.txt", "--out", "held", "--store", store).code == 0
        earlier = ("--held", "held") if held else ()
        return kg("recheck", source, "new.txt", "--store", store, "--out", "out", *earlier, *more)

    return run


def verdicts(done: Run) -> dict[str, str]:
    """The verdict on each claim's passage, of those with a number."""
    answer = json.loads(done.out)
    return {one["claim"].rpartition("-")[2]: one["verdict"] for one in answer["passages"]}


def changed(old: str, new: str) -> str:
    """The text with one phrase put otherwise."""
    assert OLD.count(old) == 1
    return OLD.replace(old, new)


def test_the_same_text_is_nothing_to_do(recheck: Recheck) -> None:
    done = recheck(OLD)
    assert done.code == 0
    assert done.out == f"{SOURCE}: the same text; nothing has changed\n"
    assert not Path("out").exists()


def test_what_stands_elsewhere_has_moved(recheck: Recheck) -> None:
    done = recheck(f"訂正のお知らせ。\n{OLD}", "--json")
    assert done.code == 0
    answer = json.loads(done.out)
    assert set(verdicts(done).values()) == {"moved"}
    text = Path("new.txt").read_text(encoding="utf-8")
    for one in answer["passages"]:
        assert text[one["start"] : one["end"]] == one["found"] == one["quote"]


def test_a_changed_figure_becomes_a_candidate_that_supersedes(recheck: Recheck) -> None:
    done = recheck(changed("韓国は3.42%", "韓国は3.55%"), "--json", "--issued", "2026-02-01")
    assert done.code == 1
    found = verdicts(done)
    assert found.pop("005") == "changed"
    assert set(found.values()) == {"same"}
    (one,) = read_inbox(Path("out")).candidates
    row = one.row
    assert one.supersedes == "c-webtan-forum-20251205-005"
    assert (row["subject"], row["object"], row["unit"]) == (
        "content-gdp-share-south-korea", "3.55", "percent",
    )  # fmt: skip
    assert (row["asserted_by"], row["asserted_on"]) == ("human-media", "2026-02-01")
    assert row["period"] == "period-2024"
    assert read_inbox(Path("out")).document.source["source_id"] == SOURCE


def test_another_spelling_is_no_change(recheck: Recheck) -> None:
    done = recheck(changed("15兆2,602億円", "15.2602兆円"), "--json")
    assert done.code == 0
    by_quote = {one["quote"]: one["verdict"] for one in json.loads(done.out)["passages"]}
    assert by_quote["15兆2,602億円"] == "moved"


def test_a_sentence_that_went_leaves_its_claim(recheck: Recheck) -> None:
    without = changed("ほかの国では韓国は3.42%で、比べた国の中で最も高い割合となった。\n", "")
    done = recheck(without)
    assert done.code == 1
    assert "gone: its sentence was rewritten or left out" in done.out
    assert "claims of gone passages stay" in done.out
    assert not Path("out").exists()


def test_a_look_alike_is_no_match(recheck: Recheck) -> None:
    """The figure of one country in a sentence on something else is not the passage."""
    other = changed(
        "ほかの国では韓国は3.42%で、比べた国の中で最も高い割合となった。",
        "利用者の満足度の調べで韓国は3.42%にとどまり、前の年より下がったという話もある。",
    )
    for held in (True, False):
        assert verdicts(recheck(other, "--json", held=held))["005"] == "gone", held


def test_without_the_older_text_the_words_around_must_tell(recheck: Recheck) -> None:
    found = verdicts(recheck(OLD, "--json", held=False))
    assert found["008"] == "same"  # a phrase that tells what it is about
    assert found["004"] == "same"  # its sentence does
    new = changed("前年比3.9%増", "前年比4.1%増").replace("韓国は3.42%", "韓国は3.55%")
    found = verdicts(recheck(new, "--json", held=False))
    assert found["008"] == "changed"
    assert found["005"] == "gone"  # too few words to be sure: an orphan, no guess


def test_nothing_else_is_written(recheck: Recheck) -> None:
    recheck(OLD)
    before = files_below(Path())
    recheck(OLD)
    assert files_below(Path()) == before


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"source": "src-webtan-forum"}, "nearest: src-webtan-forum-2"),
        ({"text": ""}, "new.txt: is empty"),
    ],
)
def test_faults_have_names(recheck: Recheck, more: dict[str, Any], words: str) -> None:
    done = recheck(more.pop("text", OLD), held=False, **more)
    assert done.code == 2
    assert words in done.err
    assert "Traceback" not in done.err


def test_the_older_text_has_to_be_that_of_the_record(recheck: Recheck) -> None:
    Path("gate-ai-content.txt").write_text("another text, 5 yen", encoding="utf-8")
    done = recheck("new words", "--held", ".", held=False, source="src-gate-ai-content")
    assert done.code == 2
    assert "is not the text of src-gate-ai-content" in done.err
    assert "holds no text of" in recheck(OLD, "--held", ".", held=False).err

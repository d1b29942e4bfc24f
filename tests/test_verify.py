"""`kg verify`: verdicts on own sentences, exact offsets, hostile texts, named errors."""

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

import kg as package
from kg.build.snapshot import Snapshot
from kg.core.errors import KgError
from kg.core.names import Names
from kg.engine.graph_store import MemoryStore
from kg.views.checking import report
from kg.views.checking.record import Record
from kg.views.checking.report import as_data
from kg.views.checking.verdicts import VERDICTS
from kg.views.record.claims import Reader
from reading.measure import judged
from reading.score import load, names_of_texts, score
from surfaces import Run, kg

Verify = Callable[..., Run]
SENTENCES = [
    ("supported", [], "Rapidus itself expects to need 7 trillion yen of investment.", "7 trillion"),
    ("supported", [], "2024年のデジタル赤字は6兆6506億円だった。", "6兆6506億円"),
    ("supported", [], "The digital deficit of Japan was 6.65 trillion yen in 2024.", "6.65"),
    ("differs", ["value"], "The digital deficit of Japan was 6,560.6 billion yen in 2024.", "6,5"),
    ("differs", ["period"], "Semiconductor exports came to 5.5 trillion yen in 2019.", "5.5"),
    (
        "differs",
        ["asserter"],
        "According to SoftBank, Rapidus needs a total investment of 7 trillion yen.",
        "7 trillion",
    ),
    (
        "do-not-print",
        [],
        "“100 million yen investment in AI” ran the headline on domestic AI support.",
        "100 million",
    ),
    (
        "differs",
        ["value"],
        "The digital deficit of Japan was 66.5 trillion yen in 2024.",
        "66.5",
    ),
    ("differs", ["value"], "The state aid for Rapidus up to FY2025 is 17 trillion yen.", "17"),
    (
        "differs",
        ["unit"],
        "The digital deficit of Japan was 6.65 trillion dollars in 2024.",
        "6.65",
    ),
    ("differs", ["nature"], "国産AI開発の5年間支援は民間資金の1兆円規模だ。", "1兆円"),
    (
        "differs",
        ["statistic"],
        "The median monthly working hours of animators were 230 hours in 2017.",
        "230",
    ),
    (
        "supported",
        [],
        "The mean monthly working hours of animators were 230 hours in 2017.",
        "230",
    ),
    (
        "differs",
        ["asserter"],
        "ソフトバンクの試算では、ラピダスの投資総額は7兆円にのぼる。",
        "7兆円",
    ),
    (
        "supported",
        [],
        "Human Media said on 31 March 2025 that the Japanese content market was worth "
        "14.9003 trillion yen in 2024.",
        "14.9003",
    ),
    (
        "do-not-print",
        [],
        "The Japanese content market was worth 14.9003 trillion yen in 2024.",
        "14.9003",
    ),
    ("supported", [], "AISIは人員を200人にする。", "200人"),
    ("supported", [], "日本のデジタル赤字\n・2023年 5.52兆円\n・2024年 6.65兆円", "5.52兆円"),
    ("differs", ["value"], "日本のデジタル赤字\n・2023年 5.52兆円\n・2024年 6.56兆円", "6.56"),
    ("unknown", [], "Content sales abroad are 1.05 times those of chips.", "1.05"),
    ("not-checkable", [], "The levy is for households earning over 10 million yen.", "10 million"),
    ("not-checkable", [], "新しい税は年収1000万円以上の世帯が払う。", "1000万円"),
    ("unknown", [], "The bakers of Oslo sold 7 trillion yen worth of bread.", "7 trillion"),
    ("unknown", [], "Our cat weighs 45.3 per cent more than last spring.", "45.3"),
    ("not-checkable", [], "The plan was read out on 3 May 2024.", "3 May"),
]
HOSTILE = {
    "digits": "1" * 50_000, "one line": "".join(f"{i % 977 + 1}億円 " for i in range(20_000)),
    "thousands": "千" * 333_000, "unseen": "1\u200b億\u200b円\u200d" * 500,
    "turned": "\u202e1兆円\u202c 支援 " * 500, "empty": "", "nul": "\x00 1億円 \x00",
    "combining": "1" + "\u0301" * 5000 + "億円", "full width": "１２３億円とＡＩ",
}  # fmt: skip


@pytest.fixture(scope="module")
def verify(shipped_snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Verify:
    store = shipped_snapshot.folder.parents[1]
    file = tmp_path_factory.mktemp("texts") / "text.txt"

    def run(text: str | bytes, *options: str) -> Run:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return kg("verify", file, "--store", store, *options)

    return run


@pytest.fixture(scope="module")
def record(shipped_store: MemoryStore, names: Names) -> Record:
    return Record(Reader(shipped_store, names))


def test_each_verdict_on_sentences_of_our_own(verify: Verify, record: Record) -> None:
    text = "\n\n".join(sentence for _, _, sentence, _ in SENTENCES)
    for verdict, parts, sentence, surface in SENTENCES:
        answer = as_data(report.check(record, sentence))
        one = next(q for q in answer["quantities"] if q["surface"].startswith(surface))
        assert (one["verdict"], [*one["differs_in"]]) == (verdict, parts), sentence
        assert one["why"]["en"]
        assert one["why"]["ja"]
        assert bool(one["claims"]) == (verdict in ("supported", "differs", "do-not-print"))
        known = bool(one["claims"])
        assert all(
            (one[part] is not None) == known for part in ("subject", "predicate", "asserter")
        )
        assert bool(one["print"]["en"]) == bool(one["print"]["ja"]) == bool(one["claims"])
    answer = json.loads(verify(text, "--json", "--lang", "en").out)
    _is_sound(answer, text)
    for _, _, sentence, _ in SENTENCES[:4]:
        printed = json.loads(verify(sentence, "--json").out)
        made = json.loads(json.dumps(as_data(report.check(record, sentence))))
        assert printed["quantities"] == made["quantities"]


def _is_sound(answer: dict[str, Any], text: str) -> None:
    assert list(answer["summary"]) == list(VERDICTS)
    assert sum(answer["summary"].values()) == len(answer["quantities"])
    assert answer["language"] in ("en", "ja")
    for one in [*answer["quantities"], *answer["names"]]:
        assert text[one["start"] : one["end"]] == one["surface"]


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_text_is_answered(verify: Verify, name: str) -> None:
    done = verify(HOSTILE[name], "--json")
    assert done.code == 0
    _is_sound(json.loads(done.out), HOSTILE[name])
    assert "\u202e" not in done.out


def test_work_grows_with_the_text_not_with_its_square(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each figure is judged at most twice; what is told of one claim is made once."""
    asked: Counter[str] = Counter()

    def counted(name: str) -> None:
        known = getattr(report, name)

        def call(*given: Any) -> Any:
            asked[name] += 1
            return known(*given)

        monkeypatch.setattr(report, name, call)

    for name in ("judge", "advice_of", "rivals"):
        counted(name)
    times = 300
    told = report.check(record, f"{SENTENCES[1][2]}\n{SENTENCES[3][2]}\n" * times)
    measured = sum(one.kind != "date" for one in told.quantities)
    assert measured == 2 * times
    assert asked["judge"] <= 2 * measured
    assert asked["advice_of"] == asked["rivals"] + 1 <= 3


@pytest.mark.parametrize("half", ["development", "frozen"])
def test_reasons_are_sentences_in_both_languages(record: Record, half: str) -> None:
    for name in names_of_texts()[half]:
        text, gold = load(name)
        for one in judged(record, text, gold)["quantities"]:
            en, ja = one["why"]["en"], one["why"]["ja"]
            assert en[0].isupper(), en
            assert en.endswith("."), en
            assert ja.endswith("。"), ja
            assert not re.search(r"[.] [a-z]|[.][.]|  |：[。（]", en + ja), en + ja


def test_faults_have_names(verify: Verify) -> None:
    for done, words in (
        (verify("1億円", "--published", "soon"), "is no day"),
        (verify(b"\xff\xfe1"), "byte 0 is not UTF-8"),
        (verify("a" * 1_000_001), "longer than"),
        (kg("verify", "no-such-file.txt"), "no-such-file.txt"),
    ):
        assert done.code == 2
        assert words in done.err
        assert "Traceback" not in done.err


def test_people_see_a_summary_then_each_figure_with_its_line(verify: Verify) -> None:
    told = verify("First line.\nRapidus itself expects to need 7 trillion yen.").out.splitlines()
    assert told[0] == "1 figure: 1 supported"
    assert told[1] == "line 2: 7 trillion yen  supported"
    assert told[2].startswith("    The record has the same: ")


def test_the_api_gives_the_same(shipped_snapshot: Snapshot, verify: Verify) -> None:
    graph = package.open(shipped_snapshot.folder.parents[1])
    text = SENTENCES[0][2]
    report, answer = graph.verify(text), json.loads(verify(text, "--json").out)
    assert [one.verdict for one in report.quantities] == ["supported"]
    assert list(report.quantities[0].claims) == answer["quantities"][0]["claims"]
    with pytest.raises(KgError, match="no day"):
        graph.verify(text, published="2025-13-40")


def test_the_development_texts_are_judged_well(record: Record) -> None:
    """Goals of reading.md §3 on the half that may be looked at; the README tells both."""
    texts = map(load, names_of_texts()["development"])
    got = score([(gold, judged(record, text, gold)) for text, gold in texts])
    assert got["verdict right"] >= 0.93 * got["judged"]
    assert got["errors caught"] >= 0.88 * got["errors judged"]
    assert got["wrongly supported"] <= 0.01 * got["judged"]

"""kg ingest: documents of all kinds into inboxes; hostile ones are refused in one plain line."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pdf_files
from kg.build.snapshot import Snapshot
from kg.core.errors import KgError
from kg.core.names import shipped_names
from kg.engine.graph_store import MemoryStore
from kg.ledger.append_rows import with_rows
from kg.ledger.compile import compile_tables
from kg.ledger.inbox import read_inbox
from kg.views.intake.candidates import Proposer
from kg.views.intake.ranking import ages_overlap
from kg.views.intake.readings import About
from kg.views.record.claims import Reader
from reading.known import TABLES
from reading.proposals import articles, marked, score
from surfaces import ONTOLOGY, Run, files_below, kg

TEXT = """Sales abroad keep rising

Human Media estimates that overseas sales of content were 5.7769 trillion yen in 2023. \
Piracy cost publishers 2.6 trillion yen in 2025, CODA estimates.
"""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Sales \x1b[2J of &lt;script&gt;alert(1)&lt;/script&gt; content</title>
<meta property="article:published_time" content="2026-01-05">
<link rel="canonical" href="https://example.org/a"></head><body><nav>Home, about us</nav>
<article><p>Overseas sales of content were 5.7769 trillion yen in 2023, Human Media estimates, in a
sentence that is long enough to be the main text of this page.</p>
<script>document.write("9 trillion yen")</script></article></body></html>"""
Ingest = Callable[..., Run]


@pytest.fixture
def ingest(shipped_snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ingest:
    """Takes a file with these contents in, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    store = shipped_snapshot.folder.parents[1]

    def run(name: str, data: str | bytes, *more: str) -> Run:
        (tmp_path / name).write_bytes(data.encode() if isinstance(data, str) else data)
        return kg("ingest", name, "--store", store, *more)

    return run


def rows(folder: str = "out") -> list[dict[str, Any]]:
    """The candidates of an inbox, as their JSON."""
    lines = Path(folder, "candidates.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_a_text_becomes_candidates_with_reasons_and_witnesses(ingest: Ingest) -> None:
    done = ingest("a.txt", TEXT, "--out", "out", "--issued", "2026-01-05", "--publisher", "gate")
    assert done.code == 0, done.err
    first, second = rows()
    row = first["row"]
    assert (row["subject"], row["predicate"]) == ("content-overseas-sales-japan", "observedValue")
    assert (row["object"], row["unit"], row["period"]) == ("5.7769e12", "JPY", "period-2023")
    assert (row["asserted_by"], row["asserted_on"]) == ("human-media", "2026-01-05")
    assert "c-gamebiz-2024-001" in [same["claim"] for same in first["same_as"]]
    assert second["row"]["subject"] == "piracy-damage-publishing-japan"
    for one in (first, second):
        assert TEXT[one["start"] : one["end"]] == one["surface"]
        at = int(one["evidence"]["start"])
        assert TEXT[at:].startswith(one["quote"])
        assert len(one["quote"]) <= 80
        low, high = one["sentence"]
        assert low <= one["start"] < one["end"] <= high
        assert one["basis"].keys() == one["why"].keys()
        assert all(why["en"] and why["ja"] for why in one["why"].values())
    inbox = read_inbox(Path("out"))
    assert inbox.document.source["publisher"] == "gate"
    assert inbox.document.title == "Sales abroad keep rising"


def test_the_same_document_gives_the_same_bytes(ingest: Ingest) -> None:
    assert "written: one" in ingest("a.html", PAGE, "--out", "one").out
    assert "written: two" in ingest("a.html", PAGE, "--out", "two").out
    assert files_below(Path("one")) == files_below(Path("two"))
    assert "unchanged: one" in ingest("a.html", PAGE, "--out", "one").out


def test_inboxes_lie_in_a_private_folder(ingest: Ingest) -> None:
    answer = json.loads(ingest("a.txt", TEXT, "--json").out)
    folder = Path(answer["inbox"])
    assert folder.parts[0] == "inbox"
    assert (folder / ".gitignore").read_text() == "*\n"
    assert folder.stat().st_mode & 0o077 == 0
    assert answer["counts"]["candidates"] == len(rows(str(folder))) == 2


def test_a_page_gives_its_main_text_and_nothing_that_runs(ingest: Ingest) -> None:
    done = ingest("a.html", PAGE, "--out", "out")
    assert done.code == 0, done.err
    assert "\x1b" not in done.out
    document = read_inbox(Path("out")).document
    assert (document.url, document.issued, document.lang) == (
        "https://example.org/a", "2026-01-05", "en",
    )  # fmt: skip
    assert "trafilatura" in document.stream
    text = Path("out", "text.txt").read_text(encoding="utf-8")
    assert "about us" not in text
    assert [one["surface"] for one in rows()] == ["5.7769 trillion yen"]


def test_a_pdf_keeps_page_and_rectangles_of_each_quote(ingest: Ingest) -> None:
    lines = [
        "Human Media estimates that the overseas sales of Japanese con-",
        "tent, films and games among it, amounted to 5.7769 trillion",
        "yen in 2023.",
    ]
    done = ingest("a.pdf", pdf_files.pages([["Contents"], lines]), "--out", "out")
    assert done.code == 0, done.err
    (one,) = rows()
    text = Path("out", "text.txt").read_text(encoding="utf-8")
    assert "Japanese content, films" in text
    assert text[one["start"] : one["end"]] == one["surface"] == "5.7769 trillion yen"
    assert one["page"] == 2
    assert len(one["rectangles"]) >= 2  # the figure goes on in the next line
    for x0, y0, x1, y1 in one["rectangles"]:
        assert 50 <= x0 < x1 <= 612
        assert 650 <= y0 < y1 <= 720


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \n\n", "is empty"),
        ("a.txt", b"\x00\x01\x02 5 yen", "holds binary data"),
        ("a.txt", "売上は5兆円".encode("cp932"), "save it as UTF-8"),
        ("a.pdf", b"plain words, 5 yen", "is called PDF and holds plain text"),
        ("a.txt", pdf_files.pages([["5 yen"]]), "is called plain text and holds PDF"),
        ("a.docx", b"PK\x03\x04 and so on", "save the document as PDF, HTML or text"),
        ("a.pdf", b"%PDF-1.7\nno more", "as a PDF is broken"),
        ("a.pdf", pdf_files.pages([[]]), "no text in them"),
        ("a.pdf", pdf_files.circular(), "1,000,000 pages; at most 2,000"),
        ("a.html", b"<html><body>" + b"<div>" * 100_000, "save the article as a text file"),
        ("a.txt", b"word " * 200_001, "at most 1,000,000 are read"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_in_one_line(
    ingest: Ingest, name: str, data: bytes, words: str
) -> None:
    done = ingest(name, data, "--out", "out")
    assert done.code == 2
    assert words in done.err
    assert done.err.startswith(f"{name}: ")
    assert len(done.err.splitlines()) == 1
    assert not Path("out").exists()
    assert [path.name for path in Path().iterdir()] == [name]


def test_a_bomb_is_stopped_by_its_limits(ingest: Ingest) -> None:
    done = ingest("a.pdf", pdf_files.bomb(), "--out", "out", "--timeout", "20")
    assert done.code == 2
    assert done.err.startswith("a.pdf: ")
    assert "text" in done.err
    assert not Path("out").exists()


def test_wrong_words_about_a_document_have_names(ingest: Ingest) -> None:
    for more, words in (
        (("--issued", "soon"), "--issued 'soon' is no day"),
        (("--url", "nowhere"), "--url: 'nowhere' is no http(s) address"),
        (("--publisher", "gaet-news-of-mars"), "No entity is called"),
        (("--publisher", "digital-deficit-japan"), "which publishes nothing"),
    ):
        done = ingest("a.txt", TEXT, "--out", "out", *more)
        assert (done.code, Path("out").exists()) == (2, False)
        assert words in done.err


def test_decisions_and_foreign_folders_are_never_written_over(ingest: Ingest) -> None:
    Path("foreign").mkdir()
    Path("foreign", "work.txt").write_text("mine")
    assert "is there and no inbox" in ingest("a.txt", TEXT, "--out", "foreign").err
    assert ingest("a.txt", TEXT, "--out", "out").code == 0
    Path("out", "journal.jsonl").write_text("{}\n")
    before = files_below(Path("out"))
    done = ingest("a.txt", TEXT.replace("2.6", "2.7"), "--out", "out")
    assert (done.code, files_below(Path("out"))) == (2, before)
    assert "has decisions" in done.err


def test_an_inbox_is_read_strictly(ingest: Ingest) -> None:
    assert ingest("a.txt", TEXT, "--out", "out").code == 0
    document, candidates = Path("out", "document.json"), Path("out", "candidates.jsonl")
    whole = document.read_text(encoding="utf-8")
    line = candidates.read_text(encoding="utf-8")
    for file, old, new, words in (
        (document, '"format": 1', '"format": 2', "update kg"),
        (document, '"format": 1', '"format": 0', "run kg ingest again"),
        (document, '"lang": "en"', '"lang": 7', "document: lang"),
        (document, '"length": ', '"length": 1', "code points"),
        (candidates, '"surface": "5', '"surface": "6', "surface"),
        (candidates, '"score"', '"skore"', "candidates.jsonl:1"),
        (candidates, '"subject": "content', '"sobject": "content', "nearest: object"),
    ):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(KgError, match=words):
            read_inbox(Path("out"))
        document.write_text(whole, encoding="utf-8")
        candidates.write_text(line, encoding="utf-8")
    Path("out", "text.txt").write_text("another text")
    with pytest.raises(KgError, match="not the text that was read"):
        read_inbox(Path("out"))


def test_the_rows_of_candidates_compile_as_they_are(ingest: Ingest) -> None:
    """Those that name a subject and who says it; ids are given when a row is accepted."""
    shutil.copytree(TABLES, "tables")
    name, text, head, _ = next(articles())
    about = ("--publisher", head["publisher"], "--issued", head["published"], "--out", "out")
    assert ingest(f"{name}.txt", text, *about).code == 0
    source = dict(read_inbox(Path("out")).document.source)
    stem = source["source_id"].removeprefix("src-")
    complete = [one["row"] for one in rows() if one["row"].keys() >= {"subject", "asserted_by"}]
    assert len(complete) >= 10
    claims = [row | {"claim_id": f"c-{stem}-{n:03}"} for n, row in enumerate(complete, start=1)]
    sources = Path("tables", "sources.csv")
    sources.write_bytes(with_rows(sources, "sources", [source]))
    file = Path("tables", "claims", "new.csv")
    file.write_bytes(with_rows(file, "claims", claims))
    compile_tables(Path("tables"), ONTOLOGY)  # raises for any row at fault


def test_candidates_are_as_complete_as_told(shipped_snapshot: Snapshot) -> None:
    """Goals of reading.md §4: 0.70 complete at first, 0.85 among three; the README tells all."""
    quads, version = shipped_snapshot.quads, shipped_snapshot.version
    reader = Reader(MemoryStore(quads, version, shipped_snapshot.is_disjoint), shipped_names())
    proposer = Proposer(reader)
    for texts in (marked("development"), articles()):
        got, _ = score(proposer, reader, texts)
        assert got["all first"] >= 0.70 * got["all wanted"]
        assert got["all three"] >= 0.85 * got["all wanted"]


@pytest.fixture(scope="module")
def proposer(shipped_snapshot: Snapshot) -> Proposer:
    """Proposes against the record of the tables."""
    quads, version = shipped_snapshot.quads, shipped_snapshot.version
    return Proposer(
        Reader(MemoryStore(quads, version, shipped_snapshot.is_disjoint), shipped_names())
    )


def first_of(proposer: Proposer, text: str, surface: str) -> dict[str, str]:
    """The first reading of the last figure printed so, in a text that Gate publishes."""
    iri = proposer.reader.names.iri("id:gate")
    gate = proposer.reader.named([iri])[iri]
    about = About("src-x", gate, "2026-01-05", "en", "")
    return next(
        dict(one.row)
        for one in reversed(proposer.candidates(text, about))
        if one.surface.startswith(surface)
    )


@pytest.mark.parametrize(
    ("text", "surface", "who"),
    [
        (
            "Japan turns to AI. The government announced that 1.3 trillion yen will go to AI.",
            "1.3 trillion",
            "government-of-japan",
        ),
        ("政府はAI開発に1.3兆円を投じる方針を発表した。", "1.3兆円", "government-of-japan"),
        (
            "Japan looks on. In South Korea the government announced 1.3 trillion yen for AI.",
            "1.3 trillion",
            "gate",
        ),
        (
            "Sanae Takaichi met artists.\n\nShe announced that 61 billion yen will aid content.",
            "61 billion",
            "takaichi-sanae",
        ),
        (
            "Sales of content reached 16 trillion yen, according to a survey by Human Media.\n\n"
            "Among these, overseas sales of animation increased by 31%.",
            "31%",
            "human-media",
        ),
        (
            "Image source: Human Media. Overseas sales of animation increased by 31%",
            "31%",
            "human-media",
        ),
        (
            "The Digital Economy Report from the Ministry of Economy, Trade and Industry.\n\n"
            "The report points out that the digital deficit could reach 47 trillion yen by 2035.",
            "47 trillion",
            "meti",
        ),
        ("Sanae Takaichi plans to invest 1.3 trillion yen in AI.", "1.3 trillion", "gate"),
    ],
)
def test_who_speaks_is_found_without_a_name_beside_the_verb(
    proposer: Proposer, text: str, surface: str, who: str
) -> None:
    assert first_of(proposer, text, surface)["asserted_by"] == who


def test_ages_and_averages_tell_series_of_one_sentence_apart(proposer: Proposer) -> None:
    text = (
        "Animation workers aged 20 to 24 get a mean yearly pay of 2.1 million yen, and for those "
        "aged 25 to 30 the average is 3.1 million yen, below the median yearly pay of 3.4 million "
        "yen for people aged 20 to 29 in Japan."
    )
    found = {
        surface: first_of(proposer, text, surface)["subject"]
        for surface in ("2.1 million", "3.1 million", "3.4 million")
    }
    assert found == {
        "2.1 million": "animator-salary-20-24-japan",
        "3.1 million": "animator-salary-25-30-japan",
        "3.4 million": "salary-20-29-median-japan",
    }


def test_a_rise_is_per_cent_and_by_the_year_only_where_it_is_said(proposer: Proposer) -> None:
    rise = "Overseas sales of Japanese animation increased by 31% in 2024."
    row = first_of(proposer, rise, "31%")
    assert (row["subject"], row["unit"]) == ("animation-overseas-sales-growth-japan", "percent")
    told = ("increased by 9% in 2024", "grew by 9% a year on average")
    units = [first_of(proposer, f"Overseas sales of content {one}.", "9%")["unit"] for one in told]
    assert units == ["percent", "percent-per-year"]


def test_a_goal_is_a_target_before_it_is_a_figure_of_a_series(proposer: Proposer) -> None:
    text = "The goal is to increase overseas sales of content to 19 trillion yen."
    assert first_of(proposer, text, "19 trillion")["predicate"] == "targetValue"


def test_a_measure_keeps_the_years_it_has_in_the_record(proposer: Proposer) -> None:
    """A text prints the last year alone; another year is its own."""
    text = "Jiji Press counts 1.9 trillion yen of subsidies for Rapidus up to fiscal {}."
    periods = [
        first_of(proposer, text.format(year), "1.9 trillion")["period"] for year in (2025, 2029)
    ]
    assert periods == ["period-fy2022-fy2025", "period-fy2029"]


def test_bands_of_ages_overlap_or_not() -> None:
    """A band within another one speaks neither for nor against it."""
    told = [("20-24", "20-29"), ("25-30", "20-24"), ("24", "20-29")]
    assert [ages_overlap(*pair) for pair in told] == [True, False, True]

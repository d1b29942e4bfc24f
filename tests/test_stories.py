"""Stories: read with each fault at its line, held against the record, shown with passages."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from kg.core.bundle import find_bundle
from kg.core.names import Names
from kg.edges.cli import compile_build
from kg.engine.graph_store import MemoryStore
from kg.views.record.claims import Reader
from kg.views.stories.held import story_problems
from kg.views.stories.reading import read_stories, shipped_stories
from outside import Page, ask
from surfaces import REPOSITORY, kg

pytestmark = pytest.mark.long

FOLDER = REPOSITORY / "data" / "stories"
STEP = """title: {en: A title, ja: 題}
summary: {en: A summary, ja: 要約}
steps:
  - heading: {en: A heading, ja: 見出し}
    text:
      en: "%s"
      ja: "%s"
    claims: [c-jiji-20250210-nippon-002]
"""  # the deficit of 2024: 6.6506 trillion yen
PLAIN = STEP % ("Nothing is counted here.", "ここでは何も数えない。")


@pytest.fixture(scope="module")
def reader(shipped_store: MemoryStore, names: Names) -> Reader:
    return Reader(shipped_store, names)


def faults(reader: Reader, folder: Path, text: str) -> list[str]:
    """What is wrong with one story, each as `line: what`."""
    (folder / "a-story.yaml").write_text(text, encoding="utf-8")
    stories, problems = read_stories(folder)
    found = [*problems, *story_problems(reader, stories)]
    assert all(problem.rule == "S43" for problem in found)
    return [f"{p.where.rpartition(':')[2]}: {p.what}" for p in found]


# --- what is shipped


def test_the_shipped_stories_are_held_by_the_record(reader: Reader) -> None:
    stories, problems = read_stories(FOLDER)
    assert problems == []
    assert story_problems(reader, stories) == []
    assert {s.slug for s in stories} == {
        "contested-trillion", "who-pays-for-animation", "digital-deficit",
    }  # fmt: skip
    for story in stories:
        assert 5 <= len(story.steps) <= 8
        assert find_bundle().stories == FOLDER


def test_the_check_of_the_tables_checks_the_stories(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A figure changed in a shipped story stops the check with its file and line."""
    folder = tmp_path / "stories"
    shutil.copytree(FOLDER, folder)
    file = folder / "digital-deficit.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Asahi printed 6.77", "Asahi printed 6.78"), encoding="utf-8")
    line = text[: text.index("Asahi printed")].count("\n") + 1
    shipped = find_bundle()
    other = type(shipped)(shipped.ontology, shipped.triples, shipped.tables, folder)
    monkeypatch.setattr(compile_build, "find_bundle", lambda: other)
    ran = kg("check")
    assert ran.code == 1
    (told,) = [row for row in ran.out.splitlines() if "S43" in row]
    assert told.startswith(f"{file}:{line}: '6.78 trillion yen' (en)")


# --- figures


@pytest.mark.parametrize(
    ("en", "ja"),
    [
        ("It was 6.65 trillion yen in 2024.", "2024年は6.65兆円だった。"),
        ("It was 6.6506 trillion yen.", "6兆6506億円だった。"),
        ("It was 6,650.6 billion yen.", "約6.7兆円だった。"),
        ("On 10 February 2025 Jiji printed it.", "2025年2月10日に伝えた。"),
    ],
)
def test_a_figure_of_a_named_claim_may_be_printed(
    reader: Reader, tmp_path: Path, en: str, ja: str
) -> None:
    assert faults(reader, tmp_path, STEP % (en, ja)) == []


@pytest.mark.parametrize(
    "printed",
    [
        "6.66 trillion yen", "6.65 billion yen", "6.65 trillion dollars", "6.85 trillion yen",
        "6.65%", "more than tripled", "two thirds", "three houses", "in 2019", "for FY2023",
        "five years", "aged 20 to 24",
    ],
)  # fmt: skip
def test_any_other_figure_stops(reader: Reader, tmp_path: Path, printed: str) -> None:
    (told,) = faults(reader, tmp_path, STEP % (f"It says {printed} here.", "なし。"))
    assert told.startswith("6: ")
    assert "(en) is the value of none of the claims named here" in told


def test_the_japanese_words_are_held_as_well(reader: Reader, tmp_path: Path) -> None:
    (told,) = faults(reader, tmp_path, STEP % ("None.", "6.65億円だった。"))
    assert told.startswith("7: '6.65億円' (ja)")


@pytest.mark.parametrize("key", ["title", "summary"])
def test_title_and_summary_print_what_the_steps_may(
    reader: Reader, tmp_path: Path, key: str
) -> None:
    said = re.sub(rf"{key}: {{en: [^,]*", f"{key}: {{en: It was 6.65 trillion yen", PLAIN)
    assert faults(reader, tmp_path, said) == []
    other = said.replace("6.65", "6.45")
    (told,) = faults(reader, tmp_path, other)
    assert told.startswith("1: " if key == "title" else "2: ")


def test_a_rejected_figure_is_named_as_one(reader: Reader, tmp_path: Path) -> None:
    text = STEP % ("3.7 trillion yen was printed.", "3.7兆円とも書かれた。")
    assert len(faults(reader, tmp_path, text)) == 2
    rejected = f"{text}    rejected: [c-jiji-20240229-001]\n"
    assert faults(reader, tmp_path, rejected) == []
    wrong = text.replace("c-jiji-20250210-nippon-002", "c-jiji-20240229-001")
    assert faults(reader, tmp_path, wrong) == [
        "8: c-jiji-20240229-001 is rejected; name it in rejected"
    ]
    accepted = f"{PLAIN}    rejected: [c-jiji-20250210-nippon-002]\n"
    assert faults(reader, tmp_path, accepted) == [
        "9: c-jiji-20250210-nippon-002 is accepted; name it in claims"
    ]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("conflict", "conflict-none"), ("series", "none-such"), ("series", "x> <y"),
        ("picture", "nobody"), ("picture", "issue/none"), ("picture", "a/b/c"),
        ("picture", "x> <y"), ("query", "cq99"),
    ],
)  # fmt: skip
def test_every_id_exists(reader: Reader, tmp_path: Path, key: str, value: str) -> None:
    told = faults(reader, tmp_path, f"{PLAIN}    {key}: '{value}'\n")
    assert told == [f"9: no {key} is called {value!r}"]


@pytest.mark.parametrize("slug", ["c-none-001", "x> . <y", "takaichi-sanae"])
def test_every_claim_exists(reader: Reader, tmp_path: Path, slug: str) -> None:
    text = PLAIN.replace("[c-jiji-20250210-nippon-002]", f"['{slug}']")
    assert faults(reader, tmp_path, text) == [f"8: no claim is called {slug!r}"]


# --- form


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "1: is empty"),
        ("[]", "1: a story must be a mapping"),
        ("a: [", "1: is not valid"),
        ("a\u0000b", "1: is not UTF-8"),
        (PLAIN.replace("summary:", "sumary:"), "2: unknown key"),
        (PLAIN.replace("title: {en: A title, ja: 題}\n", ""), "1: key 'title' is missing"),
        (PLAIN.replace(", ja: 題", ""), "1: 'ja' is missing"),
        (PLAIN.replace("ja: 題", "ja: 題, ko: x"), "1: unknown key 'ko'"),
        (PLAIN.replace("{en: A heading, ja: 見出し}", "words"), "4: a text must be a mapping"),
        (PLAIN.replace("{en: A heading, ja: 見出し}", "{en: [a], ja: b}"), "4: must be text"),
        (PLAIN.replace("[c-jiji-20250210-nippon-002]", "c-x"), "8: must be a list of claim ids"),
        (PLAIN.replace("[c-jiji-20250210-nippon-002]", "[]"), "8: must be a list of claim ids"),
        (re.sub("    claims.*\n", "", PLAIN), "4: shows nothing"),
        (f"{PLAIN}    claims: [c-x]\n", "9: key 'claims' stands twice"),
        (f"{PLAIN}    chart: x\n", "9: unknown key 'chart'"),
        (PLAIN.partition("steps")[0] + "steps: []\n", "3: must be a list of steps"),
        (PLAIN.partition("steps")[0] + "steps: x\n", "3: must be a list of steps"),
        ("a: &x [*x]\n", "1: unknown key 'a'"),
    ],
)
def test_a_fault_of_form_has_its_line(reader: Reader, tmp_path: Path, text: str, told: str) -> None:
    found = faults(reader, tmp_path, text)
    assert any(one.startswith(told) for one in found), found


def test_a_file_that_is_no_story_is_told(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "Notes.txt").write_text("x", encoding="utf-8")
    (tmp_path / "latin.yaml").write_bytes("title: café".encode("latin-1"))
    stories, problems = read_stories(tmp_path)
    assert stories == []
    assert len(problems) == 2
    assert read_stories(tmp_path / "none") == ([], [])


# --- pages


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_list_leads_to_each_story(server: str, lang: str) -> None:
    for page in ("/ask", "/"):
        assert any("/stories" in a for a in Page(ask(server, f"{page}?lang={lang}").text).addresses)
    found = Page(ask(server, f"/stories?lang={lang}").text)
    for story in shipped_stories().values():
        assert any(a.startswith(f"/stories/{story.slug}") for a in found.addresses)
        assert getattr(story.title, lang) in found.words


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("slug", sorted(path.stem for path in FOLDER.glob("*.yaml")))
def test_a_story_shows_what_it_names(server: str, slug: str, lang: str) -> None:
    answer = ask(server, f"/stories/{slug}?lang={lang}")
    page, story = Page(answer.text), shipped_stories()[slug]
    assert (answer.status, page.faults) == (200, [])
    assert page.tags.count("h1") == 1
    links = " ".join(page.addresses)
    words = re.sub(r"\s+", " ", page.words)
    for step in story.steps:
        assert getattr(step.heading, lang) in words
        assert getattr(step.text, lang) in words
        for id in (*step.claims, *step.rejected):
            assert f"/claims/{id}" in links
        for folder, id in (
            ("conflicts", step.conflict), ("series", step.series), ("entity", step.picture),
            ("queries", step.query),
        ):  # fmt: skip
            assert not id or f"/{folder}/{id}" in links
    if any(step.rejected for step in story.steps):
        assert 'class="reading rejected' in answer.text


def test_a_story_that_is_not_there_is_refused(server: str) -> None:
    for slug in ("nothing", "Contested-trillion", "..%2F..%2Fx", "%3Cscript%3E"):
        assert ask(server, f"/stories/{slug}").status == 404


def test_every_story_has_both_languages_and_no_markup() -> None:
    for path in FOLDER.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert "<" not in text
        for step in yaml.safe_load(text)["steps"]:
            assert not re.search("[ぁ-んァ-ヶ一-龠]", step["text"]["en"])
            assert re.search("[ぁ-ん]", step["text"]["ja"])

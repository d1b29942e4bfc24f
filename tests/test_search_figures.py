"""The search box: claims by their figures, ids, passages, legal forms, on every surface alike."""

import json
import random
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from kg.build.snapshot import Snapshot
from kg.core.errors import Refusal
from kg.core.names import Names
from kg.engine.graph_store import MemoryStore
from kg.views.finding.finder import LONGEST, Finder
from kg.views.finding.results import Result
from kg.views.record.cards import ClaimCard
from kg.views.record.claims import Reader
from outside import Page, ask
from surfaces import kg as command
from waiting import effort

DRAWN = 40
FULL_WIDTH = str.maketrans("0123456789.,%", "０１２３４５６７８９．，％")
HOSTILE = [
    "9" * 50_000, "千" * 1_000_000, "1兆" * 100, "1," * 100, "1 " * 100, "2025年" * 50, "1e" * 100,
    "9" * 31 + "兆円", "0.0000000000000000000001円", "45\u200b兆\u200b円" * 30, "\u202e円兆54",
    "4\u0301" * 100, "①½Ⅷ٣๓", "\ufeff", "\x00", "\ud800", "ﷺ" * 200, "İ" * 200, "ß１兆", "%", "円",
    "c-" + "-" * 90, "e-'} . ?s ?p ?o #", "conflict-x", "id:", "https://", "1/0", "-", "一" * 200,
]  # fmt: skip


@pytest.fixture(scope="module")
def finder(shipped_store: MemoryStore, names: Names) -> Finder:
    return Finder(Reader(shipped_store, names))


@pytest.fixture(scope="module")
def claims(shipped_store: MemoryStore, names: Names) -> Sequence[ClaimCard]:
    """All claims that state a printed figure."""
    return Reader(shipped_store, names).claims("?claim jsip:printedForm ?printed .")


@pytest.fixture(scope="module")
def store(shipped_snapshot: Snapshot) -> Path:
    return shipped_snapshot.folder.parents[1]


def drawn(claims: Sequence[ClaimCard], seed: int = 20261129) -> list[ClaimCard]:
    return random.Random(seed).sample(list(claims), DRAWN)


def first(results: Sequence[Result]) -> str:
    return results[0].id if results else ""


# --- figures


def test_a_printed_form_finds_a_claim_that_prints_it_first(
    finder: Finder, claims: Sequence[ClaimCard]
) -> None:
    """All of the record, not only those drawn."""
    assert len(claims) > 500
    for claim in claims:
        best = finder.find(claim.printed).results[0].claim
        assert best is not None
        assert best.printed == claim.printed
        wide = finder.find(claim.printed.translate(FULL_WIDTH).upper()).results[0].claim
        assert wide is not None
        assert wide.value == claim.value, claim.id


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_with_its_subject_beside_it_the_very_claim_is_first(
    finder: Finder, claims: Sequence[ClaimCard], lang: str
) -> None:
    for claim in claims:
        best = finder.find(f"{getattr(claim.subject, lang)} {claim.printed}").results[0].claim
        assert best is not None
        # Some claims differ only in who says it.
        assert (best.subject, best.printed) == (claim.subject, claim.printed), claim.id


def test_a_figure_is_found_in_the_words_that_pages_print(
    finder: Finder, claims: Sequence[ClaimCard]
) -> None:
    for claim in (claim for claim in claims if claim.unit != "unit/rank"):
        for words in (claim.value_en, claim.value_ja):
            found = finder.find(words, limit=100)
            assert claim.id in {result.id for result in found.results}, (claim.id, words)


@pytest.mark.parametrize(
    ("spellings", "claim"),
    [
        ("45兆円|¥45tn|45 trillion|45 trillion yen|４５兆円", "c-gate-ai-content-055"),
        ("252億円|25.2 billion|¥25.2bn|25,200,000,000円", "c-gate-ai-content-008"),
        ("1,000,000,000,000|1兆円|one trillion yen|¥1tn", "c-gate-ai-content-001"),
        ("overseas sales 5.8 trillion", "c-kyodo-2025-entertainment-005"),
        ("コンテンツ海外売上高 5.8兆円", "c-kyodo-2025-entertainment-005"),
    ],
)
def test_any_spelling_finds_the_figure(finder: Finder, spellings: str, claim: str) -> None:
    for spelling in spellings.split("|"):
        results = finder.find(spelling, limit=30).results
        assert results[0].kind == "claim"
        assert claim in {result.id for result in results}, spelling


def test_a_figure_is_found_within_its_rounding_and_after_the_same_value(finder: Finder) -> None:
    found = finder.find("overseas sales 5.8 trillion yen", limit=100)
    (typed,) = found.figures
    assert (int(typed.low), int(typed.high)) == (5_750_000_000_000, 5_850_000_000_000)
    stated = [result.claim for result in found.results if result.kind == "claim"]
    values = [float(claim.value) for claim in stated if claim and claim.qualifier != "range"]
    assert all(float(typed.low) <= value <= float(typed.high) for value in values)
    assert values[0] == 5.8e12
    assert 5_776_900_000_000 in values


def test_a_decimal_point_and_a_unit_tell_figures_apart(finder: Finder) -> None:
    def values_of(text: str) -> set[tuple[float, str]]:
        found = finder.find(text, limit=100).results
        return {(float(r.claim.value), r.claim.unit) for r in found if r.claim and r.claim.unit}

    assert {value for value, _ in values_of("9.5億円")} == {950_000_000}
    assert all(unit.startswith("unit/percent") for _, unit in values_of("10%"))
    assert {unit for _, unit in values_of("300 trillion won")} == {"cur:KRW"}


def test_a_part_of_a_figure_is_no_figure(finder: Finder) -> None:
    assert [r for r in finder.find("第１０４代首相").results if r.kind == "claim"] == []
    assert [r for r in finder.find("2010年").results if r.kind == "claim"] == []


# --- ids, names, passages


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("c-gate-ai-content-001", "claim"),
        ("e-gate-ai-content-001", "passage"),
        ("src-jiji-20260113", "source"),
        ("conflict-53d29cce3f19", "entity"),
        ("domestic-ai-support-5y", "entity"),
    ],
)
def test_an_id_finds_what_it_names_first(finder: Finder, name: str, kind: str) -> None:
    for spelling in (name, f" {name} ", f"id:{name}", f"https://w3id.org/jsip/id/{name}"):
        best = finder.find(spelling).results[0]
        assert (best.id, best.kind) == (name, kind), spelling


def test_words_of_a_quote_find_the_passage_and_its_claim(finder: Finder) -> None:
    for words in ("第１０４代首相", "第104代首相に指名"):
        hits = [r for r in finder.find(words).results if r.kind == "passage"]
        assert "第１０４代首相に指名" in hits[0].matched
        assert hits[0].claim is not None
        assert hits[0].iri in {passage.iri for passage in hits[0].claim.passages}
    parted = finder.find("invest five years trillion", limit=100).results
    assert "invest 1 trillion yen over the next five years" in {hit.matched for hit in parted}


@pytest.mark.parametrize(
    "query",
    ["株式会社みずほ銀行", "みずほ銀行㈱", "みずほ銀行（株）", "Mizuho Bank, Ltd.", "Mizuho Bank"],
)
def test_a_company_is_found_with_its_legal_form(finder: Finder, query: str) -> None:
    assert first(finder.find(query).results) == "mizuho-bank"


def test_kinds_and_types_narrow(finder: Finder) -> None:
    assert {r.kind for r in finder.find("1兆円", kinds=["claim"], limit=50).results} == {"claim"}
    assert {r.kind for r in finder.find("AI 1兆円", kinds=["source"]).results} == {"source"}
    assert {r.kind for r in finder.find("1兆円 AI", type_="concept").results} == {"entity"}
    assert finder.find("c-gate-ai-content-001", kinds=["passage"]).results == ()


# --- hostile texts


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_harmless_and_cheap(finder: Finder, query: str) -> None:
    found = finder.find(query)
    assert len(found.results) <= 10
    assert len(found.text) <= LONGEST
    assert effort(partial(finder.find, query)) < 150_000


def test_hostile_text_is_no_fault_of_the_server(server: str) -> None:
    for query in (text[:LONGEST] for text in HOSTILE if text != "\ud800"):
        for path in ("/api/search?", "/search?", "/search?lang=ja&"):
            answer = ask(server, path + urlencode({"q": query}))
            assert answer.status in (200, 400), (path, query)
    for query in ("9" * 50_000, quote("千" * 300)):
        assert 400 <= ask(server, f"/api/search?q={query}").status < 500


# --- every surface


def test_the_api_and_the_command_line_answer_alike(server: str, store: Path) -> None:
    for query in ("45兆円", "overseas sales 5.8 trillion", "高市", "e-gate-ai-content-001"):
        told = json.loads(command("search", query, "--json", "--store", store).out)
        asked = ask(server, "/api/search?" + urlencode({"q": query})).json
        assert told == asked
        assert set(asked) == {"query", "results"}
        assert set(asked["query"]) == {"quantities", "words"}
        for quantity in asked["query"]["quantities"]:
            assert set(quantity) == {"value", "low", "high", "unit"}


def test_a_claim_is_told_in_full(server: str) -> None:
    answer = ask(server, "/api/search?" + urlencode({"q": "45 trillion yen", "limit": 30})).json
    assert answer["query"]["quantities"] == [
        {"value": 45 * 10**12, "low": 445 * 10**11, "high": 455 * 10**11, "unit": "JPY"}
    ]
    found = {result["id"]: result for result in answer["results"]}
    result = found["c-gate-ai-content-055"]
    assert result["kind"] == "claim"
    assert set(result) == {
        "id", "iri", "kind", "label", "type", "score", "matched", "claim",
    }  # fmt: skip
    claim = result["claim"]
    assert (claim["value"], claim["unit"], claim["qualifier"]) == ("45000000000000", "JPY", "up-to")
    assert (claim["asserter"], claim["review"], claim["status"]) == ("meti", "accepted", "forecast")
    quote = {"text": "could reach as high as 45 trillion yen", "source": "src-gate-ai-content"}
    assert quote in claim["quotes"]


def test_the_api_narrows_to_kinds(server: str) -> None:
    path = "/api/search?" + urlencode({"q": "1兆円", "limit": 100})
    for kinds in (["claim"], ["passage"], ["entity", "source"]):
        narrowed = "".join(f"&kind={kind}" for kind in kinds)
        found = {r["kind"] for r in ask(server, path + narrowed).json["results"]}
        assert found <= set(kinds)
        assert found
    assert ask(server, f"{path}&kind=source&type=Person").json["results"] == []
    assert ask(server, f"{path}&kind=x").status == 400


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_page_shows_the_claim_first(
    server: str, claims: Sequence[ClaimCard], lang: str
) -> None:
    """Forty drawn with a fixed seed: the first link to evidence is to a claim that prints it."""
    printed = {claim.id: claim.printed for claim in claims}
    right = 0
    for claim in drawn(claims):
        answer = ask(server, "/search?" + urlencode({"q": claim.printed, "lang": lang}))
        page = Page(answer.text)
        assert page.faults == []
        links = (link.partition("?")[0] for link in page.addresses)
        ids = [link.removeprefix("/claims/") for link in links if link.startswith("/claims/")]
        right += bool(ids) and printed[ids[0]] == claim.printed
        assert f"/entity/{claim.subject.id}" in answer.text
        assert "/sources/" in answer.text
    assert right == DRAWN


def test_a_terminal_tells_who_says_it_and_where(store: Path) -> None:
    out = command("search", "45兆円", "--limit", "3", "--store", store).out
    assert "c-gate-ai-content-055" in out
    assert "forecast by Ministry of Economy, Trade and Industry" in out
    assert "deficit could reach as high as 45 trillion yen” (src-gate-ai-content)" in out


def test_more_claims_than_are_searched_are_refused_and_names_are_found(
    shipped_store: MemoryStore, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.views.finding.finder.MOST_CLAIMS", 1000)
    finder = Finder(Reader(shipped_store, names))
    with pytest.raises(Refusal, match=r"has 1,\d\d\d claims; figures .* of at most 1,000"):
        finder.find("45兆円")
    assert finder.find("METI", kinds=["entity"]).results[0].id == "meti"

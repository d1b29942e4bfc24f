"""Inboxes for tests: an invented article on the example's subjects, a candidate of each kind."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from kg.ledger.candidates import Candidate, Document, Inbox, Run, SameAs, Suggestion, Words
from kg.ledger.inbox import text_digest, write_inbox

TEXT = """Desk notes on content money 🏗

The content budget of Japan comes to 26.1 billion yen in fiscal 2025, Jiji Press reckons.
A year before it had stood at 24.8 billion yen, the desk adds, and twelve people had worked on it.
On 21 December the paper put the support for domestic AI at about 1 trillion yen over five years.
日本のコンテンツ支援予算は2026年度に約３８０億円になる見込みだ。
The content budget of fiscal 2027 may yet reach 41 billion yen, said nobody by name.
"""
AGENTS = """agent,kind,version,note
jsip-editors,group,,
ann,person,,
ben,person,,
cho,person,,
scan,tool,1.0,
"""
RUN = Run("run-1", "kg-ingest", "1.0", "plain text", "1")
SOURCE = {
    "source_id": "src-jiji-press-20260120", "kind": "NewsArticle", "title": "Desk notes",
    "title_lang": "en", "publisher": "jiji-press", "issued": "2026-01-20",
    "issued_basis": "stated", "language": "en", "tier": "Secondary",
}  # fmt: skip
HEAD = {
    "predicate": "amount", "unit": "JPY", "qualifier": "stated", "status": "reported",
    "asserted_by": "jiji-press", "asserted_on": "2026-01-20",
}  # fmt: skip


def words(text: str) -> Words:
    """A reason that reads the same in both languages but for a mark."""
    return Words(text, f"（{text}）")


def candidate(name: str, surface: str, quote: str, text: str = TEXT, **more: Any) -> Candidate:
    """A candidate whose quote stands once in the text, and its surface once in the quote."""
    at = text.index(quote)
    start = at + quote.index(surface)
    low = text.rfind("\n", 0, at) + 1
    high = text.find("\n", at)
    place = {"quote": quote, "start": str(at), "end": str(at + len(quote)), "role": "Body"}
    given: dict[str, Any] = {
        "kind": "money", "row": {}, "basis": {}, "why": {}, "score": 0.9, "evidence": place,
    } | more  # fmt: skip
    return Candidate(
        name, start, start + len(surface), surface, quote, (low, high if high > 0 else len(text)),
        **given,
    )  # fmt: skip


def row(subject: str, value: str, printed: str, **more: str) -> dict[str, str]:
    """The cells of a claim, as the reading of the document gives them."""
    return {**HEAD, "subject": subject, "object": value, "printed": printed, **more}


BUDGET, EXTRA = "content-budget-japan", "fy2025-supplementary-content"
CANDIDATES = (
    candidate(
        "k-1", "26.1 billion yen", "budget of Japan comes to 26.1 billion yen in fiscal 2025",
        row=row(BUDGET, "26.1e9", "26.1 billion yen", period="period-fy2025",
                period_basis="stated"),
        basis=dict.fromkeys(("subject", "predicate", "object", "period", "asserted_by"), "stated"),
        why={"subject": words("the sentence names the content budget of Japan")},
    ),
    candidate(
        "k-2", "24.8 billion yen", "had stood at 24.8 billion yen",
        row=row(BUDGET, "24.8e9", "24.8 billion yen", period="period-fy2024",
                note="period inferred from a year before", note_ja="期間は「前年」からの推定"),
        basis={"object": "stated", "subject": "inferred", "period": "inferred"},
        why={"subject": words("the sentence before names it"),
             "period": words("a year before fiscal 2025")},
        suggestions=(
            Suggestion({"subject": EXTRA}, {"subject": words("it may be the supplement")}, 0.4),
            Suggestion({"status": "announced"}, {"status": words("had stood")}, 0.2),
        ),
    ),
    candidate(
        "k-3", "twelve people", "twelve people had worked", kind="count",
        row={"object": "12", "printed": "twelve people", "unit": "people"},
        basis={"object": "stated", "subject": "missing"}, score=0.1,
    ),
    candidate(
        "k-4", "1 trillion yen", "support for domestic AI at about 1 trillion yen",
        row=row("domestic-ai-support-5y", "1e12", "about 1 trillion yen",
                qualifier="approximately", status="planned", asserted_on="2025-12-21",
                period="period-fy2026-fy2030", period_basis="inferred",
                note="period inferred from five years", note_ja="期間は「5年」からの推定"),
        basis={"subject": "stated", "period": "inferred"},
        same_as=(SameAs("c-jiji-20251221-001", words("value, subject and speaker are the same")),),
    ),
    candidate(
        "k-5", "３８０億円", "支援予算は2026年度に約３８０億円",
        row=row(BUDGET, "38e9", "約３８０億円", qualifier="approximately", status="forecast",
                period="period-fy2026", period_basis="stated"),
        basis={"subject": "stated", "object": "stated"},
    ),
    candidate(
        "k-6", "41 billion yen", "budget of fiscal 2027 may yet reach 41 billion yen",
        row=row(BUDGET, "41e9", "41 billion yen", status="forecast", asserted_by="",
                period="period-fy2027", period_basis="stated"),
        basis={"subject": "stated", "asserted_by": "missing"},
    ),
)  # fmt: skip


def inbox(text: str = TEXT, candidates: tuple[Candidate, ...] = CANDIDATES, **source: str) -> Inbox:
    """An inbox in memory; cells of its source changed as given."""
    document = Document(
        sha256(b"original").hexdigest(), text_digest(text), len(text), "plain text 1, NFC",
        "text/plain", "Desk notes", "https://example.org/desk", "2026-01-20", "Jiji Press", "en",
        {c: v for c, v in (SOURCE | source).items() if v},
    )  # fmt: skip
    return Inbox(document, RUN, text, candidates)


def make_inbox(folder: Path, made: Inbox | None = None) -> Path:
    """The inbox in a folder, as the reading of a document leaves it."""
    write_inbox(folder, made or inbox(), b"original")
    return folder


def declare_agents(tables: Path, agents: str = AGENTS) -> None:
    """Handles that may review, as their users declare them."""
    (tables / "agents.csv").write_text(agents, encoding="utf-8")


def hostile_inbox(harm: str) -> Inbox:
    """The same with harm in every text of a document that a page shows."""
    text = f"{harm} comes to 26.1 billion yen in fiscal 2025 {harm}\n{TEXT}"
    why = {"subject": Words(harm, harm)}
    one = candidate(
        "k-1", "26.1 billion yen", "comes to 26.1 billion yen in fiscal", text,
        row=row(BUDGET, "26.1e9", "26.1 billion yen"), why=why, basis={"subject": "inferred"},
        suggestions=(Suggestion({"note": harm[:60]}, {"note": Words(harm, harm)}, 0.1),),
        same_as=(SameAs("c-jiji-20251221-001", Words(harm, harm)),),
    )  # fmt: skip
    made = inbox(text, (one,))
    return replace(made, document=replace(made.document, title=harm, url=harm, publisher=harm))


def many(count: int) -> Inbox:
    """An inbox of so many sound candidates, one a line: every third period is inferred."""
    lines = [f"Line {n}: the content budget of Japan is {20 + n / 10:.1f} billion yen." for n in
             range(count)]  # fmt: skip
    text = "\n".join(lines) + "\n"
    made = []
    for n, line in enumerate(lines):
        figure = f"{20 + n / 10:.1f} billion yen"
        cells: Mapping[str, str] = row(BUDGET, f"{20 + n / 10:.1f}e9", figure)
        extra = {"period": "period-fy2025", "period_basis": "inferred",
                 "note": "period inferred from the desk", "note_ja": "期間は推定"}  # fmt: skip
        one = candidate(
            f"k-{n:04d}", figure, line.partition(": ")[2].rstrip("."), text,
            row={**cells, **(extra if n % 3 == 0 else {})},
            basis={"subject": "stated", **({"period": "inferred"} if n % 3 == 0 else {})},
        )  # fmt: skip
        made.append(one)
    return inbox(text, tuple(made))

"""Second readers: what stands after several reviews of one claim, compiled and checked."""

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from surfaces import kg

pytestmark = pytest.mark.fast

CLAIM, SOURCE = "c-livedoor-20251021-001", "src-livedoor-20251021"
AGENTS = "agent,kind,version,note\nann,person,,\nben,person,,\ncho,person,,\nscan,tool,1.0,\n"

# The example has one review, of the source: accepted by jsip-editors. Of each case: further rows
# (target, status, agent, day, fields), and who then decided what,
# who confirmed it, which agents differ (an open disagreement, or one with who settled it).
Row = tuple[str, str, str, str, str]
Found = tuple[str, str, set[str], set[tuple[str, ...]]]

CASES: dict[str, tuple[list[Row], Found]] = {
    "one agent alone confirms nothing": (
        [(CLAIM, "accepted", "jsip-editors", "2026-11-24", "")],
        ("jsip-editors", "accepted", set(), set()),
    ),
    "a second reader confirms what the source's review accepted": (
        [(CLAIM, "accepted", "ann", "2026-11-24", "value;period")],
        ("jsip-editors", "accepted", {"jsip-editors", "ann"}, set()),
    ),
    "a second reader of the source confirms its claims": (
        [(SOURCE, "accepted", "ann", "2026-11-24", "")],
        ("jsip-editors", "accepted", {"jsip-editors", "ann"}, set()),
    ),
    "a second reader who differs opens a disagreement": (
        [(CLAIM, "rejected", "ann", "2026-11-24", "")],
        ("jsip-editors", "accepted", set(), {("ann", "jsip-editors")}),
    ),
    "a field found wrong is a disagreement too": (
        [
            (CLAIM, "accepted", "ann", "2026-11-24", "value"),
            (CLAIM, "accepted", "jsip-editors", "2026-11-25", "!value"),
        ],
        ("jsip-editors", "accepted", set(), {("ann", "jsip-editors")}),
    ),
    "a third agent decides and settles": (
        [
            (CLAIM, "rejected", "ann", "2026-11-24", ""),
            (CLAIM, "rejected", "ben", "2026-11-25", ""),
        ],
        ("ben", "rejected", {"ann", "ben"}, {("ann", "jsip-editors", "ben")}),
    ),
    "who was not heard by the third opens it again": (
        [
            (CLAIM, "rejected", "ann", "2026-11-24", ""),
            (CLAIM, "rejected", "ben", "2026-11-25", ""),
            (CLAIM, "accepted", "cho", "2026-11-26", ""),
        ],
        ("ben", "rejected", {"ann", "ben"}, {("ann", "jsip-editors", "ben"), ("ben", "cho")}),
    ),
    "a tool settles nothing": (
        [
            (CLAIM, "rejected", "ann", "2026-11-24", ""),
            (CLAIM, "rejected", "scan", "2026-11-25", ""),
        ],
        ("jsip-editors", "accepted", set(), {("ann", "jsip-editors")}),
    ),
    "a third who leaves it open settles nothing": (
        [
            (CLAIM, "rejected", "ann", "2026-11-24", ""),
            (CLAIM, "candidate", "ben", "2026-11-25", ""),
        ],
        ("jsip-editors", "accepted", set(), {("ann", "jsip-editors")}),
    ),
    "who comes to agree confirms, and the next alone decides nothing": (
        [
            (CLAIM, "rejected", "ann", "2026-11-24", ""),
            (CLAIM, "accepted", "ann", "2026-11-25", ""),
            (CLAIM, "rejected", "ben", "2026-11-26", ""),
        ],
        ("jsip-editors", "accepted", {"jsip-editors", "ann"}, {("ben", "jsip-editors")}),
    ),
    "who decided may come round to the other": (
        [
            (CLAIM, "rejected", "ann", "2026-11-24", ""),
            (CLAIM, "rejected", "jsip-editors", "2026-11-25", ""),
            (CLAIM, "accepted", "ben", "2026-11-26", ""),
        ],
        ("jsip-editors", "rejected", {"jsip-editors", "ann"}, {("ben", "jsip-editors")}),
    ),
    "who decided withdraws": (
        [(CLAIM, "candidate", "jsip-editors", "2026-11-24", "")],
        ("jsip-editors", "candidate", set(), set()),
    ),
}  # fmt: skip


def add_reviews(tables: Path, rows: list[Row]) -> None:
    (tables / "agents.csv").write_text(AGENTS, encoding="utf-8")
    with (tables / "reviews.csv").open("a", encoding="utf-8") as file:
        for number, (target, status, agent, on, fields) in enumerate(rows, 9001):
            rank = "Deprecated" if status == "rejected" else "Normal"
            file.write(
                f"review-{number},{target},{status},{rank},read again,1.0.0,{agent},{on},{fields}\n"
            )


def standing_of(triples: Path, claim: str) -> Found:
    said: dict[tuple[str, str], list[str]] = {}
    for quad in parse(path=triples / "editorial.trig", format=RdfFormat.TRIG):
        subject, predicate, value = (
            str(getattr(term, "value", "")).rsplit("/", 1)[-1].rsplit("#", 1)[-1]
            for term in (quad.subject, quad.predicate, quad.object)
        )
        said.setdefault((subject, predicate), []).append(value)

    def agent(review: str) -> str:
        return said[review, "wasAssociatedWith"][0]

    differ = {
        (
            *sorted(map(agent, said[d, "betweenReviews"])),
            *map(agent, said.get((d, "settledIn"), ())),
        )
        for (d, predicate), values in said.items()
        if predicate == "disagreementOn" and claim in values
    }
    (review,) = said[claim, "reviewedIn"]
    (status,) = said[claim, "reviewStatus"]
    return agent(review), status, set(said.get((claim, "confirmedBy"), ())), differ


@pytest.mark.parametrize("case", CASES)
def test_what_stands_after_several_reviews(workplace: Path, case: str) -> None:
    rows, expected = CASES[case]
    tables, out = workplace / "tables", workplace / "triples"
    add_reviews(tables, rows)
    run = kg("compile", "--tables", tables, "--out", out)
    assert run.code == 0, run.err
    found = standing_of(out, CLAIM)
    assert found == expected
    checked = kg("check", "--triples", out, "--tables", tables)
    assert checked.code == 0, checked.out + checked.err

"""Every contradiction that the researchers' notes name is found by rule or judged by hand."""

import pytest

from kg.core.names import Names
from kg.engine.graph_store import MemoryStore
from kg.views.record.claims import Reader
from kg.views.record.conflicts import Conflict, conflicts

pytestmark = pytest.mark.fast

# what the notes call it: the key, and figures that stand against each other in one conflict
BY_RULE = {
    "the trillion, a headline's slip": (
        "domestic-ai-support-5y|amount|JPY",
        {"100 million yen", "１兆円規模"},
    ),
    "55 or 35 billion for content": (
        "fy2025-supplementary-content|amount|JPY",
        {"55 billion yen", "35 billion yen"},
    ),
    "China's 123.8 or 128.3 billion": (
        "content-budget-china|amount|JPY",
        {"123.8 billion yen", "1283億円"},
    ),
    "the digital deficit of 2024": (
        "digital-deficit-japan|observedValue|factual|JPY|period=period-2024",
        {"6,650.6 billion yen", "6兆4622億円", "6.85兆円"},
    ),
}
BY_HAND = {
    "the trillion, public or private": "conflict-ai-trillion-public-or-private",
    "the trillion, one company's or a third of three": "conflict-ai-trillion-one-or-several",
    "the market of 2024 by another method": "conflict-content-market-2024-definitions",
    "content against chips, in what": "conflict-content-chips-indicator",
    "content against chips, when": "conflict-content-chips-2022-2023",
    "content against chips, how near": "conflict-content-chips-approaching",
    "content against chips, one post": "conflict-takaichi-post-rendering",
    "the plan of 19 or 23 December": "conflict-7b7c3313da40",
    "animators' pay against the national": "conflict-animator-pay-against-national",
    "animators' income under two million": "conflict-animator-income-under-2m",
    "animators' hours in two surveys": "conflict-animator-hours-two-surveys",
    "the invoice system requires or may": "conflict-invoice-requires-or-may",
    "series that must not be joined": "conflict-overseas-sales-old-new-method",
    "staff of the AI Safety Institute": "conflict-aisi-staff-double-or-200",
    "the digital deficit of 2024, in five values": "conflict-digital-deficit-2024-items",
}


@pytest.fixture(scope="module")
def reader(shipped_store: MemoryStore, names: Names) -> Reader:
    return Reader(shipped_store, names)


@pytest.fixture(scope="module")
def told(reader: Reader) -> dict[str, Conflict]:
    return {conflict.id: conflict for conflict in conflicts(reader)}


@pytest.mark.parametrize(("key", "printed"), BY_RULE.values(), ids=BY_RULE)
def test_a_named_contradiction_is_found(
    told: dict[str, Conflict], key: str, printed: set[str]
) -> None:
    found = [conflict for conflict in told.values() if conflict.key == key]
    assert [printed <= {claim.printed for claim in c.claims} for c in found] == [True]
    assert found[0].reason


@pytest.mark.parametrize("conflict", BY_HAND.values(), ids=BY_HAND)
def test_a_named_contradiction_is_judged(told: dict[str, Conflict], conflict: str) -> None:
    assert len(told[conflict].claims) >= 2
    assert told[conflict].reason


def test_rounded_neighbours_are_no_contradiction(told: dict[str, Conflict]) -> None:
    budgets = {"25.2 billion yen", "253億円"}
    assert not [c for c in told.values() if budgets <= {claim.printed for claim in c.claims}]


def test_a_preliminary_market_is_superseded_by_the_final_one(reader: Reader) -> None:
    where = "?new jsip:supersedes ?claim . ?claim rdf:subject id:content-market-japan ."
    found = {(claim.printed, claim.review.local) for claim in reader.claims(where)}
    assert ("14兆9,003億円", "superseded") in found

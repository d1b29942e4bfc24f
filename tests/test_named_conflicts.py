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
    "China's 123.8 or 128.3 billion": (
        "content-budget-china|amount|JPY",
        {"123.8 billion yen", "1283億円"},
    ),
    "the white paper's growth and its own levels": (
        "content-market-white-paper-growth-japan|observedValue|factual|percent|period=period-2022"
        "|levels",
        {"4.5%", "13兆2698億円", "12,758.2 billion yen"},
    ),
}
# what is no conflict: questions of identity and cautions
BY_HAND = {
    "the trillion, public or private": ("identity", "conflict-ai-trillion-public-or-private"),
    "the trillion, one company's or a third of three": (
        "identity",
        "conflict-ai-trillion-one-or-several",
    ),
    "the market of 2024 by another method": ("caution", "conflict-content-market-2024-definitions"),
    "content against chips, in what": ("caution", "conflict-content-chips-indicator"),
    "content against chips, when": ("caution", "conflict-content-chips-2022-2023"),
    "content against chips, how near": ("identity", "conflict-content-chips-approaching"),
    "content against chips, one post": ("caution", "conflict-takaichi-post-rendering"),
    "the plan of 19 or 23 December": ("conflict", "conflict-7b7c3313da40"),
    "animators' pay against the national": ("caution", "conflict-animator-pay-against-national"),
    "animators' income under two million": ("caution", "conflict-animator-income-under-2m"),
    "animators' hours in two surveys": ("caution", "conflict-animator-hours-two-surveys"),
    "the invoice system requires or may": ("caution", "conflict-invoice-requires-or-may"),
    "series that must not be joined": ("caution", "conflict-overseas-sales-old-new-method"),
    "staff of the AI Safety Institute": ("identity", "conflict-aisi-staff-double-or-200"),
    "the digital deficit of 2024, in five values": ("caution", "conflict-0b8391b3c10e"),
    "55 or 35 billion for content": ("caution", "conflict-content-money-ministry-part"),
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


@pytest.mark.parametrize(("kind", "name"), BY_HAND.values(), ids=BY_HAND)
def test_a_named_contradiction_is_judged(told: dict[str, Conflict], kind: str, name: str) -> None:
    found = told[name]
    assert (found.kind, len(found.claims) >= 2) == (kind, True)
    assert found.reason
    assert found.reason_ja
    if kind != "conflict":
        assert not [rival for claim in found.claims for rival in found.rivals(claim.id)]


NO_CONFLICTS = (  # what the audit of November 2026 found to be told as rivals though they are none
    "content-council-first-meeting overseas-sales-old-new-method anime-share-old-new-method "
    "piracy-2025-with-without-goods crisis-growth-pillar-or-budget animator-hours-two-surveys "
    "anime-market-2020-total-parts world-content-market-base-year noetra-founding-firms "
    "voice-actors-may-quit-tallies overseas-games-2016-definitions median-20-29-national-or-doda"
).split()


@pytest.mark.parametrize("name", NO_CONFLICTS)
def test_what_is_only_related_is_no_conflict(told: dict[str, Conflict], name: str) -> None:
    assert told[f"conflict-{name}"].kind in ("identity", "caution")


def test_no_two_rows_are_one_conflict(told: dict[str, Conflict]) -> None:
    members = [frozenset(c.id for c in conflict.claims) for conflict in told.values()]
    assert len(members) == len(set(members))


def test_rounded_neighbours_are_no_contradiction(told: dict[str, Conflict]) -> None:
    budgets = {"25.2 billion yen", "253億円"}
    assert not [c for c in told.values() if budgets <= {claim.printed for claim in c.claims}]


def test_a_preliminary_market_is_superseded_by_the_final_one(reader: Reader) -> None:
    where = "?new jsip:supersedes ?claim . ?claim rdf:subject id:content-market-japan ."
    found = {(claim.printed, claim.review.local) for claim in reader.claims(where)}
    assert ("14兆9,003億円", "superseded") in found

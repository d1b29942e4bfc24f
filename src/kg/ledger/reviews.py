"""Who reviews, what was decided, and what stands after several reviews of one claim.

| the next review is by | and says | then |
|---|---|---|
| the same agent, or after a tool's or a candidate | anything | it decides |
| another agent | the same, no field marked otherwise | the decision stays and is confirmed |
| another agent | something else | the decision stays; a disagreement is open |
| a third agent | anything | it decides, and closes the disagreement |
"""

from collections.abc import Mapping, Sequence

from kg.core.errors import nearest
from kg.core.model import Agent, Review
from kg.ledger.row_context import RowContext
from kg.ledger.tables import Row

KINDS = {"person": "prov:Person", "group": "prov:Organization", "tool": "prov:SoftwareAgent"}
FIELDS = (
    "subject predicate value unit qualifier period area group scenario statistic status asserter "
    "date attribution quote"
).split()


def read_agent(row: Row, context: RowContext) -> Agent | None:
    """A row of agents.csv: a handle that its user declares; a known entity may be one."""
    where, handle, kind = row.where, row["agent"], row["kind"]
    if handle not in context.classes and not context.issue(where, handle):
        return None
    if kind not in KINDS:
        what = f"kind: {kind!r} is not one of {', '.join(KINDS)}{nearest(kind, KINDS)}"
        context.fault(where, what, "S18")
        return None
    if (kind == "tool") != bool(row["version"]):
        context.fault(where, "version: a tool has one, nobody else", "S18")
    if handle in context.agents:
        context.fault(where, f"agent: {handle!r} is declared twice", "S18")
    context.agents[handle] = kind
    return Agent(handle, kind, row["version"], row["note"], is_entity=handle in context.classes)


def read_review(row: Row, context: RowContext) -> Review | None:
    """One decision; reviews target a source or a claim."""
    where = row.where
    if not context.issue(where, row["review_id"], "review-nnnn"):
        return None
    context.required(row, "reason", "guideline", "on")
    context.known(
        where, row["target"], [*context.sources, *context.claim_sources], "source or claim"
    )
    if row["status"] in ("rejected", "superseded") and row["rank"] != "Deprecated":
        context.fault(where, f"rank: a {row['status']} claim is Deprecated", "S14")
    return Review(
        row["review_id"],
        row["target"],
        context.concept(where, row["status"], "review-status", "status"),
        context.individual(where, row["rank"], "Rank", "rank"),
        row["reason"],
        row["guideline"],
        _agent(row, context),
        context.day(where, row["on"], "on"),
        _fields(row, context),
    )


def _agent(row: Row, context: RowContext) -> str:
    handle = row["agent"]
    if handle in context.agents:
        return handle
    if handle in context.classes:
        return context.agent(row.where, handle, "agent")
    known = [*context.agents, *context.classes]
    what = f"agent: {handle!r} is not declared in agents.csv{nearest(handle, known)}"
    context.fault(row.where, what, "S18")
    return handle


def _fields(row: Row, context: RowContext) -> tuple[str, ...]:
    """What the reviewer looked at: `value;subject;!period`, with `!` before what is wrong."""
    fields = row.list("fields")
    for name in fields:
        bare = name.removeprefix("!")
        if bare not in FIELDS:
            what = f"fields: no field is called {bare!r}{nearest(bare, FIELDS)}"
            context.fault(row.where, what, "S18")
    if fields and row["target"].startswith("src-"):
        context.fault(row.where, "fields: only a review of a claim looks at fields", "S18")
    return fields


def agree(one: Review, other: Review) -> bool:
    """Whether two reviews say the same: one status, and no field right for one, wrong for one."""
    wrong = {f.removeprefix("!") for f in one.fields if f.startswith("!")}
    wrong_other = {f.removeprefix("!") for f in other.fields if f.startswith("!")}
    clash = (wrong & set(other.fields)) | (wrong_other & set(one.fields))
    return one.status == other.status and not clash


def standing(reviews: Sequence[Review], agents: Mapping[str, str]) -> Review | None:
    """The review that decides on a claim, of those of the claim itself; None where there is none.

    `agents` gives the kind of each declared agent.
    """
    decided: Review | None = None
    other: Review | None = None  # that opened a disagreement
    for review in sorted(reviews, key=lambda r: (r.on, r.slug)):
        if decided is None or _replaces(review, decided, agents):
            decided = review
        elif other is not None and review.agent not in (decided.agent, other.agent):
            decided, other = review, None
        elif not agree(decided, review):
            other = review
    return decided


def _replaces(review: Review, decided: Review, agents: Mapping[str, str]) -> bool:
    """A proposal is no decision, whoever made it; nor is a tool's review one for people."""
    proposed = decided.status == "candidate" or agents.get(decided.agent) == "tool"
    return review.agent == decided.agent or proposed

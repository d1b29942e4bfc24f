"""Who reviews, what was decided, and what stands after several reviews of one claim.

A review of a source is one of each of its claims, except of those that the same agent has reviewed
by themselves before, and of those that entered later as candidates. Only decisions of people and
groups count; a tool's review, or one that leaves the claim a candidate, is a proposal.

| the next review | and | then |
|---|---|---|
| is a proposal | nobody decided, or the same agent withdraws | the claim has its status |
| is a proposal | another agent decided | nothing changes |
| is by the same agent, or the first decision | | it decides |
| is by another agent | says the same, finds no field otherwise | the decision is confirmed |
| is by another agent | differs | the decision stays; a disagreement is open |
| stands in private tables | the decision does not | it decides, in the private store |
| is by a third agent | one is open | it decides, and settles the disagreement |
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

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
        context.japanese(where, row.cells, "reason"),
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


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two decisions that differ, and the third that settled it, if any did."""

    decided: Review
    other: Review
    settled: Review | None = None


@dataclass(slots=True)
class Standing:
    """What stands after the reviews so far: the review that decides, and what others say to it."""

    agents: Mapping[str, str]  # the kind of each declared agent
    private: Collection[str] = ()  # reviews that stand in private tables
    decided: Review | None = None
    decisions: dict[str, Review] = field(default_factory=dict)  # the latest of each agent
    settled: list[Disagreement] = field(default_factory=list)

    def confirmed_by(self) -> list[str]:
        """The agents who agree, two or more; empty where one stands alone."""
        agreed = [a for a, r in self.decisions.items() if self.decided and agree(r, self.decided)]
        return agreed if len(agreed) > 1 else []

    def disagreements(self) -> list[Disagreement]:
        """Those that were settled, then the open ones."""
        return [*self.settled, *self._open()]

    def add(self, review: Review) -> None:
        """Takes in the next review, as the module's table says."""
        decided = self.decided if self.decided and self._decides(self.decided) else None
        proposed = not self._decides(review)
        if proposed:
            self.decisions.pop(review.agent, None)
        if decided is None or decided.agent == review.agent:
            self.decided = review
        elif not proposed and self._is_third(review):
            self._settle(review)
        elif not proposed and review.slug in self.private and decided.slug not in self.private:
            self.decided = review
        if not proposed:
            self.decisions[review.agent] = review

    def _decides(self, review: Review) -> bool:
        return review.status != "candidate" and self.agents.get(review.agent) != "tool"

    def _open(self) -> list[Disagreement]:
        decided = self.decided
        if decided is None or not self._decides(decided):
            return []
        others = self.decisions.values()
        return [Disagreement(decided, r) for r in others if not agree(decided, r)]

    def _is_third(self, review: Review) -> bool:
        parties = {d.decided.agent for d in self._open()} | {d.other.agent for d in self._open()}
        return bool(parties) and review.agent not in parties

    def _settle(self, review: Review) -> None:
        """The third decides; who differs from it has been heard."""
        self.settled += [Disagreement(d.decided, d.other, review) for d in self._open()]
        self.decisions = {a: r for a, r in self.decisions.items() if agree(r, review)}
        self.decided = review


def standing(
    own: Sequence[Review],
    of_source: Iterable[Review],
    agents: Mapping[str, str],
    private: Collection[str] = (),
) -> Standing:
    """What stands after the reviews of a claim itself and those of its source."""
    first = {review.agent: review.on for review in sorted(own, key=_order, reverse=True)}
    general = [r for r in of_source if r.on <= first.get(r.agent, r.on)]
    entered = min(own, key=_order, default=None)
    if entered and entered.status == "candidate":
        general = [r for r in general if r.on > entered.on]
    result = Standing(agents, private)
    for review in sorted((*general, *own), key=_order):
        result.add(review)
    return result


def _order(review: Review) -> tuple[str, bool, int, str]:
    """By day; of one day the source before the claim, then by number."""
    return review.on, review.target.startswith("c-"), len(review.slug), review.slug

"""Two readings of one candidate, field by field; what another reader's decision comes to.

| the first reader | another reader | comes to |
|---|---|---|
| took it as a claim, written | takes it too | a review of the claim that marks differing fields |
| took it as a claim, written | does not, or as a passage of another | a review that rejects it |
| decided, not written yet | anything | waits |
| did not take it | does not either; the same claim, both times | agreement, without a row |
| did not take it, or took it otherwise | takes it | a disagreement that stands in the journal |
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.ledger.decisions.candidate_state import DECISIONS, State
from kg.ledger.decisions.journal import Reader
from kg.ledger.decisions.review_session import Review
from kg.ledger.reviews import FIELDS
from kg.text.bounds import canonical, parse_number

FIELD_OF: Mapping[str, str] = {
    "object": "value", "asserted_by": "asserter", "asserted_on": "date",
    **{name: name for name in FIELDS if name not in ("value", "asserter", "date")},
}  # fmt: skip
"""The field of a review that a column of the claims table is."""
Result = Literal["agrees", "differs", "waits"]


@dataclass(frozen=True, slots=True)
class Compared:
    """One candidate as two readers have it; `differing` are columns, `claim` the written one."""

    candidate: str
    result: Result
    claim: str
    differing: tuple[str, ...]
    first: State
    other: State

    @property
    def has_row(self) -> bool:
        """Whether it becomes a review of a claim; else it stands in the journal alone."""
        return bool(self.claim) and self.result != "waits"


def compared(review: Review, reader: Reader) -> list[Compared]:
    """What another reader has decided, beside the first one's decisions, in order of the text."""
    firsts = review.states(Reader("", "first"))
    return [
        _compared(review, name, firsts[name], state)
        for name, state in review.states(reader).items()
        if not state.is_open
    ]


def _compared(review: Review, name: str, first: State, other: State) -> Compared:
    claim = first.written if first.decision == "accept" else ""
    if first.is_open or not (first.written or first.decision == "reject"):
        return Compared(name, "waits", "", (), first, other)
    if first.decision != other.decision:
        return Compared(name, "differs", claim, (), first, other)
    if first.decision == "accept":
        differing = tuple(differing_columns(review, first, other))
        return Compared(name, "differs" if differing else "agrees", claim, differing, first, other)
    same = first.claim == other.claim
    return Compared(name, "agrees" if same else "differs", "", (), first, other)


def differing_columns(review: Review, first: State, other: State) -> Iterable[str]:
    """Columns of a review's fields in which the rows of two readings differ."""
    one, two = review.record.complete(first.cells), review.record.complete(other.cells)
    for column in FIELD_OF:
        if _plain(one.get(column, "")) != _plain(two.get(column, "")):
            yield column


def _plain(cell: str) -> str:
    """A number in one spelling; any other cell as it is."""
    number = parse_number(cell) if cell else None
    return cell if number is None else canonical(number)


def fields(row: Mapping[str, str], differing: Iterable[str] = ()) -> str:
    """What a review has looked at: the fields of a row that say something, `!` before the wrong."""
    wrong = set(differing)
    found = (
        ("!" if column in wrong else "") + FIELD_OF[column]
        for column in sorted(FIELD_OF, key=lambda c: FIELDS.index(FIELD_OF[c]))
        if row.get(column) or column in wrong
    )
    return ";".join(found)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A candidate on which a reader differs from the first; the next one to decide settles it."""

    candidate: str
    claim: str
    agents: tuple[str, ...]
    is_open: bool


def others(review: Review) -> list[Reader]:
    """Who has decided as another reader, in the order of their first decisions."""
    lines = review.journal.lines()
    found = (ln.reader for ln in lines if ln.reader.role == "second" and ln.do in DECISIONS)
    return list(dict.fromkeys(found))


def finished(review: Review) -> list[tuple[Reader, Compared]]:
    """The comparisons of other readers that have finished, one reader after the other."""
    return [
        (reader, one)
        for reader in others(review)
        for one in compared(review, reader)
        if one.other.written
    ]


def disagreements(review: Review) -> list[Disagreement]:
    """Where finished readings differ from the first, in order of the text."""
    found: dict[str, list[tuple[Reader, Compared]]] = {}
    for reader, one in finished(review):
        found.setdefault(one.candidate, []).append((reader, one))
    made = (_disagreement(found[name]) for name in review.candidates if name in found)
    return [one for one in made if one is not None]


def _disagreement(readers: Sequence[tuple[Reader, Compared]]) -> Disagreement | None:
    """The first reader who differs from the first reading, and the next one, who settles it."""
    differs = (n for n, (_, one) in enumerate(readers) if one.result == "differs")
    place = next(differs, None)
    if place is None:
        return None
    (_, one), *settled = readers[place : place + 2]
    agents = (one.first.agent, *(reader.agent for reader, _ in readers[place : place + 2]))
    return Disagreement(one.candidate, one.claim, agents, not settled)


def agreement(review: Review) -> tuple[int, int]:
    """How many finished second readings agree with the first, and how many there are."""
    results = [one.result for _, one in finished(review)]
    return results.count("agrees"), len(results)


def waiting(review: Review, reader: Reader) -> int:
    """How many decisions of another reader wait until the first reading is written."""
    if reader.role == "first":
        return 0
    return sum(one.result == "waits" for one in compared(review, reader))

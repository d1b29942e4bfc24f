"""What one reader has made of a candidate so far: its cells, and the decision."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from kg.ledger.candidates import Candidate, Words
from kg.ledger.decisions.journal import Line, Reader

SOURCE = "document"
"""The id under which the row of the source stands among the candidates."""
REASONS: Mapping[str, Words] = {
    "no-claim": Words(
        "no claim: a date, an age, a list number", "主張ではない（日付・年齢・番号など）"
    ),
    "misread": Words("misread by the program", "読み取りの誤り"),
    "outside": Words("outside what the record is about", "本記録の対象外"),
    "repeated": Words("said before in the same text", "同じ文書に既出"),
    "unsupported": Words("the words do not say it", "本文の語句からは言えない"),
    "unclear": Words("unclear of what, or who says it", "何について誰が述べたか不明"),
    "misprint": Words("a slip of the source", "出典の誤記"),
}  # fmt: skip
"""Why a candidate is rejected, in the order of the digits that choose one."""
DECISIONS = ("accept", "reject", "same", "skip")
_FOLLOWING = {
    "subject": ("supports",), "object": ("supports",), "printed": ("supports",),
    "period": ("supports", "period_basis"), "asserted_by": ("supports", "attribution"),
    "asserted_on": ("date_basis",),
}  # fmt: skip
"""Cells that follow from another by rule: they are found anew when it is changed."""
_CHANGES = (*DECISIONS, "edit", "suggest", "touch")


@dataclass(slots=True)
class State:
    """The cells of a candidate as a reader left them, and what was decided.

    `decision` is empty where nothing is; `written` is the id of the claim or passage that stands
    in the tables; `number` is that of the last line of the journal that changed anything.
    """

    cells: dict[str, str] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    untouched: set[str] = field(default_factory=set)
    decision: str = ""
    reason: str = ""
    claim: str = ""
    agent: str = ""
    at: str = ""
    written: str = ""
    number: int = 0

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided, or only put it off."""
        return self.decision in ("", "skip")


def first_state(candidate: Candidate) -> State:
    """A candidate as the reading left it."""
    passage = ("source", "quote", "start", "end", "role", "supports")
    cells = dict(candidate.row) | {c: candidate.evidence.get(c, "") for c in passage}
    cells = {column: cell for column, cell in cells.items() if cell}
    inferred = {column for column, basis in candidate.basis.items() if basis == "inferred"}
    return State(cells, untouched={column for column in inferred if cells.get(column)})


def seen(cells: Mapping[str, str]) -> str:
    """A digest of cells: what a reader decides on is what was shown."""
    content = json.dumps(sorted(cells.items()), ensure_ascii=False)
    return sha256(content.encode()).hexdigest()[:16]


def state_of(start: State, candidate: Candidate | None, lines: Iterable[Line]) -> State:
    """What the lines about a candidate have made of its first state."""
    state = start
    for line in lines:
        _apply(state, candidate, line)
        state.number = line.number
    return state


def _apply(state: State, candidate: Candidate | None, line: Line) -> None:
    if line.do == "edit":
        set_cells(state, line.given["cells"])
    elif line.do == "suggest" and candidate is not None:
        set_cells(state, candidate.suggestions[line.given["suggestion"] - 1].row)
    elif line.do == "touch":
        state.untouched -= set(line.given["columns"])
    elif line.do in DECISIONS:
        state.decision, state.agent, state.at = line.do, line.reader.agent, line.at
        state.reason, state.claim = line.given.get("reason", ""), line.given.get("claim", "")


def set_cells(state: State, cells: Mapping[str, str]) -> None:
    """New cells; what followed from the old ones, and a decision on them, holds no longer."""
    for following in (_FOLLOWING.get(column, ()) for column in cells):
        for column in set(following) - state.changed:
            state.cells.pop(column, None)
    for column, cell in cells.items():
        if cell:
            state.cells[column] = cell
        else:
            state.cells.pop(column, None)
    state.changed |= set(cells)
    state.untouched -= set(cells)
    state.decision = state.reason = state.claim = ""


def standing_lines(lines: Sequence[Line], reader: Reader) -> list[Line]:
    """What a reader has done and not undone: the first readers share one reading."""
    own = [line for line in lines if is_of(line.reader, reader)]
    undone = {line.given["of"] for line in own if line.do == "undo"}
    return [line for line in own if line.do in _CHANGES and line.number not in undone]


def is_of(one: Reader, other: Reader) -> bool:
    """Whether two share one reading of the inbox."""
    return one == other or one.role == other.role == "first"

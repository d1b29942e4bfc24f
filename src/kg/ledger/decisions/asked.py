"""A decision that somebody asks for, and what can be said against it without the record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kg.core.errors import Refusal, nearest
from kg.ledger.decisions.candidate_state import DECISIONS, REASONS, State, seen
from kg.ledger.import_rows import text_fault
from kg.ledger.tables import COLUMNS

PASSAGE = ("source", "quote", "start", "end", "role")
"""Columns that say where the words stand: the reading of the document gives them."""
EDITABLE = tuple(c for c in COLUMNS["claims"].split() if c not in ("claim_id", *PASSAGE))
EDITABLE_SOURCE = tuple(
    c for c in COLUMNS["sources"].split() if c not in ("source_id", "digest", "length", "level")
)
DOES = (*DECISIONS, "edit", "suggest", "touch", "undo")


@dataclass(frozen=True, slots=True)
class Asked:
    """A decision that somebody asks for; `known` is the last line of the journal they have seen."""

    do: str
    candidate: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    columns: Sequence[str] = ()
    suggestion: int = 0
    reason: str = ""
    claim: str = ""
    seen: str = ""
    known: int | None = None


def check_seen(asked: Asked, state: State) -> None:
    """Raises Refusal (409) where the cells are not those that the asker was shown."""
    if asked.seen != seen(state.cells):
        detail = f"{asked.candidate} is not as it was shown. Look at it again, then decide."
        raise Refusal(409, "Not what was shown", detail)


def reason_of(asked: Asked) -> str:
    """The word of `REASONS` that is given; raises Refusal (422)."""
    if asked.reason not in REASONS:
        detail = f"{asked.reason!r} is none of {', '.join(REASONS)}{nearest(asked.reason, REASONS)}"
        raise Refusal(422, "No such reason", f"{detail}.")
    return asked.reason


def inferred_of(asked: Asked, state: State) -> list[str]:
    """The columns that are looked at now, sorted; raises Refusal (422) for others."""
    if not asked.columns or not set(asked.columns) <= state.untouched:
        left = ", ".join(sorted(state.untouched)) or "nothing"
        detail = f"Of {asked.candidate}, what is inferred and not looked at yet is {left}."
        raise Refusal(422, "Not inferred", detail)
    return sorted(asked.columns)


def clean(cells: Mapping[str, str], columns: Sequence[str]) -> dict[str, str]:
    """New cells as they may stand in a table; raises Refusal."""
    if not cells:
        raise Refusal(422, "Nothing changed", "An edit names at least one column.")
    clean = {}
    for column, given in cells.items():
        if column not in columns:
            detail = f"{column[:40]!r} is no column that can be edited{nearest(column, columns)}."
            raise Refusal(422, "No such column", detail)
        clean[column] = " ".join(given.split())
        if fault := text_fault(column, clean[column]):
            raise Refusal(422, "Not a cell", f"{fault}.")
    return clean

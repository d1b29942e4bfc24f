"""A CSV file of decisions, for scripts: the same journal and the same rows as in the browser.

| column | holds |
|---|---|
| `candidate` | its id; `document` for the row of the source |
| `decision` | `accept`, `reject`, `same`, `skip`; empty where only cells are changed |
| `reason` | why it is rejected, a word of `REASONS` |
| `claim` | which claim it is the same as |
| `suggestion` | the number of a suggestion to take first |
| `touched` | inferred columns that were looked at and are right, split by `;` |
| any other | a column of the tables: its new cell, `-` to empty it |

A file that was taken once is taken again without a change: what stands already is passed over.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path

from kg.core.bundle import shown
from kg.core.errors import KgError, Refusal, nearest
from kg.ledger.decisions.asked import EDITABLE, EDITABLE_SOURCE, Asked
from kg.ledger.decisions.candidate_state import DECISIONS, SOURCE, State, seen, set_cells
from kg.ledger.decisions.journal import Line, Reader
from kg.ledger.decisions.review_session import Review
from kg.ledger.import_rows import file_text

_OWN = ("candidate", "decision", "reason", "claim", "suggestion", "touched")
_COLUMNS = (*_OWN, *dict.fromkeys((*EDITABLE, *EDITABLE_SOURCE)))
_EMPTY = "-"


@dataclass(frozen=True, slots=True)
class Decided:
    """One row of the file: where it stands, and its steps in their order."""

    where: str
    steps: Sequence[Asked]


def read_decisions(file: Path) -> list[Decided]:
    """The rows of a file; raises KgError with `file:line` for what cannot be read."""
    text, name = file_text(file), shown(file)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found, line = [], 1
    try:
        header = [column.strip() for column in next(reader, [])]
        _check_header(header, f"{name}:1")
        line = reader.line_num + 1
        for cells in reader:
            if cells:
                found.append(_decided(f"{name}:{line}", header, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise KgError(f"{name}:{line}: is not valid CSV: {error}.") from error
    _refuse_twice(found)
    return found


def _check_header(header: Sequence[str], where: str) -> None:
    for column in header:
        if column not in _COLUMNS:
            raise KgError(f"{where}: unknown column {column[:60]!r}{nearest(column, _COLUMNS)}.")
        if header.count(column) > 1:
            raise KgError(f"{where}: column {column!r} stands twice.")
    if "candidate" not in header or "decision" not in header:
        raise KgError(f"{where}: needs the columns candidate and decision.")


def _decided(where: str, header: Sequence[str], cells: Sequence[str]) -> Decided:
    if len(cells) != len(header):
        raise KgError(f"{where}: has {len(cells)} cells, the header {len(header)}.")
    row = {name: cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip()}
    if "candidate" not in row:
        raise KgError(f"{where}: candidate is empty.")
    return Decided(where, list(_steps(where, row)))


def _steps(where: str, row: Mapping[str, str]) -> Iterator[Asked]:
    name, decision = row["candidate"], row.get("decision", "")
    if number := row.get("suggestion"):
        if not number.isdecimal():
            raise KgError(f"{where}: suggestion: {number!r} is no number.")
        yield Asked("suggest", name, suggestion=int(number))
    new = {c: "" if v == _EMPTY else v for c, v in row.items() if c not in _OWN}
    if new:
        yield Asked("edit", name, cells=new)
    if "touched" in row:
        columns = [part.strip() for part in row["touched"].split(";") if part.strip()]
        yield Asked("touch", name, columns=columns)
    if decision and decision not in DECISIONS:
        known = f"; it is one of {', '.join(DECISIONS)}"
        raise KgError(f"{where}: decision: {decision!r} is unknown{known}.")
    if decision:
        yield Asked(decision, name, reason=row.get("reason", ""), claim=row.get("claim", ""))


def _refuse_twice(found: Sequence[Decided]) -> None:
    places: dict[str, str] = {}
    for one in found:
        for name in {step.candidate for step in one.steps}:
            if name in places:
                raise KgError(f"{one.where}: {name!r} is decided on at {places[name]} already.")
            places[name] = one.where


def take(review: Review, reader: Reader, decided: Sequence[Decided]) -> Sequence[Line]:
    """Appends all decisions of a file or none; raises KgError with `file:line` of the first bad."""
    review.refresh()
    states = review.states(reader)
    source = review.source()
    wanted: list[tuple[str, Asked]] = []
    for one in decided:
        state = states.get(one.steps[0].candidate) if one.steps else None
        state = source if one.steps and one.steps[0].candidate == SOURCE else state
        wanted += [(one.where, step) for step in _missing(review, one.steps, state)]
    try:
        return review.decide_all(reader, [step for _, step in wanted]) if wanted else []
    except Refusal as refusal:
        place = refusal.more.get("place")
        if isinstance(place, int):
            raise KgError(f"{wanted[place][0]}: {refusal.detail}") from refusal
        raise


def take_back(review: Review, lines: Sequence[Line]) -> None:
    """Undoes decisions whose rows were refused, the last one first."""
    entries = [("undo", line.candidate, {"of": line.number}) for line in reversed(lines)]
    if entries:
        with review.journal.writing() as journal:
            journal.append_all(lines[0].reader, entries)


def _missing(review: Review, steps: Sequence[Asked], state: State | None) -> Iterator[Asked]:
    """The steps that would change something, each decision with what its file can have seen."""
    if state is None:
        yield from steps  # refused by name
        return
    ahead, changes = deepcopy(state), False
    for step in steps:
        if step.do in DECISIONS:
            if changes or not _stands(step, state):
                yield replace(step, seen=seen(ahead.cells))
            continue
        left = [c for c in step.columns if c in ahead.untouched or c not in ahead.cells]
        new = _new_cells(review, step)
        if left or (new and not _are(new, ahead)):
            set_cells(ahead, new)
            ahead.untouched -= set(left)
            changes = True
            yield replace(step, columns=left)


def _new_cells(review: Review, step: Asked) -> dict[str, str]:
    """What an edit or a suggestion puts into cells; a suggestion that there is not, something."""
    if step.do != "suggest":
        return dict(step.cells)
    options = review.candidates[step.candidate].suggestions
    return (
        dict(options[step.suggestion - 1].row) if 0 < step.suggestion <= len(options) else {"": ""}
    )


def _are(new: Mapping[str, str], state: State) -> bool:
    """Whether cells stand there already, and nobody has to look at them."""
    there = all(column and state.cells.get(column, "") == v for column, v in new.items())
    return there and not state.untouched & set(new)


def _stands(step: Asked, state: State) -> bool:
    given = (step.do, step.reason, step.claim)
    return (state.decision, state.reason, state.claim) == given

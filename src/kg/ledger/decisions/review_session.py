"""One inbox under review: what each reader has decided, and whether a next decision may stand.

Every decision is checked and appended under one lock, against what the journal holds then.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from threading import RLock
from typing import Any

from kg.core.errors import Refusal, nearest
from kg.ledger.candidates import Candidate, Inbox
from kg.ledger.decisions.asked import (
    DOES,
    EDITABLE,
    EDITABLE_SOURCE,
    Asked,
    check_seen,
    clean,
    inferred_of,
    reason_of,
)
from kg.ledger.decisions.candidate_state import (
    DECISIONS,
    SOURCE,
    State,
    first_state,
    is_of,
    standing_lines,
    state_of,
)
from kg.ledger.decisions.journal import Journal, Line, Reader, Role
from kg.ledger.decisions.known_record import KnownRecord, Target, Tried, source_row, stamp
from kg.ledger.decisions.redo import recover
from kg.ledger.inbox import CANDIDATES, read_inbox

Entry = tuple[str, str, Mapping[str, Any]]
"""What is done, of which candidate, and what depends on it: a line of the journal to be."""


class Review:
    """The inbox of a folder; `recovered` tells what was done about a writing that was cut off.

    Raises KgError for an inbox, a journal or tables that cannot be read.
    """

    def __init__(self, folder: Path, target: Target) -> None:
        self.folder, self.inbox = folder, read_inbox(folder)
        self.journal = Journal(folder, _subject(folder, self.inbox))
        self.recovered = recover(self.journal)
        self.record = KnownRecord(target)
        self.candidates: dict[str, Candidate] = {one.id: one for one in self.inbox.candidates}
        self._lock = RLock()
        self._ahead: list[Line] = []  # of the source, in the decisions that are being checked
        self._try = lru_cache(4096)(self._tried)

    # ---- what stands

    def refresh(self) -> None:
        """Reads the tables anew where a file of theirs has changed."""
        with self._lock:
            if stamp(self.record.target.tables) != self.record.stamp:
                recover(self.journal)
                self.record = KnownRecord(self.record.target)
                self._try.cache_clear()

    def source(self) -> State:
        """The row of the source as the first readers left it."""
        row = source_row(self.inbox.document, self.record)
        lines = standing_lines(self.journal.lines(), Reader(""))
        own = [line for line in lines if line.candidate == SOURCE]
        state = state_of(State(row), None, [*own, *self._ahead])
        if "source_id" not in state.cells:
            given = replace(self.inbox.document, source=state.cells)
            state.cells = source_row(given, self.record)
        return state

    def source_faults(self) -> tuple[str, ...]:
        """What is missing or wrong in the row of the source; it has to be mended first."""
        row = self.source().cells
        if not row.get("source_id"):
            return ("publisher is empty: say who published the document",)
        return self.record.know_source(row)

    def states(self, reader: Reader) -> dict[str, State]:
        """The state of every candidate, in the order of the text, as a reader left it."""
        lines, written = self.journal.lines(), self.written(reader)
        by_candidate: dict[str, list[Line]] = {}
        for line in standing_lines(lines, reader):
            by_candidate.setdefault(line.candidate, []).append(line)
        slug = self.source().cells.get("source_id", "")
        found = {}
        for name, one in self.candidates.items():
            start = first_state(one)
            start.cells["source"] = slug
            found[name] = state_of(start, one, by_candidate.get(name, ()))
            found[name].written = written.get(name, "")
        return found

    def written(self, reader: Reader) -> dict[str, str]:
        """The ids of rows that stand in the tables, by the candidates that they came from."""
        lines = self.journal.lines()
        done = {line.given["of"] for line in lines if line.do == "written"}
        rows: dict[str, str] = {}
        for line in lines:
            if line.number in done and is_of(line.reader, reader):
                rows |= line.given["rows"]
        return rows

    def tried(self, state: State, reader: Reader) -> Tried:
        """What the compiler says of a candidate as it stands, as a claim of its own."""
        with self._lock:
            faults = self.source_faults()
            if faults:
                return Tried(state.cells, tuple(f"source: {fault}" for fault in faults))
            return self._try(tuple(sorted(state.cells.items())), reader.role == "second")

    def _tried(self, cells: tuple[tuple[str, str], ...], is_blind: bool) -> Tried:
        return self.record.try_claim(dict(cells), is_blind)

    # ---- who may decide

    def admit(self, reader: Reader) -> None:
        """Raises Refusal (403) for an agent who is not declared, or has read the other way."""
        known = self.record.agents
        if reader.agent not in known:
            where = self.record.target.tables / "agents.csv"
            raise Refusal(
                403,
                "Not a declared agent",
                f"{reader.agent!r} is not in agents.csv{nearest(reader.agent, known)}. Who reviews "
                f"declares a handle of their own in {where}: agent,kind,version,note.",
            )
        other: Role = "first" if reader.role == "second" else "second"
        lines = self.journal.lines()
        if any(ln.reader == Reader(reader.agent, other) and ln.do in DECISIONS for ln in lines):
            raise Refusal(
                403,
                "Another reader is needed",
                f"{reader.agent} has decided here as {other} reader. A second reading is by "
                "another agent than the first.",
            )

    # ---- deciding

    def decide(self, reader: Reader, asked: Asked) -> Line:
        """Checks one decision and appends it; raises Refusal, and then nothing has changed."""
        return self.decide_all(reader, [asked])[0]

    def decide_all(self, reader: Reader, asked: Sequence[Asked]) -> Sequence[Line]:
        """Checks decisions one after the other, and appends all or none; raises Refusal.

        The Refusal of a later one has its place among them as member `place`.
        """
        self.refresh()
        with self._lock, self.journal.writing():
            self.admit(reader)
            try:
                entries = list(self._entries(reader, asked))
            finally:
                self._ahead = []
            return self.journal.append_all(reader, entries)

    def _entries(self, reader: Reader, asked: Sequence[Asked]) -> Iterator[Entry]:
        states = self.states(reader)
        for place, one in enumerate(asked):
            try:
                entry = self._entry(reader, one, states)
            except Refusal as refusal:
                refusal.more = {**refusal.more, "place": place}
                raise
            if len(asked) > 1:
                self._foresee(reader, one, entry, states)
            yield entry

    def _foresee(
        self, reader: Reader, asked: Asked, entry: Entry, states: dict[str, State]
    ) -> None:
        """What a decision of several will have made of its candidate, for the next ones."""
        line = Line(0, "", reader, *entry)
        if asked.candidate == SOURCE:
            self._ahead.append(line)
            slug = self.source().cells.get("source_id", "")
            for state in states.values():
                state.cells["source"] = slug
        if asked.candidate in states:
            one = self.candidates[asked.candidate]
            states[asked.candidate] = state_of(states[asked.candidate], one, [line])

    def _entry(self, reader: Reader, asked: Asked, states: Mapping[str, State]) -> Entry:
        if asked.do not in DOES:
            raise Refusal(400, "Unknown decision", f"{asked.do!r} is none of {', '.join(DOES)}.")
        if asked.do == "undo":
            return self._undone(reader, asked.known)
        if asked.candidate == SOURCE:
            return asked.do, SOURCE, self._source_edit(reader, asked)
        state = states.get(asked.candidate)
        if state is None:
            raise Refusal(
                404, "No such candidate",
                f"No candidate is called {asked.candidate!r}{nearest(asked.candidate, states)}.",
            )  # fmt: skip
        if state.written:
            detail = f"{asked.candidate} stands in the tables as {state.written}; mend it there."
            raise Refusal(409, "Written already", detail)
        if asked.known is not None and asked.known < state.number:
            detail = f"Somebody else has just decided on {asked.candidate}. Look at it again."
            raise Refusal(409, "Decided meanwhile", detail)
        return asked.do, asked.candidate, self._given(reader, asked, state, states)

    def _given(
        self, reader: Reader, asked: Asked, state: State, states: Mapping[str, State]
    ) -> Mapping[str, Any]:
        match asked.do:
            case "edit":
                return {"cells": clean(asked.cells, EDITABLE)}
            case "suggest":
                return {"suggestion": self._suggestion(asked)}
            case "touch":
                return {"columns": inferred_of(asked, state)}
            case "reject":
                return {"reason": reason_of(asked)}
            case "accept":
                self._check_acceptable(reader, asked, state, states)
                return {"seen": asked.seen}
            case "same":
                return {"claim": self._witnessed(asked, state), "seen": asked.seen}
        return {}

    def _suggestion(self, asked: Asked) -> int:
        count = len(self.candidates[asked.candidate].suggestions)
        if not 1 <= asked.suggestion <= count:
            has = f"has {count} suggestions" if count else "has no suggestion"
            detail = f"{asked.candidate} {has}; there is no number {asked.suggestion}."
            raise Refusal(422, "No such suggestion", detail)
        return asked.suggestion

    def _check_acceptable(
        self, reader: Reader, asked: Asked, state: State, states: Mapping[str, State]
    ) -> None:
        if state.untouched:
            names = ", ".join(sorted(state.untouched))
            detail = f"Inferred and not looked at yet: {names}. Confirm or change each first."
            raise Refusal(422, "Not looked at", detail, more={"untouched": sorted(state.untouched)})
        check_seen(asked, state)
        tried = self.tried(state, reader)
        faults = list(tried.faults)
        if not faults:
            faults = [
                f"{name} says the same and is accepted; take one of them"
                for name, other in states.items()
                if name != asked.candidate and other.decision == "accept"
                and self.tried(other, reader).key == tried.key
            ]  # fmt: skip
        if faults:
            detail = f"The tables would refuse it: {'; '.join(faults)}."
            raise Refusal(422, "Not a sound row", detail, more={"faults": faults})

    def _witnessed(self, asked: Asked, state: State) -> str:
        check_seen(asked, state)
        with self._lock:
            faults = (
                self.source_faults() or self.record.try_passage(state.cells, asked.claim).faults
            )
        if faults:
            detail = f"It is no passage of {asked.claim}: {'; '.join(faults)}."
            raise Refusal(422, "Not a sound row", detail, more={"faults": list(faults)})
        return asked.claim

    def _source_edit(self, reader: Reader, asked: Asked) -> Mapping[str, Any]:
        if asked.do != "edit" or reader.role != "first":
            raise Refusal(422, "Not a decision on the source", "Its cells can be edited, no more.")
        if self.record.stands(self.source().cells.get("source_id", "")):
            detail = "The source stands in the tables already; mend it there."
            raise Refusal(409, "Written already", detail)
        return {"cells": clean(asked.cells, EDITABLE_SOURCE)}

    def _undone(self, reader: Reader, known: int | None) -> tuple[str, str, Mapping[str, Any]]:
        written = self.written(reader)
        own = standing_lines(self.journal.lines(), reader)
        for line in reversed([line for line in own if line.reader == reader]):
            if line.candidate in written:
                break
            if known is not None and line.number > known:
                detail = "The last decision was made elsewhere. Look at it, then undo it."
                raise Refusal(409, "Decided meanwhile", detail)
            return "undo", line.candidate, {"of": line.number}
        raise Refusal(422, "Nothing to undo", "What is written is mended in the tables.")


def _subject(folder: Path, inbox: Inbox) -> str:
    """A digest of what is decided on: the candidates and the text they stand in."""
    about = sha256((folder / CANDIDATES).read_bytes())
    about.update(inbox.document.text_sha256.encode())
    return about.hexdigest()

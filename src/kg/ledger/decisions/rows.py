"""Decisions as rows of the tables: claims, passages, the source, reviews, relations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count

from kg.core.errors import Refusal
from kg.ledger.decisions.candidate_state import REASONS, State
from kg.ledger.decisions.comparison import (
    FIELD_OF,
    Compared,
    compared,
    differing_columns,
    fields,
    finished,
)
from kg.ledger.decisions.journal import Reader
from kg.ledger.decisions.known_record import SURE
from kg.ledger.decisions.review_session import Review
from kg.ledger.reviews import FIELDS

NO_ROW = "none"
"""What stands in place of an id for a decision that is final and needs no row."""
_FIELDS_JA = {
    "subject": "主題", "predicate": "属性", "value": "値", "unit": "単位", "qualifier": "限定",
    "period": "期間", "area": "地域", "group": "対象集団", "scenario": "シナリオ",
    "statistic": "統計量", "status": "主張の性格", "asserter": "主張者", "date": "主張の日",
    "attribution": "帰属の示し方", "quote": "引用",
}  # fmt: skip


def _named(columns: Iterable[str]) -> tuple[str, str]:
    """Columns for people, in English and Japanese; those of no field are called details."""
    known = [FIELD_OF.get(column, "") for column in columns]
    named = list(dict.fromkeys(f for f in FIELDS if f in known)) + ["details"] * ("" in known)
    return ", ".join(named), "・".join(_FIELDS_JA.get(name, "細目") for name in named)


@dataclass(slots=True)
class NewRows:
    """Rows to add, by table; `ids` says what becomes of each candidate."""

    tables: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def add(self, table: str, **row: str) -> None:
        """One row of a table."""
        self.tables.setdefault(table, []).append(row)

    def counts(self) -> dict[str, int]:
        """How many rows each table gets."""
        order = ("sources", "claims", "evidence", "reviews", "relations")
        return {table: len(self.tables[table]) for table in order if table in self.tables}


class _Numbers:
    """Ids that nothing has yet."""

    def __init__(self, review: Review) -> None:
        record, name = review.record, _name(review)
        self._review = count(record.next_number("review-"))
        self._claim = count(record.next_number(f"c-{name}-"))
        self._passage = count(record.next_number(f"e-{name}-x"))
        self._stem = name

    def review(self) -> str:
        return f"review-{next(self._review):04d}"

    def claim(self) -> str:
        return f"c-{self._stem}-{next(self._claim):03d}"

    def passage(self) -> str:
        return f"e-{self._stem}-x{next(self._passage):02d}"


def _name(review: Review) -> str:
    return review.source().cells.get("source_id", "src-unknown").removeprefix("src-")


def new_rows(review: Review, reader: Reader) -> NewRows:
    """All rows of a reader's decisions that are not written yet; raises Refusal."""
    made = NewRows()
    if reader.role == "first":
        _first(review, reader, made)
    else:
        _other(review, reader, made)
    return made


def _first(review: Review, reader: Reader, made: NewRows) -> None:
    numbers = _Numbers(review)
    states = review.states(reader)
    ready = {n: s for n, s in states.items() if not s.written and s.decision in ("accept", "same")}
    faults = [f"source: {fault}" for fault in review.source_faults() if ready]
    faults += [f"{n}: {fault}" for n, s in ready.items() for fault in _faults(review, reader, s)]
    if faults:
        detail = "; ".join(faults[:12])
        raise Refusal(422, "The tables would refuse it", f"{detail}. Nothing was written.")
    if ready:
        _add_source(review, made)
    for name, state in ready.items():
        if state.decision == "same":
            made.ids[name] = numbers.passage()
            row = review.record.try_passage(state.cells, state.claim).row
            made.add("evidence", **{**row, "evidence_id": made.ids[name]})
        else:
            made.ids[name] = numbers.claim()
            row = {**review.tried(state, reader).row, "confidence": _confidence(review, state)}
            made.add("claims", **{**row, "claim_id": made.ids[name]})
            _reviewed(review, made, numbers, name, state, row)


def _add_source(review: Review, made: NewRows) -> None:
    """The row of the source, once, where the tables lack it."""
    row = review.source().cells
    if "sources" not in made.tables and not review.record.stands(row["source_id"]):
        made.add("sources", **row)


def _confidence(review: Review, state: State) -> str:
    """Somebody has compared the phrase; the compiler caps it by what the phrase holds."""
    is_tool = review.record.agents.get(state.agent) == "tool"
    kept = "confidence" in state.changed or is_tool
    return state.cells.get("confidence", SURE) if kept else SURE


def _faults(review: Review, reader: Reader, state: State) -> tuple[str, ...]:
    if state.decision == "accept":
        return review.tried(state, reader).faults
    return review.record.try_passage(state.cells, state.claim).faults


def _reviewed(
    review: Review,
    made: NewRows,
    numbers: _Numbers,
    name: str,
    state: State,
    row: Mapping[str, str],
) -> None:
    """The review that accepts a new claim, and what follows for the claim that it replaces."""
    run = review.inbox.run
    origin, origin_ja = f"proposed by {run.agent} {run.version}", f"{run.agent} {run.version}の候補"
    parts, parts_ja = _named(state.changed)
    how, how_ja = (
        (f"mended by its reader: {parts}", f"読み手が修正：{parts_ja}")
        if parts
        else ("found right by its reader", "読み手が確認")
    )
    _add_review(
        review, made, numbers, state, made.ids[name], "accepted",
        (f"{origin}, {how}", f"{origin_ja}、{how_ja}"), fields(row),
    )  # fmt: skip
    if old := review.candidates[name].supersedes:
        why = ("the source has changed its figure", "出典の数値が改められた")
        made.add(
            "relations", claim=made.ids[name], relation="supersedes", other=old,
            reason=why[0], reason_ja=why[1],
        )  # fmt: skip
        _add_review(review, made, numbers, state, old, "superseded", why, "")


def _add_review(
    review: Review,
    made: NewRows,
    numbers: _Numbers,
    state: State,
    target: str,
    status: str,
    reason: tuple[str, str],
    looked_at: str,
    not_before: str = "",
) -> None:
    """A review; one of another reader is not dated before the first one's, which decides."""
    made.add(
        "reviews", review_id=numbers.review(), target=target, status=status,
        rank="Normal" if status == "accepted" else "Deprecated", reason=reason[0],
        reason_ja=reason[1], guideline=review.record.guideline, agent=state.agent,
        on=max(state.at, not_before)[:10], fields=looked_at,
    )  # fmt: skip


def _other(review: Review, reader: Reader, made: NewRows) -> None:
    """Reviews of claims that the first reader wrote; what has no claim stands in the journal."""
    numbers = _Numbers(review)
    before = [one for other, one in finished(review) if other != reader]
    for one in compared(review, reader):
        if one.other.written or one.result == "waits":
            continue
        made.ids[one.candidate] = NO_ROW
        if one.has_row:
            status = "accepted" if one.other.decision == "accept" else "rejected"
            row = review.record.complete(one.first.cells)
            looked_at = fields(row, one.differing) if status == "accepted" else ""
            _add_review(
                review, made, numbers, one.other, one.claim, status, _second_reason(one),
                looked_at, one.first.at,
            )  # fmt: skip
            made.ids[one.candidate] = made.tables["reviews"][-1]["review_id"]
        elif allied := _allied(one, before):
            _overruled(review, made, numbers, one, allied)


def _second_reason(one: Compared) -> tuple[str, str]:
    other = one.other
    if other.decision == "reject":
        why = REASONS[other.reason]
        return f"another reading rejects it: {why.en}", f"別の読みでは不採用：{why.ja}"
    if other.decision == "same":
        return "another reading takes it for another claim", "別の読みでは既存の主張と同じ"
    if not one.differing:
        return "another reading finds the same in every field", "別の読みは全項目で一致"
    told, told_ja = _named(one.differing)
    return f"another reading differs in {told}", f"別の読みと異なる項目：{told_ja}"


def _allied(one: Compared, before: list[Compared]) -> Compared | None:
    """The reader before who took, as this one does, what the first reader rejected."""
    if one.first.decision != "reject" or one.other.decision != "accept":
        return None
    others = (b for b in before if b.candidate == one.candidate)
    return next((b for b in others if b.other.decision == "accept"), None)


def _overruled(
    review: Review, made: NewRows, numbers: _Numbers, one: Compared, allied: Compared
) -> None:
    """Two readers take what the first rejected: it becomes a claim, with all three reviews."""
    tried = review.tried(allied.other, Reader("", "second"))
    if tried.faults:
        detail = f"{one.candidate}: {'; '.join(tried.faults)}. Nothing was written."
        raise Refusal(422, "The tables would refuse it", detail)
    made.ids[one.candidate] = claim = numbers.claim()
    _add_source(review, made)
    made.add("claims", **{**tried.row, "claim_id": claim})
    why = REASONS[one.first.reason]
    first = (f"the first reading rejects it: {why.en}", f"最初の読みでは不採用：{why.ja}")
    _add_review(review, made, numbers, one.first, claim, "rejected", first, "")
    differing = tuple(differing_columns(review, allied.other, one.other))
    for state, wrong in ((allied.other, ()), (one.other, differing)):
        told = ("another reading takes it", "別の読みでは採用")
        looked_at = fields(tried.row, wrong)
        at = one.first.at
        _add_review(review, made, numbers, state, claim, "accepted", told, looked_at, at)

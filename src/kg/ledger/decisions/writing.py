"""Rows of decisions into the tables: compiled and judged as a whole, then all or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kg.core.bundle import shown
from kg.core.errors import Refusal, TablesRefused
from kg.core.files import locked_folder
from kg.ledger.append_rows import with_rows
from kg.ledger.decisions.comparison import waiting
from kg.ledger.decisions.journal import Reader
from kg.ledger.decisions.redo import bytes_of, recover_locked, write_files
from kg.ledger.decisions.review_session import Review
from kg.ledger.decisions.rows import NO_ROW, NewRows, new_rows
from kg.ledger.import_run import Judge, compiled_with

_ORDER = ("sources", "relations", "evidence", "reviews", "claims")  # claims last, as in an import


@dataclass(frozen=True, slots=True)
class Plan:
    """The rows of a reader's decisions as files of the tables.

    `lines` are the last lines of the journal that they rest on, by candidate; `to_judge` says what
    a build would find wrong elsewhere, because the new rows are there.
    """

    reader: Reader
    rows: NewRows
    files: Mapping[str, bytes] = field(default_factory=dict)
    before: Mapping[str, bytes | None] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    to_judge: tuple[str, ...] = ()


def plan(review: Review, reader: Reader, judge: Judge = lambda compiled: {}) -> Plan:
    """What finishing would write, compiled and judged; nothing is written yet.

    `judge` says of ids in the compiled tables what is wrong with them.
    Raises Refusal (422) for rows that the tables would refuse, TablesRefused for tables at fault.
    """
    review.refresh()
    review.admit(reader)
    rows, target = new_rows(review, reader), review.record.target
    name = review.source().cells.get("source_id", "").removeprefix("src-")
    places = {t: f"claims/reviewed-{name}.csv" if t == "claims" else f"{t}.csv" for t in _ORDER}
    ordered = [table for table in _ORDER if table in rows.tables]
    files = {
        places[table]: with_rows(target.tables / places[table], table, rows.tables[table])
        for table in ordered
    }
    before = {name: bytes_of(target.tables / name) for name in files}
    to_judge: tuple[str, ...] = ()
    if files:
        try:
            compiled = compiled_with(target.tables, files, target.ontology, review.record.ground)
        except TablesRefused as refused:
            detail = f"{refused}\nNothing was written."
            raise Refusal(422, "The tables would refuse it", detail) from None
        to_judge = _refuse_wrong(rows, judge(compiled))
    states = review.states(reader)
    return Plan(reader, rows, files, before, {n: states[n].number for n in rows.ids}, to_judge)


def _refuse_wrong(rows: NewRows, wrong: Mapping[str, str]) -> tuple[str, ...]:
    """Raises Refusal where the gates of a build find one of the new rows wrong.

    Gives what they find elsewhere because of the new rows, such as a verdict on a conflict that
    has one more claim now: that is for the editors to judge.
    """
    of_candidate = {slug: name for name, slug in rows.ids.items()}
    of_candidate |= {"e-" + slug[2:]: n for slug, n in of_candidate.items() if slug[:2] == "c-"}
    ours = {row[f"{t}_id"] for t in ("source", "review") for row in rows.tables.get(f"{t}s", ())}
    found = [
        f"{of_candidate.get(slug, slug)}: {what}"
        for slug, what in wrong.items()
        if slug in of_candidate or slug in ours
    ]
    if found:
        places = {f"{name}: ": place for place, name in enumerate(rows.ids)}
        found.sort(key=lambda f: places.get(f[: f.find(": ") + 2], -1))  # as in the text
        detail = f"{'; '.join(found[:12])}. Nothing was written."
        wrong_ones = [name for name in rows.ids if any(f.startswith(f"{name}: ") for f in found)]
        more = {"candidates": wrong_ones}
        raise Refusal(422, "A build would refuse it", detail, more=more)
    new = [slug for slug in rows.ids.values() if slug != NO_ROW]
    return tuple(
        f"{slug}: {what}" for slug, what in wrong.items() if any(one in what for one in new)
    )


def write(review: Review, planned: Plan) -> Mapping[str, int]:
    """Writes a plan; how many rows each table has got. Raises Refusal where it no longer holds."""
    if not planned.rows.ids:
        return {}
    tables, files = review.record.target.tables, planned.files
    with locked_folder(tables), review.journal.writing() as journal:
        recover_locked(journal)
        _refuse_outdated(review, planned)
        changes = {name: (planned.before[name], new) for name, new in files.items()}
        write_files(journal, planned.reader, tables, changes, planned.rows.ids)
    review.refresh()
    return planned.rows.counts()


def _refuse_outdated(review: Review, planned: Plan) -> None:
    tables, states = review.record.target.tables, review.states(planned.reader)
    changed = [n for n, data in planned.before.items() if bytes_of(tables / n) != data]
    moved = [
        name
        for name, number in planned.lines.items()
        if states[name].written or states[name].number != number
    ]
    if changed or moved:
        what = ", ".join([*(shown(tables / n) for n in changed), *moved])
        detail = f"{what}: changed while the rows were checked. Nothing was written; finish again."
        raise Refusal(409, "Changed meanwhile", detail)


def finish(review: Review, reader: Reader, judge: Judge) -> dict[str, Any]:
    """Writes all rows of a reader's decisions that are not written yet; what came of it."""
    planned = plan(review, reader, judge)
    counts = write(review, planned)
    rows = {n: s for n, s in planned.rows.ids.items() if s != NO_ROW}
    return {
        "written": counts,
        "rows": rows,
        "files": sorted(planned.files),
        "to_judge": list(planned.to_judge),
        "waiting": waiting(review, reader),
    }

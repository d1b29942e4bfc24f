"""Rows of decisions into the tables: all or nothing, whenever the machine stops.

| step | what is on the disk | after a crash here |
|---|---|---|
| 1 | rows are made, compiled and judged from a copy of the tables | nothing has happened |
| 2 | the new files lie in `pending/` of the inbox | nothing has happened; it is made anew |
| 3 | the journal has a `write` with the digests of the files before and after | taken up again |
| 4 | each file takes the place of the old one | the next start puts the others in place |
| 5 | the journal has `written`, `pending/` goes | nothing is left to do |
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from kg.core.bundle import shown
from kg.core.errors import KgError, Refusal, TablesRefused
from kg.core.files import replace_files
from kg.ledger.append_rows import with_rows
from kg.ledger.decisions.journal import Line, Reader, locked_folder
from kg.ledger.decisions.review_session import Review
from kg.ledger.decisions.rows import NO_ROW, NewRows, new_rows
from kg.ledger.import_run import Judge, compiled_with

PENDING = "pending"
"""The folder of an inbox where files wait that are about to be written."""
_ORDER = ("sources", "relations", "evidence", "reviews", "claims")  # claims last, as in an import
_HERE = "kg review"


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
    before = {name: _bytes(target.tables / name) for name in files}
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
        detail = f"{'; '.join(found[:12])}. Nothing was written."
        raise Refusal(422, "A build would refuse it", detail)
    new = [slug for slug in rows.ids.values() if slug != NO_ROW]
    return tuple(
        f"{slug}: {what}" for slug, what in wrong.items() if any(one in what for one in new)
    )


def write(review: Review, planned: Plan) -> Mapping[str, int]:
    """Writes a plan; how many rows each table has got. Raises Refusal where it no longer holds."""
    if not planned.rows.ids:
        return {}
    with locked_folder(review.record.target.tables), review.journal.writing():
        recover(review, is_locked=True)
        _refuse_outdated(review, planned)
        entry = _announce(review, planned)
        _replace(review, entry)
    review.refresh()
    return planned.rows.counts()


def _refuse_outdated(review: Review, planned: Plan) -> None:
    tables, states = review.record.target.tables, review.states(planned.reader)
    changed = [n for n, data in planned.before.items() if _bytes(tables / n) != data]
    moved = [
        name
        for name, number in planned.lines.items()
        if states[name].written or states[name].number != number
    ]
    if changed or moved:
        what = ", ".join([*(shown(tables / n) for n in changed), *moved])
        detail = f"{what}: changed while the rows were checked. Nothing was written; finish again."
        raise Refusal(409, "Changed meanwhile", detail)


def _announce(review: Review, planned: Plan) -> Line:
    pending = review.folder / PENDING
    shutil.rmtree(pending, ignore_errors=True)
    for number, data in enumerate(planned.files.values()):
        pending.mkdir(mode=0o700, exist_ok=True)
        replace_files(pending, {str(number): data})
    return review.journal.append(
        planned.reader,
        "write",
        tables=str(review.record.target.tables.resolve()),
        files={
            name: [_digest(planned.before[name]), _digest(data)]
            for name, data in planned.files.items()
        },
        rows=planned.rows.ids,
    )


def _replace(review: Review, entry: Line) -> None:
    """Puts the files in place that are not there yet, and says so in the journal."""
    tables, pending = Path(entry.given["tables"]), review.folder / PENDING
    for number, (name, (_, after)) in enumerate(entry.given["files"].items()):
        if _digest(_bytes(tables / name)) != after:
            data = (pending / str(number)).read_bytes()
            (tables / name).parent.mkdir(parents=True, exist_ok=True)
            replace_files(tables, {name: data})
    review.journal.append(entry.reader, "written", of=entry.number)
    shutil.rmtree(pending, ignore_errors=True)


def recover(review: Review, is_locked: bool = False) -> str:
    """Finishes a writing that a crash cut off; says what was done, empty where nothing was.

    Raises KgError where a file has been changed in between, and then changes nothing.
    """
    entry = _unfinished(review)
    if entry is None:
        return ""
    if not is_locked:
        with locked_folder(Path(entry.given["tables"])), review.journal.writing():
            return recover(review, is_locked=True)
    tables, pending = Path(entry.given["tables"]), review.folder / PENDING
    found = {name: _digest(_bytes(tables / name)) for name in entry.given["files"]}
    placed = [name for name, (_, after) in entry.given["files"].items() if found[name] == after]
    waiting = {
        name: _digest(_bytes(pending / str(number)))
        for number, name in enumerate(entry.given["files"])
    }
    left = {n: ends for n, ends in entry.given["files"].items() if n not in placed}
    if all(found[n] == before and waiting[n] == after for n, (before, after) in left.items()):
        _replace(review, entry)
        return "A writing that was cut off has been finished."
    if placed:
        raise KgError(
            f"A writing of {shown(review.folder)} was cut off after {', '.join(placed)}, and "
            f"{', '.join(left)} has changed since. Take the new rows out of the former by hand, or "
            "bring back the latter as they were, then start again."
        )
    review.journal.append(entry.reader, "abandon", of=entry.number)
    shutil.rmtree(pending, ignore_errors=True)
    return "A writing that was cut off had written nothing; it was given up."


def _unfinished(review: Review) -> Line | None:
    lines = review.journal.lines()
    ended = {line.given["of"] for line in lines if line.do in ("written", "abandon")}
    return next((ln for ln in lines if ln.do == "write" and ln.number not in ended), None)


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _digest(data: bytes | None) -> str | None:
    return None if data is None else sha256(data).hexdigest()


def finish(review: Review, reader: Reader, judge: Judge) -> dict[str, Any]:
    """Writes all rows of a reader's decisions that are not written yet; what came of it."""
    told = recover(review)
    planned = plan(review, reader, judge)
    counts = write(review, planned)
    rows = {n: s for n, s in planned.rows.ids.items() if s != NO_ROW}
    return {
        "written": counts,
        "rows": rows,
        "files": sorted(planned.files),
        "to_judge": list(planned.to_judge),
        "recovered": told,
    }

"""Rows of conflicts.csv: claims that the editors set side by side, and what they decided.

| kind | what it is | type | caution | resolution |
|---|---|---|---|---|
| conflict | claims that answer one question and cannot all hold | needed | | needed |
| identity | claims about several subjects that may be one thing | | | needed |
| caution | related claims that are not comparable | | needed | |
"""

import re

from kg.core.errors import nearest
from kg.core.model import Text, Verdict
from kg.ledger.row_context import RowContext
from kg.ledger.tables import Row

CLASSES = {"conflict": "Conflict", "identity": "IdentityQuestion", "caution": "Caution"}
_CELLS = {
    "conflict": ("type", "resolution"),
    "identity": ("resolution",),
    "caution": ("caution",),
}
_FOUND = re.compile(r"conflict-[0-9a-f]{12}")


def is_found_by_rule(verdict: Verdict) -> bool:
    """True of a conflict that a rule names by its key's digest; a caution may take that over."""
    return verdict.kind == "conflict" and bool(_FOUND.fullmatch(verdict.slug))


def read_verdict(row: Row, context: RowContext) -> Verdict | None:
    """One verdict, on what a rule found (`conflict-{hex}`) or on what is named by hand."""
    where, claims = row.where, row.list("claims")
    kind = row.cells.get("kind", "conflict")  # tables of an earlier version know no other
    if not context.issue(where, row["conflict"], "conflict-*"):
        return None
    if kind not in CLASSES:
        what = f"kind: {kind!r} is not one of {', '.join(CLASSES)}{nearest(kind, CLASSES)}"
        context.fault(where, what, "S17")
        return None
    for claim in claims:
        context.known(where, claim, context.claim_sources, "claim")
    if len(set(claims)) < 2 or len(set(claims)) != len(claims):
        context.fault(where, "claims: list two or more different claims", "S17")
    _check_cells(row, kind, context)
    _check_favours(row, claims, context)
    return Verdict(
        row["conflict"],
        kind,
        claims,
        context.individual(where, row["type"], "ConflictType", "type") if row["type"] else "",
        context.concept(where, row["caution"], "caution-reason", "caution")
        if row["caution"]
        else "",
        context.individual(where, row["resolution"], "Resolution", "resolution")
        if row["resolution"]
        else "",
        row["favours"],
        Text(row["reason"], "en"),
        Text(row["reason_ja"], "ja"),
    )


def _check_cells(row: Row, kind: str, context: RowContext) -> None:
    """The cells that a kind needs are filled, those of the other kinds are empty."""
    for column in ("type", "caution", "resolution"):
        wanted = column in _CELLS[kind]
        if wanted != bool(row[column]):
            what = f"{column}: a row of kind {kind} {'needs one' if wanted else 'has none'}"
            context.fault(row.where, what, "S17")
    if row["resolution"] != "Open" and not row["reason"]:
        context.fault(row.where, "reason is empty: every row but an open one needs one", "S17")


def _check_favours(row: Row, claims: tuple[str, ...], context: RowContext) -> None:
    if (row["resolution"] == "ResolvedFor") != bool(row["favours"]):
        what = "favours: ResolvedFor, and only it, names the favoured claim"
        context.fault(row.where, what, "S17")
    if row["favours"] and row["favours"] not in claims:
        context.fault(row.where, f"favours: {row['favours']!r} is not among the claims", "S17")

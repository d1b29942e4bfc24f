"""Corrections: dated notes on what the record said wrongly of a source, one row each."""

from kg.core.errors import nearest
from kg.core.model import Correction
from kg.ledger.row_context import RowContext
from kg.ledger.tables import Row


def read_correction(row: Row, context: RowContext) -> Correction | None:
    """A row of corrections.csv; None, with a problem, where its id is none or is taken.

    `told_by` is a handle of agents.csv, or empty where nobody is to be named.
    """
    where, agent = row.where, row["told_by"]
    if not context.issue(where, row["correction_id"], "correction-nnnn"):
        return None
    context.required(row, "claim", "on", "what")
    claim = context.known(where, row["claim"], context.claim_sources, "claim")
    if agent and agent not in context.agents:
        what = f"told_by: {agent!r} is not declared in agents.csv{nearest(agent, context.agents)}"
        context.fault(where, what, "S44")
    return Correction(
        row["correction_id"],
        claim,
        context.day(where, row["on"], "on"),
        row["what"],
        context.japanese(where, row.cells, "what"),
        agent,
    )

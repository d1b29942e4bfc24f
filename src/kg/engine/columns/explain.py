"""How a query would be answered, for who asks."""

from pathlib import Path

from kg.engine.columns.layout import read, reserve, room_for
from kg.engine.columns.maker import make
from kg.engine.columns.plan import Abstain
from kg.engine.columns.rewriter import Rewriter
from kg.sparql.guard import guard


def explain(quads: Path, sparql: str) -> str:
    """What the columns of a snapshot leave to the engine, or why all; raises Refusal."""
    guarded = guard(sparql)
    region = reserve(room_for(quads.stat().st_size))
    make(quads, region)
    columns = read(region)
    if columns is None:
        return "# By the engine alone: the columns cannot hold this snapshot."
    try:
        left = Rewriter(columns).explained(guarded.text, not guarded.names_dataset)
    except Abstain as why:
        return f"# By the engine alone: {why}."
    return f"# The pattern by columns; what is left for the engine:\n{left.strip()}"

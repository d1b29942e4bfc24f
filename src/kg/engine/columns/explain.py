"""How a query would be answered, for who asks."""

from pathlib import Path

from kg.engine.columns.answering import Answerer
from kg.engine.columns.layout import read, reserve, room_for
from kg.engine.columns.maker import make
from kg.engine.columns.tables import Abstain
from kg.sparql.guard import guard


def explain(quads: Path, sparql: str) -> str:
    """What the columns of a snapshot do of a query, or why nothing; raises Refusal."""
    guarded = guard(sparql)
    region = reserve(room_for(quads.stat().st_size))
    make(quads, region)
    columns = read(region)
    if columns is None:
        return "# By the engine alone: the columns cannot hold this snapshot."
    try:
        solutions = Answerer(columns).explained(guarded.text, not guarded.names_dataset)
    except Abstain as why:
        return f"# By the engine alone: {why}."
    return f"# By columns, nothing is left for the engine: {solutions.plan.told}."

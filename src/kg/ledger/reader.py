"""Tables to a checked Ledger: every fault of every row is found before anything is written."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from kg.core.bundle import shown
from kg.core.errors import TablesRefused
from kg.core.model import Ledger
from kg.core.problems import Problem
from kg.ledger import rows
from kg.ledger.base_graph import NO_GROUND, BaseGraph
from kg.ledger.claims import check_duplicates, read_claim
from kg.ledger.consistency import (
    check_days,
    check_fiscal_years,
    check_ranges,
    check_times,
    check_voices,
)
from kg.ledger.corrections import read_correction
from kg.ledger.reviews import read_agent, read_review
from kg.ledger.row_context import RowContext
from kg.ledger.support import capped
from kg.ledger.tables import Tables, read_tables
from kg.ledger.verdicts import read_verdict
from kg.ledger.vocabulary import Vocabulary

In = TypeVar("In")
Out = TypeVar("Out")


def read_ledger(
    folder: Path,
    vocabulary: Vocabulary,
    ground: BaseGraph = NO_GROUND,
    doubts: list[Problem] | None = None,
) -> tuple[Ledger, Mapping[str, str]]:
    """The ledger of a tables folder, and the `file:line` of each id in it.

    Its rows may refer to what the ground holds, and may not say it again. Warnings are added to
    `doubts`, where it is given.
    Raises TablesRefused with every problem found.
    """
    tables = read_tables(folder)
    if not tables.entities and not tables.problems and ground is NO_GROUND:
        tables.problems.append(
            Problem(shown(folder), "holds no entities; is this a tables folder?")
        )
    if tables.is_partial:  # what names its rows would be reported too
        raise TablesRefused(tables.problems)
    context = RowContext.over(ground, vocabulary, tables.problems)
    context.doubts.extend(tables.doubts)
    ledger = _ledger(tables, context, ground)
    if context.problems:
        raise TablesRefused(context.problems)
    if doubts is not None:
        doubts.extend(sorted(context.doubts))
    return ledger, {slug: at for slug, at in context.places.items() if slug not in ground.places}


def _ledger(tables: Tables, context: RowContext, ground: BaseGraph) -> Ledger:
    """Reads one table after the other: a row may name what stands in an earlier one."""
    table = tables.rows
    entities = _each(rows.read_entity, tables.entities, context)
    sources = _each(rows.read_source, table["sources"], context)
    rows.check_links(tables, context)
    pairs = _each(read_claim, table["claims"], context)
    evidence = [e for _, e in pairs] + _each(rows.read_evidence, table["evidence"], context)
    claims = capped((claim for claim, _ in pairs), evidence, context.vocabulary.caps)
    check_duplicates(claims, context, ground.claims)
    check_times(claims, context)
    check_voices(claims, evidence, context)
    check_ranges(claims, evidence, context)
    check_fiscal_years(claims, ground.claims, context)
    ledger = Ledger(
        entities=tuple(entities),
        periods=tuple(p for p in context.periods.values() if p.slug not in ground.places),
        sources=tuple(sources),
        claims=tuple(claims),
        evidence=tuple(evidence),
        mentions=tuple(_each(rows.read_mention, table["mentions"], context)),
        agents=tuple(_each(read_agent, table["agents"], context)),
        reviews=tuple(_each(read_review, table["reviews"], context)),
        verdicts=tuple(_each(read_verdict, table["conflicts"], context)),
        relations=tuple(_each(rows.read_relation, table["relations"], context)),
        corrections=tuple(_each(read_correction, table["corrections"], context)),
    )
    check_days(ledger.reviews, {c.slug: c for c in (*ground.claims, *claims)}, context)
    return ledger


def _each(
    read: Callable[[In, RowContext], Out | None], given: Iterable[In], context: RowContext
) -> list[Out]:
    return [found for row in given if (found := read(row, context)) is not None]

"""FollowTheMoney entities, one JSON object a line, for Aleph, OpenAleph and yente."""

import json
from collections.abc import Sequence
from typing import Any, BinaryIO

from kg.core.media import FTM
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.ftm_model import entities
from kg.outlets.export.ftm_words import Statement
from kg.outlets.export.part import Part


def export(part: Part, out: BinaryIO) -> None:
    """Writes the entities by id, their values sorted."""
    for id, statements in entities(part):
        line = json.dumps(_entity(id, statements), ensure_ascii=False)
        out.write(f"{line}\n".encode())


def _entity(id: str, statements: Sequence[Statement]) -> dict[str, Any]:
    properties: dict[str, dict[str, None]] = {}
    for statement in statements:
        properties.setdefault(statement.prop, {})[statement.value] = None
    return {
        "id": id,
        "schema": statements[0].schema,
        "properties": {prop: list(values) for prop, values in properties.items()},
        "datasets": sorted({statement.dataset for statement in statements}),
    }


EXPORTER = Exporter(
    FTM,
    "Entities, links and documentation in FollowTheMoney's model, for Aleph and its kin.",
    "Which source says which of several values (ftm-statements keeps it), figures of statistical "
    "series as numbers (they stand in the summary of their documentation), units that are no "
    "currency, bounds and qualifiers but for the printed form, periods, conflicts, which claim "
    "replaces which. Rejected, superseded and candidate claims give no values or links, only "
    "documentation with their review as status. Control characters are dropped.",
    export,
    "followthemoney (ftm), Aleph, OpenAleph, yente, nomenklatura.",
    "ftm validate < jsip.ftm.json",
)

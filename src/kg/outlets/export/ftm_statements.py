"""FollowTheMoney statements as CSV: every value with the source that gives it.

`dataset` is the source, `value` the number, `original_value` what is printed, `origin` the IRI of
the claim: rival values stay apart.
"""

import csv
from typing import BinaryIO

from kg.core.media import FTM_STATEMENTS
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.ftm_model import entities
from kg.outlets.export.ftm_words import Statement
from kg.outlets.export.part import Part
from kg.outlets.export.text_stream import as_text

_COLUMNS = (
    "canonical_id entity_id prop prop_type schema value dataset origin lang original_value "
    "external first_seen last_seen id"
).split()


def export(part: Part, out: BinaryIO) -> None:
    """Writes the statements by entity, property, value and dataset."""
    with as_text(out) as text:
        table = csv.writer(text, csv.unix_dialect)
        table.writerow(_COLUMNS)
        for _, statements in entities(part):
            table.writerows(map(_row, statements))


def _row(said: Statement) -> list[str]:
    original = said.original if said.original != said.value else ""
    return [
        *(said.entity, said.entity, said.prop, said.type, said.schema, said.value, said.dataset),
        *(said.origin, said.lang, original, "f", "", "", said.id),
    ]


EXPORTER = Exporter(
    FTM_STATEMENTS,
    "Every value with its source, printed form and claim, as FollowTheMoney statements in CSV.",
    "What ftm does not carry either, but for which source says what. Of two claims of one source "
    "that give one subject the same value, the first is the origin. Cells are not guarded against "
    "spreadsheets, which are not its readers.",
    export,
    "followthemoney (ftm), nomenklatura, zavod.",
    "ftm aggregate-statements -i jsip.ftm.csv -o entities.json",
)

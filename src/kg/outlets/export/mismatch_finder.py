"""Wikidata Mismatch Finder: the upload table, with statements that may be missing there."""

import csv
from typing import BinaryIO

from kg.core.media import MISMATCH_FINDER
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.part import Part
from kg.outlets.export.text_stream import as_text
from kg.outlets.export.wikidata import NOTE, item_statements

_COLUMNS = (
    "item_id statement_guid property_id wikidata_value meta_wikidata_value external_value "
    "external_url type"
).split()


def export(part: Part, out: BinaryIO) -> None:
    """Writes one row a claim; what stands in Wikidata is left empty, as of a missing statement."""
    with as_text(out) as text:
        table = csv.writer(text, lineterminator="\n")
        table.writerow(_COLUMNS)
        for said in item_statements(part):
            table.writerow(
                [said.item, "", said.property, "", "", said.value, said.claim, "statement"]
            )


EXPORTER = Exporter(
    MISMATCH_FINDER,
    "Drafts for Wikidata's Mismatch Finder: accepted relations between entities with an item.",
    f"{NOTE} Everything else: figures, dates, claims with another review, entities without a "
    "Wikidata id, asserters, quotes; the claim's IRI leads to them. Rows that Wikidata has already "
    "are to be taken out, and of those that it has otherwise the statement is to be filled in.",
    export,
    "Wikidata Mismatch Finder (upload of imports).",
    "curl -F mismatch_file=@jsip.mismatch.csv …/api/imports  # after checking each row",
)

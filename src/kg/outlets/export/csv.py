"""CSV (RFC 4180): one flat table of claims, for spreadsheets, OpenRefine, pandas and R.

One row for each claim and passage, numbered 1, 2 …; a claim without a passage has one row without a
number. `number` has the plain digits of an amount, `period_start` and `period_end` the days of its
period. A cell that a spreadsheet would take for a formula stands behind an apostrophe; everything
else is exactly what the graph says.
"""

from typing import BinaryIO

from kg.core import media
from kg.outlets.export.claim_table import write_table
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.part import Part
from kg.outlets.export.told import Told
from kg.outlets.tables import MARK


def export(part: Part, out: BinaryIO) -> None:
    """Writes the claims of the part, by IRI, with a header, CRLF line ends, UTF-8 with its mark."""
    out.write(MARK)
    write_table(Told(part), out)


EXPORTER = Exporter(
    media.CSV,
    "One flat table of claims, a row for each claim and passage, for spreadsheets and OpenRefine.",
    "Conflicts, relations between claims, reviews' reasons, mentions, other names, snapshots and "
    "all derived triples; datatypes. The IRIs of claim, evidence and source stay. A cell that "
    "begins as a formula does stands behind an apostrophe, so that no spreadsheet computes it.",
    export,
    "Spreadsheets, OpenRefine, pandas, R.",
    "pandas.read_csv('jsip.csv')",
)

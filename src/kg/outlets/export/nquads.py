"""N-Quads: one quad a line, for bulk loading, `grep` and `diff`."""

from typing import BinaryIO

from kg.core import media
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.part import Part


def export(part: Part, out: BinaryIO) -> None:
    """Writes the part as N-Quads: canonical lines, sorted."""
    for line in sorted(f"{quad} .\n" for quad in part.quads):
        out.write(line.encode())


EXPORTER = Exporter(
    media.NQUADS,
    "All named graphs, one quad a line, for bulk loading and comparing.",
    "Nothing: reading it back gives the same quads.",
    export,
    "Bulk loaders of any quad store; grep and diff.",
    "kg load jsip.nq --store mine",
)

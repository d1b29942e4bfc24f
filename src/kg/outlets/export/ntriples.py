"""N-Triples: one triple a line, for bulk loading, `grep` and `diff`."""

from typing import BinaryIO

from kg.core import media
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.part import Part


def export(part: Part, out: BinaryIO) -> None:
    """Writes the part as N-Triples: canonical lines, sorted."""
    for line in sorted(f"{triple} .\n" for triple in part.triples):
        out.write(line.encode())


EXPORTER = Exporter(
    media.NTRIPLES,
    "One graph, one triple a line, for bulk loading and comparing.",
    "Which named graph a triple stands in; choose nquads to keep graphs.",
    export,
    "Bulk loaders of any triple store; grep and diff.",
    "grep c-gate-ai-content-001 jsip.nt",
)

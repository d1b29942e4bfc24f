"""N-Triples 1.2: claims as reifiers of triple terms (RDF 1.2), one triple a line."""

from typing import BinaryIO

from kg.core.media import RDF12_NT
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.part import Part
from kg.outlets.export.reified import LOSS, reified


def export(part: Part, out: BinaryIO) -> None:
    """Writes the part as N-Triples 1.2: canonical lines, sorted."""
    for line in sorted(f"{triple} .\n" for triple in reified(part.triples)):
        out.write(line.encode())


EXPORTER = Exporter(
    RDF12_NT,
    "The same as rdf12, one triple a line, for bulk loading and comparing.",
    f"{LOSS} Readers of RDF 1.1 refuse it.",
    export,
    "Bulk loaders of engines of RDF 1.2, as Oxigraph.",
    "pyoxigraph.parse(path='jsip.rdf12.nt', format=pyoxigraph.RdfFormat.N_TRIPLES)",
)

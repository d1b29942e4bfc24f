"""GEXF 1.3 without places and colours: valid by the published schema."""

from typing import BinaryIO

from kg.core.media import GEXF_PLAIN
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.gexf_text import LOSSES, lines
from kg.outlets.export.part import Part


def export(part: Part, out: BinaryIO) -> None:
    """Writes the network of the part as GEXF."""
    for line in lines(part, is_placed=False):
        out.write(line.encode())


EXPORTER = Exporter(
    GEXF_PLAIN,
    "The network of gexf without places and colours, valid by the schema of GEXF 1.3.",
    f"{LOSSES} Places and colours, which gexf has.",
    export,
    "Every reader of GEXF that validates; Gephi, networkx.",
    "xmllint --noout --schema gexf.xsd jsip.plain.gexf",
)

"""GEXF 1.3 with places and colours: opens in Gephi, Gephi Lite and sigma.js as on our pages."""

from typing import BinaryIO

from kg.core.media import GEXF
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.gexf_text import LOSSES, lines
from kg.outlets.export.part import Part


def export(part: Part, out: BinaryIO) -> None:
    """Writes the network of the part as GEXF, laid out as its page is."""
    for line in lines(part, is_placed=True):
        out.write(line.encode())


EXPORTER = Exporter(
    GEXF,
    "Entities joined by accepted edges, with places and colours, for Gephi and sigma.js.",
    f"{LOSSES} Places and colours stand where its readers look for them, for which the published "
    "schema has no room: gexf-plain is valid by it.",
    export,
    "Gephi, Gephi Lite, sigma.js, networkx.",
    "networkx.read_gexf('jsip.gexf')",
)

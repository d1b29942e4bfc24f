"""Exports of the graph, whole or a part, each with a word on what its format does not carry.

    export(whole(reader), "turtle", out)
    export(around(reader, names.id("takaichi-sanae"), hops=2), "gexf", out)
    export(constructed(reader, "CONSTRUCT { ?s ?p ?o } WHERE { … }"), "jsonld", out)

Equal parts give equal bytes. To add a format, write its module and name it in EXPORTERS.
"""

from typing import BinaryIO, Final

from kg.core.errors import UnknownName
from kg.outlets.export import (
    croissant,
    csl_json,
    csv,
    csvw,
    cx2,
    cypher,
    ftm,
    ftm_statements,
    gexf,
    gexf_plain,
    graphml,
    jsonld,
    jsonld_framed,
    mismatch_finder,
    nanopub,
    neo4j_csv,
    nquads,
    ntriples,
    parquet,
    parquet_quads,
    quickstatements,
    rdf12,
    rdf12_nt,
    rdfxml,
    trig,
    turtle,
)
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.part import Part, around, constructed, of_edges, of_triples, whole

__all__ = ["EXPORTERS", "Exporter", "Part", "around", "constructed", "export", "exporter_of",
           "of_edges", "of_triples", "whole"]  # fmt: skip

_MODULES = (
    *(turtle, trig, ntriples, nquads, rdfxml, jsonld, jsonld_framed, rdf12, rdf12_nt, nanopub),
    *(csv, csvw, parquet, parquet_quads, croissant, csl_json),
    *(graphml, gexf, gexf_plain, cx2),
    *(neo4j_csv, cypher),
    *(ftm, ftm_statements, quickstatements, mismatch_finder),
)
_ALL: tuple[Exporter, ...] = tuple(module.EXPORTER for module in _MODULES)
EXPORTERS: Final = {exporter.name: exporter for exporter in _ALL}


def exporter_of(name: str) -> Exporter:
    """The exporter of a format; raises UnknownName with the nearest format."""
    if name not in EXPORTERS:
        raise UnknownName("export format", name, EXPORTERS)
    return EXPORTERS[name]


def export(part: Part, name: str, out: BinaryIO) -> None:
    """Writes a part in a format; raises UnknownName with the nearest format."""
    exporter_of(name).export(part, out)

"""An earlier version of the dataset in RDF, for clients that ask for data of its IRI."""

from pyoxigraph import Literal, NamedNode, Triple

from kg.core.names import Names
from kg.views.versions.releases import Release


def described(release: Release, names: Names) -> list[Triple]:
    """What a release says of the version that it names (DCAT 3): name, day, where it is kept."""
    version, dataset = NamedNode(f"{names.base}dataset/{release.version}"), f"{names.base}dataset"
    day = Literal(release.day, datatype=NamedNode(names.iri("xsd:date")))
    said: list[tuple[str, NamedNode | Literal]] = [
        ("rdf:type", NamedNode(names.iri("dcat:Dataset"))),
        ("dcat:isVersionOf", NamedNode(dataset)),
        ("dcat:version", Literal(release.version)),
        ("dct:title", Literal(f"JSIP {release.name}", language="en")),
        ("dct:issued", day),
        *(("dcat:landingPage", NamedNode(address)) for address in release.kept),
    ]
    return [Triple(version, NamedNode(names.iri(name)), value) for name, value in said]

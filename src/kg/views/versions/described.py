"""What is not served any more, in RDF, for clients that ask for data of its IRI."""

from pyoxigraph import Literal, NamedNode, Triple

from kg.core.names import Names
from kg.views.versions.history import Event
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


def described_end(event: Event, before: Release | None, names: Names) -> list[Triple]:
    """What is said of a thing that was withdrawn: its name, and the last version that has it."""
    thing, label = NamedNode(names.id(event.change.id)), NamedNode(names.iri("rdfs:label"))
    en, ja = event.change.label
    said = [
        Triple(thing, NamedNode(names.iri("owl:deprecated")), Literal(True)),
        Triple(thing, label, Literal(en, language="en")),
        Triple(thing, label, Literal(ja, language="ja")),
    ]
    if before:
        version = NamedNode(f"{names.base}dataset/{before.version}")
        said.append(Triple(thing, NamedNode(names.iri("dct:isPartOf")), version))
    return said

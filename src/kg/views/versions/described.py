"""Releases and what is not served any more, in RDF, for clients that ask for data of its IRI."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from kg.core.names import Names
from kg.views.versions.history import Event
from kg.views.versions.releases import Release, ReleasedFile

_SPDX = "http://spdx.org/rdf/terms#"


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
    told = [Triple(version, NamedNode(names.iri(name)), value) for name, value in said]
    return [*told, *(triple for file in release.files for triple in _file(version, file, names))]


def _file(version: NamedNode, file: ReleasedFile, names: Names) -> Iterator[Triple]:
    """A file of the bundle, with its size and its digest (DCAT 3, §6.8; SPDX 2.3, §8.4)."""
    part, digest = (NamedNode(f"{version.value}#{file.name}{end}") for end in ("", "-sha256"))
    a, size = (
        NamedNode(names.iri("rdf:type")),
        Literal(str(file.size), datatype=NamedNode(names.iri("xsd:nonNegativeInteger"))),
    )
    yield Triple(version, NamedNode(names.iri("dcat:distribution")), part)
    yield Triple(part, a, NamedNode(names.iri("dcat:Distribution")))
    yield Triple(part, NamedNode(names.iri("dct:title")), Literal(file.name))
    yield Triple(part, NamedNode(names.iri("dcat:byteSize")), size)
    yield Triple(part, NamedNode(f"{_SPDX}checksum"), digest)
    yield Triple(digest, a, NamedNode(f"{_SPDX}Checksum"))
    algorithm = NamedNode(f"{_SPDX}checksumAlgorithm_sha256")
    yield Triple(digest, NamedNode(f"{_SPDX}algorithm"), algorithm)
    value = Literal(file.sha256, datatype=NamedNode(names.iri("xsd:hexBinary")))
    yield Triple(digest, NamedNode(f"{_SPDX}checksumValue"), value)


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

"""What archives and catalogues are told of a release: DataCite 4.5 and RO-Crate 1.2.

Nothing is said that the release does not know: no DOI, no address of a host.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.core.media import CSV, GRAPHS
from kg.outlets.export.croissant_text import File
from kg.views.versions.releases import Release, ReleasedFile

_SPDX = {"https://creativecommons.org/licenses/by/4.0/": "CC-BY-4.0"}
_CRATE = "https://w3id.org/ro/crate/1.2"


@dataclass(frozen=True, slots=True)
class About:
    """What the dataset says of itself: IRIs of this version and of all, titles by language."""

    version: str
    dataset: str
    titles: Mapping[str, str]
    publisher: str
    licence: str


def description(release: Release) -> str:
    """One paragraph on what a release holds."""
    counted = ", ".join(f"{number} {what}" for what, number in release.holds.items())
    return (
        "Claims on Japan's strategic-industry policy, each with its asserter, source and passage, "
        f"and where they disagree. Release {release.name} of {release.day} holds {counted}."
    )


def datacite(release: Release, about: About, files: Sequence[ReleasedFile]) -> dict[str, Any]:
    """Metadata ready for a deposit (DataCite 4.5); the DOI is left to who deposits it."""
    version = {
        "alternateIdentifier": about.version, "alternateIdentifierType": "IRI of the version"
    }  # fmt: skip
    dataset = {
        "relatedIdentifier": about.dataset, "relatedIdentifierType": "URL",
        "relationType": "IsVersionOf",
    }  # fmt: skip
    abstract = {"description": description(release), "descriptionType": "Abstract", "lang": "en"}
    return {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Knowledge graph"},
        "creators": [{"name": about.publisher, "nameType": "Organizational"}],
        "titles": [{"title": text, "lang": lang} for lang, text in about.titles.items()],
        "publisher": {"name": about.publisher},
        "publicationYear": release.day[:4],
        "dates": [{"date": release.day, "dateType": "Issued"}],
        "version": release.name,
        "descriptions": [abstract],
        "rightsList": [_rights(about)],
        "formats": sorted({_type(file.name.removesuffix(".gz")) for file in files}),
        "sizes": [f"{sum(file.size for file in files)} bytes"],
        "alternateIdentifiers": [version],
        "relatedIdentifiers": [dataset],
    }


def _rights(about: About) -> dict[str, str]:
    rights = {"rightsUri": about.licence, "lang": "en"}
    spdx = _SPDX.get(about.licence)
    if spdx is None:
        return rights
    scheme = {"rightsIdentifierScheme": "SPDX", "schemeUri": "https://spdx.org/licenses/"}
    return rights | {"rights": spdx, "rightsIdentifier": spdx.lower(), **scheme}


def ro_crate(release: Release, about: About, files: Sequence[ReleasedFile]) -> dict[str, Any]:
    """The crate's metadata document (RO-Crate 1.2)."""
    descriptor = {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": _CRATE},
    }
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": about.titles["en"],
        "description": description(release),
        "datePublished": release.day,
        "version": release.name,
        "identifier": about.version,
        "license": {"@id": about.licence},
        "author": {"@id": "#publisher"},
        "publisher": {"@id": "#publisher"},
        "hasPart": [{"@id": file.name} for file in files],
    }
    publisher = {"@id": "#publisher", "@type": "Organization", "name": about.publisher}
    licence = {"@id": about.licence, "@type": "CreativeWork"}
    licence["name"] = _SPDX.get(about.licence, about.licence)
    graph = [descriptor, root, publisher, licence, *map(_part, files)]
    return {"@context": f"{_CRATE}/context", "@graph": graph}


def _part(file: ReleasedFile) -> dict[str, str]:
    return {
        "@id": file.name,
        "@type": "File",
        "name": file.name,
        "encodingFormat": _type(file.name),
        "contentSize": str(file.size),
        "sha256": file.sha256,
    }


def described(file: ReleasedFile) -> File:
    """A file as Croissant describes it."""
    return File(file.name, _type(file.name), file.size, file.sha256)


def _type(name: str) -> str:
    """The media type of a file by the end of its name."""
    types = {form.suffix: form.type for form in (*GRAPHS, CSV)} | {"gz": "application/gzip"}
    return {**types, "json": "application/json", "txt": "text/plain"}[name.rpartition(".")[2]]

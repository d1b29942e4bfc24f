"""A Croissant 1.0 description (MLCommons) of the table of claims, for exports and releases."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kg.outlets.export.claim_table import COLUMNS, PROPERTIES
from kg.outlets.export.part import Part

_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_NUMBERS = ("passage_number", "number", "lower", "upper", "confidence", "start", "end")
_LIMITS = (
    "Accepted means that a source says so, not that it is true; claims may contradict each other. "
    "What is absent is not read yet, which does not mean that it does not exist."
)


@dataclass(frozen=True, slots=True)
class File:
    """A file that is described: its name, media type, size in bytes and SHA-256 in hexadecimal."""

    name: str
    type: str
    size: int
    sha256: str


def croissant(
    part: Part, about: Mapping[str, Any], table: File, others: Iterable[File] = ()
) -> dict[str, Any]:
    """The description of a table of claims, and of other files beside it.

    `about` are the properties of the dataset in schema.org, as far as they are known.
    """
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        **{key: value for key, value in about.items() if value},
        "rai:dataLimitations": _LIMITS,
        "distribution": [_file(file) for file in (table, *others)],
        "recordSet": [_records(part, table)],
    }


def _file(file: File) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "contentUrl": file.name,
        "encodingFormat": file.type,
        "contentSize": f"{file.size} B",
        "sha256": file.sha256,
    }


def _records(part: Part, table: File) -> dict[str, Any]:
    names = part.reader.names
    iris = {column: names.iri(curie) for column, curie in PROPERTIES.items()}
    labels = part.reader.named(iris.values())
    fields = []
    for column in COLUMNS:
        iri = iris.get(column, "")
        words = {"description": labels[iri].en, "equivalentProperty": iri} if iri else {}
        fields.append(
            {
                "@type": "cr:Field",
                "@id": f"claims/{column}",
                "name": column,
                **words,
                "dataType": "sc:Float" if column in _NUMBERS else "sc:Text",
                "source": {"fileObject": {"@id": table.name}, "extract": {"column": column}},
            }
        )
    return {
        "@type": "cr:RecordSet",
        "@id": "claims",
        "name": "claims",
        "description": "A row for each claim and passage; a claim without a passage has one row.",
        "field": fields,
    }

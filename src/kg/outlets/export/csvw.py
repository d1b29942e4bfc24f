"""CSV on the Web (W3C, 2015): the table of claims with a description that programs read.

A zip of `claims.csv` and `claims.csv-metadata.json`. The table is that of format csv without its
mark, for which the standard has no place; formulas are quoted alike. Each column has its datatype,
its names in both languages and the property that it shows.
"""

import json
from collections.abc import Mapping
from typing import Any, BinaryIO

from kg.core.media import CSVW
from kg.outlets.export.archive import archive
from kg.outlets.export.claim_table import COLUMNS, PROPERTIES, write_table
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.network_text import credit, licence
from kg.outlets.export.part import Part
from kg.outlets.export.told import Told
from kg.views.record.cards import Named

_TABLE = "claims.csv"
_TYPES = {
    **dict.fromkeys(("passage_number", "start", "end"), "nonNegativeInteger"),
    **dict.fromkeys(("number", "lower", "upper", "confidence"), "decimal"),
    **dict.fromkeys(("claim", "evidence", "source", "url", "archived_url"), "anyURI"),
}


def export(part: Part, out: BinaryIO) -> None:
    """Writes the table and its description."""
    with archive(out) as zipped:
        with zipped.member(_TABLE) as file:
            write_table(Told(part), file)
        text = json.dumps(_description(part), ensure_ascii=False, indent=1)
        zipped.add(f"{_TABLE}-metadata.json", f"{text}\n".encode())


def _description(part: Part) -> Mapping[str, Any]:
    names = part.reader.names
    iris = {column: names.iri(curie) for column, curie in PROPERTIES.items()}
    labels = part.reader.named(iris.values())
    columns = [_column(c, iris.get(c, ""), labels.get(iris.get(c, ""))) for c in COLUMNS]
    ours = licence(part)
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": _TABLE,
        "dc:title": credit(part),
        **({"dc:license": {"@id": ours}} if ours else {}),
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "header": True},
        "tableSchema": {"columns": columns, "rowTitles": ["claim"]},
    }


def _column(name: str, iri: str, label: Named | None) -> Mapping[str, Any]:
    column: dict[str, Any] = {
        "name": name,
        "titles": name,
        "datatype": _TYPES.get(name, "string"),
        "required": name == "claim",
    }
    if label and label.en != label.id:
        words = (("en", label.en), ("ja", label.ja))
        column["dc:title"] = [{"@value": text, "@language": lang} for lang, text in words]
        column["rdfs:seeAlso"] = {"@id": iri}
    return column


EXPORTER = Exporter(
    CSVW,
    "The table of claims as CSV with its CSVW description (datatypes, words, properties), zipped.",
    "What csv does not carry either: conflicts, relations between claims, reviews' reasons, other "
    "names, snapshots and derived triples. A cell that begins as a formula does stands behind an "
    "apostrophe. Days that are printed as a month or a year only are strings.",
    export,
    "CSVW validators and converters: csvw (Python), csvlint, COW.",
    "unzip jsip.csvw.zip && csvwvalidate claims.csv-metadata.json",
)

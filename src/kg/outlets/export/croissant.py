"""Croissant: the table of claims with a description for machine learning, zipped."""

import io
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, BinaryIO

from kg.core.media import CROISSANT
from kg.outlets.export.archive import archive
from kg.outlets.export.claim_table import write_table
from kg.outlets.export.croissant_text import File, croissant
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.network_text import credit, licence
from kg.outlets.export.part import Part
from kg.outlets.export.told import Told

_TABLE = "claims.csv"


def export(part: Part, out: BinaryIO) -> None:
    """Writes the table and `croissant.json`."""
    told, table = Told(part), io.BytesIO()
    write_table(told, table)
    data = table.getvalue()
    file = File(_TABLE, "text/csv", len(data), sha256(data).hexdigest())
    text = json.dumps(croissant(part, _about(part, told), file), ensure_ascii=False, indent=1)
    with archive(out) as zipped:
        zipped.add("croissant.json", f"{text}\n".encode())
        zipped.add(_TABLE, data)


def _about(part: Part, told: Told) -> Mapping[str, Any]:
    names, ours = part.reader.names, licence(part)
    days = [told.text(review, "jsip:reviewedOn") for review in told.having("jsip:reviewedOn")]
    iri = f"{names.base}dataset/{part.reader.store.version}"
    return {
        "name": part.title,
        "description": credit(part),
        "url": iri if ours else "",
        "license": ours,
        "version": part.reader.store.version,
        "datePublished": max(days, default=""),
        "inLanguage": ["en", "ja"],
    }


EXPORTER = Exporter(
    CROISSANT,
    "The table of claims with its Croissant description, for machine learning, zipped.",
    "What csv does not carry either: conflicts, relations between claims, reviews' reasons, other "
    "names, snapshots and derived triples. A cell that begins as a formula does stands behind an "
    "apostrophe. Numbers are floating point for its readers, exact in the table.",
    export,
    "mlcroissant, TensorFlow Datasets, Hugging Face, dataset search.",
    "mlcroissant.Dataset('jsip/croissant.json').records('claims')",
)

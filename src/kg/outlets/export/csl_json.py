"""CSL-JSON of the sources: for Zotero, pandoc and every program that cites.

Each item has, under `custom`, the IRI and tier of the source and the claims that it supports, with
asserter, quote and review.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, BinaryIO

from kg.core.media import CSL_JSON
from kg.outlets.export.claim_table import ClaimTable
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.part import Part
from kg.outlets.export.told import Told

_TYPES = {
    "NewsArticle": "article-newspaper",
    "WebPage": "webpage",
    "SocialPost": "post",
    "GovernmentDocument": "report",
    "SurveyReport": "report",
}
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_CLAIM = ("claim", "subject", "predicate", "asserter", "review")
_PASSAGE = ("evidence", "quote", "quote_language")
Item = Mapping[str, Any]


def export(part: Part, out: BinaryIO) -> None:
    """Writes the sources by their ids, one item after the other."""
    told = Told(part)
    claims = _claims(told)
    out.write(b"[")
    for place, source in enumerate(told.having("jsip:sourceTier")):
        item = json.dumps(_item(told, source, claims.get(source, [])), ensure_ascii=False, indent=1)
        out.write(f"{',' if place else ''}\n{item}".encode())
    out.write(b"\n]\n")


def _claims(told: Told) -> Mapping[str, list[Item]]:
    """The claims of each source, with their passages there."""
    found, table = defaultdict[str, list[Item]](list), ClaimTable(told)
    for iri in told.claims:
        claim = table.claim(iri)
        for evidence in told.evidence(iri):
            row = {**claim, **table.passage(evidence)}
            cells = {column: row[column] for column in (*_CLAIM, *_PASSAGE) if row.get(column)}
            found[row.get("source", "")].append(cells)
    return found


def _item(told: Told, source: str, claims: list[Item]) -> Item:
    kind = _TYPES.get(told.text(source, "rdf:type"), "document")
    who = told.one(source, "dct:publisher")
    publisher = told.label(who, "en") or told.names.slug(who)
    is_paper = kind == "article-newspaper"
    custom = {"iri": source, "tier": told.text(source, "jsip:sourceTier"), "claims": claims}
    item = {
        "id": told.names.slug(source),
        "type": kind,
        "title": told.text(source, "dct:title"),
        "container-title" if is_paper else "publisher": publisher,
        "issued": _date(told.text(source, "dct:issued")),
        "language": told.text(source, "dct:language"),
        "URL": told.text(source, "schema:url"),
        "archive_location": told.text(source, "schema:archivedAt"),
        "custom": custom,
    }
    return {key: value for key, value in item.items() if value}


def _date(text: str) -> Item:
    """The date as precise as it is known."""
    found = _DATE.fullmatch(text)
    return {"date-parts": [[int(part) for part in found.groups() if part]]} if found else {}


EXPORTER = Exporter(
    CSL_JSON,
    "The sources as a bibliography, each with the claims that it supports.",
    "Everything but sources and, under custom, the claims' subject, property, asserter, quote and "
    "review; values. Programs that do not know custom show the bibliography alone. A source whose "
    "title is not known has none.",
    export,
    "Zotero, pandoc, citeproc engines, Jabref.",
    "pandoc --citeproc --bibliography jsip.csl.json article.md",
)

"""CSV (RFC 4180): one flat table of claims, for spreadsheets, OpenRefine, pandas and R.

One row for each claim and passage, numbered 1, 2 …; a claim without a passage has one row without a
number. `number` has the plain digits of an amount, `period_start` and `period_end` the days of its
period. A cell that a spreadsheet would take for a formula stands behind an apostrophe; everything
else is exactly what the graph says.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from pyoxigraph import Literal, NamedNode

from kg.core import media
from kg.outlets.export.blocks import Term
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.part import Part
from kg.outlets.tables import MARK, digits, guarded

# a column, and the property of the claim that it shows; notations and enumerations by their name
_CLAIM = {
    "unit": "jsip:unit",
    "printed": "jsip:printedForm",
    "qualifier": "jsip:valueQualifier",
    "lower": "jsip:lowerBound",
    "upper": "jsip:upperBound",
    "period": "jsip:refPeriod",
    "period_basis": "jsip:periodBasis",
    "area": "jsip:refArea",
    "group": "jsip:dimGroup",
    "scenario": "jsip:scenario",
    "statistic": "jsip:statistic",
    "start_date": "jsip:startDate",
    "end_date": "jsip:endDate",
    "occasion": "jsip:assertedAt",
    "asserter": "jsip:assertedBy",
    "date": "jsip:assertedOn",
    "date_basis": "jsip:dateBasis",
    "attribution": "jsip:attributionType",
    "status": "jsip:assertionStatus",
    "review": "jsip:reviewStatus",
    "rank": "jsip:rank",
    "confidence": "jsip:extractionConfidence",
    "comparison_key": "jsip:comparisonKey",
    "note": "skos:editorialNote",
}
_EVIDENCE = {
    "level": "jsip:evidenceLevel",
    "role": "jsip:textRole",
    "supports": "jsip:passageSupports",
}
_PASSAGE = {"quote": "oa:exact", "start": "oa:start", "end": "oa:end"}
_SOURCE = {
    "source_title": "dct:title",
    "publisher": "dct:publisher",
    "tier": "jsip:sourceTier",
    "issued": "dct:issued",
    "url": "schema:url",
    "archived_url": "schema:archivedAt",
}
_ORDER = (
    "claim class subject subject_en subject_ja predicate predicate_en predicate_ja "
    "object object_en object_ja value value_language number "
    f"{' '.join(_CLAIM)} evidence {' '.join(_EVIDENCE)} quote quote_language start end "
    f"source {' '.join(_SOURCE)}"
)
COLUMNS = (
    _ORDER.replace(" asserter ", " asserter asserter_en asserter_ja ")
    .replace(" period ", " period period_start period_end ")
    .replace("claim class", "claim passage_number class")
    .replace(" note ", " note note_ja ")
    .split()
)


def export(part: Part, out: BinaryIO) -> None:
    """Writes the claims of the part, by IRI, with a header, CRLF line ends, UTF-8 with its mark."""
    out.write(MARK)
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    try:
        table = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\r\n")
        table.writeheader()
        table.writerows({k: guarded(v) for k, v in row.items()} for row in _Table(part).rows())
    finally:
        text.detach()  # the caller closes what the caller opened


class _Table:
    """The part by subject, without what is inferred, and the rows that it gives."""

    def __init__(self, part: Part) -> None:
        self.names = part.reader.names
        self.said: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self.evidence: dict[str, list[str]] = defaultdict(list)
        supports = self.names.iri("jsip:supportsClaim")
        derived = {NamedNode(self.names.graph(f"derived-{g}")) for g in ("inferred", "reader")}
        for quad in part.quads:
            subject, predicate, value = quad.subject, quad.predicate.value, quad.object
            if isinstance(subject, NamedNode) and quad.graph_name not in derived:
                self.said[subject.value][predicate].append(value)
                if predicate == supports and isinstance(value, NamedNode):
                    self.evidence[value.value].append(subject.value)

    def rows(self) -> Iterator[dict[str, str]]:
        is_claim = self.names.iri("rdf:subject")
        for iri in sorted(iri for iri, about in self.said.items() if is_claim in about):
            claim = self.claim(iri)
            for count, evidence in enumerate(self.evidence.get(iri, ()), 1):
                yield claim | self.passage(evidence) | {"passage_number": str(count)}
            if iri not in self.evidence:
                yield claim

    def claim(self, iri: str) -> dict[str, str]:
        row = {"claim": iri, "class": self.text(iri, "rdf:type"), **self.cells(iri, _CLAIM)}
        for column in ("subject", "predicate", "object", "asserter"):
            curie = "jsip:assertedBy" if column == "asserter" else f"rdf:{column}"
            for term in self.terms(iri, curie):
                if isinstance(term, NamedNode):
                    row[column] = self.names.slug(term.value)
                    row |= {f"{column}_{lang}": self.label(term, lang) for lang in ("en", "ja")}
                elif column == "object" and isinstance(term, Literal):
                    row |= {"value": term.value, "value_language": term.language or ""}
        row |= self.notes(iri)
        row["number"] = digits(row["value"]) if row["unit"] and "value" in row else ""
        for period in self.iris(iri, "jsip:refPeriod"):
            row["period_start"] = self.text(period, "jsip:startDate")
            row["period_end"] = self.text(period, "jsip:endDate")
        return row

    def notes(self, iri: str) -> dict[str, str]:
        """The editors' notes by language."""
        found: dict[str, list[str]] = {"note": [], "note_ja": []}
        for term in self.terms(iri, _CLAIM["note"]):
            is_japanese = isinstance(term, Literal) and term.language == "ja"
            found["note_ja" if is_japanese else "note"].append(self.word(term))
        return {column: "; ".join(words) for column, words in found.items()}

    def passage(self, evidence: str) -> dict[str, str]:
        row = {"evidence": evidence, **self.cells(evidence, _EVIDENCE)}
        for selector in self.iris(evidence, "oa:hasSelector"):
            row |= {column: cell for column, cell in self.cells(selector, _PASSAGE).items() if cell}
            for term in self.terms(selector, "oa:exact"):
                row["quote_language"] = (isinstance(term, Literal) and term.language) or ""
        for source in self.iris(evidence, "oa:hasSource"):
            row |= {"source": source, **self.cells(source, _SOURCE)}
        return row

    def cells(self, iri: str, columns: Mapping[str, str]) -> dict[str, str]:
        return {column: self.text(iri, curie) for column, curie in columns.items()}

    def text(self, iri: str, curie: str) -> str:
        """The values of a property, joined where there are several."""
        return "; ".join(map(self.word, self.terms(iri, curie)))

    def word(self, term: Term) -> str:
        """A literal as it is; a slug, a notation or an enumeration's name without its prefix."""
        if not isinstance(term, NamedNode):
            return term.value if isinstance(term, Literal) else str(term)
        short = self.names.slug(term.value)
        return short if short == term.value else re.split("[:/]", short)[-1]

    def label(self, term: NamedNode, language: str) -> str:
        for curie in ("rdfs:label", "skos:prefLabel"):
            for label in self.terms(term.value, curie):
                if isinstance(label, Literal) and label.language == language:
                    return label.value
        return ""

    def iris(self, iri: str, curie: str) -> list[str]:
        return [term.value for term in self.terms(iri, curie) if isinstance(term, NamedNode)]

    def terms(self, iri: str, curie: str) -> list[Term]:
        about = self.said.get(iri, {})
        return about.get(self.names.iri(curie), [])


EXPORTER = Exporter(
    media.CSV,
    "One flat table of claims, a row for each claim and passage, for spreadsheets and OpenRefine.",
    "Conflicts, relations between claims, reviews' reasons, mentions, other names, snapshots and "
    "all derived triples; datatypes. The IRIs of claim, evidence and source stay. A cell that "
    "begins as a formula does stands behind an apostrophe, so that no spreadsheet computes it.",
    export,
)

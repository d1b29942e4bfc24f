"""One flat table of claims, a row for each claim and passage, which CSV and its kin share."""

import csv
from collections.abc import Iterator, Mapping
from typing import IO

from pyoxigraph import Literal, NamedNode

from kg.outlets.export.text_stream import as_text
from kg.outlets.export.told import Told
from kg.outlets.tables import digits, guarded

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


_CONFLICT = {
    "class": "rdf:type",
    "type": "jsip:conflictType",
    "resolution": "jsip:resolution",
}
CONFLICT = ("conflict", *_CONFLICT, "favours", "reason", "reason_ja")
"""What is told of a conflict, a question of identity or a caution."""
PROPERTIES = {
    **{column: f"rdf:{column}" for column in ("subject", "predicate", "object")},
    **{"class": "rdf:type", "value": "rdf:object", "evidence": "jsip:supportsClaim"},
    **{"source": "oa:hasSource", "note_ja": _CLAIM["note"]},
    **_CLAIM,
    **_EVIDENCE,
    **_PASSAGE,
    **_SOURCE,
}
"""The property that a column shows, of those that show just one."""


def write_table(told: Told, file: IO[bytes]) -> None:
    """The table as CSV without a mark, formulas guarded: for programs that read UTF-8."""
    with as_text(file) as text:
        table = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\r\n")
        table.writeheader()
        rows = ClaimTable(told).rows()
        table.writerows({k: guarded(v) for k, v in row.items()} for row in rows)


class ClaimTable:
    """The rows that what is told gives, under COLUMNS; cells are exactly what the graph says."""

    def __init__(self, told: Told) -> None:
        self.told = told

    def rows(self) -> Iterator[dict[str, str]]:
        """A row for each claim and passage; a claim without a passage has one without a number."""
        for iri in self.told.claims:
            claim, passages = self.claim(iri), self.told.evidence(iri)
            for count, evidence in enumerate(passages, 1):
                yield claim | self.passage(evidence) | {"passage_number": str(count)}
            if not passages:
                yield claim

    def claim(self, iri: str) -> dict[str, str]:
        """The cells of a claim, without those of a passage."""
        row = {"claim": iri, "class": self.told.text(iri, "rdf:type"), **self.cells(iri, _CLAIM)}
        for column in ("subject", "predicate", "object", "asserter"):
            curie = "jsip:assertedBy" if column == "asserter" else f"rdf:{column}"
            for term in self.told.terms(iri, curie):
                if isinstance(term, NamedNode):
                    row[column] = self.told.names.slug(term.value)
                    row |= {
                        f"{column}_{lang}": self.told.label(term.value, lang)
                        for lang in ("en", "ja")
                    }
                elif column == "object" and isinstance(term, Literal):
                    row |= {"value": term.value, "value_language": term.language or ""}
        row |= self.notes(iri)
        row["number"] = digits(row["value"]) if row["unit"] and "value" in row else ""
        for period in self.told.iris(iri, "jsip:refPeriod"):
            row["period_start"] = self.told.text(period, "jsip:startDate")
            row["period_end"] = self.told.text(period, "jsip:endDate")
        return row

    def notes(self, iri: str) -> dict[str, str]:
        """The editors' notes by language."""
        found: dict[str, list[str]] = {"note": [], "note_ja": []}
        for term in self.told.terms(iri, _CLAIM["note"]):
            is_japanese = isinstance(term, Literal) and term.language == "ja"
            found["note_ja" if is_japanese else "note"].append(self.told.word(term))
        return {column: "; ".join(words) for column, words in found.items()}

    def passage(self, evidence: str) -> dict[str, str]:
        """The cells of a passage and its source."""
        row = {"evidence": evidence, **self.cells(evidence, _EVIDENCE)}
        for selector in self.told.iris(evidence, "oa:hasSelector"):
            row |= {column: cell for column, cell in self.cells(selector, _PASSAGE).items() if cell}
            for term in self.told.terms(selector, "oa:exact"):
                row["quote_language"] = (isinstance(term, Literal) and term.language) or ""
        for source in self.told.iris(evidence, "oa:hasSource"):
            row |= {"source": source, **self.source(source)}
        return row

    def source(self, iri: str) -> dict[str, str]:
        """The cells of a source."""
        return self.cells(iri, _SOURCE)

    def conflicts(self) -> Iterator[tuple[dict[str, str], list[str]]]:
        """Under CONFLICT, each conflict, question and caution, with the claims that it involves."""
        for iri in self.told.having("jsip:involves"):
            row = {"conflict": iri, **self.cells(iri, _CONFLICT)}
            row["favours"] = "; ".join(self.told.iris(iri, "jsip:favours"))
            for reason in self.told.literals(iri, "rdfs:comment"):
                row["reason_ja" if reason.language == "ja" else "reason"] = reason.value
            yield row, self.told.iris(iri, "jsip:involves")

    def cells(self, iri: str, columns: Mapping[str, str]) -> dict[str, str]:
        """The texts of some properties, by column."""
        return {column: self.told.text(iri, curie) for column, curie in columns.items()}

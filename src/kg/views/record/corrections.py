"""Corrections of the record: dated notes on what a claim had told wrongly."""

from dataclasses import dataclass

from kg.views.record.cards import Named
from kg.views.record.claims import Reader
from kg.views.record.sentences import Sentence


@dataclass(frozen=True, slots=True)
class CorrectionNote:
    """One correction: of which claim, on which day (ISO 8601), what was wrong, who told.

    `told_by` is empty where nobody is named.
    """

    iri: str
    claim: Named
    on: str
    what: Sentence
    told_by: str


_NOTES = """SELECT ?note ?claim ?on ?en ?ja ?by WHERE {{ {where}
  ?note jsip:correctionOf ?claim ; jsip:correctedOn ?on FILTER(isIRI(?note) && isIRI(?claim))
  OPTIONAL {{ ?note rdfs:comment ?en FILTER(COALESCE(LANG(?en), "") = "en") }}
  OPTIONAL {{ ?note rdfs:comment ?ja FILTER(COALESCE(LANG(?ja), "") = "ja") }}
  OPTIONAL {{ ?note jsip:toldBy ?by FILTER(isIRI(?by)) }}
}} ORDER BY DESC(?on) DESC(?note)"""


def corrections(reader: Reader, claim: str = "") -> list[CorrectionNote]:
    """The corrections of a claim, given by its IRI, or of all claims; the newest first."""
    where = f"VALUES ?claim {{ <{claim}> }}" if claim else ""
    rows = list(reader.rows(_NOTES.format(where=where)))
    named = reader.named(row["claim"] for row in rows)
    return [
        CorrectionNote(
            row["note"],
            named[row["claim"]],
            row["on"],
            Sentence(row.get("en", ""), row.get("ja", "") or row.get("en", "")),
            reader.names.slug(row["by"]) if "by" in row else "",
        )
        for row in rows
    ]

"""The days between which claims hold: of the period they are about, or of a tenure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.views.network.network import batches
from kg.views.record.cards import ClaimCard
from kg.views.record.claims import Reader


@dataclass(frozen=True, slots=True)
class Span:
    """First and last day as the graph has them (xsd:date, gYearMonth, gYear); empty if unsaid."""

    start: str = ""
    end: str = ""


def spans(reader: Reader, claims: Iterable[ClaimCard]) -> Mapping[str, Span]:
    """The span of each claim that has one, by IRI.

    A claim's own dates come before those of its period, these before its subject's fiscal year.
    """
    found: dict[str, Span] = {}
    for block in batches(claim.iri for claim in claims):
        for row in reader.rows(_SPANS.format(block)):
            found.setdefault(row["claim"], Span(row.get("from", ""), row.get("to", "")))
    return found


_SPANS = """SELECT DISTINCT ?claim ?place ?from ?to WHERE {{ VALUES ?claim {{ {} }}
  {{ ?claim rdf:subject ?subject BIND(?claim AS ?dated) BIND(1 AS ?place) }}
  UNION {{ ?claim jsip:refPeriod ?dated BIND(2 AS ?place) }}
  UNION {{ ?claim rdf:subject/jsip:fiscalPeriod ?dated BIND(3 AS ?place) }}
  OPTIONAL {{ ?dated jsip:startDate ?from }} OPTIONAL {{ ?dated jsip:endDate ?to }}
  FILTER(BOUND(?from) || BOUND(?to)) }} ORDER BY ?claim ?place ?dated ?from ?to"""

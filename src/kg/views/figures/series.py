"""A time series ready to plot: observations of the cube with claims, breaks and revisions."""

from dataclasses import dataclass

from kg.views.record.cards import Named
from kg.views.record.claims import Reader


@dataclass(frozen=True, slots=True)
class Observation:
    """One point; `status` is the SDMX observation status (A, B, E, F, P).

    `value` and `high` are the two ends of what is printed as a range; else `high` is empty.
    """

    period: Named
    start: str
    value: str
    high: str
    qualifier: str
    unit: Named
    provider: Named
    scenario: Named | None
    status: str
    claim: str
    replaces: tuple[str, ...]


def series(reader: Reader, iri: str) -> list[Observation]:
    """The observations of a Series, by period, provider and scenario."""
    rows = list(reader.rows(_SERIES.format(iri=iri)))
    iris = {row[v] for row in rows for v in ("period", "unit", "provider", "scenario") if v in row}
    names = reader.named(iris)
    return [
        Observation(
            period=names[row["period"]],
            start=row.get("start", ""),
            value=row.get("value") or row["low"],
            high="" if "value" in row else row.get("high", ""),
            qualifier=row["qualifier"].rpartition("/")[2],
            unit=names[row["unit"]],
            provider=names[row["provider"]],
            scenario=names.get(row.get("scenario", "")),
            status=row.get("status", "").rpartition("-")[2],
            claim=row["claim"],
            replaces=tuple(sorted(row.get("replaced", "").split())),
        )
        for row in rows
    ]


_SERIES = """SELECT ?o ?period ?start ?value ?low ?high ?qualifier ?unit ?provider ?scenario ?status
  ?claim
  (GROUP_CONCAT(DISTINCT STR(?old); SEPARATOR=" ") AS ?replaced) WHERE {{
  VALUES ?series {{ <{iri}> }} ?o jsip:ofSeries ?series ; jsip:refPeriod ?period ;
    jsip:valueQualifier ?qualifier ; sdmx-attribute:unitMeasure ?unit ; jsip:dimProvider ?provider ;
    jsip:dimClaim ?claim .
  OPTIONAL {{ ?o sdmx-measure:obsValue ?value }}
  OPTIONAL {{ ?o jsip:lowerBound|jsip:rangeLow ?low }}
  OPTIONAL {{ ?o jsip:upperBound|jsip:rangeHigh ?high }}
  OPTIONAL {{ ?period jsip:startDate ?start }} OPTIONAL {{ ?o jsip:scenario ?scenario }}
  OPTIONAL {{ ?o sdmx-attribute:obsStatus ?status }} OPTIONAL {{ ?claim jsip:supersedes ?old }}
}} GROUP BY ?o ?period ?start ?value ?low ?high ?qualifier ?unit ?provider ?scenario ?status ?claim
ORDER BY ?start ?period ?provider ?scenario ?o"""

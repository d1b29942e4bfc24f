"""A time series ready to plot: observations of the cube with claims, breaks and revisions."""

from dataclasses import dataclass

from kg.views.record.claims import Named, Reader


@dataclass(frozen=True, slots=True)
class Observation:
    """One point; `status` is the SDMX observation status (A, B, E, F, P)."""

    period: Named
    start: str
    value: str
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
            value=row["value"],
            unit=names[row["unit"]],
            provider=names[row["provider"]],
            scenario=names.get(row.get("scenario", "")),
            status=row.get("status", "").rpartition("-")[2],
            claim=row["claim"],
            replaces=tuple(sorted(row.get("replaced", "").split())),
        )
        for row in rows
    ]


_SERIES = """SELECT ?o ?period ?start ?value ?unit ?provider ?scenario ?status ?claim
  (GROUP_CONCAT(DISTINCT STR(?old); SEPARATOR=" ") AS ?replaced) WHERE {{
  VALUES ?series {{ <{iri}> }} ?o jsip:ofSeries ?series ; sdmx-dimension:refPeriod ?period ;
    sdmx-measure:obsValue ?value ; sdmx-attribute:unitMeasure ?unit ; jsip:dimProvider ?provider ;
    jsip:fromClaim ?claim .
  OPTIONAL {{ ?period jsip:startDate ?start }} OPTIONAL {{ ?o jsip:dimScenario ?scenario }}
  OPTIONAL {{ ?o sdmx-attribute:obsStatus ?status }} OPTIONAL {{ ?claim jsip:supersedes ?old }}
}} GROUP BY ?o ?period ?start ?value ?unit ?provider ?scenario ?status ?claim
ORDER BY ?start ?period ?provider ?scenario ?o"""

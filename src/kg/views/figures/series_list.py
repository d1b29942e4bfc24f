"""All series by what they are about, each with its course in brief."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from kg.text.words import spoken
from kg.views.record.cards import Named
from kg.views.record.claims import Reader
from kg.views.record.plain_values import day, number
from kg.views.record.sentences import Sentence


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """A series in a list: `course` is one provider's observations by first day, for a sparkline."""

    named: Named
    indicator: Named | None
    industry: Named | None
    area: Named | None
    statistic: Named | None
    claims: int
    course: tuple[tuple[str, float], ...]
    latest: Sentence | None
    latest_claim: str
    latest_period: Named | None


def series_list(reader: Reader) -> list[SeriesLine]:
    """Every series, by industry and label; those without an industry come last."""
    facts = list(reader.rows(_SERIES))
    observed: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in reader.rows(_OBSERVED):
        if not number(row["value"]) or day(row["from"]) is None:
            continue
        observed[row["series"]].append(row)
    iris = {row[v] for row in facts for v in _NAMED if v in row}
    iris |= {row[v] for rows in observed.values() for row in rows for v in _OF if v in row}
    names = reader.named(iris)
    lines = [_line(reader, row, observed[row["series"]], names) for row in facts]
    return sorted(lines, key=lambda s: (s.industry is None, s.industry or s.named, s.named.en))


def _line(
    reader: Reader,
    row: Mapping[str, str],
    observed: list[dict[str, str]],
    names: Mapping[str, Named],
) -> SeriesLine:
    by_provider: dict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
    for seen in observed:
        key = seen["provider"], seen["unit"]
        by_provider[key].append((seen["from"], float(seen["value"])))
    longest = max(by_provider.values(), key=lambda course: len(dict(course)), default=[])
    last = observed[-1] if observed else None
    latest = None
    if last:
        unit = names[last["unit"]]
        latest = Sentence(*spoken(Decimal(last["value"]), unit.id, unit.en, unit.ja))
    return SeriesLine(
        named=names[row["series"]],
        indicator=names.get(row.get("indicator", "")),
        industry=names.get(row.get("industry", "")),
        area=names.get(row.get("area", "")),
        statistic=names.get(row.get("statistic", "")),
        claims=int(row["claims"]),
        course=tuple(sorted(dict(longest).items())),
        latest=latest,
        latest_claim=reader.names.slug(last["claim"]) if last else "",
        latest_period=names.get(last["period"]) if last else None,
    )


_NAMED = ("series", "indicator", "industry", "area", "statistic")
_OF = ("unit", "period")
_SERIES = """SELECT ?series ?indicator ?industry ?area ?statistic ?claims WHERE {
  { SELECT ?series (COUNT(?claim) AS ?claims) WHERE {
    ?claim rdf:predicate jsip:observedValue ; rdf:subject ?series } GROUP BY ?series }
  OPTIONAL { ?series jsip:dimIndicator ?indicator }
  OPTIONAL { ?series jsip:dimIndustry ?industry }
  OPTIONAL { ?series jsip:refArea ?area } OPTIONAL { ?series jsip:statistic ?statistic }
} ORDER BY ?series"""
_OBSERVED = """SELECT ?series ?period ?from ?value ?unit ?provider ?claim WHERE {
  ?o jsip:ofSeries ?series ; jsip:refPeriod ?period ; sdmx-measure:obsValue ?value ;
    sdmx-attribute:unitMeasure ?unit ; jsip:dimProvider ?provider ; jsip:fromClaim ?claim .
  ?period jsip:startDate ?from .
  FILTER NOT EXISTS { ?o sdmx-attribute:obsStatus sdmx-code:obsStatus-F }
} ORDER BY ?series ?from ?claim"""

"""Money: what each measure is said to amount to, and what sets its kind apart from others."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.views.record.advice import Advice, advise
from kg.views.record.cards import ClaimCard, Named
from kg.views.record.claims import Reader
from kg.views.record.conflicts import Conflict, conflicts

COMPARATOR, FUND = "BudgetComparator", "PublicFund"
Kind = tuple[str, str, str]
"""Ids of phase and nature, and a currency; each empty where it is not stated."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Money for something: what is said of it, and which of its figures to print."""

    named: Named
    type: Named
    phase: Named | None
    nature: Named | None
    period: Named | None
    starts: str
    ends: str
    whole: Named | None
    topics: tuple[Named, ...]
    perhaps: tuple[str, ...]
    claims: tuple[ClaimCard, ...]
    conversions: tuple[ClaimCard, ...]
    advice: Advice

    @property
    def figures(self) -> tuple[ClaimCard, ...]:
        """Accepted figures in the currency of the source, one for each value, best first."""
        accepted = [c for c in self.claims if c.is_accepted and c.unit]
        accepted.sort(key=lambda c: (c is not self.advice.prefer, c.rank != "Preferred", c.id))
        first: dict[tuple[str, str, str], ClaimCard] = {}
        for claim in accepted:
            first.setdefault((claim.value, claim.unit, claim.qualifier), claim)
        return tuple(first.values())

    @property
    def currency(self) -> str:
        """The currency of its figures; empty where none is accepted or they use several."""
        units = {claim.unit for claim in self.figures}
        return units.pop() if len(units) == 1 else ""

    @property
    def kind(self) -> Kind:
        """What must be the same before two amounts may be added."""
        phase, nature = (name.id if name else "" for name in (self.phase, self.nature))
        return phase, nature, self.currency


def measures(reader: Reader) -> tuple[Measure, ...]:
    """Every measure with an accepted amount of its own, not only a conversion, by name."""
    cards = reader.claims("?claim rdf:predicate jsip:amount .")
    by_measure: dict[Named, list[ClaimCard]] = defaultdict(list)
    for card in cards:
        by_measure[card.subject].append(card)
    facts, converted = _facts(reader), {row["claim"] for row in reader.rows(_CONVERTED)}
    disputes = conflicts(reader)
    found = (
        _measure(named, claims, facts[named.iri], converted, disputes)
        for named, claims in by_measure.items()
        if "type" in facts[named.iri]
        and any(c.is_accepted and c.unit and c.iri not in converted for c in claims)
    )
    return tuple(sorted(found, key=lambda m: (m.named.en, m.named.id)))


def _measure(
    named: Named,
    claims: Sequence[ClaimCard],
    facts: Mapping[str, Sequence[tuple[Named, str, str]]],
    converted: set[str],
    disputes: Sequence[Conflict],
) -> Measure:
    def one(kind: str) -> Named | None:
        found = facts.get(kind, ())
        return found[0][0] if found else None

    own = tuple(c for c in claims if c.iri not in converted)
    about = [d for d in disputes if any(c.subject == named for c in d.claims)]
    period = facts.get("fiscalPeriod", ())
    kind = one("type")
    assert kind is not None
    return Measure(
        named=named,
        type=kind,
        phase=one("budgetPhase"),
        nature=one("fundingNature"),
        period=one("fiscalPeriod"),
        starts=period[0][1] if period else "",
        ends=period[0][2] if period else "",
        whole=one("partOfMeasure"),
        topics=tuple(sorted({name for name, _, _ in facts.get("topic", ())})),
        perhaps=tuple(sorted(n.iri for n, _, _ in facts.get("possiblySameMeasureAs", ()))),
        claims=own,
        conversions=tuple(c for c in claims if c.iri in converted and c.is_accepted),
        advice=advise(own, about),
    )


def _facts(reader: Reader) -> Mapping[str, Mapping[str, Sequence[tuple[Named, str, str]]]]:
    measures = {row["measure"] for row in reader.rows(_WITH_AMOUNT)}
    rows = [row for row in reader.rows(_FACTS) if row["measure"] in measures]
    names = reader.named(row["value"] for row in rows)
    found: dict[str, dict[str, list[tuple[Named, str, str]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for row in rows:
        value = names[row["value"]], row.get("from", ""), row.get("to", "")
        found[row["measure"]][row["kind"]].append(value)
    return found


_CONVERTED = "SELECT ?claim WHERE { ?claim jsip:convertedFrom ?original }"
_WITH_AMOUNT = """SELECT DISTINCT ?measure WHERE {
  ?c rdf:predicate jsip:amount ; rdf:subject ?measure }"""
# Of all things, measures or not: to join them here would cost the square of the record.
_FACTS = """SELECT DISTINCT ?measure ?kind ?value ?from ?to WHERE {
  { GRAPH g:entities { ?measure a ?value } BIND("type" AS ?kind) }
  UNION { VALUES (?p ?kind) { (jsip:budgetPhase "budgetPhase") (jsip:fundingNature "fundingNature")
      (jsip:partOfMeasure "partOfMeasure") (jsip:possiblySameMeasureAs "possiblySameMeasureAs") }
    ?measure ?p ?value }
  UNION { ?measure jsip:fiscalPeriod ?value BIND("fiscalPeriod" AS ?kind)
    OPTIONAL { ?value jsip:startDate ?from } OPTIONAL { ?value jsip:endDate ?to } }
  UNION { ?measure jsip:targetsIndustry ?industry . ?industry skos:broader* ?value
    BIND("topic" AS ?kind) }
  UNION { ?measure jsip:topic ?value . ?value skos:inScheme scheme:industry BIND("topic" AS ?kind) }
  UNION { ?measure jsip:fundsInstrument ?policy . ?policy jsip:topic ?value .
    ?value skos:inScheme scheme:industry FILTER NOT EXISTS { ?policy a jsip:PolicyAgenda }
    BIND("topic" AS ?kind) }
} ORDER BY ?measure ?kind ?value"""


@dataclass(frozen=True, slots=True)
class Kinds:
    """How many measures there are of each kind that must not be added to another."""

    phases: Mapping[Named, int]
    natures: Mapping[Named, int]
    currencies: Mapping[str, int]
    parts: int
    funds: int
    comparators: int
    no_topic: int


def kinds(every: Sequence[Measure]) -> Kinds:
    """What stands against one grand total, counted."""
    return Kinds(
        phases=Counter(m.phase for m in every if m.phase),
        natures=Counter(m.nature for m in every if m.nature),
        currencies=Counter(m.currency for m in every if m.currency),
        parts=sum(m.whole is not None for m in every),
        funds=sum(m.type.local == FUND for m in every),
        comparators=sum(m.type.local == COMPARATOR for m in every),
        no_topic=sum(not m.topics for m in every),
    )


@dataclass(frozen=True, slots=True)
class Conversion:
    """A figure that a source converted from another currency: the source's rate, not ours."""

    original: ClaimCard
    converted: ClaimCard


def conversions(reader: Reader) -> list[Conversion]:
    """Every conversion that a source made, of money and of series, by id."""
    pairs = list(reader.rows(_CONVERSIONS))
    cards = {
        card.iri: card
        for end in ("?claim jsip:convertedFrom ?o .", "?converted jsip:convertedFrom ?claim .")
        for card in reader.claims(end)
    }
    found = ((cards.get(row["original"]), cards.get(row["claim"])) for row in pairs)
    return [Conversion(a, b) for a, b in found if a and b and b.is_accepted]


_CONVERSIONS = """SELECT ?claim ?original WHERE { ?claim jsip:convertedFrom ?original }
ORDER BY ?claim ?original"""

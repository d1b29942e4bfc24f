"""What makes an entity's page whole: its facts at a glance, what it said, its documents, its parts.

The box of facts shows the accepted claims of a few properties, in one order for every class.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.views.record.cards import ClaimCard, Named, SourceCard
from kg.views.record.claims import Reader, values
from kg.views.record.entity import Group
from kg.views.record.readings import Reading, readings

_FACTS = (
    "jsip:holdsPost", "jsip:memberOf", "org:subOrganizationOf", "org:postIn",  # who
    "jsip:amount", "jsip:fiscalPeriod", "jsip:budgetPhase", "jsip:fundingNature", "jsip:funder",
    "jsip:recipient", "jsip:administeredBy", "jsip:partOfMeasure",  # money
    "jsip:adoptionStage", "jsip:adoptedOn", "jsip:inForceFrom", "jsip:announcedBy",
    "jsip:responsibleBody", "jsip:targetsIndustry", "jsip:addressesIssue",  # policy
    "jsip:eventDate", "jsip:organiser", "jsip:sampleSize",  # events
)  # fmt: skip
_MOST_VALUES = 4


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the box: a property and its accepted values; `more` are not shown."""

    predicate: Named
    readings: tuple[Reading, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person or body: how many claims it makes, and how many are about it."""

    named: Named
    type: Named
    said: int
    about: int


def facts(reader: Reader, groups: Iterable[Group]) -> list[Fact]:
    """The box of facts of an entity's claims."""
    by: dict[Named, list[ClaimCard]] = defaultdict(list)
    for group in groups:
        by[group.predicate] += [c for c in group.claims if c.is_accepted]
    found = []
    for predicate in sorted(by, key=place):
        claims = [c for c in by[predicate] if not (c.object and c.object.local == "not-stated")]
        if predicate.id in _FACTS and by[predicate]:  # none where all were rejected
            told = readings(reader, claims or by[predicate])
            found.append(Fact(predicate, tuple(told[:_MOST_VALUES]), len(told[_MOST_VALUES:])))
    return found


def place(predicate: Named) -> int:
    """Where a property stands on the page of an entity: those of the box first, in its order."""
    return _FACTS.index(predicate.id) if predicate.id in _FACTS else len(_FACTS)


def said_by(reader: Reader, iri: str, limit: int) -> tuple[int, list[ClaimCard]]:
    """How many claims an entity makes, and the newest of them."""
    said = _SAID.format(iri)
    total = next(reader.rows(f"SELECT (COUNT(?claim) AS ?n) WHERE {{ {said} }}"))["n"]
    rows = reader.rows(
        f"SELECT ?claim WHERE {{ {said} OPTIONAL {{ ?claim jsip:assertedOn ?on }} }} "
        f"ORDER BY DESC(?on) ?claim LIMIT {limit}"
    )
    newest = values(row["claim"] for row in rows)
    found = reader.claims(f"VALUES ?claim {{ {newest} }}") if newest else []
    return int(total), sorted(found, key=lambda c: c.asserted_on, reverse=True)


def documents_of(reader: Reader, iri: str) -> list[SourceCard]:
    """The documents that an entity published, newest first."""
    rows = reader.rows(f"SELECT ?s WHERE {{ ?s dct:publisher <{iri}> ; jsip:sourceTier ?tier }}")
    cards = reader.sources([row["s"] for row in rows]).values()
    return sorted(cards, key=lambda card: (card.issued, card.id), reverse=True)


def measured(reader: Reader, iri: str) -> Mapping[str, Sequence[Named]]:
    """What the editors indexed under a concept: its `series`, its measures (`money`)."""
    rows = list(reader.rows(_INDEXED.format(iri)))
    names = reader.named(row["x"] for row in rows)
    found: dict[str, list[Named]] = defaultdict(list)
    for row in rows:
        found[row["kind"]].append(names[row["x"]])
    return found


def speakers(reader: Reader) -> list[Speaker]:
    """Every person and body that says something or of which something is said; most said first."""
    types = {row["x"]: row["type"] for row in reader.rows(_AGENTS)}
    said = Counter({row["x"]: int(row["n"]) for row in reader.rows(_COUNT_SAID)})
    about = Counter({row["x"]: int(row["n"]) for row in reader.rows(_COUNT_ABOUT)})
    names = reader.named([*types, *types.values()])
    found = [Speaker(names[x], names[kind], said[x], about[x]) for x, kind in types.items()]
    kept = [speaker for speaker in found if speaker.said or speaker.about]
    return sorted(kept, key=lambda s: (-s.said, -s.about, s.named.id))


_SAID = "?claim jsip:assertedBy <{}> ; jsip:assertionStatus ?any ."
_INDEXED = """SELECT DISTINCT ?x ?kind WHERE {{ ?x dct:subject <{}>
  {{ ?x a jsip:Series BIND("series" AS ?kind) }}
  UNION {{ ?claim rdf:subject ?x ; rdf:predicate jsip:amount BIND("money" AS ?kind) }} }}
ORDER BY ?x"""
_AGENTS = """SELECT ?x ?type WHERE { GRAPH g:entities { ?x a ?type }
  ?type rdfs:subClassOf* ?top VALUES ?top { jsip:Person jsip:Organisation } } ORDER BY ?x ?type"""
_COUNT_SAID = "SELECT ?x (COUNT(?c) AS ?n) WHERE { ?c jsip:assertedBy ?x } GROUP BY ?x"
_COUNT_ABOUT = "SELECT ?x (COUNT(DISTINCT ?c) AS ?n) WHERE { ?c rdf:subject ?x } GROUP BY ?x"

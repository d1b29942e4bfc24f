"""What happened when, as precisely as printed: events, adoptions, stages, tenures.

A month or a year stays one; claims that give one day together are one moment; a moment that
stands in a conflict says so, with the other readings beside it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.views.record.cards import ClaimCard, Named
from kg.views.record.claims import Reader
from kg.views.record.conflicts import Conflict, conflicts, rivals
from kg.views.record.plain_values import is_when

_DATED = ("jsip:eventDate", "jsip:adoptedOn", "jsip:inForceFrom")


@dataclass(frozen=True, slots=True)
class Moment:
    """Something at a day, month or year; `kind` is event, adoption, force, stage, start or end."""

    when: str
    kind: str
    subject: Named
    what: Named
    value: Named | None
    claims: tuple[ClaimCard, ...]
    conflicts: tuple[Conflict, ...]
    policies: frozenset[Named]
    actors: frozenset[Named]
    topics: frozenset[Named]

    @property
    def rivals(self) -> tuple[ClaimCard, ...]:
        """Claims of its conflicts that say otherwise."""
        found = (rival for claim in self.claims for rival in rivals(claim, self.conflicts))
        return tuple(dict.fromkeys(found))

    @property
    def is_disputed(self) -> bool:
        """True where another reading of an open conflict stands against it."""
        return any(conflict.is_open for conflict in self.conflicts)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline: a moment, or people who begin or end together."""

    moments: tuple[Moment, ...]

    @property
    def first(self) -> Moment:
        """The moment that stands for all."""
        return self.moments[0]


def entries(moments: Sequence[Moment]) -> list[Entry]:
    """Moments in order, tenures of one day in one body or post together."""
    together: dict[tuple[str, ...], list[Moment]] = defaultdict(list)
    for number, moment in enumerate(moments):
        own = moment.value.id if moment.value and moment.kind in ("start", "end") else str(number)
        together[moment.when, moment.kind, own].append(moment)
    return [Entry(tuple(members)) for members in together.values()]


def timeline(reader: Reader) -> list[Moment]:
    """Every dated moment that a claim not rejected gives, earliest first."""
    around = _Around.of(reader)
    dated = reader.claims(f"VALUES ?p {{ {' '.join(_DATED)} }} ?claim rdf:predicate ?p .")
    stages = reader.claims("?claim rdf:predicate jsip:adoptionStage .")
    tenures = reader.claims("?claim rdf:predicate ?p ; jsip:startDate ?from . " + _TENURE)
    ends = reader.claims("?claim rdf:predicate ?p ; jsip:endDate ?to . " + _TENURE)
    spans = {row["claim"]: row for row in reader.rows(_SPANS)}
    moments = [
        *((claim.value, _KINDS[claim.predicate.local], claim) for claim in dated),
        *((_stage_day(claim, spans), "stage", claim) for claim in stages),
        *((spans[claim.iri].get("from", ""), "start", claim) for claim in tenures),
        *((spans[claim.iri].get("to", ""), "end", claim) for claim in ends),
    ]
    return sorted(
        _moments((t for t in moments if is_when(t[0]) and not t[2].is_rejected), around),
        key=lambda m: (m.when, m.kind, m.subject.id),
    )


_KINDS = {"eventDate": "event", "adoptedOn": "adoption", "inForceFrom": "force"}


def _stage_day(claim: ClaimCard, spans: Mapping[str, Mapping[str, str]]) -> str:
    """The day of a stage: as stated, else the day on which it was told."""
    return spans.get(claim.iri, {}).get("from", "") or claim.asserted_on


_Dated = tuple[str, str, ClaimCard]


def _moments(dated: Iterable[_Dated], around: "_Around") -> Iterator[Moment]:
    together: dict[tuple[str, str, Named, str], list[ClaimCard]] = defaultdict(list)
    for when, kind, claim in dated:
        value = claim.object.id if claim.object else ""
        together[when, kind, claim.subject, value].append(claim)
    for (when, kind, subject, _), claims in together.items():
        linked = around.linked(claims[0])
        yield Moment(
            when=when,
            kind=kind,
            subject=subject,
            what=claims[0].predicate,
            value=claims[0].object,
            claims=tuple(claims),
            conflicts=around.disputes(claims),
            policies=frozenset(n for n in linked if n.iri in around.policies),
            topics=frozenset(n for n in linked if n.iri in around.topics),
            actors=frozenset(n for n in linked if n.iri in around.actors),
        )


@dataclass(frozen=True)
class _Around:
    """What the subjects of moments are linked to, and the conflicts that moments stand in."""

    names: Mapping[str, Named]
    links: Mapping[str, frozenset[str]]
    policies: frozenset[str]
    actors: frozenset[str]
    topics: frozenset[str]
    found: Sequence[Conflict]

    @classmethod
    def of(cls, reader: Reader) -> "_Around":
        links: dict[str, set[str]] = defaultdict(set)
        kinds: dict[str, set[str]] = defaultdict(set)
        for row in reader.rows(_LINKS):
            links[row["s"]].add(row["o"])
        for row in reader.rows(_CLASSES):
            kinds[row["kind"]].add(row["x"])
        iris = {iri for s, others in links.items() for iri in (s, *others)}
        return cls(
            names=reader.named(iris),
            links={s: frozenset(others) for s, others in links.items()},
            policies=frozenset(kinds["policy"]),
            actors=frozenset(kinds["actor"]),
            topics=frozenset(kinds["topic"]),
            found=conflicts(reader, kind="conflict"),
        )

    def linked(self, claim: ClaimCard) -> set[Named]:
        """The subject, what it is joined to, and what those that it adopted are about."""
        near = {claim.subject.iri, *self.links.get(claim.subject.iri, ())}
        far = {
            o for iri in near & self.policies for o in self.links.get(iri, ()) if o in self.topics
        }
        own = {claim.subject, *([claim.object] if claim.object else [])}
        return own | {self.names[iri] for iri in near | far if iri in self.names}

    def disputes(self, claims: Sequence[ClaimCard]) -> tuple[Conflict, ...]:
        """The conflicts that one of the claims is part of."""
        return tuple(d for d in self.found if any(claim in d.claims for claim in claims))


_TENURE = "FILTER(?p = jsip:holdsPost || ?p = jsip:memberOf)"
_SPANS = """SELECT ?claim ?from ?to WHERE {
  VALUES ?p { jsip:holdsPost jsip:memberOf jsip:adoptionStage }
  ?claim rdf:predicate ?p OPTIONAL { ?claim jsip:startDate ?from }
  OPTIONAL { ?claim jsip:endDate ?to } }"""
_LINKS = """SELECT DISTINCT ?s ?o WHERE {
  { VALUES ?p { jsip:organiser jsip:participant jsip:adopted jsip:discussed jsip:announcedBy }
    ?s ?p ?o }
  UNION { ?s jsip:targetsIndustry ?industry . ?industry skos:broader* ?o } }"""
_CLASSES = """SELECT DISTINCT ?x ?kind WHERE {
  { jsip:PolicyInstrument ^rdfs:subClassOf* ?class . GRAPH g:entities { ?x a ?class }
    BIND("policy" AS ?kind) }
  UNION { foaf:Agent ^rdfs:subClassOf* ?class . GRAPH g:entities { ?x a ?class }
    BIND("actor" AS ?kind) }
  UNION { ?x skos:inScheme scheme:industry BIND("topic" AS ?kind) } }"""

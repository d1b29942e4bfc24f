"""The whole ledger by its facets: which claims have which speaker, publisher, status, and so on.

| facet | a claim fits |
|---|---|
| speaker | asserted by it |
| publisher | with a passage in one of its documents |
| tier | with a passage in a document of that distance |
| status, review, property | with that kind of statement, review, property |
| period | about it |
| conflict | part of a conflict, a question of identity or a caution |
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.core.errors import UnknownName
from kg.views.record.cards import ClaimCard, Named
from kg.views.record.claims import Reader, values

FACETS: Mapping[str, str] = {
    "speaker": "?claim jsip:assertedBy <{}> .",
    "publisher": "?e jsip:supportsClaim ?claim ; oa:hasSource ?document . "
    "?document dct:publisher <{}> .",
    "tier": "?f jsip:supportsClaim ?claim ; oa:hasSource ?source . ?source jsip:sourceTier <{}> .",
    "status": "?claim jsip:assertionStatus <{}> .",
    "review": "?claim jsip:reviewStatus <{}> .",
    "period": "?claim jsip:refPeriod <{}> .",
    "property": "?claim rdf:predicate <{}> .",
    "conflict": "?conflict jsip:involves ?claim ; a <{}> .",
}
"""The pattern of each facet, for an IRI."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet, and how many claims have it beside what is chosen elsewhere."""

    named: Named
    count: int


class Ledger:
    """The facets of every claim, newest claims first."""

    def __init__(self, reader: Reader) -> None:
        self._of: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        said: dict[str, str] = {}
        for row in reader.rows(_CLAIMS):
            claim = row.pop("claim")
            said[claim] = row.pop("on", "")
            for facet, iri in row.items():
                self._of[claim][facet].add(iri)
        for row in [*reader.rows(_DOCUMENTS), *reader.rows(_CONFLICTS)]:
            claim = row.pop("claim")
            for facet, iri in row.items() if claim in said else ():
                self._of[claim][facet].add(iri)
        self._order = sorted(sorted(said), key=lambda iri: said[iri], reverse=True)
        every = (iri for of in self._of.values() for iris in of.values() for iri in iris)
        self._names = reader.named(every)
        self._by_slug = {named.id: iri for iri, named in self._names.items()}

    def matching(self, chosen: Mapping[str, str]) -> list[str]:
        """IRIs of the claims that fit every chosen facet (IRIs by name of the facet)."""
        if not chosen:
            return list(self._order)
        return [claim for claim in self._order if self._fits(claim, chosen)]

    def chosen(self, given: Mapping[str, str]) -> dict[str, str]:
        """The IRIs of what is given by slug; raises UnknownName for a value that no claim has."""
        found = {}
        for facet, slug in given.items():
            held = {iri for of in self._of.values() for iri in of.get(facet, ())}
            iri = self._by_slug.get(slug, slug)
            if iri not in held:
                raise UnknownName(facet, slug, sorted(self._names[one].id for one in held))
            found[facet] = iri
        return found

    def choices(self, chosen: Mapping[str, str]) -> Mapping[str, Sequence[Choice]]:
        """The values of each facet with their counts under what is chosen in the others."""
        return self._counted(chosen) if chosen else self._unchosen

    @cached_property
    def _unchosen(self) -> Mapping[str, Sequence[Choice]]:
        """What most readers see first: it takes a look at every claim."""
        return self._counted({})

    def _counted(self, chosen: Mapping[str, str]) -> Mapping[str, Sequence[Choice]]:
        counts: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
        for of in self._of.values():
            unfit = [facet for facet, iri in chosen.items() if iri not in of.get(facet, ())]
            if len(unfit) < 2:
                for facet in unfit or FACETS:
                    counts[facet].update(of.get(facet, ()))
        return {facet: list(self._choices(counted)) for facet, counted in counts.items()}

    def _choices(self, counted: Mapping[str, int]) -> Iterator[Choice]:
        for iri, count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])):
            yield Choice(self._names[iri], count)

    def _fits(self, claim: str, chosen: Mapping[str, str]) -> bool:
        of = self._of[claim]
        return all(iri in of.get(facet, ()) for facet, iri in chosen.items())


def cards_of(reader: Reader, iris: Sequence[str]) -> list[ClaimCard]:
    """The claims of some IRIs, in their order."""
    if not iris:
        return []
    cards = {c.iri: c for c in reader.claims(f"VALUES ?claim {{ {values(iris)} }}")}
    return [cards[iri] for iri in iris if iri in cards]


def asked(reader: Reader, chosen: Mapping[str, str]) -> str:
    """The SPARQL query that finds just the claims of a choice."""
    patterns = [FACETS[facet].format(iri) for facet, iri in chosen.items()]
    where = "\n  ".join([_SHOWN, *patterns])
    used = [p for p in ("rdf", "jsip", "oa", "dct") if f"{p}:" in where]
    prefixes = "\n".join(f"PREFIX {p}: <{reader.names.prefixes[p]}>" for p in used)
    return (
        f"{prefixes}\nSELECT DISTINCT ?claim ?subject ?property ?value ?speaker WHERE {{\n"
        f"  {where}\n}} ORDER BY ?claim"
    )


_SHOWN = (
    "?claim rdf:subject ?subject ; rdf:predicate ?property ; rdf:object ?value ; "
    "jsip:assertedBy ?speaker ."
)
_CLAIMS = """SELECT ?claim ?speaker ?status ?review ?property ?period ?on WHERE {
  ?claim jsip:assertedBy ?speaker ; jsip:assertionStatus ?status ; jsip:reviewStatus ?review ;
    rdf:predicate ?property
  OPTIONAL { ?claim jsip:refPeriod ?period } OPTIONAL { ?claim jsip:assertedOn ?on } }"""
_DOCUMENTS = """SELECT DISTINCT ?claim ?publisher ?tier WHERE {
  ?e jsip:supportsClaim ?claim ; oa:hasSource ?source .
  ?source dct:publisher ?publisher ; jsip:sourceTier ?tier }"""
_CONFLICTS = """SELECT DISTINCT ?claim ?conflict WHERE { ?of jsip:involves ?claim ; a ?conflict
  VALUES ?conflict { jsip:Conflict jsip:IdentityQuestion jsip:Caution } }"""

"""What a part says in FollowTheMoney's model: statements, entity by entity.

Entities, concepts and documents are things; an accepted or disputed relation is a link (Occupancy,
Membership, ProjectParticipant, UnknownLink); an accepted or disputed sum is an `amount` of its
measure. Every claim, whatever its review, is a Documentation of its subject by each of its
documents, with asserter, statement, quote, review and the claim's IRI.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from pyoxigraph import Literal, NamedNode

from kg.outlets.export.ftm_words import (
    AGENTS,
    BODIES,
    SCHEMA_OF,
    Statement,
    dataset_name,
    entity_id,
    language,
)
from kg.outlets.export.part import Part
from kg.outlets.export.told import Told
from kg.outlets.tables import digits
from kg.views.network.network import node_prefixes

_NAMES = {
    "rdfs:label": "name",
    "skos:prefLabel": "name",
    "skos:altLabel": "alias",
    "skos:hiddenLabel": "weakAlias",
}
_HELD = ("accepted", "disputed")  # reviews whose claims give values and links
_WIKIDATA = "http://www.wikidata.org/entity/"
_OURS = "jsip"


def entities(part: Part) -> Iterator[tuple[str, list[Statement]]]:
    """Each entity by its id with its statements, sorted; no statement twice."""
    model = _Model(part)
    told = (s.cleaned for s in model.statements())
    found = {s.id: s for s in reversed([s for s in told if s.is_sound])}
    ordered = sorted(found.values(), key=lambda s: (s.entity, s.prop, s.value, s.dataset, s.lang))
    for entity, group in groupby(ordered, key=lambda s: s.entity):
        statements = list(group)
        if any(s.type != "entity" for s in statements):
            yield entity, statements


class _Model:
    """Reads the statements of a part."""

    def __init__(self, part: Part) -> None:
        self.told = Told(part)
        names = self.told.names
        self.places = node_prefixes(part.reader)
        self.periods = names.id("period-")
        self.sources = set(self.told.having("jsip:sourceTier"))
        claims = self.told.claims
        ends = {iri for c in claims for p in ("subject", "object") for iri in self.end(c, p)}
        ends |= {iri for c in claims for iri in self.told.iris(c, "jsip:assertedBy")}
        ends |= {iri for s in self.sources for iri in self.told.iris(s, "dct:publisher")}
        ends |= {data["iri"] for _, data in part.network.nodes(data=True)}
        self.things = sorted(iri for iri in ends if self.is_thing(iri))

    def end(self, claim: str, which: str) -> list[str]:
        return self.told.iris(claim, f"rdf:{which}")

    def is_thing(self, iri: str) -> bool:
        return iri.startswith(self.places) and not iri.startswith(self.periods)

    def schema(self, iri: str) -> str:
        if iri in self.sources:
            return "Article"
        kinds = (SCHEMA_OF.get(self.told.word(t)) for t in self.told.terms(iri, "rdf:type"))
        return next((kind for kind in kinds if kind), "Thing")

    def id(self, iri: str) -> str:
        return entity_id(self.told.names.slug(iri))

    def statements(self) -> Iterator[Statement]:
        for iri in self.things:
            yield from self.thing(iri)
        for iri in sorted(self.sources):
            yield from self.document(iri)
        for claim in self.told.claims:
            yield from self.claim(claim)

    def thing(self, iri: str) -> Iterator[Statement]:
        id, schema, graph = self.id(iri), self.schema(iri), self.told.names.graph("entities")
        names = [
            Statement(id, schema, prop, label.value, _OURS, graph, language(label.language, prop))
            for curie, prop in _NAMES.items()
            for label in self.told.literals(iri, curie)
        ]
        yield from names
        if not any(said.prop == "name" and said.cleaned.is_sound for said in names):
            yield Statement(id, schema, "name", self.told.names.slug(iri), _OURS, graph)
        for same in self.told.iris(iri, "schema:sameAs"):
            if same.startswith(_WIKIDATA):
                item = same.removeprefix(_WIKIDATA)
                yield Statement(id, schema, "wikidataId", item, _OURS, graph)

    def document(self, iri: str) -> Iterator[Statement]:
        slug = self.told.names.slug(iri)
        title = self.told.text(iri, "dct:title")
        cells = {
            "name": title or slug,
            "title": title,
            "publishedAt": self.told.text(iri, "dct:issued"),
            "publisher": self.publisher(iri),
            "sourceUrl": self.told.text(iri, "schema:url"),
        }
        yield from self.made(self.id(iri), "Article", cells, dataset_name(slug), iri)

    def publisher(self, source: str) -> str:
        publisher = self.told.one(source, "dct:publisher")
        return self.told.label(publisher, "en") or self.told.names.slug(publisher)

    def claim(self, iri: str) -> Iterator[Statement]:
        is_held = self.told.text(iri, "jsip:reviewStatus") in _HELD
        for evidence in self.told.evidence(iri):
            for source in self.told.iris(evidence, "oa:hasSource"):
                dataset = dataset_name(self.told.names.slug(source))
                yield from self.documentation(iri, evidence, source, dataset)
                if is_held:
                    yield from self.link(iri, source, dataset)
                    yield from self.amount(iri, dataset)

    def documentation(
        self, claim: str, evidence: str, source: str, dataset: str
    ) -> Iterator[Statement]:
        for subject in filter(self.is_thing, self.end(claim, "subject")):
            selector = self.told.one(evidence, "oa:hasSelector")
            cells = {
                "document": self.id(source),
                "entity": self.id(subject),
                "description": self.told.text(selector, "oa:exact"),
                "publisher": self.publisher(source),
                "sourceUrl": self.told.text(source, "schema:url"),
                **self.about(claim),
            }
            yield from self.made(self.id(evidence), "Documentation", cells, dataset, claim)

    def about(self, claim: str) -> dict[str, str]:
        """What every entity that stands for a claim says of it."""
        predicate, value = self.words(claim, "predicate"), self.words(claim, "object")
        printed = self.told.text(claim, "jsip:printedForm")
        who = self.told.one(claim, "jsip:assertedBy")
        asserter = self.told.label(who, "en") or self.told.names.slug(who)
        status = self.told.text(claim, "jsip:assertionStatus")
        return {
            "role": predicate,
            "summary": f"{asserter} ({status}): {predicate} {printed or value}",
            "status": self.told.text(claim, "jsip:reviewStatus"),
            "recordId": claim,
            "date": self.told.text(claim, "jsip:assertedOn"),
            "startDate": self.told.text(claim, "jsip:startDate"),
            "endDate": self.told.text(claim, "jsip:endDate"),
        }

    def words(self, claim: str, which: str) -> str:
        term = next(iter(self.told.terms(claim, f"rdf:{which}")), None)
        if isinstance(term, NamedNode):
            return self.told.label(term.value, "en") or self.told.names.slug(term.value)
        return term.value if isinstance(term, Literal) else ""

    def link(self, claim: str, source: str, dataset: str) -> Iterator[Statement]:
        for subject in filter(self.is_thing, self.end(claim, "subject")):
            for value in filter(self.is_thing, self.end(claim, "object")):
                kinds = self.schema(subject), self.schema(value)
                schema, start, end, is_turned = _link(
                    self.told.text(claim, "rdf:predicate"), *kinds
                )
                ends = (value, subject) if is_turned else (subject, value)
                cells = {
                    start: self.id(ends[0]),
                    end: self.id(ends[1]),
                    "proof": self.id(source),
                    **self.about(claim),
                }
                if schema == "Occupancy":
                    del cells["role"]  # which it has not
                yield from self.made(self.id(claim), schema, cells, dataset, claim)

    def amount(self, claim: str, dataset: str) -> Iterator[Statement]:
        currency = self.told.one(claim, "jsip:unit")
        if not self.told.names.curie(currency).startswith("cur:"):
            return
        for subject in self.end(claim, "subject"):
            if self.schema(subject) != "Project":
                continue
            printed = self.told.text(claim, "jsip:printedForm")
            for value in self.told.literals(claim, "rdf:object"):
                number = digits(value.value)
                id, unit = self.id(subject), self.told.word(NamedNode(currency))
                yield Statement(id, "Project", "amount", number, dataset, claim, "", printed)
                yield Statement(id, "Project", "currency", unit, dataset, claim)

    def made(
        self, id: str, schema: str, cells: dict[str, str], dataset: str, origin: str
    ) -> Iterable[Statement]:
        return (
            Statement(id, schema, prop, value, dataset, origin) for prop, value in cells.items()
        )


def _link(predicate: str, start: str, end: str) -> tuple[str, str, str, bool]:
    """Schema and properties of a relation, and whether its object comes first."""
    if predicate == "holdsPost" and (start, end) == ("Person", "Position"):
        return "Occupancy", "holder", "post", False
    if predicate == "memberOf" and start in AGENTS and end in BODIES:
        return "Membership", "member", "organization", False
    if start == "Project" and end in AGENTS:
        return "ProjectParticipant", "participant", "project", True
    return "UnknownLink", "subject", "object", False

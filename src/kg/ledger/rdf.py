"""How a ledger looks in RDF: the statement pattern of ontology.md §4, one graph per source."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pyoxigraph import Literal, NamedNode, Quad

from kg.core.model import (
    Claim,
    Entity,
    Evidence,
    Ledger,
    Mention,
    Period,
    Ref,
    Relation,
    Review,
    Source,
    Text,
    Typed,
    Value,
    Verdict,
)
from kg.core.names import Names
from kg.ledger.base_graph import NO_GROUND, BaseGraph
from kg.ledger.verdicts import CLASSES, is_found_by_rule
from kg.text.bounds import canonical

_LINKED_DATA = {"wikidata": "wd"}  # registers whose identifiers are IRIs; others are dct:identifier
_DIMENSION = {
    "indicator": "jsip:dimIndicator",
    "industry": "jsip:dimIndustry",
    "group": "jsip:dimGroup",
    "area": "sdmx-dimension:refArea",
    "statistic": "jsip:statistic",
}
_QUALIFIER = {
    "area": "jsip:refArea",
    "group": "jsip:refGroup",
    "scenario": "jsip:scenario",
    "statistic": "jsip:statistic",
}


@dataclass(frozen=True, slots=True)
class Writer:
    """Makes quads of one graph from names and values."""

    names: Names
    graph: str

    def about(self, slug: str, *facts: tuple[str, Value | None]) -> Iterator[Quad]:
        """Quads with the given subject; None says nothing."""
        subject = NamedNode(self.names.id(slug))
        graph = NamedNode(self.names.graph(self.graph))
        for predicate, value in facts:
            if value is not None:
                yield Quad(subject, NamedNode(self.names.iri(predicate)), self.term(value), graph)

    def term(self, value: Value) -> NamedNode | Literal:
        """The RDF term of a value."""
        if isinstance(value, Text):
            return Literal(value.value, language=value.lang)
        if isinstance(value, Typed):
            xsd = self.names.prefixes["xsd"]
            return Literal(value.value, datatype=NamedNode(xsd + value.datatype))
        scheme, slash, notation = value.name.partition("/")
        if slash:
            return NamedNode(self.names.concept(scheme, notation))
        return NamedNode(self.names.iri(value.name))


def graphs(ledger: Ledger, names: Names, ground: BaseGraph = NO_GROUND) -> dict[str, list[Quad]]:
    """The quads of every asserted graph, by the graph's name.

    What the ground says is not said again, but for the standing of claims of it that are reviewed.
    """
    sources = {source.slug: source for source in (*ground.sources, *ledger.sources)}
    found: dict[str, list[Quad]] = defaultdict(list)
    for source in ledger.sources:
        found[source.graph] += _source(source, Writer(names, source.graph))
    for claim in ledger.claims:
        home = sources[claim.source]
        found[home.graph] += _claim(claim, home.language, Writer(names, home.graph))
    for evidence in ledger.evidence:
        home = sources[evidence.source]
        found[home.graph] += _evidence(evidence, home, Writer(names, home.graph))
    for mention in ledger.mentions:
        home = sources[mention.source]
        found[home.graph] += _mention(mention, home, Writer(names, home.graph))
    entities = Writer(names, "entities")
    found["entities"] = [q for entity in ledger.entities for q in _entity(entity, entities)]
    found["entities"] += [q for period in ledger.periods for q in _period(period, entities)]
    found["editorial"] = list(_editorial(ledger, ground, sources, Writer(names, "editorial")))
    return found


def _note(text: str) -> Text | None:
    return Text(text, "en") if text else None


def _ref(slug: str) -> Ref | None:
    return Ref(f"id:{slug}") if slug else None


def _concept(scheme: str, notation: str) -> Ref | None:
    return Ref(f"{scheme}/{notation}") if notation else None


def _day(text: str) -> Typed | None:
    return Typed(text, "date") if text else None


def _integer(number: int | None) -> Typed | None:
    return Typed(str(number), "integer") if number is not None else None


def _entity(entity: Entity, to: Writer) -> Iterator[Quad]:
    yield from to.about(entity.slug, ("rdf:type", Ref(f"jsip:{entity.cls}")))
    yield from to.about(entity.slug, *(("rdfs:label", label) for label in entity.labels))
    yield from to.about(entity.slug, *(("skos:altLabel", label) for label in entity.alt_labels))
    yield from to.about(entity.slug, *(("skos:hiddenLabel", name) for name in entity.hidden_labels))
    yield from to.about(
        entity.slug,
        ("skos:editorialNote", _note(entity.note)),
        ("jsip:growthOf", _ref(entity.growth_of)),
        ("jsip:hasSeveralSeats", Typed("true", "boolean") if entity.several_seats else None),
    )
    yield from to.about(entity.slug, *((_DIMENSION[name], ref) for name, ref in entity.dimensions))
    for item in entity.identifiers:
        prefix = _LINKED_DATA.get(item.scheme)
        link: tuple[str, Value] = (
            ("skos:exactMatch", Ref(f"{prefix}:{item.value}"))
            if prefix
            else ("dct:identifier", Typed(f"{item.scheme}:{item.value}", "string"))
        )
        origin = _note(f"{item.scheme} {item.value}: {item.origin}")
        yield from to.about(entity.slug, link, ("skos:editorialNote", origin))
    if entity.replaced_by:
        yield from to.about(
            entity.slug,
            ("dct:isReplacedBy", _ref(entity.replaced_by)),
            ("owl:deprecated", Typed("true", "boolean")),
        )


def _period(period: Period, to: Writer) -> Iterator[Quad]:
    basis = "unknown" if period.years else "stated"
    yield from to.about(
        period.slug,
        ("rdf:type", Ref(f"jsip:{period.cls}")),
        ("jsip:dateBasis", Ref(f"jsip:{basis}")),
        ("jsip:startDate", _day(period.start)),
        ("jsip:endDate", _day(period.end)),
        ("jsip:durationYears", _integer(period.years or None)),
        *(("rdfs:label", label) for label in period.labels),
    )


def _source(source: Source, to: Writer) -> Iterator[Quad]:
    yield from to.about(
        source.slug,
        ("rdf:type", Ref(f"jsip:{source.kind}")),
        ("dct:title", source.title),
        ("dct:publisher", _ref(source.publisher)),
        ("dct:issued", _day(source.issued)),
        ("dct:language", Typed(source.language, "string")),
        ("jsip:dateBasis", Ref(f"jsip:{source.date_basis}")),
        ("jsip:sourceTier", Ref(f"jsip:{source.tier}")),
        ("jsip:evidenceLevel", Ref(f"jsip:{source.level}")),
        ("schema:url", Typed(source.url, "anyURI") if source.url else None),
        (
            "schema:archivedAt",
            Typed(source.archived_url, "anyURI") if source.archived_url else None,
        ),
        ("skos:editorialNote", _note(source.note)),
        *(("jsip:citesSource", _ref(cited)) for cited in source.cites),
    )
    if source.snapshot:
        yield from to.about(
            source.snapshot,
            ("rdf:type", Ref("jsip:Snapshot")),
            ("jsip:charLength", _integer(source.length)),
            ("jsip:textDigest", Typed(source.digest, "string")),
            ("prov:specializationOf", _ref(source.slug)),
        )


def _claim(claim: Claim, language: str, to: Writer) -> Iterator[Quad]:
    predicate = claim.predicate if ":" in claim.predicate else f"jsip:{claim.predicate}"
    yield from to.about(
        claim.slug,
        ("rdf:type", Ref(f"jsip:{claim.cls}")),
        ("rdf:subject", claim.subject),
        ("rdf:predicate", Ref(predicate)),
        ("rdf:object", claim.object),
        ("jsip:comparisonKey", Typed(claim.key, "string") if claim.key else None),
        ("jsip:assertionStatus", Ref(f"assertion-status/{claim.status}")),
        ("jsip:assertedBy", _ref(claim.asserted_by)),
        ("jsip:assertedOn", _day(claim.asserted_on)),
        ("jsip:dateBasis", Ref(f"jsip:{claim.date_basis}")),
        ("jsip:assertedAt", _ref(claim.event)),
        ("jsip:attributionType", Ref(f"jsip:{claim.attribution}")),
        ("jsip:extractionConfidence", Typed(canonical(Decimal(claim.confidence)), "decimal")),
        ("jsip:refPeriod", _ref(claim.period)),
        ("jsip:periodBasis", Ref(f"jsip:{claim.period_basis}") if claim.period_basis else None),
        ("jsip:startDate", claim.start_date),
        ("jsip:endDate", claim.end_date),
        ("skos:editorialNote", _note(claim.note)),
        *((_QUALIFIER[name], ref) for name, ref in claim.qualifiers),
    )
    yield from to.about(claim.slug, *_interval(claim, language))


def _interval(claim: Claim, language: str) -> Iterator[tuple[str, Value | None]]:
    quantity = claim.quantity
    if quantity is None:
        return
    yield "jsip:unit", Ref(quantity.unit)
    yield "jsip:valueQualifier", Ref(f"value-qualifier/{quantity.qualifier}")
    yield "jsip:printedForm", Text(quantity.printed, language)
    for predicate, side in (
        ("jsip:lowerBound", quantity.lower),
        ("jsip:upperBound", quantity.upper),
    ):
        yield predicate, Typed(canonical(side), "decimal") if side is not None else None


def _evidence(evidence: Evidence, source: Source, to: Writer) -> Iterator[Quad]:
    quote = f"{evidence.slug}-quote"
    yield from to.about(
        evidence.slug,
        ("rdf:type", Ref("jsip:Evidence")),
        ("jsip:supportsClaim", _ref(evidence.claim)),
        ("oa:hasSource", _ref(source.slug)),
        ("jsip:evidenceLevel", Ref(f"jsip:{source.level}")),
        ("jsip:inSnapshot", _ref(source.snapshot)),
        ("jsip:textRole", Ref(f"jsip:{evidence.role}") if evidence.role else None),
        ("oa:hasSelector", _ref(quote)),
        *(("jsip:passageSupports", _concept("passage-support", s)) for s in evidence.supports),
    )
    yield from to.about(
        quote,
        ("rdf:type", Ref("oa:TextQuoteSelector")),
        ("oa:exact", Text(evidence.quote, source.language)),
    )
    if evidence.start is not None and evidence.end is not None:
        yield from _position(evidence.slug, evidence.start, evidence.end, to)


def _position(owner: str, start: int, end: int, to: Writer) -> Iterator[Quad]:
    """Where a passage stands, in code points, end exclusive (Web Annotation §4.2.5)."""
    slug = f"{owner}-pos"
    yield from to.about(owner, ("oa:hasSelector", _ref(slug)))
    yield from to.about(
        slug,
        ("rdf:type", Ref("oa:TextPositionSelector")),
        ("oa:start", _integer(start)),
        ("oa:end", _integer(end)),
    )


def _mention(mention: Mention, source: Source, to: Writer) -> Iterator[Quad]:
    yield from to.about(
        mention.slug,
        ("rdf:type", Ref("jsip:Mention")),
        ("jsip:surfaceForm", Text(mention.surface, source.language)),
        ("jsip:refersTo", _ref(mention.refers_to)),
        ("jsip:mentionQuality", Ref(f"jsip:{mention.quality}")),
        ("jsip:inSnapshot", _ref(source.snapshot)),
        ("oa:hasSource", _ref(source.slug)),
    )
    yield from _position(mention.slug, mention.start, mention.end, to)


def _editorial(
    ledger: Ledger, ground: BaseGraph, sources: Mapping[str, Source], to: Writer
) -> Iterator[Quad]:
    reviews: dict[str, list[Review]] = defaultdict(list)
    for review in (*ground.reviews, *ledger.reviews):
        reviews[review.target].append(review)
    targets = {review.target for review in ledger.reviews}
    judged = [claim for claim in ground.claims if targets & {claim.slug, claim.source}]
    for claim in (*judged, *ledger.claims):
        yield from _standing(claim, [*reviews[claim.slug], *reviews[claim.source]], to)
    for review in ledger.reviews:
        yield from _review(review, sources, to)
    for verdict in ledger.verdicts:
        yield from _verdict(verdict, to)
    for relation in ledger.relations:
        yield from _relation(relation, to)


def _standing(claim: Claim, reviews: Sequence[Review], to: Writer) -> Iterator[Quad]:
    """The claim's own review wins over its source's, then the later day, then the higher id."""
    review = max(reviews, key=lambda r: (r.target == claim.slug, r.on, r.slug), default=None)
    yield from to.about(
        claim.slug,
        ("jsip:reviewStatus", Ref(f"review-status/{review.status if review else 'candidate'}")),
        ("jsip:rank", Ref(f"jsip:{review.rank if review else 'Normal'}")),
        ("jsip:reviewedIn", _ref(review.slug if review else "")),
    )


def _review(review: Review, sources: Mapping[str, Source], to: Writer) -> Iterator[Quad]:
    source = sources.get(review.target)
    yield from to.about(
        review.slug,
        ("rdf:type", Ref("jsip:Review")),
        ("jsip:reviewOf", _ref(review.target)),
        ("jsip:decidedStatus", Ref(f"review-status/{review.status}")),
        ("jsip:decidedRank", Ref(f"jsip:{review.rank}")),
        ("jsip:reviewedOn", _day(review.on)),
        ("jsip:guidelineVersion", Typed(review.guideline, "string")),
        ("prov:wasAssociatedWith", _ref(review.agent)),
        ("prov:used", _ref(source.snapshot) if source else None),
        ("rdfs:comment", _note(review.reason)),
    )


def _verdict(verdict: Verdict, to: Writer) -> Iterator[Quad]:
    """The verdict; members only of a conflict named by hand, else they would count twice."""
    yield from to.about(
        verdict.slug,
        ("jsip:conflictType", Ref(f"jsip:{verdict.type}") if verdict.type else None),
        ("jsip:cautionReason", _concept("caution-reason", verdict.caution)),
        ("jsip:resolution", Ref(f"jsip:{verdict.resolution}") if verdict.resolution else None),
        ("jsip:favours", _ref(verdict.favours)),
        ("rdfs:comment", verdict.reason if verdict.reason.value else None),
        ("rdfs:comment", verdict.reason_ja if verdict.reason_ja.value else None),
    )
    if not is_found_by_rule(verdict):
        yield from to.about(
            verdict.slug,
            ("rdf:type", Ref(f"jsip:{CLASSES[verdict.kind]}")),
            *(("jsip:involves", _ref(claim)) for claim in verdict.claims),
        )


def _relation(relation: Relation, to: Writer) -> Iterator[Quad]:
    derived = relation.relation == "derivedFrom"
    predicate = "prov:wasDerivedFrom" if derived else f"jsip:{relation.relation}"
    note = f"{relation.relation} {relation.other}: {relation.reason}" if relation.reason else ""
    yield from to.about(
        relation.claim, (predicate, _ref(relation.other)), ("skos:editorialNote", _note(note))
    )

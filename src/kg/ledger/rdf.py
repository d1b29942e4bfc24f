"""How a ledger looks in RDF: the statement pattern of ontology.md §4, one graph per source."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from pyoxigraph import Quad

from kg.core.model import (
    Claim,
    Entity,
    Evidence,
    Ledger,
    Mention,
    Period,
    Ref,
    Source,
    Text,
    Typed,
    Value,
)
from kg.core.names import Names
from kg.ledger.base_graph import NO_GROUND, BaseGraph
from kg.ledger.quads import Writer, day, integer, link, note, notes
from kg.ledger.rdf_editorial import editorial_quads
from kg.text.bounds import canonical

_LINKED_DATA = {"wikidata": "wd"}  # registers whose identifiers are IRIs; others are dct:identifier
_DIMENSION = {
    "indicator": "jsip:dimIndicator",
    "industry": "jsip:dimIndustry",
    "group": "jsip:dimGroup",
    "area": "jsip:refArea",
    "statistic": "jsip:statistic",
}
_QUALIFIER = {
    "area": "jsip:refArea",
    "group": "jsip:dimGroup",
    "scenario": "jsip:scenario",
    "statistic": "jsip:statistic",
}


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
    found["editorial"] = list(editorial_quads(ledger, ground, sources, Writer(names, "editorial")))
    return found


def _entity(entity: Entity, to: Writer) -> Iterator[Quad]:
    kind = Ref(f"jsip:{entity.cls}")
    yield from to.about(entity.slug, ("rdf:type", kind), *_notes(entity))
    yield from to.about(entity.slug, *(("rdfs:label", label) for label in entity.labels))
    yield from to.about(entity.slug, *(("skos:altLabel", label) for label in entity.alt_labels))
    yield from to.about(entity.slug, *(("skos:hiddenLabel", name) for name in entity.hidden_labels))
    yield from to.about(
        entity.slug,
        ("jsip:growthOf", link(entity.growth_of)),
        ("jsip:lookedUntil", day(entity.looked_until)),
        *(("jsip:labelByEditors", Typed(name, "string")) for name in entity.label_editors),
        ("jsip:hasSeveralSeats", Typed("true", "boolean") if entity.several_seats else None),
    )
    yield from to.about(entity.slug, *((_DIMENSION[name], ref) for name, ref in entity.dimensions))
    index = [("dct:subject", topic) for topic in entity.about]
    cues = (("jsip:cue", word) for word in entity.cues)
    yield from to.about(entity.slug, *cues, *index, ("dct:spatial", entity.area))
    yield from _identifiers(entity, to)
    if entity.replaced_by:
        newer, gone = link(entity.replaced_by), Typed("true", "boolean")
        yield from to.about(entity.slug, ("dct:isReplacedBy", newer), ("owl:deprecated", gone))


def _identifiers(entity: Entity, to: Writer) -> Iterator[Quad]:
    """What an entity is called elsewhere, and where that is known from."""
    for item in entity.identifiers:
        prefix = _LINKED_DATA.get(item.scheme)
        match: tuple[str, Value] = (
            ("schema:sameAs", Ref(f"{prefix}:{item.value}"))
            if prefix
            else ("dct:identifier", Typed(f"{item.scheme}:{item.value}", "string"))
        )
        told = f"{item.scheme} {item.value}"
        origin = notes(
            "skos:editorialNote", f"{told}: {item.origin}", f"{told}（出所：{item.origin}）"
        )
        yield from to.about(entity.slug, match, *origin)


def _notes(of: Entity | Claim) -> tuple[tuple[str, Value | None], ...]:
    return notes("skos:editorialNote", of.note, of.note_ja)


def _period(period: Period, to: Writer) -> Iterator[Quad]:
    basis = "unknown" if period.years else "stated"
    yield from to.about(
        period.slug,
        ("rdf:type", Ref(f"jsip:{period.cls}")),
        ("jsip:dateBasis", Ref(f"jsip:{basis}")),
        ("jsip:startDate", day(period.start)),
        ("jsip:endDate", day(period.end)),
        ("jsip:durationYears", integer(period.years or None)),
        *(("rdfs:label", label) for label in period.labels),
    )


def _source(source: Source, to: Writer) -> Iterator[Quad]:
    yield from to.about(
        source.slug,
        ("rdf:type", Ref(f"jsip:{source.kind}")),
        ("dct:title", source.title),
        ("dct:publisher", link(source.publisher)),
        ("dct:issued", day(source.issued)),
        ("dct:language", Typed(source.language, "string")),
        ("jsip:dateBasis", Ref(f"jsip:{source.date_basis}")),
        ("jsip:sourceTier", Ref(f"jsip:{source.tier}")),
        ("jsip:evidenceLevel", Ref(f"jsip:{source.level}")),
        ("schema:url", Typed(source.url, "anyURI") if source.url else None),
        (
            "schema:archivedAt",
            Typed(source.archived_url, "anyURI") if source.archived_url else None,
        ),
        ("skos:editorialNote", note(source.note)),
        *(("jsip:citesSource", link(cited)) for cited in source.cites),
    )
    if source.snapshot:
        yield from to.about(
            source.snapshot,
            ("rdf:type", Ref("jsip:Snapshot")),
            ("jsip:charLength", integer(source.length)),
            ("jsip:textDigest", Typed(source.digest, "string")),
            ("prov:specializationOf", link(source.slug)),
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
        ("jsip:assertedBy", link(claim.asserted_by)),
        ("jsip:assertedOn", day(claim.asserted_on)),
        ("jsip:dateBasis", Ref(f"jsip:{claim.date_basis}")),
        ("jsip:assertedAt", link(claim.event)),
        ("jsip:attributionType", Ref(f"jsip:{claim.attribution}")),
        ("jsip:extractionConfidence", Typed(canonical(Decimal(claim.confidence)), "decimal")),
        ("jsip:refPeriod", link(claim.period)),
        ("jsip:periodBasis", Ref(f"jsip:{claim.period_basis}") if claim.period_basis else None),
        ("jsip:startDate", claim.start_date),
        ("jsip:endDate", claim.end_date),
        *_notes(claim),
        ("jsip:objectInJapanese", Text(claim.object_ja, "ja") if claim.object_ja else None),
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
        ("jsip:supportsClaim", link(evidence.claim)),
        ("oa:hasSource", link(source.slug)),
        ("jsip:evidenceLevel", Ref(f"jsip:{source.level}")),
        ("jsip:inSnapshot", link(source.snapshot)),
        ("jsip:textRole", Ref(f"jsip:{evidence.role}") if evidence.role else None),
        ("oa:hasSelector", link(quote)),
        *(("jsip:passageSupports", Ref(f"passage-support/{s}")) for s in evidence.supports),
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
    yield from to.about(owner, ("oa:hasSelector", link(slug)))
    yield from to.about(
        slug,
        ("rdf:type", Ref("oa:TextPositionSelector")),
        ("oa:start", integer(start)),
        ("oa:end", integer(end)),
    )


def _mention(mention: Mention, source: Source, to: Writer) -> Iterator[Quad]:
    yield from to.about(
        mention.slug,
        ("rdf:type", Ref("jsip:Mention")),
        ("jsip:surfaceForm", Text(mention.surface, source.language)),
        ("jsip:refersTo", link(mention.refers_to)),
        ("jsip:mentionQuality", Ref(f"jsip:{mention.quality}")),
        ("jsip:inSnapshot", link(source.snapshot)),
        ("oa:hasSource", link(source.slug)),
    )
    yield from _position(mention.slug, mention.start, mention.end, to)

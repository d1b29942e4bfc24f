"""How the editors' judgement looks in RDF: standing of claims, reviews, verdicts, relations."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from pyoxigraph import Quad

from kg.core.model import (
    Agent,
    Claim,
    Correction,
    Ledger,
    Ref,
    Relation,
    Review,
    Source,
    Text,
    Typed,
    Verdict,
)
from kg.ledger.base_graph import BaseGraph
from kg.ledger.quads import Writer, concept, day, link, note, notes
from kg.ledger.reviews import KINDS, Disagreement, Standing, standing
from kg.ledger.verdicts import CLASSES, is_found_by_rule

_RELATIONS_JA = {
    "supersedes": "旧値の置き換え",
    "corroborates": "他の主張の裏づけ",
    "refines": "他の主張の精緻化",
    "convertedFrom": "他の値の換算",
    "derivedFrom": "他の値からの算出",
    "breaksSeriesAfter": "系列の断層",
}


def editorial_quads(
    ledger: Ledger, ground: BaseGraph, sources: Mapping[str, Source], to: Writer
) -> Iterator[Quad]:
    reviews: dict[str, list[Review]] = defaultdict(list)
    for review in (*ground.reviews, *ledger.reviews):
        reviews[review.target].append(review)
    kinds = {agent.slug: agent.kind for agent in (*ground.agents, *ledger.agents)}
    targets = {review.target for review in ledger.reviews}
    private = {review.slug for review in ledger.reviews if ground.claims}
    judged = [claim for claim in ground.claims if targets & {claim.slug, claim.source}]
    for claim in (*judged, *ledger.claims):
        found = standing(reviews[claim.slug], reviews[claim.source], kinds, private)
        yield from _standing(claim, found, to)
    for agent in ledger.agents:
        yield from _agent(agent, to)
    for review in ledger.reviews:
        yield from _review(review, sources, to)
    for verdict in ledger.verdicts:
        yield from _verdict(verdict, to)
    for relation in ledger.relations:
        yield from _relation(relation, to)
    for correction in ledger.corrections:
        yield from _correction(correction, to)


def _standing(claim: Claim, found: Standing, to: Writer) -> Iterator[Quad]:
    """Status and rank, from the review that decides; who confirmed it, who differs."""
    review = found.decided
    yield from to.about(
        claim.slug,
        ("jsip:reviewStatus", Ref(f"review-status/{review.status if review else 'candidate'}")),
        ("jsip:rank", Ref(f"jsip:{review.rank if review else 'Normal'}")),
        ("jsip:reviewedIn", link(review.slug if review else "")),
        *(("jsip:confirmedBy", link(agent)) for agent in found.confirmed_by()),
    )
    for disagreement in found.disagreements():
        yield from _disagreement(claim, disagreement, to)


def _disagreement(claim: Claim, between: Disagreement, to: Writer) -> Iterator[Quad]:
    reviews = (between.decided.slug, between.other.slug)
    numbers = "-".join(slug.removeprefix("review-") for slug in reviews)
    yield from to.about(
        f"disagreement-{claim.slug.removeprefix('c-')}-{numbers}",
        ("rdf:type", Ref("jsip:ReviewDisagreement")),
        ("jsip:disagreementOn", link(claim.slug)),
        *(("jsip:betweenReviews", link(slug)) for slug in reviews),
        ("jsip:settledIn", link(between.settled.slug if between.settled else "")),
    )


def _agent(agent: Agent, to: Writer) -> Iterator[Quad]:
    """A handle; what an entity is called stands with the entity."""
    yield from to.about(
        agent.slug,
        ("rdf:type", Ref(KINDS[agent.kind])),
        ("rdfs:label", Text(agent.slug, "en") if not agent.is_entity else None),
        ("schema:softwareVersion", Typed(agent.version, "string") if agent.version else None),
        ("rdfs:comment", note(agent.note)),
    )


def _review(review: Review, sources: Mapping[str, Source], to: Writer) -> Iterator[Quad]:
    source = sources.get(review.target)
    yield from to.about(
        review.slug,
        ("rdf:type", Ref("jsip:Review")),
        ("jsip:reviewOf", link(review.target)),
        ("jsip:decidedStatus", Ref(f"review-status/{review.status}")),
        ("jsip:decidedRank", Ref(f"jsip:{review.rank}")),
        ("jsip:reviewedOn", day(review.on)),
        ("jsip:guidelineVersion", Typed(review.guideline, "string")),
        ("prov:wasAssociatedWith", link(review.agent)),
        *_looked_at(review),
        ("prov:used", link(source.snapshot) if source else None),
        *notes("rdfs:comment", review.reason, review.reason_ja),
    )


def _looked_at(review: Review) -> Iterator[tuple[str, Typed]]:
    for name in review.fields:
        wrong = name.startswith("!")
        predicate = "jsip:fieldFoundWrong" if wrong else "jsip:fieldFoundRight"
        yield predicate, Typed(name.removeprefix("!"), "string")


def _verdict(verdict: Verdict, to: Writer) -> Iterator[Quad]:
    """The verdict; members only of a conflict named by hand, else they would count twice."""
    yield from to.about(
        verdict.slug,
        ("jsip:conflictType", Ref(f"jsip:{verdict.type}") if verdict.type else None),
        ("jsip:cautionReason", concept("caution-reason", verdict.caution)),
        ("jsip:resolution", Ref(f"jsip:{verdict.resolution}") if verdict.resolution else None),
        ("jsip:favours", link(verdict.favours)),
        ("rdfs:comment", verdict.reason if verdict.reason.value else None),
        ("rdfs:comment", verdict.reason_ja if verdict.reason_ja.value else None),
    )
    if not is_found_by_rule(verdict):
        yield from to.about(
            verdict.slug,
            ("rdf:type", Ref(f"jsip:{CLASSES[verdict.kind]}")),
            *(("jsip:involves", link(claim)) for claim in verdict.claims),
        )


def _relation(relation: Relation, to: Writer) -> Iterator[Quad]:
    derived = relation.relation == "derivedFrom"
    predicate = "prov:wasDerivedFrom" if derived else f"jsip:{relation.relation}"
    why = f"{relation.relation} {relation.other}: {relation.reason}" if relation.reason else ""
    why_ja = f"{_RELATIONS_JA[relation.relation]}：{relation.reason_ja}"
    yield from to.about(
        relation.claim,
        (predicate, link(relation.other)),
        *notes("skos:editorialNote", why, why_ja if relation.reason_ja else ""),
    )


def _correction(correction: Correction, to: Writer) -> Iterator[Quad]:
    yield from to.about(
        correction.slug,
        ("rdf:type", Ref("jsip:Correction")),
        ("jsip:correctionOf", link(correction.claim)),
        ("jsip:correctedOn", day(correction.on)),
        ("jsip:toldBy", link(correction.told_by)),
        *notes("rdfs:comment", correction.what, correction.what_ja),
    )

"""Nanopublications (TriG): one a claim, each with a trusty URI, none of them signed.

The assertion is the statement with its unit, period and printed form; the provenance says who
asserts it, in which passage of which source; the publication info has the editors' review. The
version of the record is no part of them: a claim that did not change keeps its URI.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby, product
from typing import BinaryIO

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from kg.core.media import NANOPUB
from kg.outlets.export.blocks import Term, blocks
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.network_text import licence
from kg.outlets.export.part import Part
from kg.outlets.export.told import Told
from kg.outlets.export.trusty import UNKNOWN, artifact_code
from kg.outlets.export.turtle_text import block_text, prologue
from kg.text.words import RANGES

_NP = "http://www.nanopub.org/nschema#"
_PARTS = ("hasAssertion", "hasProvenance", "hasPublicationInfo")
_GRAPHS = ("Head", "assertion", "provenance", "pubinfo")
_ASSERTED = (
    "jsip:assertedBy jsip:assertedOn jsip:assertedAt jsip:dateBasis jsip:attributionType "
    "jsip:assertionStatus"
).split()
_EDITED = (
    "jsip:reviewStatus jsip:rank jsip:reviewedIn jsip:confirmedBy jsip:extractionConfidence "
    "skos:editorialNote jsip:comparisonKey"
).split()
_BOUNDS = ("jsip:lowerBound", "jsip:upperBound")  # the source's own only of a printed range
_OF_REVIEWS = "prov:wasAssociatedWith jsip:reviewedOn jsip:decidedStatus rdfs:comment".split()
_OF_SOURCES = "rdf:type dct:title dct:publisher dct:issued schema:url jsip:sourceTier".split()


def export(part: Part, out: BinaryIO) -> None:
    """Writes a nanopublication a claim, by the claims' IRIs."""
    names, made = part.reader.names, Nanopublications(part)
    for claim in made.told.claims:
        quads = made.of(claim)
        if not quads:
            continue
        text = [prologue(quads, names), f"# {names.slug(claim)}\n"]
        for graph, group in groupby(quads, key=lambda quad: quad.graph_name):
            told = "".join(block_text(block, names, "  ") for block in blocks(group))
            text.append(f"{graph} {{\n{told}}}\n")
        out.write(f"{''.join(text)}\n".encode())


class Nanopublications:
    """The quads of the nanopublication of each claim of a part."""

    def __init__(self, part: Part) -> None:
        self.told = Told(part)
        self._names = part.reader.names
        self._licence = licence(part)

    def of(self, claim: str) -> list[Quad]:
        """Head, assertion, provenance and publication info; none of what RDF 1.1 cannot hold."""
        parts = (
            self._head(),
            self._assertion(claim),
            self._provenance(claim),
            self._publication_info(claim),
        )
        quads = [
            Quad(triple.subject, triple.predicate, triple.object, self._own(f"#{graph}"))
            for graph, triples in zip(_GRAPHS, parts, strict=True)
            for triple in sorted(set(triples), key=str)
            if not isinstance(triple.object, BlankNode | Triple)
        ]
        if len({quad.graph_name for quad in quads}) < len(_GRAPHS):
            return []
        code = artifact_code(quads)
        return [_coded(quad, code) for quad in quads]

    def _head(self) -> Iterator[Triple]:
        yield self._triple(self._own(), "rdf:type", NamedNode(f"{_NP}Nanopublication"))
        for part, graph in zip(_PARTS, _GRAPHS[1:], strict=True):
            yield Triple(self._own(), NamedNode(f"{_NP}{part}"), self._own(f"#{graph}"))

    def _assertion(self, claim: str) -> Iterator[Triple]:
        """The statement itself, and the claim with all that says what it means."""
        told = self.told
        others = {self._names.iri(c) for c in (*_ASSERTED, *_EDITED, *self._bounds(claim))}
        ends = (told.terms(claim, f"rdf:{part}") for part in ("subject", "predicate", "object"))
        for subject, predicate, value in product(*ends):
            if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode):
                yield Triple(subject, predicate, value)
        yield from (t for t in told.triples(claim) if t.predicate.value not in others)

    def _provenance(self, claim: str) -> Iterator[Triple]:
        """Who asserts it, and each passage with its source."""
        told, assertion = self.told, self._own("#assertion")
        for who in told.iris(claim, "jsip:assertedBy"):
            yield self._triple(assertion, "prov:wasAttributedTo", NamedNode(who))
        yield from self._some(claim, _ASSERTED)
        for evidence in told.evidence(claim):
            yield from told.triples(evidence)
            for selector in told.iris(evidence, "oa:hasSelector"):
                yield from told.triples(selector)
            for source in told.iris(evidence, "oa:hasSource"):
                yield self._triple(
                    self._own("#assertion"), "prov:wasDerivedFrom", NamedNode(source)
                )
                yield from self._some(source, _OF_SOURCES)

    def _publication_info(self, claim: str) -> Iterator[Triple]:
        """The claim that it stands for, licence, reviewers and their review."""
        told = self.told
        yield self._triple(self._own(), "dct:subject", NamedNode(claim))
        if self._licence:
            yield self._triple(self._own(), "dct:license", NamedNode(self._licence))
        yield from self._some(claim, (*_EDITED, *self._bounds(claim)))
        for review in told.iris(claim, "jsip:reviewedIn"):
            yield from self._some(review, _OF_REVIEWS)
            for who in told.iris(review, "prov:wasAssociatedWith"):
                yield self._triple(self._own(), "dct:creator", NamedNode(who))
            for day in told.terms(review, "jsip:reviewedOn"):
                yield self._triple(self._own(), "dct:created", day)

    def _bounds(self, claim: str) -> tuple[str, ...]:
        """The bounds that the editors reckoned, which no source printed."""
        return () if self.told.text(claim, "jsip:valueQualifier") in RANGES else _BOUNDS

    def _some(self, subject: str, curies: Iterable[str]) -> Iterator[Triple]:
        for curie in curies:
            for value in self.told.terms(subject, curie):
                yield self._triple(NamedNode(subject), curie, value)

    def _own(self, suffix: str = "") -> NamedNode:
        return NamedNode(f"{self._names.base}np/{UNKNOWN}{suffix}")

    def _triple(self, subject: NamedNode, curie: str, value: Term) -> Triple:
        return Triple(subject, NamedNode(self._names.iri(curie)), value)


def _coded(quad: Quad, code: str) -> Quad:
    """The quad with the code where it was unknown."""
    subject, value, graph = quad.subject, quad.object, quad.graph_name
    assert isinstance(subject, NamedNode)
    assert isinstance(graph, NamedNode)
    if isinstance(value, NamedNode):
        value = _known(value, code)
    return Quad(_known(subject, code), quad.predicate, value, _known(graph, code))


def _known(term: NamedNode, code: str) -> NamedNode:
    return NamedNode(term.value.replace(UNKNOWN, code))


EXPORTER = Exporter(
    NANOPUB,
    "One nanopublication a claim: assertion, provenance with the passage, the editors' review.",
    "Conflicts, other names, snapshots, labels of what is named, terms, derived triples; the "
    "version of the record. They are not signed, and nobody has published them. Every claim has "
    "one, a rejected or superseded one too: its review stands in the publication info.",
    export,
    "nanopub (Python), nanopub-java, nanopublication servers after signing.",
    "nanopub.Nanopub(rdf=pathlib.Path('one.trig')).has_valid_trusty",
)

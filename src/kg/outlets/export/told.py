"""What a part says of each subject, in plain words, for formats that are tables or objects.

What is inferred stays out: it would say everything twice.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from kg.outlets.export.blocks import Term
from kg.outlets.export.part import Part


class Told:
    """The part by subject, without what is inferred, and the passages of each claim."""

    def __init__(self, part: Part) -> None:
        self.names = part.reader.names
        self._said: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self._evidence: dict[str, list[str]] = defaultdict(list)
        supports = self.names.iri("jsip:supportsClaim")
        derived = {NamedNode(self.names.graph(f"derived-{g}")) for g in ("inferred", "reader")}
        for quad in part.quads:
            subject, predicate, value = quad.subject, quad.predicate.value, quad.object
            if isinstance(subject, NamedNode) and quad.graph_name not in derived:
                self._said[subject.value][predicate].append(value)
                if predicate == supports and isinstance(value, NamedNode):
                    self._evidence[value.value].append(subject.value)

    def having(self, curie: str) -> list[str]:
        """The subjects of which a property is told, sorted."""
        iri = self.names.iri(curie)
        return sorted(subject for subject, about in self._said.items() if iri in about)

    @property
    def claims(self) -> list[str]:
        """The claims, by IRI."""
        return self.having("rdf:subject")

    def evidence(self, claim: str) -> list[str]:
        """The passages of a claim, in their order."""
        return self._evidence.get(claim, [])

    def text(self, iri: str, curie: str) -> str:
        """The values of a property, joined where there are several."""
        return "; ".join(map(self.word, self.terms(iri, curie)))

    def word(self, term: Term) -> str:
        """A literal as it is; a slug, a notation or an enumeration's name without its prefix."""
        if not isinstance(term, NamedNode):
            return term.value if isinstance(term, Literal) else str(term)
        short = self.names.slug(term.value)
        return short if short == term.value else re.split("[:/]", short)[-1]

    def label(self, iri: str, language: str) -> str:
        """The first label in a language; empty where there is none."""
        return next(iter(self.labels(iri, language)), "")

    def labels(self, iri: str, language: str) -> list[str]:
        """Every label in a language."""
        return [
            label.value
            for curie in ("rdfs:label", "skos:prefLabel")
            for label in self.terms(iri, curie)
            if isinstance(label, Literal) and label.language == language
        ]

    def one(self, iri: str, curie: str) -> str:
        """The first IRI that is a value of a property; empty where there is none."""
        return next(iter(self.iris(iri, curie)), "")

    def iris(self, iri: str, curie: str) -> list[str]:
        """The IRIs that are values of a property."""
        return [term.value for term in self.terms(iri, curie) if isinstance(term, NamedNode)]

    def literals(self, iri: str, curie: str) -> Iterator[Literal]:
        """The literals that are values of a property."""
        return (term for term in self.terms(iri, curie) if isinstance(term, Literal))

    def triples(self, iri: str) -> Iterator[Triple]:
        """Everything that is told of a subject."""
        for predicate, values in self._said.get(iri, {}).items():
            for value in values:
                yield Triple(NamedNode(iri), NamedNode(predicate), value)

    def terms(self, iri: str, curie: str) -> list[Term]:
        """The values of a property, sorted; none of what is not told of."""
        about = self._said.get(iri, {})
        return about.get(self.names.iri(curie), [])

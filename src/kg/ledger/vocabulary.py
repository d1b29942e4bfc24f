"""What the ontology lets the tables say: properties, classes, concepts, individuals."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from kg.core.bundle import shown
from kg.core.errors import KgError
from kg.core.names import Names, load_names
from kg.text.bounds import BoundRules, load_bounds
from kg.text.support import load_caps

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_INCLUDES = "https://schema.org/{}Includes"


@dataclass(frozen=True, slots=True)
class Property:
    """A claimable property and what it takes (`jsip:valueKind`, `jsip:valueScheme` …).

    Domain and range hold class names (`Person`) and schemes (`scheme/issue`); `owl:Thing` is any.
    """

    iri: str
    kinds: frozenset[str]
    schemes: tuple[str, ...]
    single_valued: bool
    per_day: bool  # single-valued, of each day anew
    domain: frozenset[str]
    range: frozenset[str]


@dataclass(frozen=True)
class Vocabulary:
    """The ontology as the compiler needs it."""

    names: Names
    bounds: BoundRules
    caps: Mapping[str, Decimal]  # of confidence, by the part that no passage holds
    properties: Mapping[str, Property]
    individuals: Mapping[str, frozenset[str]]
    concepts: Mapping[str, Mapping[str, str]]
    modality: Mapping[str, str]
    superclasses: Mapping[str, frozenset[str]]
    currencies: frozenset[str]
    labels: Mapping[str, tuple[str, ...]]  # by IRI: of claimable properties, concepts, currencies

    def is_a(self, cls: str, wanted: str) -> bool:
        """True where local name `cls` is `wanted` or one of its subclasses."""
        return wanted == cls or wanted in self.superclasses.get(cls, ())


def ontology_files(folder: Path) -> tuple[list[Path], list[Path]]:
    """The files of graph `ontology` and those of graph `schemes`."""
    return [folder / "jsip.ttl", *sorted(folder.glob("modules/*.ttl"))], sorted(
        folder.glob("schemes/*.ttl")
    )


def load_vocabulary(folder: Path) -> Vocabulary:
    """The vocabulary of an ontology folder."""
    names = load_names(folder / "config" / "base.yaml")
    terms, schemes = ontology_files(folder)
    facts = _Facts(quad for file in [*terms, *schemes] for quad in _parsed(file))
    return Vocabulary(
        names=names,
        bounds=load_bounds(folder / "config" / "bounds.yaml"),
        caps=load_caps(folder / "config" / "support.yaml"),
        properties=_properties(facts, names),
        individuals=_individuals(facts, names),
        concepts=_concepts(facts, names),
        modality=_modality(facts, names),
        superclasses=_superclasses(facts, names),
        currencies=frozenset(
            facts.one(iri, _SKOS + "notation")
            for iri in facts.subjects(_SKOS + "inScheme", names.prefixes["cur"].rstrip("/"))
        ),
        labels=_labels(facts, names),
    )


def _parsed(file: Path) -> Iterator[Quad]:
    try:
        yield from parse(path=str(file), format=RdfFormat.TURTLE)
    except SyntaxError as error:
        where = f"{shown(file)}:{error.lineno or 1}"
        raise KgError(f"{where}: cannot be parsed: {error.msg}") from error


class _Facts:
    """Triples by subject and predicate, as plain strings."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._objects: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._subjects: dict[tuple[str, str], list[str]] = defaultdict(list)
        for quad in quads:
            if not isinstance(quad.object, NamedNode | Literal):
                continue
            subject, predicate, value = str(quad.subject), quad.predicate.value, quad.object.value
            subject = subject.strip("<>")
            self._objects[subject, predicate].append(value)
            if isinstance(quad.object, NamedNode) or predicate == _SKOS + "notation":
                self._subjects[predicate, value].append(subject)

    def objects(self, subject: str, predicate: str) -> list[str]:
        return sorted(self._objects.get((subject, predicate), ()))

    def one(self, subject: str, predicate: str) -> str:
        return next(iter(self.objects(subject, predicate)), "")

    def subjects(self, predicate: str, value: str) -> list[str]:
        return sorted(self._subjects.get((predicate, value), ()))

    def typed(self, cls: str) -> list[str]:
        return self.subjects(_RDF + "type", cls)

    def closure(self, start: str, predicate: str) -> list[str]:
        """Everything reachable over `predicate`, nearest first, without the start."""
        found: list[str] = []
        queue = self.objects(start, predicate)
        while queue:
            step = queue.pop(0)
            if step not in found and step != start:
                found.append(step)
                queue.extend(self.objects(step, predicate))
        return found


def _properties(facts: _Facts, names: Names) -> dict[str, Property]:
    jsip = names.prefixes["jsip"]
    found = {}
    for iri in facts.typed(jsip + "ClaimableProperty"):
        curie = names.curie(iri).removeprefix("jsip:")
        policies = set(facts.objects(iri, jsip + "conflictPolicy"))
        found[curie] = Property(
            iri=iri,
            kinds=frozenset(v.removeprefix(jsip) for v in facts.objects(iri, jsip + "valueKind")),
            schemes=tuple(_scheme(v, names) for v in facts.objects(iri, jsip + "valueScheme")),
            single_valued=bool(policies & {jsip + "SingleValued", jsip + "SingleValuedPerDay"}),
            per_day=jsip + "SingleValuedPerDay" in policies,
            domain=frozenset(
                _kind(v, names) for v in facts.objects(iri, _INCLUDES.format("domain"))
            ),
            range=frozenset(_kind(v, names) for v in facts.objects(iri, _INCLUDES.format("range"))),
        )
    return found


def _kind(iri: str, names: Names) -> str:
    """`Person` of an own class, `scheme/issue` of a scheme, a CURIE of anything else."""
    if iri.startswith(names.base + "scheme/"):
        return iri.removeprefix(names.base)
    return names.curie(iri).removeprefix("jsip:")


def _scheme(iri: str, names: Names) -> str:
    return iri.removeprefix(names.base + "scheme/")


def _individuals(facts: _Facts, names: Names) -> dict[str, frozenset[str]]:
    """Local names of the software-only enumerations, by their class (ontology.md §3.8)."""
    jsip = names.prefixes["jsip"]
    classes = (
        "EvidenceLevel DateBasis SourceTier TextRole AttributionType Rank MentionQuality "
        "ConflictType Resolution"
    ).split()
    return {c: frozenset(v.removeprefix(jsip) for v in facts.typed(jsip + c)) for c in classes}


def _concepts(facts: _Facts, names: Names) -> dict[str, dict[str, str]]:
    """Notation to IRI, by scheme."""
    return {
        _scheme(scheme, names): {
            facts.one(concept, _SKOS + "notation"): concept
            for concept in facts.subjects(_SKOS + "inScheme", scheme)
        }
        for scheme in facts.typed(_SKOS + "ConceptScheme")
        if scheme.startswith(names.base)
    }


def _modality(facts: _Facts, names: Names) -> dict[str, str]:
    """The top concept (intentional, factual …) of each assertion status."""
    scheme = names.scheme("assertion-status")
    return {
        facts.one(c, _SKOS + "notation"): names.slug(
            [c, *facts.closure(c, _SKOS + "broader")][-1]
        ).removeprefix("assertion-status/")
        for c in facts.subjects(_SKOS + "inScheme", scheme)
    }


def _labels(facts: _Facts, names: Names) -> dict[str, tuple[str, ...]]:
    """Names for people, in both languages, of what a cell may name."""
    terms = facts.typed(names.prefixes["jsip"] + "ClaimableProperty")
    kinds = (_RDFS + "label", _SKOS + "prefLabel", _SKOS + "altLabel")
    return {
        iri: tuple(name for kind in kinds for name in facts.objects(iri, kind))
        for iri in [*terms, *facts.typed(_SKOS + "Concept")]
    }


def _superclasses(facts: _Facts, names: Names) -> dict[str, frozenset[str]]:
    jsip = names.prefixes["jsip"]
    classes = facts.typed("http://www.w3.org/2002/07/owl#Class")
    return {
        iri.removeprefix(jsip): frozenset(
            names.curie(c).removeprefix("jsip:") for c in facts.closure(iri, _RDFS + "subClassOf")
        )
        for iri in classes
        if iri.startswith(jsip)
    }

"""The reader's layer (graph `derived-reader`): what a newcomer asks of, by rule, no judgement.

Words (display values, labels of claims, documents and conflicts) are made here, by the one grammar
of `kg.text.words`; everything else by the rules of `ontology/rules/` whose graph it is. They run
once, in the order of their files, when nothing else is to be derived any more.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from kg.build.rules import READER, add, apply, load_rules
from kg.core.names import Names
from kg.core.problems import Problem
from kg.text.words import day_in_words, figure_in_words

_LANGS = ("en", "ja")
_MOST_NAMED = 3  # in the label of one conflict
Texts = tuple[str, str]
Term = object


def add_reader_layer(store: Store, rules: Path, names: Names) -> None:
    """Adds the layer to a store that holds all other graphs."""
    graph = NamedNode(names.graph(READER))
    add(store, list(_Words(store, names).triples()), graph)
    for rule in load_rules(rules)[2]:
        apply(store, rule, names)


def reader_problems(store: Store, rules: Path, names: Names) -> Iterator[Problem]:
    """S39: the layer is what the rules make of the other graphs; each triple that differs."""
    graph = NamedNode(names.graph(READER))
    bare = Store()
    bare.extend(quad for quad in store if quad.graph_name != graph)
    add_reader_layer(bare, rules, names)
    held = {quad.triple for quad in store.quads_for_pattern(None, None, None, graph)}
    wanted = {quad.triple for quad in bare.quads_for_pattern(None, None, None, graph)}
    if wanted and not held:
        yield Problem(graph.value, "the reader's layer is missing; build again", "S39")
        return
    for triples, what in ((wanted - held, "misses"), (held - wanted, "has too much")):
        for triple in triples:
            said = f"{_shown(triple.predicate, names)} {_shown(triple.object, names)}"
            where = getattr(triple.subject, "value", str(triple.subject))
            yield Problem(where, f"{what} in the reader's layer: {said}; build again", "S39")


def _shown(term: Term, names: Names) -> str:
    if isinstance(term, NamedNode):
        return names.slug(term.value)
    return repr(getattr(term, "value", str(term)))


class _Words:
    """Display values and labels of what one store holds."""

    def __init__(self, store: Store, names: Names) -> None:
        self._store, self._names = store, names
        # That a series has an observed value needs no words.
        self._untold = {NamedNode(names.iri("jsip:observedValue"))}

    def triples(self) -> Iterator[Triple]:
        for claim in sorted(self._objects, key=str):
            yield from self._claim(claim)
        for source in sorted(self._one("jsip:sourceTier"), key=str):
            yield from self._source(source)
        involved: dict[Term, list[Term]] = defaultdict(list)
        for quad in self._quads("jsip:involves"):
            involved[quad.subject].append(quad.object)
        for conflict, claims in sorted(involved.items(), key=str):
            yield from self._says(conflict, "rdfs:label", self._disputed(sorted(claims, key=str)))

    def _claim(self, claim: Term) -> Iterator[Triple]:
        value = self._value(claim)
        parts = (self._one(part).get(claim) for part in _PARTS)
        en, ja = zip(*(self._name(part) for part in parts if part not in self._untold), strict=True)
        who, who_ja = self._name(self._one("jsip:assertedBy").get(claim))
        label = (
            f"{', '.join(filter(None, en))}: {value[0]} ({who})",
            f"{'、'.join(filter(None, ja))}：{value[1]}（{who_ja}）",
        )
        yield from self._says(claim, "rdfs:label", label)
        value_of = self._objects[claim]
        if isinstance(value_of, Literal) and value_of.language:
            yield self._triple(claim, "jsip:displayValue", value_of)
        else:
            yield from self._says(claim, "jsip:displayValue", value)

    def _value(self, claim: Term) -> Texts:
        value = self._objects[claim]
        if isinstance(value, NamedNode):
            return self._name(value)
        unit = self._one("jsip:unit").get(claim)
        text = getattr(value, "value", str(value))
        if not isinstance(unit, NamedNode):
            return day_in_words(text)
        qualifier = self._one("jsip:valueQualifier").get(claim)
        return figure_in_words(
            Decimal(text),
            (self._names.slug(unit.value), *self._name(unit)),
            getattr(qualifier, "value", "").rpartition("/")[2],
            *(self._number(self._one(f"jsip:{side}Bound").get(claim)) for side in _SIDES),
        )

    def _number(self, term: Term) -> Decimal | None:
        return Decimal(term.value) if isinstance(term, Literal) else None

    def _source(self, source: Term) -> Iterator[Triple]:
        """Publisher and day where no title is in the language; the id where no day is known."""
        title = self._one("dct:title").get(source)
        titled = title.language if isinstance(title, Literal) else None
        issued = getattr(self._one("dct:issued").get(source), "value", "")
        slug = self._names.slug(getattr(source, "value", str(source)))
        undated = (f"undated ({slug})", f"日付不明（{slug}）")
        when = day_in_words(issued) if issued else undated
        by = self._name(self._one("dct:publisher").get(source))
        for lang, text in zip(_LANGS, (f"{by[0]}, {when[0]}", f"{by[1]}、{when[1]}"), strict=True):
            if lang != titled:
                yield self._triple(source, "rdfs:label", Literal(text, language=lang))

    def _disputed(self, claims: list[Term]) -> Texts:
        """What the claims of a conflict are about: subjects, what is said of them, periods."""
        of, of_ja = self._listed(claims, "rdf:subject")
        said, said_ja = self._listed(claims, "rdf:predicate")
        when, when_ja = self._listed(claims, "jsip:refPeriod")
        return (
            of + (f": {said}" if said else "") + (f" ({when})" if when else ""),
            of_ja + (f"：{said_ja}" if said_ja else "") + (f"（{when_ja}）" if when_ja else ""),
        )

    def _listed(self, claims: list[Term], part: str) -> Texts:
        """What stands in a part of the claims, each once; the first few by name."""
        terms = dict.fromkeys(self._one(part).get(claim) for claim in claims)
        named = [self._name(term) for term in terms if term and term not in self._untold]
        more = len(named) - _MOST_NAMED
        shown = [*named[:_MOST_NAMED], *[(f"{more} more", f"ほか{more}件")] * (more > 0)]
        return ", ".join(en for en, _ in shown), "、".join(ja for _, ja in shown)

    def _says(self, subject: Term, predicate: str, texts: Texts) -> Iterator[Triple]:
        for lang, text in zip(_LANGS, texts, strict=True):
            yield self._triple(subject, predicate, Literal(text, language=lang))

    def _triple(self, subject: Term, predicate: str, value: Literal) -> Triple:
        assert isinstance(subject, NamedNode)
        return Triple(subject, NamedNode(self._names.iri(predicate)), value)

    def _name(self, term: Term) -> Texts:
        """The labels of a thing; where one is missing, the other or its slug."""
        if not isinstance(term, NamedNode):
            return "", ""
        known = self._labels.get(term.value, {})
        en = known.get("en") or known.get("ja") or self._names.slug(term.value)
        return en, known.get("ja") or en

    @cached_property
    def _labels(self) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for curie in ("skos:prefLabel", "rdfs:label"):
            for quad in sorted(self._quads(curie), key=str):
                if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                    labels = found[quad.subject.value]
                    labels.setdefault(quad.object.language or "", quad.object.value)
        return found

    @cached_property
    def _objects(self) -> Mapping[Term, Term]:
        return self._one("rdf:object")

    def _one(self, curie: str) -> Mapping[Term, Term]:
        """One value of a property for each subject, the first in order."""
        if curie not in self._read:
            held = sorted(self._quads(curie), key=lambda quad: str(quad.object), reverse=True)
            self._read[curie] = {quad.subject: quad.object for quad in held}
        return self._read[curie]

    @cached_property
    def _read(self) -> dict[str, Mapping[Term, Term]]:
        return {}

    def _quads(self, curie: str) -> Iterator[Quad]:
        return self._store.quads_for_pattern(None, NamedNode(self._names.iri(curie)), None, None)


_PARTS = ("rdf:subject", "rdf:predicate", "jsip:refPeriod")
_SIDES = ("lower", "upper")

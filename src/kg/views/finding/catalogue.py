"""Everything that can be looked up, and every name it goes by."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Literal, NamedTuple

from kg.build.quality_rules import load_quality_rules
from kg.core.bundle import find_bundle
from kg.views.record.cards import Named
from kg.views.record.claims import Reader

NameKind = Literal["label", "alias", "reading", "hidden", "id"]


@dataclass(frozen=True, slots=True)
class Thing:
    """An entity, a concept or a source; `types` are all words by which one may ask for its kind."""

    named: Named
    type: str
    types: tuple[str, ...]
    claims: int

    @property
    def is_person(self) -> bool:
        """True for human beings."""
        return "person" in self.types


class Name(NamedTuple):
    """One name of a thing (its place in the catalogue); `lang` is empty where it is in no one's."""

    thing: int
    text: str
    kind: NameKind
    lang: str


@dataclass(frozen=True)
class Catalogue:
    """What one snapshot names."""

    things: Sequence[Thing]
    names: Sequence[Name]

    @classmethod
    def of(cls, reader: Reader) -> "Catalogue":
        """The entities, concepts and titled documents of a reader's snapshot."""
        types, labels = _types(reader), _labels(reader)
        sources = reader.sources(row["x"] for row in reader.rows(_SOURCES))
        claims = Counter({row["x"]: int(row["n"]) for row in reader.rows(_CLAIMS)})
        named = {iri: _named(reader, iri, labels.get(iri, ())) for iri in types}
        for iri, card in sources.items():
            when = card.issued or card.id  # else two undated pages of one publisher are one name
            title = card.title or f"{card.publisher.en} {when}"
            title_ja = card.title or f"{card.publisher.ja} {when}"
            named[iri] = Named(iri, card.id, title, title_ja)
            types[iri] = (card.kind, tuple(sorted({card.kind.casefold(), "source"})))
            labels[iri] = [(title, "label", card.language), (title_ja, "label", card.language)]
        things = tuple(Thing(named[i], *types[i], claims[i]) for i in sorted(types))
        return cls(things, tuple(_names(things, labels)))


_Label = tuple[str, NameKind, str]
_KINDS: Mapping[str, NameKind] = {
    "rdfs:label": "label", "skos:prefLabel": "label", "skos:altLabel": "alias",
    "skos:hiddenLabel": "hidden", "skos:notation": "id",
}  # fmt: skip
_LABELS = f"""SELECT DISTINCT ?x ?p ?name (LANG(?name) AS ?lang)
WHERE {{ VALUES ?p {{ {" ".join(_KINDS)} }} ?x ?p ?name }}"""
_SOURCES = "SELECT DISTINCT ?x WHERE { ?x jsip:sourceTier ?tier }"
_ENTITIES = "SELECT ?x ?type WHERE { GRAPH g:entities { ?x a ?type } }"
_CONCEPTS = "SELECT DISTINCT ?x ?type WHERE { ?x skos:inScheme ?type ; skos:prefLabel ?any }"
_CLASSES = "SELECT DISTINCT ?type WHERE { GRAPH g:entities { ?x a ?type } }"
_ABOVE = f"""SELECT DISTINCT ?type ?above WHERE {{ {{ {_CLASSES} }} ?type rdfs:subClassOf+ ?above
  FILTER(isIRI(?above)) }}"""
_CLAIMS = """SELECT ?x (COUNT(DISTINCT ?by) AS ?n) WHERE {
  { ?by rdf:subject ?x } UNION { ?by rdf:object ?x FILTER(isIRI(?x)) } UNION { ?by oa:hasSource ?x }
} GROUP BY ?x"""


def _types(reader: Reader) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The class of each entity, the scheme of each concept, with the words that ask for it."""
    above: dict[str, set[str]] = defaultdict(set)
    for row in reader.rows(_ABOVE):
        above[row["type"]].add(_local(reader, row["above"]).casefold())
    local = {row["type"]: _local(reader, row["type"]) for row in reader.rows(_CLASSES)}
    asked = {iri: tuple(sorted({name.casefold(), *above[iri]})) for iri, name in local.items()}
    types = {}
    for row in sorted(reader.rows(_ENTITIES), key=itemgetter("x", "type")):
        types[row["x"]] = (local[row["type"]], asked[row["type"]])
    for row in sorted(reader.rows(_CONCEPTS), key=itemgetter("x", "type")):
        name = row["type"].rpartition("/")[2]
        types[row["x"]] = (name, tuple(sorted({name.casefold(), "concept"})))
    return types


@cache
def shipped_legal_forms() -> Sequence[str]:
    """Legal forms that do not tell two organisations apart: the list of the duplicates' check."""
    return load_quality_rules(find_bundle().ontology).legal_forms


def _local(reader: Reader, iri: str) -> str:
    return reader.names.curie(iri).rpartition(":")[2]


def _labels(reader: Reader) -> dict[str, Sequence[_Label]]:
    kinds = {reader.names.iri(curie): kind for curie, kind in _KINDS.items()}
    found: dict[str, list[_Label]] = defaultdict(list)
    for row in reader.rows(_LABELS):
        lang = row.get("lang", "").casefold()
        kind = "reading" if lang.startswith("ja-") else kinds[row["p"]]
        found[row["x"]].append((row["name"], kind, lang if lang in ("en", "ja") else ""))
    return dict(found)


def _named(reader: Reader, iri: str, labels: Sequence[_Label]) -> Named:
    """As the reader names it, without a question to the store for each."""
    first: dict[str, str] = {}
    for text, kind, lang in sorted(labels):
        if kind == "label":
            first.setdefault(lang, text)
    slug = reader.names.slug(iri)
    en = first.get("en") or first.get("ja") or slug
    return Named(iri, slug, en, first.get("ja") or en)


def _names(things: Sequence[Thing], labels: Mapping[str, Sequence[_Label]]) -> Iterator[Name]:
    for i, thing in enumerate(things):
        yield Name(i, thing.named.id, "id", "")
        for text, kind, lang in sorted(set(labels.get(thing.named.iri, ()))):
            yield Name(i, text, kind, lang)

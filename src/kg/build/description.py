"""The dataset about itself: VoID statistics, DCAT 3, PROV of the build (graph `dataset`).

It stands outside the version, which it names; it holds no clock, so builds repeat.
"""

from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version as package_version

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, serialize

from kg.core.names import Names

_TITLES = {
    "en": "JSIP: claims on Japan's strategic-industry policy",
    "ja": "JSIP：日本の戦略産業政策に関する主張のデータセット",
}
_PRIVATE = {"en": ", with a private overlay", "ja": "（非公開の追加データを含む）"}
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def describe(store: Store, names: Names, version: str, private: bool = False) -> bytes:
    """The description of a snapshot as sorted N-Quads (VoID; DCAT 3; PROV-O).

    A private one, with an overlay, names neither our licence nor us as its publisher.
    """
    about = _Describer(names, f"{names.base}dataset/{version}", private)
    quads = [
        *about.dataset(version),
        *about.totals(store),
        *about.partitions("class", "void:classPartition", "void:entities", _classes(store)),
        *about.partitions("property", "void:propertyPartition", "void:triples", _properties(store)),
        *about.graphs(_graphs(store)),
    ]
    lines = serialize(quads, format=RdfFormat.N_QUADS)
    assert lines is not None
    return b"".join(sorted(lines.splitlines(keepends=True)))


class _Describer:
    def __init__(self, names: Names, dataset: str, private: bool) -> None:
        self.names = names
        self.iri = dataset
        self.private = private

    def say(self, subject: str, predicate: str, value: NamedNode | Literal) -> Quad:
        graph = NamedNode(self.names.graph("dataset"))
        return Quad(NamedNode(subject), NamedNode(self.names.iri(predicate)), value, graph)

    def node(self, curie: str) -> NamedNode:
        return NamedNode(self.names.iri(curie))

    def dataset(self, version: str) -> Iterator[Quad]:
        stable, build = f"{self.names.base}dataset", f"{self.iri}#build"
        yield self.say(stable, "dcat:hasCurrentVersion", NamedNode(self.iri))
        for iri in (stable, self.iri):
            for cls in ("void:Dataset", "dcat:Dataset", "schema:Dataset"):
                yield self.say(iri, "rdf:type", self.node(cls))
            if not self.private:
                yield self.say(iri, "dct:license", NamedNode(_LICENCE))
                yield self.say(iri, "dct:publisher", NamedNode(self.names.id("jsip-editors")))
            for lang, title in _TITLES.items():
                more = _PRIVATE[lang] if self.private else ""
                yield self.say(iri, "dct:title", Literal(title + more, language=lang))
        yield self.say(self.iri, "dcat:version", Literal(version))
        yield self.say(self.iri, "dcat:isVersionOf", NamedNode(stable))
        yield self.say(self.iri, "void:uriSpace", Literal(self.names.base))
        for prefix in ("jsip", "skos", "prov", "oa", "org", "qb", "dct"):
            vocabulary = NamedNode(self.names.prefixes[prefix])
            yield self.say(self.iri, "void:vocabulary", vocabulary)
        yield self.say(self.iri, "prov:wasGeneratedBy", NamedNode(build))
        yield self.say(build, "rdf:type", self.node("prov:Activity"))
        software = Literal(f"jsip-kg {package_version('jsip-kg')}")
        yield self.say(build, "rdfs:label", software)

    def totals(self, store: Store) -> Iterator[Quad]:
        quads = list(store)
        yield self.count(self.iri, "void:triples", len(quads))
        yield self.count(self.iri, "void:distinctSubjects", len({q.subject for q in quads}))
        yield self.count(self.iri, "void:distinctObjects", len({q.object for q in quads}))
        yield self.count(self.iri, "void:classes", len(_classes(store)))
        yield self.count(self.iri, "void:properties", len(_properties(store)))

    def count(self, subject: str, predicate: str, number: int) -> Quad:
        return self.say(subject, predicate, Literal(number))

    def partitions(
        self, kind: str, link: str, counted: str, counts: Counter[str]
    ) -> Iterator[Quad]:
        for iri, number in counts.items():
            part = f"{self.iri}#{kind}-{self.names.curie(iri).replace(':', '-')}"
            yield self.say(self.iri, link, NamedNode(part))
            yield self.say(part, f"void:{kind}", NamedNode(iri))
            yield self.count(part, counted, number)

    def graphs(self, counts: Counter[str]) -> Iterator[Quad]:
        for iri, number in counts.items():
            yield self.say(self.iri, "void:subset", NamedNode(iri))
            yield self.say(iri, "rdf:type", self.node("void:Dataset"))
            yield self.count(iri, "void:triples", number)


def _classes(store: Store) -> Counter[str]:
    rdf_type = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    found = {(q.subject, q.object) for q in store.quads_for_pattern(None, rdf_type, None, None)}
    return Counter(cls.value for _, cls in found if isinstance(cls, NamedNode))


def _properties(store: Store) -> Counter[str]:
    return Counter(quad.predicate.value for quad in store)


def _graphs(store: Store) -> Counter[str]:
    return Counter(q.graph_name.value for q in store if isinstance(q.graph_name, NamedNode))

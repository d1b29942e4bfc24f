"""The dataset about itself: VoID statistics, DCAT 3, PROV of the build (graph `dataset`).

It stands outside the version, which it names; it holds no clock, so builds repeat.
"""

from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version as package_version

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, serialize

from kg.core.media import GRAPHS
from kg.core.names import Names

_TITLES = {
    "en": "JSIP: claims on Japan's strategic-industry policy",
    "ja": "JSIP：日本の戦略産業政策に関する主張のデータセット",
}
_ABSTRACTS = {
    "en": "Who said which number, where, when and on what basis, and which figures disagree: every "
    "fact is a claim that leads to its asserter, its source and the passage.",
    "ja": "どの数字を、誰が、いつ、どこで、何を根拠に述べたか。どの数値が食い違うか。"
    "あらゆる事実は主張であり、主張者・出典・該当箇所にたどれる。",
}
_KEYWORDS = {
    "en": ("Japan", "industrial policy", "budget", "content industry", "claims", "provenance"),
    "ja": ("日本", "産業政策", "予算", "コンテンツ産業", "主張", "来歴"),
}
_LANGUAGES = ("ENG", "JPN")
_LANGUAGE = "http://publications.europa.eu/resource/authority/language/"
_MEDIA = "https://www.iana.org/assignments/media-types/"
_PROTOCOL = "https://www.w3.org/TR/sparql11-protocol/"
_PRIVATE = {"en": ", with a private overlay", "ja": "（非公開の追加データを含む）"}
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def describe(store: Store, names: Names, version: str, private: bool = False) -> bytes:
    """The description of a snapshot as sorted N-Quads (VoID; DCAT 3; PROV-O).

    A private one, with an overlay, names neither our licence nor us as its publisher.
    """
    about = _Describer(names, f"{names.base}dataset/{version}", private)
    quads = [
        *about.dataset(version),
        *(() if private else about.catalogue(store)),
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

    def catalogue(self, store: Store) -> Iterator[Quad]:
        """What catalogues ask for (DCAT 3, §6): what it is about, and how to get at it."""
        stable = f"{self.names.base}dataset"
        for iri in (stable, self.iri):
            for lang, abstract in _ABSTRACTS.items():
                yield self.say(iri, "dct:description", Literal(abstract, language=lang))
            for lang, words in _KEYWORDS.items():
                for word in words:
                    yield self.say(iri, "dcat:keyword", Literal(word, language=lang))
            for code in _LANGUAGES:
                yield self.say(iri, "dct:language", NamedNode(_LANGUAGE + code))
            yield self.say(iri, "dct:spatial", NamedNode(self.names.concept("area", "japan")))
            yield self.say(iri, "dcat:landingPage", NamedNode(self.names.base))
        yield from self._time_covered(store)
        for example in ("takaichi-sanae", "c-gate-ai-content-004"):
            yield self.say(self.iri, "void:exampleResource", NamedNode(self.names.id(example)))
        yield from self._distributions()
        yield from self._service()

    def _time_covered(self, store: Store) -> Iterator[Quad]:
        """From the first to the last day of the periods that claims are about."""
        for bound, predicate, of in (("start", "firstDay", min), ("end", "lastDay", max)):
            days = store.quads_for_pattern(None, self.node(f"jsip:{predicate}"), None, None)
            found = [quad.object for quad in days if isinstance(quad.object, Literal)]
            if not found:
                return
            day = of(found, key=lambda literal: literal.value)
            yield self.say(f"{self.iri}#time", f"dcat:{bound}Date", day)
        yield self.say(self.iri, "dct:temporal", NamedNode(f"{self.iri}#time"))
        yield self.say(f"{self.iri}#time", "rdf:type", self.node("dct:PeriodOfTime"))

    def _distributions(self) -> Iterator[Quad]:
        for form in GRAPHS:
            part, address = f"{self.iri}#{form.name}", NamedNode(self._at(f"export/{form.name}"))
            yield self.say(self.iri, "dcat:distribution", NamedNode(part))
            yield self.say(self.iri, "void:dataDump", address)
            yield self.say(part, "rdf:type", self.node("dcat:Distribution"))
            yield self.say(part, "dcat:downloadURL", address)
            yield self.say(part, "dcat:mediaType", NamedNode(_MEDIA + form.type))
            yield self.say(part, "dct:license", NamedNode(_LICENCE))

    def _service(self) -> Iterator[Quad]:
        """The SPARQL endpoint, which serves the dataset."""
        service, endpoint = f"{self.names.base}dataset#sparql", NamedNode(self._at("sparql"))
        yield self.say(self.iri, "void:sparqlEndpoint", endpoint)
        yield self.say(service, "rdf:type", self.node("dcat:DataService"))
        yield self.say(service, "dct:title", Literal("SPARQL endpoint", language="en"))
        yield self.say(service, "dct:title", Literal("SPARQLエンドポイント", language="ja"))
        yield self.say(service, "dcat:endpointURL", endpoint)
        yield self.say(service, "dct:conformsTo", NamedNode(_PROTOCOL))
        yield self.say(service, "dcat:servesDataset", NamedNode(f"{self.names.base}dataset"))

    def _at(self, path: str) -> str:
        return f"{self.names.base}{path}"

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

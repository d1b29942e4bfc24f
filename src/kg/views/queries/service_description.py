"""What the endpoint says about itself: a SPARQL 1.1 Service Description (W3C, 2013)."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from kg.core.names import Names
from kg.views.record.claims import Reader

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_WRITTEN = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads",
)  # fmt: skip
_GRAPHS = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"


_DEFAULT = {
    True: ("The union of all named graphs", "すべての名前付きグラフの和集合"),
    False: ("The store's own default graph", "ストア自身の既定グラフ"),
}


def service_description(
    reader: Reader, endpoint: str, union: bool = True, writable: bool = False, graphs: bool = False
) -> list[Triple]:
    """The endpoint at an address: languages, formats, its dataset, VoID and the ready questions.

    `union` says whether the default graph is the union of the named ones, `writable` whether
    updates are taken at /update, `graphs` whether each named graph is listed, of which there is
    one for each source.
    """
    service = _Service(reader.names, endpoint)
    updates = service.updates() if writable else ()
    named = service.graphs(list(reader.rows(_GRAPHS))) if graphs else ()
    return [*service.triples(union), *named, *updates]


class _Service:
    def __init__(self, names: Names, endpoint: str) -> None:
        self._names, self._endpoint = names, endpoint

    def triples(self, union: bool) -> Iterator[Triple]:
        service, dataset, default = "#service", "#dataset", "#default-graph"
        yield self._says(service, "rdf:type", f"{_SD}Service")
        yield self._says(service, f"{_SD}endpoint", self._endpoint)
        yield self._says(service, f"{_SD}supportedLanguage", f"{_SD}SPARQL11Query")
        if union:
            yield self._says(service, f"{_SD}feature", f"{_SD}UnionDefaultGraph")
        for name in _WRITTEN:
            yield self._says(service, f"{_SD}resultFormat", f"{_FORMATS}{name}")
        yield self._says(service, f"{_SD}defaultDataset", dataset)
        yield self._says(dataset, "rdf:type", f"{_SD}Dataset")
        yield self._says(dataset, "dct:source", f"{self._names.base}dataset")
        yield from self._further(service, dataset)
        yield self._says(dataset, f"{_SD}defaultGraph", default)
        yield self._says(default, "rdf:type", f"{_SD}Graph")
        for lang, words in zip(("en", "ja"), _DEFAULT[union], strict=True):
            yield self._says(default, "rdfs:label", Literal(words, language=lang))

    def _further(self, service: str, dataset: str) -> Iterator[Triple]:
        """Where to read on: VoID, the list of named graphs, the ready questions."""
        site = self._endpoint.removesuffix("/sparql")
        yield self._says(dataset, "rdfs:seeAlso", f"{site}/.well-known/void")
        yield self._says(dataset, "rdfs:seeAlso", f"{self._endpoint}?graphs=true")
        yield self._says(service, "rdfs:seeAlso", f"{site}/query")

    def graphs(self, graphs: list[dict[str, str]]) -> Iterator[Triple]:
        """The named graphs of the dataset, and how many triples each has."""
        dataset = "#dataset"
        for number, row in enumerate(graphs, 1):
            named, graph = f"#named-graph-{number}", f"#graph-{number}"
            yield self._says(dataset, f"{_SD}namedGraph", named)
            yield self._says(named, "rdf:type", f"{_SD}NamedGraph")
            yield self._says(named, f"{_SD}name", row["g"])
            yield self._says(named, f"{_SD}graph", graph)
            yield self._says(graph, "rdf:type", f"{_SD}Graph")
            yield self._says(graph, "void:triples", Literal(int(row["n"])))

    def updates(self) -> Iterator[Triple]:
        """The service that takes updates, at an address of its own."""
        service = self._endpoint.removesuffix("/sparql") + "/update"
        yield self._says(service, "rdf:type", f"{_SD}Service")
        yield self._says(service, f"{_SD}endpoint", service)
        yield self._says(service, f"{_SD}supportedLanguage", f"{_SD}SPARQL11Update")
        yield self._says(service, f"{_SD}defaultDataset", "#dataset")

    def _says(self, subject: str, predicate: str, value: str | Literal) -> Triple:
        return Triple(
            self._node(subject),
            self._node(predicate),
            value if isinstance(value, Literal) else self._node(value),
        )

    def _node(self, name: str) -> NamedNode:
        """`#part` of the endpoint, a CURIE, or an IRI."""
        if name.startswith("#"):
            return NamedNode(self._endpoint + name)
        known = name.partition(":")[0] in self._names.prefixes
        return NamedNode(self._names.iri(name) if known else name)

"""One version of the record, opened for comparing: what it says of each thing, as plain fields.

Read are the graphs in which something is said for the first time: of sources, of entities, the
editorial one, and conflicts, which rules find. The other derived graphs repeat what claims say and
are asked for words alone.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Quad

from kg.core.names import Names
from kg.views.versions.sorted_lines import SortedLines

Fields = Mapping[str, tuple[str, ...]]
"""Values by the CURIE of their property; with `@lang` of words that have several languages."""

EDITORIAL, CONFLICTS, ENTITIES, READER = (
    "editorial", "derived-conflicts", "entities", "derived-reader",
)  # fmt: skip
_MOST_KEPT = 20_000  # records that are kept for a second look
# Words of a source, in its own language: a corrected language is a change of the source alone.
_OF_SOURCES = ("oa:exact", "jsip:printedForm", "jsip:surfaceForm")


@dataclass(frozen=True, slots=True)
class Record:
    """What one version says of one thing, by the graphs that say it."""

    slug: str
    home: str  # the graph of a source, or that of entities; empty where neither says anything
    own: Fields
    editorial: Fields
    conflicts: Fields
    label: tuple[str, str]  # in English and Japanese
    display: tuple[str, str]  # of a claim: its value in words

    @property
    def type(self) -> str:
        """The CURIE of its class; empty where there is none."""
        for fields in (self.own, self.editorial, self.conflicts):
            if found := fields.get("rdf:type"):
                return found[0]
        return ""

    def one(self, name: str) -> str:
        """The first value of a property, in whichever graph; empty where there is none."""
        for fields in (self.own, self.editorial, self.conflicts):
            if found := fields.get(name):
                return found[0]
        return ""


@dataclass(frozen=True)
class Version:
    """A snapshot, a release or a bundle: `kind` says which, `digest` is the record's version."""

    kind: str
    name: str
    digest: str
    lines: SortedLines
    names: Names
    _records: dict[str, Record] = field(default_factory=dict)
    _curies: dict[str, str] = field(default_factory=dict)

    def record(self, slug: str) -> Record:
        """What it says of a thing by the name that its IRI ends with."""
        if slug not in self._records:
            if len(self._records) >= _MOST_KEPT:
                self._records.clear()
            self._records[slug] = self._read(slug)
        return self._records[slug]

    def _read(self, slug: str) -> Record:
        graphs: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        home = ""
        for quad in self.lines.about(self.names.id(slug)):
            graph = self._graph(quad)
            if is_source(graph) or graph == ENTITIES:
                graph, home = "own", graph
            name, value = self._field(quad)
            graphs[graph][name].add(value)
        own, editorial, conflicts, reader = (
            {name: tuple(sorted(values)) for name, values in graphs[graph].items()}
            for graph in ("own", EDITORIAL, CONFLICTS, READER)
        )
        label = _words("rdfs:label", slug, own, reader, editorial)
        display = _words("jsip:displayValue", "", reader)
        return Record(slug, home, own, editorial, conflicts, label, display)

    def _graph(self, quad: Quad) -> str:
        name = quad.graph_name
        return self._curie(name.value).partition(":")[2] if isinstance(name, NamedNode) else ""

    def _curie(self, iri: str) -> str:
        """The short name of a graph or property, of which there are few."""
        if iri not in self._curies:
            self._curies[iri] = self.names.curie(iri)
        return self._curies[iri]

    def _field(self, quad: Quad) -> tuple[str, str]:
        name, value = self._curie(quad.predicate.value), quad.object
        if isinstance(value, NamedNode):
            return name, self.names.slug(value.value)
        if isinstance(value, Literal):
            tagged = value.language and name not in _OF_SOURCES
            return f"{name}@{value.language}" if tagged else name, value.value
        return name, str(value)


def is_source(graph: str) -> bool:
    """Whether a graph is that of a source."""
    return graph.startswith("source-")


def _words(name: str, default: str, *where: Fields) -> tuple[str, str]:
    """English and Japanese words of the first graph that has any, one for the other if need be."""
    for fields in where:
        en, ja = (fields.get(f"{name}@{lang}", ("",))[0] for lang in ("en", "ja"))
        if en or ja:
            return en or ja, ja or en
    return default, default

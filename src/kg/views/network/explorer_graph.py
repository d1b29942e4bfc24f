"""What an explorer walks: every edge that somebody claims, with who holds what of it.

Unlike the network of accepted edges this has the claims of every review, so that a reader may let
doubtful edges in. It is made once for a snapshot; steps from it ask the store nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg.views.network.network import Triple, accepted_edges, joined, node_prefixes, node_types
from kg.views.record.cards import Named
from kg.views.record.claims import Reader

if TYPE_CHECKING:
    from kg.views.network.network import Network

REVIEWS = ("accepted", "candidate", "disputed", "superseded", "rejected")
# claims in a conflict that nobody has settled: neither is rejected or replaced
_DISPUTED = """SELECT DISTINCT ?a ?b ?ra ?rb WHERE {
  ?conflict a jsip:Conflict ; jsip:involves ?a , ?b . ?a jsip:disagreesWith ?b .
  ?a jsip:reviewStatus ?ra . ?b jsip:reviewStatus ?rb
  OPTIONAL { ?conflict jsip:resolution ?verdict }
  FILTER(!BOUND(?verdict) || ?verdict = jsip:Open) }"""
_GONE = ("rejected", "superseded")
_CLAIMS = """SELECT ?claim ?s ?p ?o ?review ?on WHERE {
  ?claim rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; jsip:reviewStatus ?review
  FILTER(isIRI(?o)) OPTIONAL { ?claim jsip:assertedOn ?on } }"""


@dataclass(frozen=True, slots=True)
class Note:
    """One claim behind an edge: its id, what the editors hold of it, the day it was said."""

    id: str
    review: str
    said_on: str


@dataclass(frozen=True, slots=True)
class ExplorerEdge:
    """An edge as an explorer shows it; `review` is the best that the editors hold of it.

    `contested` says that no claim of it is accepted, or that one stands in an open conflict.
    """

    source: str
    target: str
    predicate: str
    en: str
    ja: str
    review: str
    claims: tuple[Note, ...]
    contested: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same edge."""
        return self.source, self.predicate, self.target


@dataclass(frozen=True, slots=True)
class EdgeFilter:
    """Which edges a reader wants to see."""

    reviews: frozenset[str] = frozenset({"accepted"})
    hidden: frozenset[str] = frozenset()  # predicates
    since: str = ""  # days, or years and months
    until: str = ""

    def passes(self, step: ExplorerEdge) -> bool:
        """True where review and predicate are wanted and some claim was made in the time."""
        if step.review not in self.reviews or step.predicate in self.hidden:
            return False
        return not (self.since or self.until) or any(map(self._in_time, step.claims))

    def _in_time(self, note: Note) -> bool:
        day, end = note.said_on, self.until
        return bool(day) and day >= self.since and (not end or day[: len(end)] <= end)


@dataclass(frozen=True)
class ExplorerGraph:
    """All entities and the edges between them."""

    network: Network
    kinds: Mapping[str, Named]
    _notes: Mapping[Triple, tuple[Note, ...]]
    _accepted: frozenset[Triple]
    _iris: Mapping[str, str] = field(default_factory=dict)
    _disputed: frozenset[str] = frozenset()  # ids of claims

    @classmethod
    def of(cls, reader: Reader) -> ExplorerGraph:
        """Reads every claim whose object is an entity or a browsed concept."""
        notes: dict[Triple, list[Note]] = defaultdict(list)
        inside = node_prefixes(reader)
        for row in reader.rows(_CLAIMS):
            if row["s"].startswith(inside) and row["o"].startswith(inside):
                review = row["review"].rpartition("/")[2]
                note = Note(reader.names.slug(row["claim"]), review, row.get("on", ""))
                notes[row["s"], row["p"], row["o"]].append(note)
        accepted = frozenset(accepted_edges(reader))
        graph = joined(reader, accepted | notes.keys(), accepted=False)
        sentences = {edge: tuple(sorted(of, key=lambda n: n.id)) for edge, of in notes.items()}
        types = node_types(reader, (data["iri"] for _, data in graph.nodes(data=True)))
        kinds = {
            reader.names.slug(iri).removeprefix("jsip:"): named
            for iri, named in reader.named(types.values()).items()
        }
        iris = {node: data["iri"] for node, data in graph.nodes(data=True)}
        return cls(graph, kinds, sentences, accepted, iris, _in_open_conflicts(reader))

    def node(self, name: str) -> dict[str, Any]:
        """An entity with its labels and type."""
        data = self.network.nodes[name]
        return {"id": name, "en": data["label_en"], "ja": data["label_ja"], "type": data["type"]}

    def steps(self, name: str) -> list[ExplorerEdge]:
        """Every edge at an entity, by predicate and end."""
        if name not in self.network:
            return []
        ends = [
            *self.network.out_edges(name, keys=True, data=True),
            *self.network.in_edges(name, keys=True, data=True),
        ]
        found = {(s, key, o): self._step(s, o, key, data) for s, o, key, data in ends}
        return sorted(found.values(), key=lambda e: (e.predicate, e.source, e.target))

    def between(self, names: Collection[str], sieve: EdgeFilter) -> list[ExplorerEdge]:
        """The edges of a sieve that join some of these entities."""
        inside = set(names)
        found = {
            step.key: step
            for name in sorted(inside)
            for step in self.steps(name)
            if step.source in inside and step.target in inside and sieve.passes(step)
        }
        return sorted(found.values(), key=lambda e: e.key)

    def triples(self, steps: Iterable[ExplorerEdge]) -> Iterator[Triple]:
        """Edges as they stand in the graph."""
        for step in steps:
            data = self.network.edges[step.source, step.target, step.predicate]
            yield self._iris[step.source], data["predicate"], self._iris[step.target]

    def iri(self, name: str) -> str:
        """The IRI of an entity of the ground."""
        return self._iris[name]

    def _step(self, source: str, target: str, key: str, data: Mapping[str, Any]) -> ExplorerEdge:
        edge = (self._iris[source], data["predicate"], self._iris[target])
        notes = self._notes.get(edge, ())
        review = "accepted" if edge in self._accepted else _held(notes)
        is_open = review != "accepted" or any(note.id in self._disputed for note in notes)
        labels = (data["label_en"], data["label_ja"])
        return ExplorerEdge(source, target, key, *labels, review, notes, is_open)


def _in_open_conflicts(reader: Reader) -> frozenset[str]:
    rows = [
        row
        for row in reader.rows(_DISPUTED)
        if not any(row[end].rpartition("/")[2] in _GONE for end in ("ra", "rb"))
    ]
    return frozenset(reader.names.slug(row[end]) for row in rows for end in ("a", "b"))


def _held(notes: Iterable[Note]) -> str:
    """The best review of claims that make no accepted edge: an accepted one has ended."""
    held = {note.review for note in notes}
    return next((review for review in REVIEWS[1:] if review in held), "superseded")

"""A part as a property graph, which Neo4j's CSV and Cypher share.

Nodes are entities and concepts, claims, disputes and sources, by IRI. Accepted edges join entities
and carry the IRIs of their claims and evidence; a claim, whatever its review, is joined to its
subject, its object where that is an entity, its asserter, and to each source with the passage.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg.outlets.export.claim_table import COLUMNS, CONFLICT, ClaimTable
from kg.outlets.export.part import Part
from kg.outlets.export.told import Told
from kg.outlets.tables import digits
from kg.views.network.network import node_prefixes

Value = str | int | float | list[str]
ENTITY = ("iri", "id", "label_en", "label_ja")
_NUMBERS = ("number", "lower", "upper", "confidence")
_ENDS_OF_CLAIMS = {
    "SUBJECT": "rdf:subject",
    "OBJECT": "rdf:object",
    "ASSERTED_BY": "jsip:assertedBy",
}
_ENDS = ("subject", "object", "asserter")
CLAIM = ("iri", "id", *(c for c in COLUMNS[2 : COLUMNS.index("evidence")] if c.rpartition("_")[0]
         not in _ENDS and c not in _ENDS))  # fmt: skip
DISPUTE = ("iri", "id", *CONFLICT[1:])
SOURCE = ("iri", "id", "class", *COLUMNS[COLUMNS.index("source_title") :])
EDGE = ("predicate", "label_en", "label_ja", "claims", "evidence")
PASSAGE = ("evidence", *COLUMNS[COLUMNS.index("level") : COLUMNS.index("source")])
TYPES = {**dict.fromkeys(_NUMBERS, "double"), **dict.fromkeys(("start", "end"), "int")}
"""The type of each property that is no text, as neo4j-admin names it."""
LISTS = frozenset({"claims", "evidence"})
"""Properties of edges that are lists of texts."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node by its IRI, with labels that are names of classes."""

    iri: str
    labels: tuple[str, ...]
    data: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Relation:
    """A directed relation between two nodes, with a type in capitals."""

    start: str
    type: str
    end: str
    data: Mapping[str, Value]


class PropertyGraph:
    """The nodes and relations of a part, each kind sorted by IRI."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._told = Told(part)
        self._table = ClaimTable(self._told)
        self._places = node_prefixes(part.reader)

    def entities(self) -> Iterator[Node]:
        """Entities and concepts: those of the network, and what claims and sources name."""
        named = {data["iri"]: data for _, data in self._part.network.nodes(data=True)}
        told = self._told
        ends = {end for claim in told.claims for end in self._ends(claim)}
        ends |= {iri for s in self._sources for iri in told.iris(s, "dct:publisher")}
        for iri in sorted(named.keys() | {end for end in ends if end.startswith(self._places)}):
            slug = told.names.slug(iri)
            kind = named[iri]["type"] if iri in named else told.text(iri, "rdf:type")
            labels = {f"label_{lang}": told.label(iri, lang) for lang in ("en", "ja")}
            data = {"iri": iri, "id": slug, **labels, **_texts(named.get(iri, {}), labels)}
            yield Node(iri, (_name(kind) or "Concept", "Entity", "Resource"), data)

    def claims(self) -> Iterator[Node]:
        """Claims with everything that is said of them but their passages."""
        for iri in self._told.claims:
            cells = self._table.claim(iri)
            data = _typed(cells, CLAIM[2:]) | {"iri": iri, "id": self._told.names.slug(iri)}
            yield Node(iri, ("Claim", "Resource"), data)

    def sources(self) -> Iterator[Node]:
        """Documents."""
        for iri in self._sources:
            data: dict[str, Value] = {"iri": iri, "id": self._told.names.slug(iri)}
            data["class"] = self._told.text(iri, "rdf:type")
            data |= _typed(self._table.source(iri), SOURCE[3:])
            yield Node(iri, ("Source", "Resource"), data)

    def disputes(self) -> Iterator[Node]:
        """Conflicts, questions of identity and cautions."""
        for row, _ in self._table.conflicts():
            iri = row["conflict"]
            data = {"iri": iri, "id": self._told.names.slug(iri), **_typed(row, CONFLICT[1:])}
            yield Node(iri, (_name(row["class"]) or "Conflict", "Dispute", "Resource"), data)

    def edges(self) -> Iterator[Relation]:
        """Accepted edges between entities."""
        nodes = self._part.network.nodes
        for start, end, key, data in self._part.network.edges(keys=True, data=True):
            cells = {column: data[column] for column in EDGE}
            ends = nodes[start]["iri"], nodes[end]["iri"]
            yield Relation(ends[0], _capitals(key), ends[1], cells)

    def statements(self) -> Iterator[Relation]:
        """What joins claims and sources to entities, and disputes to claims."""
        claims, told = self._told.claims, self._told
        ways = [(claims, kind, curie) for kind, curie in _ENDS_OF_CLAIMS.items()]
        for subjects, kind, curie in (*ways, (self._sources, "PUBLISHED_BY", "dct:publisher")):
            for subject in subjects:
                ends = (iri for iri in told.iris(subject, curie) if iri.startswith(self._places))
                yield from (Relation(subject, kind, end, {}) for end in ends)
        known = set(claims)
        for row, involved in self._table.conflicts():
            ends = (claim for claim in involved if claim in known)
            yield from (Relation(row["conflict"], "INVOLVES", end, {}) for end in ends)

    def passages(self) -> Iterator[Relation]:
        """From each claim to each source, with the passage."""
        known = set(self._sources)
        for claim in self._told.claims:
            for evidence in self._told.evidence(claim):
                cells = self._table.passage(evidence)
                source = cells.get("source", "")
                if source in known:
                    yield Relation(claim, "STATED_IN", source, _typed(cells, PASSAGE))

    @property
    def _sources(self) -> list[str]:
        return self._told.having("jsip:sourceTier")

    def _ends(self, claim: str) -> list[str]:
        return [iri for way in _ENDS_OF_CLAIMS.values() for iri in self._told.iris(claim, way)]


def _texts(given: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    return {key: given[key] for key in known if key in given}


def _typed(cells: Mapping[str, str], columns: Iterable[str]) -> dict[str, Value]:
    """The cells that hold something, numbers as such."""
    found = {column: _cell(column, cells.get(column, "")) for column in columns}
    return {column: value for column, value in found.items() if value != ""}


def _cell(column: str, text: str) -> Value:
    if column not in TYPES:
        return text
    number = digits(text)
    if not number or TYPES[column] == "double":
        return float(number) if number else ""
    return int(number)


def _name(kind: str) -> str:
    """A class's name as a label: letters, digits and underscores."""
    return re.sub(r"\W", "_", kind.split("; ")[0].rpartition("/")[2], flags=re.ASCII)


def _capitals(curie: str) -> str:
    """A predicate as the type of a relation.

    >>> _capitals("jsip:holdsPost")
    'HOLDS_POST'
    """
    local = re.split("[:/#]", curie)[-1]
    return _name(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", local)).upper() or "RELATED"

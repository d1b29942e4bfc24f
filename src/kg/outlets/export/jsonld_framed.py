"""JSON-LD 1.1 as trees, one file a class: a claim with its ends, asserter, passages and sources.

The files are for programs that read JSON and follow no references. What is named has its labels
where it is named; evidence, selectors, sources and reviews stand inside the claim that they are of.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Any, BinaryIO

from pyoxigraph import NamedNode

from kg.core.media import JSONLD_FRAMED
from kg.outlets.export.archive import archive
from kg.outlets.export.blocks import blocks
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.jsonld_text import context_of, node_of, property_kinds
from kg.outlets.export.part import Part
from kg.outlets.export.told import Told

_LABELLED = ("rdf:subject", "rdf:object", "jsip:assertedBy", "jsip:refPeriod", "jsip:assertedAt")
_ONLY_INSIDE = ("jsip:supportsClaim", "oa:exact", "oa:start", "jsip:reviewOf", "jsip:decidedStatus")


def export(part: Part, out: BinaryIO) -> None:
    """Writes one member a class, its things by IRI."""
    trees = _Trees(part)
    context = dict(context_of(part, trees.kinds))
    with archive(out) as zipped:
        for name, subjects in sorted(trees.classes().items()):
            with zipped.member(f"{name}.jsonld") as file:
                head = json.dumps(context, ensure_ascii=False)
                file.write(f'{{\n"@context": {head},\n"@graph": ['.encode())
                for place, subject in enumerate(subjects):
                    tree = json.dumps(trees.tree(subject), ensure_ascii=False, indent=1)
                    file.write(f"{',' if place else ''}\n{tree}".encode())
                file.write(b"\n]\n}\n")


class _Trees:
    """The trees of the things of a part."""

    def __init__(self, part: Part) -> None:
        self.told = Told(part)
        self.names = part.reader.names
        self.kinds = property_kinds(part.reader)

    def classes(self) -> Mapping[str, list[str]]:
        """The things of each class of ours, but for those that stand inside others."""
        inside = {iri for curie in _ONLY_INSIDE for iri in self.told.having(curie)}
        found = defaultdict[str, list[str]](list)
        for iri in self.told.having("rdf:type"):
            own = (self.names.split(t) for t in self.told.iris(iri, "rdf:type"))
            name = next((term[1] for term in own if term and term[0] == "jsip"), "")
            if name and iri.startswith(self.names.prefixes["id"]) and iri not in inside:
                found[re.sub(r"\W", "_", name)].append(iri)
        return found

    def tree(self, iri: str) -> dict[str, Any]:
        """A thing; a claim with everything that stands behind it."""
        node = self.node(iri)
        for curie in _LABELLED:
            self.put(node, iri, curie, self.labelled)
        self.put(node, iri, "jsip:reviewedIn", self.node)
        evidence = [self.passage(each) for each in self.told.evidence(iri)]
        return {**node, "@reverse": {"jsip:supportsClaim": evidence}} if evidence else node

    def passage(self, iri: str) -> dict[str, Any]:
        node = self.node(iri)
        node.pop("jsip:supportsClaim", None)  # it stands inside the claim
        self.put(node, iri, "oa:hasSelector", self.node)
        self.put(node, iri, "oa:hasSource", self.source)
        return node

    def source(self, iri: str) -> dict[str, Any]:
        node = self.node(iri)
        self.put(node, iri, "dct:publisher", self.labelled)
        return node

    def put(self, node: dict[str, Any], iri: str, curie: str, make: Callable[[str], Any]) -> None:
        """Puts what a property names in the place of its IRI; literals stay."""
        terms = self.told.terms(iri, curie)
        if terms and all(isinstance(term, NamedNode) for term in terms):
            made = [make(term.value) for term in terms if isinstance(term, NamedNode)]
            node[curie] = made[0] if len(made) == 1 else made

    def node(self, iri: str, only: Collection[str] = ()) -> dict[str, Any]:
        """What is told of a subject, all or by `only` some properties; else its IRI alone."""
        wanted = {self.names.iri(curie) for curie in only}
        told = (t for t in self.told.triples(iri) if not wanted or t.predicate.value in wanted)
        for block in blocks(sorted(told, key=str)):
            return node_of(block, self.kinds, self.names)
        return {"@id": self.names.curie(iri)}

    def labelled(self, iri: str) -> dict[str, Any]:
        """Id, class and labels."""
        return self.node(iri, ("rdf:type", "rdfs:label", "skos:prefLabel"))


EXPORTER = Exporter(
    JSONLD_FRAMED,
    "One graph as JSON-LD trees, a file a class: claims with their passages, sources and reviews.",
    "Which named graph a triple stands in, the ontology, the schemes but for labels, observations "
    "and all that is inferred. What several claims share is repeated in each.",
    export,
    "Every program that reads JSON; JSON-LD processors (pyld, jsonld.js).",
    'jq \'.["@graph"][] | .["jsip:printedForm"]\' MonetaryClaim.jsonld',
)

"""The mappings of the ontology as one SSSOM table: `ontology/mappings.sssom.tsv`.

    python scripts/mappings.py           writes the table
    python scripts/mappings.py --check   writes nothing; exits 1 where the table on disk differs

A row is a triple that the ontology holds, from a term or concept of ours to one of another
vocabulary: SKOS matches of concepts, and what our terms are below. `ontology/config/mappings.yaml`
says where identifiers were looked up; a match that it does not know is refused.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from pyoxigraph import Literal, NamedNode, Quad, parse

from kg.core.errors import KgError
from kg.core.names import Names, load_names
from kg.ledger.vocabulary import ontology_files

ONTOLOGY = Path(__file__).resolve().parents[1] / "ontology"
MATCHES = (
    "skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "rdfs:seeAlso",
)  # fmt: skip
BELOW = ("rdfs:subClassOf", "rdfs:subPropertyOf")
COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "object_id", "object_label",
    "mapping_justification", "mapping_date", "see_also", "comment",
)  # fmt: skip
_HEAD = {
    "mapping_set_id": "https://w3id.org/jsip/ontology/mappings.sssom.tsv",
    "mapping_set_title": "Mappings of the JSIP ontology and its concept schemes",
    "license": "https://creativecommons.org/licenses/by/4.0/",
}


@dataclass(frozen=True)
class Mappings:
    """The triples of an ontology folder, and what is known of the vocabularies they lead to."""

    names: Names
    quads: tuple[Quad, ...]
    known: Mapping[str, Any]

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The English label of every term and concept that has one, by IRI."""
        wanted = {self.names.iri("rdfs:label"), self.names.iri("skos:prefLabel")}
        return {
            quad.subject.value: quad.object.value
            for quad in self.quads
            if isinstance(quad.subject, NamedNode)
            and isinstance(quad.object, Literal)
            and (quad.predicate.value, quad.object.language) in {(p, "en") for p in wanted}
        }

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """All prefixes that a row may use: our own, and those of the vocabularies."""
        further = {p: about["iri"] for p, about in self.known["vocabularies"].items()}
        return {**self.names.prefixes, **further}

    def rows(self) -> Iterator[dict[str, str]]:
        """The rows, unsorted; raises KgError for a match that nobody looked up."""
        for quad in self.quads:
            subject, predicate, value = quad.subject, self.curie(quad.predicate.value), quad.object
            if not isinstance(subject, NamedNode) or not isinstance(value, NamedNode):
                continue
            is_ours = subject.value.startswith(self.names.base)
            if not is_ours or value.value.startswith(self.names.base):
                continue
            if predicate in MATCHES:
                yield self._row(subject.value, predicate, value.value, self._looked_up(quad))
            elif predicate in BELOW:
                yield self._row(subject.value, predicate, value.value, {})

    def curie(self, iri: str) -> str:
        """The IRI as `prefix:local`, by the longest prefix; raises KgError where none fits."""
        fitting = [(len(at), p, at) for p, at in self.prefixes.items() if iri.startswith(at)]
        if not fitting:
            raise KgError(f"No prefix fits {iri}; add its vocabulary to mappings.yaml.")
        _, prefix, start = max(fitting)
        return f"{prefix}:{iri[len(start) :]}"

    def _looked_up(self, quad: Quad) -> dict[str, str]:
        assert isinstance(quad.subject, NamedNode)
        assert isinstance(quad.object, NamedNode)
        prefix, _, local = self.curie(quad.object.value).partition(":")
        subject = self.curie(quad.subject.value)
        about = self.known["vocabularies"].get(prefix, {})
        if local not in about.get("labels", {}):
            raise KgError(f"{subject}: mappings.yaml does not say where {prefix}:{local} is from.")
        words = (about["note"], about.get("further", {}).get(local), self.known["why"].get(subject))
        return {
            "object_label": about["labels"][local],
            "mapping_date": str(self.known["looked_up_on"]),
            "see_also": about["see_also"],
            "comment": " ".join(word for word in words if word),
        }

    def _row(
        self, subject: str, predicate: str, value: str, further: dict[str, str]
    ) -> dict[str, str]:
        told = {
            "subject_id": self.curie(subject),
            "subject_label": self.labels[subject],
            "predicate_id": predicate,
            "object_id": self.curie(value),
            "object_label": self.labels.get(value, ""),
            "mapping_justification": "semapv:ManualMappingCuration",
        }
        return told | further


def mappings(ontology: Path = ONTOLOGY) -> Mappings:
    """The mappings of an ontology folder."""
    names = load_names(ontology / "config" / "base.yaml")
    known = yaml.safe_load((ontology / "config" / "mappings.yaml").read_text(encoding="utf-8"))
    files = (file for part in ontology_files(ontology) for file in part)
    quads = tuple(quad for file in files for quad in parse(path=str(file)))
    return Mappings(names, quads, known)


def table(held: Mappings) -> str:
    """The SSSOM table: metadata in comment lines, then sorted rows, tab-separated."""
    rows = sorted(held.rows(), key=lambda row: [row.get(column, "") for column in COLUMNS])
    ids = ("subject_id", "predicate_id", "object_id", "mapping_justification")
    used = {row[column].partition(":")[0] for row in rows for column in ids}
    prefixes = {**held.prefixes, "semapv": "https://w3id.org/semapv/vocab/"}
    head = {**_HEAD, "curie_map": {prefix: prefixes[prefix] for prefix in sorted(used)}}
    lines = [f"#{line}" for line in yaml.safe_dump(head, allow_unicode=True).splitlines()]
    lines.append("\t".join(COLUMNS))
    lines += ["\t".join(row.get(column, "") for column in COLUMNS) for row in rows]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Writes the table, or with --check compares it; 0 where it is as it should be."""
    file, made = ONTOLOGY / "mappings.sssom.tsv", table(mappings())
    if "--check" in arguments:
        same = file.exists() and file.read_text(encoding="utf-8") == made
        print("the table is up to date" if same else f"{file} differs; run scripts/mappings.py")
        return int(not same)
    file.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

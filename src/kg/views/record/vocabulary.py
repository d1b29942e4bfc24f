"""The ontology for people: its modules, and the terms of one with their definitions."""

from dataclasses import dataclass

from kg.core.names import Names
from kg.views.record.claims import Reader
from kg.views.record.sentences import Sentence

_NS = "ns"
_MODULE = "ontology/"
_MODULES = """SELECT ?module ?en ?ja (COUNT(?term) AS ?n) WHERE {
  ?module a owl:Ontology . ?term rdfs:isDefinedBy ?module .
  OPTIONAL { ?module dct:description ?en FILTER(LANG(?en) = "en") }
  OPTIONAL { ?module dct:description ?ja FILTER(LANG(?ja) = "ja") }
} GROUP BY ?module ?en ?ja ORDER BY ?module"""
_TERMS = """SELECT ?term ?kind ?en ?ja ?meaning ?meaning_ja WHERE {{
  ?term rdfs:isDefinedBy <{module}> ; rdfs:label ?en , ?ja ;
    skos:definition ?meaning , ?meaning_ja .
  FILTER(LANG(?en) = "en" && LANG(?ja) = "ja" && LANG(?meaning) = "en" && LANG(?meaning_ja) = "ja")
  BIND(IF(EXISTS {{ ?term a owl:Class }}, "class", "property") AS ?kind)
}} ORDER BY ?kind ?term"""


@dataclass(frozen=True, slots=True)
class Module:
    """A part of the ontology: its path under BASE, what it is for, how many terms it has."""

    path: str
    description: Sentence
    terms: int


@dataclass(frozen=True, slots=True)
class Term:
    """A class or property; `path` leads to all that the graph says of it."""

    curie: str
    path: str
    kind: str
    label: Sentence
    definition: Sentence


def modules(reader: Reader, path: str) -> list[Module]:
    """The modules of the ontology, for the page of the namespace; else none."""
    if path != _NS:
        return []
    return [
        Module(
            _path(reader.names, row["module"]),
            Sentence(row.get("en", ""), row.get("ja", "")),
            int(row["n"]),
        )
        for row in reader.rows(_MODULES)
    ]


def terms(reader: Reader, path: str) -> list[Term]:
    """The terms of the module at that path, classes first; none where it is no module."""
    if not path.startswith(_MODULE):
        return []
    names = reader.names
    return [
        Term(
            names.curie(row["term"]),
            _path(names, row["term"]),
            row["kind"],
            Sentence(row["en"], row["ja"]),
            Sentence(row["meaning"], row["meaning_ja"]),
        )
        for row in reader.rows(_TERMS.format(module=names.base + path))
    ]


def _path(names: Names, iri: str) -> str:
    return iri.removeprefix(names.base)

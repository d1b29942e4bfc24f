"""The ready questions as data (graph `queries`): SHACL SPARQL executables.

Each has its text, what it asks in both languages, and the endpoint that answers it.
"""

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from kg.core.bundle import shown
from kg.core.errors import KgError
from kg.core.names import Names
from kg.sparql.question_text import titles

_CLASSES = ("sh:SPARQLExecutable", "sh:SPARQLSelectExecutable")


def ready_questions(folder: Path, names: Names) -> Iterator[Quad]:
    """The quads of a folder of queries; raises KgError where one does not say what it asks."""
    graph = NamedNode(names.graph("queries"))
    for file in sorted(folder.glob("*.rq")):
        text = file.read_text(encoding="utf-8")
        asked = titles(text)
        if asked is None:
            raise KgError(
                f"{shown(file)}:1: the first two lines must be the question in en and ja."
            )
        query = NamedNode(f"{names.base}query/{file.stem}")
        told: list[tuple[str, NamedNode | Literal]] = [
            *(("rdf:type", NamedNode(names.iri(cls))) for cls in _CLASSES),
            ("sh:select", Literal(text)),
            ("schema:target", NamedNode(f"{names.base}sparql")),
            *(
                ("rdfs:comment", Literal(words, language=lang))
                for words, lang in zip(asked, ("en", "ja"), strict=True)
            ),
        ]
        for predicate, value in told:
            yield Quad(query, NamedNode(names.iri(predicate)), value, graph)

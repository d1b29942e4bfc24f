"""Quads from names and values, for the modules that say how a ledger looks in RDF."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from kg.core.model import Ref, Text, Typed, Value
from kg.core.names import Names


@dataclass(frozen=True, slots=True)
class Writer:
    """Makes quads of one graph from names and values."""

    names: Names
    graph: str

    def about(self, slug: str, *facts: tuple[str, Value | None]) -> Iterator[Quad]:
        """Quads with the given subject; None says nothing."""
        subject = NamedNode(self.names.id(slug))
        graph = NamedNode(self.names.graph(self.graph))
        for predicate, value in facts:
            if value is not None:
                yield Quad(subject, NamedNode(self.names.iri(predicate)), self.term(value), graph)

    def term(self, value: Value) -> NamedNode | Literal:
        """The RDF term of a value."""
        if isinstance(value, Text):
            return Literal(value.value, language=value.lang)
        if isinstance(value, Typed):
            xsd = self.names.prefixes["xsd"]
            return Literal(value.value, datatype=NamedNode(xsd + value.datatype))
        scheme, slash, notation = value.name.partition("/")
        if slash:
            return NamedNode(self.names.concept(scheme, notation))
        return NamedNode(self.names.iri(value.name))


def note(text: str, lang: str = "en") -> Text | None:
    """Words of the editors in one language."""
    return Text(text, lang) if text else None


def notes(predicate: str, en: str, ja: str) -> tuple[tuple[str, Text | None], ...]:
    """Words of the editors in English, and the same in Japanese where they are given."""
    return (predicate, note(en)), (predicate, note(ja, "ja"))


def link(slug: str) -> Ref | None:
    """The entity, claim, source … of a slug."""
    return Ref(f"id:{slug}") if slug else None


def concept(scheme: str, notation: str) -> Ref | None:
    """The concept of a scheme."""
    return Ref(f"{scheme}/{notation}") if notation else None


def day(text: str) -> Typed | None:
    """An xsd:date."""
    return Typed(text, "date") if text else None


def integer(number: int | None) -> Typed | None:
    """An xsd:integer."""
    return Typed(str(number), "integer") if number is not None else None

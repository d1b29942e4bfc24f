"""Every figure that is claimed, with who says it and the passage."""

from collections.abc import Iterable, Sequence

from kg.views.record.cards import ClaimCard
from kg.views.record.claims import Reader, values

_FIGURES = """SELECT DISTINCT ?claim ?about ?what WHERE {
  ?claim jsip:printedForm ?printed ; rdf:subject ?about ; rdf:predicate ?what
} ORDER BY ?about ?what ?claim"""


def figure_claims(reader: Reader) -> Sequence[str]:
    """The IRIs of claims that state a figure, rejected ones too, in the order of their subjects."""
    return list(dict.fromkeys(row["claim"] for row in reader.rows(_FIGURES)))


def figures(reader: Reader, iris: Iterable[str]) -> list[ClaimCard]:
    """Some of these claims, in the same order."""
    shown = values(iris)
    found = reader.claims(f"VALUES ?claim {{ {shown} }}") if shown else []
    return sorted(found, key=lambda c: (c.subject.iri, c.predicate.iri, c.id))

"""Every figure that is claimed, with who says it and the passage."""

from kg.views.record.cards import ClaimCard
from kg.views.record.claims import Reader, values


def figures(reader: Reader, limit: int, offset: int = 0) -> tuple[int, list[ClaimCard]]:
    """How many number claims there are, rejected ones included, and some of them.

    They stand in the order of what they are about.
    """
    total = next(reader.rows(f"SELECT (COUNT(DISTINCT ?claim) AS ?n) WHERE {{ {_FIGURES} }}"))["n"]
    rows = reader.rows(
        f"SELECT ?claim WHERE {{ {_FIGURES} ?claim rdf:subject ?about ; rdf:predicate ?what }} "
        f"ORDER BY ?about ?what ?claim LIMIT {limit} OFFSET {offset}"
    )
    shown = values(row["claim"] for row in rows)
    found = reader.claims(f"VALUES ?claim {{ {shown} }}") if shown else []
    return int(total), sorted(found, key=lambda c: (c.subject.iri, c.predicate.iri, c.id))


_FIGURES = "?claim jsip:printedForm ?printed ."

"""Every figure that is claimed, with who says it and the passage."""

from kg.views.claims import ClaimCard, Reader


def figures(reader: Reader) -> list[ClaimCard]:
    """All number claims, rejected ones included, by what they are about."""
    claims = reader.claims("?claim jsip:valueQualifier ?numbers .")
    return sorted(claims, key=lambda c: (c.subject.en, c.predicate.en, c.id))

"""The claims and passages behind one edge, and claims by what they say and who says it."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from kg.core.errors import UnknownName
from kg.views.claims import ClaimCard, Reader


def why(reader: Reader, subject: str, predicate: str, value: str) -> list[ClaimCard]:
    """Claims of a subject, property and object, whatever their review; all given as IRIs.

    The object is an IRI, a number or a text; a number matches by value. Raises UnknownName,
    naming what is claimed instead, where nobody claims it.
    """
    claims = reader.claims(
        f"VALUES ?s {{ <{subject}> }} VALUES ?p {{ <{predicate}> }} "
        "?claim rdf:subject ?s ; rdf:predicate ?p ."
    )
    found = [claim for claim in claims if _is(claim, value)]
    if not found:
        what = f"{reader.names.slug(subject)} {reader.names.slug(predicate)} claim"
        raise UnknownName(what, reader.names.slug(value), _objects(claims))
    return found


def _is(claim: ClaimCard, value: str) -> bool:
    if claim.value == value or (claim.object is not None and claim.object.id == value):
        return True
    try:
        return bool(claim.unit) and Decimal(claim.value) == Decimal(value)
    except InvalidOperation:
        return False


def _objects(claims: Sequence[ClaimCard]) -> list[str]:
    return [claim.object.id if claim.object else claim.value for claim in claims]


FILTERS = {
    "subject": "?claim rdf:subject <{}> .",
    "predicate": "?claim rdf:predicate <{}> .",
    "object": "?claim rdf:object <{}> .",
    "asserter": "?claim jsip:assertedBy <{}> .",
    "source": "?_e jsip:supportsClaim ?claim ; oa:hasSource <{}> .",
    "status": "?claim jsip:assertionStatus <{}> .",
    "review": "?claim jsip:reviewStatus <{}> .",
}


def claims_by(reader: Reader, **wanted: str) -> list[ClaimCard]:
    """Claims that match every given filter (see FILTERS), each an IRI."""
    patterns = [FILTERS[name].format(iri) for name, iri in wanted.items() if iri]
    return reader.claims(" ".join(patterns) or "?claim jsip:assertionStatus ?_status .")

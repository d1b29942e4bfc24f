"""The claims and passages behind one edge, and claims by what they say and who says it."""

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation

from kg.core.errors import UnknownName
from kg.text.bounds import canonical
from kg.views.queries.questions import is_iri, term
from kg.views.record.cards import ClaimCard
from kg.views.record.claims import Reader, values


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


def beside(reader: Reader, claim: ClaimCard) -> list[ClaimCard]:
    """All claims on the question that a claim answers, itself included."""
    claims = reader.claims(
        f"VALUES ?s {{ <{claim.subject.iri}> }} ?claim rdf:subject ?s ; "
        f"rdf:predicate <{claim.predicate.iri}> ."
    )
    return [other for other in claims if other.key == claim.key or not other.key]


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
    "source": "{{ SELECT DISTINCT ?claim "
    "WHERE {{ ?by oa:hasSource <{}> ; jsip:supportsClaim ?claim }} }}",
    "status": "?claim jsip:assertionStatus <{}> .",
    "review": "?claim jsip:reviewStatus <{}> .",
}
_ANY = "?claim jsip:assertionStatus ?any ."
_VALUE = "?claim rdf:object ?value . FILTER(STR(?value) = {})"


def claims_by(
    reader: Reader, limit: int, offset: int = 0, **wanted: str
) -> tuple[int, list[ClaimCard]]:
    """How many claims match every given filter, and some of them by id.

    Filters are those of FILTERS, each with an IRI; an object may be a number or a text, too.
    """
    patterns = (_pattern(reader, name, value) for name, value in wanted.items() if value)
    where = " ".join([_ANY, *patterns])
    total = next(reader.rows(f"SELECT (COUNT(DISTINCT ?claim) AS ?n) WHERE {{ {where} }}"))["n"]
    rows = reader.rows(
        f"SELECT DISTINCT ?claim WHERE {{ {where} }} ORDER BY ?claim LIMIT {limit} OFFSET {offset}"
    )
    found = values(row["claim"] for row in rows)
    return int(total), reader.claims(f"VALUES ?claim {{ {found} }}") if found else []


def _pattern(reader: Reader, name: str, value: str) -> str:
    if name != "object" or is_iri(value):
        return FILTERS[name].format(value)
    with suppress(InvalidOperation):
        value = canonical(Decimal(value))
    return _VALUE.format(term("text", value, reader.names))


def claims_behind(reader: Reader, iri: str) -> list[ClaimCard]:
    """The claim that an IRI is, those that a passage supports, or those that a source supports."""
    return reader.claims(
        f"{{ SELECT DISTINCT ?claim WHERE {{ {{ BIND(<{iri}> AS ?claim) }} "
        f"UNION {{ <{iri}> jsip:supportsClaim ?claim }} "
        f"UNION {{ ?by oa:hasSource <{iri}> ; jsip:supportsClaim ?claim }} "
        "?claim rdf:subject ?subject } }"
    )

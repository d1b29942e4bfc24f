"""Finds what a reader means: by slug, CURIE, IRI, or a name as people write it."""

from collections.abc import Callable, Mapping

from kg.core.errors import KgError, UnknownName
from kg.views.finding.search import SearchIndex
from kg.views.queries.questions import Question, bind, resolve
from kg.views.record.cards import ClaimCard
from kg.views.record.claims import Reader
from kg.views.record.entity import is_entity, known_entities
from kg.views.record.why import claims_behind

_SURE = 0.75  # below this a look-up is a guess, and a guess is not shown as an answer
_LOOKED_AT = 5


def find_entity(reader: Reader, name: str, index: Callable[[], SearchIndex] | None = None) -> str:
    """The IRI of the entity or concept that a name means; raises UnknownName with the nearest.

    `index` gives that of the same snapshot, where the caller keeps one.
    """
    iri = _resolved(reader, name)
    if iri and is_entity(reader, iri):
        return iri
    known = known_entities(reader)
    names = index() if index else SearchIndex.of(reader)
    hits = names.find(name, limit=_LOOKED_AT)
    hits = [hit for hit in hits if hit.id in known]  # documents are found too, and are no entities
    if hits and hits[0].score >= _SURE:
        return hits[0].iri
    raise UnknownName("entity", name, [*known, *(hit.id for hit in hits)])


def bind_names(reader: Reader, question: Question, values: Mapping[str, str]) -> str:
    """A ready question's SPARQL with parameters bound; what is asked about may be a name.

    Raises UnknownName with the nearest for a name that nothing in the graph bears.
    """
    kinds = {parameter.name: parameter.kind for parameter in question.parameters}
    found = {
        name: named_thing(reader, value) if kinds.get(name) == "IRI" else value
        for name, value in values.items()
    }
    return bind(question, found, reader.names)


def named_thing(reader: Reader, name: str) -> str:
    """An entity's IRI; a source, claim, term or foreign IRI stays as it resolves."""
    iri = _resolved(reader, name)
    if iri and next(reader.rows(f"SELECT ?p {{ <{iri}> ?p ?o }} LIMIT 1"), None):
        return iri
    return find_entity(reader, name)


def find_claims(reader: Reader, name: str) -> list[ClaimCard]:
    """The claims that the slug or IRI of a claim, a passage or a source stands for."""
    iri = _resolved(reader, name)
    return claims_behind(reader, iri) if iri else []


def find_property(reader: Reader, name: str) -> str:
    """The IRI of a claimable property, its prefix left out for own ones."""
    rows = reader.rows("SELECT ?p WHERE { ?p a jsip:ClaimableProperty }")
    known = {reader.names.curie(row["p"]): row["p"] for row in rows}
    for curie in (name, f"jsip:{name}", reader.names.curie(name)):
        if curie in known:
            return known[curie]
    raise UnknownName("property", name, (c.removeprefix("jsip:") for c in known))


def find_object(reader: Reader, name: str) -> str:
    """The IRI of an entity or concept; anything else is taken as the value itself."""
    iri = _resolved(reader, name)
    if iri and is_entity(reader, iri):
        return iri
    ends = f"/{name}"
    concepts = [c for c in known_entities(reader) if c.endswith(ends)]
    return resolve(concepts[0], reader.names) if len(concepts) == 1 else name


def claim_filters(
    reader: Reader, wanted: Mapping[str, str], find: Callable[[str], str] | None = None
) -> dict[str, str]:
    """What `claims_by` filters by, from names as people write them; empty ones are left out.

    `find` gives the IRI of an entity, where the caller has an index. Raises UnknownName for an
    entity, KgError for a property, a status or a review that there is none of.
    """
    entity = find or (lambda name: find_entity(reader, name))
    how: dict[str, Callable[[str], str]] = {
        "subject": entity,
        "predicate": lambda name: _or_refused(lambda: find_property(reader, name)),
        "object": lambda name: find_object(reader, name),
        "asserter": entity,
        "source": lambda name: resolve(name, reader.names),
        "status": lambda name: _or_refused(lambda: find_concept(reader, "assertion-status", name)),
        "review": lambda name: _or_refused(lambda: find_concept(reader, "review-status", name)),
    }
    return {name: how[name](value) for name, value in wanted.items() if value}


def _or_refused(look: Callable[[], str]) -> str:
    """A filter that is not known is a fault of the request, not of what it is about."""
    try:
        return look()
    except UnknownName as error:
        raise KgError(str(error)) from error


def find_concept(reader: Reader, scheme: str, notation: str) -> str:
    """The IRI of a concept of one scheme; raises UnknownName with the nearest."""
    head = f"{scheme}/"
    known = [slug.removeprefix(head) for slug in known_entities(reader) if slug.startswith(head)]
    if notation not in known:
        raise UnknownName(scheme.replace("-", " "), notation, known)
    return reader.names.concept(scheme, notation)


def _resolved(reader: Reader, name: str) -> str:
    try:
        return resolve(name, reader.names)
    except KgError:
        return ""

"""Claims that Wikidata could state too: both ends have an item there, and the property is known.

Only claims that the editors accepted, and only relations whose property in Wikidata means the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.outlets.export.part import Part
from kg.outlets.export.told import Told

_PROPERTIES = {
    "jsip:holdsPost": "P39",  # position held
    "jsip:memberOf": "P463",  # member of
    "org:subOrganizationOf": "P749",  # parent organization
}
_ITEM = re.compile(r"http://www\.wikidata\.org/entity/(Q[1-9]\d*)")
NOTE = (
    "A draft for a person to check: whether Wikidata has the statement already is not looked up, "
    "and Wikidata takes only what may stand under CC0."
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A source of a statement."""

    url: str
    title: str
    language: str
    issued: str


@dataclass(frozen=True, slots=True)
class ItemStatement:
    """One statement between two items, with days as precise as printed, or empty."""

    claim: str
    item: str
    property: str
    value: str
    start: str
    end: str
    references: tuple[Reference, ...]


def item_statements(part: Part) -> Iterator[ItemStatement]:
    """The statements of a part, by claim."""
    told = Told(part)
    for claim in told.claims:
        items = [_item(told, claim, end) for end in ("rdf:subject", "rdf:object")]
        curie = told.names.curie(told.one(claim, "rdf:predicate"))
        if all(items) and curie in _PROPERTIES and _is_accepted(told, claim):
            yield ItemStatement(
                claim,
                items[0],
                _PROPERTIES[curie],
                items[1],
                told.text(claim, "jsip:startDate"),
                told.text(claim, "jsip:endDate"),
                tuple(_references(told, claim)),
            )


def _is_accepted(told: Told, claim: str) -> bool:
    return told.text(claim, "jsip:reviewStatus") == "accepted"


def _item(told: Told, claim: str, end: str) -> str:
    found = (
        match[1]
        for entity in told.iris(claim, end)
        for same in told.iris(entity, "schema:sameAs")
        if (match := _ITEM.fullmatch(same))
    )
    return next(found, "")


def _references(told: Told, claim: str) -> Iterator[Reference]:
    for evidence in told.evidence(claim):
        for source in told.iris(evidence, "oa:hasSource"):
            yield Reference(
                told.text(source, "schema:url"),
                told.text(source, "dct:title"),
                told.text(source, "dct:language"),
                told.text(source, "dct:issued"),
            )

"""What names are known, and what is found of them."""

from collections.abc import Mapping
from dataclasses import dataclass

PERSON, BODY, FIRM, OUTLET, POLICY, WORK, POST = (
    "person", "body", "firm", "outlet", "policy", "work", "post",
)  # fmt: skip
LABEL, ALIAS, READING, HIDDEN = "label", "alias", "reading", "hidden"

SORTS: Mapping[str, str] = {
    "Person": PERSON, "PublicBody": BODY, "Government": BODY, "Cabinet": BODY,
    "Organisation": BODY, "IndustryAssociation": BODY, "PoliticalParty": BODY,
    "ResearchOrganisation": BODY, "InternationalOrganisation": BODY, "Company": FIRM,
    "NewsOrganisation": OUTLET, "Plan": POLICY, "Strategy": POLICY, "Law": POLICY,
    "Programme": POLICY, "TaxMeasure": POLICY, "Regulation": POLICY, "Publication": WORK,
    "Post": POST,
}  # fmt: skip
"""The sort of each class of the ontology whose names are names in a text.

Posts are none, but their names hide those of bodies in them (Minister of Finance, not METI
minister). Events, series,
targets and amounts have descriptions for labels, which no text prints.
"""


@dataclass(frozen=True, slots=True)
class KnownName:
    """One surface of one thing.

    `kind` is `label`, `alias`, `reading` or `hidden`: a hidden one is a misspelling that the record
    knows. `sort` is a value of `SORTS`. `weight` is how much the record says of the thing; a family
    name alone is taken for somebody only where that is at least `PROMINENT`, or where the whole
    name stands in the same text.
    """

    surface: str
    id: str
    kind: str
    sort: str
    weight: int = 0


PROMINENT = 5
"""Claims about a person from which a family name alone is enough."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name in a text; offsets are code points, end exclusive.

    `id` is the slug of who is meant, None for one that is not known. `damaged` is true of a
    misspelling. `candidates` are all that may be meant where that is more than told by `id`.
    """

    start: int
    end: int
    surface: str
    id: str | None
    damaged: bool = False
    candidates: tuple[str, ...] = ()

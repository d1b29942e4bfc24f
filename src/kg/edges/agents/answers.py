"""What the tools answer: every value with its claim, the words quoted, the version."""

from dataclasses import dataclass, field
from typing import Any

from kg.text.words import hedged


@dataclass(frozen=True)
class Passage:
    """Words of a document: the quote, the document's title, publisher, day and address."""

    quote: str
    source: str
    title: str
    publisher: str
    issued: str
    url: str


@dataclass(frozen=True)
class Claim:
    """One claim: who says what of which thing, how it stands, in which words."""

    iri: str
    subject: str
    property: str
    value: str
    value_ja: str
    period: str
    asserter: str
    asserted_on: str
    kind_of_statement: str
    review: str
    passages: list[Passage]


@dataclass(frozen=True)
class Hit:
    """Something that a search found; `claim` where it is one."""

    id: str
    iri: str
    kind: str
    label: str
    label_ja: str
    score: float
    matched: str


@dataclass(frozen=True)
class Found:
    """Hits of a search, best first."""

    version: str
    hits: list[Hit]


@dataclass(frozen=True)
class Claims:
    """Claims, and how many more there are."""

    version: str
    claims: list[Claim]
    more: int = 0


@dataclass(frozen=True)
class Advice:
    """What to print of one property, why, and with which warnings."""

    property: str
    print: str
    why: str
    warnings: list[str]


@dataclass(frozen=True)
class Entity:
    """A thing, what is claimed of it, and what to print."""

    version: str
    iri: str
    name: str
    name_ja: str
    type: str
    other_names: list[str]
    advice: list[Advice]
    claims: list[Claim]
    more: int


@dataclass(frozen=True)
class Dispute:
    """A conflict, a question of identity or a caution with its claims."""

    iri: str
    kind: str
    state: str
    reason: str
    favours: str
    claims: list[Claim]


@dataclass(frozen=True)
class Disputes:
    """Where sources disagree, and how many more there are."""

    version: str
    disputes: list[Dispute]
    more: int


@dataclass(frozen=True)
class Rows:
    """Rows of a SELECT or ASK; `is_cut` where the query gave more than are shown."""

    version: str
    columns: list[str]
    rows: list[list[str]]
    is_cut: bool


@dataclass(frozen=True)
class Data:
    """An answer of the API as it is."""

    version: str
    data: dict[str, Any] = field(default_factory=dict)


def claim_of(said: dict[str, Any]) -> Claim:
    """A claim of the JSON API, shortened."""
    period = said.get("period") or said.get("fiscal_period") or {}
    value, value_ja = hedged(said["qualifier"], said["value_en"], said["value_ja"])
    return Claim(
        iri=said["iri"],
        subject=said["subject"]["en"],
        property=said["predicate"]["en"],
        value=value,
        value_ja=value_ja,
        period=period.get("en", ""),
        asserter=said["asserter"]["en"],
        asserted_on=said["asserted_on"],
        kind_of_statement=said["status"]["en"],
        review=said["review"]["en"],
        passages=[_passage(one) for one in said["passages"]],
    )


def _passage(said: dict[str, Any]) -> Passage:
    source = said["source"]
    return Passage(
        quote=said["quote"],
        source=source["iri"],
        title=source["title"],
        publisher=source["publisher"]["en"],
        issued=source["issued"],
        url=source["url"],
    )

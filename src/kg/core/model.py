"""Plain, frozen values of the ledger: sources, claims, evidence, reviews. No RDF here.

Strings that name something hold slugs (`takaichi-sanae`), CURIEs of terms (`jsip:amount`),
`scheme/notation` of concepts, or lexical forms as the tables give them.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Text:
    """Words in a language (BCP 47 tag)."""

    value: str
    lang: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A literal value with its XSD datatype (`decimal`, `date`, `integer` …)."""

    value: str
    datatype: str


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to an entity, concept, term or currency, as a CURIE or `scheme/notation`."""

    name: str


Value = Ref | Typed | Text


@dataclass(frozen=True, slots=True)
class Identifier:
    """A name in another register, with the place that gives it."""

    scheme: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True)
class Entity:
    """What claims are about: what it is called, its kind, what it is about and where; no claim."""

    slug: str
    cls: str
    labels: tuple[Text, ...]
    alt_labels: tuple[Text, ...] = ()
    hidden_labels: tuple[Text, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    dimensions: tuple[tuple[str, Ref], ...] = ()
    about: tuple[Ref, ...] = ()
    area: Ref | None = None
    note: str = ""
    note_ja: str = ""
    replaced_by: str = ""
    label_editors: tuple[str, ...] = ()  # languages of names that the editors gave
    cues: tuple[Text, ...] = ()  # words by which running text speaks of it
    looked_until: str = ""  # day to which the sources were read
    growth_of: str = ""  # of a series of growth rates: the series of levels
    several_seats: bool = False  # of a post


@dataclass(frozen=True, slots=True)
class Period:
    """A span of time, minted from its slug by rule (ontology.md §2)."""

    slug: str
    cls: str
    labels: tuple[Text, Text]
    start: str = ""
    end: str = ""
    years: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A document that evidence comes from: one named graph each."""

    slug: str
    kind: str
    publisher: str
    language: str
    tier: str
    level: str
    date_basis: str
    title: Text | None = None
    issued: str = ""
    url: str = ""
    archived_url: str = ""
    cites: tuple[str, ...] = ()
    digest: str = ""
    length: int = 0
    note: str = ""

    @property
    def graph(self) -> str:
        """The name of the source's own graph."""
        return "source-" + self.slug.removeprefix("src-")

    @property
    def snapshot(self) -> str:
        """The slug of the held text, where the level is verified."""
        return "snap-" + self.slug.removeprefix("src-") if self.level == "verified" else ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One passage of a source for a claim; positions in code points, end exclusive."""

    slug: str
    claim: str
    source: str
    quote: str
    start: int | None = None
    end: int | None = None
    role: str = ""
    supports: tuple[str, ...] = ()  # the parts of the claim that the words hold


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as an interval: what the words around it allow (ontology.md §4.3)."""

    value: Decimal
    unit: str
    qualifier: str
    printed: str
    lower: Decimal | None = None
    upper: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One proposition as one agent asserts it; never without evidence."""

    slug: str
    cls: str
    subject: Ref
    predicate: str
    object: Value
    key: str
    source: str
    status: str
    asserted_by: str
    date_basis: str
    attribution: str
    confidence: str
    quantity: Quantity | None = None
    period: str = ""
    period_basis: str = ""
    qualifiers: tuple[tuple[str, Ref], ...] = ()
    start_date: Typed | None = None
    end_date: Typed | None = None
    asserted_on: str = ""
    event: str = ""
    note: str = ""
    note_ja: str = ""
    object_ja: str = ""  # what an English text that is the object says, in Japanese


@dataclass(frozen=True, slots=True)
class Mention:
    """A surface name in a held text, and whom it means."""

    slug: str
    source: str
    surface: str
    start: int
    end: int
    refers_to: str
    quality: str


@dataclass(frozen=True, slots=True)
class Review:
    """One dated decision on a source or a claim."""

    slug: str
    target: str
    status: str
    rank: str
    reason: str
    guideline: str
    agent: str
    on: str
    fields: tuple[str, ...] = ()  # looked at; `!` before what the reviewer found wrong
    reason_ja: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """A dated note on what a claim of the record said wrongly; `told_by` may be empty."""

    slug: str
    claim: str
    on: str
    what: str
    what_ja: str
    told_by: str


@dataclass(frozen=True, slots=True)
class Agent:
    """Who reviews: a handle; `kind` is person, group or tool."""

    slug: str
    kind: str
    version: str
    note: str
    is_entity: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Claims that the editors set side by side, and what they decided.

    `kind` is conflict, identity or caution; a caution has a reason of its scheme, the other two a
    resolution, a conflict also a type.
    """

    slug: str
    kind: str
    claims: tuple[str, ...]
    type: str
    caution: str
    resolution: str
    favours: str
    reason: Text
    reason_ja: Text


@dataclass(frozen=True, slots=True)
class Relation:
    """An editors' link from one claim to another."""

    claim: str
    relation: str
    other: str
    reason: str
    reason_ja: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything that the tables say, checked row by row."""

    entities: tuple[Entity, ...]
    periods: tuple[Period, ...]
    sources: tuple[Source, ...]
    claims: tuple[Claim, ...]
    evidence: tuple[Evidence, ...]
    mentions: tuple[Mention, ...]
    reviews: tuple[Review, ...]
    verdicts: tuple[Verdict, ...]
    relations: tuple[Relation, ...]
    agents: tuple[Agent, ...] = ()
    corrections: tuple[Correction, ...] = ()

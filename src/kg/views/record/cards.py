"""Claims, passages and documents as plain values for readers."""

from dataclasses import dataclass
from decimal import Decimal

from kg.text.words import RANGES, TOLD, hedged


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """Something with an IRI and its labels; a label that is missing falls back to the slug."""

    iri: str
    id: str
    en: str
    ja: str

    @property
    def local(self) -> str:
        """The local name of an own term, the notation of a concept."""
        return self.id.removeprefix("jsip:").rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class SourceCard:
    """A document: who published it, when, how near to the asserter it stands."""

    iri: str
    id: str
    title: str
    publisher: Named
    issued: str
    language: str
    kind: str
    tier: str
    level: str
    url: str
    archived: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """The words that support a claim; positions in code points, where the text is held."""

    iri: str
    quote: str
    source: SourceCard
    role: str
    start: int | None
    end: int | None
    supports: tuple[str, ...] = ()  # the parts of the claim that its words hold


@dataclass(frozen=True, slots=True)
class ClaimCard:
    """One claim with all that a reader needs to believe or doubt it.

    `value_en` and `value_ja` are the figure alone; what is printed for a reader is `words_en` and
    `words_ja`. `reason` and `note` are the editors' words in English; `reason_ja` and `note_ja` say
    the same in Japanese, and are empty where not all of it is there in Japanese.
    """

    iri: str
    id: str
    cls: str
    subject: Named
    predicate: Named
    object: Named | None
    value: str
    value_en: str
    value_ja: str
    printed: str
    unit: str
    lower: str
    upper: str
    qualifier: str
    period: Named | None
    period_basis: str
    fiscal_period: Named | None
    about: tuple[Named, ...]
    asserter: Named
    attribution: str
    asserted_on: str
    date_basis: str
    status: Named
    confidence: str
    review: Named
    rank: str
    reason: str
    key: str
    note: str
    converted_from: str
    passages: tuple[Passage, ...]
    confirmed_by: tuple[Named, ...] = ()
    reason_ja: str = ""
    note_ja: str = ""

    @property
    def words_en(self) -> str:
        """The value with the words around it (about, more than), a range by its two ends."""
        return hedged(self.qualifier, self.value_en, self.value_ja)[0]

    @property
    def words_ja(self) -> str:
        """The same in Japanese."""
        return hedged(self.qualifier, self.value_en, self.value_ja)[1]

    @property
    def untold(self) -> str:
        """The qualifier where the words do not tell it, else empty."""
        return "" if self.qualifier in TOLD else self.qualifier

    @property
    def is_range(self) -> bool:
        """True where both bounds are ends that the source printed; other bounds never are."""
        return self.qualifier in RANGES and bool(self.lower and self.upper)

    @property
    def ends(self) -> tuple[str, str]:
        """The two printed ends of a range; two empty texts of any other figure."""
        return (self.lower, self.upper) if self.is_range else ("", "")

    @property
    def is_accepted(self) -> bool:
        """True where the editors hold that the source says so; not that it is true."""
        return self.review.id == "review-status/accepted"

    @property
    def said(self) -> str:
        """Who says it, as what: an author's own words are not the announcer's."""
        how = f" (as {self.status.en})"
        if self.attribution == "AuthorVoice":
            return f"{self.asserter.en} writes{how}"
        if self.attribution == "UnnamedSources":
            return f"{self.asserter.en} writes, from unnamed sources{how}"
        return f"{self.status.en} by {self.asserter.en}"

    @property
    def is_rejected(self) -> bool:
        """True where a better witness was found, or a newer value replaced it."""
        return self.review.id in ("review-status/rejected", "review-status/superseded")

    def disjoint(self, other: "ClaimCard") -> bool:
        """True where no single value could satisfy both (ontology.md §4.3: a gap).

        Two ceilings disagree where they differ by more than rounding; a day lies in its month.
        """
        if any((self.lower, self.upper, other.lower, other.upper)):
            floors = (self._floor_beside(other), other._floor_beside(self))
            return _below(self.upper, floors[1]) or _below(other.upper, floors[0])
        if self.object or other.object:
            return self.value != other.value
        return not f"{self.value}-".startswith(f"{other.value}-") and not (
            f"{other.value}-".startswith(f"{self.value}-")
        )

    def _floor_beside(self, other: "ClaimCard") -> str:
        """The lower bound; between two ceilings, that of the ceiling's own rounding."""
        if self.lower or not self.upper or not self.qualifier == other.qualifier == "up-to":
            return self.lower
        return str(2 * Decimal(self.value) - Decimal(self.upper))


def _below(upper: str, lower: str) -> bool:
    return bool(upper and lower) and Decimal(upper) < Decimal(lower)

"""What has become of the passages of a source in a later state of it.

| verdict | when |
|---|---|
| same | the words stand where they stood, or, where the older text is not held, stand there still |
| moved | the words stand elsewhere; or the figure is the same in another spelling |
| changed | the sentence says the same of another figure |
| gone | nothing that is surely this passage stands there |

Where both texts are held, their difference tells; else the quote and what stands around it. A
likeness below the threshold is no match: an honest orphan beats a look-alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kg.core.errors import KgError, nearest
from kg.ledger.candidates import Words
from kg.text.documents import ReadDocument
from kg.views.checking.record import Record
from kg.views.intake.passages import ByDifference, ByQuote, Finding
from kg.views.intake.quantities import Found
from kg.views.record.cards import ClaimCard, Passage
from kg.views.record.claims import Reader

Verdict = Literal["same", "moved", "changed", "gone"]
SAME: Final = "same"
MOVED: Final = "moved"
CHANGED: Final = "changed"
GONE: Final = "gone"
VERDICTS: tuple[Verdict, ...] = (SAME, MOVED, CHANGED, GONE)
_CLAIMS = "?_any jsip:supportsClaim ?claim ; oa:hasSource <{}> ."
_DIGEST = """SELECT DISTINCT ?digest { ?held prov:specializationOf <%s> ;
  jsip:textDigest ?digest } ORDER BY ?digest"""


@dataclass(frozen=True, slots=True)
class Rechecked:
    """One passage: where it stands now, if it does, in code points, end exclusive.

    `found` are the words that stand there. `figure` is the new figure of a changed one.
    """

    evidence: str
    claim: ClaimCard
    quote: str
    verdict: Verdict
    why: Words
    start: int | None = None
    end: int | None = None
    found: str = ""
    figure: Found | None = None


@dataclass(frozen=True, slots=True)
class Recheck:
    """All passages of one source, in the order of their ids.

    `is_same_text` is true where the text has the digest that the record has: nothing was compared.
    """

    source: str
    is_same_text: bool
    passages: tuple[Rechecked, ...]


def source_iri(reader: Reader, source: str) -> str:
    """The IRI of a source; raises KgError with the nearest for one that is not in the record."""
    rows = reader.rows("SELECT DISTINCT ?x { ?x jsip:sourceTier ?tier } ORDER BY ?x")
    known = {reader.names.slug(row["x"]): row["x"] for row in rows}
    if source not in known:
        raise KgError(f"No source is called {source!r}{nearest(source, known)}.")
    return known[source]


def digests_of(reader: Reader, source: str) -> list[str]:
    """The digests of the texts of a source that the record knows."""
    return [row["digest"] for row in reader.rows(_DIGEST % source_iri(reader, source))]


def recheck(
    reader: Reader, record: Record, source: str, new: ReadDocument, old: str | None
) -> Recheck:
    """The passages of a source against its later text; `old` is the earlier one, where it is held.

    Raises KgError for a source that is not in the record.
    """
    iri = source_iri(reader, source)
    claims = reader.claims(_CLAIMS.format(iri))
    by_quote = ByQuote(record, new.text)
    by_difference = ByDifference(old, new.text) if old is not None else None
    made = [
        _rechecked(claim, passage, by_quote, by_difference)
        for claim in claims
        for passage in claim.passages
        if passage.source.iri == iri
    ]
    made.sort(key=lambda one: (one.evidence, one.claim.id))
    return Recheck(source, False, tuple(made))


def _rechecked(
    claim: ClaimCard, passage: Passage, by_quote: ByQuote, by_difference: ByDifference | None
) -> Rechecked:
    start = by_difference.place(passage) if by_difference is not None else None
    if by_difference is not None and start is not None:
        finding = by_difference.find(passage.quote, start)
    else:
        finding = by_quote.find(claim, passage)
    return _of_finding(claim, passage, finding, start if passage.start is None else passage.start)


def _of_finding(
    claim: ClaimCard, passage: Passage, finding: Finding, start: int | None
) -> Rechecked:
    """The verdict on a passage that stood at a place, if that is known."""
    evidence, quote = passage.iri.rpartition("/")[2], passage.quote
    place = (finding.start, finding.end, finding.words)
    if finding.start is None:
        return Rechecked(evidence, claim, quote, GONE, finding.why)
    if finding.figure is not None and not claim.unit:
        en, ja = (
            f"the figure in it changed: {finding.why.en}",
            f"中の数値が変わった：{finding.why.ja}",
        )
        return Rechecked(evidence, claim, quote, GONE, Words(en, ja))
    if finding.figure is not None:
        return Rechecked(evidence, claim, quote, CHANGED, finding.why, *place, finding.figure)
    stays = finding.words == quote and start in (None, finding.start)
    return Rechecked(evidence, claim, quote, SAME if stays else MOVED, finding.why, *place)


def counts(passages: Sequence[Rechecked]) -> dict[str, int]:
    """How many passages have each verdict, zeros included."""
    return {verdict: sum(one.verdict == verdict for one in passages) for verdict in VERDICTS}

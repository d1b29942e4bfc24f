"""Tables of pages as CSV (RFC 4180) that a spreadsheet opens without running anything in it."""

import csv
import io
from collections.abc import Iterable, Sequence

from kg.core.media import CSV, MediaType
from kg.views.claims import ClaimCard

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
TABLE: MediaType = CSV
CLAIM_COLUMNS = (
    "claim", "subject", "property", "value", "printed", "unit", "period", "status", "asserter",
    "asserted_on", "date_basis", "review", "rank", "source", "issued", "level", "passage", "iri",
)  # fmt: skip


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with a byte order mark; text that a spreadsheet would take for a formula is quoted.

    >>> table(["a"], [["=1+1"]])
    b"\\xef\\xbb\\xbfa\\r\\n'=1+1\\r\\n"
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_safe(str(cell)) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _safe(text: str) -> str:
    is_number = text.lstrip("+-").replace(".", "", 1).isdecimal()
    return f"'{text}" if text.startswith(_FORMULA) and not is_number else text


def claims_table(claims: Iterable[ClaimCard]) -> bytes:
    """One row for each claim and passage."""
    return table(CLAIM_COLUMNS, (row for claim in claims for row in claim_rows(claim)))


def claim_rows(claim: ClaimCard) -> Iterable[Sequence[object]]:
    """A claim under CLAIM_COLUMNS, once for each passage."""
    for passage in claim.passages:
        yield (
            claim.id, claim.subject.id, claim.predicate.local,
            claim.object.id if claim.object else claim.value, claim.printed, claim.unit,
            claim.period.id if claim.period else "", claim.status.local, claim.asserter.id,
            claim.asserted_on, claim.date_basis, claim.review.local, claim.rank,
            passage.source.id, passage.source.issued, passage.source.level, passage.quote,
            claim.iri,
        )  # fmt: skip

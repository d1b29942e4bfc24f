"""A table of a page as CSV (RFC 4180): UTF-8, CRLF, cells exactly as the graph has them."""

import csv
import io
from collections.abc import Iterable, Sequence

from kg.views.claims import ClaimCard


def csv_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The bytes of a table with its header.

    >>> csv_table(["a", "b"], [["1", "x, y"]]).splitlines()
    [b'a,b', b'1,"x, y"']
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue().encode()


CLAIM_COLUMNS = (
    "claim", "subject", "subject_en", "subject_ja", "value", "unit", "printed", "qualifier",
    "lower", "upper", "period", "asserter", "asserter_en", "date", "status", "review", "rank",
    "quote", "source", "url",
)  # fmt: skip


def claim_row(claim: ClaimCard) -> list[str]:
    """A claim under CLAIM_COLUMNS, with its first passage."""
    first = claim.passages[0] if claim.passages else None
    return [
        claim.iri, claim.subject.id, claim.subject.en, claim.subject.ja, claim.value, claim.unit,
        claim.printed, claim.qualifier, claim.lower, claim.upper,
        claim.period.id if claim.period else "", claim.asserter.id, claim.asserter.en,
        claim.asserted_on, claim.status.local, claim.review.local, claim.rank,
        first.quote if first else "", first.source.iri if first else "",
        first.source.url if first else "",
    ]  # fmt: skip

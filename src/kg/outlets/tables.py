"""Tables for people as CSV (RFC 4180) that a spreadsheet opens without running anything in it.

A claim has one row for each of its passages, numbered 1, 2 …; one without a passage has one row
without a number. So the rows with `passage_number` 1 or none are the claims, each once.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from kg.core.media import CSV, MediaType
from kg.text.bounds import canonical
from kg.views.record.cards import ClaimCard
from kg.views.record.claims import Reader
from kg.views.record.conflicts import Conflict
from kg.views.record.plain_values import number
from kg.views.record.spans import Span, spans

MARK = b"\xef\xbb\xbf"  # by which spreadsheets know UTF-8
_SIGNS = frozenset("=+-@")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
TABLE: MediaType = CSV
CLAIM_COLUMNS = (
    "claim", "passage_number", "subject", "property", "value", "number", "qualifier",
    "low", "high", "printed", "unit", "period", "period_basis", "start", "end", "status",
    "asserter", "asserted_on", "date_basis", "review", "rank", "source", "issued",
    "level", "passage", "supports", "iri",
)  # fmt: skip
CONFLICT_COLUMNS = (
    "conflict", "kind", "type", "caution", "resolution", "open", "reason", "claim", "subject",
    "property", "value", "number", "qualifier", "low", "high", "printed", "unit", "asserter",
    "asserted_on", "review", "favoured", "source", "passage",
)  # fmt: skip


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with a byte order mark; text that a spreadsheet would take for a formula is quoted.

    >>> table(["a"], [["=1+1"]])
    b"\\xef\\xbb\\xbfa\\r\\n'=1+1\\r\\n"
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([guarded(str(cell)) for cell in row] for row in rows)
    return MARK + out.getvalue().encode()


def guarded(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would take it for a formula.

    That is one that begins with a sign of a formula, full-width too (a Japanese Excel takes those
    as well), whatever spaces, line ends or marks without width stand before it. Numbers stay.

    >>> guarded("＝1+1"), guarded(chr(10) + "=1+1"), guarded("-5"), guarded("-5%")
    ("'＝1+1", "'\\n=1+1", '-5', "'-5%")
    """
    if not text or text[0].isalnum() or _NUMBER.fullmatch(text):
        return text
    first = next((c for c in text if not _is_passed_over(c)), "")
    starts = unicodedata.normalize("NFKC", first)[:1]
    return f"'{text}" if starts in _SIGNS or text[0] in "\t\r\n" else text


def _is_passed_over(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in ("Cc", "Cf")


def digits(text: str) -> str:
    """A number in plain digits, for a column to calculate with; empty where it is none.

    >>> digits("2e13"), digits("25.20"), digits("meti")
    ('20000000000000', '25.2', '')
    """
    return canonical(Decimal(text)) if number(text) else ""


def claims_table(reader: Reader, claims: Sequence[ClaimCard]) -> bytes:
    """One row for each claim and passage, numbered."""
    held = spans(reader, claims)
    return table(CLAIM_COLUMNS, (row for claim in claims for row in claim_rows(claim, held)))


def claim_rows(claim: ClaimCard, held: Mapping[str, Span]) -> Iterator[Sequence[object]]:
    """A claim under CLAIM_COLUMNS, once for each passage, or once without one."""
    span = held.get(claim.iri, Span())
    about = (
        claim.subject.id, claim.predicate.local, claim.object.id if claim.object else claim.value,
        *figure_cells(claim), claim.unit,
        claim.period.id if claim.period else "", claim.period_basis, span.start, span.end,
        claim.status.local, claim.asserter.id, claim.asserted_on, claim.date_basis,
        claim.review.local, claim.rank,
    )  # fmt: skip
    for count, passage in enumerate(claim.passages, 1):
        source = passage.source
        yield (
            claim.id, count, *about, source.id, source.issued, source.level, passage.quote,
            ";".join(passage.supports), claim.iri,
        )  # fmt: skip
    if not claim.passages:
        yield claim.id, "", *about, "", "", "", "", "", claim.iri


def figure_cells(claim: ClaimCard) -> Sequence[str]:
    """Number, qualifier, low, high, printed form; low and high are the ends of a printed range.

    Other bounds are no figures of the source and stay out.
    """
    number = digits(claim.value) if claim.unit else ""
    return (number, claim.qualifier, *map(digits, claim.ends), claim.printed)


def conflict_rows(found: Iterable[Conflict]) -> Iterator[Sequence[object]]:
    """The claims of conflicts under CONFLICT_COLUMNS, one row each, with their first passage."""
    for conflict in found:
        for claim in conflict.claims:
            yield (
                conflict.id, conflict.kind, conflict.type,
                conflict.caution.local if conflict.caution else "", conflict.resolution,
                conflict.is_open, conflict.reason,
                claim.id, claim.subject.id, claim.predicate.local,
                claim.object.id if claim.object else claim.value,
                *figure_cells(claim), claim.unit, claim.asserter.id, claim.asserted_on,
                claim.review.local, claim.id == conflict.favours,
                ";".join(dict.fromkeys(p.source.id for p in claim.passages)),
                claim.passages[0].quote if claim.passages else "",
            )  # fmt: skip

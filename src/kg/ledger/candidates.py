"""Candidates: figures of one document as rows of the tables that nobody has decided on yet.

The dataclasses are the members of the JSON objects in an inbox (`kg.ledger.inbox`), by the same
names and in the same order; another member, a missing one or one of another type is refused.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from kg.core.errors import KgError, nearest
from kg.ledger.tables import COLUMNS

LONGEST_QUOTE = 80
"""Code points of a stored phrase, at most."""
_T = TypeVar("_T")
_FORM = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

Basis = Literal["stated", "inferred", "missing"]
"""Whether the text states a field, whether it was inferred, or whether nothing tells it."""


@dataclass(frozen=True, slots=True)
class Words:
    """One reason, in both languages."""

    __pydantic_config__: ClassVar[ConfigDict] = _FORM
    en: str
    ja: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another reading of a candidate: `row` has only the columns that differ, `score` is 0 to 1."""

    __pydantic_config__: ClassVar[ConfigDict] = _FORM

    row: Mapping[str, str]
    why: Mapping[str, Words]
    score: float


@dataclass(frozen=True, slots=True)
class SameAs:
    """A claim of the record that the passage seems to be another witness of."""

    __pydantic_config__: ClassVar[ConfigDict] = _FORM

    claim: str
    why: Words


@dataclass(frozen=True, slots=True)
class Candidate:
    """A figure of the text as a row of the claims table that nobody has looked at yet.

    `start`, `end` and `sentence` are code points of the held text, end exclusive;
    `text[start:end] == surface`. `quote` is the phrase to store: at most 80 code points, in the
    text at the `start` and `end` of `evidence`. `row` has columns of the claims table, `evidence`
    of the evidence table; a column that is absent is empty. `basis` and `why` are by column of
    `row`. `score` (0 to 1) says how sure the linking is. `page` counts from 1; `rectangles` are
    x0, y0, x1, y1 in points from the page's lower left corner, one a line of the quote.
    `supersedes` is the claim whose figure this one changes, where a source has changed.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _FORM

    id: str
    start: int
    end: int
    surface: str
    quote: str
    sentence: tuple[int, int]
    kind: str
    row: Mapping[str, str]
    evidence: Mapping[str, str]
    basis: Mapping[str, Basis]
    why: Mapping[str, Words]
    score: float
    suggestions: Sequence[Suggestion] = ()
    same_as: Sequence[SameAs] = ()
    page: int | None = None
    rectangles: Sequence[tuple[float, float, float, float]] = ()
    supersedes: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What was read: `sha256` is of the original bytes, `text_sha256` of the held text in UTF-8.

    `length` counts its code points; `stream` names the text that positions count in: its reader
    with version, the normalisation, the unit. `source` is a row of `sources.csv`, as far as known.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _FORM

    sha256: str
    text_sha256: str
    length: int
    stream: str
    media_type: str
    title: str
    url: str
    issued: str
    publisher: str
    lang: str
    source: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """The one extraction run of a document: which program and reader, in which versions."""

    __pydantic_config__: ClassVar[ConfigDict] = _FORM

    id: str
    agent: str
    version: str
    reader: str
    reader_version: str


@dataclass(frozen=True, slots=True)
class Inbox:
    """A document, its held text and its candidates in the order of the text."""

    __pydantic_config__: ClassVar[ConfigDict] = _FORM

    document: Document
    run: Run
    text: str
    candidates: Sequence[Candidate]


_READERS: Mapping[type, TypeAdapter[Any]] = {
    kind: TypeAdapter(kind) for kind in (Candidate, Document, Run)
}


def from_json(kind: type[_T], data: bytes | str, where: str) -> _T:
    """One of the dataclasses above from its JSON object; raises KgError with `where`, the field."""
    try:
        made: _T = _READERS[kind].validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise KgError(f"{where}: {place or 'the object'}: {first['msg']}.") from None
    return made


def check_candidate(one: Candidate, text: str, where: str) -> None:
    """Raises KgError with `where` for a candidate that does not fit the held text or the tables."""
    for fault in _faults(one, text):
        raise KgError(f"{where}: {fault}.")


def _faults(one: Candidate, text: str) -> Iterator[str]:
    low, high = one.sentence
    if not 0 <= low <= one.start < one.end <= high <= len(text):
        yield f"start {one.start}, end {one.end}, sentence {low}-{high} do not fit the text"
    if text[one.start : one.end] != one.surface:
        yield f"surface {one.surface!r} is not what the text has at {one.start}"
    if not 0 < len(one.quote) <= LONGEST_QUOTE:
        yield f"quote: has {len(one.quote)} code points, of 1 to {LONGEST_QUOTE}"
    yield from _columns("row", one.row, "claims")
    yield from _columns("evidence", one.evidence, "evidence")
    for other in one.suggestions:
        yield from _columns("suggestions.row", other.row, "claims")
        yield from _columns("suggestions.why", other.why, "claims")
    yield from _columns("basis", one.basis, "claims")
    yield from _columns("why", one.why, "claims")
    place = one.evidence.get("start", "")
    if not place.isdecimal() or text[int(place) :][: len(one.quote)] != one.quote:
        yield f"evidence.start: the quote does not stand at {place!r} of the text"
    if one.evidence.get("quote") != one.quote:
        yield "evidence.quote: is not the quote"


def _columns(member: str, given: Mapping[str, object], table: str) -> Iterator[str]:
    known = COLUMNS[table].split()
    for name in given:
        if name not in known:
            yield f"{member}: {name!r} is no column of {table}{nearest(name, known)}"

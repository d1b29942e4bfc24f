"""A document with its figures as an inbox: everything but the writing of it."""

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from operator import attrgetter

from kg.core.errors import KgError
from kg.ledger.candidates import Candidate, Document, Inbox, Run
from kg.ledger.import_sources import dated, normal_url
from kg.ledger.inbox import text_digest
from kg.ledger.names import Unmapped, folded
from kg.text.documents import PDF, PageRun, ReadDocument, Span
from kg.text.names import SORTS
from kg.text.names.model import BODY, FIRM, OUTLET, PERSON
from kg.views.checking.report import language_of
from kg.views.finding.lookup import find_entity
from kg.views.intake.candidates import Proposer
from kg.views.intake.reader_process import SECONDS, rectangles_confined
from kg.views.intake.readings import About
from kg.views.intake.source_rows import SourceRow, known_source, source_row
from kg.views.record.cards import Named
from kg.views.record.claims import Reader

AGENT = "kg-ingest"
_AGENTS = {PERSON, BODY, FIRM, OUTLET}


@dataclass(frozen=True, slots=True)
class Given:
    """What whoever brings a document says of it; empty where nothing is said.

    `publisher` is a slug or a name of the record, `issued` a day in ISO 8601, `lang` `en` or `ja`.
    """

    url: str = ""
    issued: str = ""
    publisher: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Program:
    """Which program reads, in which version, against which version of the record."""

    version: str
    record: str


def inbox_of(
    proposer: Proposer,
    reader: Reader,
    data: bytes,
    read: ReadDocument,
    given: Given,
    program: Program,
    seconds: float = SECONDS,
) -> Inbox:
    """The inbox of a document that was read; raises KgError for what is given wrongly."""
    document, publisher = _document(reader, data, read, given)
    title_end = read.text.find(read.title) + len(read.title) if read.titled else 0
    about = About(
        document.source["source_id"], publisher, document.issued, document.lang, document.title,
        title_end,
    )  # fmt: skip
    candidates = proposer.candidates(read.text, about)
    return _inbox(document, candidates, data, read, program, seconds)


def inbox_of_changes(
    candidates: Sequence[Candidate],
    reader: Reader,
    data: bytes,
    read: ReadDocument,
    source: str,
    given: Given,
    program: Program,
    seconds: float = SECONDS,
) -> Inbox:
    """The inbox of a later state of a known source, with candidates that are made already."""
    document, _ = _document(reader, data, read, given)
    document = replace(document, source=known_source(reader, source))
    return _inbox(document, candidates, data, read, program, seconds)


def _inbox(
    document: Document,
    candidates: Sequence[Candidate],
    data: bytes,
    read: ReadDocument,
    program: Program,
    seconds: float,
) -> Inbox:
    if read.media_type == PDF:
        candidates = _on_pages(candidates, data, read.runs, seconds)
    return Inbox(document, _run(document, read, program), read.text, candidates)


def _document(
    reader: Reader, data: bytes, read: ReadDocument, given: Given
) -> tuple[Document, Named | None]:
    url = _url(given.url) or _page_url(read.url)
    issued = given.issued or dated(read.issued)[0]
    if given.issued and dated(given.issued)[0] != given.issued:
        raise KgError(f"--issued {given.issued!r} is no day; write it as 2025-12-22.")
    publisher = _publisher(reader, given.publisher, read.publisher)
    lang = given.lang or read.lang or language_of(read.text)
    digest = sha256(data).hexdigest()
    told = SourceRow(
        url, read.title, issued, bool(given.issued), lang, f"sha256:{text_digest(read.text)}",
        len(read.text), read.media_type,
    )  # fmt: skip
    source = source_row(reader, told, publisher, digest)
    return Document(
        sha256=digest,
        text_sha256=text_digest(read.text),
        length=len(read.text),
        stream=_stream(read),
        media_type=read.media_type,
        title=read.title,
        url=url,
        issued=issued,
        publisher=publisher.id if publisher else given.publisher or read.publisher,
        lang=lang,
        source=source,
    ), publisher


def _stream(read: ReadDocument) -> str:
    """Over which text positions count, in words: of this snapshot alone."""
    return (
        f"text.txt: the text that {read.reader} {read.reader_version} gives of original.bin, "
        "line ends LF, Unicode NFC; positions count code points from 0"
    )


def _url(given: str) -> str:
    try:
        if given:
            normal_url(given)
    except Unmapped as error:
        raise KgError(f"--url: {error}.") from None
    return given


def _page_url(said: str) -> str:
    try:
        return said if said and normal_url(said) else ""
    except Unmapped:
        return ""


def _publisher(reader: Reader, given: str, said: str) -> Named | None:
    """The publisher that is given, by slug or name; else the one that a page names exactly."""
    if given:
        iri = find_entity(reader, given)
        named = reader.named([iri])[iri]
        if not _is_agent(reader, iri):
            what = f"--publisher {given!r} is taken for {named.en}, which publishes nothing"
            raise KgError(f"{what}; give a person or body of the record, or leave it out.")
        return named
    if not said:
        return None
    wanted = folded(said)
    rows = reader.rows(
        "SELECT DISTINCT ?x ?label { ?x a ?type ; rdfs:label|skos:altLabel ?label . "
        "?any dct:publisher|jsip:assertedBy ?x } ORDER BY ?x ?label"
    )
    found = {row["x"] for row in rows if folded(row["label"]) == wanted}
    return reader.named(found)[found.pop()] if len(found) == 1 else None


def _is_agent(reader: Reader, iri: str) -> bool:
    """Whether something is a person or a body of any kind."""
    types = (reader.names.slug(row["x"]) for row in reader.rows(f"SELECT ?x {{ <{iri}> a ?x }}"))
    return any(SORTS.get(one.rpartition(":")[2]) in _AGENTS for one in types)


def _run(document: Document, read: ReadDocument, program: Program) -> Run:
    """The run's id is the same for the same document, program, reader and record."""
    parts = (
        document.sha256, document.text_sha256, document.url, document.issued, document.publisher,
        program.version, program.record, read.reader, read.reader_version,
    )  # fmt: skip
    digest = sha256(json.dumps(parts).encode()).hexdigest()
    return Run(f"run-{digest[:16]}", AGENT, program.version, read.reader, read.reader_version)


def _on_pages(
    candidates: Sequence[Candidate], data: bytes, runs: Sequence[PageRun], seconds: float
) -> list[Candidate]:
    """Each candidate with the page and the rectangles of its quote."""
    spans = [list(_spans(runs, one)) for one in candidates]
    flat = [span for of in spans for span in of]
    drawn = iter(rectangles_confined(data, flat, seconds) if flat else [])
    return [
        replace(one, page=of[0].page, rectangles=[r for _ in of for r in next(drawn)])
        if of
        else one
        for one, of in zip(candidates, spans, strict=True)
    ]


def _spans(runs: Sequence[PageRun], one: Candidate) -> Iterator[Span]:
    """Where the quote of a candidate stands on its page; a quote over two pages counts on both."""
    start, end = int(one.evidence["start"]), int(one.evidence["end"])
    place = max(bisect_right(runs, start, key=attrgetter("start")) - 1, 0)
    for run in runs[place:]:
        if run.start >= end:
            return
        low, high = max(start, run.start), min(end, run.start + run.length)
        if low < high:
            yield Span(run.page, run.index + low - run.start, high - low)

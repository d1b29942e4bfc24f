"""The row of `sources.csv` for a document: a known source by its address, else a new one."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from kg.ledger.import_sources import normal_url
from kg.ledger.names import Unmapped
from kg.text.documents import HTML
from kg.views.record.cards import Named, SourceCard
from kg.views.record.claims import Reader

_SOURCES = "SELECT DISTINCT ?x { ?x jsip:sourceTier ?tier } ORDER BY ?x"
_KIND_OF = {
    "NewsOrganisation": "NewsArticle",
    "PublicBody": "GovernmentDocument",
    "Government": "GovernmentDocument",
}
_LONGEST = 36
_SHORT = 8
_FORMULA = re.compile(r"[=@+-]")  # what a spreadsheet would run, at the start of a cell


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What is known of a document as a source.

    `digest` and `length` are of the held text; `is_given` tells that a person gave the day.
    """

    url: str
    title: str
    issued: str
    is_given: bool
    lang: str
    digest: str
    length: int
    media_type: str


def source_row(
    reader: Reader, told: SourceRow, publisher: Named | None, sha256: str
) -> Mapping[str, str]:
    """The cells that are known; of a source of the record, those of the record."""
    sources = reader.sources(row["x"] for row in reader.rows(_SOURCES))
    known = _known(told.url, sources)
    if known is not None:
        return _of_record(known)
    return _new(reader, told, publisher, sha256, {card.id for card in sources.values()})


def known_source(reader: Reader, source: str) -> Mapping[str, str]:
    """The cells of a source of the record, by its id; empty where there is none."""
    cards = reader.sources(row["x"] for row in reader.rows(_SOURCES))
    return next((_of_record(card) for card in cards.values() if card.id == source), {})


def _of_record(known: SourceCard) -> Mapping[str, str]:
    return _filled(
        source_id=known.id,
        kind=known.kind,
        title=known.title,
        publisher=known.publisher.id,
        issued=known.issued,
        language=known.language,
        tier=known.tier,
        level=known.level,
        url=known.url,
        archived_url=known.archived,
    )


def _known(url: str, sources: Mapping[str, SourceCard]) -> SourceCard | None:
    if not url:
        return None
    wanted = normal_url(url)
    for card in sources.values():
        for other in (card.url, card.archived):
            with suppress(Unmapped):
                if other and normal_url(other) == wanted:
                    return card
    return None


def _new(
    reader: Reader, told: SourceRow, publisher: Named | None, sha256: str, taken: set[str]
) -> Mapping[str, str]:
    title = "" if _FORMULA.match(told.title) else " ".join(told.title.split())
    return _filled(
        source_id=_free(publisher, told.issued, sha256, taken),
        kind=_kind(reader, publisher, told),
        title=title,
        title_lang=told.lang if title else "",
        publisher=publisher.id if publisher else "",
        issued=told.issued,
        issued_basis=("stated" if told.is_given else "inferred") if told.issued else "unknown",
        language=told.lang,
        tier="Tertiary",
        level="verified",
        url=told.url,
        digest=told.digest,
        length=str(told.length),
        note="taken in by kg ingest; tier not judged",
    )


def _filled(**cells: str) -> Mapping[str, str]:
    return {name: cell for name, cell in cells.items() if cell}


def _free(publisher: Named | None, issued: str, sha256: str, taken: set[str]) -> str:
    """An id that no source of the record has."""
    last = issued.replace("-", "") or sha256[:_SHORT]
    stem = publisher.id[:_LONGEST].rstrip("-") if publisher else f"document-{sha256[:_SHORT]}"
    base = f"src-{stem}-{last}" if publisher or issued else f"src-{stem}"
    return base if base not in taken else f"{base}-{sha256[:_SHORT]}"


def _kind(reader: Reader, publisher: Named | None, told: SourceRow) -> str:
    """By what the publisher is; of others only that it is a page."""
    if publisher is not None:
        rows = reader.rows(f"SELECT ?type {{ <{publisher.iri}> a ?type }} ORDER BY ?type")
        for row in rows:
            local = reader.names.slug(row["type"]).rpartition(":")[2]
            if local in _KIND_OF:
                return _KIND_OF[local]
    return "WebPage" if told.media_type == HTML else ""

"""What a reader of documents gives, and how much it takes."""

from dataclasses import dataclass

from kg.core.errors import KgError

LARGEST_FILE = 64 << 20
"""Bytes of a document."""
LONGEST_TEXT = 1_000_000
"""Code points of the text of a document: a report of some 400 pages."""
MOST_PAGES = 2_000
"""Pages of a PDF."""


class DocumentRefused(KgError):
    """A document that cannot be read; the text says why, and what to do next."""


@dataclass(frozen=True, slots=True)
class PageRun:
    """Part of a text that stands in one piece on a page of a PDF.

    `start` and `length` count code points of the text; `page` counts from 1; `index` is where the
    piece begins among the characters that PDFium finds on the page.
    """

    start: int
    length: int
    page: int
    index: int


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of one page: the first one by PDFium's count, and how many."""

    page: int
    index: int
    length: int


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document as plain text: NFC, lines end in LF, no control characters.

    `title`, `url`, `issued` (a day in ISO 8601), `publisher` and `lang` are what the document says
    of itself, empty where it does not. The first line is the title where `titled`. `runs` tell
    where the text of a PDF stands on its pages; empty of other kinds.
    """

    text: str
    media_type: str
    reader: str
    reader_version: str
    title: str = ""
    url: str = ""
    issued: str = ""
    publisher: str = ""
    lang: str = ""
    titled: bool = False
    runs: tuple[PageRun, ...] = ()

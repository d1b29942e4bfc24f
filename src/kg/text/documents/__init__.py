"""Documents as plain text: text files, HTML pages, PDF files.

Bytes in, a `ReadDocument` out; nothing is fetched. The parsers are other people's and meet files of
strangers, so nobody calls `read_document` but a process that may be killed
(`kg.views.intake.reader_process`). Positions count code points of the text given here.
"""

from kg.text.documents.kinds import HTML, PDF, TEXT, kind_of
from kg.text.documents.model import (
    LARGEST_FILE,
    LONGEST_TEXT,
    MOST_PAGES,
    DocumentRefused,
    PageRun,
    ReadDocument,
    Span,
)
from kg.text.documents.reading import read_document, rectangles

__all__ = [
    "HTML",
    "LARGEST_FILE",
    "LONGEST_TEXT",
    "MOST_PAGES",
    "PDF",
    "TEXT",
    "DocumentRefused",
    "PageRun",
    "ReadDocument",
    "Span",
    "kind_of",
    "read_document",
    "rectangles",
]

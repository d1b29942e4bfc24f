"""One door for all kinds of documents."""

from collections.abc import Sequence

from kg.text.documents.html import read_html
from kg.text.documents.kinds import HTML, TEXT
from kg.text.documents.model import ReadDocument, Span
from kg.text.documents.pdf import page_rectangles, read_pdf
from kg.text.documents.plain import read_text

Rectangle = tuple[float, float, float, float]


def read_document(data: bytes, kind: str) -> ReadDocument:
    """A document of a media type as `kind_of` tells it; raises DocumentRefused."""
    if kind == TEXT:
        return read_text(data)
    return read_html(data) if kind == HTML else read_pdf(data)


def rectangles(data: bytes, spans: Sequence[Span]) -> list[list[Rectangle]]:
    """Of each span of a PDF the rectangles it fills, one a line: x0, y0, x1, y1 in points."""
    return page_rectangles(data, spans)

"""PDF files, by PDFium: the text of each page, unwrapped, each character with its place."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from kg.text.documents.kinds import PDF
from kg.text.documents.model import MOST_PAGES, DocumentRefused, ReadDocument, Span
from kg.text.documents.plain import checked, normal
from kg.text.documents.unwrap import Line, Placed, unwrapped

_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)
_ENDS = "\r\n"
_SOFT_HYPHEN = {"\ufffe", "\x02", "\u00ad"}  # what PDFium puts for a hyphen at the end of a line
_TENTH = 10
_LONGEST_TITLE = 300


def read_pdf(data: bytes) -> ReadDocument:
    """The text of all pages; raises DocumentRefused for a locked or broken file, or a scan."""
    text = Placed()
    with _opened(data) as document:
        for number, page in _pages(document):
            unwrapped(_lines(page), number, text)
        title = normal(document.get_metadata_value("Title") or "")
    whole = normal(text.text)
    if not whole.strip():
        raise DocumentRefused("has pages and no text in them: a scan? Recognise its text first.")
    kept = whole == text.text  # else letters of two clusters became one: no place is sure
    return ReadDocument(
        text=checked(whole),
        media_type=PDF,
        reader="pypdfium2",
        reader_version=version("pypdfium2"),
        title=" ".join(title.split())[:_LONGEST_TITLE],
        runs=tuple(text.runs) if kept else (),
    )


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        what = "is locked; save a copy without a password" if locked else "is broken; fetch it anew"
        raise DocumentRefused(f"as a PDF {what}.") from None
    try:
        if len(document) > MOST_PAGES:
            what = f"has {len(document):,} pages; at most {MOST_PAGES:,} are read"
            raise DocumentRefused(f"{what}; give the part that matters.")
        yield document
    finally:
        document.close()


def _pages(document: Any) -> Iterator[tuple[int, Any]]:
    """Each page that can be read, as its text, with its number from 1."""
    import pypdfium2

    for place in range(len(document)):
        try:
            page = document.get_page(place)
        except pypdfium2.PdfiumError:
            raise DocumentRefused(f"page {place + 1} is broken; fetch the file anew.") from None
        text = page.get_textpage()
        yield place + 1, text
        text.close()
        page.close()


def _lines(page: Any) -> Iterator[Line]:
    """The lines of a page as PDFium breaks them."""
    chars: list[tuple[str, int]] = []
    for char, index in _characters(page):
        if char in _ENDS or char in _SOFT_HYPHEN:
            if chars:
                yield _line(page, chars, char in _SOFT_HYPHEN)
            chars = []
        else:
            chars.append((char, index))
    if chars:
        yield _line(page, chars, False)


def _characters(page: Any) -> Iterator[tuple[str, int]]:
    """The characters of a page with their indexes; two surrogates are one."""
    from pypdfium2 import raw

    high = 0
    for index in range(page.count_chars()):
        code = raw.FPDFText_GetUnicode(page, index)
        if code in _HIGH:
            high = code
        elif code in _LOW:
            if high:
                yield chr(0x10000 + ((high - 0xD800) << 10) + code - 0xDC00), index - 1
            high = 0
        elif code:
            yield chr(code), index


def _line(page: Any, chars: Sequence[tuple[str, int]], is_cut: bool) -> Line:
    seen = [index for char, index in chars if not char.isspace()] or [chars[0][1]]
    left, bottom, _, top = page.get_charbox(seen[0], loose=True)
    _, _, right, _ = page.get_charbox(seen[-1], loose=True)
    return Line(tuple(chars), left, right, bottom, top, is_cut)


def page_rectangles(
    data: bytes, spans: Sequence[Span]
) -> list[list[tuple[float, float, float, float]]]:
    """Of each span the rectangles that it fills on its page, rounded to tenths of a point."""
    found: list[list[tuple[float, float, float, float]]] = [[] for _ in spans]
    with _opened(data) as document:
        for number, page in _pages(document):
            for place, span in enumerate(spans):
                if span.page == number:
                    found[place] = list(_rectangles(page, span))
    return found


def _rectangles(page: Any, span: Span) -> Iterator[tuple[float, float, float, float]]:
    for place in range(page.count_rects(span.index, span.length)):
        left, bottom, right, top = page.get_rect(place)
        yield round(left, 1), round(bottom, 1), round(right, 1), round(top, 1)

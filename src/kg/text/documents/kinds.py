"""What a file is: by its bytes; its name may only agree."""

import re
from typing import Final

from kg.text.documents.model import DocumentRefused

TEXT: Final = "text/plain"
HTML: Final = "text/html"
PDF: Final = "application/pdf"
_BY_NAME = {
    "txt": TEXT, "text": TEXT, "md": TEXT, "html": HTML, "htm": HTML, "xhtml": HTML, "pdf": PDF,
}  # fmt: skip
_WORDS = {TEXT: "plain text", HTML: "HTML", PDF: "PDF"}
_FOREIGN = (
    (b"PK\x03\x04", "a zip (Word, Excel, EPUB …); save the document as PDF, HTML or text"),
    (b"\xd0\xcf\x11\xe0", "an old Office file; save the document as PDF, HTML or text"),
    (b"{\\rtf", "RTF; save the document as text"),
    (b"\x89PNG", "a picture; its words must be typed or recognised first"),
    (b"\xff\xd8\xff", "a picture; its words must be typed or recognised first"),
    (b"\x1f\x8b", "gzip'd; unpack it first"),
)
_TAG = re.compile(rb"<(?:!doctype\s+html|html|head|body|article|div|p)[\s>]", re.IGNORECASE)
_BEGINNING = 4096
_PDF_WITHIN = 1024  # PDFium looks for the head of a file as far as this
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def kind_of(data: bytes, name: str) -> str:
    """The media type of a file; raises DocumentRefused where nothing here reads it.

    >>> kind_of(b"%PDF-1.7 ...", "a.pdf"), kind_of(b"<html><p>", "page"), kind_of(b"5 yen", "a.txt")
    ('application/pdf', 'text/html', 'text/plain')
    """
    if not data.strip():
        raise DocumentRefused("is empty; give a file with the document in it.")
    found = _found(data)
    named = _BY_NAME.get(name.rpartition(".")[2].lower(), found) if "." in name else found
    if named == TEXT and found == HTML and not name.lower().endswith((".txt", ".text")):
        return TEXT  # Markdown may hold tags
    if named != found:
        what = f"is called {_WORDS[named]} and holds {_WORDS[found]}"
        raise DocumentRefused(f"{what}; rename it to what it is, or save the right file.")
    return found


def _found(data: bytes) -> str:
    head = data[:_BEGINNING]
    for mark, what in _FOREIGN:
        if head.startswith(mark):
            raise DocumentRefused(f"is {what}.")
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return PDF
    if b"\0" in data and not head.startswith(_UTF16):
        raise DocumentRefused("holds binary data and is no PDF; give PDF, HTML or text.")
    return HTML if _TAG.search(head.replace(b"\0", b"")) else TEXT

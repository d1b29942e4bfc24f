"""PDF files written by hand: pages of lines in one of the fonts that every reader has."""

from collections.abc import Sequence
from zlib import compress

_PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R /Resources %s >>"
_FONTS = b"<< /Font << /F1 3 0 R >> >>"


def pdf(objects: Sequence[bytes]) -> bytes:
    """A file of these objects, the first of which is the catalogue (ISO 32000-1, 7.5)."""
    out, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF"
    return out + head + table + tail % (len(objects) + 1, len(out))


def pages(texts: Sequence[Sequence[str]]) -> bytes:
    """A file with a page for each list of lines; 14 points lie between two lines."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b""]
    objects[2] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>"
    kids = []
    for lines in texts:
        shown = b"".join(b"(%s) Tj 0 -14 Td " % _escaped(line) for line in lines)
        objects.append(_stream(b"BT /F1 10 Tf 50 700 Td " + shown + b"ET"))
        objects.append(_PAGE % (len(objects), _FONTS))
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    return pdf(objects)


def bomb() -> bytes:
    """A page whose few kilobytes unfold to gigabytes, twice over."""
    unfolded = compress(compress(b" " * (1 << 30), 9), 9)
    content = b"<< /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n%s\nendstream"
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            _PAGE % (4, b"<< >>"),
            content % (len(unfolded), unfolded),
        ]
    )


def circular() -> bytes:
    """Pages that hold themselves and say that they are a million."""
    root = b"<< /Type /Catalog /Pages 2 0 R >>"
    return pdf([root, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000 >>"])


def _escaped(line: str) -> bytes:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("latin-1")


def _stream(content: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)

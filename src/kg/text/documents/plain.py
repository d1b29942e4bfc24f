"""Text files, and what every text is made into: NFC, LF, nothing unprintable."""

import codecs
import re
import unicodedata

from kg.text.documents.kinds import TEXT
from kg.text.documents.model import LONGEST_TEXT, DocumentRefused, ReadDocument

VERSION = "1"
_LONGEST_TITLE = 120
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def read_text(data: bytes) -> ReadDocument:
    """A text file; raises DocumentRefused for one that is neither UTF-8 nor marked UTF-16."""
    text = normal(decoded(data))
    first, _, rest = text.strip().partition("\n")
    is_title = len(first) <= _LONGEST_TITLE and rest.startswith("\n") and first[-1:] not in ".。"
    title = first.strip() if is_title else ""
    return ReadDocument(checked(text), TEXT, "text", VERSION, title=title, titled=is_title)


def decoded(data: bytes, encoding: str = "utf-8") -> str:
    """The text of bytes by their mark, else in an encoding; raises DocumentRefused."""
    marked = next(((m, named) for m, named in _MARKS if data.startswith(m)), None)
    if marked:
        data, encoding = data.removeprefix(marked[0]), marked[1]
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        what = f"byte {error.start} is not {encoding.upper()}"
        raise DocumentRefused(f"{what}; save it as UTF-8.") from None
    except LookupError:
        raise DocumentRefused(f"names the unknown encoding {encoding!r}; save as UTF-8.") from None


def normal(text: str) -> str:
    """NFC with LF line ends; without control characters and marks that only steer a display.

    >>> normal("Cafe\\u0301\\r\\n\\x00\\u202eyen")
    'Café\\nyen'
    """
    lines = re.sub("\r\n?|[\u0085\u2028\u2029\x0c\x0b]", "\n", text)
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", _UNPRINTABLE.sub("", lines)))


def checked(text: str) -> str:
    """The text; raises DocumentRefused where there is none, or too much of it."""
    if not text.strip():
        raise DocumentRefused("has no text in it.")
    if len(text) > LONGEST_TEXT:
        what = f"has {len(text):,} characters of text; at most {LONGEST_TEXT:,} are read"
        raise DocumentRefused(f"{what}; give the part that matters.")
    return text

"""HTML pages: main text, and what a page says of itself, by trafilatura; nothing is fetched."""

import re
from importlib.metadata import version
from typing import Any

from kg.text.documents.kinds import HTML
from kg.text.documents.model import DocumentRefused, ReadDocument
from kg.text.documents.plain import checked, decoded, normal

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9_:.-]{2,40})""", re.I)
_LANG = re.compile(r"""<html[^>]{0,300}?\slang\s*=\s*["']?(en|ja)\b""", re.IGNORECASE)
_WITHIN = 4096
_LONGEST_TITLE = 300
_DATES = {"extensive_search": False, "original_date": True, "max_date": "2100-01-01"}
_ALIASES = {"shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932"}
_ALSO = re.compile(r"\s*[|｜»–—-]\s*[^|｜»–—-]{1,40}$")


def read_html(data: bytes) -> ReadDocument:
    """The main text of a page, its title as the first line; raises DocumentRefused."""
    page = decoded(data, _encoding(data))
    found = _extracted(page)
    body = normal(found.text or "") if found is not None else ""
    if not body.strip():
        raise DocumentRefused("has no main text that is found; save the article as a text file.")
    title = _one_line(found.title)[:_LONGEST_TITLE]
    missing = bool(title) and not body.lstrip().startswith(_ALSO.sub("", title))
    lang = _LANG.search(page[:_WITHIN])
    return ReadDocument(
        text=checked(f"{title}\n\n{body}" if missing else body),
        media_type=HTML,
        reader="trafilatura",
        reader_version=version("trafilatura"),
        title=title,
        url=_one_line(found.url),
        issued=_one_line(found.date),
        publisher=_one_line(found.sitename),
        lang=lang[1].lower() if lang else "",
        titled=bool(title),
    )


def _extracted(page: str) -> Any:
    from trafilatura import bare_extraction

    try:
        return bare_extraction(
            page,
            include_comments=False,
            include_tables=True,
            favor_recall=True,
            with_metadata=True,
            date_extraction_params=dict(_DATES),
        )
    except RecursionError:
        raise DocumentRefused("is nested too deep; save the article as a text file.") from None


def _encoding(data: bytes) -> str:
    found = _CHARSET.search(data[:_WITHIN])
    named = found[1].decode("ascii").lower() if found else "utf-8"
    return _ALIASES.get(named, named)


def _one_line(text: str | None) -> str:
    return " ".join(normal(text or "").split())

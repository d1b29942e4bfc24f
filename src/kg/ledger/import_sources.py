"""The source of an imported row: found by its address, else described anew as a quoted one."""

import re
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from urllib.parse import quote, unquote, urlsplit

from kg.core.model import Source
from kg.ledger.consistency import EDITORS
from kg.ledger.import_rows import Incoming
from kg.ledger.names import Naming, Unmapped, exact
from kg.ledger.row_context import RowContext, is_day

_INFERRED = re.compile(r"\s*[(（](inferred|推定)[)）]$")
_KANA = re.compile("[\u3040-\u30ff\uff66-\uff9f]")
_OTHER_SCRIPT = re.compile("[\u0370-\u1fff\u2e80-\ud7ff\uf900-\ufaff]")
_LATIN = re.compile("[A-Za-z]{2}")
_PORTS = {"http": 80, "https": 443}
_LONGEST_NAME = 36
# By the definitions of the ontology: published as news; a public body's own document.
_KIND_OF = {
    "NewsOrganisation": "NewsArticle",
    "PublicBody": "GovernmentDocument",
    "Government": "GovernmentDocument",
}


def normal_url(url: str) -> str:
    """One spelling of an address (RFC 3986 §6.2.2-6.2.3), for comparing; raises Unmapped.

    >>> normal_url("HTTP://Example.org:80/%7ea#top")
    'https://example.org/~a'
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").encode("idna").decode()
    except ValueError as error:
        raise Unmapped(f"{url!r} is no address: {error}") from error
    if parts.scheme not in _PORTS or not host or re.search(r"[\s<>\"{}|\\^`]", url):
        raise Unmapped(f"{url!r} is no http(s) address")
    if parts.username is not None:
        raise Unmapped("the address holds a user name or password; give it without")
    place = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    query = f"?{_respelled(parts.query)}" if parts.query else ""
    return f"https://{place}{_respelled(parts.path) or '/'}{query}"


def _respelled(part: str) -> str:
    """Percent-encoding only where it is needed, in capitals; non-ASCII as UTF-8 (RFC 3987 §3.1)."""
    pieces = re.split(r"(%[0-9A-Fa-f]{2})", quote(part, safe="%/:?#[]@!$&'()*+,;=-._~"))
    return "".join(_plain(piece) if piece.startswith("%") else piece for piece in pieces)


def _plain(escape: str) -> str:
    char = unquote(escape, errors="ignore")
    return char if re.fullmatch("[A-Za-z0-9._~-]", char) else escape.upper()


class Sources:
    """Known sources by address; the description of a new one is a row of sources.csv."""

    def __init__(self, known: Iterable[Source], context: RowContext, naming: Naming) -> None:
        self._context, self._naming = context, naming
        self._by_url: dict[str, set[str]] = defaultdict(set)
        for source in known:
            for url in (source.url, source.archived_url):
                with suppress(Unmapped):  # one that no row can give either
                    self._by_url[normal_url(url)].add(source.slug)

    def find(self, given: Incoming) -> str:
        """The slug of a known source, named or found by address; empty where it is new."""
        if slug := given.cells.get("source", ""):
            return exact(slug, self._context.sources, "known source")
        if not (url := given.cells.get("source_url", "")):
            raise Unmapped("is empty: no claim without its source")
        found = sorted(self._by_url.get(normal_url(url), ()))
        if len(found) > 1:
            raise Unmapped(f"{url!r} is the address of {' and '.join(found)}; name one in source")
        return found[0] if found else ""

    def describe(self, given: Incoming) -> dict[str, str]:
        """A quoted source as the row tells it; what it does not tell is said in the note."""
        cells = given.cells
        if not cells.get("publisher"):
            raise Unmapped("publisher is empty, and the address is of no known source")
        try:
            publisher = self._naming.entity(cells["publisher"])
        except Unmapped as error:
            raise Unmapped(f"publisher: {error}") from error
        issued, basis, partly = dated(cells.get("published", ""))
        title = cells.get("source_title", "")
        described = title.startswith("[") and title.endswith("]")
        language = cells.get("language") or _language(f"{title} {cells.get('quote', '')}")
        notes = [
            "imported",
            "" if cells.get("tier") else "tier not judged",
            "" if cells.get("language") else "language taken from the script",
            f"published {partly}" if partly else "",
            f"described as {title[1:-1]}" if described else "",
        ]
        return {
            "source_id": self._slug(publisher, issued, cells["source_url"]),
            "kind": cells.get("kind") or self._kind(publisher),
            "title": "" if described else title,
            "title_lang": "" if described or not title else language,
            "publisher": publisher,
            "issued": issued,
            "issued_basis": basis,
            "language": language,
            "tier": cells.get("tier") or "Tertiary",
            "level": "quoted",
            "url": cells["source_url"],
            "note": "; ".join(note for note in notes if note),
        }

    def add(self, source: Source) -> None:
        """A described source that is written: later rows with its address find it."""
        self._by_url[normal_url(source.url)].add(source.slug)

    def _kind(self, publisher: str) -> str:
        cls = self._context.classes.get(publisher, "")
        if cls not in _KIND_OF:
            raise Unmapped(f"kind is empty: what does {publisher} publish? NewsArticle, Report …")
        return _KIND_OF[cls]

    def _slug(self, publisher: str, issued: str, url: str) -> str:
        last = issued.replace("-", "") or sha256(normal_url(url).encode()).hexdigest()[:8]
        base = f"src-{publisher[:_LONGEST_NAME].rstrip('-')}-{last}"
        slug, number = base, 1
        while slug in self._context.places:
            number += 1
            slug = f"{base}-{number}"
        return slug


def _language(text: str) -> str:
    """The language that the script tells: kana is Japanese, Latin alone is taken as English."""
    if _KANA.search(text):
        return "ja"
    return "en" if _LATIN.search(text) and not _OTHER_SCRIPT.search(text) else "und"


def dated(text: str) -> tuple[str, str, str]:
    """A day with its basis; of anything less precise the words, for a note.

    >>> dated("2025-12-04 (inferred)"), dated("2025-12")
    (('2025-12-04', 'inferred', ''), ('', 'unknown', '2025-12'))
    """
    bare = _INFERRED.sub("", text)
    if is_day(bare):
        return bare, "stated" if bare == text else "inferred", ""
    return "", "unknown", text


def attribution(asserter: str, publisher: str) -> str:
    """How a source says whose words they are: its own, or those of somebody it names."""
    return "AuthorVoice" if asserter in (publisher, EDITORS) else "NamedAgent"

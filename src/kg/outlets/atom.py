"""Atom feeds (RFC 4287) of plain entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

_NAMESPACE = "http://www.w3.org/2005/Atom"
_BEFORE_ALL = "1970-01-01"  # of a feed with neither entries nor a day


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its lasting IRI, title, day (ISO 8601), summary, and the address of its page."""

    iri: str
    title: str
    day: str
    summary: str
    page: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its lasting IRI, title and author, its own address, that of its page, its entries.

    `day` is that of a feed without entries, which must have one too.
    """

    iri: str
    title: str
    author: str
    address: str
    page: str
    entries: Sequence[Entry]
    day: str = ""

    def document(self) -> bytes:
        """The feed as XML, the entries in the order given."""
        root = ElementTree.Element("feed", xmlns=_NAMESPACE)
        newest = max((entry.day for entry in self.entries), default=self.day or _BEFORE_ALL)
        _head(root, self.iri, self.title, newest)
        _text(ElementTree.SubElement(root, "author"), "name", self.author)
        ElementTree.SubElement(root, "link", rel="self", href=self.address)
        ElementTree.SubElement(root, "link", rel="alternate", href=self.page)
        for entry in self.entries:
            child = ElementTree.SubElement(root, "entry")
            _head(child, entry.iri, entry.title, entry.day)
            _text(child, "summary", entry.summary)
            ElementTree.SubElement(child, "link", rel="alternate", href=entry.page)
        written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
        return written


def _head(parent: ElementTree.Element, iri: str, title: str, day: str) -> None:
    _text(parent, "id", iri)
    _text(parent, "title", title)
    _text(parent, "updated", f"{day}T00:00:00Z")


def _text(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, tag).text = text

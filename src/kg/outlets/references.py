"""A claim, a page or the data as an entry for reference managers, and a link to words in a page.

| form | standard |
|---|---|
| bib | BibTeX, entry type `misc`, UTF-8 |
| ris | RIS, type `DATA` |
| csl | CSL-JSON 1.0, type `dataset` |
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit


@dataclass(frozen=True, slots=True)
class Reference:
    """What is cited: `key` is its name, `day` the ISO day to which it is current, or empty."""

    key: str
    title: str
    publisher: str
    address: str
    version: str
    day: str


def bibtex(ref: Reference) -> str:
    """One BibTeX entry."""
    year, month = [*ref.day.split("-"), "", ""][:2]
    fields = {
        "title": f"{{{_bib(ref.title)}}}",
        "author": f"{{{_bib(ref.publisher)}}}",
        "year": year,
        "month": month.lstrip("0"),
        "url": ref.address.replace("}", "%7D"),
        "version": ref.version,
        "note": "Dataset",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{ref.key},", *lines, "}\n"])


def ris(ref: Reference) -> str:
    """One RIS entry."""
    fields = [("TY", "DATA"), ("ID", ref.key), ("TI", ref.title), ("AU", ref.publisher)]
    fields += [("PY", ref.day[:4]), ("DA", ref.day.replace("-", "/")), ("ET", ref.version)]
    fields += [("UR", ref.address), ("ER", "")]
    kept = [(tag, " ".join(value.split())) for tag, value in fields if value or tag == "ER"]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in kept)


def csl(ref: Reference) -> str:
    """A list of one CSL-JSON item."""
    parts = [int(part) for part in ref.day.split("-")] if ref.day else []
    item = {
        "id": ref.key,
        "type": "dataset",
        "title": ref.title,
        "author": [{"literal": ref.publisher}],
        "publisher": ref.publisher,
        "version": ref.version,
        "URL": ref.address,
        **({"issued": {"date-parts": [parts]}} if parts else {}),
    }
    return json.dumps([item], ensure_ascii=False, indent=1) + "\n"


FORMS: Final[Mapping[str, tuple[str, Callable[[Reference], str]]]] = {
    "bib": ("application/x-bibtex", bibtex),
    "ris": ("application/x-research-info-systems", ris),
    "csl": ("application/vnd.citationstyles.csl+json", csl),
}
"""Media type and writer of each form."""


def link_to_words(address: str, words: str) -> str:
    """The address of a document with a text fragment that leads to the words.

    A PDF has no text fragments (WICG Text Fragments, RFC 3986): its address stays as it is.

    >>> link_to_words("https://example.org/a", "5-year, R&D")
    'https://example.org/a#:~:text=5%2Dyear%2C%20R%26D'
    """
    if not address or not words or urlsplit(address).path.lower().endswith(".pdf"):
        return address
    joint = ":~:text=" if "#" in address else "#:~:text="
    return f"{address}{joint}{quote(words, safe='').replace('-', '%2D')}"


def _bib(text: str) -> str:
    for char in "\\{}":
        text = text.replace(char, " ")
    text = " ".join(text.split())
    return "".join(f"\\{char}" if char in "#$%&_" else char for char in text)

"""The documents for people: which there are, and the text that each is made of.

`docs/guide/guide.yaml` lists them. A part is a file of the repository, whole or one section of
it (`README.md#Ten minutes`), so that nothing is said twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from kg.core.bundle import find_bundle
from kg.core.errors import KgError
from kg.views.record.sentences import Sentence

_FOLDER = Path("docs") / "guide"
_FENCE = "```"


@dataclass(frozen=True, slots=True)
class Document:
    """One page of the guide: its address, title and lead in both languages, and its parts."""

    slug: str
    title: Sentence
    lead: Sentence
    parts: tuple[str, ...]


@cache
def documents() -> Mapping[str, Document]:
    """The pages of the guide by slug, in reading order."""
    listed = yaml.safe_load((_root() / _FOLDER / "guide.yaml").read_text(encoding="utf-8"))
    return {
        slug: Document(
            slug, Sentence(**about["title"]), Sentence(**about["lead"]), tuple(about["parts"])
        )
        for slug, about in listed.items()
    }


def text_of(document: Document) -> str:
    """The Markdown of a document; raises KgError where a part names a section that is not."""
    text = "\n\n".join(_part(part) for part in document.parts)
    first, _, rest = text.partition("\n")
    return rest if first.lstrip("# ") == document.title.en else text  # the page has its title


def picture(name: str) -> str:
    """The SVG of a picture of the guide, a file beside its texts; empty for any other name."""
    pictures = {file.name: file for file in (_root() / _FOLDER / "pictures").glob("*.svg")}
    return pictures[name].read_text(encoding="utf-8") if name in pictures else ""


def _part(part: str) -> str:
    name, _, heading = part.partition("#")
    text = (_root() / name).read_text(encoding="utf-8")
    return _section(text.splitlines(), heading, name) if heading else text


def _section(lines: Sequence[str], heading: str, name: str) -> str:
    """From a heading to the next one of its level."""
    starts = list(_headings(lines))
    for place, (number, title) in enumerate(starts):
        if title == heading:
            end = starts[place + 1][0] if place + 1 < len(starts) else len(lines)
            return "\n".join(lines[number:end])
    raise KgError(f"{name} has no section {heading!r}, which docs/guide/guide.yaml names.")


def _headings(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Line number and title of each heading of the second level, outside of code."""
    is_code = False
    for number, line in enumerate(lines):
        is_code ^= line.startswith(_FENCE)
        if line.startswith("## ") and not is_code:
            yield number, line.removeprefix("## ")


def _root() -> Path:
    folder = find_bundle().documents
    if folder is None:
        raise KgError("The documents of the guide are not in this installation.")
    return folder

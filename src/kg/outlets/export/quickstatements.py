"""QuickStatements (version 1): drafts of statements for Wikidata, each with its reference."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from kg.core.media import QUICKSTATEMENTS
from kg.outlets.export.exporter import Exporter
from kg.outlets.export.part import Part
from kg.outlets.export.wikidata import NOTE, ItemStatement, item_statements

_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


def export(part: Part, out: BinaryIO) -> None:
    """Writes one command a claim and source, columns divided by tabs."""
    for said in item_statements(part):
        for line in _lines(said):
            out.write(f"{line}\n".encode())


def _lines(said: ItemStatement) -> Iterator[str]:
    statement = [said.item, said.property, said.value]
    statement += [*_dated("P580", said.start), *_dated("P582", said.end)]
    for source in said.references:
        if not source.url:
            continue
        cells = [*statement, "S854", _text(source.url)]
        if source.title and re.fullmatch("[a-z]{2,3}", source.language):
            cells += ["S1476", f"{source.language}:{_text(source.title)}"]
        cells += _dated("S577", source.issued)
        yield "\t".join(cells) + f"\t/* {said.claim.replace('*/', '')} */"


def _dated(property: str, day: str) -> list[str]:
    """A property and its date, with the precision of a day, a month or a year."""
    found = _DATE.fullmatch(day)
    if not found:
        return []
    year, month, date = (part or "00" for part in found.groups())
    precision = 11 if found[3] else 10 if found[2] else 9
    return [property, f"+{year}-{month}-{date}T00:00:00Z/{precision}"]


def _text(text: str) -> str:
    """A string in quotes, on one line; the syntax has no escape for a quote inside."""
    return '"' + " ".join(text.split()).replace('"', "”") + '"'


EXPORTER = Exporter(
    QUICKSTATEMENTS,
    "Drafts for Wikidata: accepted relations between entities that have an item there.",
    f"{NOTE} Everything else: figures, claims with another review, entities without a Wikidata id, "
    "asserters, quotes. A double quote in a title becomes a typographic one. The claim's IRI "
    "stands in the comment of each command. A claim without an address of a source is left out.",
    export,
    "QuickStatements, as version 1 commands.",
    "cat jsip.quickstatements.tsv  # paste it after reading each line",
)

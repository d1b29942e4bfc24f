"""The beginning of an answer to anybody's query as rows of cells, for a page."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

import yaml
from pyoxigraph import (
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)

from kg.edges.web.rendering import address, language_of
from kg.server.answer_beginning import Shown
from kg.views.record.cards import Named
from kg.views.record.claims import Reader

_MOST_CELLS = 800  # on a page; a file has all
_GROUPED = re.compile(r"([+-]?)(\d{5,})((?:\.\d+)?)", re.ASCII)  # a year has four digits
_NUMBERS = ("decimal", "integer", "double", "float")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: words in the page's language, an address to follow, the claim it is."""

    text: str
    address: str = ""
    claim: str = ""
    is_number: bool = False
    groups: tuple[str, ...] = ()  # the text in parts that are shown apart, of a long number
    language: str = ""  # of a text that is not in the page's language


def column_words(variable: str, lang: str) -> str:
    """The head of a column: words for a variable, else its name.

    >>> column_words("oldvalue", "en"), column_words("who", "ja"), column_words("x", "en")
    ('old value', '主張者', 'x')
    """
    known = _columns()
    if variable in known["words"]:
        return known["words"][variable][lang]
    for first, said in known["before"].items():
        rest = known["words"].get(variable.removeprefix(first))
        if variable.startswith(first) and rest:
            return said[lang] + (" " if lang == "en" else "") + rest[lang]
    return variable


@cache
def _columns() -> dict[str, dict[str, dict[str, str]]]:
    text = (Path(__file__).parent / "columns.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(text)
    return found


@dataclass(frozen=True, slots=True)
class Table:
    """An answer as a page shows it."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    is_cut: bool


def table_of(shown: Shown, reader: Reader, lang: str) -> Table:
    """The lines as rows; an ASK is one cell, a graph has subject, predicate and object."""
    if shown.kind != "results":
        triples = [q.triple for q in parse(shown.lines, format=RdfFormat.N_TRIPLES)]
        columns = ["subject", "predicate", "object"]
        rows: list[list[object]] = [[t.subject, t.predicate, t.object] for t in triples]
    elif (word := shown.lines.strip()) in (b"true", b"false"):
        columns, rows = ["ASK"], [[word.decode()]]
    else:
        found = parse_query_results(shown.lines, format=QueryResultsFormat.TSV)
        assert isinstance(found, QuerySolutions)
        columns = [variable.value for variable in found.variables]
        rows = [list(row) for row in found]
    most = max(_MOST_CELLS // max(len(columns), 1), 1)
    return Table(columns, cells(rows[:most], reader, lang), shown.is_cut or len(rows) > most)


def cells(rows: Sequence[Sequence[object]], reader: Reader, lang: str) -> list[list[Cell]]:
    """Terms as cells, own names with their labels."""
    names = labels(rows, reader)
    return [[_cell(term, names, reader, lang) for term in row] for row in rows]


def labels(rows: Sequence[Sequence[object]], reader: Reader) -> Mapping[str, Named]:
    """What the entities and terms of some rows are called, by IRI."""
    iris = {t.value for row in rows for t in row if isinstance(t, NamedNode)}
    return reader.named(iri for iri in iris if _is_labelled(reader, iri))


def _is_labelled(reader: Reader, iri: str) -> bool:
    """Claims, passages and sources have no label; their slugs are their names."""
    slug = reader.names.slug(iri)
    return "://" not in slug and not slug.startswith(("c-", "e-", "o-"))


def _cell(term: object, names: Mapping[str, Named], reader: Reader, lang: str) -> Cell:
    if term is None:
        return Cell("")
    value = str(getattr(term, "value", term))
    if not isinstance(term, NamedNode):
        kind = getattr(getattr(term, "datatype", None), "value", "").rpartition("#")[2]
        return _number(value) if kind in _NUMBERS else Cell(value, language=spoken(term, lang))
    slug = reader.names.slug(value)
    name = names.get(value)
    text = getattr(name, lang) if name else slug
    if slug.startswith("c-"):
        return Cell(slug, page_of(slug), slug)
    if slug.startswith(("src-", "conflict-")):
        return Cell(slug, page_of(slug))
    if name and name.en != slug and ":" not in slug:
        return Cell(text, f"/entity/{quote(slug)}", language=other_than(lang, language_of(text)))
    return Cell(text, address(value))


def spoken(term: object, lang: str) -> str:
    """The language of a text that says it, where it is not the page's."""
    return other_than(lang, getattr(term, "language", None) or "")


def other_than(lang: str, language: str) -> str:
    """A language where it is not the page's, else empty."""
    return "" if language == lang else language


def page_of(slug: str) -> str:
    """Where a claim, source or conflict has a page of its own; empty for anything else.

    >>> page_of("src-gate-ai-content"), page_of("meti")
    ('/sources/src-gate-ai-content', '')
    """
    for start, folder in (("c-", "claims"), ("src-", "sources"), ("conflict-", "conflicts")):
        if slug.startswith(start):
            return f"/{folder}/{quote(slug)}"
    return ""


def _number(value: str) -> Cell:
    """The lexical form; from five digits on in groups, which style parts and copying does not.

    >>> _number("2025").groups, _number("10000001").groups, _number("-12345.678").groups
    ((), ('10', '000', '001'), ('-12', '345.678'))
    """
    found = _GROUPED.fullmatch(value)
    if found is None:
        return Cell(value, is_number=True)
    sign, whole, rest = found.groups()
    first = len(whole) % 3 or 3
    groups = [whole[:first], *(whole[i : i + 3] for i in range(first, len(whole), 3))]
    groups[0], groups[-1] = sign + groups[0], groups[-1] + rest
    return Cell(value, is_number=True, groups=tuple(groups))

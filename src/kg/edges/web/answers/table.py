"""The beginning of an answer to anybody's query as rows of cells, for a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import (
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)

from kg.edges.web.answers.cell import Cell
from kg.edges.web.answers.words import AnswerWords
from kg.edges.web.rendering import Lang, Words
from kg.server.answer_beginning import Shown
from kg.views.record.cards import Named
from kg.views.record.claims import Reader

_MOST_CELLS = 800  # on a page; a file has all


@dataclass(frozen=True, slots=True)
class Table:
    """An answer as a page shows it."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    is_cut: bool


def table_of(shown: Shown, reader: Reader, lang: Lang) -> Table:
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


def cells(rows: Sequence[Sequence[object]], reader: Reader, lang: Lang) -> list[list[Cell]]:
    """Terms as cells, own names with their labels, claims as what they say."""
    told = AnswerWords(rows, reader, Words(lang, "", ""))
    return [[told.cell(term) for term in row] for row in rows]


def labels(rows: Sequence[Sequence[object]], reader: Reader) -> Mapping[str, Named]:
    """What the entities and terms of some rows are called, by IRI."""
    iris = {t.value for row in rows for t in row if isinstance(t, NamedNode)}
    return reader.named(iri for iri in iris if _is_labelled(reader, iri))


def _is_labelled(reader: Reader, iri: str) -> bool:
    """Claims, passages and sources have no label; their slugs are their names."""
    slug = reader.names.slug(iri)
    return "://" not in slug and not slug.startswith(("c-", "e-", "o-"))

"""An answer of a ready question as a reader takes it in: figures with units, nothing said twice.

Rows for programs (CSV, SPARQL) are not changed: here columns are joined or left out for a page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode

from kg.edges.web.answers.cell import Cell, column_words, measured, other_than, value_words
from kg.edges.web.answers.words import NUMBERS, AnswerWords, Rows
from kg.edges.web.rendering import Words, language_of
from kg.text.words import TOLD, hedged
from kg.views.record.cards import ClaimCard, Named
from kg.views.record.claims import Reader
from kg.views.record.plain_values import figure, is_when, number

_UNITS: Final = ("unit", "currency", "seen")  # columns that only name the unit of another
_OF_SEEN: Final = "observed"
_DAYS: Final = ("date", "gYear", "gYearMonth")
_DAY_FIRST = re.compile(r"(\d{4}-\d\d-\d\d) (.+)")
_PARTS: Final = "Headline Subheading Abstract Body Caption".split()


@dataclass(frozen=True, slots=True)
class Told:
    """An answer on a page: variables, their heads in words, rows of cells."""

    columns: Sequence[str]
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]


class AnswerColumns:
    """Which columns of an answer stand on a page, and what their cells say.

    `given` has the terms that the asker bound; a unit among them is that of all figures.
    """

    def __init__(
        self, columns: Sequence[str], rows: Rows, reader: Reader, said: Words, given: Rows = ()
    ) -> None:
        self._columns, self._rows, self._reader, self._said = columns, rows, reader, said
        self._words = AnswerWords([*rows, *given], reader, said)
        self._given = [t.value for row in given for t in row if isinstance(t, NamedNode)]

    def told(self) -> Told:
        """The columns that say something of their own."""
        kept = [i for i, column in enumerate(self._columns) if not self._is_told_elsewhere(i)]
        columns = [self._columns[i] for i in kept]
        rows = []
        for row in self._rows:
            beside = frozenset([*self._given, *(t.value for t in row if isinstance(t, NamedNode))])
            rows.append([self._cell(row, i, beside) for i in kept])
        heads = [self._head(i) for i in kept]
        return Told(columns, heads, rows)

    def _head(self, index: int) -> str:
        column = self._columns[index].removesuffix("_ja")
        if column == "role" and any(n.rpartition(":")[2] in _PARTS for n in self._slugs(index)):
            return self._said.t("column-part")
        if column == "status" and any(n.startswith("review-status/") for n in self._slugs(index)):
            return self._said.t("column-verdict")
        return column_words(column, self._said.lang)

    def _slugs(self, index: int) -> set[str]:
        terms = (row[index] for row in self._rows)
        return {self._reader.names.slug(t.value) for t in terms if isinstance(t, NamedNode)}

    def _is_told_elsewhere(self, index: int) -> bool:
        column = self._columns[index]
        twin = f"{column}_ja" if self._said.lang == "ja" else column.removesuffix("_ja")
        if twin != column and twin in self._columns:  # words in the other language
            return True
        if not any(row[index] is not None for row in self._rows):
            return False  # that nothing is known of it is said by an empty column
        of = column.removesuffix("unit")
        if column in _UNITS or (of not in (column, "") and of in self._columns):
            return any(measured(other) for other in self._columns)
        if column == "qualifier":
            told = {slug.rpartition("/")[2] for slug in self._slugs(index)} <= set(TOLD)
            return told and any(measured(other) == "figure" for other in self._columns)
        return self._is_label(index) or self._is_repeated(index)

    def _is_label(self, index: int) -> bool:
        """Whether each text only repeats what something else in its row is called."""
        texts = [(row, row[index]) for row in self._rows if row[index] is not None]
        return all(
            isinstance(text, Literal) and text.language and text.value in self._called(row)
            for row, text in texts
        )

    def _called(self, row: Sequence[object]) -> set[str]:
        called: set[str] = set()
        for term in row:
            if isinstance(term, NamedNode):
                claim = self._words.claims.get(term.value)
                names = [self._words.names[iri] for iri in (term.value, claim and claim.iri) if iri]
                called |= {n.en for n in names} | {getattr(n, self._said.lang) for n in names}
        return called

    def _is_repeated(self, index: int) -> bool:
        """Whether the cells are those of an earlier column that means the same."""
        column = self._columns[index]
        for i, other in enumerate(self._columns[:index]):
            is_same = all(row[i] == row[index] for row in self._rows)
            if is_same and (column == "value" or column.endswith(other)):
                return True
        return False

    def _cell(self, row: Sequence[object], index: int, beside: frozenset[str]) -> Cell:
        term, column = row[index], self._columns[index]
        if not isinstance(term, Literal):
            return self._words.cell(term, beside - {getattr(term, "value", "")})
        kind = term.datatype.value.rpartition("#")[2]
        if kind in NUMBERS and measured(column):
            return self._figure(row, index) or self._words.cell(term)
        if kind in _DAYS and is_when(term.value):
            return Cell(self._said.day(term.value))
        if kind == "anyURI":
            return Cell(urlsplit(term.value).hostname or term.value, term.value)
        return self._text(term, row) if kind == "string" else self._words.cell(term)

    def _text(self, term: Literal, row: Sequence[object]) -> Cell:
        """A word of the query, a stage with its day, or the key that claims are compared by."""
        lang, text = self._said.lang, term.value
        keyed = next((c for c in self._claims(row) if c.key == text), None)
        if keyed:
            joined = self._said.t("list-comma").join
            return Cell(joined(getattr(name, lang) for name in (keyed.subject, keyed.predicate)))
        found = _DAY_FIRST.fullmatch(text)
        if found:
            said = self._said.t("claim-says-of", of=self._said.day(found[1]), what=found[2], who="")
            text = said.removesuffix("（）").removesuffix(", ")
        words = value_words(text, lang)
        return Cell(words, language=other_than(lang, language_of(words)) if lang == "ja" else "")

    def _claims(self, row: Sequence[object]) -> list[ClaimCard]:
        iris = (term.value for term in row if isinstance(term, NamedNode))
        return [self._words.claims[iri] for iri in iris if iri in self._words.claims]

    def _figure(self, row: Sequence[object], index: int) -> Cell | None:
        """A number with its unit, with the words of the claim where it is a claim's figure."""
        value, column = str(getattr(row[index], "value", "")), self._columns[index]
        unit, claims = self._unit(row, column), self._claims(row)
        if measured(column) == "figure":
            claim = self._words.claim_of(
                value, (c.iri for c in self._claims(row)), unit.id if unit else ""
            )
            if claim:
                words = (claim.words_en, claim.words_ja)
                return Cell(words[self._said.lang == "ja"], is_number=True)
        if unit is None and claims:
            unit = self._words.units.get(claims[0].unit)
        if unit is None or not number(value):
            return None
        words = figure(value, (unit.id, unit.en, unit.ja), "", "", "")
        qualifier = self._qualifier(row) if measured(column) == "figure" else ""
        return Cell(hedged(qualifier, *words)[self._said.lang == "ja"], is_number=True)

    def _qualifier(self, row: Sequence[object]) -> str:
        terms = dict(zip(self._columns, row, strict=True))
        term = terms.get("qualifier")
        return term.value.rpartition("/")[2] if isinstance(term, NamedNode) else ""

    def _unit(self, row: Sequence[object], column: str) -> Named | None:
        """The unit of a column of one row: of a column of its own, else what the asker bound."""
        terms = dict(zip(self._columns, row, strict=True))
        own = "seen" if column == _OF_SEEN else "unit"
        term = terms.get(f"{column}unit") or terms.get(own) or terms.get("currency")
        if isinstance(term, NamedNode):
            return self._words.names[term.value]
        return next((named for named in self._bound if _is_unit(named)), None)

    @cached_property
    def _bound(self) -> Sequence[Named]:
        return [self._words.names[iri] for iri in self._given]


def _is_unit(named: Named) -> bool:
    return named.id.startswith(("cur:", "unit/"))

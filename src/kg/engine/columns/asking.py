"""Expressions that the engine evaluates: once for each combination of values, without a graph."""

from contextlib import suppress
from typing import Any

import numpy as np
from pyoxigraph import QueryResultsFormat

from kg.engine.columns.expressions import evaluated
from kg.engine.columns.layout import Ids, Kind
from kg.engine.columns.plan import EngineExpression, Filter
from kg.engine.columns.tables import Abstain, Keys, Mask, Table, distinct
from kg.engine.columns.term_table import TermTable

_MOST_ASKED = 100_000  # combinations, all together
_RESULT = "?kg_result"


class Asking:
    """What is asked on the way of one query."""

    def __init__(self, prologue: str, known: TermTable) -> None:
        self._prologue, self._known = prologue, known
        self._asked, self.most = 0, _MOST_ASKED

    def kept(self, each: Filter, table: Table) -> Mask:
        """Where a filter holds, by the columns if they can tell."""
        with suppress(Abstain):
            if each.condition:
                return each.condition(table, self._known)[0]
        numbers, rows = self._rows(f"IF({each.asked.text}, 1, 0)", each.asked, table)
        told = rows.serialize(format=QueryResultsFormat.CSV).split(b"\r\n")
        holds = [line == b"1" for line in told[1:-1]]
        return np.array(holds, dtype=np.bool_)[numbers]

    def made(self, expression: EngineExpression, table: Table) -> Ids:
        """What an expression gives; it has to give something for every solution."""
        if expression.variables == (expression.text,):
            return table.columns[expression.text]
        numbers, rows = self._rows(expression.text, expression, table)
        found = [str(row[0]) for row in rows]  # None where it errs
        if any(text.startswith(("_:", "<<", "None")) for text in found):
            raise Abstain("an expression that gives nothing, blank nodes or triples")
        return self._known.learn(found)[numbers]

    def _rows(self, text: str, expression: EngineExpression, table: Table) -> tuple[Keys, Any]:
        """The number of each solution's combination, and the engine's answer for each, in turn."""
        columns = [table.columns[name] for name in expression.variables]
        numbers, first = distinct(columns, self._known.size)
        self._asked += len(first)
        if self._asked > min(self.most, _MOST_ASKED):
            raise Abstain("an expression of too many values")
        parts = [ids[first] for ids in columns]
        if any(np.any(self._known.values(ids).which(Kind.BLANK)) for ids in parts):
            raise Abstain("an expression of blank nodes")
        texts = map(self._known.texts, parts)
        rows = " ".join(f"({' '.join(row)})" for row in zip(*texts, strict=True))
        values = f"VALUES ({' '.join(expression.variables)}) {{ {rows} }}"
        query = f"{self._prologue} SELECT {_RESULT} {{ {values} BIND({text} AS {_RESULT}) }}"
        return numbers, evaluated(query)

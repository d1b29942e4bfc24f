"""A SPARQL answer as bytes in a format named on the command line."""

import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    RdfFormat,
)
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from kg.core.errors import KgError
from kg.core.names import Names
from kg.engine.graph_store import Answer
from kg.sparql.formats import GRAPH_FORMATS, RESULT_FORMATS, serialised

_LONG = re.compile(r"-?\d{5,}", re.ASCII)  # a year has four digits
FORMATS = ("table", *RESULT_FORMATS, *GRAPH_FORMATS)


Called = Callable[[Iterable[str]], Mapping[str, str]]
"""The labels of IRIs, of those that have one."""


def rendered(
    answer: Answer,
    form: str,
    names: Names,
    on_terminal: bool = False,
    called: Called | None = None,
) -> bytes:
    """The answer as UTF-8 bytes; raises KgError where the format does not fit the answer.

    With `called` a table is for people: things by their labels, figures in groups of three digits.
    """
    if not isinstance(answer, QuerySolutions | QueryBoolean):
        if form in RESULT_FORMATS:
            choice = ", ".join(("table", *GRAPH_FORMATS))
            raise KgError(f"The query gives a graph, which {form} cannot hold; choose {choice}.")
        return serialised(answer, GRAPH_FORMATS.get(form, RdfFormat.TURTLE), names)
    if form in GRAPH_FORMATS:
        choice = ", ".join(("table", *RESULT_FORMATS))
        raise KgError(f"The query gives rows, which {form} cannot hold; choose {choice}.")
    if isinstance(answer, QueryBoolean) and form in ("table", "csv", "tsv"):
        return b"true\n" if answer else b"false\n"
    if form == "table":
        assert isinstance(answer, QuerySolutions)
        return _table(answer, names, on_terminal, called)
    data = answer.serialize(format=RESULT_FORMATS[form])
    assert data is not None
    return data


def visible(text: str) -> str:
    """One line of text that cannot steer a terminal: no escapes, no marks that turn its direction.

    >>> visible("a\x1b[2Jb\u202ec")
    'a [2Jbc'
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _seen(char) for char in text)


def _seen(char: str) -> str:
    category = unicodedata.category(char)
    return char if char == "\u3000" else "" if category == "Cf" else " "


def _table(answer: QuerySolutions, names: Names, on_terminal: bool, called: Called | None) -> bytes:
    """Aligned columns, IRIs short; as wide as needed in a pipe."""
    table = Table(box=SIMPLE_HEAD, show_edge=False)
    for variable in answer.variables:
        table.add_column(variable.value, overflow="fold")
    rows = [list(row) for row in answer]
    iris = {term.value for row in rows for term in row if isinstance(term, NamedNode)}
    labels = called(_labelled(iris, names)) if called else None
    for row in rows:
        table.add_row(*(_cell(term, names, labels) for term in row))
    count = len(rows)
    out = io.StringIO()
    width = None if on_terminal else 100_000
    console = Console(file=out, width=width, color_system=None, markup=False, highlight=False)
    console.print(table)
    lines = (line.rstrip() for line in out.getvalue().splitlines())
    return ("\n".join(lines) + f"\n{_counted(count)}\n").encode()


def _counted(rows: int) -> str:
    if rows == 0:
        return "0 rows: nothing on this is recorded, which does not mean that there is nothing"
    return "1 row" if rows == 1 else f"{rows} rows"


def _labelled(iris: Iterable[str], names: Names) -> list[str]:
    """Those that people know by a label; claims, passages and documents go by their ids."""
    return [
        iri for iri in iris if not names.slug(iri).startswith(("c-", "e-", "src-", "conflict-"))
    ]


def _cell(term: object, names: Names, labels: Mapping[str, str] | None) -> str:
    if isinstance(term, NamedNode):
        return visible((labels or {}).get(term.value) or names.slug(term.value))
    if isinstance(term, Literal):
        is_long = labels is not None and _LONG.fullmatch(term.value)
        return f"{int(term.value):,}" if is_long else visible(term.value)
    return "" if term is None else str(term)

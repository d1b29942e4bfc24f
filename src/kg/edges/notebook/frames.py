"""Answers and views as pandas DataFrames, and as lists that show themselves in a notebook."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from pyoxigraph import Literal, NamedNode

from kg.core.errors import KgError
from kg.core.names import Names

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")
_INTEGERS = {"integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger"}


def pandas() -> Any:
    """The library; raises KgError that says how to get it."""
    try:
        import pandas
    except ImportError as error:
        how = 'pip install "jsip-kg[notebook]"'
        raise KgError(f"Tables need pandas, which is not installed; run: {how}.") from error
    return pandas


class Listed(list[T]):
    """What a view gives, in a list; `to_frame` makes a table of it, and a notebook shows that."""

    def __init__(
        self,
        items: Iterable[T],
        title: str,
        columns: Sequence[str],
        rows: Callable[[Sequence[T]], Iterable[Sequence[object]]],
        numbers: Sequence[str] = (),
    ) -> None:
        super().__init__(items)
        self._title, self._columns, self._rows, self._numbers = title, columns, rows, numbers

    def to_frame(self) -> "pd.DataFrame":
        """A pandas DataFrame; numbers as numbers, what is not said as NaN or an empty text.

        Raises KgError where pandas is not installed.
        """
        library = pandas()
        table = library.DataFrame(list(self._rows(self)), columns=list(self._columns))
        for name in self._numbers:
            table[name] = library.to_numeric(table[name], errors="coerce")
        return table  # type: ignore[no-any-return]

    def _repr_html_(self) -> str:
        from kg.outlets.notebook_html import table_frame

        rows = [list(row) for row in self._rows(self)]
        return table_frame(self._title, self._columns, rows, f"{len(self)} in all")


@cache
def answer_class() -> "type[pd.DataFrame]":
    """A DataFrame that shows itself with its citation; what is made of it is a plain one."""
    library = pandas()

    class Answer(library.DataFrame):  # type: ignore[misc, name-defined]
        """The rows of an answer."""

        @property
        def _constructor(self) -> "type[pd.DataFrame]":
            return library.DataFrame  # type: ignore[no-any-return]

        def _repr_html_(self) -> str:
            from kg.outlets.notebook_html import table_frame

            rows = [list(row) for row in self.itertuples(index=False, name=None)]
            return table_frame("Answer", list(self.columns), rows, self.attrs.get("citation", ""))

    return Answer


def plain(term: Any, names: Names) -> Any:
    """A term as Python has it: slugs and CURIEs for IRIs, int and float for numbers, bool."""
    if isinstance(term, NamedNode):
        return names.slug(term.value)
    if not isinstance(term, Literal):
        return None if term is None else str(term)
    kind = term.datatype.value.rpartition("#")[2]
    if kind in _INTEGERS:
        return int(term.value)
    if kind == "decimal":
        return int(term.value) if "." not in term.value else float(term.value)
    if kind in ("double", "float"):
        return float(term.value)
    return term.value == "true" if kind == "boolean" else term.value

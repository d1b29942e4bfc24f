"""The graph in a notebook: answers as pandas, views as values, pictures that show themselves."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    parse_query_results,
)

from kg.core.bundle import default_store, find_bundle
from kg.core.errors import KgError
from kg.core.names import Names, shipped_names
from kg.outlets.citation import cite, lines_of
from kg.store.build import current_snapshot
from kg.store.database import is_database
from kg.store.held import open_database
from kg.store.port import GraphStore, MemoryStore
from kg.store.snapshot import open_snapshot
from kg.views.claims import ClaimCard, Reader
from kg.views.conflicts import Conflict
from kg.views.conflicts import conflicts as all_conflicts
from kg.views.entity import EntityCard, entity_card
from kg.views.lookup import bind_names, find_entity, find_object, find_property
from kg.views.network import network
from kg.views.picture import Picture
from kg.views.pictures import neighbourhood, whole_picture
from kg.views.questions import questions
from kg.views.why import why

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

_INTEGERS = {"integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger"}


def open(store: str | Path | None = None) -> "Graph":
    """The shipped graph (built on first use), a built snapshot, or a store of your own."""
    if store is not None and is_database(Path(store)):
        return Graph(open_database(Path(store)), shipped_names(), union=False)
    if store is None:
        snapshot = current_snapshot(find_bundle(), default_store())
    else:
        snapshot = open_snapshot(Path(store))
    return Graph(MemoryStore(snapshot.quads, snapshot.version), shipped_names())


class Graph:
    """A snapshot to ask; every figure that it gives leads to its passage."""

    def __init__(self, store: GraphStore, names: Names, union: bool = True) -> None:
        self._reader, self._union = Reader(store, names), union

    @property
    def version(self) -> str:
        """The snapshot's digest: cite it with a result."""
        return self._reader.store.version

    def query(self, what: str, **parameters: str) -> "pd.DataFrame":
        """The answer of a SELECT or of a ready question by name, one row a solution.

        IRIs are shortened to slugs and CURIEs; whole numbers are int, other numbers float. The
        table shows itself with its citation, which `.attrs["citation"]` has too.
        Needs pandas (`pip install jsip-kg[notebook]`). Raises KgError for other query forms.
        """
        names = self._reader.names
        known, asked, union = questions(), {}, self._union
        if what in known:
            union = True
            asked = {"en": known[what].title_en, "ja": known[what].title_ja}
            what = bind_names(self._reader, known[what], parameters)
        elif parameters:
            raise KgError("Only ready questions take parameters; put VALUES into your own query.")
        answer = self._reader.store.query(what, union)
        if not isinstance(answer, QuerySolutions):
            form = "yes or no" if isinstance(answer, QueryBoolean) else "a graph"
            raise KgError(f"The query gives {form}; ask for rows with SELECT.")
        lines = lines_of(answer)
        told = parse_query_results(lines, format=QueryResultsFormat.TSV)
        assert isinstance(told, QuerySolutions)
        columns = [variable.value for variable in told.variables]
        rows = [[_value(term, names) for term in row] for row in told]
        table = _answer_class()(rows, columns=columns)
        table.attrs["citation"] = cite(self._reader, what, lines, asked).text["en"]
        return table

    def entity(self, name: str) -> "Card":
        """The card of an entity, by slug, IRI or a name in any script; it shows itself."""
        card = entity_card(self._reader, find_entity(self._reader, name))
        return Card(**{field.name: getattr(card, field.name) for field in fields(card)})

    def why(self, subject: str, predicate: str, value: str) -> Sequence[ClaimCard]:
        """The claims and passages behind one edge."""
        return why(
            self._reader,
            find_entity(self._reader, subject),
            find_property(self._reader, predicate),
            find_object(self._reader, value),
        )

    def conflicts(self, only_open: bool = False) -> Sequence[Conflict]:
        """Where sources disagree."""
        return all_conflicts(self._reader, only_open)

    def network(self) -> "nx.MultiDiGraph[str]":
        """Accepted edges, each with the IRIs of its claims and evidence."""
        return network(self._reader)

    def picture(self, entity: str | None = None, hops: int = 2) -> "Drawing":
        """An interactive picture of the whole graph or of an entity's neighbourhood."""
        if entity is None:
            return Drawing(whole_picture(self._reader))
        iri = find_entity(self._reader, entity)
        return Drawing(neighbourhood(self._reader, self._reader.named([iri])[iri], hops))


@dataclass(frozen=True)
class Card(EntityCard):
    """An entity's card that a notebook shows in a sandboxed frame."""

    def _repr_html_(self) -> str:
        from kg.outlets.shown import card_frame

        return card_frame(self)


@cache
def _answer_class() -> "type[pd.DataFrame]":
    """A DataFrame that shows itself with its citation; what is made of it is a plain one."""
    import pandas as pd

    class Answer(pd.DataFrame):
        """The rows of an answer."""

        @property
        def _constructor(self) -> "type[pd.DataFrame]":
            return pd.DataFrame

        def _repr_html_(self) -> str:
            from kg.outlets.shown import table_frame

            rows = [list(row) for row in self.itertuples(index=False, name=None)]
            return table_frame("Answer", list(self.columns), rows, self.attrs.get("citation", ""))

    return Answer


@dataclass(frozen=True)
class Drawing:
    """A picture that a notebook shows in a sandboxed frame."""

    picture: Picture

    def save(self, out: str | Path) -> None:
        """Writes the self-contained page."""
        from kg.outlets.page import write_page

        write_page(self.picture, Path(out))

    def _repr_html_(self) -> str:
        from kg.outlets.page import render_page

        page = escape(render_page(self.picture), quote=True)
        title = escape(self.picture.title_en, quote=True)
        style = "width:100%;height:640px;border:1px solid #ccc"
        return (
            f'<iframe title="{title}" sandbox="allow-scripts" style="{style}" '
            f'srcdoc="{page}"></iframe>'
        )


def _value(term: Any, names: Names) -> Any:
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

"""The graph in a notebook: answers as pandas, views as values, pictures that show themselves."""

from collections.abc import Sequence
from dataclasses import fields
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    parse_query_results,
    serialize,
)

from kg.build.build import current_snapshot
from kg.build.snapshot import open_snapshot
from kg.core.bundle import default_store, find_bundle
from kg.core.errors import KgError, UnknownName
from kg.core.files import writing
from kg.core.names import Names, shipped_names
from kg.database.database import is_database
from kg.database.readers import open_database
from kg.edges.notebook.checking import Checks
from kg.edges.notebook.displays import Card, Drawing
from kg.edges.notebook.frames import Listed, answer_class, plain
from kg.edges.notebook.networks import Networks
from kg.edges.notebook.queries import asked, declared, refuse_unknown, wrong_form
from kg.engine.graph_store import LocalStore, MemoryStore
from kg.outlets.citation import cite, lines_of
from kg.outlets.tables import CLAIM_COLUMNS, CONFLICT_COLUMNS, claim_rows, conflict_rows
from kg.views.figures.series import Observation, series
from kg.views.finding.finder import Finder
from kg.views.finding.lookup import (
    bind_names,
    claim_filters,
    find_entity,
    find_object,
    find_property,
)
from kg.views.finding.results import COLUMNS, Result
from kg.views.quality.stats import Stats, stats
from kg.views.queries.questions import questions, written
from kg.views.record.cards import ClaimCard
from kg.views.record.claims import Reader
from kg.views.record.conflicts import Conflict
from kg.views.record.conflicts import conflicts as all_conflicts
from kg.views.record.entity import entity_card
from kg.views.record.spans import spans
from kg.views.record.why import claims_by, why

__all__ = ["Drawing", "Graph", "open"]

if TYPE_CHECKING:
    import pandas as pd
    import rdflib

_NUMBERS = ["number", "low", "high", "passage_number"]
_ALL = 10**6  # claims at most, where no limit is given


def open(store: str | Path | None = None, union: bool = False) -> "Graph":
    """The shipped graph (built on first use), a built snapshot, or a store of your own.

    A store of your own is read as `kg serve --store` of it serves it, also while that runs; with
    `union`, its default graph is the union of all its graphs, as that of a snapshot always is.

    >>> open().entity("高市早苗").entity.en
    'Sanae Takaichi'
    """
    if store is not None and is_database(Path(store)):
        return Graph(open_database(Path(store)), shipped_names(), union)
    if store is None:
        snapshot = current_snapshot(find_bundle(), default_store())
    else:
        snapshot = open_snapshot(Path(store))
    return Graph(
        MemoryStore(snapshot.quads, snapshot.version, snapshot.is_disjoint), shipped_names()
    )


class Graph(Checks, Networks):
    """A graph to ask; every figure that it gives leads to its passage.

    Entities are named by slug, IRI or a name in any script; a name that nothing bears raises
    UnknownName, a KgError that says which is nearest.
    """

    def __init__(self, store: LocalStore, names: Names, union: bool = True) -> None:
        self._store, self._union = store, union
        self._reader = Reader(store, names)

    @property
    def version(self) -> str:
        """The digest of the content: cite it with a result. Empty of a store too large for one."""
        return self._store.version

    def query(self, what: str, **parameters: object) -> "pd.DataFrame":
        """The answer of a SELECT or of a ready question by name, one row a solution.

        Parameters of ready questions may be texts, days, numbers. Prefixes of the project need no
        PREFIX. IRIs are shortened to slugs and CURIEs; whole numbers are int, other numbers float.
        The table shows itself with its citation, which `.attrs["citation"]` has too.

        Needs pandas (`pip install "jsip-kg[notebook]"`). Raises KgError for other query forms, with
        line and column where the query cannot be parsed.

        >>> from datetime import date
        >>> open().query("cq21", day=date(2025, 12, 19)).person[0]
        'takaichi-sanae'
        """
        known, titles, union = questions(), {}, self._union
        if what in known:
            titles, union = {"en": known[what].title_en, "ja": known[what].title_ja}, True
            values = {name: written(value) for name, value in parameters.items()}
            what = bind_names(self._reader, known[what], values)
        elif parameters:
            raise KgError("Only ready questions take parameters; put VALUES into your own query.")
        table = answer_class()  # says what is missing before anything is asked
        answer = self._asked(what, union)
        if not isinstance(answer, QuerySolutions):
            instead = "ask for rows with SELECT, or use .ask() and .construct()"
            form = "yes or no" if isinstance(answer, QueryBoolean) else "a graph"
            raise wrong_form(form, instead)
        lines = lines_of(answer)
        found = parse_query_results(lines, format=QueryResultsFormat.TSV)
        assert isinstance(found, QuerySolutions)
        columns = [variable.value for variable in found.variables]
        rows = [[plain(term, self._reader.names) for term in row] for row in found]
        made = table(rows, columns=columns)
        query = declared(what, self._reader.names)
        made.attrs["citation"] = cite(self._reader, query, lines, titles).text["en"]
        return made

    def ask(self, sparql: str) -> bool:
        """The answer of an ASK.

        >>> open().ask("ASK { id:takaichi-sanae a jsip:Person }")
        True
        """
        answer = self._asked(sparql, self._union)
        if not isinstance(answer, QueryBoolean):
            raise wrong_form("no yes or no", "ask it with ASK { … }")
        return bool(answer)

    def construct(self, sparql: str) -> "rdflib.Graph":
        """The triples of a CONSTRUCT or DESCRIBE as an rdflib Graph, prefixes bound.

        >>> len(open().construct("CONSTRUCT { ?s a ?c } { VALUES ?s { id:meti } ?s a ?c }")) > 0
        True
        """
        import rdflib

        graph = rdflib.Graph()
        for prefix, iri in self._reader.names.prefixes.items():
            graph.bind(prefix, iri)
        data = serialize(self._triples(sparql), format=RdfFormat.N_TRIPLES)
        return graph.parse(data=data, format="nt")

    def _triples(self, sparql: str) -> QueryTriples:
        answer = self._asked(sparql, self._union)
        if not isinstance(answer, QueryTriples):
            raise wrong_form("no graph", "ask for one with CONSTRUCT { … } WHERE { … }")
        return answer

    def _asked(self, sparql: str, union: bool) -> Any:
        refuse_unknown(sparql)
        return asked(self._store, sparql, union, self._reader.names)

    @cached_property
    def _finder(self) -> Finder:
        return Finder(self._reader)

    def _find(self, name: str) -> str:
        return find_entity(self._reader, name, lambda: self._finder.names)

    def search(self, text: str, lang: str | None = None, limit: int = 10) -> Listed[Result]:
        """Claims by their figure, names, passages and ids, the best first, as `kg search`.

        `lang` (en, ja) says whose names come first. A result's `score` goes from 0 to 1.

        >>> open().search("tohkama")[0].id
        'karakama-daisuke'
        """
        found = self._finder.find(text, lang, limit=limit).results
        return Listed(found, text, COLUMNS, lambda of: (one.row for one in of), ["score"])

    def entity(self, name: str) -> Card:
        """The card of an entity: its claims, and which figure to print; it shows itself."""
        card = entity_card(self._reader, self._find(name))
        return Card(**{field.name: getattr(card, field.name) for field in fields(card)})

    def claims(self, subject: str = "", *, limit: int = _ALL, **filters: str) -> Listed[ClaimCard]:
        """Claims that match every filter, by id: all, or those about a subject.

        Filters are `predicate`, `object`, `asserter`, `source`, `status` and `review`.

        >>> found = open().claims("content-budget-japan", predicate="amount", review="accepted")
        >>> found[0].printed, found[0].passages[0].quote
        ('25.2 billion yen', 'only 25.2 billion yen')
        """
        known = ("predicate", "object", "asserter", "source", "status", "review")
        for name in filters:
            if name not in known:
                raise UnknownName("filter", name, known)
        wanted = claim_filters(self._reader, {"subject": subject, **filters}, self._find)
        return self._listed(claims_by(self._reader, limit, 0, **wanted)[1], subject or "Claims")

    def why(self, subject: str, predicate: str, value: str) -> Listed[ClaimCard]:
        """The claims and passages behind one edge."""
        found = why(
            self._reader,
            self._find(subject),
            find_property(self._reader, predicate),
            find_object(self._reader, value),
        )
        return self._listed(found, f"{subject} {predicate} {value}")

    def _listed(self, claims: Sequence[ClaimCard], title: str) -> Listed[ClaimCard]:
        def rows(of: Sequence[ClaimCard]) -> list[Sequence[object]]:
            held = spans(self._reader, of)
            return [row for claim in of for row in claim_rows(claim, held)]

        return Listed(claims, title, CLAIM_COLUMNS, rows, _NUMBERS)

    def conflicts(self, only_open: bool = False, kind: str = "") -> Listed[Conflict]:
        """Where sources disagree, by `kind`; `to_frame()` has one row a claim of each.

        Its `low` and `high` are the two printed ends of a range; other figures have none.

        >>> table = open().conflicts(kind="conflict").to_frame()
        >>> {"conflict", "value", "low", "high", "asserter", "source", "passage"} <= {*table}
        True
        """
        found = all_conflicts(self._reader, only_open, kind=kind)
        return Listed(found, "Conflicts", CONFLICT_COLUMNS, conflict_rows, _NUMBERS[:3])

    def series(self, name: str) -> Listed[Observation]:
        """The observations of a series, by period, provider and scenario, ready to plot.

        >>> open().series("content-market-japan")[0].claim.startswith("https://w3id.org/jsip/id/")
        True
        """
        found = series(self._reader, self._find(name))
        columns = [field.name for field in fields(Observation)]
        return Listed(found, name, columns, lambda of: map(_seen, of), ["value", "high"])

    def stats(self) -> Stats:
        """Counts, and how well the claims are founded.

        >>> open().stats().claims > 1000
        True
        """
        return stats(self._reader)

    def export(
        self,
        name: str,
        entity: str | None = None,
        hops: int = 1,
        query: str | None = None,
        out: str | Path | None = None,
    ) -> bytes:
        """The graph, what lies around an entity, or a CONSTRUCT's triples, in a format by name.

        Formats are those of `kg export --list`. With `out`, a file is written as well.

        >>> open().export("turtle", entity="meti")[:7]
        b'@prefix'
        """
        from kg.outlets.export import around, export, of_triples, whole

        if entity is not None and query is not None:
            raise KgError("Give entity or query, not both.")
        if query is not None:
            part = of_triples(self._reader, self._triples(query))
        elif entity is not None:
            part = around(self._reader, self._find(entity), hops)
        else:
            part = whole(self._reader)
        data = BytesIO()
        export(part, name, data)
        if out is not None:
            with writing(Path(out)) as file:
                file.write(data.getvalue())
        return data.getvalue()


def _seen(point: Observation) -> Sequence[object]:
    """An observation in words."""
    said = (point.period.id, point.start, point.value, point.high, point.qualifier, point.unit.id)
    scenario = point.scenario.id if point.scenario else ""
    return (*said, point.provider.id, scenario, point.status, point.claim, " ".join(point.replaces))

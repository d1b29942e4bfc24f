"""SHACL shapes: pySHACL for core constraints, the engine for SPARQL constraints.

A SPARQL constraint is asked once for each focus node, so ours have one: the dataset. What is at
fault is the value (`?value`) of a result. pySHACL alone finds the same in a minute, the engine in
milliseconds. `full_problems` proves them equal on small data. Shapes marked `jsh:storeWide` look at
named graphs, have no target and are never shown to pySHACL; `$this` is what is at fault there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.build.screen import SH, Screen
from kg.core.problems import Problem, Severity

if TYPE_CHECKING:
    import rdflib

JSH = "https://w3id.org/jsip/shapes#"

_PROPERTY = ox.NamedNode(SH + "property")
_SPARQL = ox.NamedNode(SH + "sparql")
_TARGET_NODE = ox.NamedNode(SH + "targetNode")
_TARGETS = {
    _TARGET_NODE,
    *(ox.NamedNode(SH + f"target{kind}") for kind in ("Class", "ObjectsOf", "SubjectsOf")),
}
_STORE_WIDE = ox.NamedNode(JSH + "storeWide")
_DATASET = "https://w3id.org/jsip/dataset"
_STRING = "http://www.w3.org/2001/XMLSchema#string"
_NUMBER = re.compile(r"S\d\d")
_PLACEHOLDER = re.compile(r"\{[$?](\w+)\}")

_PREFIXES = f"""
SELECT ?prefix ?namespace {{
  <{JSH}prefixes> <{SH}declare> ?declared .
  ?declared <{SH}prefix> ?prefix ; <{SH}namespace> ?namespace
}} ORDER BY ?prefix"""
_QUERIES = f"""
SELECT ?query ?severity ?message ?select ?wide {{
  ?shape <{SH}sparql> ?query . ?query <{SH}select> ?select ; <{SH}message> ?message .
  OPTIONAL {{ ?shape <{SH}severity> ?severity }} OPTIONAL {{ ?shape <{JSH}storeWide> ?wide }}
}} ORDER BY ?query"""


@dataclass(frozen=True, slots=True)
class ShapeQuery:
    """A SPARQL constraint as one query, prefixes included; `$this` is not bound."""

    name: str
    severity: Severity
    message: str
    text: str
    store_wide: bool

    @property
    def shape(self) -> str:
        """Number of the shape, as in the design's table.

        >>> ShapeQuery("S07-sides", "Violation", "", "", False).shape
        'S07'
        """
        return _number(self.name)


@dataclass(frozen=True, slots=True)
class Shapes:
    """All shapes of a folder: triples for pySHACL, queries for the store."""

    triples: tuple[ox.Triple, ...]
    queries: tuple[ShapeQuery, ...]
    prefixes: tuple[tuple[str, str], ...]

    def short(self, iri: str) -> str:
        """The CURIE of an IRI where a prefix of the shapes fits, else the IRI."""
        fitting = [(ns, prefix) for prefix, ns in self.prefixes if iri.startswith(ns)]
        if not fitting:
            return f"<{iri}>"
        namespace, prefix = max(fitting, key=lambda pair: len(pair[0]))
        return f"{prefix}:{iri.removeprefix(namespace)}"


def load_shapes(folder: Path) -> Shapes:
    """Read every `*.ttl` of a folder; an unreadable file raises pyoxigraph's SyntaxError."""
    store = ox.Store()
    for path in sorted(folder.glob("*.ttl")):
        store.load(path=str(path), format=ox.RdfFormat.TURTLE)
    prefixes = tuple((row[0].value, row[1].value) for row in _rows(store, _PREFIXES))
    head = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in prefixes)
    queries = tuple(
        ShapeQuery(
            name=query.value.removeprefix(JSH),
            severity=_severity(severity),
            message=message.value,
            text=head + select.value,
            store_wide=wide is not None,
        )
        for query, severity, message, select, wide in _rows(store, _QUERIES)
    )
    return Shapes(tuple(sorted((quad.triple for quad in store), key=str)), queries, prefixes)


def core_problems(quads: Iterable[ox.Quad], shapes: Shapes) -> list[Problem]:
    """What pySHACL finds with core constraints only, in the union of all graphs.

    It judges the nodes that a screen of the whole does not let pass.
    """
    store = quads if isinstance(quads, ox.Store) else ox.Store()
    if store is not quads:
        store.extend(quads)
    core = _core(shapes)
    suspects = {shape: nodes for shape, nodes in Screen(core, store).suspects() if nodes}
    if not suspects:
        return []
    named = [ox.Triple(shape, _TARGET_NODE, n) for shape, of in suspects.items() for n in of]  # type: ignore[arg-type]
    untargeted = [triple for triple in core if triple.predicate not in _TARGETS]
    return _pyshacl_problems(store, [*untargeted, *named], shapes)


def core_problems_by_the_book(quads: Iterable[ox.Quad], shapes: Shapes) -> list[Problem]:
    """The same of a pySHACL that looks at every node: what `core_problems` is held to."""
    return _pyshacl_problems(quads, _core(shapes), shapes)


def _core(shapes: Shapes) -> list[ox.Triple]:
    core = [triple for triple in _standard(shapes) if triple.predicate != _SPARQL]
    return _targets_moved(core)


def storewide_problems(store: ox.Store, shapes: Shapes) -> list[Problem]:
    """What the SPARQL constraints find, each asked once over the union of all graphs."""
    return _asked(store, shapes, shapes.queries)


def full_problems(quads: Iterable[ox.Quad], shapes: Shapes) -> list[Problem]:
    """The same by the book, for parity on small data: pySHACL asks its SPARQL constraints itself.

    Store-wide shapes, which no SHACL processor can run, are asked of the store.
    """
    held = list(quads)
    store = ox.Store()
    store.extend(held)
    found = _pyshacl_problems(held, _standard(shapes), shapes)
    wide = [query for query in shapes.queries if query.store_wide]
    return _sorted({*found, *_asked(store, shapes, wide)})


def _asked(store: ox.Store, shapes: Shapes, queries: Iterable[ShapeQuery]) -> list[Problem]:
    return _sorted({problem for query in queries for problem in _ask(store, shapes, query)})


def _ask(store: ox.Store, shapes: Shapes, query: ShapeQuery) -> Iterator[Problem]:
    solutions = store.query(query.text, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        bound = {name: solution[name] for name in names if solution[name] is not None}
        shown = {name: _shown(term, shapes) for name, term in bound.items()}
        what = _filled(query.message, shown)
        at_fault = bound["value"] if "value" in bound and not query.store_wide else bound["this"]
        yield Problem(_plain(at_fault), what, query.shape, query.severity)


def _filled(message: str, shown: dict[str, str]) -> str:
    """Put values in the place of `{$this}` and `{?variable}`.

    >>> _filled("{$this} is {?rank}.", {"this": "id:c-1", "rank": "jsip:Normal"})
    'id:c-1 is jsip:Normal.'
    """
    return _PLACEHOLDER.sub(lambda hit: shown.get(hit[1], "—"), message)


def _standard(shapes: Shapes) -> list[ox.Triple]:
    """The shapes that a SHACL processor can run."""
    wide = {triple.subject for triple in shapes.triples if triple.predicate == _STORE_WIDE}
    return [triple for triple in shapes.triples if triple.subject not in wide]


def _targets_moved(triples: list[ox.Triple]) -> list[ox.Triple]:
    """The same rules with the targets of a node shape moved to its property shapes.

    pySHACL then checks a property shape once for all focus nodes, not once for each.
    """
    targets: dict[object, list[ox.Triple]] = {}
    for triple in triples:
        if triple.predicate in _TARGETS:
            targets.setdefault(triple.subject, []).append(triple)
    moved: set[ox.Triple] = set()
    for triple in triples:
        if triple.predicate == _PROPERTY and triple.subject in targets:
            owned = targets[triple.subject]
            moved |= {ox.Triple(triple.object, own.predicate, own.object) for own in owned}  # type: ignore[arg-type]
        elif triple.predicate not in _TARGETS:
            moved.add(triple)
    return list(moved)


def _pyshacl_problems(
    quads: Iterable[ox.Quad], shape_triples: Iterable[ox.Triple], shapes: Shapes
) -> list[Problem]:
    import pyshacl  # slow to import, and only checks need it

    _, report, _ = pyshacl.validate(
        _rdflib_graph(quads), shacl_graph=_rdflib_graph(shape_triples), inference="none"
    )
    return _sorted(set(_reported(report, shapes)))


def _reported(report: rdflib.Graph, shapes: Shapes) -> Iterator[Problem]:
    from rdflib import RDF, SH, URIRef

    for result in report.subjects(RDF.type, SH.ValidationResult):
        value = report.value(result, SH.value)
        focus = str(report.value(result, SH.focusNode))
        message = str(report.value(result, SH.resultMessage))
        if focus == _DATASET and value is not None:
            focus = str(value)
        elif value is not None and str(value) != focus:
            shown = shapes.short(str(value)) if isinstance(value, URIRef) else str(value)
            message += f" (Found: {shown})"
        shape = _number(str(report.value(result, SH.sourceShape)))
        yield Problem(focus, message, shape, _severity(report.value(result, SH.resultSeverity)))


def _rdflib_graph(statements: Iterable[ox.Quad | ox.Triple]) -> rdflib.Graph:
    """All graphs flattened into one; every IRI is made once, which halves the time."""
    from rdflib import BNode, Graph, Literal, URIRef

    known: dict[str, URIRef] = {}

    def converted(term: object) -> rdflib.term.Identifier:
        if isinstance(term, ox.NamedNode):
            iri = known.get(term.value)
            return known.setdefault(term.value, URIRef(term.value)) if iri is None else iri
        if isinstance(term, ox.BlankNode):
            return BNode(term.value)
        assert isinstance(term, ox.Literal)
        if term.language is not None:
            return Literal(term.value, lang=term.language)
        datatype = None if term.datatype.value == _STRING else URIRef(term.datatype.value)
        return Literal(term.value, datatype=datatype, normalize=False)

    graph = Graph()
    for one in statements:
        graph.add((converted(one.subject), converted(one.predicate), converted(one.object)))
    return graph


def _rows(store: ox.Store, query: str) -> list[list[ox.NamedNode | ox.Literal]]:
    solutions = store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    return [list(solution) for solution in solutions]


def _severity(term: object) -> Severity:
    """What SHACL assumes where nothing is said is a violation (SHACL §2.1.4)."""
    return "Warning" if _plain(term) == SH + "Warning" else "Violation"


def _number(name: str) -> str:
    found = _NUMBER.search(name)
    if found is None:
        raise ValueError(f"shape {name} bears no number of the form S01")
    return found[0]


def _plain(term: object) -> str:
    """The text of a term of either library."""
    value = getattr(term, "value", None)
    return value if isinstance(value, str) else str(term)


def _shown(term: object, shapes: Shapes) -> str:
    return shapes.short(term.value) if isinstance(term, ox.NamedNode) else _plain(term)


def _sorted(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda p: (p.rule, p.severity, p.where, p.what))

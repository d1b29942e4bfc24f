"""What needs more than a snapshot: shapes, tables, files that were written. I1, Q2, Q4, Q5, R1."""

import csv
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, QuerySolutions

from kg.build.assemble import Assembled, assemble
from kg.build.check import Examined, at_rows
from kg.build.gates import rows
from kg.build.quality_rules import QualityRules
from kg.core.bundle import Bundle, shown
from kg.core.errors import KgError
from kg.core.names import Names
from kg.core.problems import Problem
from kg.engine.graph_store import ask
from kg.ledger.compile import compile_tables, difference
from kg.views.quality.measured import Measured, count, share
from kg.views.queries.questions import questions

_OWN_TERM = re.compile(r"\bjsip:(\w+)")
_TERMS = """SELECT DISTINCT ?term WHERE {
  GRAPH g:ontology { ?term rdfs:isDefinedBy ?module FILTER(STRSTARTS(STR(?term), STR(jsip:))) } }
ORDER BY ?term"""
_STRUCTURE = (  # what the ontology says of a term without needing it
    "rdfs:subClassOf rdfs:subPropertyOf rdfs:domain rdfs:range schema:domainIncludes "
    "schema:rangeIncludes owl:disjointWith owl:inverseOf dct:isReplacedBy"
).split()
_PAIRS = ("a", "b", "kind", "reason", "half", "note")
_KINDS = ("conflict", "identity", "caution", "none")
_HALVES = ("development", "frozen")


def used_terms(
    assembled: Assembled, bundle: Bundle, examined: Examined, rules: QualityRules
) -> Iterator[Measured]:
    """I1: every own term has a use beside its own definition."""
    names = assembled.names
    terms = [row[0] for row in rows(assembled.store, names, _TERMS)]
    files = [*bundle.ontology.glob("shapes/*.ttl"), *bundle.ontology.glob("rules/*.rq")]
    texts = [file.read_text(encoding="utf-8") for file in sorted(files)]
    texts += [question.sparql for question in questions().values()]
    used = {names.iri(f"jsip:{local}") for text in texts for local in _OWN_TERM.findall(text)}
    used |= _used_by_data(assembled)
    unused = [names.curie(term) for term in terms if term not in used]
    yield share("I1-used", len(terms), unused)


def _used_by_data(assembled: Assembled) -> set[str]:
    ontology = NamedNode(assembled.names.graph("ontology"))
    structure = {assembled.names.iri(curie) for curie in _STRUCTURE}
    found = set()
    for quad in assembled.store:
        found.add(quad.predicate.value)
        is_use = quad.graph_name != ontology or quad.predicate.value not in structure
        if is_use and isinstance(quad.object, NamedNode):
            found.add(quad.object.value)
    return found


def problems(
    assembled: Assembled, bundle: Bundle, examined: Examined, rules: QualityRules
) -> Iterator[Measured]:
    """Q2: violations, and for each shape the share of its things that it warns about."""
    places = examined.compiled.places if examined.compiled else {}
    by_shape: dict[str, list[Problem]] = defaultdict(list)
    violations = []
    for problem in sorted(set(examined.problems)):
        if problem.severity == "Violation":
            violations.append(problem)
        else:
            by_shape[problem.rule].append(problem)

    def shown_at(found: Iterable[Problem]) -> list[str]:
        return [str(p) for p in sorted(at_rows(found, places, assembled.names))]

    yield count("Q2-violations", shown_at(violations))
    for shape, things in rules.concerned.items():
        warnings = by_shape.pop(shape, [])
        warned = {problem.where for problem in warnings}
        total = _counted(assembled, things) or len(warned)
        value = len(warned) / total if total else None
        yield Measured(f"Q2-{shape}", value, tuple(shown_at(warnings)))
    yield count("Q2-other", shown_at(p for found in by_shape.values() for p in found))


def _counted(assembled: Assembled, things: str) -> int:
    """How many things (?x) match a graph pattern of `quality.yaml`."""
    sparql = f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {things} }}"
    return int(next(rows(assembled.store, assembled.names, sparql))[0])


def repeats(
    assembled: Assembled, bundle: Bundle, examined: Examined, rules: QualityRules
) -> Iterator[Measured]:
    """Q4: tables compile to the files on disk, and a second assembly is the same, byte by byte."""
    differing: list[str] = []
    if bundle.tables is not None:
        again = compile_tables(bundle.tables, bundle.ontology)
        differing += [shown(bundle.triples / f) for f in difference(again, bundle.triples).files]
    second = assemble(bundle)
    if (second.nquads, second.version) != (assembled.nquads, assembled.version):
        differing.append("the assembled graph")
    yield count("Q4-repeat", differing)


def detector(
    assembled: Assembled, bundle: Bundle, examined: Examined, rules: QualityRules
) -> Iterator[Measured]:
    """Q5: pairs of claims that people judged, against what the rules find.

    Rows of the frozen half are counted and never named: whoever mends the rule reads this report.
    """
    file = bundle.tables.parent / "quality" / "conflict-pairs.csv" if bundle.tables else None
    if file is None or not file.is_file():
        return
    labelled = _labelled(file, assembled)
    found = _found(assembled)
    yield Measured("Q5-pairs", len(labelled))
    yield from _scores("Q5", labelled, found)
    yield from _scores("Q5-frozen", [pair for pair in labelled if pair.frozen], found)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two claims that people judged: whether they conflict, which half, and at which row."""

    claims: frozenset[str]
    conflict: bool
    frozen: bool
    where: str


def _scores(
    name: str, labelled: Iterable[_Pair], found: Collection[frozenset[str]]
) -> Iterator[Measured]:
    """Precision and recall; None where nothing was found, or nothing is a conflict."""
    judged: dict[tuple[bool, bool], list[_Pair]] = defaultdict(list)
    for pair in labelled:
        judged[pair.claims in found, pair.conflict].append(pair)
    right = len(judged[True, True])
    for measure, said in (("precision", (True, False)), ("recall", (False, True))):
        wrong = judged[said]
        value = right / (right + len(wrong)) if right + len(wrong) else None
        named = tuple(pair.where for pair in wrong if not pair.frozen)
        yield Measured(f"{name}-{measure}", value, named)


def _labelled(file: Path, assembled: Assembled) -> list[_Pair]:
    """The judged pairs of a file; raises KgError at a row that cannot be read."""
    pairs: dict[frozenset[str], _Pair] = {}
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        if tuple(reader.fieldnames or ()) != _PAIRS:
            raise KgError(f"{shown(file)}:1: the columns must be {','.join(_PAIRS)}.")
        for row in reader:
            where = f"{shown(file)}:{reader.line_num}"
            claims = frozenset((row["a"] or "", row["b"] or ""))
            known = len(claims) == 2 and all(_is_claim(assembled, slug) for slug in claims)
            words = row["kind"] in _KINDS and row["half"] in _HALVES
            if not known or not words or claims in pairs:
                needs = f"{' or '.join(_KINDS)}, and {' or '.join(_HALVES)}"
                raise KgError(f"{where}: needs two claims, once, {needs}; got {row}.")
            told = f"{where} {row['a']} {row['b']}"
            pairs[claims] = _Pair(claims, row["kind"] == "conflict", row["half"] == "frozen", told)
    return list(pairs.values())


def _is_claim(assembled: Assembled, slug: str) -> bool:
    names = assembled.names
    subject = NamedNode(names.iri("rdf:subject"))
    claim = NamedNode(names.id(slug))
    return next(assembled.store.quads_for_pattern(claim, subject, None, None), None) is not None


def _found(assembled: Assembled) -> set[frozenset[str]]:
    """Pairs of claims that disagree by rule; those of conflicts named by hand are left out."""
    answer = ask(assembled.store, assembled.names.sparql_prologue() + _DISAGREEING)
    assert isinstance(answer, QuerySolutions)
    return {frozenset(_slug(row[side], assembled.names) for side in ("a", "b")) for row in answer}


_DISAGREEING = """SELECT ?a ?b { ?conflict jsip:comparisonKey ?key ; jsip:involves ?a , ?b .
  ?a jsip:disagreesWith ?b }"""


def _slug(term: object, names: Names) -> str:
    assert isinstance(term, NamedNode)
    return names.slug(term.value)


FILE_CHECKS = (used_terms, problems, repeats, detector)

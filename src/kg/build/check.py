"""Everything that `kg check` finds: tables, shapes, gates and held texts, mapped to rows."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg.build.assemble import Assembled, assemble
from kg.build.duplicates import duplicate_problems
from kg.build.gates import graph_problems, lexical_problems, rows, source_problems
from kg.build.quality_rules import load_quality_rules
from kg.build.reader_layer import reader_problems
from kg.build.shapes import core_problems, load_shapes, storewide_problems
from kg.core.bundle import Bundle, shown
from kg.core.errors import KgError, TablesRefused
from kg.core.names import Names
from kg.core.problems import Problem
from kg.ledger.compile import Compiled, compile_tables, difference


def gate_problems(assembled: Assembled, ontology: Path) -> list[Problem]:
    """What a build checks before it switches: shapes store-wide, and the gates in Python."""
    shapes = load_shapes(ontology / "shapes")
    found = storewide_problems(assembled.store, shapes)
    return [*found, *graph_problems(assembled)]


@dataclass(frozen=True)
class Examined:
    """What a check found, at IRIs where rows make them, and what it looked at."""

    problems: Sequence[Problem]
    compiled: Compiled | None
    assembled: Assembled | None

    @property
    def at_rows(self) -> list[Problem]:
        """The problems at the `file:line` of their rows, sorted; none twice."""
        if self.assembled is None:
            return list(self.problems)
        places = self.compiled.places if self.compiled else {}
        return sorted(set(at_rows(self.problems, places, self.assembled.names)))


def check(bundle: Bundle, sources: Path | None = None) -> list[Problem]:
    """Every shape and gate of ontology.md §5, sorted; with `sources` also the held texts."""
    return examine(bundle, sources).at_rows


def check_held(held: Assembled, bundle: Bundle, sources: Path | None = None) -> list[Problem]:
    """The same of what a store holds, by the shapes of a bundle, at IRIs."""
    _refuse_missing(sources)
    return sorted(set(_problems(held, bundle, sources, {})))


def examine(bundle: Bundle, sources: Path | None = None) -> Examined:
    """The same before it is mapped to rows; nothing is assembled of tables that are refused."""
    _refuse_missing(sources)
    compiled, problems = _compiled(bundle)
    if compiled is None and problems:
        return Examined(problems, None, None)
    assembled = assemble(bundle)
    problems += _problems(assembled, bundle, sources, compiled.places if compiled else {})
    if compiled is not None:
        problems += stale_verdicts(compiled, assembled)
    problems += lexical_problems(bundle.triples, assembled.names)
    return Examined(problems, compiled, assembled)


def _refuse_missing(sources: Path | None) -> None:
    if sources is not None and not sources.is_dir():
        raise KgError(f"{sources} is no folder of source texts; give one with --sources.")


def _problems(
    assembled: Assembled, bundle: Bundle, sources: Path | None, places: Mapping[str, str]
) -> Iterator[Problem]:
    """What is found in the quads themselves."""
    shapes = load_shapes(bundle.ontology / "shapes")
    yield from core_problems(assembled.store, shapes)
    yield from gate_problems(assembled, bundle.ontology)
    yield from reader_problems(assembled.store, bundle.ontology / "rules", assembled.names)
    yield from duplicate_problems(assembled, load_quality_rules(bundle.ontology), places)
    if sources is not None:
        yield from source_problems(assembled.store, assembled.names, sources)


def _compiled(bundle: Bundle) -> tuple[Compiled | None, list[Problem]]:
    """The tables compiled in memory, where there are any, against the triples on disk."""
    if bundle.tables is None:
        return None, []
    try:
        compiled = compile_tables(bundle.tables, bundle.ontology)
    except TablesRefused as refused:
        return None, list(refused.problems)
    differs = difference(compiled, bundle.triples)
    what = "is not what the tables compile to; run `kg compile`"
    stale = [Problem(f"{shown(bundle.triples / f)}:1", what, "S07") for f in differs.files]
    return compiled, [*stale, *compiled.doubts]


def stale_verdicts(compiled: Compiled, assembled: Assembled) -> Iterator[Problem]:
    """S17: a verdict on a conflict found by rule lists exactly the claims that clash now.

    Candidates wait for their review before they can make a verdict stale.
    """
    found: dict[str, set[str]] = defaultdict(set)
    sparql = (
        "SELECT ?conflict ?claim { ?conflict jsip:involves ?claim "
        "FILTER NOT EXISTS { ?claim jsip:reviewStatus rv:candidate } }"
    )
    for conflict, claim in rows(assembled.store, assembled.names, sparql):
        found[assembled.names.slug(conflict)].add(assembled.names.slug(claim))
    for verdict in compiled.ledger.verdicts:
        now = found.get(verdict.slug, set())
        if now != set(verdict.claims):
            what = f"the rule now finds {';'.join(sorted(now)) or 'no conflict'}; judge it anew"
            yield Problem(compiled.places[verdict.slug], what, "S17")


def at_rows(
    problems: Iterable[Problem], places: Mapping[str, str], names: Names
) -> Iterator[Problem]:
    """Problems at `file:line` of the row that made an IRI, where a row did."""
    for problem in problems:
        slug = names.slug(problem.where) if "://" in problem.where else ""
        row = next((places[s] for s in _owners(slug) if s in places), None)
        if row:
            what = problem.what if slug in problem.what else f"{slug} {problem.what}"
            yield replace(problem, where=row, what=what)
        else:
            yield problem


def _owners(slug: str) -> Iterator[str]:
    """The ids whose row brings a slug: selectors belong to evidence, that to a claim."""
    yield slug
    bare = re.sub(r"-(pos|quote)$", "", slug)
    yield bare
    yield re.sub(r"^[eto]-", "c-", bare)
    yield re.sub(r"^snap-", "src-", bare)

"""Runs the rules of `ontology/rules/` to fixpoint (ontology.md §6).

Rules are CONSTRUCTs over the union of all graphs, because INSERT … WHERE does not see named
graphs there; only triples that stand nowhere yet are added, so none counts twice.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Quad, QueryTriples, Store

from kg.core.errors import KgError, QueryRefused
from kg.core.names import Names
from kg.engine.graph_store import ask

_TARGET = re.compile(r"^# graph: (derived-[a-z]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Rule:
    """A CONSTRUCT and the derived graph that takes what it finds."""

    name: str
    graph: str
    sparql: str


def load_rules(folder: Path) -> tuple[list[Rule], list[Rule]]:
    """The projections (r7-*), which run first, and the inferences."""
    rules = [_load(path) for path in sorted(folder.glob("*.rq"))]
    projections = [rule for rule in rules if rule.name.startswith("r7-")]
    return projections, [rule for rule in rules if rule not in projections]


def _load(path: Path) -> Rule:
    text = path.read_text(encoding="utf-8")
    target = _TARGET.search(text)
    if target is None:
        raise KgError(f"{path}:1: the rule names no graph; add a line `# graph: derived-…`")
    return Rule(path.stem, target[1], text)


def derive(store: Store, rules: Path, names: Names) -> None:
    """Adds the derived graphs to a store that holds the asserted ones."""
    for stage in load_rules(rules):
        while sum(_apply(store, rule, names) for rule in stage):
            pass


def _apply(store: Store, rule: Rule, names: Names) -> int:
    """Adds what a rule newly finds; the number of triples added."""
    try:
        answer = ask(store, rule.sparql)
    except QueryRefused as refused:
        raise QueryRefused(f"Rule {rule.name}: {refused}") from refused
    if not isinstance(answer, QueryTriples):
        raise KgError(f"Rule {rule.name} is no CONSTRUCT query.")
    graph = NamedNode(names.graph(rule.graph))
    new = _new(store, [Quad(t.subject, t.predicate, t.object, graph) for t in answer])
    store.extend(new)
    return len(new)


def _new(store: Store, quads: Sequence[Quad]) -> list[Quad]:
    return [
        quad
        for quad in dict.fromkeys(quads)
        if next(store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None), None)
        is None
    ]

"""Runs the rules of `ontology/rules/`: projections and inferences to fixpoint (ontology.md §6).

Rules are CONSTRUCTs over the union of all graphs, because INSERT … WHERE does not see named
graphs there; only triples that stand nowhere yet are added, so none counts twice.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Quad, QueryTriples, Store, Triple

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


READER = "derived-reader"


def load_rules(folder: Path) -> tuple[list[Rule], list[Rule], list[Rule]]:
    """The projections (r7-*), which run first, the inferences, and those of the reader's layer."""
    rules = [_load(path) for path in sorted(folder.glob("*.rq"))]
    projections = [rule for rule in rules if rule.name.startswith("r7-")]
    layer = [rule for rule in rules if rule.graph == READER]
    return projections, [r for r in rules if r not in projections and r not in layer], layer


def _load(path: Path) -> Rule:
    text = path.read_text(encoding="utf-8")
    target = _TARGET.search(text)
    if target is None:
        raise KgError(f"{path}:1: the rule names no graph; add a line `# graph: derived-…`")
    return Rule(path.stem, target[1], text)


def derive(store: Store, rules: Path, names: Names) -> None:
    """Adds the derived graphs but the reader's layer to a store that holds the asserted ones."""
    projections, inferences, _ = load_rules(rules)
    for stage in (projections, inferences):
        while sum(apply(store, rule, names) for rule in stage):
            pass


def apply(store: Store, rule: Rule, names: Names) -> int:
    """Adds what a rule newly finds; the number of triples added."""
    try:
        answer = ask(store, rule.sparql)
    except QueryRefused as refused:
        raise QueryRefused(f"Rule {rule.name}: {refused}") from refused
    if not isinstance(answer, QueryTriples):
        raise KgError(f"Rule {rule.name} is no CONSTRUCT query.")
    return add(store, answer, NamedNode(names.graph(rule.graph)))


def add(store: Store, triples: Iterable[Triple], graph: NamedNode) -> int:
    """Adds triples that no graph holds yet; how many they are."""
    new = [
        Quad(t.subject, t.predicate, t.object, graph)
        for t in dict.fromkeys(triples)
        if next(store.quads_for_pattern(t.subject, t.predicate, t.object, None), None) is None
    ]
    store.extend(new)
    return len(new)

"""Joins of triple patterns over the columns (SPARQL 1.1, section 18.5)."""

from collections.abc import Sequence
from functools import reduce

import numpy as np

from kg.engine.columns.layout import DEFAULT_GRAPH, Columns, Ids
from kg.engine.columns.plan import Pattern, is_variable
from kg.engine.columns.tables import Abstain, Keys, Table

MOST_ROWS = 10_000_000  # of a join; more would take memory that a query may not have


def matches(columns: Columns, pattern: Pattern, is_union: bool) -> Table:
    """The solutions of one triple pattern: each quad that fits is one."""
    where, (_, subject, predicate, object_) = slice(0, len(columns.subjects)), pattern
    if not is_variable(predicate):
        where = columns.of_predicate(columns.find(predicate))
    places = (subject, columns.subjects[where]), (object_, columns.objects[where])
    bound = {place: ids for place, ids in places if is_variable(place)}
    masks = [ids == columns.find(term) for term, ids in places if not is_variable(term)]
    if is_variable(predicate):
        bound[predicate] = np.repeat(columns.predicates, np.diff(columns.starts))
    if len(bound) < sum(map(is_variable, pattern[1:])):
        raise Abstain("a variable twice in a pattern")
    graphs = columns.graphs[where]
    if is_variable(pattern.graph):
        bound[pattern.graph] = graphs
        masks.append(graphs != DEFAULT_GRAPH)
    elif pattern.graph:
        masks.append(graphs == columns.find(pattern.graph))
    elif not is_union:
        masks.append(graphs == DEFAULT_GRAPH)
    table = Table(bound, where.stop - where.start)
    return table.taken(reduce(np.logical_and, masks)) if masks else table


def joined(left: Table, right: Table, terms: int) -> Table:
    """Each pair of solutions that agree."""
    if not left.columns and left.rows == 1:
        return right
    shared = sorted(left.columns.keys() & right.columns.keys())
    shared.sort(key=lambda name: not _is_sorted(right.columns[name]))  # so the keys may be, too
    ours, theirs = (_keys(side, shared, terms) for side in (left, right))
    if np.array_equal(ours, theirs) and _is_sorted(ours, True):
        return Table({**left.columns, **right.columns}, left.rows)
    if len(ours) < len(theirs):  # the longer side is looked up in the shorter, sorted one
        left, right, ours, theirs = right, left, theirs, ours
    order = None if _is_sorted(theirs) else np.argsort(theirs, kind="stable")
    ordered = theirs if order is None else theirs[order]
    first = np.searchsorted(ordered, ours)
    if len(ordered) and _is_sorted(ordered, True):
        counts = (ordered[np.minimum(first, len(ordered) - 1)] == ours).astype(np.int64)
    else:
        counts = np.searchsorted(ordered, ours, side="right") - first
    lefts, rights = _expanded(first, counts)
    if order is not None:
        rights = order[rights]
    return Table({**right.taken(rights).columns, **left.taken(lefts).columns}, len(lefts))


def _keys(table: Table, names: Sequence[str], terms: int) -> Keys:
    """One number for each combination; all are below `terms`."""
    if float(terms + 1) ** len(names) > 2.0**62:
        raise Abstain("too many variables shared")
    keys = np.zeros(table.rows, dtype=np.int64)
    for name in names:
        keys = keys * (terms + 1) + table.columns[name]
    return keys


def _is_sorted(keys: Keys | Ids, is_strictly: bool = False) -> bool:
    return bool(np.all(keys[1:] > keys[:-1] if is_strictly else keys[1:] >= keys[:-1]))


def _expanded(first: Keys, counts: Keys) -> tuple[Keys, Keys]:
    """Places on both sides, one pair for each match."""
    rows = int(counts.sum())
    if rows > MOST_ROWS:
        raise Abstain("too many pairs")
    lefts = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(rows) - np.repeat(np.cumsum(counts) - counts, counts)
    return lefts, first[lefts] + within

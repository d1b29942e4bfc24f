"""Joins of triple patterns over the columns (SPARQL 1.1, section 18.5)."""

from collections.abc import Sequence
from functools import reduce

import numpy as np

from kg.engine.columns.layout import DEFAULT_GRAPH, Columns, Ids
from kg.engine.columns.plan import Pattern, is_variable
from kg.engine.columns.tables import Abstain, Keys, Mask, Table

MOST_ROWS = 10_000_000  # of a join; more would take memory that a query may not have


def matches(columns: Columns, pattern: Pattern, is_union: bool) -> Table:
    """The solutions of one triple pattern: each quad that fits is one."""
    where = slice(0, len(columns.subjects))
    if not is_variable(pattern.predicate):
        where = columns.of_predicate(columns.find(pattern.predicate))
    places = {
        pattern.subject: columns.subjects[where],
        pattern.object: columns.objects[where],
        pattern.graph: columns.graphs[where],
    }
    masks = list(_masks(columns, pattern, where, is_union))
    if is_variable(pattern.predicate):
        places[pattern.predicate] = _predicates(columns)
    bound = {place: found for place, found in places.items() if is_variable(place)}
    table = Table(bound, where.stop - where.start)
    return table.taken(reduce(np.logical_and, masks)) if masks else table


def _masks(columns: Columns, pattern: Pattern, where: slice, is_union: bool) -> list[Mask]:
    """What must hold of the quads, beside their predicate."""
    graphs = columns.graphs[where]
    masks = []
    if pattern.graph == "":
        if not is_union:
            masks.append(graphs == DEFAULT_GRAPH)
    elif is_variable(pattern.graph):
        masks.append(graphs != DEFAULT_GRAPH)
    else:
        masks.append(graphs == _number(columns, pattern.graph))
    found = ((pattern.subject, columns.subjects[where]), (pattern.object, columns.objects[where]))
    masks += [ids == _number(columns, text) for text, ids in found if not is_variable(text)]
    places = [p for p in (pattern.subject, pattern.predicate, pattern.object) if is_variable(p)]
    if len(set(places)) < len(places):
        raise Abstain("a variable twice in a pattern")
    return masks


def _number(columns: Columns, text: str) -> int:
    """No quad has the number of a term that is unknown."""
    number = columns.find(text)
    return number if number >= 0 else -2


def _predicates(columns: Columns) -> Ids:
    return np.repeat(columns.predicates, np.diff(columns.starts))


def joined(left: Table, right: Table, terms: int) -> Table:
    """Each pair of solutions that agree."""
    shared = sorted(left.variables & right.variables)
    if not shared:
        return _paired(left, right)
    shared.sort(key=lambda name: not _is_sorted(right.columns[name]))  # so the keys may be, too
    ours = _keys([left.columns[name] for name in shared], terms)
    theirs = _keys([right.columns[name] for name in shared], terms)
    if len(ours) == len(theirs) and _is_rising(ours) and np.array_equal(ours, theirs):
        return Table({**left.columns, **right.columns}, left.rows)
    if len(ours) < len(theirs):  # the longer side is looked up in the shorter, sorted one
        left, right, ours, theirs = right, left, theirs, ours
    order = None if _is_sorted(theirs) else np.argsort(theirs, kind="stable")
    ordered = theirs if order is None else theirs[order]
    first, count = _ranges(ordered, ours)
    lefts, rights = _expanded(first, count)
    if order is not None:
        rights = order[rights]
    return Table({**right.taken(rights).columns, **left.taken(lefts).columns}, len(lefts))


def _paired(left: Table, right: Table) -> Table:
    rows = left.rows * right.rows
    if rows > MOST_ROWS:
        raise Abstain("too many pairs")
    columns = {name: np.repeat(ids, right.rows) for name, ids in left.columns.items()}
    columns |= {name: np.tile(ids, left.rows) for name, ids in right.columns.items()}
    return Table(columns, rows)


def _keys(parts: Sequence[Ids], terms: int) -> Keys:
    """One number for each combination; all are at least -1 and below `terms`."""
    keys = parts[0].astype(np.int64)
    if float(terms + 1) ** len(parts) > 2.0**62:
        raise Abstain("too many variables shared")
    for part in parts[1:]:
        keys = keys * (terms + 1) + part
    return keys


def _is_rising(keys: Keys) -> bool:
    return bool(np.all(keys[1:] > keys[:-1]))


def _is_sorted(keys: Keys | Ids) -> bool:
    return bool(np.all(keys[1:] >= keys[:-1]))


def _ranges(ordered: Keys, wanted: Keys) -> tuple[Keys, Keys]:
    """Where each wanted key begins among the ordered ones, and how often it is there."""
    first = np.searchsorted(ordered, wanted)
    if _is_rising(ordered):
        at = np.minimum(first, max(len(ordered) - 1, 0))
        is_there = ordered[at] == wanted if len(ordered) else np.zeros(len(wanted), dtype=np.bool_)
        return first, is_there.astype(np.int64)
    return first, np.searchsorted(ordered, wanted, side="right") - first


def _expanded(first: Keys, count: Keys) -> tuple[Keys, Keys]:
    """Places on both sides, one pair for each match."""
    rows = int(count.sum())
    if rows > MOST_ROWS:
        raise Abstain("too many pairs")
    lefts = np.repeat(np.arange(len(count)), count)
    within = np.arange(rows) - np.repeat(np.cumsum(count) - count, count)
    return lefts, first[lefts] + within

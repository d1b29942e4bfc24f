"""ORDER BY, where the order is certain (SPARQL 1.1, section 15.1); equals stay as they are."""

from collections.abc import Sequence

import numpy as np

from kg.engine.columns.layout import Ids, Kind
from kg.engine.columns.plan import Plan
from kg.engine.columns.tables import Abstain, Keys, Table, distinct
from kg.engine.columns.term_table import TermTable, language, ranks


def places(plan: Plan, table: Table, known: TermTable) -> Keys:
    """The solutions that are given, in order: by ORDER BY, DISTINCT, OFFSET and LIMIT."""
    keys = [keys_of(table.columns[name], known) * sign for name, sign in plan.order]
    found = np.lexsort(keys[::-1]) if keys else np.arange(table.rows)
    if plan.is_distinct:
        _, first = distinct([table.columns[name][found] for name in plan.select], known.size)
        found = found[np.sort(first)]
    end = len(found) if plan.limit is None else plan.offset + plan.limit
    given = [table.columns[name][found] for name in plan.select]
    for cut in (plan.offset, end):
        if 0 < cut < len(found) and _is_chance([key[found] for key in keys], given, cut):
            raise Abstain("a cut between solutions that have no order")
    return found[plan.offset : end]


def _is_chance(keys: Sequence[Keys], given: Sequence[Ids], cut: int) -> bool:
    """Whether solutions on both sides of a cut are equal in order, but not all the same."""
    equal = np.ones(len(given[0]), dtype=np.bool_)
    for key in keys:
        equal &= key == key[cut]
    return bool(equal[cut - 1]) and any(np.any(ids[equal] != ids[cut]) for ids in given)


def keys_of(ids: Ids, known: TermTable) -> Keys:
    """Numbers in the order of the terms; raises Abstain for terms that are not of one kind."""
    values = known.values(ids)
    if values.are(Kind.INTEGER, Kind.DECIMAL) or values.are(Kind.DATE):
        scaled = values.scaled(values.most_digits)
        return np.unique(scaled, return_inverse=True)[1] if scaled.dtype == object else scaled
    if not any(values.are(kind) for kind in (Kind.IRI, Kind.STRING, Kind.TAGGED)):
        raise Abstain("an order of unlike values")
    numbers, first = distinct([ids], known.size)
    texts = known.texts(ids[first])
    if values.are(Kind.TAGGED) and len(set(map(language, texts))) > 1:
        raise Abstain("an order of strings of several languages")
    return ranks(texts)[numbers]

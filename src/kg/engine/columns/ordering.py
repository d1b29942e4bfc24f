"""ORDER BY, where the order is certain (SPARQL 1.1, section 15.1); equals stay as they are."""

import numpy as np

from kg.engine.columns.layout import Ids, Kind
from kg.engine.columns.plan import Plan
from kg.engine.columns.tables import Abstain, Keys, Table, distinct
from kg.engine.columns.term_table import TermTable, language, ranks


def places_in_order(plan: Plan, table: Table, known: TermTable) -> Keys:
    """The solutions that are given, in order: by ORDER BY, DISTINCT, OFFSET and LIMIT."""
    keys = [keys_of(table.columns[name], known) * sign for name, sign in plan.order]
    found = np.lexsort(keys[::-1]) if keys else np.arange(table.rows)
    if plan.is_distinct:
        _, first = distinct([table.columns[name][found] for name in plan.select], known.size)
        found = found[np.sort(first)]
    end = len(found) if plan.limit is None else plan.offset + plan.limit
    return found[plan.offset : end]


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

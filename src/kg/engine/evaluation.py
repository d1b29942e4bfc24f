"""One query to the engine, with what the standard asks for and the engine refuses."""

import re
from typing import Any

from pyoxigraph import NamedNode, Store

_UNKNOWN = re.compile("The custom function <(.*)> is not supported")
_MOST = 50  # unknown functions in one query


def evaluated(store: Store, query: str, base: str | None = None, **dataset: Any) -> Any:
    """What `Store.query` gives; raises as it does.

    A function that nobody knows is an error where it is called, which leaves its variable unbound
    or its filter without a result (SPARQL 1.1, section 17.3), and no fault of the query.
    """
    unknown: dict[NamedNode, Any] = {}
    while True:
        known: dict[str, Any] = {"custom_functions": unknown} if unknown else {}
        try:
            return store.query(query, base_iri=base, **known, **dataset)
        except RuntimeError as error:
            found = _UNKNOWN.fullmatch(str(error))
            if found is None or len(unknown) >= _MOST:
                raise
            unknown[NamedNode(found[1])] = _no_value


def _no_value(*arguments: object) -> None:
    """An error, as the engine takes it."""

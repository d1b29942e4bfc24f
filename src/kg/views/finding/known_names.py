"""The names of one snapshot as the finder of names in texts wants them."""

from collections.abc import Iterator

from kg.text.names import SORTS, KnownName
from kg.views.finding.catalogue import Catalogue

_SURFACES = ("label", "alias", "reading", "hidden")


def known_names(catalogue: Catalogue) -> Iterator[KnownName]:
    """Every surface of every thing whose names are names in a text (`kg.text.names.SORTS`).

    `weight` is the number of claims about it.
    """
    for name in catalogue.names:
        thing = catalogue.things[name.thing]
        sort = SORTS.get(thing.type)
        if sort is None or name.kind not in _SURFACES:
            continue
        yield KnownName(name.text, thing.named.id, name.kind, sort, thing.claims)

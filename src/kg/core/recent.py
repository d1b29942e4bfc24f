"""A bounded set: what was added last."""

from collections import OrderedDict
from collections.abc import Hashable


class RecentSet:
    """Up to so many items; the one added first makes room.

    An OrderedDict, for a dict that loses its first key again and again is walked over all the
    places of those it lost to find the next one.

    >>> seen = RecentSet(1)
    >>> seen.add("a"), seen.add("a"), seen.add("b"), "a" in seen
    (True, False, True, False)
    """

    def __init__(self, most: int) -> None:
        self._items: OrderedDict[Hashable, None] = OrderedDict()
        self._most = most

    def __contains__(self, item: object) -> bool:
        return item in self._items

    def add(self, item: Hashable) -> bool:
        """Whether it is new."""
        if item in self._items:
            return False
        if len(self._items) >= self._most:
            self._items.popitem(last=False)
        self._items[item] = None
        return True

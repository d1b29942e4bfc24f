"""A columnar side view of a snapshot: counts and sums over many rows without a loop over rows.

The quads lie as sorted arrays of numbers beside the engine's own store. A query that groups and
aggregates is read (`query_reader`), its pattern joined, filtered and grouped on the arrays
(`joins`, `filters`, `aggregates`), and what comes out is put where its pattern stood, as VALUES:
the engine answers the rest of it, with its own HAVING, ORDER BY, arithmetic and formats
(`rewriter`). Expressions whose value may differ between the two are left to the engine.
"""

import numpy.ma  # noqa: F401 numpy loads it when it needs it, when a worker can open no file

from kg.engine.columns.explain import explain
from kg.engine.columns.layout import read, reserve, room_for
from kg.engine.columns.maker import make
from kg.engine.columns.rewriter import Rewriter

__all__ = ["Rewriter", "explain", "make", "read", "reserve", "room_for"]

"""A columnar side view of a snapshot: joins, counts and sums over many rows without a loop.

The quads lie as sorted arrays of numbers beside the engine's store. A SELECT is read (`reader`),
its pattern joined and filtered on the arrays (`joins`, `filters`), grouped (`aggregates`), sorted
(`ordering`) and written as the engine writes it (`solutions`). Expressions that only the engine
knows are asked of it for each value (`asking`); what may differ is left to it wholly.
"""

import numpy.ma  # noqa: F401 numpy loads it when it needs it, when a worker can open no file

from kg.engine.columns.answering import Answerer
from kg.engine.columns.explain import explain
from kg.engine.columns.layout import read, reserve, room_for
from kg.engine.columns.maker import make
from kg.engine.columns.solutions import Solutions

__all__ = ["Answerer", "Solutions", "explain", "make", "read", "reserve", "room_for"]

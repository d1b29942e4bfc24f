"""The quality report (ontology.md §9): one line for each demand of `quality.yaml`.

What a snapshot shows by itself is measured here over any store; `files` adds what needs tables,
shapes and texts. A line that was not measured says so and never passes in silence.
"""

from collections.abc import Iterable
from functools import lru_cache

from kg.build.quality_rules import QualityRules, load_quality_rules
from kg.core.bundle import find_bundle
from kg.core.names import shipped_names
from kg.engine.graph_store import GraphStore
from kg.views.quality.contents import CONTENT_CHECKS
from kg.views.quality.measured import Measured, Quality, report
from kg.views.quality.vocabulary import VOCABULARY_CHECKS
from kg.views.record.claims import Reader

__all__ = ["Measured", "Quality", "measured", "quality_of", "report", "served_quality"]


def measured(reader: Reader, rules: QualityRules) -> Iterable[Measured]:
    """Everything that a snapshot shows by itself."""
    for check in (*VOCABULARY_CHECKS, *CONTENT_CHECKS):
        yield from check(reader, rules)


@lru_cache(maxsize=1)
def served_quality(store: GraphStore) -> Quality:
    """The report of a snapshot in service, measured once; lines that need files are left open."""
    return quality_of(Reader(store, shipped_names()))


def quality_of(reader: Reader) -> Quality:
    """The report of what a reader reads; lines that need files are left open."""
    rules = load_quality_rules(find_bundle().ontology)
    return report(reader.store.version, measured(reader, rules), rules)

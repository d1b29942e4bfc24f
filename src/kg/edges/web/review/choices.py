"""What may be meant by the letters typed into a chip: names that the tables would take."""

import heapq
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from kg.edges.web.review.cards import Shown, claim_words
from kg.ledger.import_mapping import period_slug
from kg.ledger.names import Unmapped, folded

MOST = 8
"""Names that are offered at once."""
_AGENTS = ("asserted_by", "publisher")
_ENTITIES = (*_AGENTS, "subject", "object", "event")
_INDIVIDUALS = {
    "attribution": "AttributionType", "date_basis": "DateBasis", "tier": "SourceTier",
    "issued_basis": "DateBasis",
}  # fmt: skip
_SCHEMES = {
    "status": "assertion-status", "qualifier": "value-qualifier", "area": "area",
    "group": "group", "scenario": "scenario", "statistic": "statistic", "unit": "unit",
}  # fmt: skip
Option = tuple[str, str]  # a cell, and one of its names


def choices(shown: Shown, column: str, typed: str) -> list[dict[str, Any]]:
    """Cells of a column whose names go with what is typed, the nearest first."""
    wanted = folded(typed)
    best: dict[str, tuple[int, int]] = {}
    for cell, name in _options(shown, column, typed):
        rank = _rank(wanted, folded(name), folded(cell))
        if rank is not None:
            best[cell] = min(best.get(cell, (9, 0)), (rank, len(name)))
    nearest = heapq.nsmallest(MOST, best, key=lambda cell: (*best[cell], cell))
    return [{"cell": cell, "shown": _shown(shown, column, cell)} for cell in nearest]


def _shown(shown: Shown, column: str, cell: str) -> str:
    return claim_words(shown, cell) if column == "claim" else shown.cell(column, cell)


def _rank(wanted: str, name: str, cell: str) -> int | None:
    """How well a name fits: whole, begun, a word of it begun, every word held."""
    if wanted in (name, cell):
        return 0
    if name.startswith(wanted) or cell.startswith(wanted):
        return 1
    if f" {wanted}" in name or f"-{wanted}" in cell:
        return 2
    parts = wanted.split()
    return 3 if all(part in name or part in cell for part in parts) and parts else None


def _options(shown: Shown, column: str, typed: str) -> Iterator[Option]:
    record = shown.review.record
    vocabulary = record.vocabulary
    if column in _ENTITIES:
        yield from _entities(shown, column)
    if column == "predicate":
        for slug, prop in vocabulary.properties.items():
            yield from ((slug, name) for name in (slug, *vocabulary.labels.get(prop.iri, ())))
    elif column == "period":
        yield from _periods(shown, typed)
    elif column == "kind":
        kinds = (c for c, above in vocabulary.superclasses.items() if "Source" in above)
        yield from ((cls, cls) for cls in kinds)
    elif column == "claim":
        yield from _claims(shown)
    elif column in _INDIVIDUALS:
        found = vocabulary.individuals.get(_INDIVIDUALS[column], frozenset())
        yield from ((name, name) for name in sorted(found))
    else:
        yield from _concepts(shown, column)


def _entities(shown: Shown, column: str) -> Iterator[Option]:
    record = shown.review.record
    for slug, names in record.context.names_of.items():
        cls = record.context.classes.get(slug, "")
        speaks = any(record.vocabulary.is_a(cls, of) for of in ("Person", "Organisation"))
        if speaks or column not in _AGENTS:
            yield from ((slug, name) for name in names)


def _periods(shown: Shown, typed: str) -> Iterator[Option]:
    with suppress(Unmapped):
        yield period_slug(typed), typed
    for slug, period in shown.review.record.context.periods.items():
        yield from ((slug, label.value) for label in period.labels)


def _claims(shown: Shown) -> Iterator[Option]:
    """Claims of the record; a second reader is not shown those that this inbox has brought."""
    review = shown.review
    own = review.source().cells.get("source_id", "") if shown.reader.role == "second" else None
    for slug, claim in review.record.context.claims.items():
        if claim.source != own:
            yield slug, claim_words(shown, slug)


def _concepts(shown: Shown, column: str) -> Iterator[Option]:
    vocabulary = shown.review.record.vocabulary
    names = [_SCHEMES[column]] if column in _SCHEMES else []
    names = list(vocabulary.concepts) if column == "object" else names
    for scheme in names:
        for notation, iri in vocabulary.concepts.get(scheme, {}).items():
            yield from ((notation, name) for name in (notation, *vocabulary.labels.get(iri, ())))
    if column == "unit":
        for code in vocabulary.currencies:
            iri = vocabulary.names.iri(f"cur:{code}")
            yield from ((code, name) for name in (code, *vocabulary.labels.get(iri, ())))

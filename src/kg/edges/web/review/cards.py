"""What the page of a review shows of the document and of each candidate, as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.core.errors import KgError
from kg.edges.web.rendering import Words, grouped
from kg.edges.web.snapshot_views import SnapshotViews
from kg.ledger.candidates import Candidate
from kg.ledger.candidates import Words as Reason
from kg.ledger.decisions.asked import EDITABLE, EDITABLE_SOURCE, PASSAGE
from kg.ledger.decisions.candidate_state import REASONS, State, seen
from kg.ledger.decisions.journal import Reader
from kg.ledger.decisions.review_session import Review
from kg.ledger.decisions.status import counts
from kg.ledger.vocabulary import Vocabulary
from kg.text.periods import mint_period

MAIN = ("subject", "predicate", "object", "unit", "qualifier", "period", "status", "asserted_by")
"""The cells that every card shows, in their order."""
_HIDDEN = (*PASSAGE, "supports", "confidence")
_SCHEMES = {
    "status": "assertion-status", "qualifier": "value-qualifier", "area": "area",
    "group": "group", "scenario": "scenario", "statistic": "statistic",
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """One page's words: the review, its reader, the language, names of terms by IRI."""

    review: Review
    reader: Reader
    words: Words
    terms: Mapping[str, str]

    def cell(self, column: str, cell: str) -> str:
        """A cell in words, where it is the name of something."""
        if column in ("object", "low", "high"):
            cell = grouped(cell)
        slug = cell.removeprefix("id:")
        if label := self._label(slug):
            return label
        vocabulary = self.review.record.vocabulary
        if column == "predicate" and cell in vocabulary.properties:
            return self.terms.get(vocabulary.properties[cell].iri, cell)
        if column == "unit":
            found = f"cur:{cell}" if cell in vocabulary.currencies else ""
            iri = vocabulary.names.iri(found) if found else ""
            return self.terms.get(iri or vocabulary.concepts["unit"].get(cell, ""), cell)
        return self.terms.get(_concept(vocabulary, column, cell), cell)

    def _label(self, slug: str) -> str:
        entity = self.review.record.entities.get(slug)
        period = mint_period(slug) if slug.startswith("period-") else None
        named = entity.labels if entity else period.labels if period else ()
        return next((n.value for n in named if n.lang == self.words.lang), "")

    def why(self, reason: Reason | None) -> str:
        """A reason in the page's language."""
        return getattr(reason, self.words.lang) if reason else ""

    def column(self, name: str) -> str:
        """The name of a column for people."""
        return self.words.said("column", name)


def _concept(vocabulary: Vocabulary, column: str, cell: str) -> str:
    """The IRI of the concept that a cell of a column names; empty where it names none."""
    scheme = _SCHEMES.get(column, "")
    head, slash, notation = cell.partition("/")
    if slash:
        return vocabulary.concepts.get(head, {}).get(notation, "")
    if scheme:
        return vocabulary.concepts.get(scheme, {}).get(cell, "")
    homes = vocabulary.concepts.values() if column == "object" else ()
    return next((known[cell] for known in homes if cell in known), "")


class TermNames:
    """Labels of everything that a cell may name but entities, read once for each snapshot."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._found: dict[tuple[str, str], Mapping[str, str]] = {}

    def of(self, state: SnapshotViews, words: Words) -> Mapping[str, str]:
        """The labels in the language of a page, by IRI."""
        key = (state.store.version, words.lang)
        if key not in self._found:
            self._found[key] = self._read(state, words.lang)
        return self._found[key]

    def _read(self, state: SnapshotViews, lang: str) -> Mapping[str, str]:
        vocabulary = self._vocabulary
        iris = [prop.iri for prop in vocabulary.properties.values()]
        iris += [iri for known in vocabulary.concepts.values() for iri in known.values()]
        iris += [vocabulary.names.iri(f"cur:{code}") for code in vocabulary.currencies]
        try:
            named = state.reader.named(iris)
        except KgError:  # a store that cannot answer now: names of our own will do
            return {iri: labels[0] for iri, labels in vocabulary.labels.items() if labels}
        return {iri: getattr(found, lang) for iri, found in named.items()}


def shown_review(shown: Shown, known: int | None) -> dict[str, Any]:
    """The whole review for a page; with `known`, what has changed since that line of the journal.

    A card is there again if a line since then is about it: of another page, or of the first reader
    where they share the reading.
    """
    review, reader = shown.review, shown.reader
    lines = review.journal.lines()
    states = review.states(reader)
    changed = set(states)
    if known is not None:
        changed = {line.candidate for line in lines if line.number > known}
        if any(line.number > known and line.do in ("written", "edit") for line in lines):
            changed |= {n for n, s in states.items() if s.written or s.is_open}
    told = {
        "line": lines[-1].number if lines else 0,
        "counts": counts(review, reader),
        "document": _document(shown),
        "candidates": [
            card(shown, review.candidates[name], found)
            for name, found in states.items()
            if name in changed
        ],
    }
    return told if known is not None else told | _fixed(shown)


def _fixed(shown: Shown) -> dict[str, Any]:
    """What does not change while a page is open."""
    return {
        "text": shown.review.inbox.text,
        "reader": {"agent": shown.reader.agent, "as": shown.reader.role},
        "reasons": [{"id": name, "words": shown.why(why)} for name, why in REASONS.items()],
        "columns": {name: shown.column(name) for name in (*EDITABLE, *EDITABLE_SOURCE)},
        "torn": list(shown.review.journal.torn),
    }


def _document(shown: Shown) -> dict[str, Any]:
    review = shown.review
    state, about = review.source(), review.inbox.document
    stands = review.record.stands(state.cells.get("source_id", ""))
    shows = [c for c in EDITABLE_SOURCE if state.cells.get(c) or c in ("publisher", "kind", "tier")]
    return {
        "title": about.title,
        "url": about.url,
        "source": state.cells.get("source_id", ""),
        "stands": stands,
        "chips": [_chip(shown, c, state, {}, {}) for c in shows],
        "faults": [] if stands else list(review.source_faults()),
    }


def card(shown: Shown, one: Candidate, state: State) -> dict[str, Any]:
    """One candidate: where it stands, its chips with their reasons, what may be chosen, faults."""
    why = dict(one.why)
    shows = [*MAIN, *(c for c in EDITABLE if state.cells.get(c) and c not in (*MAIN, *_HIDDEN))]
    return {
        "id": one.id,
        "start": one.start,
        "end": one.end,
        "surface": one.surface,
        "quote": one.quote,
        "kind": one.kind,
        "page": one.page,
        "supersedes": one.supersedes,
        "chips": [_chip(shown, c, state, why, one.basis) for c in shows],
        "more": [c for c in EDITABLE if c not in shows and c not in _HIDDEN],
        "suggestions": _suggestions(shown, one),
        "same_as": [_same(shown, s.claim, s.why) for s in one.same_as],
        "decision": state.decision,
        "reason": shown.why(REASONS.get(state.reason)),
        "claim": state.claim,
        "by": state.agent,
        "written": state.written,
        "faults": list(_faults(shown, state)),
        "seen": seen(state.cells),
    }


def _faults(shown: Shown, state: State) -> Sequence[str]:
    """What the tables would say of it as a claim, while it may still become one."""
    if state.written or state.decision in ("reject", "same"):
        return ()
    return shown.review.tried(state, shown.reader).faults


def _chip(
    shown: Shown, column: str, state: State, why: Mapping[str, Reason], basis: Mapping[str, str]
) -> dict[str, Any]:
    cell = state.cells.get(column, "")
    is_changed = column in state.changed
    return {
        "column": column,
        "cell": cell,
        "shown": shown.cell(column, cell) if cell else "",
        "basis": "given" if is_changed else basis.get(column, ""),
        "why": "" if is_changed else shown.why(why.get(column)),
        "untouched": column in state.untouched,
    }


def _suggestions(shown: Shown, one: Candidate) -> list[dict[str, Any]]:
    def parts(row: Mapping[str, str], why: Mapping[str, Reason]) -> Iterable[dict[str, str]]:
        for column, cell in row.items():
            if column not in MAIN:
                continue  # it follows; the card shows it once the suggestion is taken
            told = shown.cell(column, cell) if cell else ""
            yield {"column": column, "shown": told, "why": shown.why(why.get(column))}

    return [{"parts": list(parts(s.row, s.why))} for s in one.suggestions[:3]]


def _same(shown: Shown, slug: str, why: Reason | None = None) -> dict[str, str]:
    return {"claim": slug, "words": claim_words(shown, slug), "why": shown.why(why)}


def claim_words(shown: Shown, slug: str) -> str:
    """A claim of the record in a line: its figure, its subject, who says it."""
    claim = shown.review.record.context.claims.get(slug)
    if claim is None:
        return slug
    value = getattr(claim.object, "value", "") or getattr(claim.object, "name", "")
    printed = claim.quantity.printed if claim.quantity else shown.cell("object", value)
    parts = [printed, shown.cell("subject", claim.subject.name), claim.period, claim.asserted_by]
    named = (shown.cell("period", part) for part in parts if part)
    return " · ".join(dict.fromkeys(named))

"""The figures of a text as candidates: rows of the claims table, each cell with its reason."""

from collections.abc import Iterator, Sequence

from kg.ledger.candidates import Candidate, Suggestion
from kg.text.figures import find_quantities
from kg.views.checking.record import Record
from kg.views.checking.surroundings import Surroundings
from kg.views.intake.facets import Facets
from kg.views.intake.phrases import printed, quoted
from kg.views.intake.quantities import Found, found_in, needs_place
from kg.views.intake.ranking import Ranked, Ranking
from kg.views.intake.readings import (
    ORDER,
    About,
    Place,
    Reading,
    as_in_record,
    evidence_of,
    read,
)
from kg.views.intake.segments import segment
from kg.views.record.claims import Reader

MOST = 3_000
"""Figures of one document that become candidates; the rest is left, and told."""
_SURE = 6.0  # how strongly words must speak of a proposition to name it first
_WHOLE = 25.0  # so strongly that there is no doubt
_SUGGESTED = 3
_GUESS = 0.3  # what the likeliest of mere guesses scores


class Proposer:
    """Makes candidates of texts against one record; made once, for many texts."""

    def __init__(self, reader: Reader, record: Record | None = None) -> None:
        self.reader, self.record = reader, record or Record(reader)
        self._ranking = Ranking(self.record, facets := Facets(reader, self.record))
        self._facets = facets

    def candidates(self, text: str, about: About) -> list[Candidate]:
        """The candidates of a text in its order, at most `MOST`; ValueError for a bad day."""
        quantities = find_quantities(text, about.issued, about.lang)
        names = self.record.finder.find(text)
        context = Surroundings(text, quantities, names, self.record.phrases)
        found = list(found_in(context))[:MOST]
        ranked = self._ranking.of_text(context, [one.place for one in found])
        made = (self._candidate(context, one, ranked[one.place], about) for one in found)
        return [one for one in made if one is not None]

    def _candidate(
        self, context: Surroundings, found: Found, ranked: Sequence[Ranked], about: About
    ) -> Candidate | None:
        sure = bool(ranked) and ranked[0].score >= _SURE
        if not sure and needs_place(context, found):
            return None
        one, around = found.first, context.around[found.place]
        part = segment(context, found.place, self._facets)
        shown = printed(context.text, one, found.last)
        quote = quoted(context, part, shown)
        place = Place(context, found, part, shown, quote, about)
        first = read(place, ranked[0] if sure else None)
        others = [read(place, one) for one in (ranked[1:] if sure else ranked)[:_SUGGESTED]]
        if sure:
            others = [*as_in_record(place, ranked[0], first), *others][:_SUGGESTED]
        score = _certainty(ranked) if sure else 0.0
        return Candidate(
            id=f"q-{one.start}-{found.last.end}",
            start=one.start,
            end=found.last.end,
            surface=context.text[one.start : found.last.end],
            quote=quote.words,
            sentence=_sentence(context, around.sentence, one.start, found.last.end),
            kind=one.kind,
            row=first.row,
            evidence=evidence_of(first.row),
            basis=first.basis,
            why=first.why,
            score=score,
            suggestions=list(_suggestions(first, others, score)),
            same_as=first.same_as,
        )


def _suggestions(first: Reading, others: Sequence[Reading], score: float) -> Iterator[Suggestion]:
    best = max((one.strength for one in (first, *others)), default=0.0) or 1.0
    for other in others:
        changed = {
            name: other.row.get(name, "")
            for name in ORDER
            if other.row.get(name) != first.row.get(name)
        }
        why = {name: other.why[name] for name in changed if name in other.why}
        yield Suggestion(changed, why, round(max(score, _GUESS) * other.strength / best, 3))


def _sentence(context: Surroundings, start: int, low: int, high: int) -> tuple[int, int]:
    end = context.cues.sentence_end(high)
    text = context.text
    while start < low and text[start].isspace():
        start += 1
    return start, max(end, high)


def _certainty(ranked: Sequence[Ranked]) -> float:
    """From 0 to 1: how strongly the words speak of the first, and how far before the second."""
    best = ranked[0].score
    ahead = 1 - ranked[1].score / best if len(ranked) > 1 else 1.0
    return round(0.5 * min(best / _WHOLE, 1.0) + 0.5 * ahead, 3)

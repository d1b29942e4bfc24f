"""The claims of a snapshot that state a figure, by the words that speak of them."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.text.names import NameFinder
from kg.views.checking.cues import words
from kg.views.finding.catalogue import Catalogue
from kg.views.finding.known_names import known_names
from kg.views.record.cards import ClaimCard, Named
from kg.views.record.claims import Reader
from kg.views.record.conflicts import Conflict, conflicts

_SUBJECT, _LINKED, _QUOTED, _SAID_BY = 1.0, 0.7, 0.6, 0.5
_TELLING = 1.0  # less is a word of every third subject
_LINKS = {
    "jsip:recipient", "jsip:funder", "jsip:partOfMeasure", "jsip:targetSeries",
    "jsip:announcedBy", "jsip:responsibleBody", "jsip:fundsInstrument", "jsip:targetsIndustry",
    "jsip:organiser",
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A claim that states a number, its cues with their weights."""

    claim: ClaimCard
    cues: Mapping[str, float]
    surfaces: Sequence[frozenset[str]]
    nature: str
    deadline: str


class Record:
    """What a text is checked against; made once of a reader, then only read."""

    def __init__(self, reader: Reader) -> None:
        catalogue = Catalogue.of(reader)
        self.version = reader.store.version
        self.finder = NameFinder(known_names(catalogue))
        self._surfaces = _surfaces(catalogue)
        claims = reader.claims("?claim a jsip:Claim .")
        self._linked = _linked(claims)
        self.natures = {
            c.subject.iri: c.value.rpartition("/")[2]
            for c in claims
            if c.predicate.id == "jsip:fundingNature" and c.is_accepted
        }
        self.deadlines = {
            c.subject.iri: c.object.id
            for c in claims
            if c.predicate.id == "jsip:deadline" and c.object and c.is_accepted
        }
        self.figures = [self._figure(c) for c in claims if c.unit and c.value]
        self.disputes: Sequence[Conflict] = conflicts(reader)
        self._weigh()

    def _figure(self, claim: ClaimCard) -> Figure:
        cues: dict[str, float] = {}
        linked = self._linked.get(claim.subject.iri, ())
        _note(cues, self._of(claim.subject), _SUBJECT)
        for about in claim.about:
            _note(cues, self._of(about), _SUBJECT)
        for one in linked:
            _note(cues, self._of(one), _LINKED)
        for passage in claim.passages:
            _note(cues, (word for _, word in words(passage.quote)), _QUOTED)
        for printed in (claim.asserter, claim.status):
            _note(cues, self._of(printed), _SAID_BY)
        iri = claim.subject.iri
        surfaces = [frozenset(w for _, w in words(s)) for s in self._surfaces.get(iri, ())]
        return Figure(claim, cues, surfaces, self.natures.get(iri, ""), self.deadlines.get(iri, ""))

    def _of(self, one: Named) -> Iterable[str]:
        yield f"id:{one.id}"
        for surface in self._surfaces.get(one.iri, (one.en, one.ja)):
            yield from (word for _, word in words(surface))

    def _weigh(self) -> None:
        """How much each cue tells: the fewer subjects it speaks of, the more."""
        about: dict[str, set[str]] = defaultdict(set)
        postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, figure in enumerate(self.figures):
            for cue, weight in figure.cues.items():
                about[cue].add(figure.claim.subject.iri)
                postings[cue].append((place, weight))
        subjects = len({figure.claim.subject.iri for figure in self.figures})
        self._tells = {cue: math.log(1 + subjects / len(of)) for cue, of in about.items()}
        self._postings = {
            cue: [(place, weight * self._tells[cue]) for place, weight in of]
            for cue, of in postings.items()
        }

        self.telling = [
            frozenset(cue for cue in figure.cues if self._tells[cue] >= _TELLING)
            for figure in self.figures
        ]

    def scores(self, cues: Mapping[str, float]) -> dict[int, float]:
        """How strongly cues speak of each figure, by its place in `figures`."""
        found: dict[int, float] = defaultdict(float)
        for cue, nearness in cues.items():
            for place, weight in self._postings.get(cue, ()):
                found[place] += nearness * weight
        return found

    def coverage(self, figure: Figure, cues: Mapping[str, float]) -> float:
        """How much of some name of the figure's subject stands around (0 to 1)."""
        best = 0.0
        for surface in figure.surfaces:
            telling = {cue: self._tells.get(cue, 0) for cue in surface}
            telling = {cue: tells for cue, tells in telling.items() if tells >= _TELLING}
            whole = sum(telling.values())
            if len(telling) > 1:
                seen = sum(tells * (cue in cues) for cue, tells in telling.items())
                best = max(best, seen / whole)
        return best

    @cached_property
    def by_subject(self) -> Mapping[tuple[str, str], Sequence[ClaimCard]]:
        """The claims that state a figure, by subject and property."""
        found: dict[tuple[str, str], list[ClaimCard]] = defaultdict(list)
        for figure in self.figures:
            found[figure.claim.subject.iri, figure.claim.predicate.iri].append(figure.claim)
        return found


def _note(cues: dict[str, float], found: Iterable[str], weight: float) -> None:
    for cue in found:
        cues[cue] = max(weight, cues.get(cue, 0))


def _surfaces(catalogue: Catalogue) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name in catalogue.names:
        if name.kind in ("label", "alias"):
            found[catalogue.things[name.thing].named.iri].append(name.text)
    return found


def _linked(claims: Iterable[ClaimCard]) -> Mapping[str, Sequence[Named]]:
    """What accepted claims tie to each subject."""
    found: dict[str, list[Named]] = defaultdict(list)
    for claim in claims:
        if claim.object and claim.is_accepted and claim.predicate.id in _LINKS:
            found[claim.subject.iri].append(claim.object)
    return found

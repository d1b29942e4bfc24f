"""The claims of a snapshot that state a figure, by the words that speak of them."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.text.names import NameFinder
from kg.views.checking.agreement import Measured
from kg.views.checking.cues import spoken, words
from kg.views.finding.catalogue import Catalogue
from kg.views.finding.known_names import known_names
from kg.views.record.cards import ClaimCard, Named
from kg.views.record.claims import Reader
from kg.views.record.conflicts import Conflict, conflicts

_SUBJECT, _LINKED, _QUOTED, _SAID_BY = 1.0, 0.7, 0.6, 0.5
_CUES_ADD = 0.1  # more of it catches no more errors
_CUE, _CUE_INDICATOR, _CUE_PROPERTY = 0.6, 0.4, 0.3  # below the words of labels
_TELLING = 1.0  # less is a word of every third subject
_LINKS = {
    "jsip:recipient", "jsip:funder", "jsip:partOfMeasure", "jsip:targetSeries",
    "jsip:announcedBy", "jsip:responsibleBody", "jsip:fundsInstrument", "jsip:targetsIndustry",
    "jsip:organiser",
}  # fmt: skip
_OF_SERIES = "SELECT DISTINCT ?x ?of {{ ?x {} ?of . ?x a jsip:Series }} ORDER BY ?x ?of"


@dataclass(frozen=True)
class Figure:
    """A claim that states a number, what it measures, its cues with their weights."""

    claim: ClaimCard
    cues: Mapping[str, float]
    spoken_of: Mapping[str, float]
    surfaces: Sequence[Sequence[str]]
    nature: str
    statistic: str
    measured: Measured


class Record:
    """What a text is checked against; made once of a reader, then only read."""

    def __init__(self, reader: Reader) -> None:
        catalogue = Catalogue.of(reader)
        self.version = reader.store.version
        self.finder = NameFinder(known_names(catalogue))
        self._surfaces = _surfaces(catalogue)
        self._known: dict[str, tuple[str, ...]] = {}
        self._cues = _cues(reader)
        self._measures = _of_series(reader, "jsip:dimIndicator")
        self._statistics = _of_series(reader, "jsip:statistic")
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
        self._in_unit: dict[str, set[int]] = defaultdict(set)
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
        spelt = self._surfaces.get(iri, ())
        surfaces = [tuple(dict.fromkeys(w for _, w in words(one))) for one in spelt]
        spoken_of = self._spoken_of(claim, cues)
        measured = Measured.of(claim, self.deadlines.get(iri, ""))
        return Figure(
            claim, cues, spoken_of, surfaces, self.natures.get(iri, ""), self._statistic(claim),
            measured,
        )  # fmt: skip

    def surfaces(self, iri: str) -> Sequence[str]:
        """The labels and aliases of a subject."""
        return self._surfaces.get(iri, ())

    def _statistic(self, claim: ClaimCard) -> str:
        """Whether it is a mean, a median, a total: of the claim itself, else of its series."""
        own = (one.id for one in claim.about if one.id.startswith("statistic/"))
        return next(own, self._statistics.get(claim.subject.iri, "")).rpartition("/")[2]

    def _spoken_of(self, claim: ClaimCard, known: Mapping[str, float]) -> Mapping[str, float]:
        """The everyday words of subject, indicator and property that no label has."""
        found: dict[str, float] = {}
        for one in (claim.subject, *self._linked.get(claim.subject.iri, ())):
            _note(found, self._cues.get(one.iri, ()), _CUE)
            _note(found, self._cues.get(self._measures.get(one.iri, ""), ()), _CUE_INDICATOR)
        _note(found, self._cues.get(claim.predicate.iri, ()), _CUE_PROPERTY)
        return {word: weight for word, weight in found.items() if word not in known}

    def _of(self, one: Named) -> Iterable[str]:
        if one.iri not in self._known:
            self._known[one.iri] = tuple(self._cues_of(one))
        return self._known[one.iri]

    def _cues_of(self, one: Named) -> Iterator[str]:
        """A thing, the words of its names, and the bodies, firms and persons named in them."""
        yield f"id:{one.id}"
        for surface in self._surfaces.get(one.iri, (one.en, one.ja)):
            yield from (word for _, word in words(surface))
            named = self.finder.find(surface)
            yield from (f"id:{name.id}" for name in named if name.id and not name.damaged)

    def _weigh(self) -> None:
        """How much each cue tells: the fewer subjects it speaks of, the more."""
        self._tells, self._postings = _postings(self.figures, [f.cues for f in self.figures])
        _, self._spoken = _postings(self.figures, [f.spoken_of for f in self.figures])
        for place, figure in enumerate(self.figures):
            self._in_unit[figure.measured.unit].add(place)

    @cached_property
    def phrases(self) -> frozenset[str]:
        """The everyday words of things that are no single words of English."""
        return frozenset(w for of in self._cues.values() for w in of if not w.isascii())

    @cached_property
    def _telling(self) -> Sequence[frozenset[str]]:
        """The cues of each figure that tell of it."""
        return [
            frozenset(cue for cue in figure.cues if self._tells[cue] >= _TELLING)
            for figure in self.figures
        ]

    def measured_in(self, units: Iterable[str]) -> set[int]:
        """The places in `figures` of what is measured in one of these units."""
        return set().union(*(self._in_unit.get(unit, ()) for unit in units))

    @cached_property
    def sums(self) -> set[int]:
        """The places in `figures` of sums of money in any currency."""
        return self.measured_in(unit for unit in self._in_unit if unit.startswith("cur:"))

    def scores(self, cues: Mapping[str, float]) -> dict[int, float]:
        """How strongly cues speak of each figure, by its place in `figures`.

        Everyday words add to what names say, at most a share of it: alone they tell nothing.
        """
        found = _sums(self._postings, cues)
        spoken_of = _sums(self._spoken, cues)
        return {
            place: score + min(spoken_of.get(place, 0), _CUES_ADD * score)
            for place, score in found.items()
        }

    def is_told(self, place: int, cues: frozenset[str]) -> bool:
        """Whether cues hold a word that tells of a figure, by its place in `figures`."""
        return not cues.isdisjoint(self._telling[place])

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


_Postings = Mapping[str, Sequence[tuple[int, float]]]


def _postings(
    figures: Sequence[Figure], cues: Sequence[Mapping[str, float]]
) -> tuple[Mapping[str, float], _Postings]:
    """How much each cue tells, and the figures that it speaks of with their weights."""
    about: dict[str, set[str]] = defaultdict(set)
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for place, (figure, of) in enumerate(zip(figures, cues, strict=True)):
        for cue, weight in of.items():
            about[cue].add(figure.claim.subject.iri)
            postings[cue].append((place, weight))
    subjects = len({figure.claim.subject.iri for figure in figures})
    tells = {cue: math.log(1 + subjects / len(of)) for cue, of in about.items()}
    weighed = {cue: [(at, w * tells[cue]) for at, w in of] for cue, of in postings.items()}
    return tells, weighed


def _sums(postings: _Postings, cues: Mapping[str, float]) -> dict[int, float]:
    found: dict[int, float] = defaultdict(float)
    for cue, nearness in cues.items():
        for place, weight in postings.get(cue, ()):
            found[place] += nearness * weight
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


def _of_series(reader: Reader, term: str) -> Mapping[str, str]:
    """What a term says of each series, by IRI."""
    return {row["x"]: row["of"] for row in reader.rows(_OF_SERIES.format(term))}


def _cues(reader: Reader) -> Mapping[str, Sequence[str]]:
    """What stands for the everyday words of each thing, by IRI."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in reader.rows("SELECT DISTINCT ?x ?cue { ?x jsip:cue ?cue } ORDER BY ?x ?cue"):
        found[row["x"]] += spoken(row["cue"])
    return found

"""A passage of an earlier text looked for in a later one: by difference, or by its words alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from kg.ledger.candidates import Words
from kg.text.differences import Difference, Part
from kg.text.figures import find_quantities, with_hedges
from kg.text.folding import one_width
from kg.views.checking.cues import words
from kg.views.checking.record import Record
from kg.views.checking.surroundings import Surroundings
from kg.views.intake.quantities import Found, found_in
from kg.views.record.cards import ClaimCard, Passage

_ALIKE, _AHEAD = 0.8, 0.1  # of two sentences without their figures; before the second best
_LONGEST = 2_000  # code points of a sentence that is compared
_TELLING = 16  # letters beside the figure from which a quote tells what it is about
_LETTER = re.compile(r"[^\W\d_]")
_GONE = Words("nothing that is surely this passage stands there", "確かにこの箇所といえる文がない")
_STANDS = Words("the words stand there", "同じ語句がある")
_REWRITTEN = Words("its sentence was rewritten or left out", "その文は書き換えられたか、なくなった")
_LOOK_ALIKE = Words(
    "the words stand there, but nothing around speaks of the subject",
    "同じ語句はあるが、周囲に対象を指す語がない",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a passage stands now, and the figure in it where that is another one."""

    why: Words
    start: int | None = None
    end: int | None = None
    words: str = ""
    figure: Found | None = None


def figures_of(text: str) -> list[Found]:
    """The figures of a text that may be claims."""
    return list(found_in(Surroundings(text, find_quantities(text), (), ())))


class ByDifference:
    """Both texts are held: their difference tells where a passage went."""

    def __init__(self, old: str, new: str) -> None:
        self._difference = Difference(old, new)
        self._old, self._new = old, new

    def place(self, passage: Passage) -> int | None:
        """Where the passage stands in the earlier text; None where that is not sure."""
        start = passage.start
        if start is not None and self._old.startswith(passage.quote, start):
            return start
        once = start is None and self._old.count(passage.quote) == 1
        return self._old.index(passage.quote) if once else None

    def find(self, quote: str, start: int) -> Finding:
        """Where a quote that stands at a place of the earlier text stands in the later one."""
        now = self._difference.unchanged(start)
        if now is not None and self._new.startswith(quote, now):
            return Finding(_STANDS, now, now + len(quote), quote)
        sentence = self._difference.sentence(start)
        if sentence is None:
            return Finding(_GONE)
        whole = self._old[sentence.start : sentence.end]
        if self._new.count(whole) == 1:  # all of it was put elsewhere
            now = self._new.index(whole) + start - sentence.start
            return Finding(_STANDS, now, now + len(quote), quote)
        other = _likest(whole, self._new, self._difference.replaced(start))
        if other is None:
            return Finding(_REWRITTEN)
        return self._within(quote, start, sentence, other)

    def _within(self, quote: str, start: int, sentence: Part, other: Part) -> Finding:
        """The passage in the sentence that took the place of its own."""
        new = self._new[other.start : other.end]
        if new.count(quote) == 1:
            now = other.start + new.index(quote)
            return Finding(_STANDS, now, now + len(quote), quote)
        old = self._old[sentence.start : sentence.end]
        mine, theirs = figures_of(old), figures_of(new)
        low = start - sentence.start
        high = low + len(quote)
        places = [n for n, f in enumerate(mine) if low <= f.first.start and f.last.end <= high]
        if len(places) != 1 or len(mine) != len(theirs):
            return Finding(_REWRITTEN)
        return _told(self._new, mine[places[0]], theirs[places[0]], other.start)


def _likest(whole: str, new: str, parts: Sequence[Part]) -> Part | None:
    """The sentence that says the same of other figures; None where none surely does."""
    masked = _masked(whole)
    scored = sorted(
        (
            (SequenceMatcher(None, masked, _masked(new[p.start : p.end])).ratio(), -p.start, p)
            for p in parts
            if p.end - p.start <= _LONGEST and len(whole) <= _LONGEST
        ),
        key=lambda one: one[:2],
        reverse=True,
    )
    if not scored or scored[0][0] < _ALIKE:
        return None
    if len(scored) > 1 and scored[0][0] - scored[1][0] < _AHEAD:
        return None
    return scored[0][2]


def _masked(text: str) -> str:
    """A sentence without its figures."""
    parts, place = [], 0
    for one in find_quantities(text):
        parts += [text[place : one.start], "#"]
        place = one.end
    return "".join([*parts, text[place:]])


def _told(new: str, mine: Found, theirs: Found, offset: int) -> Finding:
    """The figure that stands now: another spelling of the same, another one, or another kind."""
    if (mine.first.kind, mine.first.unit) != (theirs.first.kind, theirs.first.unit):
        return Finding(_REWRITTEN)
    start = with_hedges(new, theirs.first.start + offset, theirs.first.end + offset)[0]
    end = with_hedges(new, theirs.last.start + offset, theirs.last.end + offset)[1]
    words = new[start:end]
    ends = [(one.first.value, one.last.value, one.first.qualifier) for one in (mine, theirs)]
    if ends[0] == ends[1]:
        why = Words("the same figure, spelt otherwise", "同じ値で、表記が異なる")
        return Finding(why, start, end, words)
    was, now = mine.first.surface, words
    why = Words(f"it was {was}, it is {now}", f"以前は{was}、今は{now}")
    return Finding(why, start, end, words, theirs)


class ByQuote:
    """Only the later text is held: the words of the quote, and what stands around, must tell."""

    def __init__(self, record: Record, new: str) -> None:
        self._record, self._new = record, new
        self._plain = one_width(new)

    @cached_property
    def _context(self) -> Surroundings:
        text = self._new
        names = self._record.finder.find(text)
        return Surroundings(text, find_quantities(text), names, self._record.phrases)

    @cached_property
    def _figures(self) -> list[Found]:
        return list(found_in(self._context))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {figure.claim.id: at for at, figure in enumerate(self._record.figures)}

    def find(self, claim: ClaimCard, passage: Passage) -> Finding:
        """Where a passage stands, as surely as its words tell."""
        quote = one_width(passage.quote)
        places = [found.start() for found in re.finditer(f"(?={re.escape(quote)})", self._plain)]
        sure = [at for at in places if self._speaks_of(claim, passage.quote, at)]
        if sure:
            start = min(sure, key=lambda at: abs(at - (passage.start or 0)))
            return Finding(
                _STANDS, start, start + len(quote), self._new[start : start + len(quote)]
            )
        if places:
            return Finding(_LOOK_ALIKE)
        return self._changed(quote)

    def _speaks_of(self, claim: ClaimCard, quote: str, at: int) -> bool:
        """Whether the quote itself, or the words around it, tell what it is about."""
        return _letters_beside(quote) >= _TELLING or self._is_told(claim, quote, at)

    def _is_told(self, claim: ClaimCard, quote: str, at: int) -> bool:
        """Whether words around a quote, and not those in it, speak of the claim's subject."""
        place = self._places.get(claim.id)
        if place is None:
            return False
        around = self._context.cues.around(at, at + len(quote))
        own = {word for _, word in words(one_width(quote))}
        return self._record.is_told(place, (around.own | around.paragraph) - own)

    def _changed(self, quote: str) -> Finding:
        """The same words around another figure, exactly once in the text."""
        mine = figures_of(quote)
        if len(mine) != 1 or _letters_beside(quote) < _TELLING:
            return Finding(_GONE)
        before, after = quote[: mine[0].first.start], quote[mine[0].last.end :]
        found = [
            theirs
            for theirs in self._figures
            if theirs.first.start >= len(before)
            and self._plain.startswith(before, theirs.first.start - len(before))
            and self._plain.startswith(after, theirs.last.end)
        ]
        return _told(self._new, mine[0], found[0], 0) if len(found) == 1 else Finding(_GONE)


def _letters_beside(quote: str) -> int:
    """Letters of a quote outside its figures; a kanji or kana tells as much as two letters."""
    rest = _masked(quote)
    return sum(1 if char.isascii() else 2 for char in _LETTER.findall(rest))

"""All names of a text: the known ones, misspelt ones, family names, new ones."""

import re
from collections.abc import Iterable, Iterator, Sequence

from kg.text.folding import one_width
from kg.text.names.damaged import Misspellings
from kg.text.names.model import FIRM, HIDDEN, POST, KnownName, Name
from kg.text.names.people import Mentions, People
from kg.text.names.surfaces import AFTER_EN, AROUND_JA, Surfaces, fits_case, lowered
from kg.text.names.unknown import unknown_names

MOST = 20_000
"""Names that are read of one text."""
_HAN, _KATA = re.compile(r"[一-龥々]"), re.compile(r"[ァ-ヶー]")
_LATIN = re.compile(r"[A-Za-z0-9]")
_BODY_END = tuple("省庁院会党部府局所団体機構連合盟館")
_MAY_FOLLOW = tuple("株社本会側出身系は幹広内、")


class NameFinder:
    """Finds the names of a table of known ones in texts; made once, then only read.

    >>> finder = NameFinder([KnownName("経済産業省", "meti", "label", "body")])
    >>> finder.find("経済産業省の予算")
    [Name(start=0, end=5, surface='経済産業省', id='meti', damaged=False, candidates=())]
    """

    def __init__(self, known: Iterable[KnownName]) -> None:
        self._known = table = list(known)
        self._surfaces = Surfaces(table)
        self._people = People(table)
        self._misspellings = Misspellings(table)

    def __reduce__(self) -> tuple[type["NameFinder"], tuple[Sequence[KnownName]]]:
        """To a pickle it is its table, of which it is made again: that is quicker than to read."""
        return NameFinder, (self._known,)

    def find(self, text: str) -> list[Name]:
        """Every name in order of its place; none overlap. Time grows linearly with the text.

        Of names that begin alike the longest counts. A new name has no id; a misspelt one has
        that of the nearest known name and all near ones as candidates.
        """
        return _Search(self._surfaces, self._people, self._misspellings, text).names()


class _Search:
    """One text."""

    def __init__(
        self, surfaces: Surfaces, people: People, misspellings: Misspellings, text: str
    ) -> None:
        self.surfaces, self.people, self.misspellings = surfaces, people, misspellings
        self.text, self.plain, self.low = text, one_width(text), lowered(text)
        self.taken: list[tuple[int, int]] = []
        self.found: list[Name] = []

    def names(self) -> list[Name]:
        """In the order of trust: known, family names, misspelt, new."""
        self._keep(self._known())
        present = [(name.start, name.id) for name in self.found if name.id]
        self._keep(self._called(present))
        self._keep(self._damaged())
        self._keep(self._new())
        return sorted(self.found, key=lambda name: name.start)

    def _keep(self, names: Iterator[Name | tuple[int, int]]) -> None:
        """Takes names that lie free; a bare pair only blocks its place."""
        taken = bytearray(len(self.text) + 1)
        for start, end in self.taken:
            taken[start:end] = b"\1" * (end - start)
        for one in names:
            start, end = one if isinstance(one, tuple) else (one.start, one.end)
            if any(taken[start:end]) or len(self.taken) > MOST:
                continue
            taken[start:end] = b"\1" * (end - start)
            self.taken.append((start, end))
            if isinstance(one, Name):
                self.found.append(one)
        self.taken.sort()

    def _known(self) -> Iterator[Name | tuple[int, int]]:
        after = 0
        for place in self.surfaces.beginnings(self.low):
            hit = self._longest(place) if place >= after else None
            if hit is not None:
                after = hit[0]
                yield hit[1]

    def _longest(self, place: int) -> tuple[int, Name | tuple[int, int]] | None:
        for spelling in self.surfaces.at(self.low, place):
            end = place + len(spelling)
            known = self.surfaces.meanings[spelling]
            if _cut(self.plain, place, end, known) or not fits_case(self.text[place:end], known):
                continue
            if all(one.sort == POST for one in known):
                return end, (place, end)
            return end, self._name(place, end, [one for one in known if one.sort != POST])
        return None

    def _name(self, start: int, end: int, known: Sequence[KnownName]) -> Name:
        sure = [one for one in known if one.kind != HIDDEN]
        ids = tuple(dict.fromkeys(one.id for one in (sure or known)))
        named = {one.id for one in sure if lowered(one.surface) == self.low[start:end]}
        best = named.pop() if len(named) == 1 else None if len(ids) > 1 else ids[0]
        if any(one.sort == FIRM for one in known):
            start, end = _with_form(self.plain, start, end)
        many = len(ids) > 1
        damaged = not sure
        return Name(
            start, end, self.text[start:end], best, damaged,
            ids if many or damaged else (),
        )  # fmt: skip

    def _called(self, present: Mentions) -> Iterator[Name | tuple[int, int]]:
        for called in self.people.english(self.plain, present):
            yield self._of_candidates(called.start, called.end, called.candidates, False)
        for place in self.people.beginnings(self.plain):
            found = self.people.japanese(self.plain, place, present)
            if found:
                yield self._of_candidates(found.start, found.end, found.candidates, False)

    def _of_candidates(self, start: int, end: int, whom: tuple[str, ...], damaged: bool) -> Name:
        one = whom[0] if damaged or len(whom) == 1 else None
        told = whom if damaged or len(whom) > 1 else ()
        return Name(start, end, self.text[start:end], one, damaged, told)

    def _damaged(self) -> Iterator[Name | tuple[int, int]]:
        for found in self.misspellings.latin(self.plain, list(self._free())):
            wrong = not found.is_variant
            yield self._of_candidates(found.start, found.end, found.candidates, wrong)
        looks = 0
        for start, end in list(self._free()):
            for place in self.misspellings.halves(self.plain, start, end):
                looks += 1
                near = self.misspellings.japanese(self.plain, place)
                if near:
                    yield self._of_candidates(
                        near.start, near.end, near.candidates, not near.is_variant
                    )
                if looks > MOST:
                    return

    def _new(self) -> Iterator[Name | tuple[int, int]]:
        for start, end in unknown_names(self.plain):
            yield Name(start, end, self.text[start:end], None)

    def _free(self) -> Iterator[tuple[int, int]]:
        place = 0
        for start, end in self.taken:
            if place < start:
                yield place, start
            place = end
        if place < len(self.text):
            yield place, len(self.text)


def _cut(text: str, start: int, end: int, known: Sequence[KnownName]) -> bool:
    """Whether a name ends within a word, or is a part of a longer one."""
    last, after = text[end - 1], text[end : end + 1]
    if not after:
        return False
    if _LATIN.match(last):
        return bool(_LATIN.match(after)) or (
            after == "." and bool(_LATIN.match(text[end + 1 : end + 2]))
        )
    if _KATA.match(last):
        return bool(_KATA.match(after))
    short = end - start <= 2 and all(one.sort not in ("body", "outlet") for one in known)
    if short and start and _HAN.match(text[start - 1]) and _HAN.match(text[start]):
        return True
    if any(one.sort == FIRM for one in known) and not last.endswith(_BODY_END):
        return bool(_HAN.match(after)) and after not in _MAY_FOLLOW
    return False


def _with_form(text: str, start: int, end: int) -> tuple[int, int]:
    """A firm's name together with the legal form that stands beside it."""
    after = AFTER_EN.match(text, end) or AROUND_JA.match(text, end)
    if after:
        return start, after.end()
    for form in ("株式会社", "有限会社", "合同会社", "(株)", "㈱"):
        if text.endswith(form, 0, start):
            return start - len(form), end
    return start, end

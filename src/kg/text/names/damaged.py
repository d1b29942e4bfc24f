"""Misspelt names: a known name with few letters changed, left out, added or swapped.

A misspelling is looked for where a part of the name stands unharmed: a word of several, a half of
a name in kanji or kana. A name of one word is compared with those that begin alike.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.text.edits import edits
from kg.text.folding import MASK
from kg.text.names.model import HIDDEN, PERSON, POST, READING, KnownName
from kg.text.names.people import TITLE_JA
from kg.text.names.surfaces import without_form

_MOST_LOOKS = 20_000  # comparisons in one text
_LEAST_LATIN, _LEAST_JAPANESE, _LEAST_BODY, _SHORTEST = 6, 4, 5, 4
_COMMON = frozenset(
    "the of and for in japan japanese national news business daily shimbun institute agency"
    " ministry minister association research organization center strategy policy system plan act"
    " programme council headquarters anime animation content industry digital economy report"
    " group bank tokyo office journal house cabinet committee international world new south"
    " korea korean creative media".split()
)
_CAPITALISED = re.compile(
    r"[A-Z][\w'&.-]*(?:(?: |, )(?:of |and |for |the |on |& )*[A-Z][\w'&.-]*){0,8}"
)
_WORDS = re.compile(r"[\w'&.-]+")
_SIGNS = re.compile(r"[一-龥々ァ-ヶーぁ-んA-Za-z0-9・]+")
_PLAIN = re.compile(r"[一-龥々ァ-ヶー]")


@dataclass(frozen=True, slots=True)
class Damaged:
    """A misspelt name and who may be meant, the nearest first."""

    start: int
    end: int
    candidates: tuple[str, ...]
    is_variant: bool = False
    """True where only dots, blanks or hyphens differ: written otherwise, not wrongly."""


class Misspellings:
    """Known names by their parts."""

    def __init__(self, known: Iterable[KnownName]) -> None:
        by_word: dict[str, list[tuple[str, str, KnownName]]] = defaultdict(list)
        single: dict[str, list[tuple[str, str, KnownName]]] = defaultdict(list)
        halves: dict[str, list[tuple[str, KnownName, bool]]] = defaultdict(list)
        for one in known:
            plain = without_form(one.surface)
            if one.kind in (HIDDEN, READING) or one.sort == POST:
                continue
            if plain.isascii():
                words = plain.split()
                if len(words) == 1 and len(plain) >= _LEAST_LATIN:
                    single[plain[0].lower()].append((plain, _bare(plain), one))
                for word in words if len(words) > 1 else ():
                    by_word[word.lower().strip(".,")].append((plain, _bare(plain), one))
            elif len(plain) >= _LEAST_JAPANESE and _PLAIN.match(plain):
                middle = len(plain) // 2
                halves[plain[:middle]].append((plain, one, True))
                halves[plain[middle:]].append((plain, one, False))
        self._by_word, self._single = dict(by_word), dict(single)
        self._halves: Mapping[str, Sequence[tuple[str, KnownName, bool]]] = dict(halves)
        signs = "".join(sorted({half[0] for half in halves}))
        self._begin = re.compile(f"[{re.escape(signs) or MASK}]")
        lengths: dict[str, set[int]] = defaultdict(set)
        for half in halves:
            lengths[half[0]].add(len(half))
        self._lengths = {sign: sorted(many, reverse=True) for sign, many in lengths.items()}

    def latin(self, text: str, free: Iterable[tuple[int, int]]) -> Iterator[Damaged]:
        """Misspelt names in the capitalised words of the stretches that are free."""
        looks = 0
        for start, end in free:
            for run in _CAPITALISED.finditer(text, start, end):
                found, tried = self._in_run(text, run)
                looks += tried
                yield from found
                if looks > _MOST_LOOKS:
                    return

    def _in_run(self, text: str, run: re.Match[str]) -> tuple[list[Damaged], int]:
        words = [match.span() for match in _WORDS.finditer(text, run.start(), run.end())]
        found: list[Damaged] = []
        tried = place = 0
        while place < len(words):
            step = 1
            for length in range(min(8, len(words) - place), 0, -1):
                first, last = words[place][0], words[place + length - 1][1]
                surface = text[first:last].rstrip(".,").removesuffix("'s")
                whom, is_variant, looks = self._nearest(surface, length)
                tried += looks
                if whom:
                    found.append(Damaged(first, first + len(surface), whom, is_variant))
                    step = length
                    break
            place += step
        return found, tried

    def _nearest(self, surface: str, length: int) -> tuple[tuple[str, ...], bool, int]:
        """Who a surface of so many words may be misspelt for."""
        if length == 1:
            known = self._single.get(surface[:1].lower(), ())
        else:
            words = [word.lower().strip(".,") for word in surface.split()]
            known = [
                one
                for word in dict.fromkeys(words)
                for one in self._by_word.get(word, ())
                if abs(len(one[0].split()) - length) <= 1
            ]
        near: dict[str, int] = {}
        bare = _bare(surface)
        for plain, known_bare, one in known:
            if bare == known_bare:
                return (one.id,), True, len(known)
            away = _away(surface, plain, one)
            if away:
                near[one.id] = min(away, near.get(one.id, away))
        best = sorted(near, key=lambda name: (near[name], name))
        return tuple(best), False, len(known)

    def japanese(self, text: str, place: int) -> Damaged | None:
        """A misspelt Japanese name one half of which begins at a place."""
        best: tuple[int, int, int, str] | None = None
        variant = False
        for length in self._lengths.get(text[place], ()):
            for plain, one, is_first in self._halves.get(text[place : place + length], ()):
                found = _window(text, place, length, plain, is_first, one.sort == PERSON)
                if found and (best is None or found[0] < best[0]):
                    best = (*found, one.id)
                    variant = _bare(text[found[1] : found[2]]) == _bare(plain)
        return Damaged(best[1], best[2], (best[3],), variant) if best else None

    def halves(self, text: str, start: int, end: int) -> Iterator[int]:
        """The places of a stretch where a half of some name begins."""
        for match in self._begin.finditer(text, start, end):
            place = match.start()
            if any(
                text[place : place + length] in self._halves
                for length in self._lengths[text[place]]
            ):
                yield place


def _bare(name: str) -> str:
    """Without dots, blanks and hyphens; “and” as a sign."""
    return re.sub(r"[・\s.'-]", "", name.lower().replace("'s", "").replace(" and ", "&"))


def _away(surface: str, plain: str, one: KnownName) -> int:
    """How many edits away; 0 where that is too many, or none."""
    if abs(len(surface) - len(plain)) > 4:
        return 0
    limit = 1 if len(plain) < 16 else 2 if len(plain) < 30 else 4
    if one.sort == PERSON:
        limit = 2
    if plain.isupper() and len(plain) < 8:
        return 0
    found = edits(surface.lower(), plain.lower(), limit)
    if not found:
        return 0
    if one.sort == PERSON:
        mine, theirs = surface.lower().split(), plain.lower().split()
        return found if set(mine) & set(theirs) else 0
    changed = [w for w in surface.split() if w not in plain.split()]
    common = any(w.lower() in _COMMON or len(w) < _SHORTEST for w in changed)
    return 0 if common else found


def _window(
    text: str, place: int, length: int, plain: str, is_first: bool, is_person: bool
) -> tuple[int, int, int] | None:
    """Edits, start and end of the stretch around a half that is nearest to the whole name."""
    size = len(plain)
    limit = 1 if size < 12 else 2
    if not is_person and size < _LEAST_BODY:
        return None
    sizes = (size,) if is_person or size < 6 else (size, size - 1, size + 1)
    for many in sizes:
        start = place if is_first else place + length - many
        end = start + many
        if start < 0 or end > len(text):
            continue
        window = text[start:end]
        if not _SIGNS.fullmatch(window):
            continue
        away = edits(window, plain, limit)
        short = not is_person and _differs_at_an_end(window, plain)
        if away and not short and _is_whole(text, start, end, window, plain):
            return away, start, end
    return None


def _differs_at_an_end(window: str, plain: str) -> bool:
    """フリーランス等 is no misspelling of フリーランス法: another word on the same stem."""
    return window[:-1] == plain[:-1] or plain.startswith(window) or window.startswith(plain)


def _is_whole(text: str, start: int, end: int, window: str, plain: str) -> bool:
    """Not a piece of a longer word of the same script, nor a name with another first sign."""
    if start and _same_script(text[start - 1], window[0]):
        return False
    goes_on = end < len(text) and _same_script(text[end], window[-1])
    if goes_on and window[-1] != plain[-1] and not TITLE_JA.match(text, end):
        return False
    return not any("ぁ" <= sign <= "ん" for sign in window if sign not in plain)


def _same_script(one: str, other: str) -> bool:
    return _script(one) == _script(other) != ""


def _script(sign: str) -> str:
    if "一" <= sign <= "龥" or sign == "々":
        return "han"
    if "ァ" <= sign <= "ー":
        return "kata"
    return "latin" if sign.isascii() and sign.isalpha() else ""

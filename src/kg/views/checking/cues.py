"""The words of a text that tell what a figure is about, each with its place."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.text.folding import masked, one_width
from kg.text.names import Name

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9&]+|[ァ-ヶー]{2,}|[一-龥々]{2,}")
_NUMERAL = re.compile("[兆億万千百円年月日約超]")
_ENDINGS = ("ings", "ing", "ies", "ed", "es", "s", "e", "y")
_NO_CUES = frozenset(
    """about above after against all also and any are been before being below between billion but
    could each for from had has have how into its last least less many may million more most much
    near nearly not now one only other over per percent said same says she should some such than
    that the their them then there these they this those thousand trillion two under until was
    were what when which who will with would year years yen dollar dollars won fiscal month months
    january february march april june july august september october november december""".split()
)
_STOP = re.compile(r"[。！？!?\n]|[.](?=\s)")
NEAR, MIDDLE, FAR = 30, 70, 300
"""Code points from a figure within which a cue counts in full, well, and at all."""
_EARLIER, _TOPIC = 0.4, 0.25
_AFTER = 0.6  # what belongs to the figure after
_HEADING = 0.8  # the line above a list, for its items
_ITEM = re.compile(r"[\t 　]*(?:[-*+•・‣◦–—●○◆■□▶]|[(（]?\d{1,2}[.)）]|\|)[\t 　]*\S")
_PAUSE = re.compile("[、,;；]")
_TITLE = 200
_OFTEN = 2
_NAMED = 3  # words that are told of a part of a text
_MOST = 60


def words(text: str) -> Iterator[tuple[int, str]]:
    """Cues of a text with their places: English stems, katakana words, pairs of kanji.

    >>> [word for _, word in words("Overseas sales of content, 海外売上")]
    ['oversea', 'sal', 'content', '海外', '外売', '売上']
    """
    for found in _WORD.finditer(text):
        word = found[0]
        if word[0].isascii():
            low = word.lower()
            if low not in _NO_CUES and (len(low) > 2 or word.isupper()):
                yield found.start(), _stem(low)
        elif "ァ" <= word[0] <= "ー":
            yield found.start(), word
        else:
            pairs = (word[i : i + 2] for i in range(len(word) - 1))
            yield from ((found.start() + i, p) for i, p in enumerate(pairs) if not _numeral(p))


_KANA = re.compile("[ぁ-ん]")


def spoken(cue: str) -> list[str]:
    """What a cue is known by: its words, or all of it where its words alone do not tell it.

    >>> spoken("foreign sales"), spoken("海外市場"), spoken("売り上げ"), spoken("年収")
    (['foreign', 'sal'], ['海外', '外市', '市場'], ['売り上げ'], ['年収'])
    """
    found = [word for _, word in words(cue)]
    whole = cue.isascii() or (found and not _KANA.search(cue))
    return found if whole else [cue]


def _numeral(pair: str) -> bool:
    return bool(_NUMERAL.search(pair))


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds a figure: its sentence, and cues by how near they stand (0 to 1).

    `start` and `end` bound the part of the sentence that is read, `sentence` is where it begins.
    `own` are the cues of its own sentence, `paragraph` those and the ones before it in its line.
    """

    sentence: int
    start: int
    end: int
    cues: Mapping[str, float]
    own: frozenset[str]
    paragraph: frozenset[str]


def _phrases(plain: str, phrases: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Where a text has cues that are no words of their own; of two at one place the longer."""
    wanted = sorted((p for p in phrases if len(p) > 1), key=len, reverse=True)
    if wanted:
        pattern = re.compile("|".join(map(re.escape, wanted)))
        yield from ((one.start(), one[0]) for one in pattern.finditer(plain))


class Cues:
    """All cues of one text."""

    def __init__(self, text: str, names: Sequence[Name], phrases: Iterable[str] = ()) -> None:
        self.plain = masked(one_width(text))
        found = list(words(self.plain))
        found += _phrases(self.plain, phrases)
        for name in names:
            for one in (name.id, *name.candidates):
                if one:
                    found.append((name.start, f"id:{one}"))
        found.sort()
        self._found = found
        self._places = [place for place, _ in found]
        self._stops = [stop.start() for stop in _STOP.finditer(self.plain)]
        self._lines = [at for at in self._stops if self.plain[at] == "\n"]
        self._headings = list(self._above_lists())
        often = Counter(word for _, word in found)
        topics = {word for place, word in found if place < _TITLE}
        topics |= {word for word, times in often.most_common(_MOST) if times >= _OFTEN}
        self._topics = dict.fromkeys(topics, _TOPIC)

    def _above_lists(self) -> Iterator[Sequence[str]]:
        """Of each line after the first: the words of the line above its list, if it is an item."""
        heading: Sequence[str] = ()
        starts = [0, *(at + 1 for at in self._lines)]
        for start, end in pairwise([*starts, len(self.plain) + 1]):
            is_item = bool(_ITEM.match(self.plain, start, end))
            if start:
                yield heading if is_item else ()
            if not is_item and self.plain[start : end - 1].strip():
                low, high = bisect_left(self._places, start), bisect_left(self._places, end)
                heading = [word for _, word in self._found[low : min(high, low + _MOST)]]

    def _sentence(self, at: int) -> tuple[int, int]:
        place = bisect_left(self._stops, at)
        start = self._stops[place - 1] + 1 if place else 0
        end = self._stops[place] if place < len(self._stops) else len(self.plain)
        return start, end

    def around(self, start: int, end: int, after: int | None = None) -> Around:
        """The cues around a figure; those of sentences before it in the paragraph count less.

        `after` is where the next one starts: what stands beyond it, or after a pause before it,
        speaks less of this one. An item of a list has the words of the line above the list.
        """
        first, last = self._sentence(start)
        line = bisect_left(self._lines, start)
        begin = self._lines[line - 1] if line else 0
        low = bisect_left(self._places, max(begin, start - FAR))
        high = bisect_right(self._places, min(last, end + FAR))
        following = self._following(end, last, after)
        cues: dict[str, float] = dict(self._topics)
        own, paragraph = set(), set()
        for place, word in self._found[low:high]:
            paragraph.add(word)
            if place >= first:
                own.add(word)
                weight = _nearness(start - place if place < start else place - end)
                weight *= _AFTER if place >= following else 1
            else:
                weight = _EARLIER
            cues[word] = max(weight, cues.get(word, 0))
        for word in self._heading(begin):
            paragraph.add(word)
            cues[word] = max(_HEADING, cues.get(word, 0))
        part = max(first, start - FAR), min(last, end + FAR)
        return Around(first, *part, cues, frozenset(own), frozenset(paragraph))

    def between(self, start: int, end: int) -> set[str]:
        """The cues that begin in a part of the text."""
        low, high = bisect_left(self._places, start), bisect_left(self._places, end)
        return {word for _, word in self._found[low:high]}

    def sentence_end(self, at: int) -> int:
        """Where the sentence of a place ends, its full stop included."""
        end = self._sentence(at)[1]
        return min(end + (self.plain[end : end + 1] not in ("", "\n")), len(self.plain))

    def seen(self, start: int, end: int, *names: str) -> list[str]:
        """The words of a part of the text that stand in one of some names, each once."""
        wanted = {word for name in names for _, word in words(name)}
        low, high = bisect_left(self._places, start), bisect_left(self._places, end)
        found: list[tuple[int, int]] = []
        for place, word in self._found[low:high]:
            match = _WORD.match(self.plain, place) if word in wanted else None
            if match:
                last = match.end() if word[0].isascii() else place + len(word)
                if found and place < found[-1][1]:
                    found[-1] = (found[-1][0], last)  # pairs of kanji that overlap
                else:
                    found.append((place, last))
        return list(dict.fromkeys(self.plain[a:b] for a, b in found))[:_NAMED]

    def _heading(self, begin: int) -> Sequence[str]:
        """The words of the line above the list of which the line that begins there is an item."""
        at = bisect_left(self._lines, begin)
        return self._headings[at] if at < len(self._headings) else ()

    def _following(self, end: int, last: int, after: int | None) -> int:
        """Where the words of the figure after one begin: at the pause before it."""
        if after is None or after > last:
            return last + 1
        pause = _PAUSE.search(self.plain, end, after)
        return pause.start() if pause else after


def _nearness(distance: int) -> float:
    return 1.0 if distance <= NEAR else 0.8 if distance <= MIDDLE else 0.6

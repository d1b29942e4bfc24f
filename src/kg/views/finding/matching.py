"""Which names hold something like a word of a query: words by spelling, Japanese by bigrams.

Names are numbers here; how well a word is found in a name is a figure from 0 to 1.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import chain

from kg.text.edits import edits
from kg.text.kana import is_kana

Found = dict[int, float]
_MOST_WORDS = 200
_MOST_ALIKE = 100
_LEAST_SHARE, _LEAST_SHARE_OF_KANA = 0.5, 0.65
_TITLED = 0.55


def bigrams(text: str) -> list[str]:
    """Neighbouring pairs of signs; SQLite's trigrams would find no word of two kanji.

    >>> bigrams("経産省")
    ['経産', '産省']
    """
    return [text[i : i + 2] for i in range(len(text) - 1)]


def _postings(texts: Iterable[tuple[int, str]]) -> Mapping[str, Sequence[int]]:
    postings: dict[str, list[int]] = defaultdict(list)
    for number, text in texts:
        for pair in dict.fromkeys(bigrams(text)):
            postings[pair].append(number)
    return dict(postings)


def _most_alike(text: str, postings: Mapping[str, Sequence[int]], least: int) -> list[int]:
    """The numbers that share most pairs with a text, and at least so many."""
    lists = (postings.get(pair, ()) for pair in set(bigrams(text)))
    shared = Counter(chain.from_iterable(lists))
    enough = [(-n, number) for number, n in shared.items() if n >= least]
    return [number for _, number in sorted(enough)[:_MOST_ALIKE]]


class Words:
    """Words in Latin letters, with the names that hold them."""

    def __init__(self, holders: Mapping[str, Sequence[int]]) -> None:
        self._holders = holders
        self._sorted = sorted(holders)
        self._postings = _postings((i, f"^{word}$") for i, word in enumerate(self._sorted))

    def find(self, spellings: Iterable[str]) -> Found:
        """Names with a word in one of these spellings; else as it begins, or nearly so."""
        found: Found = {}
        forms = list(dict.fromkeys(spellings))
        for word, quality in self._expanded(forms):
            for name in self._holders[word]:
                if quality > found.get(name, 0):
                    found[name] = quality
        return found

    def _expanded(self, forms: Sequence[str]) -> list[tuple[str, float]]:
        words = [(form, 1.0) for form in forms if form in self._holders]
        known = bool(words)
        for form in forms:
            words += self._begun(form)
            if not known and len(form) > 3:
                words += self._alike(form)
        return words

    def _begun(self, begin: str) -> list[tuple[str, float]]:
        if len(begin) < 2:
            return []
        first = bisect_left(self._sorted, begin)
        last = bisect_left(self._sorted, begin + "\U0010ffff", first, len(self._sorted))
        words = self._sorted[first : min(last, first + _MOST_WORDS)]
        return [(word, 0.75 + 0.2 * len(begin) / len(word)) for word in words if word != begin]

    def _alike(self, word: str) -> list[tuple[str, float]]:
        limit = 1 if len(word) < 8 else 2
        found = []
        for i in _most_alike(f"^{word}$", self._postings, len(word) + 1 - 3 * limit):
            other = self._sorted[i]
            distance = edits(word, other, limit)
            if distance:
                found.append((other, 0.9 * (1 - distance / len(word))))
        return found


class Runs:
    """Japanese text, which has no spaces between its words; people's names are told apart."""

    def __init__(self, texts: Mapping[int, str], people: Container[int] = ()) -> None:
        self._texts, self._people = texts, people
        self._postings = _postings(texts.items())
        self._beginning: dict[str, list[int]] = defaultdict(list)
        for number, text in texts.items():
            for sign in filter(None, dict.fromkeys((text[0], text.removeprefix("日本")[:1]))):
                self._beginning[sign].append(number)

    def find(self, run: str) -> Found:
        """Names that hold a run, most of it, or what it abbreviates (経産 of 経済産業省)."""
        found = self._abbreviated(run) if 2 <= len(run) <= 8 else {}
        found |= self._titled(run)
        least = max(1, (len(set(bigrams(run))) + 2) // 3)
        holding = self._holding(run)
        enough = _LEAST_SHARE_OF_KANA if is_kana(run) else _LEAST_SHARE
        for name in holding or _most_alike(run, self._postings, least):
            share = 1.0 if name in holding else _covered(run, self._texts[name])
            if share >= enough:
                found[name] = max(share, found.get(name, 0))
        return found

    def _titled(self, run: str) -> Found:
        """People whose family name a run begins with, a title after it: 片山財務相."""
        if len(run) < 3 or is_kana(run):
            return {}
        alike = self._beginning.get(run[0], ())
        return {n: _TITLED for n in alike if n in self._people and self._texts[n][:2] == run[:2]}

    def _holding(self, run: str) -> set[int]:
        pairs = bigrams(run)
        if not pairs:
            return set()
        rarest = min((self._postings.get(pair, ()) for pair in pairs), key=len)
        return {name for name in rarest if run in self._texts[name]}

    def _abbreviated(self, run: str) -> Found:
        return {
            name: 0.7 + 0.1 * len(run) / len(self._texts[name])
            for name in self._beginning.get(run[0], ())
            if len(self._texts[name]) <= 4 * len(run)
            and abbreviates(run, self._texts[name].removeprefix("日本" if run[0] != "日" else ""))
        }


def abbreviates(short: str, text: str) -> bool:
    """True where a text holds the signs of another in their order.

    >>> abbreviates("経産省", "経済産業省"), abbreviates("省経", "経済産業省")
    (True, False)
    """
    rest = iter(text)
    return all(sign in rest for sign in short)


def _covered(run: str, text: str) -> float:
    """The share of a run that lies in pairs which a text holds too."""
    held = {i for i in range(len(run) - 1) if run[i : i + 2] in text}
    return len(held | {i + 1 for i in held}) / len(run)

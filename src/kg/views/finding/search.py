"""Look-up of entities, concepts and sources by any name people type for them.

Kanji, kana, romaji in any usual spelling and order, damaged renderings, beginnings, single
words, small typos. Exact names come before alike ones; among alike ones what is said more of.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log, log1p
from typing import NamedTuple, Self

from kg.build.duplicates import without_form
from kg.text.kana import fold, is_kana, plain_romaji, romaji, runs
from kg.views.finding.catalogue import Catalogue, NameKind, shipped_legal_forms
from kg.views.finding.matching import Found, Runs, Words
from kg.views.record.claims import Reader

# Scores fall in bands: the whole name (by kind of name), its beginning, words of it. Within the
# last two, a name that is more nearly the whole and a thing with more claims gain a little.
_EXACT: Mapping[NameKind, float] = {
    "label": 1.0, "alias": 0.97, "reading": 0.97, "id": 0.96, "hidden": 0.93,
}  # fmt: skip
_LESS: Mapping[NameKind, float] = {
    "label": 0, "alias": 0, "reading": 0, "id": 0.25, "hidden": 0.05,
}  # fmt: skip
_RESPELLED = _OTHER_LANGUAGE = 0.01
_BEGUN, _BEGUN_IN_A_WORD, _HELD, _SPREAD = 0.83, 0.8, 0.78, 0.72
_LENGTH, _CLAIMS = 0.06, 0.03
_TITLED, _MENTIONED = 0.005, 0.4  # a source gives way to what its title names, or only mentions
_FROM_KANA = 0.95
_WITHOUT_FORM = 0.02  # a name written with a legal form, or without the one that it has
# A query that goes on behind a name (ソフトバンクグループ) may mean another thing: never sure.
_CONTINUED, _CONTINUED_SHARE, _LEAST_CONTINUED = 0.5, 0.24, 3
_MOST_BEGUN = 2000
_MOST_TOKENS = 12
_LEAST = 0.5
_STOP = frozenset("a an and at by for from in of on or the to with".split())
_TITLES = frozenset("prime minister pm president chief chair head secretary mr mrs ms dr".split())
_TITLE = 0.3


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found: `matched` is the name that did it, `kind` what sort of name that is."""

    iri: str
    id: str
    en: str
    ja: str
    type: str
    score: float
    matched: str
    kind: NameKind


class _Query(NamedTuple):
    keys: Mapping[str, float]
    tokens: Sequence[str]
    lang: str
    type: str


class SearchIndex:
    """All names of one snapshot; built once, then only read.

    A name is a number. Its keys are the whole name without spaces, in each spelling and order
    that counts as exact; they are kept sorted, so that beginnings are found as well.
    """

    def __init__(self, catalogue: Catalogue, legal_forms: Sequence[str] = ()) -> None:
        self._forms = [tuple(fold(form).split()) for form in legal_forms]
        self.things, self._names = catalogue.things, catalogue.names
        self._most = log1p(max((thing.claims for thing in self.things), default=0)) or 1.0
        self._joined: list[str] = []
        self._latin: list[str] = []
        self._keys: list[tuple[str, int, float]] = []
        words: dict[str, list[int]] = defaultdict(list)
        texts: dict[int, str] = {}
        people = {n for n, name in enumerate(self._names) if self.things[name.thing].is_person}
        for number, name in enumerate(self._names):
            folded = fold(name.text)
            latin = self._add(number, folded)
            if name.kind == "id":
                continue
            for word in latin:
                words[word].append(number)
            if not folded.isascii():
                texts[number] = self._joined[number]
        self._keys.sort()
        self._words, self._runs = Words(words), Runs(texts, people)

    @classmethod
    def of(cls, reader: Reader) -> Self:
        """The index of a reader's snapshot."""
        return cls(Catalogue.of(reader), shipped_legal_forms())

    def _add(self, number: int, folded: str) -> Sequence[str]:
        """Notes the keys of a name; gives its words in Latin letters, in every spelling."""
        keys = self._all_keys(folded, both_orders=True) if folded else {}
        self._keys += [(key, number, loss) for key, loss in keys.items()]
        text = romaji(folded) if is_kana(folded) else folded
        latin = {word for word in runs(text) if word.isascii()}
        spelled = sorted(latin | {plain_romaji(word) for word in latin})
        self._joined.append(_joined(folded))
        self._latin.append(f" {' '.join(spelled)} ")
        return spelled

    def _plain(self, folded: str) -> str:
        """The folded name without legal forms at its ends."""
        tokens = tuple(folded.split())
        while (shorter := without_form(tokens, self._forms)) != tokens:
            tokens = shorter
        return " ".join(tokens)

    def _all_keys(
        self, folded: str, plain: str | None = None, both_orders: bool = False
    ) -> dict[str, float]:
        """The keys of a name as it stands, and of the name without its legal form."""
        keys = _keys(folded, both_orders)
        plain = self._plain(folded) if plain is None else plain
        if plain != folded:
            for key, loss in _keys(plain, both_orders).items():
                keys.setdefault(key, loss + _WITHOUT_FORM)
        return keys

    def find(
        self, text: str, lang: str | None = None, type_: str | None = None, limit: int = 10
    ) -> list[Hit]:
        """The best hits first; a name in `lang` comes before an equal one in another language.

        `type_` is a class or one above it, a scheme, "concept" or "source".
        """
        folded = fold(text)
        if not folded:
            return []
        wanted = (type_ or "").rpartition(":")[2].casefold()
        plain = self._plain(folded)
        keys = self._all_keys(folded, plain)
        query = _Query(keys, _telling(runs(plain)), (lang or "")[:2].casefold(), wanted)
        best: dict[int, tuple[float, int]] = {}
        for number, score in self._scored(query):
            thing, score = self._names[number].thing, round(score, 3)
            if score > best.get(thing, (0.0, 0))[0]:
                best[thing] = (score, number)
        ordered = sorted(best, key=lambda thing: self._rank(thing, *best[thing]))
        return [self._hit(thing, *best[thing]) for thing in ordered[: max(limit, 0)]]

    def _rank(self, thing: int, score: float, number: int) -> tuple[float, int, int, int]:
        return -score, -self.things[thing].claims, len(self._joined[number]), thing

    def _hit(self, thing: int, score: float, number: int) -> Hit:
        what, name = self.things[thing], self._names[number]
        named = what.named
        return Hit(named.iri, named.id, named.en, named.ja, what.type, score, name.text, name.kind)

    def _scored(self, query: _Query) -> Iterator[tuple[int, float]]:
        """Names that fit, some more than once, with their scores."""
        for number, score in self._same(query):
            if self._fits(number, query):
                less = _TITLED if self._is_source(number) else 0.0
                yield number, score - less - self._foreign(number, query)
        for number, score in (
            *self._begun(query), *self._holding(query), *self._continued(query),
        ):  # fmt: skip
            if self._fits(number, query):
                said = log1p(self.things[self._names[number].thing].claims) / self._most
                less = _LESS[self._names[number].kind] + self._foreign(number, query)
                less += _MENTIONED if self._is_source(number) and not query.type else 0.0
                yield number, score + _CLAIMS * said - less

    def _fits(self, number: int, query: _Query) -> bool:
        return not query.type or query.type in self.things[self._names[number].thing].types

    def _is_source(self, number: int) -> bool:
        return "source" in self.things[self._names[number].thing].types

    def _foreign(self, number: int, query: _Query) -> float:
        lang = self._names[number].lang
        return _OTHER_LANGUAGE if query.lang and lang and lang != query.lang else 0.0

    def _same(self, query: _Query) -> Iterator[tuple[int, float]]:
        for wanted, loss in query.keys.items():
            for key, number, less in self._from(wanted):
                if key != wanted:
                    break
                yield number, _EXACT[self._names[number].kind] - max(loss, less)

    def _begun(self, query: _Query) -> Iterator[tuple[int, float]]:
        """Names that begin like the query, as while somebody types."""
        last = query.tokens[-1]
        whole = f" {plain_romaji(last)} "
        for begin, loss in query.keys.items():
            for key, number, less in self._from(begin):
                ends = not last.isascii() or whole in self._latin[number]
                base = _BEGUN if ends else _BEGUN_IN_A_WORD
                yield number, base + _LENGTH * len(begin) / len(key) - max(loss, less)

    def _continued(self, query: _Query) -> Iterator[tuple[int, float]]:
        """Names that the query begins with, and goes on: at a word's end in Latin letters."""
        ends, length = set[int](), 0
        for token in query.tokens:
            length += len(token)
            ends.add(length)
        whole = next(iter(query.keys))
        for size in range(len(whole) - 1, max(_LEAST_CONTINUED, len(whole) * 2 // 5) - 1, -1):
            if whole.isascii() and size not in ends:
                continue
            for key, number, less in self._from(whole[:size]):
                if len(key) > size:
                    break
                yield number, _CONTINUED + _CONTINUED_SHARE * size / len(whole) - less

    def _from(self, begin: str) -> Sequence[tuple[str, int, float]]:
        first = bisect_left(self._keys, (begin,))
        end = bisect_left(self._keys, (begin + "\U0010ffff",), first)
        return self._keys[first : min(end, first + _MOST_BEGUN)]

    def _holding(self, query: _Query) -> Iterator[tuple[int, float]]:
        """Names that hold the words of the query, or things whose names together do."""
        found = [self._found(token) for token in query.tokens]
        names: dict[int, float] = defaultdict(float)
        things: dict[int, float] = defaultdict(float)
        first: dict[int, int] = {}
        for held, weight in zip(found, self._weights(query.tokens, found), strict=True):
            best: dict[int, float] = {}
            for number, quality in held.items():
                thing = self._names[number].thing
                names[number] += weight * quality
                best[thing] = max(weight * quality, best.get(thing, 0.0))
                first.setdefault(thing, number)
            for thing, share in best.items():
                things[thing] += share
        length = len(next(iter(query.keys)))
        for number, share in names.items():
            if share >= _LEAST:
                part = min(1.0, length / len(self._joined[number]))
                yield number, share * (_HELD + _LENGTH * part)
        for thing, share in things.items():
            if share >= _LEAST:
                yield first[thing], share * _SPREAD

    def _found(self, token: str) -> Found:
        if token.isascii():
            return self._words.find((token, plain_romaji(token)))
        found = self._runs.find(token)
        if is_kana(token):
            for number, quality in self._words.find((plain_romaji(romaji(token)),)).items():
                found[number] = max(quality * _FROM_KANA, found.get(number, 0.0))
        return found

    def _weights(self, tokens: Sequence[str], found: Sequence[Found]) -> list[float]:
        """How telling each word is, in all 1: rare ones more, unknown ones and titles less."""
        telling = [self._rarity(held) if held else 0.0 for held in found]
        unknown = 0.8 * max(telling)
        weights = [
            (rarity or unknown) * (_TITLE if token in _TITLES else 1)
            for token, rarity in zip(tokens, telling, strict=True)
        ]
        return [weight / (sum(weights) or 1.0) for weight in weights]

    def _rarity(self, held: Found) -> float:
        sure = {self._names[n].thing for n, quality in held.items() if quality >= _FROM_KANA}
        return log(1 + len(self.things) / max(1, len(sure)))


def _joined(folded: str) -> str:
    return "".join(folded.removeprefix("the ").split())


def _keys(folded: str, both_orders: bool = False) -> dict[str, float]:
    """Spellings under which a whole name is found, with what each costs; the plainest first.

    >>> _keys("onoda kimi", both_orders=True)
    {'onodakimi': 0.0, 'kimionoda': 0.01}
    >>> _keys("けいざい")
    {'けいざい': 0.0, 'keizai': 0.01}
    """
    words = folded.removeprefix("the ").split()
    forms = [words]
    if folded.isascii():
        forms.append([plain_romaji(word) for word in words])
    elif is_kana(folded) and len(folded) > 1:
        forms.append([plain_romaji(romaji(word)) for word in words])
    if both_orders and len(words) == 2:
        forms += [form[::-1] for form in forms]
    keys = {_joined(folded): 0.0}
    for form in forms:
        keys.setdefault("".join(form), _RESPELLED)
    return keys


def _telling(tokens: Sequence[str]) -> Sequence[str]:
    """Tokens without words that stand in any name, unless there are no others."""
    content_words = [t for t in tokens if t not in _STOP and (t.isascii() or len(t) > 1)]
    return (content_words or tokens)[:_MOST_TOKENS]

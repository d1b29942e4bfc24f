"""Passages by the words that they quote."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kg.text.folding import one_width
from kg.text.kana import fold
from kg.views.finding.matching import bigrams
from kg.views.record.cards import ClaimCard, Passage

_POINT = re.compile(r"(?<=[0-9])[.・](?=[0-9])")
_LEAST = 3  # signs of a query in Latin letters; two of kanji
_MOST = 200


@dataclass(frozen=True, slots=True)
class PassageHit:
    """A passage that holds all words of the query, and the claim that it bears out."""

    passage: Passage
    claim: ClaimCard
    score: float


class PassageIndex:
    """The quotes of one snapshot by their pairs of signs; built once, then only read."""

    def __init__(self, claims: Sequence[ClaimCard]) -> None:
        self._held = [(passage, claim) for claim in claims for passage in claim.passages]
        self._texts = [_plain(passage.quote) for passage, _ in self._held]
        self._postings: dict[str, set[int]] = defaultdict(set)
        for number, text in enumerate(self._texts):
            for pair in dict.fromkeys(bigrams(text)):
                self._postings[pair].add(number)

    def find(self, text: str) -> list[PassageHit]:
        """Passages that hold the query as it stands, else each of its words; best first."""
        whole = _plain(text)
        if len(whole) < (_LEAST if whole.isascii() else 2):
            return []
        found = dict.fromkeys(self._holding(whole), 0.8)
        words = [_plain(word) for word in text.split()]
        words = [word for word in words if len(word) > 1]
        if len(words) > 1 and len(found) < _MOST:
            shared = set.intersection(*(self._holding(word) for word in words))
            found = dict.fromkeys(shared, 0.7) | found
        hits = [PassageHit(*self._held[number], score) for number, score in found.items()]
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage.iri))[:_MOST]

    def _holding(self, text: str) -> set[int]:
        pairs = bigrams(text)
        lists = sorted((self._postings.get(pair, set()) for pair in pairs), key=len)
        near = set.intersection(*lists) if lists else set()
        return {number for number in near if text in self._texts[number]}


def _plain(text: str) -> str:
    """Folded, without blanks; the points of numbers stay, since 5.8 is not 58."""
    parts = _POINT.split(one_width(text))
    return ".".join("".join(fold(part).split()) for part in parts)

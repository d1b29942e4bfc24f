"""What is known of terms: those of the columns, and those that were made for an answer."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.engine.columns.layout import Columns, Ids, Kind
from kg.engine.columns.maker import DATATYPES, value_of
from kg.engine.columns.tables import Abstain, Keys, Mask

_LARGEST = 2**62
_LARGEST_MADE = 2**127  # the engine's decimals, in units of 10 ** -18
_ESCAPE = re.compile(r"\\(?:u(....)|U(........)|(.))")
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class Values(NamedTuple):
    """Of many terms; mantissas are Python's integers where one may be too long for 64 bits."""

    kinds: NDArray[np.uint8]
    mantissas: NDArray[Any]
    digits: NDArray[np.uint8]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Values":
        """What terms are worth that were made."""
        worth = np.array([value_of(text, _LARGEST_MADE) for text in texts], dtype=object)
        kinds, mantissas, digits = worth.reshape(-1, 3).T
        if max(map(abs, mantissas), default=0) < _LARGEST:
            mantissas = mantissas.astype(np.int64)
        return cls(kinds.astype(np.uint8), mantissas, digits.astype(np.uint8))

    def taken(self, places: Ids) -> "Values":
        """Some of them."""
        return Values(*(part[places] for part in self))

    def are(self, *kinds: Kind) -> bool:
        """Whether all are of one of these kinds."""
        return bool(np.all(self.which(*kinds)))

    def which(self, *kinds: Kind) -> Mask:
        """Those that are of one of these kinds."""
        return np.isin(self.kinds, kinds)

    @property
    def most_digits(self) -> int:
        """The most behind any point."""
        return int(self.digits.max(initial=0))

    def scaled(self, digits: int) -> NDArray[Any]:
        """Mantissas with so many digits behind the point."""
        if not len(self.mantissas) or np.all(self.digits == digits):
            return self.mantissas
        factors = np.power(10, digits - self.digits.astype(np.int64))
        largest = max(abs(int(self.mantissas.min())), abs(int(self.mantissas.max())))
        if largest * 10**digits >= _LARGEST:
            factors = factors.astype(object)
        scaled: NDArray[Any] = self.mantissas * factors
        return scaled


class TermTable:
    """Terms by number: those of the columns, then made ones, which may be of the same text."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._own = Values(columns.kinds, columns.mantissas, columns.digits)
        self._made, self._texts = Values.of(()), dict[int, str]()

    @property
    def size(self) -> int:
        """How many terms there are."""
        return self._columns.terms + len(self._made.kinds)

    def are_own(self, ids: Ids) -> bool:
        """Whether a column is of terms of the columns; otherwise all of it is made."""
        return bool(np.all(ids < self._columns.terms))

    def values(self, ids: Ids) -> Values:
        """What terms are worth."""
        if self.are_own(ids):
            return self._own.taken(ids)
        return self._made.taken(ids - self._columns.terms)

    def texts(self, ids: Ids) -> list[str]:
        """Terms as in N-Triples."""
        if self.are_own(ids):
            return self._columns.texts(ids)
        worth = zip(*(part.tolist() for part in self.values(ids)), strict=True)
        known = map(self._texts.get, ids.tolist())
        return [text or _number(*each) for text, each in zip(known, worth, strict=True)]

    def constant(self, text: str) -> Ids:
        """The number of a term, as a column of one."""
        found = self._columns.find(text)
        return np.array([found], dtype=np.int32) if found >= 0 else self.learn([text])

    def learn(self, texts: Sequence[str]) -> Ids:
        """The numbers of made terms, which are the same where the terms are."""
        places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
        ids = self.learn_numbers(Values.of(list(places)))
        self._texts.update(zip(ids.tolist(), places, strict=True))
        return ids[[places[text] for text in texts]]

    def learn_numbers(self, values: Values) -> Ids:
        """The numbers of made numbers, which differ; their texts are written when asked for."""
        first = self.size
        self._made = Values(*map(np.append, self._made, values))
        return np.arange(first, self.size, dtype=np.int32)


def _number(kind: Kind, mantissa: int, digits: int) -> str:
    """As the engine writes it: without zeros at the end."""
    text = str(abs(mantissa)).rjust(digits + 1, "0")
    if digits:
        text = f"{text[:-digits]}.{text[-digits:]}".rstrip("0").rstrip(".")
    return f'"{"-" * (mantissa < 0)}{text}"{DATATYPES[kind]}'


def content(text: str) -> str:
    """The IRI, or what a literal says, of a term as in N-Triples."""
    if text[0] == "<":
        return text[1:-1]
    if text[0] == "_":
        raise Abstain("the text of a blank node")
    said = text[1 : text.rindex('"')]
    return _ESCAPE.sub(_unescaped, said) if "\\" in said else said


def ranks(texts: Sequence[str]) -> Keys:
    """Numbers in the order of what terms say, by code points; equal where they say the same."""
    said = list(map(content, texts))
    order = {text: rank for rank, text in enumerate(sorted(dict.fromkeys(said)))}
    return np.array([order[text] for text in said], dtype=np.int64)


def language(text: str) -> str:
    """The language of a literal; empty where it has none."""
    suffix = text[text.rindex('"') + 1 :]
    return suffix[1:] if suffix[:1] == "@" else ""


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(found[3], found[3])

"""What is known of terms: those of the columns, and those that were made for an answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.engine.columns.layout import Columns, Ids, Kind
from kg.engine.columns.maker import Worth, value_of
from kg.engine.columns.tables import Mask

_LARGEST = 2**62
_LARGEST_MADE = 2**127  # the engine's decimals, in units of 10 ** -18
_ESCAPE = re.compile(r"\\(?:u(....)|U(........)|(.))")
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Values:
    """Kinds, mantissas and digits behind the point, of many terms.

    Mantissas are of Python's integers where one of them is too long for 64 bits.
    """

    kinds: NDArray[np.uint8]
    mantissas: NDArray[Any]
    digits: NDArray[np.uint8]

    @classmethod
    def of(cls, found: Sequence[Worth]) -> "Values":
        """Of kinds, mantissas, digits."""
        kinds, mantissas, digits = zip(*found, strict=True) if found else ((), (), ())
        is_long = max(map(abs, mantissas), default=0) >= _LARGEST
        return cls(
            np.array(kinds, dtype=np.uint8),
            np.array(mantissas, dtype=object if is_long else np.int64),
            np.array(digits, dtype=np.uint8),
        )

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
    """Terms by number; those that are made get the numbers behind those of the columns.

    A made term may be one of the columns, too: then it has two numbers.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._numbers, self._texts = dict[str, int](), list[str]()
        self._found, self._made = list[Worth](), Values.of(())

    @property
    def size(self) -> int:
        """How many terms there are."""
        return self._columns.terms + len(self._texts)

    def are_own(self, ids: Ids) -> bool:
        """Whether a column is of terms of the columns; otherwise all of it is made."""
        return bool(np.all(ids < self._columns.terms))

    def values(self, ids: Ids) -> Values:
        """What terms are worth."""
        known: Columns | Values = self._columns
        if not self.are_own(ids):
            known, ids = self._made, ids - self._columns.terms
        return Values(known.kinds[ids], known.mantissas[ids], known.digits[ids])

    def texts(self, ids: Ids) -> list[str]:
        """Terms as in N-Triples."""
        if self.are_own(ids):
            return self._columns.texts(ids)
        return [self._texts[number] for number in (ids - self._columns.terms).tolist()]

    def constant(self, text: str) -> Ids:
        """The number of a term, as a column of one."""
        found = self._columns.find(text)
        return np.array([found], dtype=np.int32) if found >= 0 else self.learn([text])

    def learn(self, texts: Sequence[str], found: Sequence[Worth] = ()) -> Ids:
        """The numbers of made terms; what they are worth may be known."""
        numbers, own = self._numbers, self._columns.terms
        for place, text in enumerate(texts):
            if text not in numbers:
                numbers[text] = own + len(numbers)
                self._texts.append(text)
                self._found.append(found[place] if found else value_of(text, _LARGEST_MADE))
        self._made = Values.of(self._found)
        return np.array([numbers[text] for text in texts], dtype=np.int32)


def content(text: str) -> str:
    """The IRI, or what a literal says, of a term as in N-Triples."""
    if text[:1] == "<":
        return text[1:-1]
    said = text[1 : text.rindex('"')]
    return _ESCAPE.sub(_unescaped, said) if "\\" in said else said


def language(text: str) -> str:
    """The language of a literal; empty where it has none."""
    suffix = text[text.rindex('"') + 1 :]
    return suffix[1:] if suffix[:1] == "@" else ""


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(found[3], found[3])

"""What is known of terms: those of the columns, and those that were made for an answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.engine.columns.layout import Columns, Ids, Kind
from kg.engine.columns.maker import value_of
from kg.engine.columns.tables import Abstain, Mask

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
    def of(cls, found: Sequence[tuple[int, int, int]]) -> "Values":
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
        self._found = list[tuple[int, int, int]]()
        self._made = Values.of(())

    @property
    def size(self) -> int:
        """How many terms there are."""
        return self._columns.terms + len(self._texts)

    def values(self, ids: Ids) -> Values:
        """What terms are worth."""
        own, of = self._columns, self._columns.terms
        if not np.any(is_made := ids >= of):
            return Values(own.kinds[ids], own.mantissas[ids], own.digits[ids])
        if len(self._made.kinds) < len(self._texts):
            self._made = Values.of(self._found)
        made = self._made
        if np.all(is_made):
            return Values(*(part[ids - of] for part in (made.kinds, made.mantissas, made.digits)))
        raise Abstain("terms of the graph beside made ones")

    def are_own(self, ids: Ids) -> bool:
        """Whether a term that has one of these numbers has no other."""
        return bool(np.all(ids < self._columns.terms))

    def constant(self, text: str) -> Ids:
        """The number of a term, as a column of one."""
        found = self._columns.find(text)
        return np.array([found], dtype=np.int32) if found >= 0 else self.learn([text])

    def texts(self, ids: Ids) -> list[str]:
        """Terms as in N-Triples."""
        of = self._columns.terms
        if self.are_own(ids):
            return self._columns.texts(ids)
        return [self._texts[n - of] if n >= of else self._columns.term(n) for n in ids.tolist()]

    def learn(
        self, texts: Sequence[str], found: Sequence[tuple[int, int, int]] | None = None
    ) -> Ids:
        """The numbers of made terms, whose kinds, mantissas and digits may be known."""
        numbers, own = self._numbers, self._columns.terms
        for place, text in enumerate(texts):
            if text not in numbers:
                numbers[text] = own + len(self._texts)
                self._texts.append(text)
                self._found.append(
                    found[place] if found else value_of(text.encode(), _LARGEST_MADE)
                )
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

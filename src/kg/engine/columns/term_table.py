"""What is known of terms: those of the columns, and those that expressions made."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.engine.columns.layout import Columns, Ids
from kg.engine.columns.maker import value_of
from kg.engine.columns.plan import Abstain

_LARGEST = 2**62


@dataclass(frozen=True, slots=True)
class Values:
    """Kinds, mantissas and digits behind the point, of many terms."""

    kinds: NDArray[np.uint8]
    mantissas: NDArray[np.int64]
    digits: NDArray[np.uint8]

    @classmethod
    def of(cls, mantissa: int, digits: int) -> "Values":
        """One number."""
        return cls(np.zeros(1, np.uint8), np.array([mantissa]), np.array([digits], np.uint8))

    def are(self, *kinds: int) -> NDArray[np.bool_]:
        """Where they are of one of these kinds."""
        found = np.zeros(len(self.kinds), dtype=np.bool_)
        for kind in kinds:
            found |= self.kinds == kind
        return found

    def refuse(self, kind: int) -> None:
        """Raises Abstain where a term is of a kind whose value only the engine knows."""
        if np.any(self.kinds == kind):
            raise Abstain("values that only the engine knows")

    @property
    def most_digits(self) -> int:
        """The most behind any point."""
        return int(self.digits.max(initial=0))

    def scaled(self, digits: int) -> NDArray[np.int64]:
        """Mantissas with so many digits behind the point; raises Abstain where they do not fit."""
        if digits == 0 or not len(self.mantissas):
            return self.mantissas
        largest = max(abs(int(self.mantissas.min())), abs(int(self.mantissas.max())))
        if largest * 10**digits >= _LARGEST:
            raise Abstain("numbers that are too long")
        return self.mantissas * np.power(10, digits - self.digits.astype(np.int64))


class TermTable:
    """Terms by number; new ones get the numbers behind those of the columns."""

    def __init__(self, columns: Columns) -> None:
        self._columns, self._new = columns, dict[str, int]()
        self._texts = list[str]()
        self._all = Values(columns.kinds, columns.mantissas, columns.digits)

    @property
    def size(self) -> int:
        """How many terms there are."""
        return self._columns.terms + len(self._texts)

    def values(self, ids: Ids) -> Values:
        """What terms are worth."""
        every = self._all
        return Values(every.kinds[ids], every.mantissas[ids], every.digits[ids])

    def number(self, text: str) -> int:
        """The number of a term; -2, which no solution has, where there is none."""
        found = self._columns.find(text)
        return found if found >= 0 else self._new.get(text, -2)

    def text(self, number: int) -> str:
        """A term as in N-Triples."""
        own = self._columns.terms
        return self._columns.term(number) if number < own else self._texts[number - own]

    def day(self, text: str) -> int:
        """The ordinal of a day that is a typed literal."""
        return value_of(text.encode())[1]

    def learn(self, texts: list[str]) -> Ids:
        """The numbers of terms, new or not."""
        places = {text: self.number(text) for text in dict.fromkeys(texts)}
        unknown = [text for text, number in places.items() if number < 0]
        for text in unknown:
            places[text] = self._new[text] = self.size
            self._texts.append(text)
        if unknown:
            read = np.array([value_of(text.encode()) for text in unknown], dtype=np.int64)
            every = self._all
            self._all = Values(
                np.append(every.kinds, read[:, 0].astype(np.uint8)),
                np.append(every.mantissas, read[:, 1]),
                np.append(every.digits, read[:, 2].astype(np.uint8)),
            )
        return np.array([places[text] for text in texts], dtype=np.int32)

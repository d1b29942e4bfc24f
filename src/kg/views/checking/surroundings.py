"""What surrounds each figure of a text: words that speak of it, and what its sentence states."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from kg.text.figures import Quantity
from kg.text.names import Name
from kg.views.checking.cues import Around, Cues
from kg.views.checking.stated import Stated, stated


class Surroundings:
    """The figures and names of one text with their cues.

    `around` and `said` have one member for each of `quantities`, in their order. `phrases` are cues
    of the record that are no words of their own.
    """

    def __init__(
        self,
        text: str,
        quantities: Sequence[Quantity],
        names: Sequence[Name],
        phrases: Iterable[str],
    ) -> None:
        self.text, self.quantities, self.names = text, quantities, names
        self.cues = Cues(text, names, phrases)
        self._places = [one.start for one in quantities]
        self._name_places = [one.start for one in names]
        self.around = self._around()
        pairs = zip(quantities, self.around, strict=True)
        self.said = [self._stated(*pair) for pair in pairs]

    def names_in(self, start: int, end: int) -> Sequence[Name]:
        """The names that begin in a part of the text."""
        return self.names[
            bisect_left(self._name_places, start) : bisect_left(self._name_places, end)
        ]

    def quantities_in(self, start: int, end: int) -> Sequence[Quantity]:
        """The figures that begin in a part of the text."""
        return self.quantities[bisect_left(self._places, start) : bisect_left(self._places, end)]

    def _around(self) -> list[Around]:
        """What surrounds each figure, as far as the next that is no date."""
        starts = [one.start for one in self.quantities if one.kind != "date"]
        after = [bisect_left(starts, one.end) for one in self.quantities]
        return [
            self.cues.around(one.start, one.end, starts[at] if at < len(starts) else None)
            for one, at in zip(self.quantities, after, strict=True)
        ]

    def _stated(self, quantity: Quantity, around: Around) -> Stated:
        part = around.start, around.end
        others, names = self.quantities_in(*part), self.names_in(*part)
        return stated(quantity, self.cues.plain, around, others, names)

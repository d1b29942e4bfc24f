"""The search box: figures in any spelling, names, passages and ids, in one list.

| the query holds | first | then |
|---|---|---|
| an id (`c-…`, `e-…`, `src-…`, `conflict-…`) | what it names | as below |
| a figure | claims that state it | names, documents, passages |
| words alone | names so called | other names, documents and passages, the likeliest first |
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import NamedTuple, get_args

from kg.core.errors import Refusal
from kg.text.figures import Quantity, find_quantities, with_hedges
from kg.views.finding.figure_index import FigureIndex, typed_figures
from kg.views.finding.identifiers import by_id
from kg.views.finding.passage_index import PassageIndex
from kg.views.finding.results import (
    Findings,
    Kind,
    Result,
    claim_result,
    named_result,
    passage_result,
)
from kg.views.finding.search import SearchIndex
from kg.views.record.cards import ClaimCard
from kg.views.record.claims import Reader

LONGEST = 200
"""Signs of a query that are read; the rest is left out."""
MOST_CLAIMS = 50_000
"""Of which figures and passages are searched: the indexes are in the memory of who serves all."""
_COUNT = "SELECT (COUNT(DISTINCT ?claim) AS ?n) { ?claim jsip:assertionStatus ?any }"
_SURE = 0.9  # a name so sure comes before passages that hold its words
_NAMES = 100  # names that are looked at
_ALL: frozenset[Kind] = frozenset(get_args(Kind))


class Parts(NamedTuple):
    """All indexes of a snapshot, which know nothing of where they were read from."""

    names: SearchIndex
    figures: FigureIndex
    passages: PassageIndex


class Finder:
    """Everything that can be found in one snapshot; each index is built on first use."""

    def __init__(self, reader: Reader, parts: Parts | None = None) -> None:
        """`parts` are indexes that were made before, of the same snapshot."""
        self._reader = reader
        if parts is not None:
            self.names, self.figures, self.passages = parts

    @property
    def parts(self) -> Parts:
        """All indexes."""
        return Parts(self.names, self.figures, self.passages)

    @cached_property
    def names(self) -> SearchIndex:
        """Names in any script and spelling."""
        return SearchIndex.of(self._reader)

    @cached_property
    def figures(self) -> FigureIndex:
        """Figures of claims."""
        return FigureIndex(self._claims)

    @cached_property
    def passages(self) -> PassageIndex:
        """Quotes of passages."""
        return PassageIndex(self._claims)

    @cached_property
    def _claims(self) -> Sequence[ClaimCard]:
        """All claims; passages hold them anyhow. Raises Refusal where they are too many."""
        claims = int(next(self._reader.rows(_COUNT))["n"])
        if claims > MOST_CLAIMS:
            detail = (
                f"This store has {claims:,} claims; figures and passages are searched of at most "
                f"{MOST_CLAIMS:,}. Find names with /api/search?kind=entity, all else with /sparql."
            )
            raise Refusal(503, "Too much to search", detail)
        return self._reader.claims("?claim jsip:assertionStatus ?any .")

    def find(
        self,
        text: str,
        lang: str | None = None,
        type_: str | None = None,
        limit: int = 10,
        kinds: Collection[Kind] = (),
    ) -> Findings:
        """What a query may mean, at most `limit` results, the best first.

        Names in `lang` (en, ja) come before equal ones in the other language. `type_` is a class
        or one above it, a scheme, "concept" or "source", and leaves claims and passages out;
        `kinds` leaves out all other kinds.
        """
        text = text[:LONGEST].strip()
        quantities = find_quantities(text)
        words = rest_of(text, quantities)
        wanted = frozenset(kinds) or _ALL
        if type_:
            wanted &= {"entity", "source"}
        found = self._results(text, quantities, words, (lang, type_), wanted)
        results = _distinct(result for result in found if result.kind in wanted)
        figures = tuple(typed_figures(quantities))
        return Findings(text, figures, words, tuple(islice(results, max(limit, 0))))

    def _results(
        self,
        text: str,
        quantities: Sequence[Quantity],
        words: str,
        names: tuple[str | None, str | None],
        wanted: frozenset[Kind],
    ) -> Iterator[Result]:
        if names[1] is None:
            yield from by_id(self._reader, self.names, text)
        if "claim" in wanted:
            yield from map(claim_result, self.figures.find(text, quantities, words))
        rest: list[Result] = []
        if wanted & {"entity", "source"}:
            rest += map(named_result, self.names.find(text, *names, _NAMES))
            yield from (result for result in rest if result.score >= _SURE)
            if quantities and words:
                rest += map(named_result, self.names.find(words, *names, _NAMES))
        if "passage" in wanted:
            rest += map(passage_result, self.passages.find(text))
        yield from sorted(rest, key=lambda result: -result.score)


def _distinct(results: Iterable[Result]) -> Iterator[Result]:
    """Each thing once; of passages with the same words in one paper the first."""
    seen: set[str] = set()
    for result in results:
        key = result.label.en if result.kind == "passage" else result.iri
        if key not in seen:
            seen.add(key)
            yield result


def rest_of(text: str, quantities: Sequence[Quantity]) -> str:
    """The words of a query without its figures, and without the words that hedge them."""
    rest, end = [], 0
    for quantity in quantities:
        first, last = with_hedges(text, quantity.start, quantity.end)
        rest.append(text[end : max(end, first)])
        end = max(end, last)
    return " ".join(" ".join([*rest, text[end:]]).split())

"""The search box: figures in any spelling, names, passages and ids, in one list.

| the query holds | first | then |
|---|---|---|
| an id (`c-…`, `e-…`, `src-…`, `conflict-…`) | what it names | |
| a figure | claims that state it | names, documents, passages |
| words alone | names, documents | passages |
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Literal

from kg.text.figures import Quantity, find_quantities, with_hedges
from kg.views.finding.figure_index import FigureHit, FigureIndex, Typed, typed_figures
from kg.views.finding.passage_index import PassageHit, PassageIndex
from kg.views.finding.search import Hit, SearchIndex
from kg.views.record.advice import Sentence, in_words
from kg.views.record.cards import ClaimCard
from kg.views.record.claims import Reader

Kind = Literal["claim", "entity", "source", "passage"]
_ID = re.compile(r"(?:c|e|src)-[a-z0-9-]{2,60}")
LONGEST = 200
"""Signs of a query that are read; the rest is left out."""
_SURE = 0.9  # a name so sure comes before passages that hold its words


@dataclass(frozen=True, slots=True)
class Result:
    """One thing found; `matched` is the name, figure or quote that did it, `score` from 0 to 1.

    `claim` is the claim found, or the one that a passage bears out.
    """

    id: str
    iri: str
    kind: Kind
    label: Sentence
    type: str
    score: float
    matched: str
    claim: ClaimCard | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """What a query was taken for, and what was found, best first."""

    text: str
    figures: tuple[Typed, ...]
    words: str
    results: tuple[Result, ...]


class Finder:
    """Everything that can be found in one snapshot; each index is built on first use."""

    def __init__(self, reader: Reader, names: SearchIndex | None = None) -> None:
        self._reader = reader
        if names is not None:
            self.names = names

    @cached_property
    def names(self) -> SearchIndex:
        """Names in any script and spelling."""
        return SearchIndex.of(self._reader)

    @cached_property
    def figures(self) -> FigureIndex:
        """Figures of claims."""
        return FigureIndex.of(self._reader)

    @cached_property
    def passages(self) -> PassageIndex:
        """Quotes of passages."""
        return PassageIndex.of(self._reader)

    def find(
        self, text: str, lang: str | None = None, type_: str | None = None, limit: int = 10
    ) -> Findings:
        """What a query may mean; `lang` and `type_` narrow the names, and leave the rest out."""
        text = text[:LONGEST]
        quantities = find_quantities(text)
        figures, words = typed_figures(quantities), rest_of(text, quantities)
        results = _distinct(self._results(text, quantities, words, lang, type_))
        return Findings(text, tuple(figures), words, tuple(islice(results, max(limit, 0))))

    def _results(
        self, text: str, figures: Sequence[Quantity], words: str, lang: str | None, type_: str | None
    ) -> Iterator[Result]:
        if type_ is None:
            yield from self._by_id(text.strip())
            yield from map(claim_result, self.figures.find(text, figures, words))
        names = self.names.find(text, lang, type_, 100)
        yield from (_named(hit) for hit in names if hit.score >= _SURE)
        if figures and words:
            names += self.names.find(words, lang, type_, 100)
        yield from map(_named, names)
        if type_ is None:
            yield from map(_passage, self.passages.find(text))

    def _by_id(self, text: str) -> Iterator[Result]:
        """The claim or the passage of that id; documents have their ids among their names."""
        if not _ID.fullmatch(text) or text.startswith("src-"):
            return
        iri = self._reader.names.id(text)
        where = f"VALUES ?claim {{ <{iri}> }} ?claim rdf:subject ?any ."
        if text.startswith("e-"):
            where = f"VALUES ?e {{ <{iri}> }} ?e jsip:supportsClaim ?claim ."
        for claim in self._reader.claims(where):
            if text.startswith("c-"):
                yield claim_result(FigureHit(claim, 0, 1.0))
            for passage in claim.passages:
                if passage.iri == iri:
                    yield _passage(PassageHit(passage, claim, 1.0))


def claim_result(hit: FigureHit) -> Result:
    """A claim as a result: what it is about, the words to print, who says it."""
    claim, words = hit.claim, in_words(hit.claim)
    label = Sentence(
        f"{claim.subject.en}: {words.en} ({claim.asserter.en})",
        f"{claim.subject.ja}：{words.ja}（{claim.asserter.ja}）",
    )
    matched = claim.printed or claim.value_en
    return Result(claim.id, claim.iri, "claim", label, claim.cls, hit.score, matched, claim)


def _named(hit: Hit) -> Result:
    kind: Kind = "source" if hit.id.startswith("src-") else "entity"
    label = Sentence(hit.en, hit.ja)
    return Result(hit.id, hit.iri, kind, label, hit.type, hit.score, hit.matched)


def _passage(hit: PassageHit) -> Result:
    passage, publisher = hit.passage, hit.passage.source.publisher
    slug = passage.iri.rpartition("/")[2]
    label = Sentence(
        f"“{passage.quote}” ({publisher.en})", f"「{passage.quote}」（{publisher.ja}）"
    )
    return Result(
        slug, passage.iri, "passage", label, "Evidence", hit.score, passage.quote, hit.claim
    )


def _distinct(results: Iterable[Result]) -> Iterator[Result]:
    seen: set[str] = set()
    for result in results:
        if result.iri not in seen:
            seen.add(result.iri)
            yield result


def rest_of(text: str, quantities: Sequence[Quantity]) -> str:
    """The words of a query without its figures, and without the words that hedge them."""
    rest, end = [], 0
    for quantity in quantities:
        first, last = with_hedges(text, quantity.start, quantity.end)
        rest.append(text[end : max(end, first)])
        end = max(end, last)
    return " ".join(" ".join([*rest, text[end:]]).split())


def findings_json(found: Findings) -> Mapping[str, object]:
    """What `/api/search` and `kg search --json` answer (reading.md, section 2)."""
    quantities = [
        {"value": _number(f.value), "low": _number(f.low), "high": _number(f.high), "unit": f.unit}
        for f in found.figures
    ]
    return {
        "query": {"quantities": quantities, "words": found.words},
        "results": [_result_json(result) for result in found.results],
    }


def _number(value: object) -> float | int:
    number = float(str(value))
    return int(number) if number.is_integer() else number


def _result_json(result: Result) -> Mapping[str, object]:
    data: dict[str, object] = {
        "id": result.id,
        "iri": result.iri,
        "kind": result.kind,
        "label": {"en": result.label.en, "ja": result.label.ja},
        "type": result.type,
        "score": result.score,
        "matched": result.matched,
    }
    if result.claim is not None:
        data["claim"] = claim_json(result.claim)
    return data


def claim_json(claim: ClaimCard) -> Mapping[str, object]:
    """A claim in short: what it says, of what, who says so, and the passages."""
    return {
        "id": claim.id,
        "subject": claim.subject.id,
        "predicate": claim.predicate.id,
        "value": claim.object.id if claim.object else claim.value,
        "lower": claim.lower,
        "upper": claim.upper,
        "unit": claim.unit.removeprefix("cur:").removeprefix("unit/"),
        "printed": claim.printed,
        "qualifier": claim.qualifier,
        "period": claim.period.id if claim.period else "",
        "asserter": claim.asserter.id,
        "asserted_on": claim.asserted_on,
        "status": claim.status.local,
        "review": claim.review.local,
        "rank": claim.rank,
        "quotes": [{"text": p.quote, "source": p.source.id} for p in claim.passages],
    }

"""What was found, of every kind in one shape, and as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kg.views.finding.figure_index import FigureHit, Typed
from kg.views.finding.passage_index import PassageHit
from kg.views.finding.search import Hit
from kg.views.record.cards import ClaimCard
from kg.views.record.sentences import Sentence, in_words

COLUMNS = ("id", "kind", "en", "ja", "type", "score", "matched", "claim")
Kind = Literal["claim", "entity", "source", "passage"]


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

    @property
    def row(self) -> tuple[object, ...]:
        """The result as a row of a table with `COLUMNS`; of the claim its id."""
        label, claim = self.label, self.claim.id if self.claim else ""
        return (
            self.id, self.kind, label.en, label.ja, self.type, self.score, self.matched, claim,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Findings:
    """What a query was taken for, and what was found, best first."""

    text: str
    figures: tuple[Typed, ...]
    words: str
    results: tuple[Result, ...]

    @property
    def readings(self) -> list[list[ClaimCard]]:
        """The claims found, those of one subject and property together; the best first."""
        told: dict[tuple[str, str], list[ClaimCard]] = {}
        for claim in (result.claim for result in self.results if result.kind == "claim"):
            if claim is not None:
                told.setdefault((claim.subject.iri, claim.predicate.iri), []).append(claim)
        return list(told.values())


def claim_result(hit: FigureHit) -> Result:
    """A claim as a result: what it is about, the words to print, who says it."""
    claim, words = hit.claim, in_words(hit.claim)
    label = Sentence(
        f"{claim.subject.en}: {words.en} ({claim.asserter.en})",
        f"{claim.subject.ja}：{words.ja}（{claim.asserter.ja}）",
    )
    matched = claim.printed or claim.value_en
    return Result(claim.id, claim.iri, "claim", label, claim.cls, hit.score, matched, claim)


def named_result(hit: Hit) -> Result:
    """An entity, a concept or a document, as its names found it."""
    kind: Kind = "source" if hit.id.startswith("src-") else "entity"
    label = Sentence(hit.en, hit.ja)
    return Result(hit.id, hit.iri, kind, label, hit.type, hit.score, hit.matched)


def passage_result(hit: PassageHit) -> Result:
    """A passage as a result: its words, and who published them."""
    passage, publisher = hit.passage, hit.passage.source.publisher
    slug = passage.iri.rpartition("/")[2]
    label = Sentence(
        f"“{passage.quote}” ({publisher.en})", f"「{passage.quote}」（{publisher.ja}）"
    )
    return Result(
        slug, passage.iri, "passage", label, "Evidence", hit.score, passage.quote, hit.claim
    )


def findings_json(found: Findings) -> dict[str, object]:
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

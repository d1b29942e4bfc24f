"""What a sentence states beside a figure: periods, speaker, statistic, nature."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.text.figures import Quantity
from kg.text.names import Name
from kg.views.checking.agreement import years
from kg.views.checking.cues import Around
from kg.views.record.cards import ClaimCard

_SAYS_AFTER = re.compile(
    r"(?:氏|首相|会長|社長|課長|大臣|相)?(?:の(?:調査|推計|試算|集計))?"
    r"(?:によると|によれば|は.{0,40}?と(?:述べ|発表|説|語|伝え|報じ|試算|推計|見込|見積|予測))"
    r"|(?:'s|’s)?,?\s(?:said|says|told|reported|reports|announced|estimates|estimated|expects|forecast|forecasts)\b"
)
_SAYS_BEFORE = re.compile(r"(?:[Aa]ccording to|[Aa]s reported by|said|says)\s(?:the\s)?$")
_OF = re.compile(r"\s?(?:of|at|from|in|,|の|、)?\s?")
_STATISTICS = {
    "median": re.compile(r"\bmedian\b|中央値", re.IGNORECASE),
    "mean": re.compile(r"\b(?:mean|average)\b|平均", re.IGNORECASE),
}
_PUBLIC = re.compile(
    r"\b(?:public|state|government|taxpayer)|公費|公的|国費|官民|政府", re.IGNORECASE
)
_PRIVATE = re.compile(r"\b(?:private|privately)\b|民間|自己資金", re.IGNORECASE)
_TOUCHING, _PAUSE = 12, re.compile("[、,;。はが]")
_YEAR_ALONE = re.compile(r"(?:FY)?\d{4}(?:/(?:FY)?\d{4})?")


@dataclass(frozen=True)
class Stated:
    """What the sentence of a figure says of it; what it does not say is empty.

    `near` is the period that stands nearest, where only years stand in the sentence.
    """

    near: tuple[tuple[int, int], ...]
    periods: tuple[tuple[int, int], ...]
    days: tuple[str, ...]
    speakers: frozenset[str]
    statistic: str
    nature: str


def stated(
    quantity: Quantity, text: str, around: Around, others: Sequence[Quantity], names: Sequence[Name]
) -> Stated:
    """What is stated in the sentence around a figure; `others` and `names` are those in it."""
    dates = [one for one in others if one.kind == "date"]
    sentence = text[around.start : around.end]
    periods = tuple(filter(None, (years(str(d.value)) for d in dates)))
    near = _beside(quantity, text, others)
    alone = _YEAR_ALONE.fullmatch(near) and years(near)
    statistics = [name for name, seen in _STATISTICS.items() if seen.search(sentence)]
    private, public = _PRIVATE.search(sentence), _PUBLIC.search(sentence)
    nature = "private" if private and not public else ""
    return Stated(
        near=(alone,) if alone else (),
        periods=periods,
        days=tuple(str(d.value) for d in dates if "-" in str(d.value)),
        speakers=frozenset(_speakers(text, around, names)),
        statistic=statistics[0] if len(statistics) == 1 else "",
        nature=nature,
    )


def _beside(quantity: Quantity, text: str, others: Sequence[Quantity]) -> str:
    """The date with no other figure between; one that follows must touch ("x in 2022")."""
    before = [one for one in others if one.end <= quantity.start]
    if before and before[-1].kind == "date":
        return str(before[-1].value)
    after = next((one for one in others if one.start >= quantity.end), None)
    gap = text[quantity.end : after.start] if after else ""
    if after and after.kind == "date" and len(gap) <= _TOUCHING and not _PAUSE.search(gap):
        return str(after.value)
    return ""


def _speakers(text: str, around: Around, names: Iterable[Name]) -> Iterator[str]:
    """Who is named as saying it, with whom they are named as being of ("X of Y said")."""
    last: Name | None = None
    for name in names:
        if name.id is None or name.damaged:
            continue
        before = text[max(around.start, name.start - 20) : name.start]
        if _SAYS_AFTER.match(text, name.end) or _SAYS_BEFORE.search(before):
            yield name.id
            if last is not None and last.id and _OF.fullmatch(text[last.end : name.start]):
                yield last.id
        last = name


def told_by(claim: ClaimCard) -> set[str]:
    """Everybody whom the record has saying a claim."""
    reported = {passage.source.publisher.id for passage in claim.passages}
    return {claim.asserter.id, *reported}

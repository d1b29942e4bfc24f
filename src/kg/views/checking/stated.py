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
    r"(?:氏|首相|会長|社長|課長|大臣|相)?"
    r"(?:の(?:調査|推計|試算|集計|予測|発表|報告書)(?:では|で|によると|によれば)"
    r"|(?:によると|によれば|調べ)|が(?:試算|推計|集計|公表|発表)し"
    r"|は.{0,40}?と(?:述べ|発表|説|語|伝え|報じ|試算|推計|見込|見積|予測|みる|見る|している))"
    r"|(?:'s|’s)?,?\s(?:said|says|told|reported|reports|announced|estimates|estimated|expects"
    r"|forecast|forecasts|puts|calculates|calculated|projects|projected|predicts|predicted"
    r"|reckons|counted|found)\b"
    r"|(?:'s|’s)\s(?:own\s)?(?:estimate|forecast|projection|survey|figure|count|tally)\b"
)
_SAYS_BEFORE = re.compile(
    r"(?:[Aa]ccording to|[Aa]s reported by|said|says|(?:[Ee]stimate|[Ff]orecast|[Ss]urvey|[Ff]igure"
    r"|[Pp]rojection|[Rr]eport)s? (?:by|from|of))\s(?:the\s)?$"
)
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


_LIMIT_BEFORE = re.compile(
    r"\b(?:(?:for|among|who|that) (?:[\w-]+ ){1,4}?(?<!of )"
    r"|(?:with|whose|earning) (?:[\w-]+ ){0,5})"
    r"(?:above|over|below|under|up to|less than|more than|fewer than|at least|exceeding) $"
)
_LIMIT_AFTER = re.compile(
    r"(?:以上|以下|未満|超|を超える|を下回る|に満たない)の?"
    r"(?:人|者|層|世帯|企業|会社|事業者|法人|客室|部屋|場合|とき|施設|自治体|個人|家庭)"
)
_BACK = 60


def is_threshold(text: str, start: int, end: int) -> bool:
    """Whether a figure is a limit that only says of whom or what another figure is.

    >>> text = "a tax for rooms above 5 yen, aid of over 5 yen"
    >>> is_threshold(text, 22, 27), is_threshold(text, 41, 46), is_threshold("5円以上の世帯", 0, 2)
    (True, False, True)
    """
    before = text[max(0, start - _BACK) : start]
    return bool(_LIMIT_AFTER.match(text, end) or _LIMIT_BEFORE.search(before))


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
        speakers=frozenset(who for _, who in speakers(text, around.start, names)),
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


def speakers(text: str, start: int, names: Iterable[Name]) -> Iterator[tuple[int, str]]:
    """Who is named as saying something, with whom they are named as being of ("X of Y said").

    Each with the place of the name; nothing before `start` is looked at.
    """
    last: Name | None = None
    for name in names:
        if name.id is None or name.damaged:
            continue
        before = text[max(start, name.start - 20) : name.start]
        if _SAYS_AFTER.match(text, name.end) or _SAYS_BEFORE.search(before):
            yield name.start, name.id
            if last is not None and last.id and _OF.fullmatch(text[last.end : name.start]):
                yield last.start, last.id
        last = name


def told_by(claim: ClaimCard) -> set[str]:
    """Everybody whom the record has saying a claim."""
    reported = {passage.source.publisher.id for passage in claim.passages}
    return {claim.asserter.id, *reported}

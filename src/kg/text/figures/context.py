"""Bare numerals told by what stands near them: ranges, lists, the money of a text, headings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.text.figures.headings import Heading
from kg.text.figures.measures import BARE, Measure
from kg.text.figures.model import COUNT, DURATION, HIGH, LOW, MONEY, MULTIPLE, PERCENT

_TO = re.compile(
    r"-?\s?(?:to|or|~|→|–|—|-|から|ないし|乃至)\s?(?:about |around |some |約)?$|\s?(?:to|-)\s$"
)
_DASHES = re.compile(r"\s?[~–—-]\s?$")
_AND = re.compile(r" and (?:about |around |some )?$")
_BETWEEN = re.compile(r"\bbetween (?:about |around |some |roughly )?$", re.IGNORECASE)
_FROM = re.compile(
    r"\bfrom (?:about |around |some |roughly |just |only |nearly |over )?$", re.IGNORECASE
)
_CHANGE = re.compile(
    r"\b(?:rais|rise|rising|rose|increas|grew|grow|fell|fall|cut|went|go|up|down|climb|drop"
    r"|declin|jump"
    r"|doubl|tripl|expand|shr[aiu]nk|mov|lift|lower|reduc|widen|narrow|soar|surg|slip|slid|plung"
    r"|swell"
    r"|swell|boost|improv|chang|shift|revis|upgrad|double|ris|halv|trimm|grown|edg|tick|dip)",
    re.IGNORECASE,
)
_INTO = re.compile(
    r"\s?(?:人|社|件|円|%|割|倍)?(?:程度|前後|超|弱|強|以上|余り)?(?:に|へ)(?!わた|及|の|は)"
)
_LIST = re.compile(
    r"\s?(?:,|、|・|or|and|と|や|&|/|,\s?and|,\s?or|および|または|か)\s?(?:about |約)?$"
)
_FOR_EACH = re.compile(r" (?:for|in|from|to) [^,.;0-9\n]{1,30}(?:,| and|, and) ")
_BACK = re.compile(
    r"(?:\b(?:and|or|against|from|to|than|versus|vs|median|mean|average|only|just|of|with|is"
    r"|was|about"
    r"|around|nearly|over|another|reached|hit)|[,:;(]|平均|中央値|から|、|・|は|と|に|対し|で)\s?$",
    re.IGNORECASE,
)
_STOP = re.compile(r"[。！？!?\n]|[.](?=\s)")
_NAME_BEFORE = re.compile(
    r"(?:(?<=[\s(“\"])|^)(?!(?:In|At|By|The|Of|And|Or|But|From|To|For|With|About|Around|Some|Over"
    r"|Only|Just|Nearly|Than|If|When|All|Last|Its)\b)[A-Za-z]*[A-Z][A-Za-z]* $"
)
_GROUP_NOUN = re.compile(
    r" (?:of|in|for|from|by|at|to|on|the|last|this|per|a|an|against|over|under|and|or|but|was|were"
    r"|is|are|has|had|have|would|will|came|went|as|than|with|joined|said|registered|opposed|voted"
    r"|while|which|who|after|before|during|since|until|worldwide|abroad|overseas|each)\b"
    r"|[.,;:)!?\n—–”\"]|$"
)
_ADJECTIVE = re.compile(
    r" [a-z]+(?:-[a-z]+)? (?!was|has|is)[a-z]{2,20}s\b"
    r"| (?:[A-Z][a-z]+|[a-z]+) (?:[a-z-]+ )?(?!was|has|is)[a-z]{2,20}(?:s|people|staff|men)\b"
)
_OF = re.compile(r" of (?:them|these|those|the|our|its|their|which|whom|us|you|my)\b")
_PARTICLE = re.compile("[、。)はがをにとのでも」]")
_LAST = re.compile(r"[ |]{0,9}(?:\n|$)")
_ODD = re.compile(r"-(?:odd|plus|strong)\b")
_OF_JA = re.compile(r"の[一-龥ァ-ヶ]")
_SHORT_SCALES: dict[str | None, int] = {"m": 6, "t": 12}  # €2-3m
_WEAK = tuple("、・はとにで")  # between figures of any sort
_NEAR, _MOST_PERCENT = 70, 1000


@dataclass(frozen=True, slots=True)
class Placed:
    """A measure that is no longer bare, and its place in a range."""

    measure: Measure
    qualifier: str | None = None


def placed(text: str, found: Sequence[Measure], heads: Sequence[Heading]) -> list[Placed]:
    """The measures with a kind, from left to right; what stays bare and says nothing goes."""
    told = list(found)
    _by_heading(text, told, heads)
    ends = _by_range(text, told)
    _by_list(text, told)
    _by_money(text, told)
    _by_before(text, told)
    rest = [_counted(text, one) for one in told]
    return [Placed(one, ends.get(place)) for place, one in enumerate(rest) if one is not None]


def _by_heading(text: str, told: list[Measure], heads: Sequence[Heading]) -> None:
    waiting = list(reversed(heads))
    for place, one in enumerate(told):
        while waiting and waiting[-1].end <= one.start:
            waiting.pop()
        if waiting and waiting[-1].start <= one.start and one.kind == BARE and not one.spelled:
            head = waiting[-1]
            if head.share_last and _LAST.match(text, one.end):
                told[place] = replace(one, kind=PERCENT, unit="percent", inferred=True)
                continue
            value = one.value.scaleb(head.power)
            told[place] = replace(
                one, kind=head.kind, unit=head.unit, value=value, power=head.power, inferred=True
            )


def _by_range(text: str, told: list[Measure]) -> dict[int, str]:
    """Both ends of each range, by their places; the first takes its unit from the second."""
    ends: dict[int, str] = {}
    for place in range(len(told) - 1):
        low, high = told[place], told[place + 1]
        if place in ends or not _may_join(text, low, high):
            continue
        pair = _alike(low, high)
        if pair is None:
            continue
        told[place], told[place + 1] = pair
        if pair[0].value < pair[1].value and not _is_change(text, *pair):
            ends |= {place: LOW, place + 1: HIGH}
    return ends


def _may_join(text: str, low: Measure, high: Measure) -> bool:
    gap = text[low.end : high.start]
    if len(gap) > 12:
        return False
    before = text[max(0, low.start - 30) : low.start]
    if _AND.fullmatch(gap):
        return bool(_BETWEEN.search(before))
    return bool(_TO.fullmatch(gap)) and "or" not in gap


def _alike(low: Measure, high: Measure) -> tuple[Measure, Measure] | None:
    """Both with one unit and scale, or None where they are of different kinds."""
    if low.prefix and high.unit in _SHORT_SCALES:
        power = _SHORT_SCALES[high.unit]
        high = replace(high, kind=BARE, unit=None, value=high.value.scaleb(power), power=power)
    if low.kind and high.kind:
        same = low.kind == high.kind and low.unit == high.unit
        return (low, high) if same else None
    if high.kind:
        return _like(low, high), high
    if low.kind:
        second = replace(high, kind=low.kind, unit=low.unit, inferred=True)
        if high.power and not low.power:
            low = replace(low, value=low.value.scaleb(high.power), power=high.power, inferred=True)
        elif low.power and not high.power:
            second = replace(second, value=high.value.scaleb(low.power), power=low.power)
        return low, second
    if high.power and not low.power and low.value < 1000:
        return replace(low, value=low.value.scaleb(high.power), power=high.power), high
    return (low, high) if high.power else None


def _like(low: Measure, high: Measure, scaled: bool = False) -> Measure:
    """A bare numeral with kind and unit of the one after it, and its scale where that fits.

    Of a range it fits where the first end stays below the second; `scaled` says so of a list.
    """
    value, power = low.value, low.power
    fits = scaled or low.value.scaleb(high.power) <= high.value
    if not low.power and high.power and fits:
        value, power = low.value.scaleb(high.power), high.power
    return replace(low, kind=high.kind, unit=high.unit, value=value, power=power, inferred=True)


def _is_change(text: str, low: Measure, high: Measure) -> bool:
    """From 30 to 60 percent of what rises is no range, nor is 14から5に."""
    before = text[max(0, low.start - 80) : low.start]
    sentence = _STOP.split(before)[-1]
    gap = text[low.end : high.start]
    if "→" in gap:
        return True
    if "から" in gap:
        return bool(_INTO.match(text, high.end))
    if _FROM.search(sentence):
        return bool(_CHANGE.search(sentence))
    return False


def _by_list(text: str, told: list[Measure]) -> None:
    """5.52 or 5.54 trillion yen: a bare numeral takes what the next in its list has."""
    for place in range(len(told) - 2, -1, -1):
        one, after = told[place], told[place + 1]
        gap = text[one.end : after.start]
        fits = one.kind == BARE and after.kind not in (BARE, MULTIPLE)
        fits = fits and one.power in (0, after.power) and not (one.spelled or one.kanji)
        near = len(gap) < 14 and _LIST.fullmatch(gap)
        if fits and (near or (after.kind in (MONEY, PERCENT) and _FOR_EACH.fullmatch(gap))):
            told[place] = _like(one, after, one.value < 1000)


def _by_money(text: str, told: list[Measure]) -> None:
    """A large scale without a unit is money where its text speaks of money."""
    last: Measure | None = None
    for place, one in enumerate(told):
        if one.kind == MONEY:
            last = one
        elif one.kind == BARE and _is_money(text, one, last):
            unit = last.unit if last else "JPY"
            told[place] = replace(one, kind=MONEY, unit=unit, inferred=True)


def _is_money(text: str, one: Measure, last: Measure | None) -> bool:
    """Billions are, whatever comes; millions where money stood before in their paragraph."""
    if one.power < 4 or text[one.end : one.end + 1] == "-":
        return False
    if one.power >= 8:
        return True
    near = last is not None and "\n\n" not in text[last.end : one.start]
    return near and not _GROUP_OF.match(text, one.end)


_GROUP_OF = re.compile(
    r" of (?:them|these|those|the|us|whom|which)\b| (?!(?:in|for|from|by|at|to|on|over|of|last|this"
    r"|per|a|an|against|under|and|or|but|was|were|is|are|has|had|have|would|will|as|than|with|went"
    r"|came|goes|while|which|yearly|annually|once|it|that|so|after|before|during|since|until|each"
    r"|more|less|worth|lower|higher|short|then|if|he|she|they|we|put|announced|promised|spent"
    r"|already|only|not|also|apart|out|into|up|down|when|where|because|through|now)\b)[a-z]"
)


def _by_before(text: str, told: list[Measure]) -> None:
    """Median 192 after 198 hours: a bare numeral takes what the one before it has."""
    for place in range(1, len(told)):
        one, before = told[place], told[place - 1]
        if one.kind != BARE or before.kind == BARE or not _follows(text, before, one):
            continue
        value, power = one.value, one.power
        if before.power and not power and one.value < 1000 and before.kind == MONEY:
            value, power = one.value.scaleb(before.power), before.power
        told[place] = replace(
            one, kind=before.kind, unit=before.unit, value=value, power=power, inferred=True
        )


def _follows(text: str, before: Measure, one: Measure) -> bool:
    gap = text[before.end : one.start]
    if len(gap) > _NEAR or _STOP.search(gap) or one.kanji:
        return False
    if one.spelled:
        return bool(_OF.match(text, one.end))
    if _ADJECTIVE.match(text, one.end) or not _BACK.search(gap):
        return False
    if before.kind in (COUNT, DURATION) and gap.rstrip()[-1:] in _WEAK:
        return False
    if before.kind == PERCENT and one.value >= _MOST_PERCENT:
        return False
    if before.kind == COUNT and re.search("[;:]", gap):
        return False
    if before.kind == MONEY and before.power == 0 and "," not in text[one.start : one.end]:
        return False
    return bool(_GROUP_NOUN.match(text, one.end) or _PARTICLE.match(text, one.end))


def _counted(text: str, one: Measure) -> Measure | None:
    """What stays bare is a count where the words around let it be one, else nothing."""
    if one.kind != BARE:
        return one
    if one.spelled or one.kanji:
        plain = _OF.match(text, one.end) or _ADJECTIVE.match(text, one.end)
        kept = one.power or (one.value > 1 and plain)
        return replace(one, kind=COUNT) if kept else None
    if one.end < len(text) and not text[one.end].isascii() and one.power == 0:
        written = text[one.start : one.end]
        kept = "," in written or "." in written or bool(_OF_JA.match(text, one.end))
        return replace(one, kind=COUNT) if kept else None
    dashed = text[one.end : one.end + 1] in ("-", "–", "/") or text[
        max(0, one.start - 1) : one.start
    ] in ("-", "–", "/")
    named = _NAME_BEFORE.search(text[max(0, one.start - 24) : one.start])
    if _ODD.match(text, one.end):
        return replace(one, kind=COUNT)
    if dashed or (named and one.value < 1000 and not _OF.match(text, one.end)):
        return None
    if one.value < 2 and one.value == one.value.to_integral_value():
        return None
    return replace(one, kind=COUNT)

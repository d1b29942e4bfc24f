"""Who says a figure: named in its sentence, named before, the publisher, or unknown."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from kg.ledger.candidates import Words
from kg.text.names import Name
from kg.views.checking.stated import speakers
from kg.views.checking.surroundings import Surroundings
from kg.views.intake.periods import Field
from kg.views.intake.ranking import Ranked
from kg.views.intake.segments import Segment
from kg.views.intake.voices import credited, goes_on, unnamed_speakers, without_actors
from kg.views.record.cards import ClaimCard, Named

_WORK = re.compile(
    r"(?:の|が|は|、|,|'s|’s|\s)?.{0,14}?(?:調査|推計|試算|集計|白書|報告書|統計|レポート"
    r"|\b(?:survey|estimate|report|study|data|figures|statistics|white paper)\b)",
    re.IGNORECASE,
)
_BREAK = re.compile("[。、,.;]")
_BACK = 1000  # code points of its line before a sentence that are looked at
_BESIDE_JA = "すぐ近くに名があり、記録でこの値を述べる者"
_IN_JA = "文中に名があり、記録でもその主張者"
_SUCH_JA = "発言者の名がなく、記録で同じ事柄を述べる者"
UNNAMED = re.compile(
    r"関係者|消息筋|\b(?:sources (?:said|say|close)|people familiar|officials said|unnamed)",
    re.IGNORECASE,
)


def asserter_of(
    context: Surroundings,
    place: int,
    part: Segment,
    ranked: Ranked | None,
    publisher: Named | None,
) -> Field:
    """Who asserts a figure of a text."""
    around, one = context.around[place], context.quantities[place]
    beside = without_actors(context, context.names_in(part.start, part.end))
    if ranked is not None and (who := _usual(beside, ranked.claims[: ranked.agreeing])):
        why = Words("named beside it, who says this value in the record", _BESIDE_JA)
        return Field(who, "stated", why)
    names = context.names_in(around.start, around.end)
    told = _told(context, around.start, around.end, part)
    if told:
        who = _nearest(told, one.start, ranked)
        return Field(who, "stated", Words("named as saying it", "文中で発言者とされる"))
    if who := credited(context, around.start, around.end, part.facets.agents):
        return Field(who, "stated", Words("named as the source", "出典として名がある"))
    if who := _author_of_work(context, names):
        why = Words("its survey or report is named in the sentence", "文中に調査や報告書の名がある")
        return Field(who, "stated", why)
    named = without_actors(context, context.names_in(around.start, part.end))
    if who := _usual(named, ranked.claims if ranked else ()):
        return Field(who, "stated", Words("named in the sentence, says it in the record", _IN_JA))
    return _from_elsewhere(context, place, part, ranked, publisher)


def _from_elsewhere(
    context: Surroundings,
    place: int,
    part: Segment,
    ranked: Ranked | None,
    publisher: Named | None,
) -> Field:
    end = context.around[place].start
    start = _line_before(context, end)
    before = without_actors(context, context.names_in(start, end))
    told = _told(context, start, end, part)
    if told:
        why = Words("named as saying something in a sentence before", "前の文で発言者とされる")
        return Field(told[-1][1], "inferred", why)
    if who := _usual(before, ranked.claims if ranked else ()):
        why = Words("named before, says it in the record", "前に名があり、記録でもその主張者")
        return Field(who, "inferred", why)
    if publisher is not None:
        why = Words(
            "nobody is named: the publisher writes it", "発言者の名がなく、発行者の記述とみる"
        )
        return Field(publisher.id, "stated", why)
    if ranked is not None:
        claims = ranked.claims[: ranked.agreeing] or ranked.claims
        most = Counter(claim.asserter.id for claim in claims).most_common(1)[0][0]
        why = Words("nobody is named; who says such figures in the record", _SUCH_JA)
        return Field(most, "inferred", why)
    return Field("", "missing", Words("nobody is named", "発言者の名がない"))


def _told(context: Surroundings, start: int, end: int, part: Segment) -> list[tuple[int, str]]:
    """Everybody who is said to speak in a part of the text, in its order."""
    named = speakers(context.cues.plain, start, context.names_in(start, end))
    return sorted([*named, *unnamed_speakers(context, start, end, part)])


def _line_before(context: Surroundings, end: int) -> int:
    """Where the line of a sentence begins; one that goes on from the line before: where that does.

    Empty lines between them do not count.
    """
    start = context.text.rfind("\n", 0, end) + 1
    if goes_on(context, end) and not context.text[start:end].strip():
        start = context.text.rfind("\n", 0, len(context.text[:start].rstrip())) + 1
    return max(start, end - _BACK)


def _nearest(told: Sequence[tuple[int, str]], place: int, ranked: Ranked | None) -> str:
    """Of several speakers one who says such figures in the record, else the last one before.

    Of two who are named together ("X of Y said") the first one is the name beside the verb.
    """
    known = {claim.asserter.id for claim in ranked.claims} if ranked else set()
    ordered = [one for one in told if one[1] in known] or told
    before = [one for one in ordered if one[0] < place]
    return before[-1][1] if before else ordered[0][1]


def _author_of_work(context: Surroundings, names: Sequence[Name]) -> str:
    """Of whom a survey or report is named right behind the name."""
    for name in names:
        following = context.cues.plain[name.end : name.end + 24]
        found = None if name.damaged else _WORK.match(following)
        if name.id and found and not _BREAK.search(found[0][1:]):
            return name.id
    return ""


def _usual(names: Iterable[Name], claims: Sequence[ClaimCard]) -> str:
    """A name that asserts one of some claims."""
    known = {claim.asserter.id for claim in claims}
    return next((name.id for name in names if name.id in known and not name.damaged), "") or ""

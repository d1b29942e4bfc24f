"""Ways of saying who speaks that hold no name, or put the name elsewhere than beside the verb.

The government of the text's own country, a pronoun, a caption's source, a sentence that goes on
with what the one before reports; and names of those who act and say nothing.
"""

import re
from collections.abc import Iterator, Sequence, Set

from kg.text.names import Name
from kg.views.checking.surroundings import Surroundings
from kg.views.intake.facets import Facets
from kg.views.intake.segments import Segment

HOME_GOVERNMENT = "government-of-japan"
_HOME = re.compile("Japan|[ぁ-んァ-ヶ]")
_OFTEN = r"(?:\s(?:also|has|had|have|now|later|then|since|recently|itself))*"
_SPEAKS = (
    r"\s(?:announc|estimat|expect|forecast|project|predict|position|declar|pledg|promis|decid"
    r"|said|says|sets?|told|report|add(?:s|ed)|put(?:s)?|explain|reveal|stat(?:es|ed)|calculat)"
)
_GOVERNMENT = re.compile(
    rf"\b[Tt]he (?P<en>government)(?={_OFTEN}{_SPEAKS})"
    r"|(?<![一-龥ァ-ヶA-Za-z])(?P<ja>政府)(?:は|が|も)"
    r"(?=[^。\n]{0,80}?(?:発表|公表|掲げ|打ち出|見込|試算|推計|位置付|位置づけ|表明|決め|決定|示し))"
)
_PRONOUN = re.compile(
    rf"\b(?:[Ss]he|[Hh]e)(?={_OFTEN}{_SPEAKS})"
    r"|同(?:氏|相|首相|大臣|社長|会長)(?:は|が)(?=[^。\n]{0,80}?と?(?:述べ|発表|語|話|説明|表明|明らかに))"
)
_SOURCE = re.compile(
    r"(?:\b(?:[Ss]ource|SOURCE)s?|出典|出所|資料)\s?[:：]\s?(?:(?:[Aa]|[Tt]he)\s)?"
)
_CREDIT = 60  # code points behind "Source:" within which the name stands
_GOES_ON = re.compile(
    r"\s*(?:(?:[Aa]mong|[Oo]f) (?:these|them|this|those|which)\b|[Ii]t (?:also|adds?|further)\b"
    r"|[Tt]hey also\b|[Tt]he (?:survey|report|study) also\b"
    r"|(?:このうち|そのうち|うち|また|さらに))"
)
_ACTS = re.compile(
    r"\s(?:(?:also|now|has|have|had)\s)*(?:(?:plan|intend|aim|mean|want|hope|prepare)(?:s|ed)?\sto\b"
    r"|plans\b|(?:will|would|is to|was to|are to|were to)\s"
    r"|(?:allocat|invest|spend|spent|earmark|set(?:s)? aside))"
)
_REPORT = re.compile(
    r"\b[Tt]he (?:report|survey|study|white paper|paper)(?=\s(?:also\s)?"
    r"(?:points?|says?|said|finds?|found|shows?|showed|estimates?|puts?|notes?|warns?|adds?)\b)"
    r"|同(?:調査|報告書|白書|レポート|推計)(?=では|で|によると|によれば|は)"
)
_WORK_OF = re.compile(
    r"(?:[Ss]urvey|[Rr]eport|[Ss]tudy|[Pp]aper)[”\"’']?\s(?:by|of|from)\s(?:the\s|Japan[’']s\s)?$"
)
_BACK = 1000  # code points before a pronoun within which its person stands


def unnamed_speakers(
    context: Surroundings, start: int, end: int, part: Segment
) -> Iterator[tuple[int, str]]:
    """Who speaks in a part of a text without a name, each with their place.

    A government without a country is that of Japan, in a text on Japan; not where the part is of
    another country.
    """
    plain = context.cues.plain
    if not part.is_abroad and _HOME.search(plain):
        yield from (
            (one.start(), HOME_GOVERNMENT) for one in _GOVERNMENT.finditer(plain, start, end)
        )
    for pattern, of in ((_PRONOUN, _person_before), (_REPORT, _author_before)):
        for one in pattern.finditer(plain, start, end):
            if who := of(context, one.start(), part.facets):
                yield one.start(), who


def _person_before(context: Surroundings, end: int, facets: Facets) -> str:
    """The person whom a pronoun at a place means: the last one named."""
    ids = _ids(context.names_in(max(0, end - _BACK), end))
    return next((one for one in reversed(ids) if one in facets.people), "")


def _author_before(context: Surroundings, end: int, facets: Facets) -> str:
    """Whose survey or report was spoken of last before a place."""
    plain = context.cues.plain
    return next(
        (
            name.id
            for name in reversed(context.names_in(max(0, end - _BACK), end))
            if name.id in facets.agents and _WORK_OF.search(plain[: name.start][-_CREDIT:])
        ),
        "",
    )


def _ids(names: Sequence[Name]) -> list[str]:
    return [name.id for name in names if name.id and not name.damaged]


def credited(context: Surroundings, start: int, end: int, agents: Set[str]) -> str:
    """Whom a caption or a bracket names as the source; empty where none is."""
    found = _SOURCE.search(context.cues.plain, start, end)
    if found is None:
        return ""
    names = context.names_in(found.end(), min(found.end() + _CREDIT, end))
    return next((one for one in _ids(names) if one in agents), "")


def goes_on(context: Surroundings, start: int) -> bool:
    """Whether a sentence goes on with what the one before reports ("Among these", このうち)."""
    return bool(_GOES_ON.match(context.cues.plain, start))


def without_actors(context: Surroundings, names: Sequence[Name]) -> list[Name]:
    """The names that are not only said to act: who plans to invest does not say so here."""
    return [name for name in names if not _ACTS.match(context.cues.plain, name.end)]

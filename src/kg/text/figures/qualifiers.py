"""The words around a figure that say how exact it is; they stand outside of it."""

import re

from kg.text.figures.model import APPROXIMATELY, AT_LEAST, ORDER, OVER, UNDER, UP_TO
from kg.text.folding import one_width

_BEFORE = {
    APPROXIMATELY: (
        "about|around|roughly|approximately|approx[.]|some|nearly|almost|an estimated|estimated"
        "|close to"
        "|circa|approaching|an average of about|in the region of|in the neighbourhood of"
        "|something like"
        "|upwards of around",
        "(?<![一-龥])約|およそ|おおよそ|おおむね|概ね|ほぼ|ざっと|だいたい|推計|推定|ざっくり",
    ),
    OVER: (
        "more than|over|exceed|exceeds|exceeded|exceeding|surpass|surpasses|surpassed|surpassing"
        "|above"
        "|upwards of|north of|in excess of|topped|topping|tops|beyond|greater than|higher than"
        "|well over"
        "|just over|a little over|larger than|upward of|past",
        "",
    ),
    AT_LEAST: (
        "at least|no less than|no fewer than|not less than|a minimum of|minimum of|a minimum",
        "少なくとも|最低でも|最低|最小で",
    ),
    UNDER: (
        "less than|under|below|fewer than|just under|short of|shy of|lower than|a little under"
        "|well under"
        "|smaller than|just below",
        "",
    ),
    UP_TO: (
        "up to|as much as|as many as|as high as|at most|no more than|not more than|a maximum of"
        "|maximum of"
        "|capped at|a ceiling of|within|at the most|as long as|not exceeding|of up to",
        "最大で|最大|上限は|上限|最高で|最高|最長で|最長|多くて",
    ),
}  # fmt: skip
_AFTER = {
    OVER: (
        r"\+(?![一-龥0-9])|-?plus\b|and counting\b|or so more\b|and change\b",
        "を超え|超え|超(?!過勤)|を上回|を突破|突破|余り|余(?![剰地裕波興韻分])|あまり"
        "|強(?![いくさ化制力調度豪み引])|越え|を越え|を超す|超す|オーバー",
    ),
    AT_LEAST: (
        r"or more\b|or over\b|and over\b|and above\b|or above\b|or higher\b|and up\b|or older\b"
        r"|and older\b|or longer\b|at least\b|at the least\b|and more\b|or greater\b|minimum\b",
        r"以上|から上|は下らない|~(?=$|[\s、。)])",
    ),
    UNDER: (
        r"",
        "未満|を下回|を割|に満たな|を切|弱(?![いくさ点者体化冷肉小気])|足らず|に届か|割れ",
    ),
    UP_TO: (
        r"or less\b|or under\b|or below\b|or fewer\b|at most\b|at the most\b|or younger\b"
        r"|and under\b|and below\b|maximum\b|or lower\b|and younger\b",
        "以下|以内|が上限|を上限|を限度|が限度",
    ),
    APPROXIMATELY: (
        r"-odd\b|or so\b|or thereabouts\b|give or take\b|or roughly\b",
        "程度|前後|ほど|くらい|ぐらい|規模|近く|見当|そこそこ|内外|がらみ|ばかり|相当",
    ),
    ORDER: (r"order\b", ""),
}  # fmt: skip
_NEITHER_BUT_LENGTH = ("over", "within", "past", "some")  # “over five years” is during them


def _words(told: dict[str, tuple[str, str]], place: int) -> str:
    return "|".join(
        f"(?P<{name.replace('-', '_')}{place}>{words[place]})"
        for name, words in told.items()
        if words[place]
    )


_LEFT = re.compile(
    rf"(?:\b(?:{_words(_BEFORE, 0)})(?: (?:a|an|the))? ?|(?:(?<=[\s(、])|^)[~±]"
    rf"|(?:{_words(_BEFORE, 1)})\s?)$",
    re.IGNORECASE,
)
_RIGHT = re.compile(rf"(?:の?(?:{_words(_AFTER, 1)})|[ ]?(?:{_words(_AFTER, 0)}))", re.IGNORECASE)
_REACH, _ROUND = 26, 2
_WEAK = (APPROXIMATELY,)  # “最大1兆円規模”: the word before says more


def qualifier_of(text: str, start: int, end: int, is_length: bool = False) -> str | None:
    """What the words before and after `text[start:end]` say, or None.

    What stands after says more than what stands before, unless it only says “about”.
    `is_length` is true of lengths of time, beside which “over” and “within” mean during.

    >>> qualifier_of("約1兆円超", 1, 4), qualifier_of("最大1兆円規模", 2, 5)
    ('over', 'up-to')
    """
    before = _before(text, start)
    if before and is_length and _is_during(text, start):
        before = None
    after = _after(text, start, end)
    if after and (before is None or after not in _WEAK):
        return after
    return before


def with_hedges(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of a figure and of the words around it that say how exact it is.

    >>> with_hedges("支援は約1兆円超だ", 4, 7)
    (3, 8)
    """
    before = _LEFT.search(one_width(text[max(0, start - _REACH) : start]))
    low = max(0, end - 1)  # what stands before the word counts for it too
    after = _RIGHT.match(one_width(text[low : end + _REACH]), end - low)
    return start - len(before[0]) if before else start, low + after.end() if after else end


def _before(text: str, start: int) -> str | None:
    """The word before; of two (at least about, 最大で約) the one that says more."""
    found = _LEFT.search(text[max(0, start - _REACH) : start])
    name = _name(found)
    if found is None or name not in _WEAK:
        return name
    place = start - len(found[0])
    return _name(_LEFT.search(text[max(0, place - _REACH) : place])) or name


def _after(text: str, start: int, end: int) -> str | None:
    """The word after; 上回る and 下回る beside many digits compare two figures."""
    found = _RIGHT.match(text, end)
    if found and found[0].endswith(("上回", "下回")):
        digits = re.sub("[^0-9]", "", text[start:end]).strip("0")
        if len(digits) > _ROUND:
            return None
    return _name(found)


def _is_during(text: str, start: int) -> bool:
    word = text[max(0, start - _REACH) : start].rstrip().lower().rpartition(" ")
    if word[2] not in _NEITHER_BUT_LENGTH or word[2] == "some":
        return False
    return word[0].rpartition(" ")[2] not in ("just", "well", "little")


def _name(found: re.Match[str] | None) -> str | None:
    if found is None:
        return None
    group = found.lastgroup
    return group[:-1].replace("_", "-") if group else APPROXIMATELY

"""Family names: somebody named in full is afterwards called by the first part of the name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.text.folding import MASK, one_width
from kg.text.names.model import HIDDEN, PERSON, PROMINENT, READING, KnownName

TITLES_JA = (
    "氏|さん|首相|総理|前首相|元首相|大臣|担当相|経産相|財務相|総務相|文科相|厚労相|農相|外相"
    "|防衛相|環境相|国交相|デジタル相"
    "|経財相|法相|官房長官|長官|議員|社長|会長|副社長|専務|常務|代表|理事長|理事|教授|准教授"
    "|監督|課長|局長|室長|部長|次長"
    "|総裁|幹事長|政調会長|委員長|委員|参考人|君|様|知事|市長|所長|主任|記者|政権|エコノミスト"
    "|研究員|座長|館長|先生|両氏|夫妻"
    "|経済安保相|経済安全保障相|財務大臣|経産大臣|経済産業大臣|国務大臣|総理大臣|内閣総理大臣"
)
TITLE_JA = re.compile(rf"(?:{TITLES_JA})")
_TITLE_EN = re.compile(
    r"\b(?:Mr|Ms|Mrs|Dr|Prof|Professor|Minister|Premier|President|Secretary|Director|Governor|Chair"
    r"|Chairman|Chairwoman|Senator|Representative|Prime Minister|PM|Chief|Economist"
    r"|economist)[.]? $"
)
_WORD = re.compile(r"[A-Z][A-Za-z'-]{2,}")
_SUFFIX = re.compile("(?:'s|-san|-led|-era)$")
_MINISTER = re.compile("[一-龥]{0,6}(?:相|大臣|長官)")
_HAN = re.compile(r"[一-龥々]")


Mentions = Sequence[tuple[int, str]]
"""Where persons are named in full: the place and the id of each."""


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody by a family name; more than one candidate where the text does not tell."""

    start: int
    end: int
    candidates: tuple[str, ...]


class People:
    """The family names of known persons."""

    def __init__(self, known: Iterable[KnownName]) -> None:
        self._weights: dict[str, int] = {}
        english: dict[str, set[str]] = defaultdict(set)
        japanese: dict[str, set[str]] = defaultdict(set)
        for one in known:
            if one.sort != PERSON or one.kind in (HIDDEN, READING):
                continue
            self._weights[one.id] = max(one.weight, self._weights.get(one.id, 0))
            plain = one_width(one.surface)
            if plain.isascii():
                if one.kind == "label" and " " in plain and " no " not in plain:
                    english[_family_en(plain)].add(one.id)
            elif _HAN.match(plain) and 3 <= len(plain) <= 5:
                for length in range(1, len(plain)):
                    japanese[plain[:length]].add(one.id)
        self._english: Mapping[str, frozenset[str]] = {
            name: frozenset(ids) for name, ids in english.items()
        }
        signs = "".join(sorted({name[0] for name in japanese}))
        self._begin = re.compile(f"(?<![一-龥々])[{re.escape(signs) or MASK}]")
        self._japanese: Mapping[str, frozenset[str]] = {
            name: frozenset(ids) for name, ids in japanese.items()
        }

    def beginnings(self, text: str) -> Iterable[int]:
        """The places where a family name in kanji may begin."""
        return (match.start() for match in self._begin.finditer(text))

    def english(self, text: str, present: Mentions) -> Iterable[Called]:
        """Family names in Latin letters; `present` are who is named in full in the text."""
        for match in _WORD.finditer(text):
            word = _SUFFIX.sub("", match[0])
            ids = self._english.get(word)
            if ids is None:
                continue
            titled = _TITLE_EN.search(text[max(0, match.start() - 20) : match.start()])
            whom = self._whom(ids, present, bool(titled), match.start())
            if whom and _stands_alone(text, match.start(), match.start() + len(word)):
                yield Called(match.start(), match.start() + len(word), whom)

    def japanese(self, text: str, place: int, present: Mentions) -> Called | None:
        """A family name in kanji that begins at a place: before a title, or of somebody present."""
        if place and _HAN.match(text[place - 1]):
            return None
        for length in (3, 2, 1):
            ids = self._japanese.get(text[place : place + length])
            if ids is None:
                continue
            end = place + length
            titled = TITLE_JA.match(text, end) is not None
            alone = end >= len(text) or not _HAN.match(text[end])
            if not titled and (length == 1 or not alone or not _are_present(ids, present)):
                continue
            minister = _MINISTER.match(text, end) is not None and len(ids) == 1
            if length == 1 and not (minister or _are_present(ids, present)):
                continue
            whom = self._whom(ids, present, titled, place)
            return Called(place, end, whom) if whom else None
        return None

    def _whom(
        self, ids: frozenset[str], present: Mentions, titled: bool, place: int
    ) -> tuple[str, ...]:
        """Who is meant: who was last named in full, else the only one, prominent or with title."""
        here = [one for one in present if one[1] in ids]
        if here:
            before = [one for one in here if one[0] < place]
            return (max(before)[1] if before else min(here)[1],)
        if len(ids) == 1 and (titled or self._weights[next(iter(ids))] >= PROMINENT):
            return tuple(ids)
        return tuple(sorted(ids)) if titled else ()


def _are_present(ids: frozenset[str], present: Mentions) -> bool:
    return any(one[1] in ids for one in present)


def _family_en(label: str) -> str:
    """The last word of a name in English order; of a Korean name (Lee Jae-myung) the first."""
    words = label.split()
    return words[0] if "-" in words[-1] else words[-1]


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Not a part of a longer name: Takaichi Motors, Fumio Takaichi."""
    before = re.search(r"([A-Z][a-z'-]+) $", text[max(0, start - 24) : start])
    after = re.match(r" (?:[A-Z][a-z]+)", text[end : end + 24])
    if after and not re.match(
        r" (?:In|On|At|The|But|He|She|It|And|Cabinet|Government)\b", after[0]
    ):
        return False
    if before is None:
        return True
    given = before[1]
    return bool(_TITLE_EN.search(f"{given} ")) or given in _OPENERS


_OPENERS = frozenset(
    "In On At By For With And But Or The When While After Before Since If As Then Yet So That Both"
    " Like Unlike From To Of Under Did Does Has Is Was Will Can Minister Prime Only Even Former"
    " Madam Said Asked Although Because Though Meanwhile However Today".split()
)

"""The known surfaces as a tree of signs: the longest one that begins at a place.

Surfaces and texts are compared in one width and without case; where case tells a name from a
common word, it is looked at afterwards.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kg.text.folding import MASK, one_width
from kg.text.names.model import FIRM, HIDDEN, PERSON, POLICY, POST, WORK, KnownName

_FORM_EN = re.compile(
    r",? (?:Inc|Corp|Co|Ltd|LLC|Corporation|K[.]K|Company|Holdings|plc|PLC|Limited|GmbH)\b[.]?"
    r"(?:,? (?:Ltd|Inc)\b[.]?)?$"
)
_FIRM_JA = r"株式会社|有限会社|合同会社|\(株\)|㈱"
_FORM_JA = re.compile(rf"^(?:{_FIRM_JA}|[一公][般益](?:社団|財団)法人)|(?:{_FIRM_JA})$")
AFTER_EN = re.compile(
    r",? (?:Inc|Corp|Co|Ltd|LLC|Corporation|K[.]K|Holdings|plc|PLC|Limited)\b[.]?(?:,? (?:Ltd"
    r"|Inc)\b[.]?)?"
)
AROUND_JA = re.compile(_FIRM_JA)
_ACRONYM = re.compile("[A-Z]{3,}")
_SHORT = 4  # letters; acronyms and particles have no more
_BRACKET = re.compile(r"\s?\([^()]{1,40}\)$")
_JOINED = str.maketrans("", "", " ・·")


def lowered(text: str) -> str:
    """One width, no case, as long as it was."""
    plain = one_width(text)
    low = plain.lower()
    return low if len(low) == len(plain) else "".join(_lower(sign) for sign in plain)


def _lower(sign: str) -> str:
    low = sign.lower()
    return low if len(low) == 1 else sign


def without_form(surface: str) -> str:
    """A firm's name without its legal form and without what stands in brackets behind it.

    >>> without_form("Preferred Networks, Inc."), without_form("株式会社ラピダス")
    ('Preferred Networks', 'ラピダス')
    """
    plain = _BRACKET.sub("", one_width(surface))
    return _FORM_JA.sub("", _FORM_EN.sub("", plain)) or surface


def spellings(known: KnownName) -> Iterable[str]:
    """The surface and what is written for it: without legal form, with and without the article."""
    yield known.surface
    yield without_form(known.surface)
    plain = one_width(known.surface)
    if plain.endswith(("通信社", "新聞社")):
        yield plain.removesuffix("社")
    if "・" in plain:
        yield plain.replace("・", "")
    if " " in plain and not plain.isascii():
        yield plain.translate(_JOINED)


class Surfaces:
    """A tree over all spellings; `at` walks it along a text."""

    def __init__(self, known: Iterable[KnownName]) -> None:
        meanings: dict[str, list[KnownName]] = defaultdict(list)
        for one in known:
            if one.sort == POST and _ACRONYM.search(one.surface):
                continue
            for spelling in dict.fromkeys(spellings(one)):
                if len(spelling) > 1:
                    meanings[lowered(spelling)].append(one)
        self.meanings: Mapping[str, Sequence[KnownName]] = dict(meanings)
        self._tree: dict[str, object] = {}
        for spelling in meanings:
            node = self._tree
            for sign in spelling:
                node = node.setdefault(sign, {})  # type: ignore[assignment]
            node[""] = spelling
        signs = "".join(map(re.escape, sorted(self._tree)))
        self._begin = re.compile(
            r"(?:(?<![a-z0-9])(?=[a-z0-9])|(?<![ァ-ヶー])(?=[ァ-ヶー])"
            rf"|(?=[^a-z0-9ァ-ヶー]))[{signs or MASK}]"
        )

    def at(self, low: str, place: int) -> list[str]:
        """All spellings that begin at a place of a lowered text, the longest first."""
        found = []
        node = self._tree
        for sign in low[place : place + 120]:
            step = node.get(sign)
            if step is None:
                break
            node = step  # type: ignore[assignment]
            if "" in node:
                found.append(str(node[""]))
        return found[::-1]

    def beginnings(self, low: str) -> Iterator[int]:
        """The places of a lowered text where a spelling may begin: no word is cut in two."""
        for match in self._begin.finditer(low):
            yield match.start()


def fits_case(surface: str, known: Sequence[KnownName]) -> bool:
    """Whether letters written so may be that name, and no common word.

    One word and the names of outlets stand as they are known; several words begin with a capital
    somewhere; policies may be all lower case.
    """
    given = one_width(surface)
    letters = re.findall("[A-Za-z]+", given)
    if not given.isascii():
        return not letters or any(word in one.surface for one in known for word in letters)
    return any(_fits(given, one) for one in known) or not letters


def _fits(given: str, one: KnownName) -> bool:
    plain = one_width(one.surface)
    if given in (plain, without_form(plain)) or given in plain:
        return True
    if " " not in given:
        return one.sort == FIRM and given[:1].isupper() and len(given) > _SHORT
    if one.sort == POLICY:
        return True
    if one.sort in (PERSON, WORK, POST) or one.kind == HIDDEN:
        return any(sign.isupper() for sign in given)
    words = [word for word in re.split(r"[ -]", given) if len(word) >= _SHORT]
    return all(word[0].isupper() for word in words)

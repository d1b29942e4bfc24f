"""What a phrase holds of a claim, judged by its words: value, subject, period, asserter, nature.

The judgement reads names that the record knows, digits and dates. It knows no synonyms, so that
what it does not find may still be said in other words; what it finds stands there.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import yaml

from kg.text.kana import fold, runs
from kg.text.period_words import names_period
from kg.text.printed import readings

VALUE, SUBJECT, PERIOD, ASSERTER, NATURE = "value", "subject", "period", "asserter", "nature"
PARTS = (VALUE, SUBJECT, PERIOD, ASSERTER, NATURE)
_NATURE = re.compile(
    r"官民|民間|公的|公費|国費|税金|政府|国が|補助|助成|出資|財政|予算|\bpublic|\bprivate"
    r"|\bgovernment"
    r"|\bstate\b|\bsubsid|\bgrant|\btaxpayer|\bbudget",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?<!\d)(\d{1,2})\s*日|\b(\d{1,2})(?:st|nd|rd|th)?\b")
_WHOLE_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WORD = re.compile(r"[A-Za-z][A-Za-z-]+|[ァ-ヴー]{3,}|[一-鿿]{2,}")
_COMMON = frozenset(
    "share shares number total mean median size growth rate change with without japan japanese from"
    " into that this other their first per cent and for the rank ratio count sum level amount made"
    " minister ministry state special fiscal measure item 大臣 担当大臣 内閣府特命担当大臣 年度"
    " 日本 割合 比率 件数 規模 合計 平均 中央値 総額 伸率 以上 以下 未満 回答 前年 前年比".split()
)
_SHORTEST = 4  # letters of a Latin word that says something; acronyms may be shorter
_COMPOUND = 6  # characters of a kanji compound that has a beginning and an end of its own


@dataclass(frozen=True, slots=True)
class Wanted:
    """What would show each part of a claim; `plain` names are looked for as a whole.

    `numbers` are the value and its ends; `day` is a date as precise as the claim gives it;
    `restated` is true of a text in the editors' words, which is no more than its phrase.
    """

    numbers: frozenset[Decimal] = frozenset()
    value: tuple[str, ...] = ()
    day: str = ""
    restated: bool = False
    subject: tuple[str, ...] = ()
    period: str = ""
    asserter: tuple[str, ...] = ()
    own_voice: bool = False


def supported(quote: str, wanted: Wanted) -> tuple[str, ...]:
    """The parts of a claim that a phrase holds, in the order of `PARTS`.

    >>> supported("アニメ市場は3兆円", Wanted(frozenset({Decimal("3e12")}), subject=("アニメ",)))
    ('value', 'subject')
    """
    held = {
        VALUE: wanted.restated or gives_value(quote, wanted),
        SUBJECT: holds_any(quote, wanted.subject),
        PERIOD: bool(wanted.period) and names_period(wanted.period, quote),
        ASSERTER: wanted.own_voice or holds_any(quote, wanted.asserter),
        NATURE: bool(_NATURE.search(quote)),
    }
    return tuple(part for part in PARTS if held[part])


def gives_value(quote: str, wanted: Wanted) -> bool:
    """True where the number reads in the phrase, or the printed words or the object's name stand.

    >>> gives_value("１兆円規模", Wanted(frozenset({Decimal("1e12")})))
    True
    """
    if wanted.numbers and {abs(n) for n in wanted.numbers} & {abs(n) for n in readings(quote)}:
        return True
    if wanted.day and _gives_day(quote, wanted.day):
        return True
    plain = _plain(quote)
    if wanted.numbers:
        return any(word and _plain(word) in plain for word in wanted.value)
    return holds_any(quote, wanted.value)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _gives_day(quote: str, day: str) -> bool:
    """A day with its month, a month with its year, or a year."""
    if not _WHOLE_DAY.fullmatch(day):
        return names_period(f"period-{day}", quote)
    text = unicodedata.normalize("NFKC", quote)
    days = {int(number) for match in _DAY.finditer(text) for number in match.groups() if number}
    return int(day[8:]) in days and names_period(f"period-{day[:7]}", f"{text} {day[:4]}")


def holds_any(quote: str, names: Iterable[str]) -> bool:
    """True where one of the names stands in the phrase, whatever case, width or kana.

    >>> holds_any("ＡＩ戦略本部", ["AI"]), holds_any("it is said", ["ai"])
    (True, False)
    """
    words, joined = _forms(quote)
    return any(_holds(words, joined, name) for name in names)


@lru_cache(maxsize=4096)
def _forms(text: str) -> tuple[str, str]:
    folded = fold(text)
    return f" {' '.join(runs(folded))} ", folded.replace(" ", "")


def _holds(words: str, joined: str, name: str) -> bool:
    given, solid = _forms(name)
    if not solid:
        return False
    if solid.isascii():
        stem = given.rstrip()
        return f"{stem} " in words or f"{stem}s " in words
    return len(solid) > 1 and solid in joined


def telling_words(names: Iterable[str]) -> tuple[str, ...]:
    """The words of names that tell one thing from another, without the common ones.

    >>> telling_words(["anime market size", "アニメ市場規模"])
    ('anime', 'market', 'アニメ', '市場規模')
    """
    words = (word for name in names for word in _WORD.findall(unicodedata.normalize("NFKC", name)))
    return tuple(dict.fromkeys(part for word in words for part in _parts(word)))


def _parts(word: str) -> tuple[str, ...]:
    """A word that tells something; of a compound in kanji also its beginning and its end."""
    if word.isascii():
        tells = len(word) >= _SHORTEST or word.isupper()
        return (word,) if tells and word.casefold() not in _COMMON else ()
    stem = word.removesuffix("担当大臣").removesuffix("大臣") or word
    halves = (stem[:4], stem[-4:]) if len(stem) >= _COMPOUND and "一" <= stem[0] <= "鿿" else ()
    return tuple(part for part in (stem, *halves) if part not in _COMMON and len(part) > 1)


def load_caps(file: Path) -> Mapping[str, Decimal]:
    """The confidence that a claim may have at most, by the part that no passage of it holds."""
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {part: Decimal(str(most)) for part, most in data["without"].items()}

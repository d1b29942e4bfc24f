"""Names brought to one form for comparison: width, case, marks, kana and spellings of romaji.

Kana is written in Hepburn (as ALA-LC romanises, long vowels spelled out); the spellings of
ISO 3602 (Kunrei), of passports (`oh`) and of typists (`ou`, `nn`) are folded onto it.
"""

import re
import unicodedata
from functools import lru_cache

LONGEST = 120
_MARKS = re.compile(r"[\u0300-\u036f'’ʼ`]")
_WORD = re.compile(r"[^\W_]+")
_IN_KANA = re.compile(r"[ぁ-ゖー\x00-\x7f]+")
_RUN = re.compile(r"[0-9a-z]+|[^0-9a-z\s]+")
_KATAKANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_OLD_FORMS = "髙高 﨑崎 澤沢 齋斎 齊斉 濵浜 濱浜 邊辺 邉辺 廣広 國国 眞真 惠恵 嶋島 櫻桜 龍竜 瀧滝 澁渋 萬万 圓円 學学 會会 經経 濟済 產産 藝芸 德徳 榮栄 淸清 冨富".split()  # noqa: E501 a table
_ONE_FORM = _KATAKANA | {ord(pair[0]): pair[1] for pair in _OLD_FORMS}


def fold(text: str) -> str:
    """Words in one form, parted by single spaces; what is too long is cut.

    >>> fold("ＴＡＫＡＩＣＨＩ・Sanaé"), fold("ﾀｶｲﾁ"), fold("髙市　早苗"), fold("Jun'ichi")
    ('takaichi sanae', 'たかいち', '高市 早苗', 'junichi')
    """
    text = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()[:LONGEST]
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFD", text))
        text = unicodedata.normalize("NFC", text).translate(_ONE_FORM)
    return " ".join(_WORD.findall(text.replace("'", "")))


def runs(folded: str) -> list[str]:
    """Words of folded text, parted also where Latin letters or digits meet Japanese.

    >>> runs("ai戦略本部 2025")
    ['ai', '戦略本部', '2025']
    """
    return _RUN.findall(folded)


_ROWS = (
    ("", "あいうえお"), ("k", "かきくけこ"), ("g", "がぎぐげご"), ("s", "さしすせそ"),
    ("z", "ざじずぜぞ"), ("t", "たちつてと"), ("d", "だぢづでど"), ("n", "なにぬねの"),
    ("h", "はひふへほ"), ("b", "ばびぶべぼ"), ("p", "ぱぴぷぺぽ"), ("m", "まみむめも"),
    ("r", "らりるれろ"),
)  # fmt: skip
_KANA = {sign: row + "aiueo"[i] for row, line in _ROWS for i, sign in enumerate(line)}
_KANA |= dict(zip("しちつふじぢづ", "shi chi tsu fu ji ji zu".split(), strict=True))
_KANA |= dict(zip("やゆよわゐゑをんゔー", [*"ya yu yo wa i e o n vu".split(), ""], strict=True))
_SMALL = dict(zip("ゃゅょぁぃぅぇぉゎ", "ya yu yo a i u e o a".split(), strict=True))


@lru_cache(maxsize=65536)
def romaji(kana: str) -> str:
    """Folded kana in Hepburn; whatever is not kana stays.

    >>> romaji("けいざい さんぎょうしょう"), romaji("ひゅーまんめでぃあ"), romaji("はっちゃく")
    ('keizai sangyoushou', 'hyumanmedia', 'hatchaku')
    """
    written: list[str] = []
    doubled = False
    for sign in kana:
        if sign == "っ":
            doubled = True
            continue
        if sign in _SMALL and written and written[-1]:
            written[-1] = _glide(written[-1], _SMALL[sign])
            continue
        sound = _KANA.get(sign, _SMALL.get(sign, sign))
        if doubled and sound:
            sound = ("t" if sound.startswith("ch") else sound[0]) + sound
        doubled = False
        written.append(sound)
    return "".join(written)


def _glide(sound: str, small: str) -> str:
    """A syllable together with the small kana after it: `ki` + `ya` is `kya`."""
    stem = sound[:-1]
    if len(small) == 2 and sound.endswith(("shi", "chi", "ji")):
        return stem + small[1]
    return ("w" if sound == "u" else stem) + small


_SPELLINGS = {
    "sy": "sh", "ty": "ch", "zy": "j", "jy": "j", "si": "shi", "ti": "chi", "tu": "tsu",
    "zi": "ji", "hu": "fu", "cch": "tch", "uu": "u", "nn": "n", "m": "n",
}  # fmt: skip
_SPELLING = re.compile(
    r"(sh|ch|ts)|[stzj]y(?=[auo])|si|ti|tu|zi|hu|cch|uu|nn|m(?=[bpm])|o(?:u|o|h(?![aiueoy]))+"
)


@lru_cache(maxsize=65536)
def plain_romaji(word: str) -> str:
    """One spelling for all romanisations of a word; English words only keep their identity.

    >>> [plain_romaji(w) for w in ("sangyosyo", "sangyoushou", "ohnoda", "shimbun", "takaiti")]
    ['sangyosho', 'sangyosho', 'onoda', 'shinbun', 'takaichi']
    """
    return _SPELLING.sub(_respell, word)


def _respell(found: re.Match[str]) -> str:
    if found[1]:
        return found[1]
    return "o" if found[0][0] == "o" else _SPELLINGS[found[0]]


def is_kana(folded: str) -> bool:
    """True where there is kana and nothing but kana, Latin letters and digits.

    >>> is_kana("たかいち さなえ"), is_kana("aiもでる"), is_kana("高市"), is_kana("ai")
    (True, True, False, False)
    """
    return not folded.isascii() and _IN_KANA.fullmatch(folded) is not None

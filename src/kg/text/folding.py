"""Text in one width whose offsets still hold: what is read stands where it stood.

Each character is replaced by its NFKC form where that is one character (Unicode Standard Annex
15), so that full-width digits, letters and signs read like plain ones. Enclosed and raised digits
(①, ²) stay: they number or name something.
"""

import re
import unicodedata

LONGEST_RUN = 32
"""Numeral characters in a row that are still read; a longer run is no figure of anything."""
LONGEST_ROW = 5_000
"""The same where signs, blanks or signs without width part the numerals, as in a table."""
MASK = "\ue000"
_SPECIAL = {
    ord("−"): "-", ord("‐"): "-", ord("‑"): "-", ord("―"): "—", ord("〜"): "~", ord("’"): "'",
    ord("‘"): "'", ord("〇"): "〇",
}  # fmt: skip
_NUMERAL = r"[0-9一二三四五六七八九十百千万億兆〇零조억만천백]"
_JOINS = "[ ,.・/:~\n\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff-]"
_RUN = re.compile(rf"{_NUMERAL}{{{LONGEST_RUN},}}|(?:{_NUMERAL}{_JOINS}{{0,2}}){{{LONGEST_ROW},}}")


class _OneWidth(dict[int, str]):
    """The table of `str.translate`, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        plain = unicodedata.normalize("NFKC", sign)
        keeps = len(plain) != 1 or unicodedata.category(sign) == "No"
        self[code] = sign if keeps else plain
        return self[code]


_ONE_WIDTH = _OneWidth(_SPECIAL)


def one_width(text: str) -> str:
    """The text in one width, as long as it was.

    >>> one_width("１兆円～①"), len(one_width("㌦ﾄﾞ")) == len("㌦ﾄﾞ")
    ('1兆円~①', True)
    """
    return text.translate(_ONE_WIDTH)


def masked(text: str) -> str:
    """The text with endless runs of numerals blotted out, as long as it was.

    Figures have few digits; reading thousands of them in a row would take forever.

    >>> masked("a 12 b " + "9" * 40) == "a 12 b " + MASK * 40
    True
    """
    return _RUN.sub(lambda run: MASK * len(run[0]), text)

"""One cell of an answer, and the words of the heads of its columns."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

_GROUPED = re.compile(r"([+-]?)(\d{5,})((?:\.\d+)?)", re.ASCII)  # a year has four digits


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: words in the page's language, an address to follow, the claim it is."""

    text: str
    address: str = ""
    claim: str = ""
    is_number: bool = False
    groups: tuple[str, ...] = ()  # the text in parts that are shown apart, of a long number
    language: str = ""  # of a text that is not in the page's language


def column_words(variable: str, lang: str) -> str:
    """The head of a column: words for a variable, else its name.

    >>> column_words("oldvalue", "en"), column_words("who", "ja"), column_words("x", "en")
    ('old value', '主張者', 'x')
    """
    known = _columns()
    if variable in known["words"]:
        return str(known["words"][variable][lang])
    for first, said in known["before"].items():
        rest = known["words"].get(variable.removeprefix(first))
        if variable.startswith(first) and rest:
            return f"{said[lang]}{' ' if lang == 'en' else ''}{rest[lang]}"
    return variable


def term_words(curie: str, lang: str) -> str:
    """Words for a term of another vocabulary; empty where there are none.

    >>> term_words("dct:issued", "en"), term_words("dct:other", "en")
    ('published', '')
    """
    known = _columns()["terms"].get(curie)
    return str(known[lang]) if known else ""


def value_words(text: str, lang: str) -> str:
    """A word that a query itself answers, in the page's language; any other text as it is.

    >>> value_words("settled", "ja"), value_words("of P", "en"), value_words("x", "en")
    ('決着済み', 'of the person', 'x')
    """
    known = _columns()["values"].get(text)
    return str(known[lang]) if known else text


def is_compared(variable: str) -> bool:
    """Whether a variable is another one's counterpart: `nationalpeople`, beside `people`.

    >>> is_compared("nationalpeople"), is_compared("people"), is_compared("baseline")
    (True, False, False)
    """
    known = _columns()
    words = known["words"]
    starts = (first for first in known["before"] if variable.startswith(first))
    return variable not in words and any(variable.removeprefix(f) in words for f in starts)


def measured(column: str) -> str:
    """What a column of numbers holds: `figure` of a claim, another `sum`, or nothing measured."""
    held = _columns()["measured"]
    return next((kind for kind in held if column in held[kind]), "")


@cache
def _columns() -> dict[str, Any]:
    text = (Path(__file__).parent / "columns.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def spoken(term: object, lang: str) -> str:
    """The language of a text that says it, where it is not the page's."""
    return other_than(lang, getattr(term, "language", None) or "")


def other_than(lang: str, language: str) -> str:
    """A language where it is not the page's, else empty."""
    return "" if language == lang else language


def page_of(slug: str) -> str:
    """Where a claim, source or conflict has a page of its own; empty for anything else.

    >>> page_of("src-gate-ai-content"), page_of("meti")
    ('/sources/src-gate-ai-content', '')
    """
    for start, folder in (("c-", "claims"), ("src-", "sources"), ("conflict-", "conflicts")):
        if slug.startswith(start):
            return f"/{folder}/{quote(slug)}"
    return ""


def number_cell(value: str) -> Cell:
    """The lexical form; from five digits on in groups, which style parts and copying does not.

    >>> number_cell("2025").groups, number_cell("10000001").groups, number_cell("-12345.678").groups
    ((), ('10', '000', '001'), ('-12', '345.678'))
    """
    found = _GROUPED.fullmatch(value)
    if found is None:
        return Cell(value, is_number=True)
    sign, whole, rest = found.groups()
    first = len(whole) % 3 or 3
    groups = [whole[:first], *(whole[i : i + 3] for i in range(first, len(whole), 3))]
    groups[0], groups[-1] = sign + groups[0], groups[-1] + rest
    return Cell(value, is_number=True, groups=tuple(groups))

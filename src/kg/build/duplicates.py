"""Finds things that seem to be one under two names: same name, nearly the same, one identifier.

Names are folded first: width, case, macrons, spaces, hyphens, kana, legal forms. Numbers are never
taken for misspellings of each other, nor kanji: 中国 and 米国 differ in one sign only.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from kg.build.assemble import Assembled
from kg.build.gates import rows
from kg.build.quality_rules import QualityRules
from kg.core.problems import Problem

_MARKS = re.compile("[\u0300-\u036f'’]")
_WORD = re.compile(r"[^\W_]+")
_KATAKANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_KANA = re.compile("[ぁ-ゖー]")
_SILENT = re.compile("[ーの]")
_LONG = 6  # letters of a word in which one may be a slip
_CONCEPT = "a concept"  # compatible with every class

Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Name:
    holder: str
    text: str
    label: str  # the language of an entity's label, empty of any other name
    tokens: Tokens


def duplicate_problems(
    assembled: Assembled, rules: QualityRules, places: Mapping[str, str]
) -> Iterator[Problem]:
    """S21: warnings at the later of two entities that seem to be one."""
    finder = _Finder(assembled, rules, places)
    seen: set[frozenset[str]] = set()
    for a, b, why in finder.found():
        pair = frozenset((a, b))
        if pair not in seen and finder.is_new(a, b):
            seen.add(pair)
            yield finder.problem(a, b, why)


class _Finder:
    def __init__(
        self, assembled: Assembled, rules: QualityRules, places: Mapping[str, str]
    ) -> None:
        self._store, self._names = assembled.store, assembled.names
        self._places = places
        self._distinct = rules.distinct
        self._forms = [fold(form) for form in rules.legal_forms]
        self._classes: dict[str, set[str]] = defaultdict(set)
        for iri, cls in self._rows(_THINGS):
            self._classes[iri].add(cls or _CONCEPT)
        self._open = {frozenset(pair) for pair in self._rows(_OPEN)}
        label = self._names.iri("rdfs:label")
        self._held = [
            _Name(iri, text, lang if predicate == label else "", self._tokens(text))
            for iri, predicate, text, lang in self._rows(_NAMES)
            if iri in self._classes
        ]

    def _rows(self, sparql: str) -> Iterator[tuple[str, ...]]:
        return rows(self._store, self._names, sparql)

    def _tokens(self, text: str) -> Tokens:
        tokens = fold(text)
        while (shorter := without_form(tokens, self._forms)) != tokens:
            tokens = shorter
        return tokens

    def found(self) -> Iterator[tuple[str, str, str]]:
        """Pairs and why, the surest first."""
        by_identifier: dict[str, list[str]] = defaultdict(list)
        for iri, identifier in self._rows(_IDENTIFIERS):
            by_identifier[identifier].append(iri)
        for identifier, holders in sorted(by_identifier.items()):
            for a, b in combinations(sorted(h for h in holders if h in self._classes), 2):
                yield a, b, f"both have the identifier {self._names.curie(identifier)}"
        for first, second in _sharing(self._held, self._whole):
            if self._compatible(first, second) and not self._warned_by_shape(first, second):
                yield first.holder, second.holder, f"both are called {_quoted(first, second)}"
        for first, second in _sharing(self._held, _damaged):
            if self._compatible(first, second) and nearly(first.tokens, second.tokens):
                why = f"{first.text!r} and {second.text!r} differ in one letter"
                yield first.holder, second.holder, why

    def _whole(self, name: _Name) -> Iterator[object]:
        """The forms in which a name must equal another: people's in either order."""
        joined = "".join(name.tokens)
        if joined:
            yield _SILENT.sub("", joined) or joined
        if self._names.iri("jsip:Person") in self._classes[name.holder]:
            yield tuple(sorted(name.tokens))

    def _compatible(self, a: _Name, b: _Name) -> bool:
        first, second = self._classes[a.holder], self._classes[b.holder]
        if _CONCEPT in first and _CONCEPT in second:
            return False  # schemes may name a thing each in its own way; I4 looks within one
        return _CONCEPT in first | second or bool(first & second)

    def _warned_by_shape(self, a: _Name, b: _Name) -> bool:
        """The shape S21 itself warns of one label in one class."""
        is_label = a.label != "" and a.label == b.label and a.text == b.text
        return is_label and self._classes[a.holder] == self._classes[b.holder]

    def is_new(self, a: str, b: str) -> bool:
        """False where the editors know that the two are two, or that it is open."""
        slugs = frozenset((self._names.slug(a), self._names.slug(b)))
        return slugs not in self._distinct and frozenset((a, b)) not in self._open

    def problem(self, a: str, b: str, why: str) -> Problem:
        """The warning at whichever of the two stands later in the tables."""
        first, second = sorted((a, b), key=self._order)
        slug, place = self._names.slug(first), self._places.get(self._names.slug(first), "")
        what = f"{self._names.slug(second)} seems to be {slug}{f' ({place})' if place else ''}: "
        what += (
            f"{why}. Merge them, or list the pair with a reason under `distinct` in quality.yaml"
        )
        return Problem(second, what, "S21", "Warning")

    def _order(self, iri: str) -> tuple[bool, str, int, str]:
        """Concepts first, then entities as the tables have them."""
        file, _, line = self._places.get(self._names.slug(iri), "").rpartition(":")
        return _CONCEPT not in self._classes[iri], file, int(line or 0), iri


def fold(text: str) -> Tokens:
    """The words of a name without width, case, marks, hyphens; katakana as hiragana.

    >>> fold("Ōnoda-Ｋimi"), fold("ヒューマンメディア(株)")
    (('onoda', 'kimi'), ('ひゅーまんめでぃあ', '株'))
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = _MARKS.sub("", unicodedata.normalize("NFD", plain))
    words = tuple(_WORD.findall(unicodedata.normalize("NFC", plain).translate(_KATAKANA)))
    return words[1:] if words[:1] == ("the",) and len(words) > 1 else words


def without_form(tokens: Tokens, forms: Sequence[Tokens]) -> Tokens:
    """The words of a name without one legal form at an end; never without all of them.

    >>> forms = [("inc",), ("株式会社",)]
    >>> without_form(("human", "media", "inc"), forms), without_form(("株式会社日立",), forms)
    (('human', 'media'), ('日立',))
    """
    for form in forms:
        size = len(form)
        if len(tokens) > size and tokens[-size:] == form:
            return tokens[:-size]
        if len(tokens) > size and tokens[:size] == form:
            return tokens[size:]
        if size == 1 and not form[0].isascii() and tokens and len(form[0]) > 1:
            first, last = tokens[0].removeprefix(form[0]), tokens[-1].removesuffix(form[0])
            if first and first != tokens[0]:
                return (first, *tokens[1:])
            if last and last != tokens[-1]:
                return (*tokens[:-1], last)
    return tokens


def nearly(a: Tokens, b: Tokens) -> bool:
    """True where one long word differs in one letter: added, lost, changed or swapped.

    >>> nearly(("kimi", "ohnoda"), ("kimi", "onoda")), nearly(("fy2025",), ("fy2026",))
    (True, False)
    """
    differing = [pair for pair in zip(a, b, strict=False) if pair[0] != pair[1]]
    if len(a) != len(b) or len(differing) != 1:
        return False
    x, y = differing[0]
    if max(len(x), len(y)) < _LONG:
        return False
    while x and y and x[0] == y[0]:
        x, y = x[1:], y[1:]
    while x and y and x[-1] == y[-1]:
        x, y = x[:-1], y[:-1]
    is_swap = len(x) == 2 and x == y[::-1]
    return (is_swap or max(len(x), len(y)) == 1) and all(_may_slip(sign) for sign in x + y)


def _may_slip(sign: str) -> bool:
    return sign.isalpha() if sign.isascii() else bool(_KANA.match(sign))


def _damaged(name: _Name) -> Iterator[Tokens]:
    """The name with no letter or one letter lost from a long word.

    Two names that are one edit apart have such a form in common.
    """
    for place, word in enumerate(name.tokens):
        before, after = name.tokens[:place], name.tokens[place + 1 :]
        if len(word) >= _LONG - 1:
            yield name.tokens
            for i, sign in enumerate(word):
                if _may_slip(sign):
                    yield (*before, word[:i] + word[i + 1 :], *after)


def _sharing(
    names: Iterable[_Name], forms: Callable[[_Name], Iterable[object]]
) -> Iterator[tuple[_Name, _Name]]:
    """Names of different holders that have a form in common."""
    by_form: dict[object, dict[str, _Name]] = defaultdict(dict)
    for name in names:
        for form in forms(name):
            by_form[form].setdefault(name.holder, name)
    for held in by_form.values():
        yield from combinations(held.values(), 2)


def _quoted(a: _Name, b: _Name) -> str:
    return repr(a.text) if a.text == b.text else f"{a.text!r}, or {b.text!r}"


_THINGS = """SELECT ?x ?class WHERE {
  { GRAPH g:entities { ?x a ?direct } ?x a ?class FILTER(STRSTARTS(STR(?class), STR(jsip:)))
    FILTER NOT EXISTS { ?x a jsip:Period } FILTER NOT EXISTS { ?x owl:deprecated true } }
  UNION { GRAPH g:schemes { ?x skos:inScheme ?scheme } } } ORDER BY ?x ?class"""
_NAMES = """SELECT ?x ?p ?name (LANG(?name) AS ?lang) WHERE {
  VALUES ?p { rdfs:label skos:prefLabel skos:altLabel skos:hiddenLabel } ?x ?p ?name
} ORDER BY ?x ?p ?name"""
_IDENTIFIERS = """SELECT ?x ?identifier WHERE {
  GRAPH g:entities { ?x schema:sameAs|dct:identifier ?identifier } } ORDER BY ?x ?identifier"""
_OPEN = """SELECT ?a ?b WHERE {
  ?c rdf:predicate jsip:possiblySameMeasureAs ; rdf:subject ?a ; rdf:object ?b }"""

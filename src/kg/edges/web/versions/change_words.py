"""Changes in the reader's words: names of fields, and labels of what their values name."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from fastapi import Request

from kg.edges.web.answers.cell import term_words
from kg.edges.web.rendering import catalogue, words
from kg.edges.web.snapshot_views import reader_of
from kg.views.record.cards import Named
from kg.views.versions.changes import Change, Value

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_CONCEPT = re.compile(r"[a-z-]+/[A-Za-z0-9.-]+", re.ASCII)
_CURIE = re.compile(r"(?:[a-z]+:)[A-Za-z][\w.-]*", re.ASCII)
_VOCABULARY = re.compile(r"[ 　]?[(（][^()（）]*[)）]$")  # of a label: (RDFS)
_OWNERS = {"jsip:correctionOf", "jsip:reviewOf", "jsip:supportsClaim"}  # it stands with them


class ChangeWords:
    """Words for the fields and values of some changes; the labels are asked for at once."""

    def __init__(self, request: Request, changes: Iterable[Change]) -> None:
        spoken, reader = words(request), reader_of(request)
        self._lang, self._t, self._names = spoken.lang, spoken.t, reader.names
        self._other = "en" if spoken.lang == "ja" else "ja"
        said = {text for change in changes for text in _texts(change)}
        self._iris = {text: iri for text in said if (iri := self._iri(text))}
        self._labels: Mapping[str, Named] = reader.named(self._iris.values())

    def field(self, name: str) -> str:
        """Words for a field, such as “passage: words quoted”; its own name where there are none."""
        owner, _, curie = name.rpartition("/")
        curie = curie.partition("@")[0]
        part = owner.partition("-")[0] if owner else ""
        if not owner and ":" not in curie and "-" in curie:  # a part that came or went as a whole
            return self._part(curie.partition("-")[0]) or name
        found = term_words(curie, self._lang) or self._label(curie) or curie
        of = self._part(part)
        return f"{of}{self._t('colon')}{found}" if of else found

    def value(self, value: Value) -> str:
        """A value in one line; empty where there is nothing."""
        if value is None:
            return ""
        if isinstance(value, str):
            return self._label(value) or value
        if isinstance(value, Mapping):
            parts = (
                f"{self.field(name)}{self._t('colon')}{self.value(said)}"
                for name, said in value.items()
                if name not in _OWNERS and name.partition("@")[2] != self._other
            )
            return self._t("stop").join(parts)
        return self._t("list-comma").join(map(self.value, value))

    def sentence(self, change: Change) -> str:
        """What changed of one thing, in one line; empty where it came or went as a whole."""
        figure = change.display and change.display[self._lang == "ja"]
        shown = [f"{figure[0]} → {figure[1]}"] if figure else []
        nothing = self._t("changes-nothing")
        told = (
            f"{self.field(name)}{self._t('colon')}{self.value(was) or nothing}"
            f" → {self.value(is_) or nothing}"
            for name, (was, is_) in change.other_fields.items()
        )
        return self._t("stop").join((*shown, *told, *filter(None, (change.reason,))))

    def _part(self, kind: str) -> str:
        known = catalogue().get(f"change-part-{kind}")
        return known[self._lang] if known else ""

    def _label(self, text: str) -> str:
        named = self._labels.get(self._iris.get(text, ""))
        if named is None or named.en == named.id:
            return ""
        return _VOCABULARY.sub("", getattr(named, self._lang))

    def _iri(self, text: str) -> str:
        """What a value may name: a thing by its slug, a concept, or a term by its CURIE."""
        if _SLUG.fullmatch(text) and not text.isdecimal():
            return self._names.id(text)
        if _CONCEPT.fullmatch(text):
            return f"{self._names.base}scheme/{text}"
        prefix = text.partition(":")[0]
        return (
            self._names.iri(text)
            if _CURIE.fullmatch(text) and prefix in self._names.prefixes
            else ""
        )


def _texts(change: Change) -> Iterator[str]:
    for name, pair in change.fields.items():
        yield name.rpartition("/")[2].partition("@")[0]
        for value in pair:
            yield from _in_value(value)


def _in_value(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, said in value.items():
            yield name.partition("@")[0]
            yield from _in_value(said)
    elif isinstance(value, Sequence):
        yield from value

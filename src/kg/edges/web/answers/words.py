"""Terms of an answer in words: what a claim says, titles of documents, labels, never a bare key."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Final
from urllib.parse import quote

from pyoxigraph import NamedNode

from kg.edges.web.answers.cell import Cell, number_cell, other_than, page_of, spoken, term_words
from kg.edges.web.rendering import Words, address, language_of
from kg.views.record.cards import ClaimCard, Named, SourceCard
from kg.views.record.claims import Reader, values
from kg.views.record.plain_values import is_when, number
from kg.views.record.sentences import PLAIN, bare_words, in_words

_SHORT = 20  # reasons are longer
_REASONS = """SELECT DISTINCT ?en ?ja {{ VALUES ?x {{ {} }}
  {{ ?x rdfs:comment ?en , ?ja }} UNION {{ ?x skos:editorialNote ?en , ?ja }}
  FILTER(LANG(?en) = "en" && LANG(?ja) = "ja") }}"""
NUMBERS: Final = ("decimal", "integer", "double", "float")
_BARE = ("m-", "review-", "snap-", "e-", "c-", "o-", "conflict-", "src-")  # may have no label
_LAST = re.compile(r"-0*(\d+)$")
Rows = Sequence[Sequence[object]]


class AnswerWords:
    """What the terms of some rows are called in the page's language; each is looked up once."""

    def __init__(self, rows: Rows, reader: Reader, said: Words) -> None:
        self._reader, self._said = reader, said
        self._iris = {t.value for row in rows for t in row if isinstance(t, NamedNode)}

    @cached_property
    def claims(self) -> Mapping[str, ClaimCard]:
        """The claims, by their own IRIs and by those of the observations made of them."""
        own = {iri for iri in self._iris if self._slug(iri).startswith("c-")}
        of = self._behind(iri for iri in self._iris if self._slug(iri).startswith("o-"))
        wanted = sorted(own | set(of.values()))
        cards = self._reader.claims(f"VALUES ?claim {{ {values(wanted)} }}") if wanted else ()
        found = {card.iri: card for card in cards}
        return found | {iri: found[claim] for iri, claim in of.items() if claim in found}

    def _behind(self, observations: Iterable[str]) -> Mapping[str, str]:
        wanted = sorted(observations)
        if not wanted:
            return {}
        asked = f"SELECT ?x ?claim {{ VALUES ?x {{ {values(wanted)} }} ?x jsip:dimClaim ?claim }}"
        return {row["x"]: row["claim"] for row in self._reader.rows(asked)}

    @cached_property
    def names(self) -> Mapping[str, Named]:
        """Labels of everything, also of the claims and units that stand behind."""
        behind = (card.iri for card in self.claims.values())
        return self._reader.named({*self._iris, *behind})

    @cached_property
    def units(self) -> Mapping[str, Named]:
        """The units of the claims, by the ids that cards have."""
        return self._reader.units({card.unit for card in self.claims.values()})

    @cached_property
    def sources(self) -> Mapping[str, SourceCard]:
        """The documents, by IRI."""
        return self._reader.sources(i for i in self._iris if self._slug(i).startswith("src-"))

    @cached_property
    def _kinds(self) -> Mapping[str, Named]:
        """A labelled type of each thing that has no label itself."""
        unsure = (iri for iri in self._iris if self._slug(iri).startswith(_BARE))
        bare = sorted(iri for iri in unsure if self.names[iri].en == self._slug(iri))
        if not bare:
            return {}
        rows = list(
            self._reader.rows(f"SELECT ?x ?type {{ VALUES ?x {{ {values(bare)} }} ?x a ?type }}")
        )
        types = self._reader.named(row["type"] for row in rows)
        known = [(row["x"], n) for row in rows if (n := types[row["type"]]).en != n.id]
        return dict(sorted(known, key=lambda one: one[1].id.startswith("jsip:")))  # own types win

    @cached_property
    def japanese(self) -> Mapping[str, str]:
        """Reasons and notes in Japanese, by their English; those that have one of each."""
        found: dict[str, set[str]] = defaultdict(set)
        wanted = values(sorted(iri for iri in self._iris if iri.startswith("http")))
        for row in self._reader.rows(_REASONS.format(wanted)):
            found[row["en"]].add(row["ja"])
        return {en: ja.pop() for en, ja in found.items() if len(ja) == 1}

    def _slug(self, iri: str) -> str:
        return self._reader.names.slug(iri)

    def cell(self, term: object, beside: frozenset[str] = frozenset()) -> Cell:
        """One term as a cell; `beside` has the IRIs of the row, which need not be said again."""
        if term is None:
            return Cell("")
        value = str(getattr(term, "value", term))
        if not isinstance(term, NamedNode):
            kind = getattr(getattr(term, "datatype", None), "value", "").rpartition("#")[2]
            if kind in NUMBERS:
                return number_cell(value)
            return self._free(term, value)
        if value in self.claims:
            return self._claim(self.claims[value], beside)
        if value in self.sources:
            text = self._said.source_title(self.sources[value])
            return self._named(text, page_of(self._slug(value)))
        return self._thing(value)

    def _free(self, term: object, value: str) -> Cell:
        """A text; a reason or note of the editors in the page's language where they wrote it."""
        language = spoken(term, self._said.lang)
        if language == "en" and len(value) > _SHORT and value in self.japanese:
            return Cell(self.japanese[value])
        return Cell(value, language=language)

    def _thing(self, iri: str) -> Cell:
        slug, name = self._slug(iri), self.names[iri]
        if name.en == slug and (":" in slug or slug.startswith(_BARE)):
            return Cell(self._unnamed(iri, slug), page_of(slug) or address(iri))
        where = page_of(slug) or ("" if ":" in slug else f"/entity/{quote(slug)}")
        return self._named(getattr(name, self._said.lang), where or address(iri))

    def _unnamed(self, iri: str, slug: str) -> str:
        """The words for a term of another vocabulary; else the type, with the number of the id."""
        kind, last = self._kinds.get(iri), _LAST.search(slug)
        known = term_words(slug, self._said.lang)
        if known or kind is None:
            return known or slug
        return f"{getattr(kind, self._said.lang)}{f' {last[1]}' if last else ''}"

    def _named(self, text: str, where: str) -> Cell:
        return Cell(text, where, language=other_than(self._said.lang, language_of(text)))

    def _claim(self, claim: ClaimCard, beside: frozenset[str]) -> Cell:
        text, where = self.statement(claim, beside), page_of(claim.id)
        is_free = not (claim.object or claim.unit or is_when(claim.value))
        foreign = other_than(self._said.lang, language_of(claim.value)) if is_free else ""
        return Cell(text, where, claim.id, language=foreign)

    def statement(self, claim: ClaimCard, beside: frozenset[str]) -> str:
        """What a claim says and who says so; what stands beside it in the row is left out."""
        lang = self._said.lang
        when = claim.period or claim.fiscal_period
        says = bare_words(claim) if when and when.iri in beside else in_words(claim)
        words = getattr(says, lang)
        if is_when(claim.value) and not claim.unit:
            words = words.replace(claim.value, self._said.day(claim.value))
        of = [claim.subject] if claim.subject.iri not in beside else []
        if claim.predicate.local not in PLAIN and claim.predicate.iri not in beside:
            of.append(claim.predicate)
        about = self._said.t("list-comma").join(getattr(name, lang) for name in of)
        who = getattr(claim.asserter, lang)
        key = "claim-says-of" if about else "claim-says"
        return self._said.t(key, of=about, what=words, who=who)

    def claim_of(self, value: str, iris: Iterable[str], unit: str = "") -> ClaimCard | None:
        """The first of some claims whose figure is that number, in that unit if one is given."""
        for iri in iris:
            claim = self.claims.get(iri)
            if claim and claim.unit and unit in ("", claim.unit) and _equal(claim.value, value):
                return claim
        return None


def _equal(one: str, other: str) -> bool:
    return bool(number(one) and number(other)) and Decimal(one) == Decimal(other)

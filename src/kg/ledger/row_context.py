"""What the readers of single tables share: the known ids, and how a cell is checked."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from kg.core.errors import nearest
from kg.core.model import Claim, Entity, Period, Ref, Source, Text
from kg.core.names import SLUG
from kg.core.problems import Problem
from kg.ledger.base_graph import BaseGraph
from kg.ledger.tables import Row
from kg.ledger.vocabulary import Vocabulary
from kg.text.periods import fault_of_period, is_period, mint_period


@dataclass
class RowContext:
    """What the readers of single tables share: known slugs, and where each row stands."""

    vocabulary: Vocabulary
    problems: list[Problem]
    places: dict[str, str] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    claim_sources: dict[str, str] = field(default_factory=dict)
    periods: dict[str, Period] = field(default_factory=dict)
    agents: dict[str, str] = field(default_factory=dict)  # kind of each that is declared
    names_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    cues_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    dimensions: dict[str, tuple[tuple[str, Ref], ...]] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    doubts: list[Problem] = field(default_factory=list)  # warnings: nothing is refused for them

    @classmethod
    def over(cls, ground: BaseGraph, vocabulary: Vocabulary, problems: list[Problem]) -> Self:
        """One that knows what the ground holds; each id of it is taken."""
        context = cls(
            vocabulary,
            problems,
            places=dict(ground.places),
            sources={source.slug: source for source in ground.sources},
            claim_sources={claim.slug: claim.source for claim in ground.claims},
            agents={agent.slug: agent.kind for agent in ground.agents},
            claims={claim.slug: claim for claim in ground.claims},
        )
        for entity in ground.entities:
            context.know(entity)
        return context

    def know(self, entity: Entity) -> None:
        """Notes class, names and dimensions of an entity; a person also goes by the last name."""
        self.classes[entity.slug] = entity.cls
        names = [*entity.labels, *entity.alt_labels, *entity.hidden_labels]
        family = _family_names(entity) if self.vocabulary.is_a(entity.cls, "Person") else ()
        self.names_of[entity.slug] = (*(name.value for name in names), *family)
        self.cues_of[entity.slug] = tuple(cue.value for cue in entity.cues)
        self.dimensions[entity.slug] = entity.dimensions

    def fault(self, where: str, what: str, rule: str = "") -> None:
        """Notes a problem of a row."""
        self.problems.append(Problem(where, what, rule))

    def doubt(self, where: str, what: str, rule: str) -> None:
        """Notes what a reader should look at again; the row is taken all the same."""
        self.doubts.append(Problem(where, what, rule, "Warning"))

    def japanese(self, where: str, cells: Mapping[str, Any], name: str) -> str:
        """The words of `{name}_ja`, which say in Japanese what `{name}` says in English."""
        words = str(cells.get(f"{name}_ja", ""))
        if words and not cells.get(name):
            self.fault(where, f"{name}_ja: there is no {name} that it says in Japanese", "S42")
        return words

    def japanese_object(self, where: str, cells: Mapping[str, Any], value: object) -> str:
        """The Japanese of an object that is an English text; other objects have labels or none."""
        words = self.japanese(where, cells, "object")
        if words and not (isinstance(value, Text) and value.lang == "en"):
            self.fault(where, "object_ja: only an English text has Japanese words", "S42")
        return words

    def issue(self, where: str, slug: str, form: str = "") -> bool:
        """Registers an id; refuses a malformed or a second one (ids share one flat space).

        A form such as `c-gate-nnn` ends in as many digits as it has n, or more; `*` is anything.
        """
        if not SLUG.fullmatch(slug) or not 3 <= len(slug) <= 60:
            self.fault(where, f"id {slug!r} must be 3-60 characters of a-z, 0-9 and single hyphens")
        elif form and not _has_form(slug, form):
            self.fault(where, f"id {slug!r} must have the form {form}")
        elif slug in self.places:
            self.fault(where, f"id {slug!r} is already given at {self.places[slug]}")
        else:
            self.places[slug] = where
            return True
        return False

    def period(self, where: str, slug: str) -> str:
        """The slug of a period, minted on first use."""
        if slug and slug not in self.periods:
            period = mint_period(slug)
            if period is None:
                self.fault(where, fault_of_period(slug), "S09")
                return ""
            self.periods[slug] = period
            self.classes[slug] = period.cls
            self.places.setdefault(slug, where)
        return slug

    def entity(self, where: str, slug: str, column: str, wanted: str = "") -> str:
        """A known entity's slug, of class `wanted` where given."""
        if is_period(slug):
            slug = self.period(where, slug)
        if not slug:
            return ""
        if slug not in self.classes:
            self.fault(
                where, f"{column}: no entity is called {slug!r}{nearest(slug, self.classes)}"
            )
            return ""
        if wanted and not self.vocabulary.is_a(self.classes[slug], wanted):
            self.fault(where, f"{column}: {slug!r} is a {self.classes[slug]}, not a {wanted}")
        return slug

    def agent(self, where: str, slug: str, column: str) -> str:
        """A known person's or organisation's slug."""
        found = self.entity(where, slug, column)
        cls = self.classes.get(found, "")
        if found and not any(self.vocabulary.is_a(cls, c) for c in ("Person", "Organisation")):
            self.fault(where, f"{column}: {slug!r} is a {cls}, not a Person or Organisation", "S04")
        return found

    def concept(self, where: str, notation: str, scheme: str, column: str) -> str:
        """A notation of one scheme."""
        known = self.vocabulary.concepts.get(scheme, {})
        if notation not in known:
            self.fault(
                where,
                f"{column}: {notation!r} is not in scheme {scheme}{nearest(notation, known)}",
                "S05",
            )
        return notation

    def individual(self, where: str, name: str, cls: str, column: str) -> str:
        """A local name of a software-only enumeration."""
        known = self.vocabulary.individuals.get(cls, frozenset())
        if name not in known:
            self.fault(
                where,
                f"{column}: {name!r} is not one of {', '.join(sorted(known))}",
                "S05",
            )
        return name

    def known(self, where: str, slug: str, known: Iterable[str], column: str) -> str:
        """One of the given ids; a row refused already is not reported again by its namers."""
        known = list(known)
        if slug not in known and not self._is_refused(slug):
            self.fault(where, f"{column}: no {column} is called {slug!r}{nearest(slug, known)}")
        return slug

    def _is_refused(self, slug: str) -> bool:
        """True for the id of a claim or source row that has a problem of its own."""
        is_row = slug.startswith(("c-", "src-")) and slug in self.places
        return is_row and slug not in self.sources and slug not in self.claim_sources

    def day(self, where: str, text: str, column: str) -> str:
        """An ISO 8601 day, or empty."""
        if text and not is_day(text):
            self.fault(where, f"{column}: {text!r} is no date; write YYYY-MM-DD")
        return text

    def required(self, row: Row, *columns: str) -> bool:
        """False, with a problem for each, where a cell is empty."""
        empty = [column for column in columns if not row[column]]
        for column in empty:
            self.fault(row.where, f"{column} is empty")
        return not empty


def _family_names(entity: Entity) -> tuple[str, ...]:
    """By which people are called: the last word in English, two characters of a kanji name."""
    given = {label.lang: label.value for label in entity.labels}
    kanji = given.get("ja", "")
    named = re.fullmatch("[一-鿿]{4,}", kanji)
    return (*given.get("en", "").split()[-1:], *((kanji[:2],) if named else ()))


def _has_form(slug: str, form: str) -> bool:
    stem = form.rstrip("n*")
    digits = len(form) - len(stem)
    rest = ".+" if form.endswith("*") else rf"\d{{{digits},}}"
    return bool(re.fullmatch(re.escape(stem) + rest, slug))


def is_day(text: str) -> bool:
    """True for a day that exists, as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False

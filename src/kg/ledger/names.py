"""What a name means, by exact slug, label or alias; letters' case and width do not matter.

Nothing is guessed: a name of two things, or of none, is refused with the nearest.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property, partial

from kg.core.errors import nearest
from kg.core.model import Entity
from kg.ledger.vocabulary import Property, Vocabulary


class Unmapped(Exception):
    """A cell that cannot be mapped; the text says why, for the report of an import."""


def folded(name: str) -> str:
    """A name without the differences of case, width and spacing.

    >>> folded(" ＡＩ  Basic plan")
    'ai basic plan'
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


class NameBook:
    """Slugs by their exact names."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self._slugs: dict[str, set[str]] = defaultdict(set)
        self._near: dict[str, str] = {}
        for name, slug in names:
            self._slugs[folded(name)].add(slug)

    def find(self, name: str) -> set[str]:
        """Everything that is called so."""
        return self._slugs.get(folded(name), set())

    def one(self, name: str, kind: str) -> str:
        """The one thing that is called so; raises Unmapped."""
        found = sorted(self.find(name))
        if len(found) == 1:
            return found[0]
        if found:
            raise Unmapped(f"{name!r} is a name of {' and '.join(found)}; write one of these")
        raise Unmapped(f"no {kind} is called {name!r}{self.near(name)}")

    def near(self, name: str) -> str:
        """A hint at the thing with the nearest name."""
        if name not in self._near:
            found = get_close_matches(folded(name), self._slugs, n=1, cutoff=0.5)
            slugs = sorted(self._slugs[found[0]]) if found else []
            self._near[name] = f"; nearest: {' or '.join(slugs)}" if slugs else ""
        return self._near[name]


class Naming:
    """The names of entities, properties and concepts that cells of an import may use."""

    def __init__(self, entities: Iterable[Entity], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._entities = {entity.slug: entity for entity in entities}
        self._schemes: dict[tuple[str, ...], NameBook] = {}

    @cached_property
    def _named(self) -> NameBook:
        return NameBook(
            (text.value, entity.slug)
            for entity in self._entities.values()
            for text in (*entity.labels, *entity.alt_labels)
        )

    @cached_property
    def _misrendered(self) -> NameBook:
        return NameBook(
            (text.value, entity.slug)
            for entity in self._entities.values()
            for text in entity.hidden_labels
        )

    @cached_property
    def _properties(self) -> NameBook:
        labels = self._vocabulary.labels
        return NameBook(
            (name, slug)
            for slug, prop in self._vocabulary.properties.items()
            for name in (slug, *labels.get(prop.iri, ()))
        )

    @cached_property
    def _units(self) -> NameBook:
        known = {code: f"cur:{code}" for code in self._vocabulary.currencies}
        iris: Mapping[str, str] = {c: self._vocabulary.names.iri(name) for c, name in known.items()}
        return NameBook(
            (name, notation)
            for notation, iri in {**self._vocabulary.concepts.get("unit", {}), **iris}.items()
            for name in (notation, *self._vocabulary.labels.get(iri, ()))
        )

    def entity(self, name: str) -> str:
        """The slug of an entity; one that was merged into another is refused by its new name."""
        slug = name if name in self._entities else ""
        if not slug and not self._named.find(name) and (wrong := self._misrendered.find(name)):
            raise Unmapped(f"{name!r} is a misrendered name of {' or '.join(sorted(wrong))}")
        slug = slug or self._named.one(name, "entity")
        if new := self._entities[slug].replaced_by:
            raise Unmapped(f"{slug} was merged into {new}; write that")
        return slug

    def predicate(self, name: str) -> str:
        """A claimable property by its slug or its label, never by likeness."""
        if name in self._vocabulary.properties:
            return name
        return self._properties.one(name, "claimable property")

    def unit(self, name: str) -> str:
        """A currency's code or a unit's notation."""
        return self._units.one(name, "unit")

    def concept(self, name: str, schemes: Iterable[str]) -> str:
        """`scheme/notation` of a concept in one of the schemes; raises Unmapped."""
        wanted = tuple(sorted(schemes))
        scheme, slash, notation = name.partition("/")
        if slash and scheme in wanted and notation in self._vocabulary.concepts.get(scheme, {}):
            return name
        if wanted not in self._schemes:
            self._schemes[wanted] = self._book(wanted)
        kind = f"concept of {' or '.join(wanted)}" if wanted else "concept"
        return self._schemes[wanted].one(name, kind)

    def _book(self, schemes: Iterable[str]) -> NameBook:
        return NameBook(
            (name, f"{scheme}/{notation}")
            for scheme in schemes
            for notation, iri in self._vocabulary.concepts.get(scheme, {}).items()
            for name in (notation, *self._vocabulary.labels.get(iri, ()))
        )

    def subject(self, name: str, prop: Property) -> str:
        """An entity, or a concept of a scheme of which the property is said."""
        schemes = [c.partition("/")[2] for c in prop.domain if c.startswith("scheme/")]
        if "owl:Thing" in prop.domain:
            schemes = list(self._vocabulary.concepts)
        return self._either(name, schemes)

    def object(self, name: str, prop: Property) -> str:
        """An entity or a concept that the property takes."""
        if "EntityValue" in prop.kinds:
            return self._either(name, prop.schemes)
        return self.concept(name, prop.schemes)

    def _either(self, name: str, schemes: Sequence[str]) -> str:
        found, why = [], []
        looks: list[Callable[[str], str]]
        looks = [self.entity, partial(self.concept, schemes=schemes)] if schemes else [self.entity]
        for look in looks:
            try:
                found.append(look(name))
            except Unmapped as error:
                why.append(str(error))
        if len(found) > 1:
            raise Unmapped(f"{name!r} is a name of {' and '.join(found)}; write one of these")
        if not found:
            raise Unmapped(next((text for text in why if "; nearest" in text), why[0]))
        return found[0]


def exact(name: str, known: Iterable[str], kind: str) -> str:
    """One of a closed list, as written."""
    known = list(known)
    if name not in known:
        raise Unmapped(f"{name!r} is no {kind}{nearest(name, known)}")
    return name

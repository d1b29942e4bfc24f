"""An entity as a card: what it is called, what is claimed about it, what points to it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from kg.core.errors import UnknownName
from kg.views.record.advice import Advice, advise, not_comparable
from kg.views.record.cards import ClaimCard, Named
from kg.views.record.claims import Reader
from kg.views.record.conflicts import Conflict, conflicts
from kg.views.record.sentences import Sentence

RANKS = ("Preferred", "Normal", "Deprecated")


@dataclass(frozen=True, slots=True)
class Group:
    """The claims of one property, best first, with advice on which to print."""

    predicate: Named
    claims: tuple[ClaimCard, ...]
    advice: Advice

    @property
    def needs_advice(self) -> bool:
        """True for figures, dates and silences, and wherever claims differ."""
        figures = {"MonetaryClaim", "QuantityClaim", "DateClaim", "AbsenceNote"}
        return any(c.cls in figures for c in self.claims) or len({c.value for c in self.claims}) > 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """What sets the figures of one property apart that answer different questions."""

    predicate: Named
    warnings: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class EntityCard:
    """Everything that is said of an entity or concept.

    `looked_until` is the day to which the editors read sources on it; `by_editors` names what they
    gave themselves: the name in a language, or the reading. `notes` are in English, `notes_ja` say
    all of them in Japanese; it is empty where one has no Japanese.
    """

    entity: Named
    type: Named
    names: tuple[str, ...]
    links: tuple[str, ...]
    notes: tuple[str, ...]
    looked_until: str
    by_editors: tuple[str, ...]
    groups: tuple[Group, ...]
    comparisons: tuple[Comparison, ...]
    incoming: tuple[ClaimCard, ...]
    notes_ja: tuple[str, ...] = ()


def entity_card(reader: Reader, iri: str) -> EntityCard:
    """The card of an entity or concept; raises UnknownName where nothing is said of the IRI."""
    facts = list(reader.rows(_FACTS.format(iri=iri)))
    by = {kind: tuple(sorted(r["value"] for r in facts if r["kind"] == kind)) for kind in _KINDS}
    if not by["type"]:
        raise UnknownName("entity", reader.names.slug(iri), known_entities(reader))
    claims = reader.claims(f"VALUES ?s {{ <{iri}> }} ?claim rdf:subject ?s .")
    incoming = reader.claims(f"VALUES ?o {{ <{iri}> }} ?claim rdf:object ?o .")
    names = reader.named([iri, by["type"][0]])
    groups = grouped(claims, conflicts(reader, about=iri))
    return EntityCard(
        entity=names[iri],
        type=names[by["type"][0]],
        names=by["name"],
        links=by["link"],
        notes=by["note"],
        looked_until=next(iter(by["looked"]), ""),
        by_editors=by["editors"],
        groups=groups,
        comparisons=tuple(_comparisons(groups)),
        incoming=tuple(c for c in incoming if not c.is_rejected),
        notes_ja=by["note ja"] if len(by["note ja"]) == len(by["note"]) else (),
    )


def grouped(claims: Iterable[ClaimCard], disputes: Sequence[Conflict] = ()) -> tuple[Group, ...]:
    """Claims by property and question: those under one comparison key answer one question.

    `disputes` are the open conflicts that some of the claims are part of.
    """
    ordered = sorted(claims, key=lambda c: (*_question(c), _place(c.rank), c.id))
    groups = ((key, tuple(members)) for key, members in groupby(ordered, key=_question))
    return tuple(
        Group(predicate, cards, advise(cards, disputes)) for (predicate, _), cards in groups
    )


def _place(rank: str) -> int:
    return RANKS.index(rank) if rank in RANKS else len(RANKS)


def _comparisons(groups: Iterable[Group]) -> Iterator[Comparison]:
    for predicate, members in groupby(groups, key=lambda group: group.predicate):
        questions = [[c for c in g.claims if c.unit and not c.is_rejected] for g in members]
        figures = [claim for claims in questions for claim in claims]
        warnings = tuple(not_comparable(figures))
        if warnings and sum(map(bool, questions)) > 1:
            yield Comparison(predicate, warnings)


def _question(claim: ClaimCard) -> tuple[Named, str]:
    """A silence has no key; it answers the question of its subject and property."""
    return claim.predicate, claim.key or f"{claim.subject.id}|{claim.predicate.local}"


def is_entity(reader: Reader, iri: str) -> bool:
    """True for an entity or concept; for one IRI much quicker than `known_entities`."""
    return any(reader.rows(f"SELECT ?x WHERE {{ VALUES ?x {{ <{iri}> }} {_KNOWN} }} LIMIT 1"))


def known_entities(reader: Reader) -> list[str]:
    """Slugs of everything with a label, to name the nearest to a misspelt one."""
    rows = reader.rows(f"SELECT DISTINCT ?x WHERE {{ {_KNOWN} }}")
    return [reader.names.slug(row["x"]) for row in rows]


def known_names(reader: Reader, kind: str, name: str) -> list[str]:
    """What lies at BASE's `/{kind}/` and begins as a misspelt name does, to name the nearest."""
    home = f"{reader.names.base}{kind}/"
    rows = reader.rows(
        f'SELECT DISTINCT ?x WHERE {{ ?x ?p ?o FILTER(STRSTARTS(STR(?x), "{home}{name[:_BEGIN]}")) '
        f"}} ORDER BY ?x LIMIT {_MOST_NAMES}"
    )
    found = [row["x"].removeprefix(home) for row in rows]
    if found or not name:
        return found
    return known_entities(reader) if kind == "id" else known_names(reader, kind, "")


_BEGIN, _MOST_NAMES = 3, 2000
_KNOWN = "{ GRAPH g:entities { ?x rdfs:label ?l } } UNION { ?x skos:inScheme ?scheme }"
_KINDS = ("type", "name", "link", "note", "note ja", "looked", "editors")
_FACTS = """SELECT ?kind ?value WHERE {{
  {{ GRAPH g:entities {{ <{iri}> a ?value }} BIND("type" AS ?kind) }}
  UNION {{ <{iri}> skos:inScheme ?value BIND("type" AS ?kind) }}
  UNION {{ <{iri}> jsip:lookedUntil ?value BIND("looked" AS ?kind) }}
  UNION {{ <{iri}> jsip:labelByEditors ?value BIND("editors" AS ?kind) }}
  UNION {{ <{iri}> skos:altLabel ?value BIND("name" AS ?kind) }}
  UNION {{ <{iri}> schema:sameAs ?value BIND("link" AS ?kind) }}
  UNION {{ <{iri}> dct:identifier ?value BIND("link" AS ?kind) }}
  UNION {{ GRAPH g:entities {{ <{iri}> skos:editorialNote ?value }}
    BIND(IF(COALESCE(LANG(?value), "") = "ja", "note ja", "note") AS ?kind) }}
}}"""

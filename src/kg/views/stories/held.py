"""Holds stories against the record: every id exists, every printed figure is a named claim's.

A sum, share or count in the words of a step must be the value of one of its claims, as it is
rounded there, or stand in the name of what a claim is about. A date, an age or a length of time
must stand in what the claims say of themselves: their days and periods, names, passages. The title
and summary of a story may print what any of its steps may.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from kg.core.errors import UnknownName
from kg.core.names import SLUG
from kg.core.problems import Problem
from kg.text.figures import Quantity, find_quantities, rounding
from kg.views.figures.series_card import series_card
from kg.views.queries.questions import questions
from kg.views.record.cards import ClaimCard
from kg.views.record.claims import Reader, values
from kg.views.record.conflicts import conflicts
from kg.views.record.entity import is_entity
from kg.views.record.sentences import Sentence
from kg.views.stories.model import Step, Story

_RULE = "S43"
_WORDED = ("date", "age", "duration")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
Cards = Mapping[str, ClaimCard]


def story_problems(reader: Reader, stories: Iterable[Story]) -> list[Problem]:
    """What stories name or print that the record does not hold, at `file:line`, sorted."""
    stories = list(stories)
    if not stories:
        return []
    cards = claim_cards(reader, (id for story in stories for id in story.claims))
    known = {conflict.id for conflict in conflicts(reader)}
    found: list[Problem] = []
    for story in stories:
        for step in story.steps:
            found += _named(reader, step, cards, known)
            found += _printed(step.heading, "heading", step.places, _cards(step.claims, cards))
            allowed = _cards((*step.claims, *step.rejected), cards)
            found += _printed(step.text, "text", step.places, allowed)
        every = _cards(story.claims, cards)
        found += _printed(story.title, "title", story.places, every)
        found += _printed(story.summary, "summary", story.places, every)
    return sorted(set(found))


def claim_cards(reader: Reader, ids: Iterable[str]) -> Cards:
    """The claims of some ids, by id; those that do not exist are left out."""
    wanted = sorted({reader.names.id(id) for id in ids if SLUG.fullmatch(id)})
    if not wanted:
        return {}
    return {c.id: c for c in reader.claims(f"VALUES ?claim {{ {values(wanted)} }}")}


def _cards(ids: Iterable[str], cards: Cards) -> list[ClaimCard]:
    return [cards[id] for id in ids if id in cards]


def _named(reader: Reader, step: Step, cards: Cards, known: set[str]) -> Iterator[Problem]:
    """Ids that name nothing, and claims that stand under the wrong key."""
    for key, ids in (("claims", step.claims), ("rejected", step.rejected)):
        for id in ids:
            if id not in cards:
                yield Problem(step.places[key], f"no claim is called {id!r}", _RULE)
            elif cards[id].is_rejected != (key == "rejected"):
                other = "claims" if key == "rejected" else "rejected"
                review = cards[id].review.local
                yield Problem(step.places[key], f"{id} is {review}; name it in {other}", _RULE)
    checks: Sequence[tuple[str, str, Callable[[str], bool]]] = (
        ("conflict", step.conflict, known.__contains__),
        ("series", step.series, lambda slug: _is_series(reader, slug)),
        ("picture", step.picture, lambda slug: _is_entity(reader, slug)),
        ("query", step.query, questions().__contains__),
    )
    for key, id, exists in checks:
        if id and not exists(id):
            yield Problem(step.places[key], f"no {key} is called {id!r}", _RULE)


def picture_of(reader: Reader, slug: str) -> str:
    """The IRI of an entity, or of a concept as `scheme/notation`."""
    scheme, _, notation = slug.partition("/")
    return reader.names.concept(scheme, notation) if notation else reader.names.id(slug)


def _is_entity(reader: Reader, slug: str) -> bool:
    parts = slug.split("/")
    is_slug = len(parts) <= 2 and all(SLUG.fullmatch(part) for part in parts)
    return is_slug and is_entity(reader, picture_of(reader, slug))


def _is_series(reader: Reader, slug: str) -> bool:
    if not SLUG.fullmatch(slug):
        return False
    try:
        series_card(reader, reader.names.id(slug))
    except UnknownName:
        return False
    return True


def _printed(
    said: Sentence, key: str, places: Mapping[str, str], claims: Sequence[ClaimCard]
) -> Iterator[Problem]:
    """The figures of the text under a key that no claim holds."""
    words = list(_words(claims))
    worded = {_key(q) for text in words for q in find_quantities(text) if q.kind in _WORDED}
    worded |= {_key(q) for text in _names(claims) for q in find_quantities(text)}
    years = {year for text in words for year in _YEAR.findall(text)}
    for lang, text in (("en", said.en), ("ja", said.ja)):
        for one in find_quantities(text, lang=lang):
            if not (_is_value(one, claims) or _is_worded(one, worded, years)):
                what = f"{one.surface!r} ({lang}) is the value of none of the claims named here"
                yield Problem(places[f"{key}-{lang}"], what, _RULE)


def _names(claims: Iterable[ClaimCard]) -> Iterator[str]:
    """What claims are about: the name of a series may hold a limit, such as 200,000 yen."""
    for claim in claims:
        yield from (claim.subject.en, claim.subject.ja)


def _words(claims: Iterable[ClaimCard]) -> Iterator[str]:
    """What claims say of themselves in words."""
    for claim in claims:
        about = [claim.subject, claim.period, claim.fiscal_period, claim.object, *claim.about]
        for named in about:
            if named:
                yield from (named.en, named.ja)
        yield claim.asserted_on
        yield claim.value if claim.cls == "DateClaim" else ""
        for passage in claim.passages:
            yield from (passage.quote, passage.source.issued)


def _key(one: Quantity) -> tuple[object, ...]:
    return (one.kind, one.value, one.unit)


def _is_worded(one: Quantity, worded: set[tuple[object, ...]], years: set[str]) -> bool:
    """A date, age or length that the claims name; of a date its years are enough."""
    if one.kind == "date":
        named = set(_YEAR.findall(str(one.value)))
        return bool(named) and named <= years
    return _key(one) in worded


def _is_value(one: Quantity, claims: Iterable[ClaimCard]) -> bool:
    """True where a claim of that unit has the value within the rounding of the printed digits."""
    if isinstance(one.value, str):
        return False
    room = rounding(one) or Decimal(0)
    return any(
        abs(Decimal(end) - one.value) <= room
        for claim in claims
        if claim.unit and _fits(one, claim.unit)
        for end in (claim.value, *claim.ends)
        if end
    )


def _fits(one: Quantity, unit: str) -> bool:
    """True where a claim's unit is what the text counts in; a count may name anything."""
    own = unit.partition(":")[2] or unit.partition("/")[2]
    if one.kind == "money" or unit.startswith("cur:"):
        return one.unit == own
    return (
        one.kind == "count"
        or (one.unit or "") in (own, own.removesuffix("s"))
        or (bool(one.unit) and own.startswith(f"{one.unit}"))
    )

"""What the passages of a claim hold of it: columns `supports` and `period_basis`, confidence.

An editor says which parts a phrase holds; value and period are checked against its words; where
none of them names subject or asserter, that is a warning. `judged` gives the parts by words alone,
for rows that nobody has judged.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from kg.core.model import Claim, Evidence, Ref, Text, Typed
from kg.ledger.row_context import RowContext
from kg.ledger.tables import Row
from kg.text.bounds import canonical, parse_number
from kg.text.period_words import names_period
from kg.text.periods import is_period, mint_period
from kg.text.support import (
    ASSERTER,
    PARTS,
    PERIOD,
    SUBJECT,
    VALUE,
    Wanted,
    gives_value,
    holds_any,
    supported,
    telling_words,
)

INFERRED, STATED = "inferred", "stated"
WITHOUT_VALUE = "without the value"  # how a note says that a phrase is kept all the same
_OWN = "AuthorVoice"
_SILENCE = "AbsenceNote"


def read_period_basis(row: Row, context: RowContext) -> str:
    """How the period of a claim is known: stated has to stand there, inferred says from what."""
    slug, basis, where = row["period"], row["period_basis"], row.where
    period = mint_period(slug) if slug else None
    if slug and period is None:
        return basis  # refused already
    if period is None or basis not in (STATED, INFERRED):
        if slug or basis:
            what = "period_basis: give stated or inferred exactly where there is a period"
            context.fault(where, what, "S09")
    elif basis == STATED and not says_period(row, context):
        context.fault(
            where,
            f"period_basis: stated, but neither phrase nor note nor title of the source prints "
            f"{period.labels[0].value} ({period.labels[1].value}); correct the period, or write "
            "inferred and note from what",
            "S09",
        )
    elif basis == INFERRED and PERIOD not in row["note"].casefold():
        what = "period_basis: inferred needs a note that says from what the period is known"
        context.fault(where, what, "S09")
    return basis


def says_period(row: Row, context: RowContext) -> bool:
    """True where phrase, note or title of the source print the period of a row."""
    source = context.sources.get(row["source"])
    title = source.title.value if source and source.title else ""
    return any(names_period(row["period"], text) for text in (row["quote"], row["note"], title))


def read_supports(row: Row, slug: str, context: RowContext) -> tuple[str, ...]:
    """The parts that a phrase is said to hold; value and period have to stand in its words."""
    where = row.where
    parts = [
        context.concept(where, part, "passage-support", "supports") for part in row.list("supports")
    ]
    claim = context.claims.get(slug)
    if claim is None or not row["quote"]:
        return ()
    sought = wanted(claim, row["source"], context)
    is_number = claim.quantity is not None
    if is_number and VALUE in parts and not gives_value(row["quote"], sought):
        what = f"supports: the phrase does not hold the value, {row['quote']!r}"
        context.fault(where, f"{what}; quote the words that do, or leave out `value`", "S33")
    adds_subject = bool(row["evidence_id"]) and SUBJECT in parts  # beside the phrase that prints it
    if is_number and VALUE not in parts and not adds_subject and WITHOUT_VALUE not in claim.note:
        what = "supports: a phrase without the number is no evidence for it"
        context.fault(where, f"{what}; quote it, or note that the phrase is {WITHOUT_VALUE}", "S33")
    if PERIOD in parts and not (claim.period and names_period(claim.period, row["quote"])):
        context.fault(where, "supports: the phrase does not print the period of the claim", "S33")
    unnamed = {SUBJECT, ASSERTER}.intersection(parts).difference(supported(row["quote"], sought))
    if holds_any(row["quote"], context.cues_of.get(claim.subject.name.removeprefix("id:"), ())):
        unnamed.discard(SUBJECT)  # other words by which texts speak of it
    for part in sorted(unnamed):
        what = f"supports: no name of the {part} stands in the phrase, {row['quote']!r}"
        context.doubt(where, f"{what}; leave out `{part}`, if it is not said there", "S33")
    return tuple(part for part in PARTS if part in parts)


def capped(
    claims: Iterable[Claim], evidence: Iterable[Evidence], caps: Mapping[str, Decimal]
) -> list[Claim]:
    """The claims, their confidence no higher than their passages together allow."""
    held: dict[str, set[str]] = defaultdict(set)
    for passage in evidence:
        held[passage.claim] |= set(passage.supports)
    return [_capped(claim, held[claim.slug], caps) for claim in claims]


def _capped(claim: Claim, held: set[str], caps: Mapping[str, Decimal]) -> Claim:
    given = parse_number(claim.confidence)
    if claim.cls == _SILENCE or given is None:
        return claim
    missing = {VALUE, SUBJECT, *([PERIOD] if claim.period else [])} - held
    most = [caps[part] for part in missing if part in caps]
    return replace(claim, confidence=canonical(min([given, *most])))


def judged(quote: str, claim: Claim, source: str, context: RowContext) -> tuple[str, ...]:
    """The parts of a claim that a phrase of a source holds by its words."""
    return supported(quote, wanted(claim, source, context))


def wanted(claim: Claim, source: str, context: RowContext) -> Wanted:
    """What a phrase has to hold to give each part of the claim."""
    value, quantity = claim.object, claim.quantity
    published = source in context.sources and (
        context.sources[source].publisher == claim.asserted_by
    )
    ends = (quantity.value, quantity.lower, quantity.upper) if quantity else ()
    return Wanted(
        numbers=_numbers(claim, *ends),
        value=(quantity.printed,) if quantity else _names(value, context),
        day=_day(value),
        restated=isinstance(value, Text),
        subject=_subject(claim.subject, context),
        period=claim.period,
        asserter=context.names_of.get(claim.asserted_by, ()),
        own_voice=claim.attribution == _OWN or published,
    )


def _numbers(claim: Claim, *ends: Decimal | None) -> frozenset[Decimal]:
    """The value, and the two ends that a range prints; other bounds are never printed."""
    ranged = claim.quantity is not None and claim.quantity.qualifier in (
        "range",
        "order-of-magnitude",
    )
    return frozenset(end for end in (ends if ranged else ends[:1]) if end is not None)


def _day(value: object) -> str:
    if isinstance(value, Typed) and value.datatype != "decimal":
        return value.value
    if isinstance(value, Ref) and is_period(slug := value.name.removeprefix("id:")):
        return slug.removeprefix("period-")
    return ""


def _names(value: object, context: RowContext) -> tuple[str, ...]:
    if not isinstance(value, Ref):
        return ()
    if value.name.startswith("id:"):
        return _entity(value.name.removeprefix("id:"), context)
    return telling_words(_concept(value, context))


def _concept(value: Ref, context: RowContext) -> tuple[str, ...]:
    scheme, _, notation = value.name.partition("/")
    iri = context.vocabulary.concepts.get(scheme, {}).get(notation, "")
    return context.vocabulary.labels.get(iri, ())


def _subject(subject: Ref, context: RowContext) -> tuple[str, ...]:
    """Names of an entity; of a series also the words of its indicator and industry."""
    slug = subject.name.removeprefix("id:")
    if slug == subject.name:
        return (*_concept(subject, context), *telling_words(_concept(subject, context)))
    dimensions = [
        name
        for dimension, concept in context.dimensions.get(slug, ())
        if dimension in ("indicator", "industry")
        for name in _concept(concept, context)
    ]
    return (*_entity(slug, context), *telling_words(dimensions))


def _entity(slug: str, context: RowContext) -> tuple[str, ...]:
    """Names of an entity; of what is no agent also the telling words in them."""
    names, cls = context.names_of.get(slug, ()), context.classes.get(slug, "")
    if any(context.vocabulary.is_a(cls, agent) for agent in ("Person", "Organisation")):
        return names
    return (*names, *telling_words(names))

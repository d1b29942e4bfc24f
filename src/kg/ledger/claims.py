"""A row of claims/*.csv to a Claim with its first evidence, interval and comparison key."""

import re
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from kg.core.errors import nearest
from kg.core.model import Claim, Evidence, Quantity, Ref, Text, Typed, Value
from kg.ledger.consistency import EDITORS
from kg.ledger.printed_units import check_words
from kg.ledger.quantities import read_quantity
from kg.ledger.row_context import RowContext, is_day
from kg.ledger.rows import passage
from kg.ledger.support import read_period_basis
from kg.ledger.tables import Row
from kg.ledger.vocabulary import Property
from kg.text.bounds import canonical, parse_number

ABSENT = "not-stated"
QUALIFIERS = ("area", "group", "scenario", "statistic")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_CONFIDENCE = re.compile(r"0(\.[0-9]+)?|1(\.0+)?")
_TEXT_LANG = "en"


def read_claim(row: Row, context: RowContext) -> tuple[Claim, Evidence] | None:
    """The claim of a row and the passage that the row brings."""
    claim = read_alone(row, context)
    return (claim, first_passage(row, claim, context)) if claim else None


def first_passage(row: Row, claim: Claim, context: RowContext) -> Evidence:
    """The passage that the row of a claim brings."""
    evidence = "e-" + claim.slug.removeprefix("c-")
    context.issue(row.where, evidence)
    return passage(row, evidence, claim.slug, context)


def read_alone(row: Row, context: RowContext) -> Claim | None:
    """The claim of a row without its passage."""
    where, source = row.where, row["source"].removeprefix("src-")
    context.claim_sources[row["claim_id"]] = row["source"]
    if row["source"] not in context.sources:
        context.known(where, row["source"], context.sources, "source")
        return None
    if not context.issue(where, row["claim_id"], f"c-{source}-nnn"):
        return None
    context.required(row, "subject", "predicate", "object")
    prop = _property(row, context)
    if prop is None:
        return None
    subject = _subject(row, prop, context)
    value = _object(row, prop, context)
    if subject is None or value is None:
        return None
    claim = _claim(row, subject, value, prop, context)
    check_words(row, claim, context)
    context.claims[claim.slug] = claim
    return claim


def _property(row: Row, context: RowContext) -> Property | None:
    known = context.vocabulary.properties
    if row["predicate"] not in known:
        context.fault(
            row.where,
            f"predicate: no claimable property is called {row['predicate']!r}"
            f"{nearest(row['predicate'], known)}",
            "S02",
        )
    return known.get(row["predicate"])


def _subject(row: Row, prop: Property, context: RowContext) -> Ref | None:
    """An entity's slug or `scheme/notation`, of a class or scheme in the property's domain."""
    cell, where = row["subject"], row.where
    scheme, slash, notation = cell.partition("/")
    if slash:
        context.concept(where, notation, scheme, "subject")
        fits = f"scheme/{scheme}" in prop.domain
        kind = f"concept of {scheme}"
    else:
        slug = context.entity(where, cell, "subject")
        if not slug:
            return None
        kind = context.classes[slug]
        fits = any(context.vocabulary.is_a(kind, c) for c in prop.domain)
        cell = f"id:{slug}"
    if not fits and "owl:Thing" not in prop.domain:
        context.fault(where, f"subject: {row['predicate']} is not said of a {kind}", "S02")
    return Ref(cell)


def _object(row: Row, prop: Property, context: RowContext) -> Value | None:
    """The value by the property's kind: number, date, concept, entity, text, or silence."""
    cell = row["object"]
    if "QuantityValue" in prop.kinds and (number := parse_number(cell)) is not None:
        return Typed(canonical(number), "decimal")
    if "DateValue" in prop.kinds and (typed := _dated(cell)) is not None:
        return typed
    if "ConceptValue" in prop.kinds and (concept := _concept(row, prop, context)) is not None:
        return concept
    if "EntityValue" in prop.kinds and (cell in context.classes or cell.startswith("period-")):
        return _entity(row, prop, context)
    if "TextValue" in prop.kinds:
        return Text(cell, _TEXT_LANG)
    _no_object(row, prop, context)
    return None


def _dated(cell: str) -> Typed | None:
    """A day, month or year: as precise as the source prints."""
    if is_day(cell):
        return Typed(cell, "date")
    if _MONTH.fullmatch(cell):
        return Typed(cell, "gYearMonth")
    return Typed(cell, "gYear") if re.fullmatch("[0-9]{4}", cell) else None


def _concept(row: Row, prop: Property, context: RowContext) -> Ref | None:
    """A concept of one of the property's schemes; `scheme/notation` where two would fit."""
    scheme, slash, notation = row["object"].partition("/")
    concepts = context.vocabulary.concepts
    if slash:
        fits = scheme in prop.schemes and notation in concepts.get(scheme, {})
        return Ref(row["object"]) if fits else None
    homes = [s for s in prop.schemes if row["object"] in concepts.get(s, {})]
    if len(homes) > 1:
        choices = " or ".join(f"{home}/{row['object']}" for home in homes)
        context.fault(row.where, f"object: {row['object']!r} is in two schemes; write {choices}")
    return Ref(f"{homes[0]}/{row['object']}") if homes else None


def _entity(row: Row, prop: Property, context: RowContext) -> Ref | None:
    slug = context.entity(row.where, row["object"], "object")
    cls = context.classes.get(slug, "")
    if slug and prop.range and not any(context.vocabulary.is_a(cls, c) for c in prop.range):
        context.fault(row.where, f"object: {row['predicate']} does not take a {cls}", "S02")
    return Ref(f"id:{slug}") if slug else None


def _no_object(row: Row, prop: Property, context: RowContext) -> None:
    """Says what the property would take, with the nearest valid name."""
    known = [n for s in prop.schemes for n in context.vocabulary.concepts.get(s, {})]
    if "EntityValue" in prop.kinds:
        known += context.classes
    kinds = " or ".join(sorted(kind.removesuffix("Value").lower() for kind in prop.kinds))
    schemes = f" (scheme {', '.join(prop.schemes)})" if prop.schemes else ""
    context.fault(
        row.where,
        f"object: {row['object']!r} is no {kinds}{schemes} that {row['predicate']} takes"
        f"{nearest(row['object'], known)}",
        "S02",
    )


def _claim(row: Row, subject: Ref, value: Value, prop: Property, context: RowContext) -> Claim:
    where, absent = row.where, is_silence(value)
    quantity, (start, end) = read_quantity(row, value, context), _tenure(row, context)
    _check_telling(row, absent, context)
    claim = Claim(
        slug=row["claim_id"],
        cls=_class(value, quantity),
        subject=subject,
        predicate=row["predicate"],
        object=value,
        key="",
        source=row["source"],
        status=context.concept(where, row["status"], "assertion-status", "status"),
        asserted_by=context.agent(where, row["asserted_by"], "asserted_by"),
        date_basis=context.individual(where, row["date_basis"], "DateBasis", "date_basis"),
        attribution=context.individual(where, row["attribution"], "AttributionType", "attribution"),
        confidence=row["confidence"],
        quantity=quantity,
        period=context.period(where, row["period"]),
        period_basis=read_period_basis(row, context),
        qualifiers=_qualifiers(row, context),
        start_date=start,
        end_date=end,
        asserted_on=context.day(where, row["asserted_on"], "asserted_on"),
        event=context.entity(where, row["event"], "event", "Event"),
        note=row["note"],
        note_ja=context.japanese(where, row.cells, "note"),
        object_ja=context.japanese_object(where, row.cells, value),
    )
    return claim if absent else replace(claim, key=comparison_key(claim, prop, context))


def _check_telling(row: Row, absent: bool, context: RowContext) -> None:
    """Who tells it, when, and how sure the reading is."""
    where = row.where
    context.required(row, "status", "asserted_by", "attribution", "date_basis", "confidence")
    if absent and row["asserted_by"] != EDITORS:
        context.fault(where, f"asserted_by: silence is found by {EDITORS}, nobody else", "S27")
    if not _CONFIDENCE.fullmatch(row["confidence"]):
        context.fault(where, f"confidence: {row['confidence']!r} is no number from 0 to 1")
    if bool(row["asserted_on"]) == (row["date_basis"] == "unknown"):
        context.fault(
            where, "asserted_on: give the date and its basis, or neither and `unknown`", "S04"
        )


def is_silence(value: Value) -> bool:
    """True where the object is a scheme's `not-stated`: an AbsenceNote."""
    return isinstance(value, Ref) and value.name.endswith(f"/{ABSENT}")


def _class(value: Value, quantity: Quantity | None) -> str:
    """The class of a claim, by the kind of its object (ontology.md §3.6)."""
    if quantity is not None:
        return "MonetaryClaim" if quantity.unit.startswith("cur:") else "QuantityClaim"
    if is_silence(value):
        return "AbsenceNote"
    if isinstance(value, Ref):
        return "RelationClaim"
    return "TextClaim" if isinstance(value, Text) else "DateClaim"


def _qualifiers(row: Row, context: RowContext) -> tuple[tuple[str, Ref], ...]:
    return tuple(
        (name, Ref(f"{name}/{context.concept(row.where, row[name], name, name)}"))
        for name in QUALIFIERS
        if row[name]
    )


def _tenure(row: Row, context: RowContext) -> tuple[Typed | None, Typed | None]:
    """First and last day, each as precise as the source; compared as far as both go."""
    for column in ("start_date", "end_date"):
        if row[column] and _dated(row[column]) is None:
            context.fault(
                row.where, f"{column}: {row[column]!r} is no date; write YYYY-MM-DD", "S23"
            )
    start, end = _dated(row["start_date"]), _dated(row["end_date"])
    if start and end and end.value[: len(start.value)] < start.value[: len(end.value)]:
        what = f"end_date: {end.value} lies before start_date {start.value}"
        context.fault(row.where, what, "S23")
    return start, end


def comparison_key(claim: Claim, prop: Property, context: RowContext) -> str:
    """Claims with equal keys answer one question and may conflict (ontology.md §4.3)."""
    subject = claim.subject.name.removeprefix("id:")
    cls = context.classes.get(subject, "")
    parts = [subject, claim.predicate]
    if cls == "Series":
        parts.append(context.vocabulary.modality.get(claim.status, ""))
    if claim.quantity is not None:
        parts.append(claim.quantity.unit.partition(":")[2] or claim.quantity.unit.partition("/")[2])
    if claim.period and not context.vocabulary.is_a(cls, "FiscalMeasure"):
        parts.append(f"period={claim.period}")
    parts += [f"{name}={ref.name.partition('/')[2]}" for name, ref in claim.qualifiers]
    if not prop.single_valued:
        parts.append(_object_key(claim.object))
    if prop.per_day and (day := claim.start_date.value if claim.start_date else claim.asserted_on):
        parts.append(f"day={day}")
    return "|".join(parts)


def _object_key(value: Value) -> str:
    if isinstance(value, Ref):
        return value.name.removeprefix("id:").partition("/")[2] or value.name.removeprefix("id:")
    return value.value


def check_duplicates(
    claims: Iterable[Claim], context: RowContext, known: Iterable[Claim] = ()
) -> None:
    """One proposition by one asserter is one claim with further evidence (ontology.md §0.4)."""
    seen = {content_key(claim): claim.slug for claim in known}
    for claim in claims:
        key = content_key(claim)
        if key in seen:
            context.fault(
                context.places[claim.slug],
                f"{claim.slug} says what {seen[key]} says; add its passage to evidence.csv instead",
            )
        seen.setdefault(key, claim.slug)


def content_key(claim: Claim) -> str:
    """A digest of everything that makes two claims one; never stored, so ids stay citable."""
    parts = (
        claim.subject,
        claim.predicate,
        claim.object,
        claim.quantity and (claim.quantity.unit, claim.quantity.qualifier),
        claim.period,
        claim.qualifiers,
        claim.start_date,
        claim.end_date,
        claim.status,
        claim.asserted_by,
        claim.asserted_on,
        claim.event,
    )
    return sha256(repr(parts).encode()).hexdigest()

"""Two records of one thing side by side: which of their fields differ."""

from collections.abc import Collection, Iterable

from kg.views.versions.changes import Pair, Value
from kg.views.versions.version import Fields, Record, Version

STANDING = ("jsip:reviewStatus", "jsip:rank", "jsip:reviewedIn", "jsip:confirmedBy")
_FOLLOWS = ("jsip:comparisonKey", "oa:hasSelector")  # from other fields, or from a name
_OF_THE_SOURCE = ("jsip:evidenceLevel", "jsip:inSnapshot")  # repeated on each passage
_NOTE = "skos:editorialNote"


def differing(
    old: Fields, new: Fields, left_out: Collection[str] = (), under: str = ""
) -> dict[str, Pair]:
    """What each field was and is, of those that differ; names stand below that of a part."""
    return {
        under + name: (value(old.get(name, ())), value(new.get(name, ())))
        for name in sorted({*old, *new})
        if name not in (*_FOLLOWS, *left_out) and old.get(name) != new.get(name)
    }


def value(values: tuple[str, ...]) -> Value:
    """One value alone, several together, none as None."""
    return values if len(values) > 1 else values[0] if values else None


def part(version: Version, slug: str, owner: str) -> Fields:
    """A passage, mention, review or held text with its selectors; nothing where it is not there.

    Neither is there anything where it is a part of something else than the owner.
    """
    record = version.record(slug)
    if owner not in owners(record):
        return {}
    fields = {**record.own, **record.editorial}
    for selector in ("quote", "pos"):
        fields |= version.record(f"{slug}-{selector}").own
    left_out = ("rdf:type", *_FOLLOWS, *_OF_THE_SOURCE)
    return {name: found for name, found in fields.items() if name not in left_out}


_OWNERS = {
    "jsip:Evidence": "jsip:supportsClaim",
    "jsip:Mention": "oa:hasSource",
    "jsip:Snapshot": "prov:specializationOf",
    "jsip:Review": "jsip:reviewOf",
    "jsip:Correction": "jsip:correctionOf",
    "jsip:ReviewDisagreement": "jsip:disagreementOn",
}
_SELECTORS = {"oa:TextQuoteSelector": "-quote", "oa:TextPositionSelector": "-pos"}


def owners(record: Record) -> tuple[str, ...]:
    """What a record is a part of: a claim or a source; of a selector the passage or mention."""
    if suffix := _SELECTORS.get(record.type):
        return (record.slug.removesuffix(suffix),)
    owner = record.one(_OWNERS.get(record.type, ""))
    return (owner,) if owner else ()


def parts_differ(old: Version, new: Version, owner: str, parts: Iterable[str]) -> dict[str, Pair]:
    """A part that came or went as a whole, of the others each field that differs."""
    found: dict[str, Pair] = {}
    for slug in sorted(parts):
        before, after = part(old, slug, owner), part(new, slug, owner)
        if before and after:
            found |= differing(before, after, under=f"{slug}/")
        elif before or after:
            found[slug] = (_whole(before), _whole(after))
    return found


def _whole(fields: Fields) -> Value:
    if not fields:
        return None
    return {name: found if len(found) > 1 else found[0] for name, found in sorted(fields.items())}


def relations_differ(old: Record, new: Record) -> dict[str, Pair]:
    """Links from a claim to others, and the notes that stand with them.

    That a claim supersedes another is told of the other one, with its note; that it no longer does
    is a change of this claim.
    """
    found = differing(old.editorial, new.editorial, STANDING)
    notes = {name: pair for name, pair in found.items() if name.startswith(_NOTE)}
    links = {name: pair for name, pair in found.items() if name not in notes}
    came = superseded(old, new)
    if came and not gone_links(old, new):
        links.pop("jsip:supersedes", None)
    told = {f"relation/{name}": pair for name, pair in notes.items()}
    return links if came and not links else links | told


def gone_links(old: Record, new: Record) -> set[str]:
    """The claims that a claim no longer supersedes."""
    return set(_superseded(old)) - set(_superseded(new))


def superseded(old: Record, new: Record) -> list[str]:
    """The claims that a claim newly supersedes."""
    return sorted(set(_superseded(new)) - set(_superseded(old)))


def _superseded(record: Record) -> tuple[str, ...]:
    return record.editorial.get("jsip:supersedes", ())


def why_superseded(record: Record, other: str) -> str:
    """The editors' reason, in English; empty where they give none."""
    notes = record.editorial.get(f"{_NOTE}@en", ())
    start = f"supersedes {other}: "
    return next((note.removeprefix(start) for note in notes if note.startswith(start)), "")

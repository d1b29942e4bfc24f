"""Conflicts, questions of identity and cautions of two versions: which came, were settled, or went.

A conflict is settled by a verdict, or by the rejection of claims, as pages count it: it is open
while the verdict is, and while claims that were neither rejected nor superseded still stand against
each other.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

from pyoxigraph import NamedNode

from kg.views.versions.changes import Change, Pair
from kg.views.versions.fields import differing
from kg.views.versions.version import Record, Version

SET_SIDE_BY_SIDE = {
    "jsip:Conflict": "conflict",
    "jsip:IdentityQuestion": "identity",
    "jsip:Caution": "caution",
}
Told = tuple[str, str, Change]


def touched_verdicts(old: Version, new: Version, things: Collection[str]) -> set[str]:
    """The verdicts of both versions that have one of the things among their claims."""
    return {
        slug for version in (old, new) for slug, member in _members(version) if member in things
    }


def _members(version: Version) -> Iterator[tuple[str, str]]:
    names = version.names
    involves = NamedNode(names.iri("jsip:involves"))
    for kind in ("conflict", "caution"):
        for quad in version.lines.starting(names.id(f"{kind}-")):
            if quad.predicate == involves and isinstance(quad.object, NamedNode):
                assert isinstance(quad.subject, NamedNode)
                yield names.slug(quad.subject.value), names.slug(quad.object.value)


def verdict(old: Version, new: Version, before: Record, after: Record) -> Iterator[Told]:
    """What happened to one of them; nothing where nothing did."""
    was, is_ = (SET_SIDE_BY_SIDE.get(record.type, "") for record in (before, after))
    if was and is_ and (was == "caution") != (is_ == "caution"):
        yield from verdict(old, new, before, _nothing(after))
        yield from verdict(old, new, _nothing(before), after)
        return
    states = _state(old, was, before), _state(new, is_, after)
    fields = _differing(before, after, states) if was and is_ else {}
    if was and is_ and not fields:
        return
    record = after if is_ else before
    about = {slug for side in ((old, before), (new, after)) for slug in _about(*side)}
    change = Change(record.slug, record.label, fields, kind=is_ or was, about=tuple(sorted(about)))
    if "caution" in (was, is_):
        yield "cautions", "changed" if was and is_ else "added" if is_ else "withdrawn", change
    else:
        yield "conflicts", _how(*states), change


def _about(version: Version, record: Record) -> Iterator[str]:
    """The subjects of its claims."""
    for fields in (record.conflicts, record.editorial):
        for claim in fields.get("jsip:involves", ()):
            yield from version.record(claim).own.get("rdf:subject", ())


def _nothing(record: Record) -> Record:
    return replace(record, own={}, editorial={}, conflicts={})


def _differing(before: Record, after: Record, states: tuple[str, str]) -> dict[str, Pair]:
    old, new = ({**record.conflicts, **record.editorial} for record in (before, after))
    fields = differing(old, new)
    return fields | ({"state": states} if states[0] != states[1] and "" not in states else {})


def _state(version: Version, kind: str, record: Record) -> str:
    """Empty where it is not there; of a caution always the same."""
    if not kind or kind == "caution":
        return kind
    is_open = record.one("jsip:resolution") in ("", "jsip:Open")
    return "open" if is_open and _is_live(version, kind, record) else "settled"


def _is_live(version: Version, kind: str, record: Record) -> bool:
    members = (
        *record.conflicts.get("jsip:involves", ()),
        *record.editorial.get("jsip:involves", ()),
    )
    claims = {slug: version.record(slug) for slug in set(members)}
    live = {slug for slug, claim in claims.items() if not _is_rejected(claim)}
    if kind == "identity":
        return len(live) > 1
    return any(live & {*claims[slug].conflicts.get("jsip:disagreesWith", ())} for slug in live)


def _is_rejected(claim: Record) -> bool:
    status = claim.one("jsip:reviewStatus")
    return status in ("review-status/rejected", "review-status/superseded")


def _how(was: str, is_: str) -> str:
    if not is_:
        return "gone"
    return "changed" if was == is_ else {"open": "opened", "settled": "settled"}[is_]

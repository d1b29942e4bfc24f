"""Compares two versions of the record; what is told and what is left out stands in `changes`."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from kg.views.versions.changes import Change, Changes, Pair
from kg.views.versions.fields import (
    STANDING,
    differing,
    owners,
    parts_differ,
    relations_differ,
    superseded,
    why_superseded,
)
from kg.views.versions.sorted_lines import difference
from kg.views.versions.verdicts import SET_SIDE_BY_SIDE, touched_verdicts, verdict
from kg.views.versions.version import CONFLICTS, EDITORIAL, ENTITIES, Record, Version, is_source

_LISTS = {
    "claims": ("added", "changed", "withdrawn", "superseded", "newly_reviewed"),
    "conflicts": ("opened", "settled", "gone", "changed"),
    "cautions": ("added", "changed", "withdrawn"),
    "entities": ("added", "changed", "withdrawn"),
    "sources": ("added", "changed", "withdrawn"),
}
Told = tuple[str, str, Change]


def compare(old: Version, new: Version) -> Changes:
    """What changed from the old version to the new one, in order of ids: the same every time."""
    lists: dict[str, dict[str, list[Change]]] = {
        what: {how: [] for how in hows} for what, hows in _LISTS.items()
    }
    comparison = _Comparison(old, new)
    for what, how, change in comparison.changes():
        lists[what][how].append(change)
    sections = {
        what: {how: tuple(sorted(found, key=lambda c: (c.id, c.by))) for how, found in hows.items()}
        for what, hows in lists.items()
    }
    return Changes(_told(old), _told(new), sections)


def _told(version: Version) -> dict[str, str]:
    said = {"kind": version.kind, "name": version.name, "version": version.digest}
    return {name: text for name, text in said.items() if text}


class _Comparison:
    """Two versions, and which things of theirs are touched by a line that differs."""

    def __init__(self, old: Version, new: Version) -> None:
        self.old, self.new = old, new
        self.parts: dict[str, set[str]] = defaultdict(set)

    def changes(self) -> Iterator[Told]:
        for slug in sorted(self._things()):
            before, after = self.old.record(slug), self.new.record(slug)
            kinds = {_kind(before), _kind(after)} - {""}
            for kind in sorted(kinds):
                was, is_ = _kind(before) == kind, _kind(after) == kind
                if kind == "conflicts":
                    yield from verdict(self.old, self.new, before, after)
                elif was and is_:
                    yield from self._kept(kind, before, after)
                else:
                    record = after if is_ else before
                    yield kind, "added" if is_ else "withdrawn", self._named(record)
                if kind == "claims" and is_:
                    yield from self._superseded(before, after)

    def _things(self) -> set[str]:
        """What a touched line is about, or the thing that its subject is a part of."""
        things: set[str] = set()
        waiting = self._touched()
        while waiting:
            slug = waiting.pop()
            records = [version.record(slug) for version in (self.old, self.new)]
            whole = {owner for record in records for owner in owners(record)}
            if any(record.type.endswith("Selector") for record in records):
                waiting |= whole
                continue
            for owner in whole:
                self.parts[owner].add(slug)
            things |= whole or {slug}
        things |= touched_verdicts(self.old, self.new, things)
        return {slug for slug in things if slug and not slug.startswith("period-")}

    def _touched(self) -> set[str]:
        names = self.new.names
        start = f"<{names.prefixes['id']}".encode()
        lines = difference(self.old.lines, self.new.lines)
        told = (line for side in lines for line in side if line.startswith(start))
        graphs = names.prefixes["g"].encode()
        return {
            line[len(start) : line.index(b"> ")].decode()
            for line in told
            if _is_compared(line[line.rindex(b" <") + 2 : -4].removeprefix(graphs).decode())
        }

    def _kept(self, kind: str, before: Record, after: Record) -> Iterator[Told]:
        fields = differing(before.own, after.own)
        parts = parts_differ(self.old, self.new, before.slug, self.parts[before.slug])
        if kind == "claims":
            if before.home != after.home:
                fields["source"] = (_source(before.home), _source(after.home))
            fields |= relations_differ(before, after)
            reviews = differing(_standing(before), _standing(after))
            reviews |= {name: pair for name, pair in parts.items() if _is_whole_review(name)}
            parts = {name: pair for name, pair in parts.items() if not _is_whole_review(name)}
            if reviews:
                yield kind, "newly_reviewed", self._named(after, reviews)
        elif kind == "entities":
            fields |= differing(before.editorial, after.editorial, under="editorial/")
        if fields | parts:
            change = self._named(after, fields | parts, before)
            yield kind, "changed", replace(change, display=_display(before, after))

    def _superseded(self, before: Record, after: Record) -> Iterator[Told]:
        for slug in superseded(before, after):
            other = self.new.record(slug)
            by, reason = after.slug, why_superseded(after, slug)
            yield "claims", "superseded", replace(self._named(other), by=by, reason=reason)

    def _named(
        self, record: Record, fields: dict[str, Pair] | None = None, before: Record | None = None
    ) -> Change:
        about = sorted({slug for r in (record, before) if r for slug in self._about(r)})
        return Change(record.slug, record.label, fields or {}, about=tuple(about))

    def _about(self, record: Record) -> Iterator[str]:
        """The things of which a claim speaks, and who asserts it."""
        for name in ("rdf:subject", "rdf:object", "jsip:assertedBy"):
            for slug in record.own.get(name, ()) if record.own.get("rdf:subject") else ():
                if self.old.record(slug).home or self.new.record(slug).home:
                    yield slug


def _is_compared(graph: str) -> bool:
    return graph in (EDITORIAL, CONFLICTS, ENTITIES) or is_source(graph)


def _source(graph: str) -> str:
    return "src-" + graph.removeprefix("source-")


def _standing(record: Record) -> dict[str, tuple[str, ...]]:
    return {name: found for name, found in record.editorial.items() if name in STANDING}


def _is_whole_review(part: str) -> bool:
    """A review or a disagreement that came or went, or one that a third review settled."""
    return part.startswith("disagreement-") or (part.startswith("review-") and "/" not in part)


def _kind(record: Record) -> str:
    """Under which heading a record stands; empty where it is none or a part of another."""
    if record.own.get("rdf:subject"):
        return "claims"
    if record.type in SET_SIDE_BY_SIDE:
        return "conflicts"
    if is_source(record.home):
        return "sources"
    agent = record.editorial.get("rdf:type", ("",))[0].startswith("prov:")
    return "entities" if record.home or agent else ""


def _display(before: Record, after: Record) -> tuple[tuple[str, str], tuple[str, str]] | None:
    if before.display == after.display or not all((*before.display, *after.display)):
        return None
    return (before.display[0], after.display[0]), (before.display[1], after.display[1])

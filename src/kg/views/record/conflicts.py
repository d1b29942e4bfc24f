"""Where sources disagree, side by side, and whether it is settled."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kg.views.record.claims import ClaimCard, Reader, values


@dataclass(frozen=True, slots=True)
class Conflict:
    """Claims that cannot all hold, and what the editors decided."""

    iri: str
    id: str
    key: str
    type: str
    detected: str
    resolution: str
    favours: str
    reason: str
    is_open: bool
    claims: tuple[ClaimCard, ...]


def conflicts(reader: Reader, only_open: bool = False, about: str = "") -> list[Conflict]:
    """Conflicts found by rule and those named by hand, by id; `about` is an entity's IRI.

    One is left out where the store says too little of every one of its claims to show any.
    """
    facts: dict[str, dict[str, str]] = {}
    members: dict[str, list[str]] = defaultdict(list)
    for row in reader.rows(_CONFLICTS.format(about=_ABOUT.format(about) if about else "")):
        facts[row["conflict"]] = row
        if row["claim"] not in members[row["conflict"]]:
            members[row["conflict"]].append(row["claim"])
    if not facts:
        return []
    wanted = {claim for found in members.values() for claim in found}
    cards = {c.iri: c for c in reader.claims(f"VALUES ?claim {{ {values(sorted(wanted))} }}")}
    found = [
        _conflict(reader, row, [cards[c] for c in members[iri] if c in cards])
        for iri, row in facts.items()
    ]
    return [c for c in found if c.claims and (c.is_open or not only_open)]


def _conflict(reader: Reader, row: dict[str, str], claims: Sequence[ClaimCard]) -> Conflict:
    def local(name: str) -> str:
        return reader.names.curie(row[name]).removeprefix("jsip:") if name in row else ""

    resolution, key = local("resolution") or "Open", row.get("key", "")
    return Conflict(
        iri=row["conflict"],
        id=reader.names.slug(row["conflict"]),
        key=key,
        type=local("type") or local("detected"),
        detected=local("detected"),
        resolution=resolution,
        favours=reader.names.slug(row["favours"]) if "favours" in row else "",
        reason=row.get("reason", ""),
        is_open=resolution == "Open" and _still_clash(claims, by_rule=bool(key)),
        claims=tuple(claims),
    )


def _still_clash(claims: Sequence[ClaimCard], by_rule: bool) -> bool:
    """True where two claims that were not rejected or superseded still exclude each other.

    Claims that an editor set side by side have no common question whose intervals would tell.
    """
    live = [claim for claim in claims if not claim.is_rejected]
    if not by_rule:
        return len(live) > 1
    return any(a.disjoint(b) for i, a in enumerate(live) for b in live[i + 1 :])


_ABOUT = "VALUES ?about {{ <{}> }} ?member rdf:subject ?about . ?conflict jsip:involves ?member ."
_CONFLICTS = """SELECT * WHERE {{ {about} ?conflict jsip:involves ?claim .
  OPTIONAL {{ ?conflict jsip:comparisonKey ?key }}
  OPTIONAL {{ ?conflict jsip:detectedType ?detected }}
  OPTIONAL {{ ?conflict jsip:conflictType ?type }}
  OPTIONAL {{ ?conflict jsip:resolution ?resolution }}
  OPTIONAL {{ ?conflict jsip:favours ?favours }} OPTIONAL {{ ?conflict rdfs:comment ?reason }}
}} ORDER BY ?conflict ?claim"""

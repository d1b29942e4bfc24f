"""Where sources disagree, side by side, and whether it is settled."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kg.views.claims import ClaimCard, Reader, values


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


def conflicts(reader: Reader, only_open: bool = False) -> list[Conflict]:
    """Conflicts found by rule and those named by hand, by id."""
    facts: dict[str, dict[str, str]] = {}
    members: dict[str, list[str]] = defaultdict(list)
    for row in reader.rows(_CONFLICTS):
        facts[row["conflict"]] = row
        members[row["conflict"]].append(row["claim"])
    wanted = {claim for found in members.values() for claim in found}
    cards = {c.iri: c for c in reader.claims(f"VALUES ?claim {{ {values(sorted(wanted))} }}")}
    found = [_conflict(reader, row, [cards[c] for c in members[iri]]) for iri, row in facts.items()]
    return [conflict for conflict in found if conflict.is_open or not only_open]


def _conflict(reader: Reader, row: dict[str, str], claims: Sequence[ClaimCard]) -> Conflict:
    def local(name: str) -> str:
        return reader.names.curie(row[name]).removeprefix("jsip:") if name in row else ""

    resolution = local("resolution") or "Open"
    return Conflict(
        iri=row["conflict"],
        id=reader.names.slug(row["conflict"]),
        key=row.get("key", ""),
        type=local("type") or local("detected"),
        detected=local("detected"),
        resolution=resolution,
        favours=reader.names.slug(row["favours"]) if "favours" in row else "",
        reason=row.get("reason", ""),
        is_open=resolution == "Open" and _still_clash(claims),
        claims=tuple(claims),
    )


def _still_clash(claims: Sequence[ClaimCard]) -> bool:
    """True where two claims that were not rejected or superseded still exclude each other."""
    live = [claim for claim in claims if not claim.is_rejected]
    return any(a.disjoint(b) for i, a in enumerate(live) for b in live[i + 1 :])


_CONFLICTS = """SELECT * WHERE { ?conflict jsip:involves ?claim .
  OPTIONAL { ?conflict jsip:comparisonKey ?key } OPTIONAL { ?conflict jsip:detectedType ?detected }
  OPTIONAL { ?conflict jsip:conflictType ?type } OPTIONAL { ?conflict jsip:resolution ?resolution }
  OPTIONAL { ?conflict jsip:favours ?favours } OPTIONAL { ?conflict rdfs:comment ?reason }
} ORDER BY ?conflict ?claim"""

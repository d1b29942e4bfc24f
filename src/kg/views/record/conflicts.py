"""Claims set side by side: where sources disagree, what may be one thing, what is not comparable.

| kind | what it is | shown as |
|---|---|---|
| conflict | claims that answer one question and cannot all hold | rivals, "others say" |
| identity | claims about several subjects that may be one thing | readings, never rivals |
| caution | related claims that are not comparable | a sentence beside the figure |
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.views.record.cards import ClaimCard, Named
from kg.views.record.claims import Reader, values

KINDS = ("conflict", "identity", "caution")
_CLASSES = {"Conflict": "conflict", "IdentityQuestion": "identity", "Caution": "caution"}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A conflict, a question of identity or a caution, and what the editors decided.

    `type` is of a conflict alone, `caution` (why the claims are not comparable) of a caution alone;
    `disagreeing` holds the pairs of claim ids whose values cannot both hold.
    """

    iri: str
    id: str
    kind: str
    key: str
    type: str
    detected: str
    caution: Named | None
    resolution: str
    favours: str
    reason: str
    reason_ja: str
    is_open: bool
    claims: tuple[ClaimCard, ...]
    disagreeing: tuple[tuple[str, ...], ...] = field(default=())

    def rivals(self, claim: str) -> tuple[ClaimCard, ...]:
        """The claims that disagree with the one of that id."""
        pairs = {b if a == claim else a for a, b in self.disagreeing if claim in (a, b)}
        return tuple(other for other in self.claims if other.id in pairs)


def conflicts(
    reader: Reader, only_open: bool = False, about: str = "", kind: str = ""
) -> list[Conflict]:
    """Those found by rule and those named by hand, by kind and id.

    `about` is an entity's IRI, `kind` one of KINDS. One is left out where the store says too little
    of every one of its claims to show any.
    """
    members: dict[str, list[str]] = defaultdict(list)
    for row in reader.rows(_MEMBERS.format(about=_ABOUT.format(about) if about else "")):
        members[row["conflict"]].append(row["claim"])
    facts = _facts(reader, members)
    wanted = {claim for found in members.values() for claim in found}
    if not wanted:
        return []
    cards = {c.iri: c for c in reader.claims(f"VALUES ?claim {{ {values(sorted(wanted))} }}")}
    pairs = _disagreeing(reader, cards)
    names = reader.named(row["caution"] for row in facts.values() if "caution" in row)
    found = [
        _conflict(reader, row, [cards[c] for c in members[iri] if c in cards], pairs, names)
        for iri, row in facts.items()
        if "kind" in row
    ]
    found.sort(key=lambda c: (KINDS.index(c.kind), c.id))
    return [
        c
        for c in found
        if c.claims and (c.is_open or not only_open) and (not kind or c.kind == kind)
    ]


def rivals(claim: ClaimCard, disputes: Iterable[Conflict]) -> tuple[ClaimCard, ...]:
    """The claims that cannot hold beside one, in the conflicts of which it is part."""
    found = (other for conflict in disputes for other in conflict.rivals(claim.id))
    return tuple(dict.fromkeys(found))


def _facts(reader: Reader, iris: Iterable[str]) -> Mapping[str, dict[str, str]]:
    """What is said of each, by the names of _SAID; of several values the last."""
    found: dict[str, dict[str, str]] = {iri: {"conflict": iri} for iri in iris}
    if not found:
        return found
    asked = _FACTS.format(wanted=values(sorted(found)), said=", ".join((*_SAID, "rdfs:comment")))
    for row in reader.rows(asked):
        name = _SAID.get(reader.names.curie(row["p"]))
        if name == "kind" and reader.names.curie(row["o"]).removeprefix("jsip:") not in _CLASSES:
            continue
        found[row["x"]][name or ("reason_ja" if row["lang"] == "ja" else "reason")] = row["o"]
    return found


def _disagreeing(reader: Reader, cards: Mapping[str, ClaimCard]) -> Sequence[tuple[str, ...]]:
    rows = reader.rows(_PAIRS)
    pairs = (tuple(sorted((row["a"], row["b"]))) for row in rows)
    known = {(a, b) for a, b in pairs if a in cards and b in cards}
    return sorted((cards[a].id, cards[b].id) for a, b in known)


def _conflict(
    reader: Reader,
    row: Mapping[str, str],
    claims: Sequence[ClaimCard],
    pairs: Sequence[tuple[str, ...]],
    names: Mapping[str, Named],
) -> Conflict:
    def local(name: str) -> str:
        return reader.names.curie(row[name]).removeprefix("jsip:") if name in row else ""

    kind = _CLASSES[local("kind")]
    ids = {claim.id for claim in claims}
    own = tuple(p for p in pairs if ids.issuperset(p)) if kind == "conflict" else ()
    resolution = "" if kind == "caution" else local("resolution") or "Open"
    return Conflict(
        iri=row["conflict"],
        id=reader.names.slug(row["conflict"]),
        kind=kind,
        key=row.get("key", ""),
        type=local("type") or local("detected"),
        detected=local("detected"),
        caution=names.get(row.get("caution", "")),
        resolution=resolution,
        favours=reader.names.slug(row["favours"]) if "favours" in row else "",
        reason=row.get("reason", ""),
        reason_ja=row.get("reason_ja", ""),
        is_open=resolution == "Open" and _is_live(kind, claims, own),
        claims=tuple(claims),
        disagreeing=own,
    )


def _is_live(kind: str, claims: Sequence[ClaimCard], pairs: Sequence[tuple[str, ...]]) -> bool:
    """True where claims that were not rejected or superseded still stand against each other."""
    live = {claim.id for claim in claims if not claim.is_rejected}
    if kind == "conflict":
        return any(live.issuperset(pair) for pair in pairs)
    return len(live) > 1


_ABOUT = "VALUES ?about {{ <{}> }} ?member rdf:subject ?about . ?conflict jsip:involves ?member ."
_MEMBERS = """SELECT DISTINCT ?conflict ?claim WHERE {{ {about} ?conflict jsip:involves ?claim }}
ORDER BY ?conflict ?claim"""
_SAID = {
    "rdf:type": "kind", "jsip:comparisonKey": "key", "jsip:detectedType": "detected",
    "jsip:conflictType": "type", "jsip:cautionReason": "caution", "jsip:resolution": "resolution",
    "jsip:favours": "favours",
}  # fmt: skip
# One row a fact: an OPTIONAL is answered by all that it could match.
_FACTS = """SELECT DISTINCT ?x ?p ?o (COALESCE(LANG(?o), "") AS ?lang) WHERE {{
  VALUES ?x {{ {wanted} }} ?x ?p ?o FILTER(?p IN ({said})) }} ORDER BY ?x ?p ?o"""
_PAIRS = "SELECT ?a ?b WHERE { ?a jsip:disagreesWith ?b }"

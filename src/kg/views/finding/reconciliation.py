"""Names matched to entities, as OpenRefine asks for it (Reconciliation Service API 0.2).

| in the answer | is |
|---|---|
| `score` | 0 to 100: of the name by the search; with properties, four parts of it, one of them |
| `match` | the best one is called exactly so (no misrendering), no other is near; all agrees |
| `features` | `name`, and the share of the `properties` that agree |

Identifiers are slugs (`meti`, `industry/ai`), types are classes and schemes, properties local names
or CURIEs of what accepted claims say.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.text.folding import one_width
from kg.text.kana import fold
from kg.views.finding.search import Hit, SearchIndex
from kg.views.record.cards import Named
from kg.views.record.claims import Reader, values

_SAFE_KINDS = ("label", "alias", "reading", "id")
_SAFE, _APART = 0.95, 0.03  # scores of the search
_NAME_SHARE = 0.8  # of the score, where properties are given
_LOOKED_AT = 30  # candidates whose properties are compared
_TYPE_BONUS = 0.05  # of a candidate of a wanted type, where types only should fit
"""Of `type_strict` any and all a candidate of another type is left out."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One query: a name, types, how strictly, how many, values by property; each may be empty."""

    name: str
    types: tuple[str, ...] = ()
    strict: str = "any"
    limit: int = 10
    properties: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that the name may mean."""

    id: str
    name: str
    description: str
    types: tuple[tuple[str, str], ...]
    score: float
    match: bool
    features: Mapping[str, float] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """The candidate as the protocol has it (§4.3)."""
        return {
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "type": [{"id": id, "name": name} for id, name in self.types],
            "score": self.score,
            "match": self.match,
            "features": [{"id": id, "value": value} for id, value in self.features.items()],
        }


def candidates(
    reader: Reader, index: SearchIndex, wanted: Wanted, lang: str = "en"
) -> list[Candidate]:
    """What a name may mean, the likeliest first."""
    hits = _hits(index, wanted) if wanted.name else _having(reader, index, wanted)
    agreeing = _agreeing(reader, hits, wanted.properties) if wanted.properties else {}
    scored = sorted(
        ((_score(hit, wanted, agreeing), hit) for hit in hits),
        key=lambda pair: (-pair[0], pair[1].id),
    )
    best = scored[: wanted.limit]
    safe = _is_safe(scored, wanted, agreeing)
    names = reader.named(_type_iri(reader, hit.type) for _, hit in best)
    made = []
    for place, (score, hit) in enumerate(best):
        features = {"name": round(100 * hit.score, 1)}
        if wanted.properties:
            features["properties"] = agreeing.get(hit.iri, 0.0)
        made.append(
            Candidate(
                id=hit.id,
                name=hit.ja if lang == "ja" else hit.en,
                description=hit.en if lang == "ja" else hit.ja,
                types=((hit.type, _label(names[_type_iri(reader, hit.type)], lang)),),
                score=round(100 * score, 1),
                match=place == 0 and safe,
                features=features,
            )
        )
    return made


def _hits(index: SearchIndex, wanted: Wanted) -> list[Hit]:
    if wanted.strict == "should" or not wanted.types:
        return index.find(wanted.name, limit=_LOOKED_AT)
    found = [index.find(wanted.name, None, kind, _LOOKED_AT) for kind in wanted.types]
    if wanted.strict == "all":
        common = set.intersection(*({hit.iri for hit in hits} for hits in found))
        return [hit for hit in found[0] if hit.iri in common]
    best: dict[str, Hit] = {}
    for hit in (hit for hits in found for hit in hits):
        if hit.iri not in best or hit.score > best[hit.iri].score:
            best[hit.iri] = hit
    return list(best.values())


def _having(reader: Reader, index: SearchIndex, wanted: Wanted) -> list[Hit]:
    """Without a name: what has a value of one of the properties, given by its id or its name."""
    pairs = [
        f"(<{iri}> <{value}>)"
        for pid, given in wanted.properties
        if (iri := property_iri(reader, pid))
        for text in given
        for value in {hit.iri for hit in index.find(text, limit=1) if hit.score >= _SAFE}
    ]
    asked = f"SELECT DISTINCT ?x WHERE {{ VALUES (?p ?v) {{ {' '.join(pairs)} }} ?x ?p ?v }}"
    found = {row["x"] for row in reader.rows(asked)} if pairs else set()
    kinds = {kind.casefold() for kind in wanted.types}
    return [
        Hit(t.named.iri, t.named.id, t.named.en, t.named.ja, t.type, 0.0, "", "hidden")
        for t in index.things
        if t.named.iri in found and (not kinds or not kinds.isdisjoint(t.types))
    ]


def _score(hit: Hit, wanted: Wanted, agreeing: Mapping[str, float]) -> float:
    score = hit.score
    if wanted.strict == "should" and wanted.types and hit.type not in wanted.types:
        score -= _TYPE_BONUS
    if not wanted.properties:
        return score
    return _NAME_SHARE * score + (1 - _NAME_SHARE) * agreeing.get(hit.iri, 0.0)


def _is_safe(
    scored: Sequence[tuple[float, Hit]], wanted: Wanted, agreeing: Mapping[str, float]
) -> bool:
    if not scored:
        return False
    first = scored[0][1]
    rivals = [hit for _, hit in scored[1:]]
    alone = all(first.score - hit.score >= _APART and not _bears(hit, first) for hit in rivals)
    agrees = not wanted.properties or agreeing.get(first.iri, 0.0) == 1.0
    return first.kind in _SAFE_KINDS and first.score >= _SAFE and alone and agrees


def _bears(hit: Hit, first: Hit) -> bool:
    """Whether another thing of the kind is called so with a word before it, or a year behind it."""
    called = fold(first.matched)
    names = (fold(hit.en), fold(hit.ja), fold(hit.matched))
    behind = re.compile(rf"{re.escape(called)} ?[\d(（].*")
    before = re.compile(rf".*(?<! of )(?<! in )(?<! for )(?<! by )(?<!の){re.escape(called)}")
    return hit.type == first.type and any(
        before.fullmatch(name) or behind.fullmatch(name) for name in names
    )


def _agreeing(
    reader: Reader, hits: Sequence[Hit], properties: Sequence[tuple[str, tuple[str, ...]]]
) -> dict[str, float]:
    """Which share of the properties each candidate has with one of the values given."""
    held = _values(reader, [hit.iri for hit in hits], [pid for pid, _ in properties])
    found = {}
    for hit in hits:
        agree = sum(
            any(one_width(value).casefold() in held[hit.iri, pid] for value in given)
            for pid, given in properties
        )
        found[hit.iri] = round(agree / len(properties), 3)
    return found


def _values(
    reader: Reader, iris: Sequence[str], pids: Sequence[str]
) -> Mapping[tuple[str, str], set[str]]:
    """By entity and property: values, ids and labels, folded."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for iri, pid, value in _facts(reader, iris, pids):
        labels = (value.id, value.en, value.ja, value.iri)
        found[iri, pid] |= {one_width(label).casefold() for label in labels}
    return found


def property_iri(reader: Reader, pid: str) -> str:
    """The IRI of a property by its local name, CURIE or IRI; empty where it is none."""
    names = reader.names
    if pid.startswith(("http://", "https://")):
        return pid if not any(sign in pid for sign in '<>"{}|\\^` ') else ""
    prefix, colon, local = pid.rpartition(":")
    if not (local.replace("-", "").replace("_", "").isalnum() and local.isascii()):
        return ""
    if colon:
        return names.iri(pid) if prefix in names.prefixes else ""
    return names.iri(f"jsip:{pid}")


def _facts(
    reader: Reader, iris: Iterable[str], pids: Sequence[str]
) -> list[tuple[str, str, Named]]:
    """What accepted edges say: entity, property as it was asked for, value."""
    asked = {iri: pid for pid in pids if (iri := property_iri(reader, pid))}
    subjects = values(iris)
    if not asked or not subjects:
        return []
    rows = list(
        reader.rows(
            "SELECT DISTINCT ?x ?p ?v WHERE { "
            f"VALUES ?x {{ {subjects} }} VALUES ?p {{ {values(asked)} }} ?x ?p ?v }} "
            "ORDER BY ?x ?p ?v"
        )
    )
    named = reader.named(row["v"] for row in rows if row["v"].startswith(("http:", "https:")))
    return [(row["x"], asked[row["p"]], named.get(row["v"]) or _plain(row["v"])) for row in rows]


def _plain(text: str) -> Named:
    return Named("", text, text, text)


def extended(
    reader: Reader, ids: Sequence[str], pids: Sequence[str], lang: str = "en"
) -> dict[str, Any]:
    """Values of properties by entity, as the protocol has them (§7); unknown ones are empty."""
    iris = {reader.names.id(id) if "/" not in id else f"{reader.names.base}scheme/{id}": id
            for id in ids}  # fmt: skip
    cells: dict[str, dict[str, list[dict[str, Any]]]] = {
        id: {pid: [] for pid in pids} for id in ids
    }
    for iri, pid, value in _facts(reader, iris, pids):
        own = value.iri.startswith(reader.names.base)
        label = _label(value, lang)
        cells[iris[iri]][pid].append({"id": value.id, "name": label} if own else {"str": label})
    known = reader.named(filter(None, (property_iri(reader, pid) for pid in pids)))
    meta = [
        {"id": pid, "name": _label(known[found], lang) if found in known else pid}
        for pid in pids
        for found in (property_iri(reader, pid),)
    ]
    return {"meta": meta, "rows": cells}


_PROPOSED = """SELECT ?p (COUNT(*) AS ?n) WHERE { GRAPH g:derived-edges { ?x ?p ?v } %s
  FILTER(STRSTARTS(STR(?p), "%s")) } GROUP BY ?p ORDER BY DESC(?n) ?p LIMIT %d"""


def proposed(reader: Reader, kind: str, limit: int, lang: str = "en") -> list[dict[str, str]]:
    """Properties that entities of a class have, the commonest first."""
    of_kind = f"?x a <{reader.names.iri(f'jsip:{kind}')}>" if kind.isalnum() else ""
    names = reader.names
    rows = list(reader.rows(_PROPOSED % (of_kind, names.iri("jsip:"), limit)))
    named = reader.named(row["p"] for row in rows)
    return [
        {"id": names.slug(row["p"]).removeprefix("jsip:"), "name": _label(named[row["p"]], lang)}
        for row in rows
    ]


def _type_iri(reader: Reader, kind: str) -> str:
    if kind[:1].isupper():
        return reader.names.iri(f"jsip:{kind}")
    return f"{reader.names.base}scheme/{kind}"


def _label(named: Named, lang: str) -> str:
    return named.ja if lang == "ja" else named.en
